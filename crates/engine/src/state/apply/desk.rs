//! Turns of the rotation, open work, pauses and credits.

use domain::fact::Header;
use domain::handoff::MemberId;
use domain::{HandoffId, Moment};

use super::super::scratch::Scratch;

/// A lead that was given to a member.
pub(super) struct Turn<'a> {
    pub(super) handoff: HandoffId,
    pub(super) pool: Option<&'a str>,
    pub(super) member: &'a MemberId,
    pub(super) eligible: &'a [MemberId],
    pub(super) weights: &'a [u32],
    pub(super) instead_of: Option<&'a MemberId>,
}

pub(super) fn turn_taken(scratch: &mut Scratch<'_>, header: &Header, turn: &Turn<'_>) {
    let desk = scratch.desk_mut();
    if let Some(before) = turn.instead_of {
        desk.load_mut(before).end(turn.handoff);
    }
    desk.load_mut(turn.member).begin(turn.handoff, header.moment);
    if let Some(pool) = turn.pool {
        let ledger = desk.ledger_mut(pool);
        ledger.turn(turn.eligible, turn.weights, turn.member, header.moment);
    }
}

/// Who took a lead has it no more, and it counts towards no cap; who had it before has it again.
pub(super) fn turn_undone(
    scratch: &mut Scratch<'_>,
    handoff: HandoffId,
    (member, instead_of): (&MemberId, Option<&MemberId>),
    taken: Moment,
) {
    let desk = scratch.desk_mut();
    desk.load_mut(member).take_back(handoff, taken);
    if let Some(before) = instead_of {
        desk.load_mut(before).resume_work(handoff);
    }
}
