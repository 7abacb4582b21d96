//! What somebody who signs in is, and so what they may see and do.

use std::fmt;

use crate::handoff::named;

named! {
    /// What somebody who signs in is. A user has one.
    Role {
        /// Sells: works their own handoffs.
        0 Rep "rep";
        /// Leads a team of reps: works the handoffs of those who report to them.
        1 Manager "manager";
        /// Sees what became of the leads that marketing brought.
        2 Marketer "marketer";
        /// Runs Baton: may act for every member.
        3 Revops "revops";
        /// Reads figures, and nothing of a person.
        4 Leader "leader";
        /// Asks who did what, when and why.
        5 Auditor "auditor";
        /// Looks after users, keys and settings.
        6 Admin "admin";
    }
}
