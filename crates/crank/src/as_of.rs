//! What was known at a moment, read from the journal.
//!
//! All entries of one answer are read up to one position, so that a group which is committed
//! meanwhile is in all of it or in none.

use domain::fact::Aggregate;
use domain::{AccountId, HandoffId, Moment};
use engine::as_of::{
    Absent, AccountAsOf, AccountDecisions, AsOf, FoldedHandoff, HandoffHistory, Journal,
    PositionedEntry, Wanted, account_of,
};
use engine::state::{Base, Folded, Written, snapshot_version};
use engine::view::{Page, reaches_older};
use store::{Position, Purpose, Read, StoreError, Stored};

/// An account as it was known at a moment, or as it is. Forwarding is followed as of that moment.
pub fn account_known(
    store: &impl Read,
    account: AccountId,
    until: Option<Moment>,
) -> Result<AccountAsOf, StoreError> {
    account_of(&JournalSnapshot::of(store)?, account, until)
}

/// The same to show a page of its touches: those that are too old to be held are read from the journal
/// where the page reaches them.
pub fn account_page(
    store: &impl Read,
    account: AccountId,
    until: Option<Moment>,
    page: Page,
) -> Result<AccountAsOf, StoreError> {
    let snapshot = JournalSnapshot::of(store)?;
    let known = account_of(&snapshot, account, until)?;
    if reaches_older(&known, page) { known.with_older(&snapshot) } else { Ok(known) }
}

/// An account itself as it was known at a moment, or as it is, wherever it is forwarded to.
pub fn account_as_of(
    store: &impl Read,
    account: AccountId,
    until: Option<Moment>,
) -> Result<Folded, StoreError> {
    Ok(account_at_end(store, account, until)?.into_folded())
}

/// The same, with how many entries were folded.
pub(crate) fn account_at_end(
    store: &impl Read,
    account: AccountId,
    until: Option<Moment>,
) -> Result<AccountAsOf, StoreError> {
    AccountAsOf::fold(&JournalSnapshot::of(store)?, account, until)
}

/// The same out of all of its entries, whatever snapshots there are.
pub fn account_from_journal(
    store: &impl Read,
    account: AccountId,
    until: Option<Moment>,
) -> Result<Folded, StoreError> {
    let whole = JournalSnapshot { version: None, ..JournalSnapshot::of(store)? };
    Ok(AccountAsOf::fold(&whole, account, until)?.into_folded())
}

/// What was decided last on the people of an account, or at one signal, as things stood at a moment or
/// stand. Forwarding is followed as of that moment.
pub fn account_decisions(
    store: &impl Read,
    account: AccountId,
    until: Option<Moment>,
    wanted: Wanted,
) -> Result<AccountDecisions, StoreError> {
    let snapshot = JournalSnapshot::of(store)?;
    let latest = account_of(&snapshot, account, until)?;
    AccountDecisions::fold(&snapshot, latest, until, wanted)
}

/// A handoff with its account and its person as they were known at a moment.
pub fn handoff_known(
    store: &impl Read,
    handoff: HandoffId,
    as_of: AsOf,
) -> Result<Result<FoldedHandoff, Absent>, StoreError> {
    let snapshot = JournalSnapshot::of(store)?;
    let Some(row) = store.handoff(handoff)? else { return Ok(Err(Absent::Unknown)) };
    FoldedHandoff::fold(&snapshot, row.account, handoff, as_of)
}

/// A handoff up to a moment, fact by fact, with what was known when it was decided and routed.
pub fn handoff_history(
    store: &impl Read,
    handoff: HandoffId,
    as_of: AsOf,
) -> Result<Result<HandoffHistory, Absent>, StoreError> {
    let snapshot = JournalSnapshot::of(store)?;
    let Some(row) = store.handoff(handoff)? else { return Ok(Err(Absent::Unknown)) };
    HandoffHistory::fold(&snapshot, row.account, handoff, as_of)
}

/// The journal up to the position where it ended when reading began.
pub(crate) struct JournalSnapshot<'s, S> {
    store: &'s S,
    end: Position,
    /// Snapshots by this version are begun with; none where all entries are to be folded.
    version: Option<String>,
}

impl<'s, S: Read> JournalSnapshot<'s, S> {
    pub(crate) fn of(store: &'s S) -> Result<Self, StoreError> {
        let version = Some(snapshot_version());
        Ok(Self { store, end: store.head()?.position, version })
    }

    /// The journal up to a position, without snapshots: what is checked rests on facts alone.
    pub(crate) const fn until(store: &'s S, end: Position) -> Self {
        Self { store, end, version: None }
    }
}

impl<S: Read> Journal for JournalSnapshot<'_, S> {
    type Error = StoreError;

    fn base(
        &self,
        account: AccountId,
        position: u64,
        until: Option<Moment>,
    ) -> Result<Option<Base>, StoreError> {
        let Some(version) = &self.version else { return Ok(None) };
        let (of, at) = (Aggregate::Account(account), self.end.min(Position(position)));
        let Some(kept) = self.store.snapshot(of, version, at, until)? else { return Ok(None) };
        let written = Written { part: kept.part, nodes: kept.nodes };
        Ok(Base::read(account, kept.position.0, &written))
    }

    fn newest(
        &self,
        aggregate: Aggregate,
        position: u64,
        limit: usize,
    ) -> Result<Vec<PositionedEntry>, StoreError> {
        let stored =
            self.store.newest(aggregate, Position(position), limit, Some(&Purpose::TURN))?;
        Ok(stored.into_iter().map(placed).collect())
    }

    fn entries(
        &self,
        aggregate: Aggregate,
        after: u64,
        until: Option<Moment>,
    ) -> Result<Vec<PositionedEntry>, StoreError> {
        let after = Position(after);
        let stored = self.store.history(aggregate, after, until, Some(&Purpose::TURN))?;
        let stored = stored.into_iter().filter(|stored| stored.position <= self.end);
        Ok(stored.map(placed).collect())
    }

    fn entries_of_handoff(
        &self,
        account: AccountId,
        handoff: HandoffId,
    ) -> Result<Vec<PositionedEntry>, StoreError> {
        // Nothing speaks of it before the turn that proposed it.
        let Some(row) = self.store.handoff(handoff)? else { return Ok(Vec::new()) };
        let (of, purpose) = (Aggregate::Account(account), Some(&Purpose::TURN));
        let stored = self.store.since(of, row.opened, usize::MAX, purpose)?.into_iter();
        Ok(stored.filter(|stored| stored.position <= self.end).map(placed).collect())
    }
}

fn placed(stored: Stored) -> PositionedEntry {
    PositionedEntry { position: stored.position.0, entry: stored.entry, damaged: stored.damaged }
}
