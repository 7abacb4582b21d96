//! Golden journal.
