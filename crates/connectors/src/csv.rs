//! CSV as people export it: rows with their physical lines, whatever the encoding, the delimiter
//! and the line ends, in bounded memory. One bad row spoils no other.
//!
//! The rules, in the order in which they are applied: what is no CSV is refused ([`sniff`]); bytes
//! become text ([`encoding`], [`source`]); the delimiter is found ([`delimiter`]); text becomes
//! rows ([`scan`], [`row`]) under a header ([`header`]). [`reader`] puts them together, and
//! [`mod@write`] goes the other way.

pub mod reader;

pub mod sniff;

pub mod encoding;
mod source;

pub mod delimiter;

pub mod header;
pub mod row;
mod scan;

pub mod write;

pub use encoding::Encoding;
pub use header::Header;
pub use reader::{OpenError, Options, Reader};
pub use row::Row;
pub use sniff::{LooksLike, looks_like};
pub use write::{Writer, protect, unprotect, write_cell};
