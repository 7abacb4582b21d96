//! Answers under idempotency keys. What a request said is kept as a keyed hash, with the node that it
//! was about in front of it: an erasure takes the whole row.

use domain::{Moment, NodeId};
use rusqlite::{Connection, OptionalExtension};

use super::session::Session;
use super::vault::{Name, Vault};
use crate::chance::Chance;
use crate::current::{Answer, StoredAnswer};
use crate::error::StoreError;

/// Whom a row was about that an earlier program wrote: nobody knows, so that any erasure takes it.
const UNKNOWN: [u8; 10] = [0; 10];
/// What an earlier program kept of a request: its plain SHA-256.
const PLAIN_BYTES: usize = 32;

/// Keeps an answer.
pub(super) fn keep(
    session: &Session,
    chance: &mut Chance,
    key: &str,
    answer: &Answer,
) -> Result<(), StoreError> {
    let name = name(&session.vault, key);
    let body = session.vault.seal_answer(&name, &answer.body, chance)?;
    let request = kept(&session.vault, answer.node.bytes(), &answer.request);
    session
        .db
        .prepare_cached(
            "INSERT OR REPLACE INTO answers (name, request, status, body, expires) \
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((name.as_slice(), request, answer.status, body, answer.expires.0))?;
    Ok(())
}

/// The answer under a key, unless it has expired.
pub(super) fn find(
    session: &Session,
    key: &str,
    request: &[u8; 32],
    now: Moment,
) -> Result<Option<StoredAnswer>, StoreError> {
    let name = name(&session.vault, key);
    let mut statement = session.db.prepare_cached(
        "SELECT request, status, body FROM answers WHERE name = ?1 AND expires > ?2",
    )?;
    let row = statement
        .query_row((name.as_slice(), now.0), |row| {
            Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?, row.get::<_, Vec<u8>>(2)?))
        })
        .optional()?;
    let Some((before, status, sealed)) = row else { return Ok(None) };
    let altered = || StoreError::Damaged("a stored answer was altered".to_owned());
    let body = session.vault.open_answer(&name, &sealed).ok_or_else(altered)?;
    let (node, _) = before.split_first_chunk::<10>().ok_or_else(altered)?;
    Ok(Some(StoredAnswer { same: before == kept(&session.vault, node, request), status, body }))
}

/// Takes away what was answered about a node, and what nobody knows of whom.
pub(super) fn forget_of(db: &Connection, node: NodeId) -> Result<(), StoreError> {
    db.prepare_cached("DELETE FROM answers WHERE substr(request, 1, 10) IN (?1, ?2)")?
        .execute((node.bytes().as_slice(), UNKNOWN.as_slice()))?;
    Ok(())
}

/// Keys what an earlier program kept in plain.
pub(super) fn key_plain(session: &Session) -> Result<(), StoreError> {
    let mut statement =
        session.db.prepare("SELECT name, request FROM answers WHERE length(request) = ?1")?;
    let plain = statement
        .query_map([PLAIN_BYTES as i64], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(Vec<u8>, [u8; PLAIN_BYTES])>, _>>()?;
    for (name, request) in plain {
        let kept = kept(&session.vault, &UNKNOWN, &request);
        session.db.execute("UPDATE answers SET request = ?2 WHERE name = ?1", (name, kept))?;
    }
    Ok(())
}

fn name(vault: &Vault, key: &str) -> Name {
    vault.name(&[b"answer", key.as_bytes()])
}

/// The node, and the keyed hash of the request about it.
fn kept(vault: &Vault, node: &[u8; 10], request: &[u8; 32]) -> Vec<u8> {
    let mut kept = node.to_vec();
    kept.extend_from_slice(&vault.name(&[b"request", node, request]));
    kept
}
