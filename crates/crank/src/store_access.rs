//! What the store keeps beside the journal: settings, credentials, stored answers, counters, the
//! second head. Nothing here writes an entry, so nobody outside the crank can write one.

use domain::{KeyId, Moment};
use store::{Answer, KeyRow, Position, Store, StoreError, UserRow, UserSecrets};

use crate::crank::Crank;
use crate::error::{CrankError, GroupError};

impl<S: Store> Crank<S> {
    /// Counts something, within an open group. Names are ours or those of sources.
    pub fn count(&mut self, name: &str, by: u64) -> Result<(), CrankError> {
        Ok(self.store.count(name, by)?)
    }

    /// Keeps a small setting of the program's own, within an open group.
    pub fn put_setting(&mut self, name: &str, value: &[u8]) -> Result<(), CrankError> {
        Ok(self.store.put_setting(name, value)?)
    }

    /// Keeps a credential, within an open group.
    pub fn put_key(&mut self, row: &KeyRow) -> Result<(), CrankError> {
        Ok(self.store.put_key(row)?)
    }

    /// Revokes a credential, within an open group; whether there was one to revoke.
    pub fn revoke_key(&mut self, key: KeyId, now: Moment) -> Result<bool, CrankError> {
        Ok(self.store.revoke_key(key, now)?)
    }

    /// Keeps what a user signs in with, within an open group. What they may sign in as stays.
    pub fn put_user_secrets(
        &mut self,
        row: &UserRow,
        secrets: &UserSecrets,
    ) -> Result<(), CrankError> {
        Ok(self.store.put_user(row, secrets)?)
    }

    /// Keeps the answer given under an idempotency key, within an open group.
    pub fn put_answer(&mut self, key: &str, answer: &Answer) -> Result<(), StoreError> {
        self.store.put_answer(key, answer)
    }

    /// Forgets stored answers that have expired, in a group of its own; how many.
    pub fn forget_answers(&mut self, now: Moment) -> Result<u64, GroupError> {
        self.in_group(|crank| Ok(crank.store.forget_answers(now)?))
    }

    /// Drops the bodies of errands that failed long enough ago, in a group of its own; how many. To be
    /// called now and then, and after a start.
    pub fn drop_bodies(&mut self, now: Moment) -> Result<u64, GroupError> {
        let at = self.clock.look(now).get();
        self.in_group(|crank| Ok(crank.store.drop_bodies(at)?))
    }

    /// Takes an accepted signal out of the inbox, within an open group: no turn is to see it, or has
    /// seen it.
    pub fn done(&mut self, position: Position) -> Result<(), CrankError> {
        self.recent_arrivals.take(position);
        Ok(self.store.done(position)?)
    }

    /// Writes and syncs the second head. To be called at least every second while entries are
    /// written, and before the end.
    pub fn sync_head(&mut self) -> Result<(), StoreError> {
        self.store.sync_head()
    }

    /// Moves what is in the log into its place, outside a group, in idle moments.
    pub fn checkpoint_idle(&mut self) -> Result<(), StoreError> {
        self.store.checkpoint_idle()
    }
}
