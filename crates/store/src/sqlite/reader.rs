//! Reading a data folder beside its writer, or without one.

use std::path::{Path, PathBuf};

use super::folder::{DATABASE, KEYS, missing};
use super::keyring::Keyring;
use super::loss::{self, Loss};
use super::master;
use super::older_tables;
use super::row_cache::RowCache;
use super::schema;
use super::session::{HasSession, Session};
use super::settings;
use super::vault::Vault;
use crate::error::StoreError;
use crate::journal::Meter;

/// Reads a data folder beside its writer, or without one.
pub struct Reader {
    pub(super) session: Session,
    pub(super) folder: PathBuf,
}

impl Reader {
    /// Opens a folder for reading. It need not be held by anybody.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        older_tables::bring_up(path)?;
        let reader = Self::open_under_any_key(path)?;
        let checked = reader.session.keys.check_under(&reader.session.vault, path);
        // What ails the key store itself is found where a key of it is asked for.
        if let Err(wrong @ StoreError::MasterKeyWrong { .. }) = checked {
            return Err(wrong);
        }
        Ok(reader)
    }

    /// Opens a folder whatever master key lies in it: for whoever says what is wrong with it.
    pub(super) fn open_under_any_key(path: &Path) -> Result<Self, StoreError> {
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
        schema::stand_in(&db)?;
        let vault = Vault::new(&*master::read(path)?);
        if !path.join(KEYS).exists() {
            return Err(missing(KEYS));
        }
        let key_store = settings::reader(&path.join(KEYS))?;
        schema::check_keys(&key_store)?;
        let keys = Keyring::new(key_store);
        let session = Session {
            db,
            keys,
            vault,
            row_cache: RowCache::of_reader(),
            head: None,
            meter: Meter::default(),
        };
        Ok(Self { session, folder: path.to_owned() })
    }

    /// What is lost of the journal; nothing where it is as long as it was.
    pub fn loss(&self) -> Result<Option<Loss>, StoreError> {
        loss::of_session(&self.session, loss::second_head_or_unreadable(&self.folder)?)
    }

    /// Reads as the folder is at one moment, whatever is written meanwhile.
    pub fn at_one_moment<T, E: From<StoreError>>(
        &self,
        read: impl FnOnce(&Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let _snapshot = self.session.snapshot()?;
        read(self)
    }
}

impl HasSession for Reader {
    fn session(&self) -> Result<&Session, StoreError> {
        self.session.keys.refresh()?;
        Ok(&self.session)
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "reader of {}", self.folder.display())
    }
}
