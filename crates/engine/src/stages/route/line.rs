//! Who waits for somebody of a pool, and who is served next.
//!
//! A lead waits in one line, that of the pool that had nobody for it. Whenever a pool has room, those who
//! wait are looked at from the head of the line, so that one whom nobody fits blocks nobody.

use std::collections::BTreeSet;

use domain::fact::Fact;
use domain::handoff::State;
use domain::reason::{Code, Reason};
use domain::{AccountId, HandoffId, Moment};
use rules::strategy::Strategy;

use crate::availability::TeamAvailability;
use crate::desk::{Desk, LinePlace};
use crate::effects::Effects;
use crate::state::Handoff;

/// The priority of a class that says none.
const NO_PRIORITY: u8 = u8::MAX;

/// What a turn that touched a handoff means for the lines; `known` is as the turn leaves it.
pub fn line_kept(
    strategy: Option<&Strategy>,
    desk: &Desk,
    account: AccountId,
    known: &Handoff,
) -> Effects {
    let mut effects = Effects::new();
    let (handoff, waited) = (known.id, desk.waiting(known.id));
    let pool = pool_waited_for(known);
    if waited.map(|waited| waited.pool.as_str()) == pool {
        return effects;
    }
    if let Some(waited) = waited {
        effects.desk(Fact::LineLeft { handoff, pool: waited.pool.clone() });
    }
    if let (Some(pool), Some(strategy)) = (pool, strategy) {
        let class = known.sla.as_deref().and_then(|sla| strategy.slas.class(sla));
        let priority = class.and_then(|class| class.priority).unwrap_or(NO_PRIORITY);
        // Who was in another line keeps how long they have waited.
        let since = waited.map_or(known.since, |waited| waited.since);
        let pool = pool.to_owned();
        effects.desk(Fact::LineJoined { handoff, account, pool, priority, since });
    }
    effects
}

/// A lead that waited before something was done waits again, since it was taken back: as long as then.
pub fn line_again(
    strategy: &Strategy,
    desk: &Desk,
    account: AccountId,
    known: &Handoff,
    waited: Option<Moment>,
) -> Effects {
    let mut effects = line_kept(Some(strategy), desk, account, known);
    for (_, fact) in &mut effects.facts {
        if let (Fact::LineJoined { since, .. }, Some(waited)) = (fact, waited) {
            *since = waited;
        }
    }
    effects
}

/// Whether what is held is held since a route says so, and not for want of somebody.
pub fn is_held_on_purpose(reasons: &[Reason]) -> bool {
    reasons.first().is_some_and(|why| why.code == Code::RouteHolds)
}

/// The pool whose line a handoff waits in; none where it is held on purpose or not at all.
fn pool_waited_for(known: &Handoff) -> Option<&str> {
    if known.state != State::Held || is_held_on_purpose(&known.reasons) {
        return None;
    }
    known.routing.pool.as_deref()
}

/// The lead that is to be looked at next, of all pools that have room. Those in `seen` were looked at.
pub fn next_in_line(
    strategy: &Strategy,
    desk: &Desk,
    now: Moment,
    seen: &BTreeSet<HandoffId>,
) -> Option<(AccountId, HandoffId)> {
    let there = TeamAvailability::new(strategy, now);
    let heads = desk.lines().filter_map(|(pool, line)| {
        let head = line.places().find(|(place, _)| !seen.contains(&place.handoff))?;
        // A pool that the strategy has no more holds nobody: its leads are routed anew.
        let known = strategy.routing.pool(pool);
        known.is_none_or(|(_, pool)| there.has_room(pool, desk)).then_some(head)
    });
    let next = heads.min_by_key(|(place, _): &(&LinePlace, AccountId)| **place);
    next.map(|(place, account)| (account, place.handoff))
}
