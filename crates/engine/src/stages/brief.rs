//! What the new owner reads: claims, each bound to the signals that it rests on.
//!
//! A claim says what one signal or one field says, and counts stand beside it as a figure. So with
//! a signal less the claims that rest on it alone are gone, and every other claim reads the same.

mod claim;
mod look;
mod plan;
mod sections;
mod topic;
pub mod words;

#[cfg(test)]
mod tests;

use rules::Strategy;

pub use claim::{About, Asset, Brief, Claim, Evidence, Place, REDACTED, Section, Step, Unknown};
pub use sections::Plan;

use crate::as_of::HandoffAsOf;
use crate::names::Names;

/// Writes the brief of a handoff from what was known at its moment, for every reader: who reads it
/// is for the view.
pub fn write<'a>(known: HandoffAsOf<'a>, strategy: &'a Strategy) -> Brief<'a> {
    write_with(known, strategy, plan::plan(known, strategy))
}

/// The same with names and a plan of one's own.
pub fn write_with<'a>(known: HandoffAsOf<'a>, names: &'a dyn Names, plan: Plan<'a>) -> Brief<'a> {
    sections::Writer::new(known, names).write(plan)
}
