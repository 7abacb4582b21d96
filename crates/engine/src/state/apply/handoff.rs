//! A handoff: who has it, where it is, and its clocks.

use std::sync::Arc;

use domain::fact::{By, Header, Routing};
use domain::handoff::{MemberId, Owner, State, Target};
use domain::reason::{Code, Reason};
use domain::{AccountId, HandoffId, Moment, NodeId, PersonId, SignalId};

use super::super::handoff::{ChainDue, Clock, Handoff, QUEUE_OVERDUE, TargetChain};
use super::super::scratch::Scratch;
use crate::chunked::SharedMap;

/// What a handoff begins with.
pub(super) struct Proposal<'a> {
    pub(super) handoff: HandoffId,
    pub(super) person: PersonId,
    pub(super) node: NodeId,
    pub(super) kind: &'a str,
    pub(super) sla: Option<&'a String>,
    pub(super) signal: SignalId,
}

pub(super) fn proposed(
    scratch: &mut Scratch<'_>,
    (account, header): (AccountId, &Header),
    proposal: &Proposal<'_>,
) {
    let known = scratch.account_mut(account);
    let scored = known.scored.as_ref().filter(|(signal, _)| *signal == proposal.signal);
    let handoff = Handoff {
        id: proposal.handoff,
        version: 1,
        kind: proposal.kind.to_owned(),
        state: State::Proposed,
        person: proposal.person,
        node: proposal.node,
        signal: proposal.signal,
        owner: Owner::Engine,
        strategy: header.strategy,
        sla: proposal.sla.cloned(),
        opened: header.moment,
        assigned: None,
        since: header.moment,
        score: scored.map(|(_, score)| Arc::clone(score)).unwrap_or_default(),
        decision: known.decisions.get(&proposal.person).cloned(),
        routing: Arc::default(),
        routed_under: None,
        assigned_by: None,
        reasons: Vec::new(),
        reasons_under: None,
        round: 0,
        passed_over: Vec::new(),
        clocks: SharedMap::new(),
        chain_step: 0,
        chain_generation: 0,
        chained: false,
        chain_due: ChainDue::Ended,
        faults: 0,
        assignments: 0,
        deliveries: Vec::new(),
        accepted: None,
        touched: None,
        returns: None,
        debriefs: 0,
        actor: header.actor,
        chains: SharedMap::new(),
        refused: false,
        undo: None,
        undone: None,
    };
    known.handoffs.insert(proposal.handoff, Arc::new(handoff));
}

/// The handoff that a fact changes, where the account knows it.
pub(super) fn found<'s>(
    scratch: &'s mut Scratch<'_>,
    (account, header): (AccountId, &Header),
    handoff: HandoffId,
) -> Option<&'s mut Handoff> {
    if !scratch.account(account)?.handoffs.contains_key(&handoff) {
        return None;
    }
    let known = Arc::make_mut(scratch.account_mut(account).handoffs.get_mut(&handoff)?);
    known.actor = header.actor;
    Some(known)
}

pub(super) fn wanted(known: &mut Handoff, round: u32, passed_over: &[MemberId]) {
    known.undo_is_past();
    known.round = round + 1;
    known.passed_over = passed_over.to_vec();
    known.owner = Owner::Engine;
}

pub(super) fn assigned(
    known: &mut Handoff,
    header: &Header,
    (owner, by): (&Owner, Option<&By>),
    routing: &Arc<Routing>,
) {
    known.undo_is_past();
    if known.owner != *owner {
        had_it(known);
    }
    known.owner = owner.clone();
    known.routing = Arc::clone(routing);
    known.routed_under = header.strategy;
    known.assigned_by = by.cloned();
    known.assigned = Some(header.moment);
    known.assignments += 1;
    // Whoever is given it by hand, or in place of who left, has all the time of the chain.
    let afresh = |reason: &Reason| matches!(reason.code, Code::ManagerAsked | Code::HandedOn);
    if routing.reasons.iter().any(afresh) {
        (known.chain_step, known.chained) = (0, false);
        let clock = known.clocks.get(&Target::Accept);
        known.chain_generation = clock.map_or(0, |clock| clock.generation + 1);
    }
}

pub(super) fn moved(
    known: &mut Handoff,
    header: &Header,
    state: State,
    reasons: &[Reason],
    (returns, chain): (Option<Moment>, Option<Moment>),
) {
    // It stays where it is when the program failed on something of it.
    if known.state != state {
        known.undo_is_past();
    }
    // What an offer after a refusal says of a chain is a chain that begins anew.
    let anew = known.is_answered_with_no() && chain.is_some();
    if state == State::Offered && (anew || !known.chained) {
        known.chain_due = chain_due(header, chain);
    }
    if state == State::Offered && anew {
        let clock = known.clocks.get(&Target::Accept);
        known.chain_step = 0;
        known.chain_generation = clock.map_or(0, |clock| clock.generation + 1);
    }
    enter(known, header, state);
    known.reasons = reasons.to_vec();
    known.reasons_under = header.strategy;
    known.returns = returns;
    if matches!(state, State::Accepted | State::Rejected) {
        known.undo_is_whole();
    }
}

pub(super) fn ended(known: &mut Handoff, header: &Header, outcome: State) {
    known.undo_is_past();
    enter(known, header, outcome);
    known.reasons.clear();
}

pub(super) fn escalated(known: &mut Handoff, header: &Header, step: u16, next: Option<Moment>) {
    if step != QUEUE_OVERDUE {
        known.chain_step = step.saturating_add(1);
        known.chain_due = chain_due(header, next);
    }
}

/// When the next step of a chain is due, as a fact says. Programs that did not name their engine did
/// not say it.
fn chain_due(header: &Header, said: Option<Moment>) -> ChainDue {
    match (said, header.engine) {
        (Some(due), _) => ChainDue::At(due),
        (None, Some(_)) => ChainDue::Ended,
        (None, None) => ChainDue::Unsaid,
    }
}

pub(super) fn touched(known: &mut Handoff, header: &Header) {
    known.touched = known.touched.or(Some(header.moment));
}

pub(super) fn clock_started(
    known: &mut Handoff,
    target: Target,
    clock: Clock,
    chain: Option<Moment>,
) {
    known.clocks.insert(target, clock);
    if chain.is_some() {
        known.chains.insert(target, TargetChain { step: 0, due: chain });
    }
}

/// A step of the chain of a target after `accept` was taken.
pub(super) fn chain_taken(known: &mut Handoff, target: Target, step: u16, next: Option<Moment>) {
    known.chains.insert(target, TargetChain { step: step.saturating_add(1), due: next });
}

pub(super) fn clock_stopped(known: &mut Handoff, target: Target, at: Moment) {
    if let Some(clock) = known.clocks.get_mut(&target) {
        clock.stopped = clock.stopped.or(Some(at));
    }
}

pub(super) fn warned(known: &mut Handoff, target: Target) {
    if let Some(clock) = known.clocks.get_mut(&target) {
        clock.warned = true;
    }
}

pub(super) fn breached(known: &mut Handoff, target: Target) {
    if let Some(clock) = known.clocks.get_mut(&target) {
        clock.breached = true;
    }
}

fn enter(known: &mut Handoff, header: &Header, state: State) {
    if known.state != state {
        known.since = header.moment;
    }
    known.state = state;
    // A lead that waits for the next owner is still one that was refused.
    known.refused = state == State::Rejected || (known.refused && state == State::Held);
    if matches!(state, State::Rejected | State::Expired) {
        had_it(known);
    }
    match state {
        State::Accepted => {
            known.accepted = known.accepted.or(Some(header.moment));
            known.chained = false;
        }
        State::Working | State::Met | State::Qualified => {
            known.accepted = known.accepted.or(Some(header.moment));
            known.chained = false;
            known.touched = known.touched.or(Some(header.moment));
        }
        // Whoever is asked next has not taken it.
        State::Queued | State::Offered | State::Rejected | State::Expired => {
            known.accepted = None;
            known.chained |= state == State::Offered;
        }
        State::Faulted => known.faults += 1,
        State::Proposed
        | State::Checked
        | State::InReview
        | State::Won
        | State::Lost
        | State::Held
        | State::Recycled
        | State::Disqualified
        | State::Withdrawn
        | State::Repaired => {}
    }
}

/// Its owner has it no more. The last of the list is the one who had it last.
fn had_it(known: &mut Handoff) {
    if let Owner::Person(member) = &known.owner {
        known.passed_over.retain(|other| other != member);
        known.passed_over.push(member.clone());
    }
}
