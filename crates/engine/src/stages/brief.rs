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

use domain::Moment;
use rules::Strategy;

pub use claim::{About, Asset, Brief, Claim, Evidence, Place, REDACTED, Section, Step, Unknown};
pub use sections::Plan;

use crate::names::Names;
use crate::state::{Account, Handoff};

/// Writes the brief of a handoff from what was known at a moment, for every reader: who reads it is
/// for the view. A context that was folded up to that moment also has the values that were so then.
pub fn write<'a>(
    account: &'a Account,
    handoff: &'a Handoff,
    strategy: &'a Strategy,
    as_of: Moment,
) -> Brief<'a> {
    let plan = plan::plan(account, handoff, strategy, as_of);
    write_with(account, handoff, strategy, plan, as_of)
}

/// The same with names and a plan of one's own.
pub fn write_with<'a>(
    account: &'a Account,
    handoff: &'a Handoff,
    names: &'a dyn Names,
    plan: Plan<'a>,
    as_of: Moment,
) -> Brief<'a> {
    sections::Writer::new(account, handoff, names, as_of).write(plan)
}
