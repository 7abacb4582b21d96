//! Numbers for evidence: claims that rest on the same signals share one.

use std::collections::BTreeMap;

use domain::SignalId;

use crate::stages::brief::Section;
use crate::view::{BriefView, ClaimView, EvidenceView};

/// Signals of one number that are listed; the rest is counted.
pub(super) const LISTED_MAX: usize = 8;

/// A brief with its numbers.
pub(super) struct Markers<'b, 'a> {
    /// The number of each claim, in their order; none for a claim without evidence.
    pub numbers: Vec<Option<usize>>,
    /// What stands behind each number, from 1.
    pub sets: Vec<&'b [EvidenceView<'a>]>,
}

impl<'b, 'a> Markers<'b, 'a> {
    /// Numbers the evidence of a brief in the order that it is read.
    pub(super) fn of(brief: &'b BriefView<'a>) -> Self {
        let mut known: BTreeMap<Vec<SignalId>, usize> = BTreeMap::new();
        let mut sets = Vec::new();
        let mut number = |claim: &'b ClaimView<'a>| {
            let mut signals: Vec<SignalId> =
                claim.evidence.iter().map(|evidence| evidence.signal).collect();
            signals.sort_unstable();
            signals.dedup();
            (!signals.is_empty()).then(|| {
                *known.entry(signals).or_insert_with(|| {
                    sets.push(claim.evidence.as_slice());
                    sets.len()
                })
            })
        };
        let numbers = brief.claims.iter().map(&mut number).collect();
        Self { numbers, sets }
    }

    /// The claims of a section with their numbers.
    pub(super) fn section<'s>(
        &'s self,
        brief: &'b BriefView<'a>,
        section: Section,
    ) -> impl Iterator<Item = (&'b ClaimView<'a>, Option<usize>)> + 's {
        let claims = brief.claims.iter().zip(self.numbers.iter().copied());
        claims.filter(move |(claim, _)| claim.section == section)
    }
}
