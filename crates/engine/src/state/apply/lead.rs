//! What a person's score is and what was decided on them.

use std::sync::Arc;

use domain::fact::{Header, Score};
use domain::handoff::{Action, Autonomy};
use domain::reason::{Code, Reason};
use domain::{AccountId, Moment, PersonId, SignalId};

use super::super::handoff::Decision;
use super::super::scratch::Scratch;

pub(super) fn scored(
    scratch: &mut Scratch<'_>,
    account: AccountId,
    signal: SignalId,
    person: PersonId,
    score: &Arc<Score>,
) {
    let known = scratch.account_mut(account);
    known.scores.insert(person, Arc::clone(score));
    known.scored = Some((signal, Arc::clone(score)));
}

pub(super) fn decided(
    scratch: &mut Scratch<'_>,
    (account, header): (AccountId, &Header),
    (person, as_of): (PersonId, Option<Moment>),
    (action, autonomy): (Action, Autonomy),
    reasons: &[Reason],
) {
    // What is taken again is decided as of when it was known.
    let known_as_of = as_of.unwrap_or(header.moment);
    let decision = Decision { action, reasons: reasons.to_vec(), autonomy, known_as_of };
    let known = scratch.account_mut(account);
    known.decisions.insert(person, Arc::new(decision));
    if action == Action::Suppress {
        known.suppressed.insert(person, known_as_of);
    }
    await_somebody(scratch, (account, header), as_of, reasons);
}

/// Nothing of a person is known here until their signals are taken again. Who must not be contacted must
/// not be, unless that is taken back as well.
pub(super) fn taken_back(
    scratch: &mut Scratch<'_>,
    account: AccountId,
    person: Option<PersonId>,
    consents: bool,
) {
    let known = scratch.account_mut(account);
    known.waits_since = None;
    let Some(person) = person else { return };
    known.scores.remove(&person);
    known.decisions.remove(&person);
    if consents {
        known.suppressed.remove(&person);
    }
}

/// What was said of the company alone waits for somebody from here on, or no longer.
pub(super) fn await_somebody(
    scratch: &mut Scratch<'_>,
    (account, header): (AccountId, &Header),
    as_of: Option<Moment>,
    reasons: &[Reason],
) {
    let has = |code| reasons.iter().any(|reason| reason.code == code);
    if has(Code::WaitsForSomebody) {
        scratch.account_mut(account).waits_since = Some(as_of.unwrap_or(header.moment));
    } else if has(Code::MostEngaged) || has(Code::CompanyWaited) {
        scratch.account_mut(account).waits_since = None;
    }
}
