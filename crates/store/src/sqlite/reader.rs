//! Reading a data folder beside its writer, or without one.

use std::path::{Path, PathBuf};

use super::folder::{DATABASE, KEYS, missing};
use super::keyring::Keyring;
use super::master;
use super::schema;
use super::settings;
use super::shelf::{Shelf, Shelved};
use super::vault::Vault;
use super::working::Working;
use crate::error::StoreError;
use crate::journal::Meter;

/// Reads a data folder beside its writer, or without one.
pub struct Reader {
    pub(super) shelf: Shelf,
    pub(super) folder: PathBuf,
}

impl Reader {
    /// Opens a folder for reading. It need not be held by anybody.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let database = path.join(DATABASE);
        if !database.exists() {
            return Err(StoreError::NoFolder(path.to_owned()));
        }
        let db = settings::reader(&database)?;
        if !schema::is_made(&db)? {
            // A first start was cut short before anything was written.
            return Err(StoreError::NoFolder(path.to_owned()));
        }
        schema::check_database(&db)?;
        let vault = Vault::new(&*master::read(path)?);
        if !path.join(KEYS).exists() {
            return Err(missing(KEYS));
        }
        let key_store = settings::reader(&path.join(KEYS))?;
        schema::check_keys(&key_store)?;
        let keys = Keyring::new(key_store);
        let shelf = Shelf {
            db,
            keys,
            vault,
            working: Working::of_reader(),
            head: None,
            meter: Meter::default(),
        };
        Ok(Self { shelf, folder: path.to_owned() })
    }
}

impl Shelved for Reader {
    fn shelf(&self) -> Result<&Shelf, StoreError> {
        self.shelf.keys.refresh()?;
        Ok(&self.shelf)
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "reader of {}", self.folder.display())
    }
}
