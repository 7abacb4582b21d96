//! The rows of the table.

mod disk;
mod durable;
mod http;
mod rehearsal;
mod routing;
mod rules;
mod sla;
mod way;

use crate::table::Measurement;

/// A row, or some that are measured together.
pub(crate) struct Row {
    /// What it is called on the command line.
    pub(crate) name: &'static str,
    /// Measures it.
    pub(crate) measure: fn() -> Vec<Measurement>,
    /// Does less of the same, for a tool that counts instructions, and says how many units it
    /// measured; none where instructions say nothing.
    pub(crate) count: Option<fn() -> usize>,
}

/// All rows, in the order of the design's table.
pub(crate) const ALL: &[Row] = &[
    Row { name: "durable", measure: durable::measure, count: Some(durable::count) },
    Row { name: "http", measure: http::measure, count: None },
    Row { name: "disk", measure: disk::measure, count: None },
    Row { name: "way", measure: way::measure, count: Some(way::count) },
    Row { name: "routing", measure: routing::measure, count: None },
    Row { name: "rehearsal", measure: rehearsal::measure, count: Some(rehearsal::count) },
    Row { name: "sla", measure: sla::measure, count: None },
    Row { name: "rules", measure: rules::measure, count: None },
];
