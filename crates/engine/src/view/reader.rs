//! Who reads, and what for.

use crate::stages::brief::REDACTED;

/// What stands in place of what was erased.
pub const ERASED: &str = "erased";

/// Who reads a view.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reader<'a> {
    /// The role, as `brief.yaml` and the users have it; empty where nobody said.
    pub role: &'a str,
    /// Whether the purpose allows personal data.
    pub personal: bool,
}

impl<'a> Reader<'a> {
    /// A reader whose purpose allows personal data.
    pub const fn with_personal(role: &'a str) -> Self {
        Self { role, personal: true }
    }

    /// A reader who sees `redacted` in place of personal data.
    pub const fn without_personal(role: &'a str) -> Self {
        Self { role, personal: false }
    }

    /// A text, if the reader may see it.
    pub fn sees<'t>(&self, text: &'t str) -> &'t str {
        if self.personal { text } else { REDACTED }
    }
}
