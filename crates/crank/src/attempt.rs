//! An attempt that is about to be made.

use domain::errand::ErrandId;
use domain::fact::Addressee;
use domain::handoff::{MemberId, Owner, State};
use domain::{DeliveryId, HandoffId, Moment};
use engine::state::Handoff;
use store::OutboxRow;

/// Something to bring to a destination now. The attempt is recorded once the group is committed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attempt {
    /// What is due; the first of what leaves together.
    pub row: OutboxRow,
    /// Which attempt, from 1.
    pub attempt: u32,
    /// The same bytes at each attempt. What leaves together has less in it where something was withdrawn
    /// meanwhile, and never more.
    pub body: Vec<u8>,
    /// What it tells somebody who may accept it.
    pub offers: Vec<Offer>,
}

/// A handoff that a message tells the member of whom it is offered to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offer {
    /// The delivery that tells of it.
    pub delivery: DeliveryId,
    /// The handoff.
    pub handoff: HandoffId,
    /// Its version when the message left.
    pub version: u64,
    /// Whom it is offered to.
    pub member: MemberId,
    /// When they must have accepted.
    pub until: Option<Moment>,
}

impl Attempt {
    /// The id under which it is sent and answered: that of the first of what leaves together, the same at
    /// each attempt.
    pub fn message(&self) -> ErrandId {
        self.row.bundle.map_or(self.row.errand, ErrandId::from)
    }
}

impl Offer {
    /// What a delivery offers to whoever is told; nothing where it tells somebody else, or where the handoff
    /// is not on offer.
    pub(crate) fn of(handoff: &Handoff, delivery: DeliveryId) -> Option<Self> {
        let notice = handoff.delivery(delivery)?.notice.as_deref()?;
        let (Some(Addressee::Member(told)), Owner::Person(owner)) = (&notice.told, &handoff.owner)
        else {
            return None;
        };
        (handoff.state == State::Offered && told == owner).then(|| Self {
            delivery,
            handoff: handoff.id,
            version: handoff.version.into(),
            member: owner.clone(),
            until: handoff.accept_by(),
        })
    }
}
