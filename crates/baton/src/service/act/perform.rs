//! What people do to a handoff: once under a key, over the version that they have seen.

use std::collections::BTreeSet;

use crank::{Crank, CrankError, DeedOutcome};
use domain::Moment;
use engine::event::Deed;
use engine::names::Strategies;
use engine::state::Handoff;
use engine::view;
use store::{Answer, Store, StoreError, StoredAnswer};

use super::permission::Doer;
use super::request::{ANSWER_KEPT_FOR, ActRequest, Acted, DONE, Once};
use crate::service::setback::{Setback, judge};

/// Does it, within an open group. The outer error fails the group.
pub fn perform<S: Store>(
    crank: &mut Crank<S>,
    act: &ActRequest,
    now: Moment,
) -> Result<Result<Acted, Setback>, StoreError> {
    if let Some(once) = &act.once
        && let Some(answer) = crank.store().answer(&once.key, &once.request, now)?
    {
        return Ok(given_before(&answer));
    }
    if let Some(seen) = &act.seen {
        match crank.store().handoff(act.handoff)? {
            Some(row) if !seen.contains(&row.version) => {
                return Ok(Err(Setback::Stale { version: row.version }));
            }
            Some(_) | None => {}
        }
    }
    let deed = match permitted(crank, act, now)? {
        Ok(deed) => deed,
        Err(setback) => return Ok(Err(setback)),
    };
    match crank.act_undoably(act.handoff, &deed, act.actor.begins(), now) {
        Err(error) => judge(error).map(Err),
        Ok(done) => {
            let acted = match show(crank, &done, now) {
                Ok(acted) => acted,
                Err(error) => return judge(error).map(Err),
            };
            if let Some(once) = &act.once {
                crank.put_answer(&once.key, &kept(once, &done, &acted, now))?;
            }
            Ok(Ok(acted))
        }
    }
}

/// The deed, done by whoever may do it.
fn permitted<S: Store>(
    crank: &Crank<S>,
    act: &ActRequest,
    now: Moment,
) -> Result<Result<Deed, Setback>, StoreError> {
    let Some(row) = crank.store().handoff(act.handoff)? else {
        return judge(CrankError::NoHandoff(act.handoff)).map(Err);
    };
    let Some(strategy) = crank.strategies().in_force() else {
        return judge(CrankError::NoStrategy).map(Err);
    };
    let doer = Doer::of(&act.actor, act.acts_as.as_deref(), strategy, crank.desk(), now);
    Ok(doer.and_then(|doer| doer.does(&act.deed, &row.owner, strategy)))
}

fn given_before(answer: &StoredAnswer) -> Result<Acted, Setback> {
    let split = answer.body.split_first_chunk::<8>();
    match split {
        Some((version, body)) if answer.same => {
            Ok(Acted { version: u64::from_be_bytes(*version), body: body.to_vec(), again: true })
        }
        Some(_) | None => Err(Once::reused()),
    }
}

fn kept(once: &Once, done: &DeedOutcome, acted: &Acted, now: Moment) -> Answer {
    let mut body = acted.version.to_be_bytes().to_vec();
    body.extend_from_slice(&acted.body);
    let (node, expires) = (done.handoff.node, now + ANSWER_KEPT_FOR);
    Answer { node, request: once.request, status: DONE, body, expires }
}

fn show<S: Store>(
    crank: &mut Crank<S>,
    done: &DeedOutcome,
    now: Moment,
) -> Result<Acted, CrankError> {
    let Handoff { id, version, .. } = done.handoff;
    let mut kept = Vec::new();
    for version in done.handoff.strategies().collect::<BTreeSet<_>>() {
        kept.extend(crank.readable_strategy(version)?);
    }
    let strategies: Strategies = kept.into_iter().collect();
    let shown = crank.show(id, now, |known| {
        serde_json::to_vec(&view::handoff(known, &strategies)).expect("a view is JSON")
    })?;
    let body = shown.ok_or(CrankError::NoHandoff(id))?;
    Ok(Acted { version: u64::from(version), body, again: false })
}
