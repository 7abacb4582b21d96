//! What became of handoffs, in figures.
//!
//! Entries of the journal are folded into a small row for each handoff ([`HandoffCounts`]). A count is the
//! number of rows that a [`Measure`] and a [`Filter`] let through, and its list is those rows: the two
//! cannot differ. Nothing here opens a sealed part, and nothing here knows who a lead is; names of
//! campaigns and assets are told by whoever may read them ([`HandoffCounts::tell_origin`]).
#![warn(missing_docs)]

mod names;

mod row;

mod measure;

mod filter;

mod arrivals;
mod claims;
mod fold;

mod question;
mod times;

mod change;

pub use change::{Change, Part};
pub use claims::ClaimCount;
pub use filter::{Dimension, Filter, Period};
pub use fold::{HandoffCounts, RouteNames};
pub use measure::Measure;
pub use names::{NameId, Names};
pub use question::{Group, ListPage, RefusalCount};
pub use row::{CountedHandoff, Origin, Refusal};
pub use times::{Bucket, Duration, Times};

#[cfg(test)]
mod tests;
