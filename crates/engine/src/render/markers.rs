//! Numbers for evidence: claims that rest on the same signals share one.

use std::collections::BTreeMap;

use domain::SignalId;

use crate::stages::brief::Section;
use crate::stages::brief::words;
use crate::view::{BriefView, ClaimView, EvidenceView};

/// Signals of one number that are listed; the rest is counted.
const LISTED_MAX: usize = 8;
/// Fields of one signal that are listed.
const FIELDS_MAX: usize = 8;

/// A brief with its numbers.
pub(super) struct Markers<'b, 'a> {
    /// What stands behind each number, from 1.
    pub sets: Vec<Set<'b, 'a>>,
    /// The number of each claim, in their order; none for a claim without evidence.
    numbers: Vec<Option<usize>>,
}

/// What stands behind a number.
pub(super) struct Set<'b, 'a> {
    /// The signals, the first ones of many.
    pub listed: Vec<Listed<'b, 'a>>,
    /// How many more there are.
    pub more: usize,
}

/// A signal behind a number.
pub(super) struct Listed<'b, 'a> {
    /// The signal.
    pub known: &'b EvidenceView<'a>,
    /// Its parts that claims lean on, in the order that they are read.
    pub fields: Vec<String>,
}

impl<'b, 'a> Markers<'b, 'a> {
    /// Numbers the evidence of a brief in the order that it is read.
    pub(super) fn of(brief: &'b BriefView<'a>) -> Self {
        let mut known: BTreeMap<Vec<SignalId>, usize> = BTreeMap::new();
        let mut markers = Self { sets: Vec::new(), numbers: Vec::new() };
        for claim in &brief.claims {
            let mut signals: Vec<SignalId> =
                claim.evidence.iter().map(|evidence| evidence.signal).collect();
            signals.sort_unstable();
            signals.dedup();
            let number = (!signals.is_empty()).then(|| {
                let next = markers.sets.len() + 1;
                let number = *known.entry(signals).or_insert(next);
                if number == next {
                    markers.sets.push(Set { listed: Vec::new(), more: 0 });
                }
                markers.sets[number - 1].take(&claim.evidence, number == next);
                number
            });
            markers.numbers.push(number);
        }
        markers
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

impl<'b, 'a> Set<'b, 'a> {
    fn take(&mut self, evidence: &'b [EvidenceView<'a>], first: bool) {
        for known in evidence {
            let field = words::plain(&known.field.to_string(), 80).into_owned();
            let room = self.listed.len() < LISTED_MAX;
            let listed = self.listed.iter_mut().find(|listed| listed.known.signal == known.signal);
            match listed {
                Some(listed) if listed.fields.contains(&field) => {}
                Some(listed) if listed.fields.len() < FIELDS_MAX => listed.fields.push(field),
                None if room => {
                    self.listed.push(Listed { known, fields: vec![field] });
                }
                None if first => self.more += 1,
                Some(_) | None => {}
            }
        }
    }
}
