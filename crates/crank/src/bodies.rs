//! Bodies that were sent, made again and compared with what is kept of them.

use domain::{DeliveryId, HandoffId, NodeId};
use engine::as_of::{QueuedDelivery, queued_deliveries};
use engine::names::Strategies;
use engine::stages::deliver::{Again, BodyVerdict, body_again, judged};
use store::{Read, StoreError};

use crate::as_of::JournalSnapshot;
use crate::strategy_cache::StrategyCache;

/// What came of comparing a body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BodyChecked {
    /// Of which delivery.
    pub delivery: DeliveryId,
    /// What making it again says.
    pub verdict: BodyVerdict,
}

/// Makes the bodies of a handoff's deliveries again, in the order that they were queued, and compares
/// their MACs. None where there is no such handoff.
pub fn bodies_checked(
    store: &impl Read,
    handoff: HandoffId,
    strategies: &mut StrategyCache,
) -> Result<Option<Vec<BodyChecked>>, StoreError> {
    let snapshot = JournalSnapshot::of(store)?;
    let Some(row) = store.handoff(handoff)? else { return Ok(None) };
    let queued = queued_deliveries(&snapshot, row.account, handoff)?;
    let mut checked = Vec::with_capacity(queued.len());
    for queued in &queued {
        let strategy = match queued.strategy {
            Some(version) => strategies.readable(store, version)?,
            None => None,
        };
        let versions: Strategies = strategy.into_iter().collect();
        let verdict = verdict(store, row.node, queued, &versions)?;
        checked.push(BodyChecked { delivery: queued.delivery, verdict });
    }
    Ok(Some(checked))
}

fn verdict(
    store: &impl Read,
    node: NodeId,
    queued: &QueuedDelivery,
    versions: &Strategies,
) -> Result<BodyVerdict, StoreError> {
    let (again, body) = match body_again(queued, versions) {
        Again::NotKept => return Ok(BodyVerdict::NotKept),
        Again::Erased => (false, Vec::new()),
        Again::Made(body) => (true, body),
    };
    let mac = match store.body_mac(node, &body) {
        Err(StoreError::SealedDamaged(_)) => return Ok(BodyVerdict::Damaged),
        mac => mac?,
    };
    // Claims are under the node's key: where that is there and they are not, they do not open.
    let gone = queued.known().written().is_none();
    Ok(match (again, mac) {
        (true, mac) => judged(queued, mac),
        (false, Some(_)) if gone => BodyVerdict::Damaged,
        (false, _) => BodyVerdict::Erased,
    })
}
