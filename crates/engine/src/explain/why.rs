//! The parts of an explanation.

use domain::fact::{Fact, StrategyVersion};
use domain::handoff::{Owner, State};
use domain::reason::{Code, Reason};
use domain::{HandoffId, Moment, PersonId, SignalId};
use serde::Serialize;

use super::assignment::{AssignmentReason, found};
use super::condition::{self, Conditions};
use super::history::{HistoryEntry, NotesShown, history_entries, note, owner_name};
use super::who::Who;
use crate::as_of::{HandoffAsOf, HandoffHistory, Recorded};
use crate::names::{Names, Versions};
use crate::state::{Handoff, Node, TOUCHES_MAX};
use crate::view::{ENGINE, Reader, ReasonView, reason};

/// Why a handoff was where it was at a moment. Each part says the moment of its own fact.
#[derive(Serialize, Debug)]
pub struct Why<'a> {
    /// The handoff that it is about.
    pub handoff: HandoffId,
    /// All of it is as of this moment.
    pub as_of: Moment,
    /// Whose lead.
    pub person: PersonId,
    /// Whether the person was erased.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
    /// Where it is.
    pub state: State,
    /// Since when.
    pub since: Moment,
    /// Why it is there.
    pub reasons: Vec<ReasonView<'a>>,
    /// Who brought it there; none where that followed from the rules or from time.
    pub state_by: Option<Who>,
    /// Who has it.
    pub owner: &'a Owner,
    /// What people call them.
    pub owner_name: String,
    /// When they got it.
    pub assigned: Option<Moment>,
    /// The signal that began it.
    pub signal: SignalId,
    /// What that signal was; not known where it was erased.
    pub began_with: Option<&'a str>,
    /// How long after that signal they got it.
    pub after_ms: Option<i64>,
    /// Until when it must be accepted.
    pub accept_by: Option<Moment>,
    /// What was decided, in codes.
    pub decision: Vec<ReasonView<'a>>,
    /// When it was decided.
    pub decided: Option<Moment>,
    /// The fences that fired, and what they looked at.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fences: Vec<Fence>,
    /// How the present owner was found.
    #[serde(flatten)]
    pub found: AssignmentReason,
    /// Who had it before, in order.
    pub before: Vec<Tenure<'a>>,
    /// All that happened, in order.
    pub history: Vec<HistoryEntry<'a>>,
    /// The strategy that decided.
    pub strategy: Option<StrategyVersion>,
    /// The strategy by which the present owner was found.
    pub found_under: Option<StrategyVersion>,
    /// Whether one of the strategies is not kept, so that its names are not known.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub strategy_gone: bool,
    /// The engine that this program is.
    pub engine: &'static str,
    /// How many touches of the person a decision looked at, where there were more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub touches: Option<Touches>,
    /// What was known then is what the decision leaned on.
    pub known_as_of: Moment,
}

/// Touches of a person, of whom there are more than a decision looks at.
#[derive(Serialize, Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touches {
    /// The newest, that it looked at.
    pub looked_at: u64,
    /// All that there were.
    pub of: u64,
}

/// A fence that fired.
#[derive(Serialize, Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// Its place, from 1 as people count.
    pub fence: u16,
    /// What it says to people.
    pub says: Option<String>,
    /// What its condition looked at; what is unknown fires it.
    pub looked_at: Vec<String>,
}

/// Somebody who had it before.
#[derive(Serialize, Debug)]
pub struct Tenure<'a> {
    /// The owner of that time.
    pub owner: &'a Owner,
    /// What people call them.
    pub owner_name: String,
    /// From when.
    pub from: Moment,
    /// Until when.
    pub until: Moment,
    /// Why it went on.
    pub ended: Option<HistoryEntry<'a>>,
    /// How they were found.
    pub found: AssignmentReason,
}

/// Explains a handoff from its facts. Nothing personal is in it unless the reader may see the values
/// that conditions looked at, or the words that people said.
pub fn why<'a>(
    history: &'a HandoffHistory,
    versions: &'a dyn Versions,
    reader: &Reader<'_>,
    notes: NotesShown,
) -> Why<'a> {
    let now = history.latest();
    let handoff = now.handoff();
    let owners = owners(history);
    let (last, earlier) = match owners.split_last() {
        Some((last, earlier)) => (Some(*last), earlier),
        None => (None, owners.as_slice()),
    };
    let told = history_entries(history, versions, notes);
    let then = decided_then(history).filter(|_| !is_erased(now));
    let began = began_with(now).or_else(|| began_with(then?));
    let decision = handoff.decision.as_deref();
    let decided_under = versions.names(handoff.strategy);
    let moved = last_move(history);
    let moved_under = versions.names(moved.and_then(|moved| moved.strategy));
    let found_under = last.map_or(handoff.strategy, |last| last.strategy);
    let reasons = decision.map_or(&[][..], |decision| &decision.reasons);
    Why {
        handoff: handoff.id,
        as_of: now.moment(),
        person: handoff.person,
        erased: is_erased(now),
        state: handoff.state,
        since: handoff.since,
        reasons: handoff.reasons.iter().map(|known| reason(known, moved_under)).collect(),
        state_by: moved.and_then(|moved| Who::of(moved, moved_under)),
        owner: &handoff.owner,
        owner_name: plain_name(&handoff.owner, versions.names(found_under)),
        assigned: handoff.assigned,
        signal: handoff.signal,
        began_with: began.map(|(kind, _)| kind),
        after_ms: began.zip(handoff.assigned).map(|((_, moment), at)| (at - moment).as_ms()),
        accept_by: handoff.accept_by(),
        decision: reasons.iter().map(|known| reason(known, decided_under)).collect(),
        decided: decision.map(|decision| decision.known_as_of),
        fences: fences(history, handoff, reasons, versions, reader),
        found: last
            .map_or_else(AssignmentReason::default, |last| found(history, last, versions, reader)),
        before: before(history, earlier, last, &told, versions, reader),
        history: told,
        strategy: handoff.strategy,
        found_under,
        strategy_gone: history
            .strategies()
            .iter()
            .any(|one| versions.version(Some(*one)).is_none()),
        engine: ENGINE,
        touches: touches(history),
        known_as_of: decision.map_or(handoff.opened, |decision| decision.known_as_of),
    }
}

/// The facts that gave it to somebody, to a queue, or back to the engine to keep.
fn owners(history: &HandoffHistory) -> Vec<&Recorded> {
    let assigned = |recorded: &&Recorded| matches!(recorded.fact, Fact::OwnerAssigned { .. });
    history.facts().iter().filter(assigned).collect()
}

/// The fact that brought it into its present state.
fn last_move(history: &HandoffHistory) -> Option<&Recorded> {
    let moves = |recorded: &&Recorded| {
        matches!(recorded.fact, Fact::HandoffMoved { .. } | Fact::OutcomeRecorded { .. })
    };
    history.facts().iter().rev().find(moves)
}

fn before<'a>(
    history: &'a HandoffHistory,
    earlier: &[&'a Recorded],
    last: Option<&'a Recorded>,
    told: &[HistoryEntry<'a>],
    versions: &'a dyn Versions,
    reader: &Reader<'_>,
) -> Vec<Tenure<'a>> {
    let next = earlier.iter().skip(1).copied().chain(last);
    let pairs = earlier.iter().zip(next);
    pairs
        .filter_map(|(had, next)| {
            let Fact::OwnerAssigned { owner, .. } = &had.fact else { return None };
            let (from, until) = (had.moment, next.moment);
            let ended = told.iter().rev().find(|told| {
                (from..=until).contains(&told.moment)
                    && told.state.is_some_and(|state| {
                        matches!(state, State::Rejected | State::Expired | State::Faulted)
                    })
            });
            Some(Tenure {
                owner,
                owner_name: owner_name(owner, versions.names(had.strategy)),
                from,
                until,
                ended: ended.cloned(),
                found: found(history, had, versions, reader),
            })
        })
        .collect()
}

fn fences(
    history: &HandoffHistory,
    handoff: &Handoff,
    reasons: &[Reason],
    versions: &dyn Versions,
    reader: &Reader<'_>,
) -> Vec<Fence> {
    let fired = reasons.iter().filter(|reason| reason.code == Code::FenceFired);
    let fired: Vec<u16> = fired.filter_map(|reason| reason.rule).collect();
    let then = decided_then(history);
    let strategy = versions.version(handoff.strategy);
    let looked = then.zip(strategy).filter(|_| !fired.is_empty());
    let looked = looked.map(|(then, known)| (known, condition::lead(then, known)));
    let looked = looked.as_ref().map(|(known, lead)| Conditions::of(known, lead, reader));
    let names = versions.names(handoff.strategy);
    let told = fired.into_iter().map(|fence| Fence {
        fence: fence + 1,
        says: names.fence(fence).map(str::to_owned),
        looked_at: looked.as_ref().map_or_else(Vec::new, |looked| looked.of_fence(fence)),
    });
    told.collect()
}

/// What was known when it was decided.
fn decided_then(history: &HandoffHistory) -> Option<HandoffAsOf<'_>> {
    let decided = |recorded: &&Recorded| matches!(recorded.fact, Fact::DecisionMade { .. });
    history.known_to(history.facts().iter().find(decided)?)
}

/// Whether anybody said anything in words.
pub fn has_notes(history: &HandoffHistory) -> bool {
    history.facts().iter().any(|recorded| note(&recorded.fact).is_some())
}

/// How many touches the decision looked at, where there were more.
fn touches(history: &HandoffHistory) -> Option<Touches> {
    let then = decided_then(history)?;
    let looked_at = TOUCHES_MAX as u64;
    let of = then.account().nodes_of(then.person()).map(Node::touches).sum();
    (of > looked_at).then_some(Touches { looked_at, of })
}

fn began_with(now: HandoffAsOf<'_>) -> Option<(&str, Moment)> {
    let handoff = now.handoff();
    let touch = now.account().touch_of(handoff.node, handoff.signal)?;
    Some((touch.kind.as_str(), touch.moment))
}

fn is_erased(now: HandoffAsOf<'_>) -> bool {
    now.account().node(now.handoff().node).is_some_and(|node| node.erased)
}

fn plain_name(owner: &Owner, names: &dyn Names) -> String {
    match owner {
        Owner::Person(member) => names.member(&member.0).unwrap_or(&member.0).to_owned(),
        other @ (Owner::Engine | Owner::Queue(_)) => other.id().to_owned(),
    }
}
