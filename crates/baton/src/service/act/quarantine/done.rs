//! What came of entries that somebody dealt with.

use domain::{QuarantineId, SignalId};
use serde::{Deserialize, Serialize};

/// What came of an entry.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EntryDone {
    /// The id of the entry.
    pub id: QuarantineId,
    /// `repaired`, `released`, `duplicate`, `discarded` or `kept`.
    pub result: String,
    /// The signal that it became.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub signal: Option<SignalId>,
    /// Why it is kept.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// The code of the cause that it is held for, where what was repaired is kept.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cause: Option<String>,
    /// All that is wrong with it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub faults: Vec<FaultDone>,
}

/// Something that is wrong with an entry.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FaultDone {
    /// The code of the reason.
    pub reason: String,
    /// The column or field, where it is one.
    pub field: Option<String>,
    /// The beginning of what stands there; for the terminal of the machine alone.
    pub value: Option<String>,
    /// In words, without the value.
    pub says: String,
}

impl EntryDone {
    /// What came of an entry, in one word.
    pub fn of(id: QuarantineId, result: &str) -> Self {
        let result = result.to_owned();
        Self { id, result, signal: None, reason: None, cause: None, faults: Vec::new() }
    }
}
