//! What is wrong with a cell or a row, with the value for whoever imports.

use std::fmt;

use domain::reason::Code;

/// The longest part of a value that is shown, in characters.
const SHOWN_CHARS_MAX: usize = 60;

/// Something that could not be read. The value is for the terminal of whoever imports: it is
/// written nowhere else.
#[derive(Clone, PartialEq, Eq)]
pub struct RowFault {
    /// The code of the reason.
    pub code: Code,
    /// The column or field, where it is one.
    pub field: Option<String>,
    /// The beginning of the cell, where it is one.
    pub value: Option<String>,
    /// In words, without the value.
    pub detail: String,
}

impl RowFault {
    /// A fault of an item that is no row, with what stands there.
    pub(crate) fn shown(
        code: Code,
        field: Option<String>,
        value: Option<&str>,
        detail: String,
    ) -> Self {
        Self { code, field, value: value.map(shown), detail }
    }

    /// The row as a whole.
    pub(super) fn row(code: Code) -> Self {
        Self { code, field: None, value: None, detail: code.says().to_owned() }
    }

    /// The row as a whole, with words of its own.
    pub(super) fn row_with(code: Code, value: &str, detail: String) -> Self {
        Self { code, field: None, value: Some(shown(value)), detail }
    }

    /// A column that should say something and does not.
    pub(super) fn missing(code: Code, field: &str) -> Self {
        let says = code.says().trim_end_matches('.');
        let detail = format!("{says} (`{field}`).");
        Self { code, field: Some(field.to_owned()), value: None, detail }
    }

    /// A cell that cannot be read.
    pub(super) fn cell(code: Code, field: &str, value: &str) -> Self {
        Self { value: Some(shown(value)), ..Self::missing(code, field) }
    }
}

fn shown(value: &str) -> String {
    let mut shown: String = value.chars().take(SHOWN_CHARS_MAX).collect();
    if shown.len() < value.len() {
        shown.push('…');
    }
    shown
}

impl fmt::Debug for RowFault {
    /// Without the value: it is personal data and debug output reaches logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "fault({}, {:?})", self.code, self.field)
    }
}
