//! Reading personal data in clear is recorded before it is done: once for a reader, purpose, subject
//! and hour. What cannot be recorded is refused.

use crank::{Crank, CrankError, Disclosure};
use domain::fact::{By, ReadFor, ReadOf};
use domain::handoff::Actor;
use domain::{AccountId, Moment, QuarantineId};
use store::StoreError;
use store::sqlite::SqliteStore;

use super::refusal::Refusal;

/// Whose data is read.
pub(super) fn subject(account: Option<AccountId>, entry: Option<QuarantineId>) -> ReadOf {
    match (account, entry) {
        (Some(account), _) => ReadOf::Account(account),
        (None, Some(entry)) => ReadOf::Entry(entry),
        (None, None) => ReadOf::Everybody,
    }
}

/// Records that personal data is about to be read on the machine of the data folder.
pub(super) fn record(
    crank: &mut Crank<SqliteStore>,
    purpose: &str,
    reason: Option<String>,
    of: ReadOf,
    nodes: u64,
    now: Moment,
) -> Result<(), Refusal> {
    let purpose = ReadFor::named(purpose).unwrap_or(ReadFor::Stated);
    let (reader, actor) = (By::Operator, Actor::Operator);
    let disclosure = Disclosure { reader, purpose, reason, of, nodes, actor };
    let recorded = crank.record_disclosure(&disclosure, now);
    if let Err(CrankError::Store(StoreError::Full)) = recorded {
        return Err(Refusal::unable(
            "disk-full",
            "the disk is full, and so is the room for records of who read what: nothing is read \
             until there is room",
        ));
    }
    Ok(recorded?)
}
