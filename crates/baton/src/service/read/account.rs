//! What is known of an account, or was known at a moment.

use crank::account_page;
use domain::Moment;
use engine::view::{self, AccountView, Page};
use rules::Strategy;
use rules::brief::Briefing;

use super::failure::{NotFound, ReadError, Subject, Why};
use super::unrecorded::{Reading, Unrecorded};
use super::{Service, find};

impl Service<'_> {
    /// Shows the account that an id or a domain names. `in_force` says what a role may read.
    pub fn account<T>(
        self,
        typed: &str,
        as_of: Option<Moment>,
        page: Page,
        in_force: Option<&Strategy>,
        show: impl FnOnce(&AccountView<'_>) -> T,
    ) -> Result<Unrecorded<T>, ReadError> {
        let id = find::account(self.reader, typed)?;
        let found = account_page(self.reader, id, as_of, page)?;
        if !found.is_known() {
            let shown = id.to_string();
            return Err(NotFound::new(Subject::Account, Why::Empty(as_of), &shown).into());
        }
        let usual = Briefing::default();
        let reader = self.access.reader(in_force.map_or(&usual, |strategy| &strategy.brief));
        let shown = show(&view::account(&found, page, &reader));
        let known = found.account();
        let reading = Reading { account: known.id, nodes: known.members.len() as u64 };
        Ok(Unrecorded::new(shown, reader.personal.then_some(reading)))
    }
}
