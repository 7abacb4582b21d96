//! Why this owner, and why not each other one: told from the facts, each by the strategy that it was
//! said under. Only what a condition looked at is looked up again, in what was known at the moment of
//! its fact.

mod condition;
mod course;
mod found;
mod text;
mod who;
mod why;

#[cfg(test)]
mod tests;

pub use course::Happened;
pub use found::{Earlier, Found, Not, Pool, Route};
pub use text::text;
pub use who::Who;
pub use why::{Fence, Tenure, Why, why};
