//! Import maps, kept in the folder once each, so that what an import could not take can be read
//! again without the file.

use connectors::import::{ImportMap, parse_map};
use crank::Crank;
use notation::{Diagnostics, Sources};
use sha2::{Digest, Sha256};
use store::sqlite::SqliteStore;
use store::{Read, StoreError};

use super::act::Undone;
use super::group::group;
use super::setback::Setback;

/// What stands before the name of a map in an entry's format.
const FORMAT: &str = "csv:";
/// What a repair is called that names another map.
pub const MAP_FIELD: &str = "$map";

/// The name of a map: from what it says.
pub fn name_of(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    let mut head = [0; 8];
    head.copy_from_slice(&hash[..8]);
    format!("{:016x}", u64::from_be_bytes(head))
}

/// The format of an entry that a map reads again.
pub fn format_of(map: &str) -> String {
    format!("{FORMAT}{map}")
}

/// The map that reads an entry again: the last one that a person put in place.
pub fn map_of<'a>(format: &'a str, repairs: &'a [(String, String)]) -> Option<&'a str> {
    let own = format.strip_prefix(FORMAT)?;
    let other = repairs.iter().rev().find(|(field, _)| field == MAP_FIELD);
    Some(other.map_or(own, |(_, map)| map.as_str()))
}

/// Keeps a map, in a group of its own; nothing is written for one that is kept already.
pub fn keep(crank: &mut Crank<SqliteStore>, text: &str) -> Result<String, Undone> {
    let name = name_of(text);
    let setting = setting(&name);
    if crank.store().setting(&setting)?.is_some() {
        return Ok(name);
    }
    if read(text).is_none() {
        let says = "the import map has errors";
        return Err(Setback::refused(422, "map-wrong", says).into());
    }
    group(crank, |crank| crank.put_setting(&setting, text.as_bytes()).map_err(Undone::from))?;
    Ok(name)
}

/// The map with this name, parsed; none where it is not kept or does not parse.
pub fn load(store: &impl Read, name: &str) -> Result<Option<ImportMap>, StoreError> {
    let text = store.setting(&setting(name))?;
    let text = text.and_then(|bytes| String::from_utf8(bytes).ok());
    Ok(text.and_then(|text| read(&text)))
}

fn read(text: &str) -> Option<ImportMap> {
    let mut sources = Sources::new();
    let file = sources.add("map", text.to_owned());
    parse_map(&sources, file, &mut Diagnostics::new())
}

fn setting(name: &str) -> String {
    format!("import-map.{name}")
}
