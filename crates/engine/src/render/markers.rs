//! Numbers for evidence: lines that rest on the same signals share one.

use std::collections::BTreeMap;

use domain::SignalId;

use super::letter::{Letter, Line};
use crate::stages::brief::words;
use crate::view::{BriefView, EvidenceView};

/// Signals of one number that are listed; the rest is counted.
const LISTED_MAX: usize = 8;
/// Fields of one signal that are listed.
const FIELDS_MAX: usize = 8;

/// The numbers of a brief.
pub(super) struct Markers<'b, 'a> {
    /// What stands behind each number, from 1.
    pub sets: Vec<Set<'b, 'a>>,
    numbers: BTreeMap<Vec<SignalId>, usize>,
    brief: &'b BriefView<'a>,
}

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

impl<'b, 'a> Markers<'b, 'a> {
    /// Numbers the evidence of a letter in the order that it is read.
    pub(super) fn of(brief: &'b BriefView<'a>, letter: &Letter) -> Self {
        let mut markers = Self { sets: Vec::new(), numbers: BTreeMap::new(), brief };
        let parts = letter.parts.iter().flat_map(|part| &part.lines);
        for line in letter.headline.iter().chain(parts) {
            let signals = markers.signals(line);
            if signals.is_empty() {
                continue;
            }
            let (next, all) = (markers.sets.len() + 1, signals.len());
            let number = *markers.numbers.entry(signals).or_insert(next);
            if number == next {
                markers.sets.push(Set::default());
            }
            let set = &mut markers.sets[number - 1];
            for claim in &line.claims {
                set.take(&brief.claims[*claim].evidence);
            }
            set.more = all - set.listed.len();
        }
        markers
    }

    /// The number of a line; none for one that rests on no signal.
    pub(super) fn number(&self, line: &Line) -> Option<usize> {
        self.numbers.get(&self.signals(line)).copied()
    }

    fn signals(&self, line: &Line) -> Vec<SignalId> {
        let claims = line.claims.iter().map(|claim| &self.brief.claims[*claim]);
        let mut signals: Vec<SignalId> =
            claims.flat_map(|claim| claim.evidence.iter().map(|known| known.signal)).collect();
        signals.sort_unstable();
        signals.dedup();
        signals
    }
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
