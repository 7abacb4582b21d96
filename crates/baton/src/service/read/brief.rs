//! What the new owner of a handoff reads.

use domain::HandoffId;
use engine::as_of::AsOf;
use engine::stages::brief::{self, Plan};
use engine::view::{self, BriefView};
use rules::Strategy;
use rules::brief::Briefing;

use super::Service;
use super::failure::ReadError;
use super::unrecorded::{Reading, Unrecorded};
use crate::service::act::wanted::FoundClaim;

impl Service<'_> {
    /// The brief that its owner reads, and a claim of it by its number from 1: what feedback is of.
    pub fn claim(self, handoff: HandoffId, claim: Option<u16>) -> Result<FoundClaim, ReadError> {
        let found = self.handoff_as_of(&handoff.to_string(), AsOf::Assignment)?;
        let known = found.handoff.get();
        let of = |claim| brief::claim_of(known, found.strategy(), &found.strategies, claim);
        let (code, source) = claim.and_then(of).unzip();
        Ok(FoundClaim {
            brief: known.handoff().assignments,
            code: code.map(|code| code.to_string()),
            source: source.flatten().map(|source| source.to_string()),
        })
    }

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
