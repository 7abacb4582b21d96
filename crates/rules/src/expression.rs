//! Conditions and values: a small typed language in the syntax of CEL. Every expression ends, none
//! fails: what cannot be told is unknown.
//!
//! Read in this order: what an expression is (`tree`), how it is read (`lex`, `parse`), which types
//! there are and what fits (`typing`), what each piece may be (`infer`), what fields are by all their
//! uses (`uses`), whether an expression holds together (`check`), how it is evaluated (`evaluate`)
//! and told (`explain`), whether it can hold and fail (`proof`), how conditions become comparisons of integers (`names`), and what those are made
//! over for one lead (`frame`).
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "most kinds of pieces are of no concern to most questions"
)]

pub(crate) mod tree;

mod fault;

mod lex;

mod parse;

pub(crate) mod typing;

mod infer;

mod uses;

mod check;

pub(crate) mod evaluate;

mod explain;

pub(crate) mod proof;

pub(crate) mod names;

pub(crate) mod frame;

mod kinds;

mod condition;

pub use check::Context;
pub(crate) use condition::Compile;
pub use condition::{Condition, Expression};
pub use frame::Frame;
pub use names::Names;
pub use typing::Type;
pub(crate) use typing::TypeSet;
pub(crate) use uses::{Declared, Types};
pub use uses::{FieldType, FieldTypes};
