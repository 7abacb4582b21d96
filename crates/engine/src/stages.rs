//! The stages, in the order that a lead travels. Each is one verb from one type to the next, and
//! looks only upstream.
//!
//! Before the first of them a signal is taken in ([`crate::identity`] brings its identifiers to one
//! form); between `contract` and `score` what it says is folded into the [`crate::state`].

pub mod resolve;

pub mod contract;

pub mod score;

pub mod decide;

pub mod route;

pub mod brief;

pub mod deliver;

pub mod follow_up;

#[cfg(test)]
mod tests;
