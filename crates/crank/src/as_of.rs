//! What was known at a moment, read from the journal.
//!
//! All entries of one answer are read up to one position, so that a group which is committed
//! meanwhile is in all of it or in none.

use domain::fact::Aggregate;
use domain::{AccountId, HandoffId, Moment};
use engine::as_of::{Absent, AccountAsOf, AsOf, FoldedHandoff, HandoffHistory, Placed, account_of};
use store::{Position, Purpose, Read, StoreError, Stored};

/// An account as it was known at a moment, or as it is. Forwarding is followed as of that moment.
pub fn account_known(
    store: &impl Read,
    account: AccountId,
    until: Option<Moment>,
) -> Result<AccountAsOf, StoreError> {
    let journal = Journal::of(store)?;
    account_of(account, until, |aggregate, until| journal.entries(aggregate, until))
}

/// A handoff with its account and its person as they were known at a moment.
pub fn handoff_known(
    store: &impl Read,
    handoff: HandoffId,
    as_of: AsOf,
) -> Result<Result<FoldedHandoff, Absent>, StoreError> {
    let journal = Journal::of(store)?;
    let Some(row) = store.handoff(handoff)? else { return Ok(Err(Absent::Unknown)) };
    let entries = |aggregate, until| journal.entries(aggregate, until);
    FoldedHandoff::fold(row.account, handoff, as_of, entries)
}

/// A handoff up to a moment, fact by fact, with what was known when it was decided and routed.
pub fn handoff_history(
    store: &impl Read,
    handoff: HandoffId,
    as_of: AsOf,
) -> Result<Result<HandoffHistory, Absent>, StoreError> {
    let journal = Journal::of(store)?;
    let Some(row) = store.handoff(handoff)? else { return Ok(Err(Absent::Unknown)) };
    let entries = |aggregate, until| journal.entries(aggregate, until);
    HandoffHistory::fold(row.account, handoff, as_of, entries)
}

/// The journal up to the position where it ended when reading began.
struct Journal<'s, S> {
    store: &'s S,
    end: Position,
}

impl<'s, S: Read> Journal<'s, S> {
    fn of(store: &'s S) -> Result<Self, StoreError> {
        Ok(Self { store, end: store.head()?.position })
    }

    fn entries(
        &self,
        aggregate: Aggregate,
        until: Option<Moment>,
    ) -> Result<Vec<Placed>, StoreError> {
        let stored = self.store.history(aggregate, Position::START, until, Some(&Purpose::TURN))?;
        let stored = stored.into_iter().filter(|stored| stored.position <= self.end);
        let placed = |stored: Stored| Placed { position: stored.position.0, entry: stored.entry };
        Ok(stored.map(placed).collect())
    }
}
