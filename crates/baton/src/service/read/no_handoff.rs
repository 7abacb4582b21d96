//! Why somebody has no handoff: what was decided last on the people of an account, and what was missing.

use crank::account_decisions;
use domain::{AccountId, Moment, PersonId, SignalId};
use engine::as_of::Wanted;
use engine::explain::{self, NoHandoffs};
use engine::view::Reader;
use store::{NodeRow, Read as _};

use super::Service;
use super::failure::{NotFound, ReadError, Subject, Why};
use super::known_strategies::strategies;

impl Service<'_> {
    /// Explains the last decisions on the people of an account, on one person, or at one signal, as things
    /// stand or as they stood at a moment. Nothing personal is in it: the values that a condition saw stay
    /// out where they may name somebody.
    pub fn why_no_handoff<T>(
        self,
        typed: &str,
        as_of: Option<Moment>,
        show: impl FnOnce(&NoHandoffs<'_>) -> T,
    ) -> Result<T, ReadError> {
        let (account, wanted) = self.looked_for(typed)?;
        let known = account_decisions(self.reader, account, as_of, wanted)?;
        if !known.latest().is_known() {
            let shown = account.to_string();
            return Err(NotFound::new(Subject::Account, Why::Empty(as_of), &shown).into());
        }
        let strategies = strategies(self.reader, self.strategies, known.strategies())?;
        let impersonal = Reader::without_personal("");
        Ok(show(&explain::no_handoffs(&known, &strategies, &impersonal)))
    }

    /// Whose decisions are meant: those of the account that an id or a domain names, of a person, or of a
    /// signal.
    fn looked_for(self, typed: &str) -> Result<(AccountId, Wanted), ReadError> {
        let missing = |subject| NotFound::new(subject, Why::Unknown, typed);
        if SignalId::prefix(typed).is_ok() {
            let Some((signal, node)) = self.one_signal(typed)? else {
                return Err(missing(Subject::Signal).into());
            };
            let row = self.reader.node(node)?;
            let account = row.and_then(|row| account_of(&row));
            // Its turn is yet to come, or it is in quarantine.
            let account = self.in_sight(account)?.ok_or_else(|| missing(Subject::Signal))?;
            return Ok((account, Wanted::Signal(signal)));
        }
        if PersonId::prefix(typed).is_ok() {
            let person = self.person_id(typed)?;
            let account = self.reader.cluster(person)?.iter().find_map(account_of);
            let account = self.in_sight(account)?.ok_or_else(|| missing(Subject::Person))?;
            return Ok((account, Wanted::Person(person)));
        }
        Ok((self.account_id(typed)?, Wanted::Everybody))
    }

    /// An account, where whoever asks is told of it.
    fn in_sight(self, account: Option<AccountId>) -> Result<Option<AccountId>, ReadError> {
        let Some(account) = account else { return Ok(None) };
        Ok(self.sees_account(account)?.then_some(account))
    }
}

fn account_of(row: &NodeRow) -> Option<AccountId> {
    row.pointer.as_ref().map(|pointer| pointer.account)
}
