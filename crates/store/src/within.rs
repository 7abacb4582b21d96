//! A part of all handoffs, for somebody who may not see the others.

use domain::handoff::MemberId;

/// A part of all handoffs. One is in it where any of this holds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Within {
    /// One of these members has it, or had it.
    pub members: Vec<MemberId>,
    /// A queue has it.
    pub of_queues: bool,
    /// It waits for an owner.
    pub waiting: bool,
}
