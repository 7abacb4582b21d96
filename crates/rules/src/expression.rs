//! Conditions and values: a small typed language in the syntax of CEL. Every expression ends, none
//! fails: what cannot be told is unknown.
//!
//! Read in this order: what an expression is (`tree`), how it is read (`lex`, `parse`), how
//! its types are checked (`check`), how it is evaluated (`evaluate`) and told (`explain`),
//! and how conditions become integer comparisons (`frame`).
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "most kinds of pieces are of no concern to most questions"
)]

pub(crate) mod tree;

mod fault;

mod lex;

mod parse;

mod check;

pub(crate) mod evaluate;

mod explain;

pub(crate) mod frame;

mod condition;

pub use check::{Context, Type};
pub(crate) use check::{Types, moment};
pub(crate) use condition::Compile;
pub use condition::{Condition, Expression};
pub use frame::{Frame, Names};
