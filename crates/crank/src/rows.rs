//! Rows of current state as facts say them, live and in replay alike.

use domain::fact::{Aggregate, Fact};
use domain::handoff::{DeliveryState, Target};
use domain::{AccountId, Moment, SignalId, Span};
use engine::state::Handoff;
use store::{HandoffRow, OutboxRow, Position};

/// How long an attempt may take before it counts as given up. Whoever makes its calls has to be done
/// with them before.
pub const CLAIM: Span = Span::seconds(60);

/// A handoff as its row says it.
pub(crate) fn row_of(account: AccountId, handoff: &Handoff, changed: Moment) -> HandoffRow {
    HandoffRow {
        handoff: handoff.id,
        account,
        person: handoff.person,
        node: handoff.node,
        kind: handoff.kind.clone(),
        state: handoff.state,
        owner: handoff.owner.clone(),
        version: u64::from(handoff.version),
        opened: handoff.opened,
        changed,
        accept_by: handoff.accept_by(),
        first_touch_by: handoff.clocks.get(&Target::FirstTouch).map(|clock| clock.due),
        qualify_by: qualify_by(handoff),
        correlation: handoff.signal,
    }
}

/// By when a handoff is to be qualified; none where its SLA has no such target.
pub(crate) fn qualify_by(handoff: &Handoff) -> Option<Moment> {
    handoff.clocks.get(&Target::Qualify).map(|clock| clock.due)
}

/// The row of an errand that a fact queues, due at once unless it is to wait; none for another fact.
pub(crate) fn queued_row(
    fact: &Fact,
    account: AccountId,
    correlation: SignalId,
    queued_at: Position,
    moment: Moment,
) -> Option<OutboxRow> {
    let Fact::DeliveryQueued { delivery, destination, not_before, notice, .. } = fact else {
        return None;
    };
    Some(OutboxRow {
        errand: (*delivery).into(),
        aggregate: Aggregate::Account(account),
        destination: destination.clone(),
        correlation: Some(correlation),
        attempt: 0,
        due: not_before.unwrap_or(moment),
        claimed_until: None,
        queued_at,
        recipient: notice.as_ref().and_then(|notice| notice.recipient()),
        bundle: None,
    })
}

/// Moves the row of an open errand on with a fact about it; whether it is still open.
pub(crate) fn advance(row: &mut OutboxRow, fact: &Fact, moment: Moment) -> bool {
    if let Fact::DeliveryAttempted { attempt, bundle, .. } = fact {
        row.attempt = row.attempt.max(*attempt);
        row.bundle = *bundle;
        row.claimed_until = Some(moment + CLAIM);
    } else if let Fact::DeliveryMoved { state, attempt, again, .. } = fact {
        row.attempt = row.attempt.max(*attempt);
        if *state == DeliveryState::Attempting {
            row.claimed_until = Some(moment + CLAIM);
        }
        if let Some(again) = again {
            (row.due, row.claimed_until) = (*again, None);
        }
        return !state.is_closed();
    }
    true
}
