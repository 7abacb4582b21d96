//! What really happened, where the history says so. It stands beside a rehearsal and never in it,
//! unless recorded behaviour is asked for.
//!
//! A map says which columns are known only afterwards; what they mean is read off their names and
//! cells ([`mod@ending`]). What several rows say of one lead is put together here.

mod ending;

use std::collections::BTreeMap;

use domain::Moment;
use domain::signal::IdentifierKind;

use super::read::{History, Row};
use ending::Weight;
pub use ending::{Ending, RECOGNISED};

/// What became of a lead, as far as the history says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Afterwards {
    /// How it ended, where it did.
    pub ending: Option<Ending>,
    /// How much it counts that a row says so.
    weight: Option<Weight>,
    /// When it ended.
    pub at: Option<Moment>,
    /// Who had it.
    pub who: Option<String>,
}

impl Afterwards {
    /// Takes in what another row says. What counts more is believed; of two deals that say it in the
    /// same way, one that was won.
    fn add(&mut self, other: Self) {
        let rank = |known: &Self| known.ending.map(|ending| (known.weight, ending));
        let (mut known, more) = if rank(&other) > rank(self) {
            (other, std::mem::take(self))
        } else {
            (std::mem::take(self), other)
        };
        known.at = known.at.or(more.at);
        known.who = known.who.or(more.who);
        *self = known;
    }

    fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// What became of each lead, by the place of its row.
#[derive(Clone, Debug, Default)]
pub(super) struct KnownOutcomes {
    /// By the place of the lead's row.
    pub(super) of: BTreeMap<usize, Afterwards>,
    /// Rows about outcomes that belong to no lead of the history.
    pub(super) strays: u64,
}

/// Gathers what the history knows of how its leads ended.
pub(super) fn gather(history: &History, leads: &Leads<'_>) -> KnownOutcomes {
    let mut known = KnownOutcomes::default();
    for (place, row) in history.rows.iter().enumerate() {
        if row.outcome.is_empty() && !row.outcome_only {
            continue;
        }
        let told = told_by(row);
        if told.is_nothing() {
            continue;
        }
        match lead_of(row, place, leads) {
            Some(lead) => known.of.entry(lead).or_default().add(told),
            None => known.strays += u64::from(row.outcome_only),
        }
    }
    known
}

/// The lead that a row is about.
pub(super) fn lead_of(row: &Row, place: usize, leads: &Leads<'_>) -> Option<usize> {
    if row.lead {
        return Some(place);
    }
    let subject = row.incoming.content.subject.iter();
    let named = subject.filter(|known| names_a_person(known.kind));
    named.filter_map(|known| leads.get(&(known.kind, known.value.as_str()))).min().copied()
}

/// Leads by whatever says whose they are; the first of a person has it.
pub(super) type Leads<'h> = BTreeMap<(IdentifierKind, &'h str), usize>;

/// The leads of a history.
pub(super) fn leads(history: &History) -> Leads<'_> {
    let mut leads = BTreeMap::new();
    for (place, row) in history.rows.iter().enumerate().filter(|(_, row)| row.lead) {
        for identifier in &row.incoming.content.subject {
            if names_a_person(identifier.kind) {
                leads.entry((identifier.kind, identifier.value.as_str())).or_insert(place);
            }
        }
    }
    leads
}

const fn names_a_person(kind: IdentifierKind) -> bool {
    !matches!(kind, IdentifierKind::Company | IdentifierKind::Domain)
}

/// What a row tells of how it ended.
pub(super) fn told_by(row: &Row) -> Afterwards {
    let content = &row.incoming.content;
    let said = ending::ending(&content.kind, &row.outcome);
    let ending = said.map(|(ending, _)| ending);
    let own = if row.outcome_only { content.occurred } else { None };
    let column = ending::ended_at(ending, &row.outcome);
    // The row of a deal that was won happened when it was won.
    let of_itself = said.is_some_and(|(_, weight)| weight == Weight::Kind);
    Afterwards {
        ending,
        weight: said.map(|(_, weight)| weight),
        at: if of_itself { own.or(column) } else { column.or(own) },
        who: ending::who(&row.outcome),
    }
}
