//! The form of facts: which schema the entries of a folder may have.

use domain::fact::{Entry, SCHEMA};

/// The latest schema that this program writes and reads.
pub(super) const FORM: u16 = SCHEMA;

/// What the clear part of an entry says, where this program can read it.
pub(super) fn entry_of(body: &[u8]) -> Option<Entry> {
    Entry::read(body).ok()
}
