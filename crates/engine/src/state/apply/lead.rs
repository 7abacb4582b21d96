//! What a person's score is and what was decided on them.

use std::sync::Arc;

use domain::fact::{Header, Score};
use domain::handoff::{Action, Autonomy};
use domain::reason::{Code, Reason};
use domain::{AccountId, PersonId, SignalId};

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
    person: PersonId,
    (action, autonomy): (Action, Autonomy),
    reasons: &[Reason],
) {
    let known_as_of = header.moment;
    let decision = Decision { action, reasons: reasons.to_vec(), autonomy, known_as_of };
    let known = scratch.account_mut(account);
    known.decisions.insert(person, Arc::new(decision));
    if action == Action::Suppress {
        known.suppressed.insert(person, header.moment);
    }
    await_somebody(scratch, (account, header), reasons);
}

/// What was said of the company alone waits for somebody from here on, or no longer.
pub(super) fn await_somebody(
    scratch: &mut Scratch<'_>,
    (account, header): (AccountId, &Header),
    reasons: &[Reason],
) {
    let has = |code| reasons.iter().any(|reason| reason.code == code);
    if has(Code::WaitsForSomebody) {
        scratch.account_mut(account).waits_since = Some(header.moment);
    } else if has(Code::MostEngaged) || has(Code::CompanyWaited) {
        scratch.account_mut(account).waits_since = None;
    }
}
