//! What is wrong with a quarantine entry, what a person puts in place of it, and what came of that.

use domain::Value;
use domain::reason::Code;
use domain::signal::{Content, Incoming};

/// The longest part of a value that is shown, in characters.
const SHOWN_CHARS_MAX: usize = 60;

/// A value that a person puts in place of what a field held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// The field, as the map or the contract names it.
    pub field: String,
    /// The value as they write it.
    pub value: String,
}

/// What came of a repair.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Repaired {
    /// The entry waits to be released.
    Ready,
    /// The repairs are kept, and it is held for these, the first of them its cause.
    StillHeld(Vec<EntryFault>),
    /// Nothing was changed: there is no place for what was written.
    Refused(Vec<EntryFault>),
}

/// Something that an entry is held for.
#[derive(Clone, PartialEq, Eq)]
pub struct EntryFault {
    /// The code of the reason.
    pub code: Code,
    /// The column or field, where it is one.
    pub field: Option<String>,
    /// The beginning of what stands there: personal data, for the terminal of whoever repairs.
    pub value: Option<String>,
    /// In words, without the value.
    pub says: String,
}

impl EntryFault {
    /// The entry as a whole.
    pub fn whole(code: Code, says: &str) -> Self {
        Self { code, field: None, value: None, says: says.to_owned() }
    }

    /// A name that a person wrote and that nothing reads.
    pub fn unknown(name: &str, says: String) -> Self {
        Self { code: Code::FieldUnknown, field: Some(name.to_owned()), value: None, says }
    }

    /// A field of a content.
    pub(crate) fn of(code: Code, field: Option<String>, content: &Content) -> Self {
        let value = field.as_deref().and_then(|name| said(content, name)).map(|text| shown(&text));
        let says = code.says().trim_end_matches('.');
        let says = field
            .as_deref()
            .map_or_else(|| format!("{says}."), |name| format!("{says} (`{name}`)."));
        Self { code, field, value, says }
    }
}

impl std::fmt::Debug for EntryFault {
    /// Without the value: it is personal data and debug output reaches logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "fault({}, {:?})", self.code, self.field)
    }
}

/// The beginning of a value, as it is shown.
fn shown(value: &str) -> String {
    let mut shown: String = value.chars().take(SHOWN_CHARS_MAX).collect();
    if shown.len() < value.len() {
        shown.push('…');
    }
    shown
}

/// Faults as sentences, each once.
pub fn in_words(faults: &[EntryFault]) -> String {
    let mut said: Vec<&str> = Vec::new();
    for fault in faults {
        if !said.contains(&fault.says.as_str()) {
            said.push(&fault.says);
        }
    }
    said.join(" ")
}

/// An entry that could be read again.
#[derive(Clone, Debug)]
pub struct ReadEntry {
    /// What it says.
    pub incoming: Incoming,
    /// Repairs of which its format knows no place: a field and its value.
    pub unplaced: Vec<(String, String)>,
}

/// What a content says under a name of a contract, as people read it.
fn said(content: &Content, name: &str) -> Option<String> {
    if name == "occurred" {
        return content.occurred.map(|moment| moment.to_string());
    }
    let kind = name.strip_prefix("subject.").unwrap_or(name);
    let identifier = content.subject.iter().find(|known| known.kind.name() == kind);
    let field = content.fields.get(name).map(Value::to_string);
    field.or_else(|| identifier.map(|known| known.value.to_string()))
}
