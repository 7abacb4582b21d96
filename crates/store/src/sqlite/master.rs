//! The master key: made once, read at every start, never replaced while something is under it.

use std::fs;
use std::io;
use std::path::Path;

use zeroize::Zeroizing;

use super::folder::{
    DATABASE, KEYS, MASTER_KEY, hex, in_file, is_begun, missing, unhex, write_whole,
};
use crate::chance::Chance;
use crate::error::StoreError;

/// The master key of a folder that this process holds. One is made where nothing was written under
/// another: in a new folder, or in one whose first start was cut short.
pub(super) fn find_or_make(
    folder: &Path,
    chance: &mut Chance,
) -> Result<Zeroizing<[u8; 32]>, StoreError> {
    let used = is_begun(folder, KEYS) || is_begun(folder, DATABASE);
    match read(folder) {
        Err(StoreError::Damaged(_)) if !used => make(folder, chance),
        found => found,
    }
}

/// The master key of a folder that has one.
pub(super) fn read(folder: &Path) -> Result<Zeroizing<[u8; 32]>, StoreError> {
    let path = folder.join(MASTER_KEY);
    let text = match fs::read(&path) {
        Ok(text) => Zeroizing::new(text),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
            return Err(missing(MASTER_KEY));
        }
        Err(cause) => return Err(in_file(&path)(cause)),
    };
    std::str::from_utf8(&text)
        .ok()
        .and_then(|text| unhex(text.trim_end()))
        .map(Zeroizing::new)
        .ok_or_else(|| StoreError::Damaged(format!("`{MASTER_KEY}` holds no key")))
}

/// Nothing is wrapped under a key before its file has its name, so that one whose making was cut
/// short can be made again.
fn make(folder: &Path, chance: &mut Chance) -> Result<Zeroizing<[u8; 32]>, StoreError> {
    let key = Zeroizing::new(chance.draw::<32>()?);
    let mut text = Zeroizing::new(hex(&*key));
    text.push('\n');
    write_whole(folder, MASTER_KEY, text.as_bytes())?;
    Ok(key)
}
