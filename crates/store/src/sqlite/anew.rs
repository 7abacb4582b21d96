//! Writing the rows of current state anew from the journal, which stays as it is.
//!
//! What is there is set aside, whoever can fold the journal writes what follows from it, and the two
//! are compared. All of it is one transaction: a folder is as it was, or as the journal says.

mod aggregates;
mod compare;
mod kept;
mod sheets;
mod writing;

pub use compare::Differences;
pub use kept::{Erased, without_sealed};
pub use writing::Anew;
