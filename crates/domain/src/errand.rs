//! Errands: what is to be done outside, in the imperative. What comes of one returns as a fact.

mod answer;

use std::fmt;

pub use answer::Answer;

use crate::handoff::Target;
use crate::id::{AccountId, DeliveryId, HandoffId, ID_BYTES, SignalId};
use crate::moment::Moment;

/// Something for the runtime to do once the turn is committed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Errand {
    /// Bring a body to a destination, once in effect. The body is in the fact that queued it.
    PlaceDelivery {
        /// Our id, which is the destination's idempotency key.
        delivery: DeliveryId,
        /// Whose account.
        account: AccountId,
        /// Where to, as configured.
        destination: String,
        /// The signal that it all began with.
        correlation: SignalId,
        /// Not before.
        due: Moment,
        /// Whose messages there it may leave with, as [`Notice::recipient`] says.
        ///
        /// [`Notice::recipient`]: crate::fact::Notice::recipient
        recipient: Option<String>,
    },
    /// Come back to a handoff at a moment.
    WakeAt {
        /// The moment at which it fires.
        due: Moment,
        /// Whose account.
        account: AccountId,
        /// What for.
        wake: Wake,
    },
}

/// An errand of the outbox by its kind and id. Timers have a table of their own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ErrandId {
    /// Bring a body to a destination, once in effect.
    Delivery(DeliveryId),
}

impl ErrandId {
    /// The number of its kind and the bytes of its id, as the outbox keeps them.
    pub const fn to_stored(&self) -> (u8, &[u8; ID_BYTES]) {
        match self {
            Self::Delivery(delivery) => (0, delivery.bytes()),
        }
    }

    /// Reads what [`ErrandId::to_stored`] gave; `None` for a kind of a later program.
    pub const fn from_stored(kind: u8, id: [u8; ID_BYTES]) -> Option<Self> {
        match kind {
            0 => Some(Self::Delivery(DeliveryId::from_bytes(id))),
            _ => None,
        }
    }
}

impl From<DeliveryId> for ErrandId {
    fn from(delivery: DeliveryId) -> Self {
        Self::Delivery(delivery)
    }
}

impl fmt::Display for ErrandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delivery(delivery) => delivery.fmt(f),
        }
    }
}

/// What a timer is for. A firing that no longer fits the state does nothing.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, minicbor::Encode, minicbor::Decode,
)]
pub enum Wake {
    /// Warn that time runs low.
    #[n(0)]
    Warn {
        /// Which handoff.
        #[n(0)]
        handoff: HandoffId,
        /// Which clock.
        #[n(1)]
        target: Target,
        /// Which start of it.
        #[n(2)]
        generation: u32,
    },
    /// A target is due.
    #[n(1)]
    Due {
        /// Which handoff.
        #[n(0)]
        handoff: HandoffId,
        /// Which clock.
        #[n(1)]
        target: Target,
        /// Which start of it.
        #[n(2)]
        generation: u32,
    },
    /// The next step of the chain on silence.
    #[n(2)]
    Chain {
        /// Which handoff.
        #[n(0)]
        handoff: HandoffId,
        /// Which step, by its place.
        #[n(1)]
        step: u16,
        /// Which start of the clock.
        #[n(2)]
        generation: u32,
    },
    /// A recycled lead may come back. Form 1 wrote it; whether a lead rests is seen when it is decided.
    #[n(3)]
    Return {
        /// Which handoff.
        #[n(0)]
        handoff: HandoffId,
    },
    /// Look again for an owner who was away or capped.
    #[n(4)]
    Route {
        /// Which handoff.
        #[n(0)]
        handoff: HandoffId,
        /// Which round.
        #[n(1)]
        round: u32,
    },
    /// The next step of the chain on silence of a target after `accept`.
    #[n(5)]
    TargetChain {
        /// Which handoff.
        #[n(0)]
        handoff: HandoffId,
        /// Whose chain.
        #[n(1)]
        target: Target,
        /// Which step, by its place.
        #[n(2)]
        step: u16,
        /// Which start of the clock.
        #[n(3)]
        generation: u32,
    },
    /// A refusal can be taken back no more: the handoff passes on.
    #[n(6)]
    Settle {
        /// Which handoff.
        #[n(0)]
        handoff: HandoffId,
    },
}
