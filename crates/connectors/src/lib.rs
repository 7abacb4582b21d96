//! Their words and ours, pure: one folder a vendor. It opens no socket and no file.
//!
//! Bytes come in and values go out. What cannot be read is a [`reading::Rejected`] with a code, and
//! never spoils what stands beside it.

pub mod reading;

pub mod json;

pub mod mapping;

pub mod cloudevents;
pub mod segment;
pub mod standard_webhooks;

pub mod http_source;

pub mod release;

pub mod csv;
pub mod import;

pub mod talk;

pub mod notice;

pub mod destination;

pub mod destinations;
