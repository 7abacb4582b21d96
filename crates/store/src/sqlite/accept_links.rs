//! Addresses in messages on which whoever is told accepts a handoff: the hash of a secret, what it accepts
//! and for whom, and until when. They lie in a file of their own, which is no part of the journal.
//!
//! An address that was used must stay used, so that a copy of the file opens nothing.

use std::path::Path;

use domain::handoff::MemberId;
use domain::{HandoffId, Moment};
use rusqlite::{Connection, OptionalExtension as _};

use super::folder::ACCEPT_LINKS;
use super::own_file;
use crate::error::StoreError;

/// The version of what stands in it.
const VERSION: i64 = 1;
const SCHEMA: &str = "
    CREATE TABLE links (hash BLOB NOT NULL PRIMARY KEY, handoff BLOB NOT NULL, version INTEGER NOT NULL,
        member TEXT NOT NULL, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE INDEX links_by_end ON links (expires);";
/// Addresses that are kept at a time; with one more the one that ends first ends.
const LINKS_MAX: u32 = 100_000;

/// An address as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AcceptLinkRow {
    /// The hash of its secret.
    pub hash: [u8; 32],
    /// The handoff.
    pub handoff: HandoffId,
    /// The handoff's version when the message left.
    pub version: u64,
    /// Who accepts it.
    pub member: MemberId,
    /// When it ends by itself.
    pub expires: Moment,
}

/// The file of addresses, open for the one process that holds the folder.
#[derive(Debug)]
pub struct AcceptLinkFile(Connection);

impl AcceptLinkFile {
    /// Opens the file in a folder that this process holds. One that is not its own any more begins anew.
    pub fn open(data: &Path) -> Result<Self, StoreError> {
        let path = data.join(ACCEPT_LINKS);
        match own_file::open_as_left(&path, VERSION) {
            Some(db) => Ok(Self(db)),
            None => own_file::begin(&path, SCHEMA, VERSION).map(Self),
        }
    }

    /// Keeps an address, and forgets those that are over.
    pub fn put(&mut self, row: &AcceptLinkRow, now: Moment) -> Result<(), StoreError> {
        let group = self.0.transaction()?;
        group.prepare_cached("DELETE FROM links WHERE expires <= ?1")?.execute([now.0])?;
        let sql = "DELETE FROM links WHERE hash IN (SELECT hash FROM links ORDER BY expires \
                   LIMIT max(0, (SELECT count(*) FROM links) - ?1 + 1))";
        group.prepare_cached(sql)?.execute([LINKS_MAX])?;
        let sql = "INSERT OR REPLACE INTO links (hash, handoff, version, member, expires) \
                   VALUES (?1, ?2, ?3, ?4, ?5)";
        group.prepare_cached(sql)?.execute((
            row.hash.as_slice(),
            row.handoff.bytes().as_slice(),
            row.version.cast_signed(),
            &*row.member.0,
            row.expires.0,
        ))?;
        Ok(group.commit()?)
    }

    /// The address with a secret of this hash, while it is not over.
    pub fn find(&self, hash: &[u8; 32], now: Moment) -> Result<Option<AcceptLinkRow>, StoreError> {
        let sql =
            "SELECT handoff, version, member, expires FROM links WHERE hash = ?1 AND expires > ?2";
        let mut statement = self.0.prepare_cached(sql)?;
        let found = statement.query_row((hash.as_slice(), now.0), |row| {
            let (version, member): (i64, String) = (row.get(1)?, row.get(2)?);
            Ok(AcceptLinkRow {
                hash: *hash,
                handoff: HandoffId::from_bytes(row.get(0)?),
                version: version.cast_unsigned(),
                member: MemberId(member.as_str().into()),
                expires: Moment(row.get(3)?),
            })
        });
        Ok(found.optional()?)
    }

    /// Forgets an address; whether it was there.
    pub fn remove(&mut self, hash: &[u8; 32]) -> Result<bool, StoreError> {
        let sql = "DELETE FROM links WHERE hash = ?1";
        Ok(self.0.prepare_cached(sql)?.execute([hash.as_slice()])? > 0)
    }
}

#[cfg(test)]
mod tests;
