//! Entries of the quarantine, read again: with the map of their import, or as their source's
//! format says.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use connectors::import::{ImportMap, reread};
use crank::{EntryFault, ReadEntry};
use domain::fact::Raw;
use domain::reason::Code;
use domain::signal::SourceName;
use store::{EntryRow, Read};

use super::entry;
use crate::config::resolved::SourceSettings;
use crate::service::kept_maps::{self, MAP_FIELD, map_of};

/// What is needed to read entries again. A map is parsed once, when the first entry needs it.
pub(super) struct RereadSources<'a> {
    maps: RefCell<BTreeMap<String, Option<Rc<ImportMap>>>>,
    sources: &'a BTreeMap<SourceName, SourceSettings>,
}

impl<'a> RereadSources<'a> {
    /// Reading again with the settings of these sources.
    pub(super) const fn new(sources: &'a BTreeMap<SourceName, SourceSettings>) -> Self {
        Self { maps: RefCell::new(BTreeMap::new()), sources }
    }

    /// Reads an entry again, with its repairs. The error says all that is still wrong.
    pub(super) fn read(
        &self,
        store: &impl Read,
        row: &EntryRow,
        raw: &Raw,
    ) -> Result<ReadEntry, Vec<EntryFault>> {
        match map_of(&raw.format, &raw.repairs) {
            Some(name) => self.read_row(store, name, raw),
            None => entry::read_again(self.sources, row, raw),
        }
    }

    fn read_row(
        &self,
        store: &impl Read,
        name: &str,
        raw: &Raw,
    ) -> Result<ReadEntry, Vec<EntryFault>> {
        let Some(map) = self.map(store, name) else {
            return entry::unreadable("its import map is not kept; repair it with `--map`");
        };
        let file = raw.file.as_deref().unwrap_or_default();
        let map = map
            .file_for(file)
            .map_err(|refused| vec![EntryFault::whole(Code::Unreadable, &refused.to_string())])?;
        let Some(mut read) = reread(map, raw) else {
            return entry::unreadable("its bytes hold no row under this map");
        };
        read.unplaced.retain(|(name, _)| name != MAP_FIELD);
        entry::of_row(read)
    }

    fn map(&self, store: &impl Read, name: &str) -> Option<Rc<ImportMap>> {
        let mut maps = self.maps.borrow_mut();
        if let Some(known) = maps.get(name) {
            return known.clone();
        }
        // A map that cannot be read is one that is not kept: the entry says so.
        let loaded = kept_maps::load(store, name).ok().flatten().map(Rc::new);
        maps.insert(name.to_owned(), loaded.clone());
        loaded
    }
}
