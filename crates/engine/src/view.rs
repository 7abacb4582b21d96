//! Shapes for readers outside: what the API answers, the command line prints and deliveries carry.
//!
//! A view depends on the folded context alone, so that the same context reads the same byte for
//! byte. Personal data is in it only where the reader's purpose allows.

mod account;
mod brief;
mod delivery;
mod handoff;
mod json;
mod message;
mod reader;
mod written;

#[cfg(test)]
mod tests;

pub use account::{
    AccountView, ConsentView, FieldView, Page, PersonView, SummaryView, ThingView, TouchpointView,
    account, reaches_older,
};
pub use brief::{BriefView, ClaimView, EvidenceView, FeedbackView, RemarkView, brief};
pub use delivery::{RENDERER, delivery_body, undo_body};
pub use handoff::{
    DeliveryView, ENGINE, HandoffView, Points, ReasonView, ScoreView, handoff, reason, reasons,
    run, score,
};
pub use message::{AddresseeView, MessageView, OwnerView, QueuedBecause};
pub use reader::{ERASED, Reader};
