//! What people write: a strategy parsed with spans, checked, compiled and evaluated with reasons. It knows nothing of the pipeline.

pub mod canonical;

pub mod calendar;

pub mod sla;

pub mod team;

pub mod territory;

pub mod contract;

pub mod playbook;

pub mod destinations;

pub mod brief;

mod reading;

mod columns;
