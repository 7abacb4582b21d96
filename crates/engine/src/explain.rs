//! Why this owner, and why not each other one: told from what is stored. Only the words of a
//! route's condition are looked up again, in the context that the decision leaned on.

mod condition;
mod text;
mod why;

#[cfg(test)]
mod tests;

pub use text::text;
pub use why::{Earlier, Not, Pool, Route, Why, why};
