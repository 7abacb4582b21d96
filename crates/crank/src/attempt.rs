//! An attempt that is about to be made.

use domain::errand::ErrandId;
use store::OutboxRow;

/// Something to bring to a destination now. The attempt is recorded once the group is committed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attempt {
    /// What is due; the first of what leaves together.
    pub row: OutboxRow,
    /// Which attempt, from 1.
    pub attempt: u32,
    /// The same bytes at each attempt. What leaves together has less in it where something was withdrawn
    /// meanwhile, and never more.
    pub body: Vec<u8>,
}

impl Attempt {
    /// The id under which it is sent and answered: that of the first of what leaves together, the same at
    /// each attempt.
    pub fn message(&self) -> ErrandId {
        self.row.bundle.map_or(self.row.errand, ErrandId::from)
    }
}
