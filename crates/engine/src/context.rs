//! The live context: what is known of an account at one moment, folded from the facts alone.
//!
//! A context is folded a node at a time; an account's context is the ordered join of its nodes.
//! Facts are the only way to change it, so a journal that is cut at a moment folds to what was
//! known then.

mod account;
mod handoff;
mod node;

pub use account::Account;
pub use handoff::{Clock, Decision, Delivery, Handoff};
pub use node::{Field, Known, Node, Touchpoint};
