//! What the new owner reads: claims, each bound to the signals that it rests on.
//!
//! A claim says what one signal or one field says, and counts stand beside it as a figure. So with
//! a signal less the claims that rest on it alone are gone, and every other claim reads the same.

pub mod choice;
mod claim;
mod look;
mod owner;
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
use crate::names::Versions;

/// Writes the brief of a handoff from what was known at its moment, for every reader: who reads it
/// is for the view. The plan is that of the strategy; everything else is named by the strategy that it
/// was said under.
pub fn write<'a>(
    known: HandoffAsOf<'a>,
    strategy: &'a Strategy,
    versions: &'a dyn Versions,
) -> Brief<'a> {
    write_with(known, versions, plan::plan(known, strategy))
}

/// The same with a plan of one's own.
pub fn write_with<'a>(
    known: HandoffAsOf<'a>,
    versions: &'a dyn Versions,
    plan: Plan<'a>,
) -> Brief<'a> {
    sections::Writer::new(known, versions).write(plan)
}
