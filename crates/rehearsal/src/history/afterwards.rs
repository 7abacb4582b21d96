//! What really happened, where the history says so. It stands beside a rehearsal and never in it,
//! unless recorded behaviour is asked for.
//!
//! A map says which columns are known only afterwards; what they mean is read off them: how it ended
//! off the kind of the row (`deal.won`) or a cell that says won or lost, when it ended off the row's
//! own time or a column such as `close_date`, and who had it off a column such as `sales_agent`.

use std::collections::BTreeMap;

use domain::signal::IdentifierKind;
use domain::{Moment, Value};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::read::{History, Row};

/// Columns that say who had it.
const WHO: &[&str] = &[
    "owner",
    "owner_id",
    "sales_agent",
    "sales_rep",
    "sales_owner",
    "account_executive",
    "agent",
    "assigned_to",
    "salesperson",
    "opportunity_owner",
    "rep",
    "sr_id",
];
/// Columns that say when it ended.
const WHEN: &[&str] = &[
    "close_date",
    "closed_date",
    "closedate",
    "closed",
    "closed_at",
    "closed_on",
    "won_date",
    "won_at",
    "lost_date",
    "lost_at",
    "end_date",
];
/// Columns that say with yes or no whether it was won.
const WON: &[&str] = &["won", "converted", "is_won"];

/// How a lead ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Ending {
    /// Somebody bought.
    Won,
    /// Somebody did not.
    Lost,
}

/// What became of a lead, as far as the history says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Afterwards {
    /// How it ended, where it did.
    pub ending: Option<Ending>,
    /// When it ended.
    pub at: Option<Moment>,
    /// Who had it.
    pub who: Option<String>,
}

impl Afterwards {
    fn add(&mut self, other: Self) {
        self.ending = self.ending.or(other.ending);
        self.at = self.at.or(other.at);
        self.who = self.who.take().or(other.who);
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
    let column = |names: &[&str]| {
        let known = row.outcome.iter().find(|(name, _)| names.contains(&plain(name).as_str()));
        known.map(|(_, value)| value)
    };
    let own = if row.outcome_only { row.incoming.content.occurred } else { None };
    Afterwards {
        ending: ending(row),
        at: own.or_else(|| column(WHEN).and_then(moment)),
        who: column(WHO).map(Value::to_string).filter(|who| !who.trim().is_empty()),
    }
}

fn ending(row: &Row) -> Option<Ending> {
    match row.incoming.content.kind.rsplit('.').next() {
        Some("won") => return Some(Ending::Won),
        Some("lost") => return Some(Ending::Lost),
        _ => {}
    }
    row.outcome.iter().find_map(|(name, value)| match value {
        Value::Text(text) => said(text),
        Value::Boolean(won) if WON.contains(&plain(name).as_str()) => {
            Some(if *won { Ending::Won } else { Ending::Lost })
        }
        Value::Boolean(_)
        | Value::Integer(_)
        | Value::Decimal(_)
        | Value::Moment(_)
        | Value::Money(_)
        | Value::List(_)
        | Value::Record(_) => None,
    })
}

fn said(text: &str) -> Option<Ending> {
    match text.trim().to_ascii_lowercase().as_str() {
        "won" | "closed won" | "closed-won" | "closedwon" => Some(Ending::Won),
        "lost" | "closed lost" | "closed-lost" | "closedlost" => Some(Ending::Lost),
        _ => None,
    }
}

fn moment(value: &Value) -> Option<Moment> {
    match value {
        Value::Moment(moment) => Some(*moment),
        Value::Text(text) => {
            let text = text.trim();
            let day = || text.get(..10)?.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok();
            text.parse().ok().or_else(|| day().map(|day| Moment::from_timestamp(day.timestamp())))
        }
        Value::Boolean(_)
        | Value::Integer(_)
        | Value::Decimal(_)
        | Value::Money(_)
        | Value::List(_)
        | Value::Record(_) => None,
    }
}

/// A column's name without the ways in which people write it.
fn plain(name: &str) -> String {
    let last = name.rsplit('.').next().unwrap_or(name);
    last.trim().to_lowercase().replace([' ', '-'], "_")
}
