//! Rows of handoffs that an earlier program wrote, brought to what they are today. Once a folder.

use std::collections::BTreeSet;

use domain::AccountId;
use store::{HandoffFilter, HandoffRow, Page, Store};

use crate::crank::Crank;
use crate::error::CrankError;
use crate::rows::qualify_by;

/// The setting by which a folder says that its rows lack something; empty once they do not.
const LACK: &str = "handoffs-lack";
/// Handoffs whose rows are read at once.
const AT_ONCE: usize = 1_000;
/// Accounts whose rows are written in a group.
const ACCOUNTS_IN_A_GROUP: usize = 100;

impl<S: Store> Crank<S> {
    /// Writes the rows of each account's handoffs again, from its facts, where a folder asks for that. What was
    /// written when somebody stops it half way is written again.
    pub(crate) fn bring_handoff_rows_up(&mut self) -> Result<(), CrankError> {
        if self.store.setting(LACK)?.is_none_or(|asked| asked.is_empty()) {
            return Ok(());
        }
        let accounts: Vec<AccountId> = self.accounts_of_handoffs()?.into_iter().collect();
        for some in accounts.chunks(ACCOUNTS_IN_A_GROUP) {
            self.in_one_commit(|crank| {
                some.iter().try_for_each(|account| crank.write_handoffs_again(*account))
            })?;
        }
        self.in_one_commit(|crank| crank.put_setting(LACK, &[]))
    }

    fn accounts_of_handoffs(&self) -> Result<BTreeSet<AccountId>, CrankError> {
        let (mut accounts, mut cursor) = (BTreeSet::new(), None);
        loop {
            let filter = HandoffFilter::default();
            let Page { rows, next } = self.store.handoffs(&filter, cursor, AT_ONCE)?;
            accounts.extend(rows.iter().map(|row| row.account));
            if next.is_none() {
                return Ok(accounts);
            }
            cursor = next;
        }
    }

    fn write_handoffs_again(&mut self, account: AccountId) -> Result<(), CrankError> {
        let known = self.accounts.get(&self.store, account)?;
        let known = known.handoffs().map(|handoff| (handoff.id, qualify_by(handoff)));
        for (handoff, qualify_by) in known.collect::<Vec<_>>() {
            if let (Some(row), Some(_)) = (self.store.handoff(handoff)?, qualify_by) {
                self.store.put_handoff(&HandoffRow { qualify_by, ..row })?;
            }
        }
        Ok(())
    }

    fn in_one_commit(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<(), CrankError>,
    ) -> Result<(), CrankError> {
        self.begin()?;
        match work(self) {
            Ok(()) => self.commit(),
            Err(error) => {
                self.roll_back();
                Err(error)
            }
        }
    }
}
