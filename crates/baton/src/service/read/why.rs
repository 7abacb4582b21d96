//! Why a handoff went to its owner, and why not to each other one.

use crank::handoff_history;
use engine::as_of::AsOf;
use engine::explain::{self, NotesShown, Why};
use engine::names::Versions;
use engine::view::Reader;
use rules::brief::Briefing;

use super::Service;
use super::failure::ReadError;
use super::handoff::absent;
use super::known_strategies::strategies;
use super::unrecorded::{Reading, Unrecorded};

impl Service<'_> {
    /// Explains a handoff as things stand, or as they stood at a moment. The values that a condition saw
    /// stay out; what people said in words is told to whoever may read personal data.
    pub fn why<T>(
        self,
        typed: &str,
        as_of: AsOf,
        show: impl FnOnce(&Why) -> T,
    ) -> Result<Unrecorded<T>, ReadError> {
        let id = self.handoff_id(typed)?;
        let history = handoff_history(self.reader, id, as_of)?.map_err(|why| absent(id, why))?;
        let strategies = strategies(self.reader, self.strategies, history.strategies())?;
        let latest = history.latest();
        let handoff = latest.handoff();
        let under = strategies.version(handoff.routed_under);
        let usual = Briefing::default();
        let reader = match under.or_else(|| strategies.version(handoff.strategy)) {
            Some(strategy) => self.access.reader(&strategy.brief),
            None => self.access.reader_without_strategy(&usual),
        };
        let told = reader.personal && explain::has_notes(&history);
        let notes = if told { NotesShown::Told } else { NotesShown::LeftOut };
        let impersonal = Reader::without_personal("");
        let shown = show(&explain::why(&history, &strategies, &impersonal, notes));
        let account = latest.account();
        let reading = Reading { account: account.id, nodes: account.members.len() as u64 };
        Ok(Unrecorded::new(shown, told.then_some(reading)))
    }
}
