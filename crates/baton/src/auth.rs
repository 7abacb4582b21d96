//! Who may: the credentials that the program knows, and what each may do.

pub mod keys;
