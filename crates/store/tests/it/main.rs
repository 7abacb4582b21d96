//! The store, from outside.

mod told;
