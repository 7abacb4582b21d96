//! Why a handoff went to its owner, and why not to each other one.

use crank::handoff_history;
use engine::as_of::AsOf;
use engine::explain::{self, Why};
use engine::view::Reader;

use super::failure::ReadError;
use super::handoff::absent;
use super::known_strategies::strategies;
use super::{Service, find};

impl Service<'_> {
    /// Explains a handoff as things stand, or as they stood at a moment. The values that a condition saw
    /// stay out: nothing personal is in an explanation.
    pub fn why<T>(
        self,
        typed: &str,
        as_of: AsOf,
        show: impl FnOnce(&Why) -> T,
    ) -> Result<T, ReadError> {
        let id = find::handoff(self.reader, typed)?;
        let history = handoff_history(self.reader, id, as_of)?.map_err(|why| absent(id, why))?;
        let strategies = strategies(self.reader, self.strategies, history.strategies())?;
        Ok(show(&explain::why(&history, &strategies, &Reader::without_personal(""))))
    }
}
