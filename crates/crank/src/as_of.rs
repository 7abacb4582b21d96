//! What was known at a moment, read from the journal.
//!
//! All entries of one answer are read up to one position, so that a group which is committed
//! meanwhile is in all of it or in none.

use domain::fact::Aggregate;
use domain::{AccountId, HandoffId, Moment};
use engine::as_of::{
    Absent, AccountAsOf, AsOf, FoldedHandoff, HandoffHistory, Journal, Placed, account_of,
};
use engine::state::Folded;
use engine::view::{Page, reaches_older};
use store::{Position, Purpose, Read, StoreError, Stored};

/// An account as it was known at a moment, or as it is. Forwarding is followed as of that moment.
pub fn account_known(
    store: &impl Read,
    account: AccountId,
    until: Option<Moment>,
) -> Result<AccountAsOf, StoreError> {
    account_of(&Reading::of(store)?, account, until)
}

/// The same to show a page of its touches: those that are too old to be held are read from the journal
/// where the page reaches them.
pub fn account_page(
    store: &impl Read,
    account: AccountId,
    until: Option<Moment>,
    page: Page,
) -> Result<AccountAsOf, StoreError> {
    let reading = Reading::of(store)?;
    let known = account_of(&reading, account, until)?;
    if reaches_older(&known, page) { known.with_older(&reading) } else { Ok(known) }
}

/// An account itself as it was known at a moment, or as it is, wherever it is forwarded to.
pub fn account_as_of(
    store: &impl Read,
    account: AccountId,
    until: Option<Moment>,
) -> Result<Folded, StoreError> {
    Ok(AccountAsOf::fold(&Reading::of(store)?, account, until)?.into_folded())
}

/// A handoff with its account and its person as they were known at a moment.
pub fn handoff_known(
    store: &impl Read,
    handoff: HandoffId,
    as_of: AsOf,
) -> Result<Result<FoldedHandoff, Absent>, StoreError> {
    let reading = Reading::of(store)?;
    let Some(row) = store.handoff(handoff)? else { return Ok(Err(Absent::Unknown)) };
    FoldedHandoff::fold(&reading, row.account, handoff, as_of)
}

/// A handoff up to a moment, fact by fact, with what was known when it was decided and routed.
pub fn handoff_history(
    store: &impl Read,
    handoff: HandoffId,
    as_of: AsOf,
) -> Result<Result<HandoffHistory, Absent>, StoreError> {
    let reading = Reading::of(store)?;
    let Some(row) = store.handoff(handoff)? else { return Ok(Err(Absent::Unknown)) };
    HandoffHistory::fold(&reading, row.account, handoff, as_of)
}

/// The journal up to the position where it ended when reading began.
pub(crate) struct Reading<'s, S> {
    store: &'s S,
    end: Position,
}

impl<'s, S: Read> Reading<'s, S> {
    pub(crate) fn of(store: &'s S) -> Result<Self, StoreError> {
        Ok(Self { store, end: store.head()?.position })
    }

    /// The journal up to a position.
    pub(crate) const fn until(store: &'s S, end: Position) -> Self {
        Self { store, end }
    }
}

impl<S: Read> Journal for Reading<'_, S> {
    type Error = StoreError;

    fn entries(
        &self,
        aggregate: Aggregate,
        until: Option<Moment>,
    ) -> Result<Vec<Placed>, StoreError> {
        let stored = self.store.history(aggregate, Position::START, until, Some(&Purpose::TURN))?;
        let stored = stored.into_iter().filter(|stored| stored.position <= self.end);
        Ok(stored.map(placed).collect())
    }

    fn entries_of_handoff(
        &self,
        account: AccountId,
        _: HandoffId,
    ) -> Result<Vec<Placed>, StoreError> {
        self.entries(Aggregate::Account(account), None)
    }
}

fn placed(stored: Stored) -> Placed {
    Placed { position: stored.position.0, entry: stored.entry, damaged: stored.damaged }
}
