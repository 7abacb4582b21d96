//! What was queued for a handoff, each delivery with what its turn knew just before.

use domain::fact::{BodyMac, Fact, Notice, StrategyVersion};
use domain::{AccountId, DeliveryId, HandoffId};

use super::cut::{Cut, PositionedEntry, Turn};
use super::handoff::{FoldedHandoff, HandoffAsOf, Written};
use super::journal::Journal;

/// A delivery as it was queued.
#[derive(Clone, Debug)]
pub struct QueuedDelivery {
    /// The id of the delivery.
    pub delivery: DeliveryId,
    /// Its step, by its place in the strategy.
    pub step: u16,
    /// What it takes back, if it is a compensation.
    pub undoes: Option<DeliveryId>,
    /// What it tells of and whom, where it tells somebody.
    pub notice: Option<Notice>,
    /// What was kept of its body; none in form 1, and where nobody could seal it any more.
    pub mac: Option<BodyMac>,
    /// The version of what made text of the brief's claims, where it sends a brief and they were kept.
    pub renderer: Option<u16>,
    /// The strategy that was in force.
    pub strategy: Option<StrategyVersion>,
    /// The version of the engine that queued it.
    pub engine: Option<u16>,
    then: FoldedHandoff,
}

impl QueuedDelivery {
    /// The handoff as it stood when the body was made, with the brief that was sent with it.
    pub fn known(&self) -> HandoffAsOf<'_> {
        self.then.get()
    }
}

/// All that was queued for a handoff, in order.
pub fn queued_deliveries<J: Journal + ?Sized>(
    journal: &J,
    account: AccountId,
    handoff: HandoffId,
) -> Result<Vec<QueuedDelivery>, J::Error> {
    let own = journal.entries_of_handoff(account, handoff)?;
    let places = own.iter().flat_map(|placed| {
        let facts = 0..placed.entry.facts.len();
        facts.filter_map(move |place| found(placed, place, handoff))
    });
    let (cuts, found): (Vec<Cut>, Vec<_>) = places.unzip();
    let then = FoldedHandoff::in_holder(journal, account, handoff, &cuts)?.into_iter();
    let queued = then.zip(found).filter_map(|(then, delivery)| then.map(delivery));
    Ok(queued.collect())
}

/// The delivery that a fact queues, and the cut before what its turn said about it.
fn found(
    placed: &PositionedEntry,
    place: usize,
    wanted: HandoffId,
) -> Option<(Cut, impl FnOnce(FoldedHandoff) -> QueuedDelivery)> {
    let facts = &placed.entry.facts;
    let Fact::DeliveryQueued { delivery, handoff, step, undoes, mac, notice, .. } = &facts[place]
    else {
        return None;
    };
    if *handoff != wanted {
        return None;
    }
    let (strategy, engine) = (placed.entry.header.strategy, placed.entry.header.engine);
    let before = place.checked_sub(1).map(|before| &facts[before]);
    // The brief of a delivery is written right before it.
    let (place, renderer, says) = match before {
        Some(Fact::BriefWritten { handoff, renderer, says, .. })
            if *handoff == wanted && undoes.is_none() =>
        {
            (place - 1, *renderer, says.as_deref())
        }
        Some(_) | None => (place, None, None),
    };
    let written = says.map(|says| Written { claims: says.clone(), strategy });
    let (delivery, step, undoes, mac) = (*delivery, *step, *undoes, *mac);
    let notice = notice.as_deref().cloned();
    let with = move |then: FoldedHandoff| {
        let then = then.with_brief(written);
        QueuedDelivery { delivery, step, undoes, notice, mac, renderer, strategy, engine, then }
    };
    Some((Cut::Before(Turn::of(placed), place), with))
}
