//! What a rehearsal keeps of one handoff: who had it, by which route, under which clocks, and what it is
//! held for.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::fact::Routing;
use domain::handoff::{Owner, State, Target};
use domain::reason::{Code, Reason};
use domain::{Moment, SignalId};
use serde::Serialize;

use super::result::LeadResult;

/// What kind of row begins a handoff. Leads are counted; what has no time is in no figure of time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum BegunBy {
    /// A lead whose row says when it came.
    Lead,
    /// A lead of which nobody knows when it came.
    UndatedLead,
    /// A row that is no lead, or what is no row.
    Other,
}

impl BegunBy {
    /// Whether a lead began it.
    pub(super) const fn is_lead(self) -> bool {
        matches!(self, Self::Lead | Self::UndatedLead)
    }
}

/// A handoff, as far as a rehearsal has to know it.
#[derive(Clone, Debug)]
pub(super) struct HandoffTally {
    /// The signal that began it.
    pub(super) signal: SignalId,
    /// What kind of row that was.
    pub(super) begun: BegunBy,
    /// Whether nothing more of it is counted.
    pub(super) closed: bool,
    /// Who has it, and since when.
    pub(super) owned: Owned,
    /// Who had it before, in that order.
    pub(super) earlier: Vec<Owned>,
    /// How many owners it had.
    pub(super) round: u32,
    /// How the present one was found, and why no route before found one.
    pub(super) routing: Arc<Routing>,
    /// When it first had an owner.
    pub(super) assigned: Option<Moment>,
    /// Why it has none, where it has none.
    held: Option<Code>,
    /// Whether a person is asked what to do with it.
    asked: bool,
    /// Clocks that ran out while a person had it, by target.
    pub(super) breaches: BTreeMap<Target, u32>,
    /// Whether it lay in a queue for too long.
    pub(super) overdue_in_queue: bool,
}

/// An owner, with the clocks that began when they got it. A clock that goes on from an earlier owner
/// stands with that one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Owned {
    /// Who has it.
    pub owner: Owner,
    /// Since when.
    pub since: Moment,
    /// Until when it must be accepted.
    pub accept_by: Option<Moment>,
    /// Until when somebody must get in touch.
    pub first_touch_by: Option<Moment>,
}

impl Owned {
    const fn by(owner: Owner, since: Moment) -> Self {
        Self { owner, since, accept_by: None, first_touch_by: None }
    }
}

impl HandoffTally {
    /// A handoff that was just begun.
    pub(super) fn of(signal: SignalId, begun: BegunBy, at: Moment) -> Self {
        Self {
            signal,
            begun,
            closed: false,
            owned: Owned::by(Owner::Engine, at),
            earlier: Vec::new(),
            round: 0,
            routing: Arc::default(),
            assigned: None,
            held: None,
            asked: false,
            breaches: BTreeMap::new(),
            overdue_in_queue: false,
        }
    }

    /// It came into a state.
    pub(super) fn moved(&mut self, state: State, reasons: &[Reason]) {
        match state {
            State::Held => self.held = reasons.first().map(|reason| reason.code),
            State::InReview => {
                self.held = Some(Code::AutonomyReview);
                self.asked = true;
            }
            State::Faulted => self.held = Some(Code::AttemptsUsedUp),
            State::Offered | State::Queued => self.asked = false,
            State::Proposed
            | State::Checked
            | State::Accepted
            | State::Working
            | State::Met
            | State::Qualified
            | State::Won
            | State::Lost
            | State::Rejected
            | State::Expired
            | State::Recycled
            | State::Disqualified
            | State::Withdrawn
            | State::Repaired => {}
        }
    }

    /// It has another owner, whose clocks are yet to start.
    pub(super) fn assigned(&mut self, at: Moment, owner: &Owner, routing: &Arc<Routing>) {
        self.routing = Arc::clone(routing);
        let before = std::mem::replace(&mut self.owned, Owned::by(owner.clone(), at));
        if before.owner != Owner::Engine {
            self.earlier.push(before);
        }
        if *owner != Owner::Engine {
            self.round += 1;
            self.assigned = self.assigned.or(Some(at));
            self.held = None;
        }
    }

    /// A clock began, for the owner who has it.
    pub(super) const fn started(&mut self, target: Target, due: Moment) {
        match target {
            Target::Accept => self.owned.accept_by = Some(due),
            Target::FirstTouch => self.owned.first_touch_by = Some(due),
            Target::Qualify => {}
        }
    }

    /// A clock ran out.
    pub(super) fn breached(&mut self, target: Target) {
        if matches!(self.owned.owner, Owner::Queue(_)) {
            self.overdue_in_queue = true;
        } else {
            *self.breaches.entry(target).or_default() += 1;
        }
    }

    /// What became of the lead that it is about, and why nobody has it where nobody has.
    pub(super) fn result(&self) -> (LeadResult, Option<Code>) {
        match &self.owned.owner {
            Owner::Person(_) => (LeadResult::Routed, None),
            Owner::Queue(_) if self.asked => (LeadResult::Review, None),
            Owner::Queue(_) => (LeadResult::Routed, None),
            Owner::Engine => match self.held {
                _ if self.asked => (LeadResult::Review, None),
                Some(code @ (Code::AllAway | Code::AllCapped)) => (LeadResult::Waiting, Some(code)),
                Some(code @ Code::RouteHolds) => (LeadResult::Held, Some(code)),
                held => (LeadResult::Unrouted, Some(held.unwrap_or(Code::NoRoute))),
            },
        }
    }
}
