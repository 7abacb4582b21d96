//! Deliveries when a deed is taken back: what was to leave because of it does not, and what was withdrawn
//! because of it is to leave again.

use domain::DeliveryId;
use domain::handoff::DeliveryState;
use domain::reason::Code;
use rules::strategy::Strategy;

use super::{Sending, step_of, withdrawn};
use crate::effects::Effects;
use crate::state::{Delivery, Undoable};

impl Sending<'_> {
    /// Withdraws what waits to leave because of what was done last.
    pub fn kept_back(self, undo: &Undoable) -> Effects {
        let mut effects = Effects::new();
        for delivery in self.handoff.deliveries.iter().skip(undo.deliveries as usize) {
            let of_the_deed = delivery.since == undo.at || delivery.undoes.is_some();
            let waits = delivery.state == DeliveryState::Queued && delivery.attempts == 0;
            if of_the_deed && waits && delivery.again.is_some_and(|again| again >= undo.until) {
                effects.extend(self.said(withdrawn(delivery, Code::DeedUndone)));
            }
        }
        effects
    }

    /// Which deliveries were withdrawn by what was done last: they are to leave once it is taken back.
    pub fn withdrawn_by(self, undo: &Undoable) -> Vec<DeliveryId> {
        let before = self.handoff.deliveries.iter().take(undo.deliveries as usize);
        let withdrawn = before.filter(|known| {
            known.state == DeliveryState::Withdrawn
                && known.code == Some(Code::OwnerChanged)
                && known.since >= undo.at
        });
        withdrawn.map(|known| known.id).collect()
    }

    /// What was withdrawn is queued again, under an id of its own.
    pub fn queued_again(self, strategy: &Strategy, withdrawn: DeliveryId) -> Effects {
        let known = self.handoff.delivery(withdrawn);
        let Some((known, (place, step))) =
            known.and_then(|known| Some((known, step_of(strategy, known)?)))
        else {
            return Effects::new();
        };
        let notice = known.notice.as_deref().cloned();
        let id = again_id(known, self.handoff.undone);
        let (_, effects) = self.queue_step(strategy, (place as u16, step), id, notice);
        effects
    }
}

fn again_id(withdrawn: &Delivery, undone: Option<u32>) -> DeliveryId {
    let undone = undone.unwrap_or_default().to_be_bytes();
    DeliveryId::caused_by(&[withdrawn.id.bytes(), b"again", &undone])
}
