//! Snapshots: what is long to fold is written down now and then, in a group of its own.
//!
//! A snapshot decides nothing. What it holds is in the journal as well, so one that cannot be written,
//! or that does not open, only costs time.

use domain::fact::Aggregate;
use domain::{AccountId, Moment};
use engine::desk::Desk;
use engine::state::snapshot_version;
use store::{NodeParts, Position, Read, Snapshot, Store, StoreError};

use crate::account_cache::{AccountCache, desk_of_journal};
use crate::as_of::{account_as_of, account_from_journal};
use crate::crank::Crank;

impl<S: Store> Crank<S> {
    /// Says after how many entries an account, or the desk, is written down so that later folds begin
    /// there; none never does it. A large account is written down when as much was said as it takes.
    pub fn snapshot_every(&mut self, entries: Option<u64>) {
        self.accounts.snapshot_every(entries);
    }

    /// Writes down what is due, once a group is committed.
    pub(crate) fn keep_snapshots(&mut self) {
        let due = self.accounts.take_due();
        if due.is_empty() {
            return;
        }
        if self.write_snapshots(&due).is_err() {
            // It is in the journal all the same; what ails the store the next group is told.
            self.store.roll_back();
        }
    }

    fn write_snapshots(&mut self, due: &[Aggregate]) -> Result<(), StoreError> {
        let position = self.store.head()?.position;
        let Some(last) = self.store.at(position, None)? else { return Ok(()) };
        let (version, moment) = (snapshot_version(), last.entry.header.moment);
        self.store.begin()?;
        for of in due {
            let written = match *of {
                Aggregate::Account(account) => self.written_account(account, position)?,
                Aggregate::Desk => Some((self.desk().written(), Vec::new())),
                Aggregate::Node(_)
                | Aggregate::Registry
                | Aggregate::Quarantine
                | Aggregate::Governance => None,
            };
            let Some((part, nodes)) = written else { continue };
            if let Aggregate::Account(account) = *of {
                let bytes = part.len() + nodes.iter().map(|(_, part)| part.len()).sum::<usize>();
                self.accounts.was_written(account, bytes as u64);
            }
            let snapshot = Snapshot { of: *of, position, moment, part, nodes };
            self.store.put_snapshot(&version, &snapshot)?;
        }
        self.store.commit()
    }

    fn written_account(
        &self,
        account: AccountId,
        position: Position,
    ) -> Result<Option<Parts>, StoreError> {
        let Some(known) = self.accounts.state().account(account) else { return Ok(None) };
        let mut moment = last_moment(&self.store, Aggregate::Account(account), position)?;
        for node in known.members.keys() {
            moment = moment.max(last_moment(&self.store, Aggregate::Node(*node), position)?);
        }
        Ok(known.written(moment).map(|written| (written.part, written.nodes)))
    }
}

/// A part of an account or of the desk, and those of its nodes.
type Parts = (Vec<u8>, NodeParts);

fn last_moment(store: &impl Read, of: Aggregate, at: Position) -> Result<Moment, StoreError> {
    let last = store.newest(of, at, 1, None)?.pop();
    Ok(last.map_or(Moment::EPOCH, |stored| stored.entry.header.moment))
}

/// Of what the newest snapshot is, and whether folding from it comes to what the whole journal does;
/// none where there is no snapshot.
pub fn newest_snapshot_holds(
    store: &impl Read,
) -> Result<Option<(Aggregate, Position, bool)>, StoreError> {
    let Some((of, position)) = store.newest_snapshot(&snapshot_version())? else { return Ok(None) };
    let holds = match of {
        Aggregate::Account(account) => {
            account_as_of(store, account, None)? == account_from_journal(store, account, None)?
        }
        Aggregate::Desk => {
            let whole: Desk = desk_of_journal(store)?;
            *AccountCache::recover(store)?.state().desk() == whole
        }
        Aggregate::Node(_)
        | Aggregate::Registry
        | Aggregate::Quarantine
        | Aggregate::Governance => true,
    };
    Ok(Some((of, position, holds)))
}
