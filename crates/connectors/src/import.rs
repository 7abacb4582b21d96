//! Rows of people's own files to signals, as a map says. Every row that is read becomes one signal
//! or one quarantine entry.
//!
//! A map is read with places and diagnostics ([`parse`]) into what it says ([`map`], [`glob`]). A
//! file is opened under it and read row by row ([`file`], [`row`]); cells become values ([`cell`],
//! [`number`], [`time`]); what must be equal when a row comes again is in [`body`]; and what could
//! not be taken is kept so that it can be read again ([`held`]).

pub mod map;

pub mod parse;

pub mod glob;

pub mod file;

pub mod row;

pub mod held;

mod body;

pub mod cell;
pub mod number;
pub mod time;

pub use file::{Counts, FileRefused, FileRows};
pub use glob::Glob;
pub use held::{Held, reread};
pub use map::{FieldMap, FileMap, ImportMap};
pub use parse::parse_map;
pub use row::{Bound, HeaderRefused, RowRead, RowResult};
