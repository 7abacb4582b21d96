//! Who may what: policies in Cedar's language, which alone grants.
//!
//! A decision of Cedar is too slow to be asked for with each request, and the same for all that stand alike to
//! what they ask for. So each is asked once at the start ([`table`]), for every kind of whoever asks, action,
//! relation, class of data and purpose; a request looks the answer up.

pub mod shipped;

pub mod checked;

pub mod questions;

pub mod table;
