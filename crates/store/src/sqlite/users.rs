//! Rows of users: who may sign in, and what of them is sealed.

use domain::{Moment, Role, UserId};
use rusqlite::{OptionalExtension, Row};

use super::schema;
use super::session::Session;
use super::vault::{self, NONCE_BYTES, Name};
use super::writer::SqliteStore;
use crate::error::StoreError;
use crate::users::{SignInLink, UserRow, UserSecrets};

const COLUMNS: &str = "id, role, member, generation, added, revoked, link, link_expires";

impl Session {
    fn name_of_user(&self, email: &str) -> Name {
        self.vault.name(&[b"user", email.as_bytes()])
    }

    /// Whether there is a table of users: a reader brings no folder up to date.
    fn has_users(&self) -> Result<bool, StoreError> {
        schema::has_table(&self.db, "users")
    }

    pub(super) fn users(&self) -> Result<Vec<UserRow>, StoreError> {
        if !self.has_users()? {
            return Ok(Vec::new());
        }
        let sql = format!("SELECT {COLUMNS} FROM users ORDER BY added, id");
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map([], user_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub(super) fn user_by_email(&self, email: &str) -> Result<Option<UserRow>, StoreError> {
        if !self.has_users()? {
            return Ok(None);
        }
        let sql = format!("SELECT {COLUMNS} FROM users WHERE name = ?1");
        let mut statement = self.db.prepare_cached(&sql)?;
        Ok(statement.query_row([self.name_of_user(email).as_slice()], user_row).optional()?)
    }

    pub(super) fn user_secrets(&self, user: UserId) -> Result<Option<UserSecrets>, StoreError> {
        if !self.has_users()? {
            return Ok(None);
        }
        let mut statement = self.db.prepare_cached("SELECT sealed FROM users WHERE id = ?1")?;
        let id = user.bytes().as_slice();
        let sealed: Option<Vec<u8>> = statement.query_row([id], |row| row.get(0)).optional()?;
        let Some(sealed) = sealed else { return Ok(None) };
        let damaged = || StoreError::SealedDamaged("what is kept of a user does not open");
        let key = self.keys.user(user, &self.vault)?.ok_or_else(damaged)?;
        let plain = vault::open(&key, &vault::user_context(user), &sealed).ok_or_else(damaged)?;
        minicbor::decode(&plain).map(Some).map_err(|_| damaged())
    }
}

impl SqliteStore {
    /// Keeps a user, within an open group. When they were added stays as it was.
    pub(super) fn keep_user(
        &mut self,
        row: &UserRow,
        secrets: &UserSecrets,
    ) -> Result<(), StoreError> {
        let session = &mut self.session;
        let key = session.keys.user_to_seal(row.user, &session.vault, &mut self.chance)?;
        let mut sealed = self.chance.draw::<NONCE_BYTES>()?.to_vec();
        sealed.extend(minicbor::to_vec(secrets).expect("a vector takes all"));
        vault::seal(&key, &vault::user_context(row.user), &mut sealed);
        let name = self.session.name_of_user(&secrets.email);
        self.session
            .db
            .prepare_cached(
                "INSERT INTO users (id, name, role, member, generation, added, revoked, link, \
                 link_expires, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) \
                 ON CONFLICT (id) DO UPDATE SET name = ?2, role = ?3, member = ?4, \
                 generation = ?5, revoked = ?7, link = ?8, link_expires = ?9, sealed = ?10",
            )?
            .execute((
                row.user.bytes().as_slice(),
                name.as_slice(),
                row.role as i64,
                row.member.as_deref(),
                row.generation,
                row.added.0,
                row.revoked.map(|moment| moment.0),
                row.link.as_ref().map(|link| link.hash.as_slice()),
                row.link.as_ref().map(|link| link.expires.0),
                sealed.as_slice(),
            ))?;
        Ok(())
    }
}

fn user_row(row: &Row<'_>) -> rusqlite::Result<UserRow> {
    let role: i64 = row.get(1)?;
    let known = usize::try_from(role).ok().and_then(|role| Role::ALL.get(role).copied());
    let (hash, expires): (Option<[u8; 32]>, Option<i64>) = (row.get(6)?, row.get(7)?);
    let link = hash.zip(expires);
    Ok(UserRow {
        user: UserId::from_bytes(row.get(0)?),
        role: known.ok_or(rusqlite::Error::IntegralValueOutOfRange(1, role))?,
        member: row.get(2)?,
        generation: row.get(3)?,
        added: Moment(row.get(4)?),
        revoked: row.get::<_, Option<i64>>(5)?.map(Moment),
        link: link.map(|(hash, expires)| SignInLink { hash, expires: Moment(expires) }),
    })
}
