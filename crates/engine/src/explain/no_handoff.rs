//! Why somebody has no handoff: what was decided last, and what was missing for one.

use domain::fact::StrategyVersion;
use domain::handoff::Action;
use domain::reason::Code;
use domain::{AccountId, HandoffId, Moment, PersonId, SignalId};
use rules::Strategy;
use serde::Serialize;

use super::condition::Conditions;
use crate::as_of::{AccountDecisions, RecordedDecision};
use crate::lead::Lead;
use crate::names::Versions;
use crate::view::{ENGINE, Reader, ReasonView, ScoreView, reason, score};

/// Rows that came near are told up to so many.
const ROWS_MAX: usize = 3;

/// What was decided last on the people of an account.
#[derive(Serialize, Debug)]
pub struct NoHandoffs<'a> {
    /// The account.
    pub account: AccountId,
    /// All of it is as of this moment.
    pub as_of: Moment,
    /// Each with the last decision, the newest first.
    pub people: Vec<NoHandoff<'a>>,
    /// People on whom nothing was found: nothing was decided on them yet, or long ago.
    pub undecided: usize,
    /// The engine that this program is.
    pub engine: &'static str,
}

/// What was decided on one person.
#[derive(Serialize, Debug)]
pub struct NoHandoff<'a> {
    /// The person.
    pub person: PersonId,
    /// The handoff that they have at that moment, or that the decision began.
    pub handoff: Option<HandoffId>,
    /// The signal that it was decided at.
    pub signal: SignalId,
    /// What that signal was; not known where it was erased.
    pub began_with: Option<&'a str>,
    /// When it was decided.
    pub decided: Moment,
    /// What is to be done.
    pub action: Action,
    /// Why, in codes, with the names of rows and fences.
    pub reasons: Vec<ReasonView<'a>>,
    /// The score that it leaned on.
    pub score: Option<ScoreView<'a>>,
    /// The rows that would have made a handoff, those that lacked least first.
    pub near: Vec<NearRow<'a>>,
    /// The strategy that decided.
    pub strategy: Option<StrategyVersion>,
    /// Whether it is not kept, so that its names are not known.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub strategy_gone: bool,
}

/// A row of the readiness table that would have made a handoff.
#[derive(Serialize, Debug)]
pub struct NearRow<'a> {
    /// Its place, from 1 as people count.
    pub row: u16,
    /// The row as it was written.
    pub says: &'a str,
    /// What it would have done.
    pub action: Action,
    /// What kept it from matching.
    pub lacked: Vec<LackedCell<'a>>,
}

/// A cell that did not hold.
#[derive(Serialize, Debug)]
pub struct LackedCell<'a> {
    /// The name of its column.
    pub column: &'a str,
    /// Whether what it asks for is unknown, rather than other than it wants.
    pub unknown: bool,
    /// What the column looked at.
    pub looked_at: Vec<String>,
}

/// Explains the decisions on the people of an account. Nothing personal is in it unless the reader may see
/// the values that conditions looked at.
pub fn no_handoffs<'a>(
    known: &'a AccountDecisions,
    versions: &'a dyn Versions,
    reader: &Reader<'_>,
) -> NoHandoffs<'a> {
    let account = known.latest().account();
    let mut people: Vec<PersonId> = account.nodes().map(|(person, _)| person).collect();
    people.sort_unstable();
    people.dedup();
    people.retain(|person| known.decided().iter().all(|decided| decided.person != *person));
    NoHandoffs {
        account: account.id,
        as_of: known.latest().moment(),
        people: known
            .decided()
            .iter()
            .map(|decided| no_handoff(known, decided, versions, reader))
            .collect(),
        undecided: people.len(),
        engine: ENGINE,
    }
}

fn no_handoff<'a>(
    known: &AccountDecisions,
    decided: &'a RecordedDecision,
    versions: &'a dyn Versions,
    reader: &Reader<'_>,
) -> NoHandoff<'a> {
    let names = versions.names(decided.strategy);
    let then = decided.then().account();
    let nodes = then.nodes_of(decided.person).chain(then.company_nodes());
    let touches = nodes.flat_map(|node| node.touchpoints.iter());
    let mut began = touches.filter(|touch| touch.signal == decided.signal);
    let open = known.latest().account().open_handoff(decided.person).map(|open| open.id);
    let strategy = versions.version(decided.strategy);
    NoHandoff {
        person: decided.person,
        handoff: open.or(decided.handoff),
        signal: decided.signal,
        began_with: began.next().map(|touch| touch.kind.as_str()),
        decided: decided.moment,
        action: decided.action,
        reasons: decided.reasons.iter().map(|known| reason(known, names)).collect(),
        score: decided.score.as_ref().map(|known| score(known, names)),
        near: strategy.map_or_else(Vec::new, |strategy| near(decided, strategy, reader)),
        strategy: decided.strategy,
        strategy_gone: decided.strategy.is_some() && strategy.is_none(),
    }
}

/// The rows before the one that matched that would have handed off, or asked a person.
fn near<'a>(
    decided: &RecordedDecision,
    strategy: &'a Strategy,
    reader: &Reader<'_>,
) -> Vec<NearRow<'a>> {
    if matches!(decided.action, Action::HandOff | Action::AskAPerson) {
        return Vec::new();
    }
    let readiness = &strategy.readiness;
    let matched = decided.reasons.iter().find(|reason| reason.code == Code::RowMatched);
    let end = matched.and_then(|reason| reason.rule).unwrap_or(readiness.rows.len() as u16);
    let then = decided.then().account();
    let (signal, person) = (decided.signal, decided.person);
    let lead = Lead::new(strategy, then, person, signal, decided.score.as_deref(), decided.moment);
    let conditions = Conditions::of(strategy, &lead, reader);
    let mut rows: Vec<(u16, Vec<(u16, bool)>)> = (0..end)
        .filter(|row| {
            let action = readiness.rows.get(usize::from(*row)).map(|row| row.action);
            matches!(action, Some(Action::HandOff | Action::AskAPerson))
        })
        .map(|row| (row, readiness.lacked(&decided.trace, row)))
        .filter(|(_, lacked)| !lacked.is_empty())
        .collect();
    rows.sort_by_key(|(row, lacked)| (lacked.len(), *row));
    let told = rows.into_iter().take(ROWS_MAX).map(|(row, lacked)| NearRow {
        row: row + 1,
        says: &readiness.table.rows[usize::from(row)].words,
        action: readiness.rows[usize::from(row)].action,
        lacked: lacked
            .into_iter()
            .map(|(column, unknown)| LackedCell {
                column: &readiness.table.columns[usize::from(column)].name,
                unknown,
                looked_at: conditions.of_column(column),
            })
            .collect(),
    });
    told.collect()
}
