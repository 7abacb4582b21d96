//! Files that people uploaded to import them: in parts, each file sealed under a key of its own. They lie in a
//! file of the folder that is no part of the journal.
//!
//! Discarding an upload destroys its key first, so that nothing of it can be read wherever a page of it is
//! left. A file of uploads that was damaged or written by another version begins anew: what was uploaded is
//! uploaded again.

use std::collections::BTreeSet;
use std::path::Path;

use domain::id::ID_BYTES;
use domain::{ImportId, Moment};
use rusqlite::{Connection, OptionalExtension};

use super::folder::{self, UPLOADS};
use super::master;
use super::own_file::remove;
use super::settings;
use super::vault::{self, NONCE_BYTES, OwnKey, Vault, WRAPPED_BYTES};
use crate::chance::Chance;
use crate::error::StoreError;

/// The version of what stands in it.
const VERSION: i64 = 1;
const SCHEMA: &str = "
    CREATE TABLE uploads (import BLOB NOT NULL PRIMARY KEY, wrapped BLOB NOT NULL, head BLOB NOT NULL,
        bytes INTEGER NOT NULL, begun INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE parts (import BLOB NOT NULL, number INTEGER NOT NULL, sealed BLOB NOT NULL,
        PRIMARY KEY (import, number)) STRICT;";
/// An upload as it lies there: its import, its sealed head, its bytes, and when it was begun.
type SealedRow = (ImportId, Vec<u8>, u64, Moment);
/// The number of what is sealed beside the parts, which are counted from 1.
const HEAD: u32 = 0;

/// An upload as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UploadRow {
    /// The import that it is for.
    pub import: ImportId,
    /// What whoever began it says of it. It is sealed.
    pub head: Vec<u8>,
    /// Bytes of the whole file.
    pub bytes: u64,
    /// When it was begun.
    pub begun: Moment,
    /// The numbers of the parts that are there, from 1.
    pub parts: BTreeSet<u32>,
}

/// The file of uploads, open for the one process that holds the folder.
pub struct UploadFile {
    db: Connection,
    vault: Vault,
    chance: Chance,
}

impl UploadFile {
    /// Opens the file in a folder that this process holds.
    pub fn open(data: &Path) -> Result<Self, StoreError> {
        let path = data.join(UPLOADS);
        let vault = Vault::new(&*master::read(data)?);
        let db = match open_as_left(&path) {
            Some(db) => db,
            None => begin(&path)?,
        };
        let mut file = Self { db, vault, chance: Chance::system() };
        // What another folder's key sealed, or what was damaged, is of no use to anybody.
        for (import, head, ..) in file.rows()? {
            if file.head(import, &head).is_none() {
                file.discard(import)?;
            }
        }
        Ok(file)
    }

    /// All uploads, the latest first.
    pub fn list(&self) -> Result<Vec<UploadRow>, StoreError> {
        let mut listed = Vec::new();
        for (import, head, bytes, begun) in self.rows()? {
            let head = self.head(import, &head).ok_or_else(damaged)?;
            let parts = self.parts(import)?;
            listed.push(UploadRow { import, head, bytes, begun, parts });
        }
        Ok(listed)
    }

    /// Begins an upload of so many bytes. One that is there already goes on.
    pub fn begin(
        &mut self,
        import: ImportId,
        head: &[u8],
        bytes: u64,
        now: Moment,
    ) -> Result<(), StoreError> {
        if self.key(import)?.is_some() {
            return Ok(());
        }
        let key = OwnKey::new(self.chance.draw::<32>()?);
        let wrapped = self.vault.wrap(&key, &context(import, HEAD), &mut self.chance)?;
        let sealed = self.sealed(&key, (import, HEAD), head)?;
        let sql =
            "INSERT INTO uploads (import, wrapped, head, bytes, begun) VALUES (?1, ?2, ?3, ?4, ?5)";
        self.db.prepare_cached(sql)?.execute((
            import.bytes().as_slice(),
            wrapped,
            sealed,
            bytes.cast_signed(),
            now.0,
        ))?;
        Ok(())
    }

    /// Keeps a part, from 1; whether there is such an upload. A part that comes again takes the place of the
    /// first.
    pub fn put(&mut self, import: ImportId, number: u32, part: &[u8]) -> Result<bool, StoreError> {
        let Some(key) = self.key(import)? else { return Ok(false) };
        let sealed = self.sealed(&key, (import, number), part)?;
        let sql = "INSERT OR REPLACE INTO parts (import, number, sealed) VALUES (?1, ?2, ?3)";
        self.db.prepare_cached(sql)?.execute((import.bytes().as_slice(), number, sealed))?;
        Ok(true)
    }

    /// A part; none where it is not there.
    pub fn part(&self, import: ImportId, number: u32) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT sealed FROM parts WHERE import = ?1 AND number = ?2";
        let mut statement = self.db.prepare_cached(sql)?;
        let by = (import.bytes().as_slice(), number);
        let sealed: Option<Vec<u8>> = statement.query_row(by, |row| row.get(0)).optional()?;
        let (Some(sealed), Some(key)) = (sealed, self.key(import)?) else { return Ok(None) };
        vault::open(&key, &context(import, number), &sealed).map(Some).ok_or_else(damaged)
    }

    /// Destroys the key of an upload, and takes away what was sealed under it.
    pub fn discard(&mut self, import: ImportId) -> Result<(), StoreError> {
        let id = import.bytes().as_slice();
        let sql = "UPDATE uploads SET wrapped = zeroblob(?2) WHERE import = ?1";
        self.db.prepare_cached(sql)?.execute((id, WRAPPED_BYTES as i64))?;
        let group = self.db.transaction()?;
        group.execute("DELETE FROM parts WHERE import = ?1", [id])?;
        group.execute("DELETE FROM uploads WHERE import = ?1", [id])?;
        group.commit()?;
        let none: bool =
            self.db.query_row("SELECT NOT EXISTS (SELECT 1 FROM uploads)", [], |row| row.get(0))?;
        if none {
            self.db.execute_batch("VACUUM")?;
        }
        // What the log still has of the key goes with it.
        self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }

    /// What is kept of each upload, sealed as it is.
    fn rows(&self) -> Result<Vec<SealedRow>, StoreError> {
        let sql = "SELECT import, head, bytes, begun FROM uploads ORDER BY begun DESC, import";
        let mut statement = self.db.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| {
            let import: [u8; ID_BYTES] = row.get(0)?;
            let bytes: i64 = row.get(2)?;
            Ok((
                ImportId::from_bytes(import),
                row.get(1)?,
                bytes.cast_unsigned(),
                Moment(row.get(3)?),
            ))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What was said of an upload; none where it does not open.
    fn head(&self, import: ImportId, sealed: &[u8]) -> Option<Vec<u8>> {
        vault::open(&self.key(import).ok()??, &context(import, HEAD), sealed)
    }

    fn key(&self, import: ImportId) -> Result<Option<OwnKey>, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT wrapped FROM uploads WHERE import = ?1")?;
        let id = import.bytes().as_slice();
        let wrapped: Option<Vec<u8>> = statement.query_row([id], |row| row.get(0)).optional()?;
        let unwrap = |wrapped: Vec<u8>| {
            self.vault.unwrap(&wrapped, &context(import, HEAD)).ok_or_else(damaged)
        };
        wrapped.map(unwrap).transpose()
    }

    fn parts(&self, import: ImportId) -> Result<BTreeSet<u32>, StoreError> {
        let mut statement = self.db.prepare_cached("SELECT number FROM parts WHERE import = ?1")?;
        let numbers = statement.query_map([import.bytes().as_slice()], |row| row.get(0))?;
        Ok(numbers.collect::<Result<_, _>>()?)
    }

    fn sealed(
        &mut self,
        key: &OwnKey,
        (import, number): (ImportId, u32),
        plain: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        let mut sealed = self.chance.draw::<NONCE_BYTES>()?.to_vec();
        sealed.extend_from_slice(plain);
        vault::seal(key, &context(import, number), &mut sealed);
        Ok(sealed)
    }
}

impl std::fmt::Debug for UploadFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a file of uploads")
    }
}

/// What a sealed piece of an upload is bound to.
fn context(import: ImportId, number: u32) -> Vec<u8> {
    [b"baton upload 1".as_slice(), import.bytes(), &number.to_be_bytes()].concat()
}

const fn damaged() -> StoreError {
    StoreError::SealedDamaged("what was uploaded does not open")
}

/// The file as this folder's last process left it; nothing where it is anything else.
fn open_as_left(path: &Path) -> Option<Connection> {
    path.exists().then_some(())?;
    let db = settings::writer(path).ok()?;
    let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0)).ok()?;
    (version == VERSION).then_some(db)
}

fn begin(path: &Path) -> Result<Connection, StoreError> {
    remove(path)?;
    folder::make_private(path)?;
    let mut db = settings::writer(path)?;
    let group = db.transaction()?;
    group.execute_batch(SCHEMA)?;
    group.pragma_update(None, "user_version", VERSION)?;
    group.commit()?;
    Ok(db)
}

#[cfg(test)]
mod tests;
