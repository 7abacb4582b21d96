//! What else is open at the account of a handoff, with whom, and why it went there.

use crank::handoff_known;
use domain::handoff::State;
use domain::{HandoffId, Moment, PersonId};
use engine::as_of::AsOf;
use engine::explain::found_in_words;
use rules::Strategy;
use rules::brief::Briefing;

use super::Service;
use super::failure::ReadError;
use super::handoff::absent;
use super::handoffs::called;
use super::unrecorded::{Reading, Unrecorded};

/// Handoffs of an account that are told beside one of it, those that went to somebody last.
const BESIDE_MAX: usize = 4;

/// Another open handoff of the same account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Beside {
    /// The handoff.
    pub handoff: HandoffId,
    /// Whose lead; none where nobody said, or who asks may not know.
    pub person: Option<String>,
    /// Where it is.
    pub state: State,
    /// What people call its owner.
    pub owner: String,
    /// Since when they have it.
    pub since: Moment,
    /// How the owner was found, in sentences.
    pub because: Vec<String>,
}

impl Service<'_> {
    /// What else is open at the account of the handoff whose id begins as typed.
    pub fn beside(
        self,
        typed: &str,
        in_force: Option<&Strategy>,
    ) -> Result<Unrecorded<Vec<Beside>>, ReadError> {
        let id = self.handoff_id(typed)?;
        let known = handoff_known(self.reader, id, AsOf::Latest)?.map_err(|why| absent(id, why))?;
        let account = known.get().account();
        let usual = Briefing::default();
        let briefing = in_force.map_or(&usual, |strategy| &strategy.brief);
        let personal = self.access.reader(briefing).personal;
        let all: Vec<HandoffId> = account.handoffs().map(|other| other.id).collect();
        // What this reader may not see is not told beside it either.
        let seen = self.handoffs_in_sight(&all)?;
        let others = account.handoffs().filter(|other| other.id != id && other.is_open());
        let others = others.filter(|other| seen.contains(&other.id));
        let mut others: Vec<(Moment, HandoffId, PersonId)> = others
            .map(|other| (other.assigned.unwrap_or(other.opened), other.id, other.person))
            .collect();
        others.sort_unstable_by(|one, other| other.cmp(one));
        others.truncate(BESIDE_MAX);
        let mut told = Unrecorded::new(Vec::new(), None);
        for (since, handoff, person) in others {
            let person = personal.then(|| called(account, person)).flatten();
            let found = self.why(&handoff.to_string(), AsOf::Latest, |why| Beside {
                handoff,
                person,
                state: why.state,
                owner: why.owner_name.clone(),
                since,
                because: found_in_words(&why.found),
            });
            let found = match found {
                Ok(found) => found,
                Err(ReadError::NotFound(_)) => continue,
                Err(error @ ReadError::Store(_)) => return Err(error),
            };
            told = told.and(found).map(|(mut all, one)| {
                all.push(one);
                all
            });
        }
        let reading = Reading { account: account.id, nodes: account.members.len() as u64 };
        let named = Unrecorded::new((), personal.then_some(reading));
        Ok(told.and(named).map(|(all, ())| all))
    }
}
