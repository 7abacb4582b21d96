//! Numbers for evidence: lines that rest on the same signals share one.

use std::collections::BTreeMap;

use domain::SignalId;

use super::letter::Letter;
use crate::stages::brief::words;
use crate::view::{BriefView, EvidenceView};

/// Signals of one number that are listed; the rest is counted.
const LISTED_MAX: usize = 8;
/// Fields of one signal that are listed.
const FIELDS_MAX: usize = 8;

/// What stands behind a number.
#[derive(Default)]
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

/// Numbers the lines of a letter in the order that they are read, and gives what stands behind each
/// number, from 1.
pub(super) fn number<'b, 'a>(brief: &'b BriefView<'a>, letter: &mut Letter) -> Vec<Set<'b, 'a>> {
    let mut sets: Vec<Set<'b, 'a>> = Vec::new();
    let mut numbers: BTreeMap<Vec<SignalId>, usize> = BTreeMap::new();
    let parts = letter.parts.iter_mut().flat_map(|part| &mut part.lines);
    for line in letter.headline.iter_mut().chain(parts) {
        let claims = || line.claims.iter().map(|claim| &brief.claims[*claim]);
        let mut signals: Vec<SignalId> =
            claims().flat_map(|claim| claim.evidence.iter().map(|known| known.signal)).collect();
        signals.sort_unstable();
        signals.dedup();
        if signals.is_empty() {
            continue;
        }
        let (next, all) = (sets.len() + 1, signals.len());
        let number = *numbers.entry(signals).or_insert(next);
        if number == next {
            sets.push(Set::default());
        }
        let set = &mut sets[number - 1];
        claims().for_each(|claim| set.take(&claim.evidence));
        set.more = all - set.listed.len();
        line.number = Some(number);
    }
    sets
}

impl<'b, 'a> Set<'b, 'a> {
    fn take(&mut self, evidence: &'b [EvidenceView<'a>]) {
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
                Some(_) | None => {}
            }
        }
    }
}
