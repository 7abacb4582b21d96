//! A signal that is said of a company alone: it counts for everybody there at their next signal, and
//! where the strategy says so it starts a handoff of one of them.

use std::cmp::Reverse;

use domain::handoff::Action;
use domain::reason::Code;
use domain::signal::IdentifierKind;
use domain::{AccountId, Moment, NodeId, PersonId};
use rules::strategy::Strategy;
use rustc_hash::FxHashMap;

use super::lead::{LeadAt, carry_out};
use super::run::Run;
use super::take_back::withdraw_of_others;
use super::turn::SignalOutcome;
use crate::arrived::Arrived;
use crate::lead::Lead;
use crate::stages::decide::{Start, decide_on_nobody};
use crate::stages::score::score;
use crate::state::{AccountContext, Node};

/// The most people of a company among whom the most engaged is looked for: those who did something last.
const PEOPLE_MAX: usize = 500;

/// Takes such a signal, of which nothing came yet.
pub(super) fn take(
    run: &mut Run<'_>,
    strategy: &Strategy,
    arrived: &Arrived,
    nothing: SignalOutcome,
) -> SignalOutcome {
    let starts = strategy.readiness.starts.as_ref();
    let may_start = starts.is_some_and(|starts| starts.has_of_company(&arrived.content.kind));
    // What nobody vouches for is known, and starts nothing over people who did not ask.
    let is_more = arrived.again.is_none_or(|again| !again.withdrawal);
    if !may_start || !is_more || !nothing.resolved.verified {
        return nothing;
    }
    let (account, signal) = (nothing.resolved.account, arrived.signal);
    let found = most_engaged(run, strategy, arrived, account);
    if arrived.again.is_some() {
        let person = found.map(|found| found.person);
        withdraw_of_others(run, strategy, signal, person);
    }
    let Some(found) = found else {
        let as_of = arrived.again.map(|again| again.accepted);
        run.fact(account, decide_on_nobody(signal, as_of));
        let reasons = vec![Code::WaitsForSomebody];
        return SignalOutcome { action: Some(Action::Nurture), reasons, ..nothing };
    };
    let Found { person, node, .. } = found;
    let (start, again) = (Start::MostEngaged, arrived.again);
    let lead = LeadAt { account, person, node, signal, start, again };
    carry_out(run, strategy, &lead, nothing)
}

/// Somebody who may be meant.
#[derive(Clone, Copy)]
struct Found {
    person: PersonId,
    /// The node of theirs that did something last.
    node: NodeId,
    /// When that was.
    last: Moment,
}

/// The person with the highest engagement of those who are known by more than a device and may be
/// contacted. Of equals it is who did something last.
fn most_engaged(
    run: &Run<'_>,
    strategy: &Strategy,
    arrived: &Arrived,
    account: AccountId,
) -> Option<Found> {
    let (known, account) = (run.known(), run.account(account));
    let engagement = |found: &Found| {
        let now = arrived.as_of(run.now());
        let lead = Lead::new(strategy, account, found.person, arrived.signal, None, now);
        let lead = lead.known_at(&known);
        score(strategy, &lead).0.score.engagement
    };
    let candidates = candidates(account);
    candidates
        .into_iter()
        .max_by_key(|found| (engagement(found), found.last, Reverse(found.person)))
}

/// Who may be meant, those who did something last first.
fn candidates(account: AccountContext<'_>) -> Vec<Found> {
    let named = |node: &Node| {
        let mut kinds = node.identifiers.keys().map(|key| key.kind);
        kinds.any(|kind| {
            matches!(
                kind,
                IdentifierKind::Email | IdentifierKind::Phone | IdentifierKind::ExternalId
            )
        })
    };
    let suppressed = |person| {
        let last = account.decisions.get(&person);
        last.is_some_and(|decision| decision.action == Action::Suppress)
    };
    let mut people: FxHashMap<PersonId, Found> = FxHashMap::default();
    for (person, node) in account.nodes() {
        let Some(last) = node.touchpoints.iter().next_back().map(|touch| touch.moment) else {
            continue;
        };
        if account.person_of(node.id).is_none() || !named(node) || suppressed(person) {
            continue;
        }
        let found = people.entry(person).or_insert(Found { person, node: node.id, last });
        if last > found.last {
            *found = Found { person, node: node.id, last };
        }
    }
    let mut people: Vec<Found> = people.into_values().collect();
    people.sort_unstable_by_key(|found| (Reverse(found.last), found.person));
    people.truncate(PEOPLE_MAX);
    people
}
