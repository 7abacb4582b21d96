//! What is known, folded from the facts alone: nodes, accounts, the desk and the registry.
//!
//! [`State`] is only read. A turn works on a [`Scratch`] over it, and [`apply`](apply::apply) is
//! the one function that changes a scratch, live and in replay alike; what it comes to is [`After`],
//! which is adopted or let go. So a journal that is cut at a moment folds to what was known then.
//!
//! Nodes stand by themselves and accounts hold their ids, so a move or a merge changes a pointer.

mod about;
mod account;
mod account_context;
mod apply;
mod bytes;
mod field;
mod fold;
mod handoff;
mod node;
mod other_values;
mod ranking;
mod registry;
mod scratch;
mod snapshot;
mod undo;
mod wakes;

pub use about::{handoffs_spoken_of, spoken_of};
pub use account::{Account, alone};
pub use account_context::{AccountContext, Nodes};
pub(crate) use apply::{apply, arrival};
pub use bytes::{bytes_of_content, bytes_of_fields};
pub use field::{Field, FieldOrigin};
pub use fold::{Folded, Replay, replay, replay_onto};
pub use handoff::{
    ChainDue, Clock, Decision, Delivery, Handoff, QUEUE_OVERDUE, TargetChain, Undoable,
};
pub use node::{Anchor, Node, TOUCHES_MAX, Touchpoint};
pub use other_values::FieldOf;
pub use registry::Registry;
pub(crate) use scratch::Scratch;
pub use scratch::{After, State};
pub use snapshot::{Base, Written, snapshot_version};
pub use wakes::Waking;
