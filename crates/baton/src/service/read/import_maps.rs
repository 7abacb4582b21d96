//! Maps by which files can be read: those of the strategy in force, and those that are built in.

use std::collections::BTreeMap;

use connectors::import::{ImportMap, RowResult, SHIPPED, parse_map};
use notation::{Diagnostics, Sources};

use super::Service;
use super::failure::ReadError;

/// The folder of a strategy that has its maps.
const FOLDER: &str = "maps/";
const ENDING: &str = ".yaml";
/// Rows by which it is found out which map reads a file best.
const ROWS_TRIED: usize = 50;

/// A map by its name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NamedMap {
    /// What it is called: `hubspot-contacts`, or for one of the strategy's its path there.
    pub name: String,
    /// What it reads.
    pub reads: String,
    /// The map as it was written.
    pub text: String,
}

impl NamedMap {
    /// The map, parsed; none where it has errors, or reads posts and no files.
    pub fn read(&self) -> Option<ImportMap> {
        let mut sources = Sources::new();
        let file = sources.add(&self.name, self.text.clone());
        parse_map(&sources, file, &mut Diagnostics::new())
    }

    /// How much it reads of the first rows of a file: whose they are counts more than what they say. None
    /// where it does not read the file.
    pub fn reads_of(&self, file: &str, bytes: &[u8]) -> Option<usize> {
        let map = self.read()?;
        let mut rows = map.open(file, bytes).ok()?;
        let mut known = 0;
        for _ in 0..ROWS_TRIED {
            let Ok(Some(row)) = rows.next_row() else { break };
            if let RowResult::Signal(read) = row {
                let content = &read.incoming.content;
                known += 3 * content.subject.len() + content.fields.len() + read.outcome.len();
            }
        }
        Some(known)
    }
}

impl Service<'_> {
    /// Maps that read files, all or the one of a name: the strategy's first, then those that are built in.
    pub fn import_maps(self, named: Option<&str>) -> Result<Vec<NamedMap>, ReadError> {
        let files = match self.strategy_files("live") {
            Ok(files) => files.0,
            Err(ReadError::NotFound(_)) => BTreeMap::new(),
            Err(error @ ReadError::Store(_)) => return Err(error),
        };
        let own = files.into_iter().filter_map(|(path, bytes)| {
            let is_map = path.starts_with(FOLDER) && path.ends_with(ENDING);
            let text = is_map.then(|| String::from_utf8(bytes).ok()).flatten()?;
            let map = NamedMap { reads: "a map of the strategy".to_owned(), name: path, text };
            map.read().map(|_| map)
        });
        let shipped = SHIPPED.iter().map(|map| NamedMap {
            name: map.name.to_owned(),
            reads: map.reads.to_owned(),
            text: map.text.to_owned(),
        });
        let is_meant = |map: &NamedMap| named.is_none_or(|named| map.name == named);
        Ok(own.chain(shipped).filter(is_meant).collect())
    }
}
