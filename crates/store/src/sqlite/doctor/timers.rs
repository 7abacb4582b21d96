//! A clock that runs has its timers, and a timer has a clock that was started.

use std::collections::BTreeMap;

use domain::Moment;
use domain::errand::Wake;

use super::super::session::Session;
use super::expected_state::ExpectedState;
use crate::error::StoreError;
use crate::folder_problem::FolderProblems;

/// Compares clocks and timers, both ways. What was put off is due later than its clock says.
pub(super) fn check_timers(
    session: &Session,
    known: &ExpectedState,
    problems: &mut FolderProblems,
) -> Result<(), StoreError> {
    let rows = rows(session, problems)?;
    for ((handoff, target), clock) in &known.clocks {
        let open = known.handoffs.get(handoff).is_some_and(|(state, _)| !state.is_terminal());
        if !open || !clock.runs {
            continue;
        }
        let (handoff, target, generation) = (*handoff, *target, clock.generation);
        let due = (Wake::Due { handoff, target, generation }, clock.due);
        let warn = clock.warn.map(|at| (Wake::Warn { handoff, target, generation }, at));
        for (wake, at) in warn.into_iter().chain((!clock.breached).then_some(due)) {
            if rows.get(&wake).is_none_or(|row| *row < at) {
                let says =
                    format!("its clock towards `{target}` runs, and no timer is there for it");
                problems.tell("store-timer-missing", handoff, &says);
            }
        }
    }
    for wake in rows.keys() {
        check_row(*wake, known, problems);
    }
    Ok(())
}

fn check_row(wake: Wake, known: &ExpectedState, problems: &mut FolderProblems) {
    let (handoff, clock) = match wake {
        Wake::Warn { handoff, target, generation }
        | Wake::Due { handoff, target, generation }
        | Wake::TargetChain { handoff, target, generation, .. } => {
            (handoff, Some((target, generation)))
        }
        Wake::Chain { handoff, .. }
        | Wake::Return { handoff }
        | Wake::Settle { handoff }
        | Wake::Route { handoff, .. } => (handoff, None),
    };
    if !known.handoffs.contains_key(&handoff) {
        problems.tell("store-timer-stray", handoff, "a timer is for it, and no fact tells of it");
        return;
    }
    let Some((target, generation)) = clock else { return };
    let started = known.clocks.get(&(handoff, target));
    if started.is_none_or(|clock| clock.generation < generation) {
        let says = format!("a timer is for a clock towards `{target}` that was never started");
        problems.tell("store-timer-stray", handoff, &says);
    }
}

/// All timers, each with when it is due.
fn rows(
    session: &Session,
    problems: &mut FolderProblems,
) -> Result<BTreeMap<Wake, Moment>, StoreError> {
    let mut statement = session.db.prepare("SELECT due, wake FROM timers")?;
    let mut query = statement.query([])?;
    let mut rows = BTreeMap::new();
    while let Some(row) = query.next()? {
        let due = Moment(row.get(0)?);
        let wake = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        match minicbor::decode::<Wake>(wake) {
            Ok(wake) => drop(rows.insert(wake, due)),
            Err(_) => problems.tell("store-timer-stray", "timers", "a timer cannot be read"),
        }
    }
    Ok(rows)
}
