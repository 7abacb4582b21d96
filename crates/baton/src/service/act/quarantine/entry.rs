//! Quarantine entries read again, when a person repairs them or lets them in.

use std::collections::BTreeMap;

use connectors::http_source;
use connectors::import::{RowFault, RowReread, RowResult};
use connectors::reading::{Source, VerifiedKinds};
use crank::{EntryFault, ReadEntry};
use domain::fact::Raw;
use domain::reason::Code;
use domain::signal::{IdentifierKind, Incoming, SourceName};
use engine::arrived::{packed, unpacked};
use sha2::{Digest, Sha256};
use store::EntryRow;

use crate::config::resolved::SourceSettings;

/// The format of an entry that could be read and was kept apart all the same.
pub const FORMAT: &str = "signal";

/// The raw part of a signal that could be read.
pub fn raw_of(incoming: &Incoming) -> Raw {
    Raw {
        bytes: packed(None, &incoming.content),
        file: None,
        detail: String::new(),
        format: FORMAT.to_owned(),
        origin: incoming.content.origin.to_string(),
        source_id: Some(incoming.content.source_id.to_string()),
        cut: false,
        repairs: Vec::new(),
    }
}

/// Reads an entry's bytes again, with its repairs. Formats of files are for the command line, which
/// has the maps.
pub fn read_again(
    sources: &BTreeMap<SourceName, SourceSettings>,
    row: &EntryRow,
    raw: &Raw,
) -> Result<ReadEntry, Vec<EntryFault>> {
    if raw.format == FORMAT {
        return of_signal(row, raw);
    }
    let verifies = sources.get(&row.source).map_or(VerifiedKinds::NONE, |source| source.verifies);
    let source = Source { name: &row.source, verifies: &verifies };
    let mapped = sources.get(&row.source).and_then(|source| source.map.as_ref());
    if let Some(map) = mapped.filter(|_| raw.format == http_source::FORMAT) {
        let read = http_source::one(map, raw, source);
        return read.map_or_else(|| unreadable("its bytes are no JSON"), of_row);
    }
    match connectors::release::read(raw, source, row.since) {
        Some(Ok(incoming)) => Ok(ReadEntry { incoming, unplaced: Vec::new() }),
        Some(Err(faults)) => Err(of_faults(faults)),
        None => unreadable(&format!("entries of the format `{}` need their map", raw.format)),
    }
}

/// A row or a post that a map read again.
pub fn of_row(read: RowReread) -> Result<ReadEntry, Vec<EntryFault>> {
    let RowReread { result, unplaced } = read;
    match result {
        RowResult::Signal(read) => Ok(ReadEntry { incoming: read.incoming, unplaced }),
        RowResult::Quarantine(held) => {
            let mut faults = of_faults(held.faults);
            // Whose a row is can be said beside it, once it can be read.
            let beside = |name: &str| {
                let bare = name.strip_prefix("subject.").unwrap_or(name);
                name == "occurred" || IdentifierKind::named(bare).is_some()
            };
            for (name, _) in unplaced.iter().filter(|(name, _)| !beside(name)) {
                let says = format!("the row has no column or field of this name (`{name}`).");
                faults.push(EntryFault::unknown(name, says));
            }
            Err(faults)
        }
    }
}

/// An entry that cannot be read as a whole.
pub fn unreadable<T>(says: &str) -> Result<T, Vec<EntryFault>> {
    Err(vec![EntryFault::whole(Code::Unreadable, says)])
}

fn of_faults(faults: Vec<RowFault>) -> Vec<EntryFault> {
    let fault =
        |RowFault { code, field, value, detail }| EntryFault { code, field, value, says: detail };
    faults.into_iter().map(fault).collect()
}

fn of_signal(row: &EntryRow, raw: &Raw) -> Result<ReadEntry, Vec<EntryFault>> {
    let Some((_, content)) = unpacked(&raw.bytes, &raw.repairs) else {
        return unreadable("its bytes are cut");
    };
    let body = Sha256::digest(packed(None, &content)).into();
    let incoming = Incoming { source: row.source.clone(), content, body };
    Ok(ReadEntry { incoming, unplaced: Vec::new() })
}
