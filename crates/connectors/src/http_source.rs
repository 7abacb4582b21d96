//! Plain JSON and form posts of any vendor, read by a map and believed by a secret.
//!
//! A map's columns are JSON paths ([`crate::json::path`]); a form is an object of its fields ([`form`]). What a map
//! says of cells counts for them too ([`mod@read`]). Who sends is known by a secret in a header or a
//! field, or by a signature ([`verify`]).

pub mod form;

pub mod read;

pub mod verify;

pub use read::{FORMAT, HttpMap, Shape, one, read};
pub use verify::{Check, SignatureVerifier, SignedHeader, VerifyError};

#[cfg(test)]
mod tests;
