//! What the new owner of a handoff reads.

use engine::as_of::AsOf;
use engine::stages::brief::{self, Plan};
use engine::view::{self, BriefView};
use rules::Strategy;
use rules::brief::Briefing;

use super::Service;
use super::failure::ReadError;
use super::unrecorded::{Reading, Unrecorded};

impl Service<'_> {
    /// Shows the brief of a handoff, with the strategy that it was written under, where that is kept.
    pub fn brief<T>(
        self,
        typed: &str,
        as_of: AsOf,
        show: impl FnOnce(&BriefView<'_>, Option<&Strategy>) -> T,
    ) -> Result<Unrecorded<T>, ReadError> {
        let found = self.handoff_as_of(typed, as_of)?;
        let known = found.handoff.get();
        let usual = Briefing::default();
        let (written, reader) = match found.strategy() {
            Some(strategy) => (
                brief::write(known, strategy, &found.strategies),
                self.access.reader(&strategy.brief),
            ),
            None => (
                brief::write_with(known, &found.strategies, Plan::default()),
                self.access.reader_without_strategy(&usual),
            ),
        };
        let shown = show(&view::brief(&written, &reader), found.strategy());
        let account = known.account();
        let reading = Reading { account: account.id, nodes: account.members.len() as u64 };
        Ok(Unrecorded::new(shown, reader.personal.then_some(reading)))
    }
}
