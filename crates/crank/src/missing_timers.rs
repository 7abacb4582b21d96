//! Whether everything that a handoff waits for has its timer. What it waits for follows from its facts.

use domain::errand::Wake;
use domain::fact::Aggregate;
use domain::id::ID_BYTES;
use domain::{AccountId, HandoffId, Moment};
use engine::event::handoff_of;
use engine::state::{Waking, replay};
use rustc_hash::FxHashMap;
use store::{IdKind, Position, Read, StoreError};

/// Accounts whose ids are read at once.
const AT_ONCE: usize = 10_000;

/// Something that a handoff waits for, without a timer for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MissingTimer {
    /// Which handoff.
    pub handoff: HandoffId,
    /// What is to be looked at.
    pub wake: Wake,
    /// When, at the earliest; none where no fact says it, as in what an earlier version wrote.
    pub due: Option<Moment>,
}

impl MissingTimer {
    /// What it waits for, in words.
    pub fn waits_for(&self) -> String {
        match self.wake {
            Wake::Warn { target, .. } => format!("the warning of its clock towards `{target}`"),
            Wake::Due { target, .. } => format!("its clock towards `{target}`"),
            Wake::Chain { .. } => "the next step of its chain on silence".to_owned(),
            Wake::TargetChain { target, .. } => {
                format!("the next step of the chain on silence of `{target}`")
            }
            Wake::Return { .. } => "its return".to_owned(),
            Wake::Settle { .. } => "its way on after a refusal".to_owned(),
            Wake::Route { .. } => "another look for its owner".to_owned(),
        }
    }
}

/// Folds each account, and compares what its handoffs wait for with the timers that there are. One that was
/// put off is due later than its fact says. To be asked of a reader that stands at one moment.
pub fn missing_timers(store: &impl Read) -> Result<Vec<MissingTimer>, StoreError> {
    let due = store.timers_due(Moment(i64::MAX), i64::MAX as usize)?;
    let rows: FxHashMap<Wake, Moment> = due.iter().map(|row| (row.wake, row.due)).collect();
    let mut missing = Vec::new();
    let mut first = [0; ID_BYTES];
    loop {
        let range = (first, [u8::MAX; ID_BYTES]);
        let ids = store.matching(IdKind::Account, &range, AT_ONCE + 1)?;
        for id in ids.iter().take(AT_ONCE) {
            of_account(store, AccountId::from_bytes(*id), &rows, &mut missing)?;
        }
        match ids.get(AT_ONCE) {
            Some(next) => first = *next,
            None => return Ok(missing),
        }
    }
}

fn of_account(
    store: &impl Read,
    account: AccountId,
    rows: &FxHashMap<Wake, Moment>,
    missing: &mut Vec<MissingTimer>,
) -> Result<(), StoreError> {
    let history = store.history(Aggregate::Account(account), Position::START, None, None)?;
    let state = replay(history.iter().map(|stored| &stored.entry));
    let Some(known) = state.account(account) else { return Ok(()) };
    for Waking { wake, due } in known.handoffs().flat_map(engine::state::Handoff::wakes) {
        let is_there = rows.get(&wake).is_some_and(|row| due.is_none_or(|due| due <= *row));
        if !is_there {
            missing.push(MissingTimer { handoff: handoff_of(wake), wake, due });
        }
    }
    Ok(())
}
