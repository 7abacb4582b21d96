//! What we are measured beside: the same rows written by hand, and another rules engine.

pub(crate) mod rows;
pub(crate) mod zen;
