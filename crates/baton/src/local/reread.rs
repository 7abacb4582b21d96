//! Entries of the quarantine, read again: with the map of their import, or as their source's
//! format says.

use std::collections::BTreeMap;

use connectors::import::{ImportMap, RowResult, reread};
use domain::QuarantineId;
use domain::fact::Raw;
use domain::signal::{Incoming, SourceName};
use store::{EntryRow, Purpose, Read, StoreError};

use super::maps::{self, map_of};
use crate::runtime::release;
use crate::runtime::settings::SourceSettings;

/// What is needed to read entries again, gathered before the crank is asked.
pub struct RereadSources<'a> {
    maps: BTreeMap<String, ImportMap>,
    sources: &'a BTreeMap<SourceName, SourceSettings>,
}

impl<'a> RereadSources<'a> {
    /// Gathers it for some entries.
    pub fn gather(
        store: &impl Read,
        entries: &[QuarantineId],
        sources: &'a BTreeMap<SourceName, SourceSettings>,
    ) -> Result<Self, StoreError> {
        let mut names = Vec::new();
        for entry in entries {
            if let Some(raw) = store.raw(*entry, &Purpose::VIEW)?
                && let Some(name) = map_of(&raw.format, &raw.repairs)
            {
                names.push(name.to_owned());
            }
        }
        Ok(Self { maps: maps::load(store, names)?, sources })
    }

    /// Reads an entry again, with its repairs. The error says what is still wrong.
    pub fn read(&self, row: &EntryRow, raw: &Raw) -> Result<Incoming, String> {
        if raw.cut {
            return Err("it was longer than what is kept; send it again from its source".to_owned());
        }
        match map_of(&raw.format, &raw.repairs) {
            Some(name) => self.read_row(name, raw),
            None => release::read_again(self.sources, row, raw),
        }
    }

    fn read_row(&self, name: &str, raw: &Raw) -> Result<Incoming, String> {
        let map =
            self.maps.get(name).ok_or("its import map is not kept; repair it with `--map`")?;
        let file = raw.file.as_deref().unwrap_or_default();
        let map = map.file_for(file).map_err(|refused| refused.to_string())?;
        match reread(map, raw) {
            Some(RowResult::Signal(read)) => Ok(read.incoming),
            Some(RowResult::Quarantine(held)) => Err(held.detail),
            None => Err("its bytes hold no row under this map".to_owned()),
        }
    }
}
