//! Finding what a path names: an id, as much of one as tells it from others, or a domain.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use crank::StrategyCache;
use domain::fact::StrategyVersion;
use domain::id::{ID_BYTES, Prefix};
use domain::{AccountId, HandoffId, QuarantineId};
use engine::as_of::Absent;
use engine::names::Strategies;
use store::{IdKind, Read, StoreError};

use super::problem::Problem;

/// The longest id or domain in a path, in bytes.
const NAME_BYTES_MAX: usize = 253;

/// The account that an id, the beginning of one, or a domain names. Whoever folds it follows its
/// forwarding, as of the moment that is asked about.
pub(super) fn account(reader: &impl Read, typed: &str) -> Result<Option<AccountId>, StoreError> {
    if typed.len() > NAME_BYTES_MAX {
        return Ok(None);
    }
    if let Ok(prefix) = AccountId::prefix(typed) {
        return Ok(only(reader, IdKind::Account, &prefix)?.map(AccountId::from_bytes));
    }
    let Some(key) = crank::domain_key(typed) else { return Ok(None) };
    reader.account_of(&key)
}

/// The handoff that an id or the beginning of one names.
pub(super) fn handoff(reader: &impl Read, typed: &str) -> Result<Option<HandoffId>, StoreError> {
    match HandoffId::prefix(typed) {
        Ok(prefix) => Ok(only(reader, IdKind::Handoff, &prefix)?.map(HandoffId::from_bytes)),
        Err(_) => Ok(None),
    }
}

/// The quarantine entry that an id or the beginning of one names.
pub(super) fn entry(reader: &impl Read, typed: &str) -> Result<Option<QuarantineId>, StoreError> {
    match QuarantineId::prefix(typed) {
        Ok(prefix) => Ok(only(reader, IdKind::Entry, &prefix)?.map(QuarantineId::from_bytes)),
        Err(_) => Ok(None),
    }
}

fn only(
    reader: &impl Read,
    kind: IdKind,
    prefix: &Prefix,
) -> Result<Option<[u8; ID_BYTES]>, StoreError> {
    let found = reader.matching(kind, prefix, 2)?;
    Ok(if let [one] = found.as_slice() { Some(*one) } else { None })
}

/// Strategies by their version, each compiled once. One that is not kept, or that does not compile, is
/// left out: places stand for its names.
pub(super) fn strategies(
    reader: &impl Read,
    cache: &Mutex<StrategyCache>,
    versions: impl IntoIterator<Item = StrategyVersion>,
) -> Result<Strategies, StoreError> {
    let mut cache = cache.lock().unwrap_or_else(PoisonError::into_inner);
    let mut kept = Vec::new();
    for version in versions.into_iter().collect::<BTreeSet<_>>() {
        kept.extend(cache.readable(reader, version)?);
    }
    Ok(kept.into_iter().collect())
}

/// There is no such handoff.
pub(super) fn no_handoff() -> Problem {
    Problem::new(404, "handoff-missing", "there is no such handoff")
}

/// There was no such handoff at the moment that is asked about, or there is none at all.
pub(super) fn absent(absent: Absent) -> Problem {
    match absent {
        Absent::Unknown => no_handoff(),
        Absent::NotYet { .. } => Problem::new(404, "handoff-missing", absent.to_string()),
    }
}

/// There is no such account.
pub(super) fn no_account() -> Problem {
    Problem::new(404, "account-missing", "there is no such account, or it was not known then")
}

/// There is no such quarantine entry.
pub(super) fn no_entry() -> Problem {
    Problem::new(404, "entry-missing", "there is no such quarantine entry")
}
