//! What is known of an account, or was known at a moment.

use crank::account_page;
use domain::{HandoffId, Moment};
use engine::view::{self, AccountView, Page};
use rules::Strategy;
use rules::brief::Briefing;

use super::Service;
use super::failure::{NotFound, ReadError, Subject, Why};
use super::unrecorded::{Reading, Unrecorded};

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
        let id = self.account_id(typed)?;
        let found = account_page(self.reader, id, as_of, page)?;
        if !found.is_known() {
            let shown = id.to_string();
            return Err(NotFound::new(Subject::Account, Why::Empty(as_of), &shown).into());
        }
        let usual = Briefing::default();
        let reader = self.access.reader(in_force.map_or(&usual, |strategy| &strategy.brief));
        let mut view = view::account(&found, page, &reader);
        let open: Vec<HandoffId> = view.handoffs.iter().map(|handoff| handoff.id).collect();
        let seen = self.handoffs_in_sight(&open)?;
        view.handoffs.retain(|handoff| seen.contains(&handoff.id));
        let shown = show(&view);
        let known = found.account();
        let reading = Reading { account: known.id, nodes: known.members.len() as u64 };
        Ok(Unrecorded::new(shown, reader.personal.then_some(reading)))
    }
}
