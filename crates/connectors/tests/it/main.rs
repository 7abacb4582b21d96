//! Connectors as outsiders use them.

mod csv;
mod import;
