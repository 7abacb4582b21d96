//! Finding what people type: an id, any unique prefix of one, or a domain.

use std::fmt;

use domain::id::{ID_BYTES, IdError, Prefix};
use domain::{AccountId, HandoffId, NodeId, PersonId, QuarantineId};
use store::sqlite::Reader;
use store::{IdKind, Read, Within};

use super::failure::{CANDIDATES_MAX, Candidates, NotFound, ReadError, Subject, Why};

/// The longest id or domain, in bytes.
const NAME_BYTES_MAX: usize = 253;

/// The account that an id, the beginning of one, or a domain names. Whoever folds it follows its
/// forwarding, as of the moment that is asked about.
pub fn account(reader: &impl Read, typed: &str) -> Result<AccountId, ReadError> {
    let missing = |why| NotFound::new(Subject::Account, why, typed);
    if typed.len() > NAME_BYTES_MAX {
        return Err(missing(Why::NoIdOrDomain).into());
    }
    if AccountId::prefix(typed).is_ok() {
        return account_id(reader, typed);
    }
    let key = crank::domain_key(typed).ok_or_else(|| missing(Why::NoIdOrDomain))?;
    Ok(reader.account_of(&key)?.ok_or_else(|| missing(Why::Unknown))?)
}

/// The account whose id begins so.
pub fn account_id(reader: &impl Read, typed: &str) -> Result<AccountId, ReadError> {
    let prefix = typed_prefix(AccountId::prefix(typed), Subject::Account, typed)?;
    only(reader, IdKind::Account, &prefix, (Subject::Account, typed), AccountId::from_bytes)
}

/// The account that an id, the beginning of one, or a domain names, for whoever is told of a part of all handoffs:
/// one at which none of these is, is not there.
pub fn account_within(
    reader: &Reader,
    within: &Within,
    typed: &str,
) -> Result<AccountId, ReadError> {
    let missing = |why| NotFound::new(Subject::Account, why, typed);
    let prefix = AccountId::prefix(typed);
    let one = match (typed.parse(), &prefix) {
        // What was joined to another account leads to that.
        (Ok(whole), _) => reader.forwarded(whole)?,
        (Err(_), Ok(prefix)) => {
            let found = reader.accounts_matching_within(within, prefix, CANDIDATES_MAX + 1)?;
            one_of(found, Subject::Account, typed)?
        }
        (Err(_), Err(_)) => account(reader, typed)?,
    };
    let is_seen = reader.is_account_within(within, reader.forwarded(one)?)?;
    if is_seen { Ok(one) } else { Err(missing(Why::Unknown).into()) }
}

/// The handoff whose id begins so, for whoever is told of a part of all handoffs.
pub fn handoff_within(
    reader: &Reader,
    within: &Within,
    typed: &str,
) -> Result<HandoffId, ReadError> {
    let prefix = typed_prefix(HandoffId::prefix(typed), Subject::Handoff, typed)?;
    let found = reader.handoffs_matching_within(within, &prefix, CANDIDATES_MAX + 1)?;
    one_of(found, Subject::Handoff, typed)
}

/// The node whose id begins so.
pub fn node(reader: &impl Read, typed: &str) -> Result<NodeId, ReadError> {
    let prefix = typed_prefix(NodeId::prefix(typed), Subject::Person, typed)?;
    only(reader, IdKind::Node, &prefix, (Subject::Person, typed), NodeId::from_bytes)
}

/// The handoff whose id begins so.
pub fn handoff(reader: &impl Read, typed: &str) -> Result<HandoffId, ReadError> {
    let prefix = typed_prefix(HandoffId::prefix(typed), Subject::Handoff, typed)?;
    only(reader, IdKind::Handoff, &prefix, (Subject::Handoff, typed), HandoffId::from_bytes)
}

/// The person whose id begins so.
pub fn person(reader: &impl Read, typed: &str) -> Result<PersonId, ReadError> {
    let prefix = typed_prefix(PersonId::prefix(typed), Subject::Person, typed)?;
    only(reader, IdKind::Person, &prefix, (Subject::Person, typed), PersonId::from_bytes)
}

/// A person who may have no node at present, such as one who was merged away: then the whole id is
/// needed.
pub fn person_whole(reader: &impl Read, typed: &str) -> Result<PersonId, ReadError> {
    typed.parse().or_else(|_| person(reader, typed))
}

/// The quarantine entry whose id begins so.
pub fn entry(reader: &impl Read, typed: &str) -> Result<QuarantineId, ReadError> {
    let prefix = typed_prefix(QuarantineId::prefix(typed), Subject::Entry, typed)?;
    only(reader, IdKind::Entry, &prefix, (Subject::Entry, typed), QuarantineId::from_bytes)
}

fn typed_prefix(
    read: Result<Prefix, IdError>,
    subject: Subject,
    typed: &str,
) -> Result<Prefix, ReadError> {
    read.map_err(|error| NotFound::new(subject, Why::NoId(error), typed).into())
}

fn only<T: fmt::Display>(
    reader: &impl Read,
    kind: IdKind,
    prefix: &Prefix,
    (subject, typed): (Subject, &str),
    id: fn([u8; ID_BYTES]) -> T,
) -> Result<T, ReadError> {
    let found = reader.matching(kind, prefix, CANDIDATES_MAX + 1)?;
    one_of(found.into_iter().map(id).collect(), subject, typed)
}

/// The only one that was found.
fn one_of<T: fmt::Display>(found: Vec<T>, subject: Subject, typed: &str) -> Result<T, ReadError> {
    let mut found = found.into_iter();
    let Some(one) = found.next() else {
        return Err(NotFound::new(subject, Why::Unknown, typed).into());
    };
    let others: Vec<T> = found.collect();
    if others.is_empty() {
        return Ok(one);
    }
    let ids: Vec<String> = std::iter::once(one).chain(others).map(|id| id.to_string()).collect();
    Err(NotFound::new(subject, Why::Several(Candidates::of(&ids)), typed).into())
}
