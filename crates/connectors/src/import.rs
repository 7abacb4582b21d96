//! Rows of people's own files to signals, as a map says. Every row that is read becomes one signal
//! or one quarantine entry.
//!
//! Maps of some vendors' exports are [`shipped`]. A map is read with places and diagnostics ([`parse`]) into what it says ([`map`], [`mod@column`],
//! [`glob`]). A file is opened under it or [`refused`] ([`mod@file`]) and read row by row ([`row`]);
//! its shape is judged ([`structure`]) and cells become values ([`cell`], [`number`], [`time`], [`phone`]),
//! or a [`fault`]; what must be equal when a row comes again
//! is in [`body`]; what looks odd in a dry run is in [`oddities`], what helps in [`mod@cure`]; what could not be taken is [`quarantined_row`], so that it can be [`mod@reread`].

pub mod parse;

pub mod map;

pub mod column;
pub mod phone;

pub mod glob;

pub mod shipped;

pub mod file;

pub mod refused;

mod bound;
pub mod fault;
pub mod row;
mod structure;

pub mod cure;
pub mod oddities;

pub mod cell;
pub mod number;
pub mod time;

mod body;

pub mod quarantined_row;
pub mod reread;

pub use bound::BoundMap;
pub use cure::cure;
pub use fault::RowFault;
pub use file::{Counts, FileRows};
pub use glob::Glob;
pub use map::{FieldMap, FileMap, ImportMap};
pub use oddities::{OddKind, Oddities, Oddity};
pub use parse::parse_map;
pub use quarantined_row::{FORMAT, QuarantinedRow};
pub use refused::{FileRefused, HeaderRefused, HeaderSeen};
pub use reread::{RowReread, reread};
pub use row::{RowRead, RowResult};
pub use shipped::{SHIPPED, ShippedMap};
