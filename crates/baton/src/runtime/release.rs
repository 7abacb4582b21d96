//! Quarantine entries read again, when a person lets them in.

use std::collections::BTreeMap;

use connectors::http_source;
use connectors::reading::{Source, VerifiedKinds};
use domain::fact::Raw;
use domain::signal::{Incoming, SourceName};
use engine::arrived::{packed, unpacked};
use sha2::{Digest, Sha256};
use store::EntryRow;

use super::settings::SourceSettings;

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
) -> Result<Incoming, String> {
    if raw.format == FORMAT {
        return of_signal(row, raw);
    }
    let verifies = sources.get(&row.source).map_or(VerifiedKinds::NONE, |source| source.verifies);
    let source = Source { name: &row.source, verifies: &verifies };
    let mapped = sources.get(&row.source).and_then(|source| source.map.as_ref());
    if let Some(map) = mapped.filter(|_| raw.format == http_source::FORMAT) {
        return http_source::one(map, raw, source).map_err(|rejected| rejected.detail);
    }
    match connectors::release::read(raw, source, row.since) {
        Some(Ok(incoming)) => Ok(incoming),
        Some(Err(rejected)) => Err(rejected.detail),
        None => Err(format!("entries of the format `{}` need their map", raw.format)),
    }
}

fn of_signal(row: &EntryRow, raw: &Raw) -> Result<Incoming, String> {
    let (_, content) = unpacked(&raw.bytes, &raw.repairs).ok_or("its bytes are cut")?;
    let body = Sha256::digest(packed(None, &content)).into();
    Ok(Incoming { source: row.source.clone(), content, body })
}
