//! One event over one delivery.

use domain::reason::Code;
use domain::{AccountId, DeliveryId};
use rules::strategy::Strategy;

use super::run::Run;
use super::turn::Outcome;
use crate::event::{Answer, Parked};
use crate::stages::deliver::Sending;
use crate::state::Delivery;

/// An attempt is about to be made.
pub(super) fn attempt(
    run: &mut Run<'_>,
    strategy: Option<&Strategy>,
    (account, delivery): (AccountId, DeliveryId),
    attempt: (u32, Option<DeliveryId>),
) -> Outcome {
    let found = find(run, account, delivery);
    let Some((sending, known)) = found else { return Outcome::Attempt(false) };
    let attempted = sending.attempt(strategy, known, attempt);
    run.about(sending.handoff.signal);
    run.take(attempted.effects);
    Outcome::Attempt(attempted.wanted)
}

/// There is nothing to send any more.
pub(super) fn forget(
    run: &mut Run<'_>,
    strategy: Option<&Strategy>,
    account: AccountId,
    delivery: DeliveryId,
) {
    let Some((sending, known)) = find(run, account, delivery) else { return };
    let forgotten = sending.forget(strategy, known);
    run.about(sending.handoff.signal);
    run.take(forgotten);
}

/// A destination answered, or did not.
pub(super) fn answered(
    run: &mut Run<'_>,
    strategy: &Strategy,
    (account, delivery): (AccountId, DeliveryId),
    attempt: u32,
    answer: &Answer,
) {
    let Some((sending, known)) = find(run, account, delivery) else { return };
    let handoff = sending.handoff.id;
    let answered = sending.answered(strategy, known, attempt, answer);
    run.about(sending.handoff.signal);
    run.take(answered.effects);
    let Some((state, from)) = answered.next else { return };
    // What is sent next tells how the step before it stands.
    if let Some(follow) = run.follow(strategy, account, handoff) {
        let queued = follow.sending().step_from(strategy, state, from);
        run.take(queued);
    }
}

/// The program failed on something of a handoff: it says so and stays where it is.
pub(super) fn park(run: &mut Run<'_>, account: AccountId, item: Parked, code: Code) {
    match item {
        Parked::Timer(handoff) => {
            let Some(known) = run.handoff(account, handoff) else { return };
            let (signal, parked) = (known.signal, known.parked(code));
            run.about(signal);
            run.fact(account, parked);
        }
        Parked::Delivery { delivery, attempt, state } => {
            let Some((sending, _)) = find(run, account, delivery) else { return };
            let parked = sending.park(delivery, attempt, state, code);
            run.about(sending.handoff.signal);
            run.take(parked);
        }
    }
}

fn find<'s>(
    run: &'s Run<'_>,
    account: AccountId,
    delivery: DeliveryId,
) -> Option<(Sending<'s>, &'s Delivery)> {
    let account = run.account(account);
    let handoff = account.account().handoff_of(delivery)?;
    let known = handoff.delivery(delivery)?;
    Some((Sending { account, handoff, now: run.now() }, known))
}
