//! A text that is asked with and shown to nobody.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A secret, or a code that somebody typed: it is in no log, whatever is written of a request.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Shielded(String);

impl Shielded {
    /// Shields a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Shielded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("****")
    }
}
