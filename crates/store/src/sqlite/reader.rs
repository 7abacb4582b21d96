//! Reading a data folder beside its writer, or without one.

use std::path::{Path, PathBuf};

use super::folder::{self, DATABASE, KEYS};
use super::keyring::Keyring;
use super::schema;
use super::settings;
use super::shelf::{Shelf, Shelved};
use super::vault::Vault;
use super::working::Working;
use crate::error::StoreError;

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
        let vault = Vault::new(&*folder::read_master_key(path)?);
        let db = settings::reader(&database)?;
        schema::check(&db)?;
        let keys = Keyring::new(settings::reader(&path.join(KEYS))?);
        let shelf = Shelf { db, keys, vault, working: Working::of_reader(), head: None };
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
