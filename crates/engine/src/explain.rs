//! Why this owner, and why not each other one: told from the facts, each by the strategy that it was
//! said under. Only what a condition looked at is looked up again, in what was known at the moment of
//! its fact.

mod assignment;
mod condition;
mod history;
mod no_handoff;
mod no_handoff_text;
mod text;
mod who;
mod why;

#[cfg(test)]
mod tests;

pub use assignment::{AssignmentReason, EarlierRoutes, Pool, RejectedCandidate, Route};
pub use history::{HistoryEntry, NotesShown};
pub use no_handoff::{LackedCell, NearRow, NoHandoff, NoHandoffs, no_handoffs};
pub use no_handoff_text::no_handoff_text;
pub use text::{found as found_in_words, reason_why_not, text};
pub use who::Who;
pub use why::{Fence, Tenure, Why, has_notes, why};
