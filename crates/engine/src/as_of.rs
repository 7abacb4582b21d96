//! What was known at one moment: the values that every view takes.
//!
//! "As of" always means when we knew. A handoff cannot be paired with an account of another moment:
//! the only way to a [`HandoffAsOf`] is to look the handoff up inside an account that was folded to
//! that moment.

mod account;
mod cut;
mod decisions;
mod feedback;
mod fold;
mod handoff;
mod history;
mod journal;
mod notes;
mod queued;

pub use account::{AccountAsOf, account_of};
pub use cut::PositionedEntry;
pub use decisions::{AccountDecisions, RecordedDecision, Wanted};
pub use feedback::SaidOfClaim;
pub use handoff::{Absent, AsOf, FoldedHandoff, HandoffAsOf, Written};
pub use history::{HandoffHistory, Recorded};
pub use journal::Journal;
pub use notes::{SaidNote, SaidWith};
pub use queued::{QueuedDelivery, queued_deliveries};
