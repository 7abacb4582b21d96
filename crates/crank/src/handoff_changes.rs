//! What changed about a handoff since somebody saw it.

use domain::fact::Aggregate;
use domain::handoff::{Actor, Owner, State as Stage};
use domain::{HandoffId, Moment};
use engine::state::{Replay, State, spoken_of};
use store::{Read, StoreError};

/// A change of a handoff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandoffChange {
    /// The handoff's version after it.
    pub version: u64,
    /// The kind of the fact.
    pub what: &'static str,
    /// The state after it.
    pub state: Stage,
    /// The owner after it.
    pub owner: Owner,
    /// When it was known.
    pub moment: Moment,
    /// Who began the turn.
    pub actor: Actor,
}

/// The changes of a handoff behind a version, the latest, at most so many, in order. It reads what was
/// said of the account since the handoff began.
pub fn handoff_changes(
    reader: &impl Read,
    handoff: HandoffId,
    seen: u64,
    most: usize,
) -> Result<Vec<HandoffChange>, StoreError> {
    let Some(row) = reader.handoff(handoff)? else { return Ok(Vec::new()) };
    let nothing = State::default();
    let mut replay = Replay::over(&nothing);
    let mut changes = Vec::new();
    let aggregate = Aggregate::Account(row.account);
    // Nothing speaks of it before the turn that proposed it.
    for stored in reader.since(aggregate, row.opened, usize::MAX, None)? {
        let header = &stored.entry.header;
        for fact in &stored.entry.facts {
            replay.take(header, fact);
            let Some(account) = replay.account(row.account) else { continue };
            if spoken_of(&account, fact) != Some(handoff) {
                continue;
            }
            let Some(known) = account.handoff(handoff) else { continue };
            if u64::from(known.version) > seen {
                changes.push(HandoffChange {
                    version: known.version.into(),
                    what: fact.kind(),
                    state: known.state,
                    owner: known.owner.clone(),
                    moment: header.moment,
                    actor: header.actor,
                });
            }
        }
    }
    let surplus = changes.len().saturating_sub(most);
    Ok(changes.split_off(surplus))
}
