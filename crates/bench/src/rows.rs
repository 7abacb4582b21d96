//! The rows of the table.

mod durable;
mod http;
mod rehearsal;
mod routing;
mod rules;
mod sla;
mod way;

use crate::table::Told;

/// A row, or some that are measured together.
pub(crate) struct Row {
    /// What it is called on the command line.
    pub(crate) name: &'static str,
    /// Measures it.
    pub(crate) measure: fn() -> Vec<Told>,
}

/// All rows, in the order of the design's table.
pub(crate) const ALL: &[Row] = &[
    Row { name: "durable", measure: durable::measure },
    Row { name: "http", measure: http::measure },
    Row { name: "way", measure: way::measure },
    Row { name: "routing", measure: routing::measure },
    Row { name: "rehearsal", measure: rehearsal::measure },
    Row { name: "sla", measure: sla::measure },
    Row { name: "rules", measure: rules::measure },
];
