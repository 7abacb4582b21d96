//! What people type is the beginning of an id, or a domain.

use domain::id::{ID_BYTES, IdError, Prefix};
use domain::{AccountId, HandoffId, PersonId, QuarantineId};
use store::sqlite::Reader;
use store::{IdKind, Read};

use super::ending::Failure;

/// The account that an id or a domain names. Whoever folds it follows its forwarding, as of the
/// moment that is asked about.
pub(super) fn account(reader: &Reader, typed: &str) -> Result<AccountId, Failure> {
    if let Ok(prefix) = AccountId::prefix(typed) {
        let found = one(reader, IdKind::Account, prefix, typed, "account")?;
        return Ok(AccountId::from_bytes(found));
    }
    let key = crank::domain_key(typed).ok_or_else(|| {
        Failure::wrong("unknown-id", format!("`{}` is no account and no domain", shown(typed)))
    })?;
    let found = reader.account_of(&key)?;
    found.ok_or_else(|| {
        Failure::wrong("unknown-id", format!("no account is known by `{}`", shown(typed)))
    })
}

/// The handoff whose id begins so.
pub(super) fn handoff(reader: &Reader, typed: &str) -> Result<HandoffId, Failure> {
    let prefix = HandoffId::prefix(typed).map_err(|error| no_id(typed, &error))?;
    one(reader, IdKind::Handoff, prefix, typed, "handoff").map(HandoffId::from_bytes)
}

/// The person whose id begins so.
pub(super) fn person(reader: &Reader, typed: &str) -> Result<PersonId, Failure> {
    let prefix = PersonId::prefix(typed).map_err(|error| no_id(typed, &error))?;
    one(reader, IdKind::Person, prefix, typed, "person").map(PersonId::from_bytes)
}

/// The quarantine entry whose id begins so.
pub(super) fn entry(reader: &Reader, typed: &str) -> Result<QuarantineId, Failure> {
    let prefix = QuarantineId::prefix(typed).map_err(|error| no_id(typed, &error))?;
    one(reader, IdKind::Entry, prefix, typed, "quarantine entry").map(QuarantineId::from_bytes)
}

fn one(
    reader: &Reader,
    kind: IdKind,
    prefix: Prefix,
    typed: &str,
    what: &str,
) -> Result<[u8; ID_BYTES], Failure> {
    let found = reader.matching(kind, &prefix, 2)?;
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(Failure::wrong("unknown-id", format!("there is no {what} `{}`", shown(typed)))),
        [..] => {
            let says = format!("several ids begin with `{}`; type more of it", shown(typed));
            Err(Failure::wrong("unknown-id", says))
        }
    }
}

fn no_id(typed: &str, error: &IdError) -> Failure {
    Failure::wrong("unknown-id", format!("`{}` is no id: {error}", shown(typed)))
}

/// What was typed may be somebody's address: of that nothing is repeated.
fn shown(typed: &str) -> String {
    if typed.contains('@') { "…@…".to_owned() } else { super::text::cut(typed, 60) }
}

/// A person who may have no node at present, such as one who was merged away: then the whole id is
/// needed.
pub(super) fn person_whole(reader: &Reader, typed: &str) -> Result<PersonId, Failure> {
    typed.parse().or_else(|_| person(reader, typed))
}
