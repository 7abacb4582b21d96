//! What people write: a strategy parsed with spans, checked, compiled and evaluated with reasons. It
//! knows nothing of the pipeline.
//!
//! A folder becomes a [`Strategy`] in [`compile`]. What an evaluation looks at is a [`Scene`]; a
//! [`Frame`] resolves the names of a strategy for one scene, and then scores, readiness and routes
//! are judged by comparisons, with the reason of each.
#![warn(missing_docs)]

pub mod name;

pub mod scene;

pub mod lists;

pub mod expression;

pub mod table;

pub mod scoring;

pub mod readiness;

pub mod autonomy;

pub mod routing;

pub mod canonical;

pub mod calendar;

pub mod sla;

pub mod team;

pub mod roster;

pub mod chance;

pub mod territory;

pub mod sources;

pub mod contract;

pub mod playbook;

pub mod destinations;

pub mod brief;

mod reading;

mod begins;

mod countries;

mod columns;

pub mod strategy;

pub use expression::{Condition, Expression, Frame, Names};
pub use name::Name;
pub use scene::{Nothing, Scene, Touch, Truth};
pub use strategy::{Compiled, Counts, Files, Strategy, compile, compile_kept};
