//! The one function that changes what is known. Each fact is named, so that a new one cannot be
//! forgotten; what it does stands beside the others of its subject.
//!
//! A turn writes one entry for each aggregate, so a replay meets the facts of one aggregate after
//! those of another that were said between them. So what the facts of two aggregates do in one
//! turn must not depend on their order.

mod delivery;
mod desk;
mod fields;
mod handoff;
mod kept;
mod lead;
mod member;
mod node;
mod registry;

use domain::fact::{Aggregate, Fact, Header};
use domain::handoff::MemberId;
use domain::{AccountId, HandoffId, NodeId};

use super::handoff::{Clock, Handoff};
use super::scratch::Scratch;
use super::undo::Offered;
use crate::desk::WaitingLead;

pub(crate) use node::arrival;

/// Takes a fact in. One that stands under another kind of aggregate than its own changes nothing.
pub(crate) fn apply(scratch: &mut Scratch<'_>, header: &Header, fact: &Fact) {
    let mut to = ApplyTarget { scratch, header };
    match fact {
        // Nodes.
        Fact::SignalArrived { signal, source, content, again, .. } => {
            let (of, again) = ((*signal, source), again.as_ref());
            to.node(|scratch, at| node::arrived(scratch, at, of, again, content.as_deref()));
        }
        Fact::SubjectResolved { signal, account, anchored, named, as_of, .. } => {
            let (signal, account) = (*signal, *account);
            let (anchored, named, as_of) = (*anchored, *named, *as_of);
            let found = node::AccountOf { account, anchored, named, as_of };
            to.node(|scratch, at| node::resolved(scratch, at, signal, found));
        }
        Fact::CheckpointReached { signal, verdict, contract, repaired, .. } => {
            let (signal, verdict, contract) = (*signal, *verdict, *contract);
            let repaired = repaired.as_deref();
            let passed = node::Passed { signal, verdict, contract, repaired };
            to.node(|scratch, at| node::checked(scratch, at, &passed));
        }
        // Members of accounts.
        Fact::NodeJoined { node, person, company, .. } => {
            let of_company = *company == Some(true);
            to.account(|scratch, (account, _)| {
                member::joined(scratch, account, *node, (*person, of_company));
            });
        }
        Fact::NodeLeft { node, to: went } => {
            to.account(|scratch, (account, _)| member::left(scratch, account, *node, *went));
        }
        Fact::PeopleMerged { winner, nodes, .. } => {
            to.account(|scratch, (account, _)| member::belong(scratch, account, nodes, *winner));
            to.node(|scratch, (node, _)| scratch.node_mut(node).apart = None);
        }
        Fact::MergeUndone { loser, nodes, apart, .. } => {
            to.account(|scratch, (account, _)| member::belong(scratch, account, nodes, *loser));
            to.node(|scratch, (node, _)| scratch.node_mut(node).apart = *apart);
        }
        Fact::PersonErased { nodes, .. } => member::erased(to.scratch, nodes),
        Fact::SignalsTakenBack { node, person, left, consents, nobody, .. } => {
            to.node(|scratch, (node, _)| member::taken_back(scratch, node, left.is_some()));
            to.account(|scratch, (account, _)| {
                member::belong(scratch, account, &[*node], *nobody);
                lead::taken_back(scratch, account, *person, *consents);
            });
        }
        // People.
        Fact::LeadScored { signal, person: Some(person), score } => {
            to.account(|scratch, (account, _)| {
                lead::scored(scratch, account, *signal, *person, score);
            });
        }
        Fact::DecisionMade { person: Some(person), action, reasons, autonomy, as_of, .. } => {
            let (of, decided) = ((*person, *as_of), (*action, *autonomy));
            to.account(|scratch, at| lead::decided(scratch, at, of, decided, reasons));
        }
        // Handoffs.
        Fact::HandoffProposed { handoff, person, node, kind, sla, signal } => {
            let (handoff, person, node) = (*handoff, *person, *node);
            let (kind, sla, signal) = (kind.as_str(), sla.as_ref(), *signal);
            let proposal = handoff::Proposal { handoff, person, node, kind, sla, signal };
            to.account(|scratch, at| handoff::proposed(scratch, at, &proposal));
        }
        Fact::OwnerWanted { handoff, round, passed_over } => {
            to.handoff(*handoff, |known| handoff::wanted(known, *round, passed_over));
        }
        Fact::OwnerAssigned { handoff, owner, routing, by } => {
            let to_whom = (owner, by.as_ref());
            to.handoff(*handoff, |known| handoff::assigned(known, header, to_whom, routing));
        }
        Fact::HandoffMoved { handoff, state, reasons, returns, chain, .. } => {
            to.handoff(*handoff, |known| {
                handoff::moved(known, header, *state, reasons, (*returns, *chain));
            });
        }
        Fact::ClockStarted { handoff, target, from, warn, due, generation, chain } => {
            let clock = Clock::started(*from, *warn, *due, *generation);
            to.handoff(*handoff, |known| handoff::clock_started(known, *target, clock, *chain));
        }
        Fact::ClockStopped { handoff, target, .. } => {
            to.handoff(*handoff, |known| {
                handoff::clock_stopped(known, *target, header.moment);
            });
        }
        Fact::SlaWarned { handoff, target, .. } => {
            to.handoff(*handoff, |known| handoff::warned(known, *target));
        }
        Fact::SlaBreached { handoff, target, .. } => {
            to.handoff(*handoff, |known| handoff::breached(known, *target));
        }
        Fact::Escalated { handoff, step, next, target: None, .. } => {
            to.handoff(*handoff, |known| handoff::escalated(known, header, *step, *next));
        }
        Fact::Escalated { handoff, step, next, target: Some(target), .. } => {
            to.handoff(*handoff, |known| handoff::chain_taken(known, *target, *step, *next));
        }
        Fact::Touched { handoff, .. } => {
            to.handoff(*handoff, |known| handoff::touched(known, header));
        }
        Fact::OutcomeRecorded { handoff, outcome, .. } => {
            to.handoff(*handoff, |known| handoff::ended(known, header, *outcome));
        }
        Fact::UndoOffered { handoff, until, waited, mark, marked } => {
            let offered = Offered { at: header.moment, until: *until, waited: *waited };
            let mark = mark.clone().map(|member| (member, *marked));
            to.handoff(*handoff, |known| known.offer_undo(offered, mark));
        }
        Fact::DeedUndone { handoff, .. } => to.handoff(*handoff, Handoff::take_back_deed),
        // It says something of the brief, and moves nothing: all that its deed says is said with it.
        Fact::ClaimJudged { handoff, .. } => to.handoff(*handoff, Handoff::undo_is_whole),
        Fact::Debriefed { handoff, .. } => to.handoff(*handoff, |known| known.debriefs += 1),
        // It changes what the handoff's page says, and nothing else.
        Fact::BriefWritten { handoff, .. } => to.handoff(*handoff, |_| {}),
        // Deliveries.
        Fact::DeliveryQueued {
            delivery,
            handoff,
            step,
            destination,
            undoes,
            undo,
            notice,
            not_before,
            ..
        } => {
            let (delivery, handoff, step) = (*delivery, *handoff, *step);
            let (undoes, undo, notice) = (*undoes, undo.as_deref(), notice.as_deref());
            let again = *not_before;
            let queued = delivery::Queued {
                delivery,
                handoff,
                step,
                destination,
                undoes,
                undo,
                notice,
                again,
            };
            to.account(|scratch, at| delivery::queued(scratch, at, &queued));
        }
        Fact::DeliveryAttempted { delivery, attempt, bundle } => {
            let attempt = (*attempt, *bundle);
            to.account(|scratch, at| delivery::attempted(scratch, at, *delivery, attempt));
        }
        Fact::DeliveryMoved { delivery, state, code, again, status, .. } => {
            let (state, code, again, status) = (*state, *code, *again, *status);
            let moved = delivery::Moved { state, code, again, status };
            to.account(|scratch, at| delivery::moved(scratch, at, *delivery, &moved));
        }
        // The desk.
        Fact::TurnTaken { handoff, pool, member, eligible, instead_of, weights } => {
            let (handoff, pool, instead_of) = (*handoff, pool.as_deref(), instead_of.as_ref());
            let turn = desk::Turn { handoff, pool, member, eligible, weights, instead_of };
            desk::turn_taken(to.scratch, header, &turn);
        }
        Fact::LineJoined { handoff, account, pool, priority, since } => {
            let (account, pool, priority, since) = (*account, pool.clone(), *priority, *since);
            let waits = WaitingLead { account, pool, priority, since };
            to.scratch.desk_mut().join_line(*handoff, waits);
        }
        Fact::LineLeft { handoff, .. } => to.scratch.desk_mut().leave_line(*handoff),
        Fact::HandoffSnoozed { handoff, member, until, .. } => {
            to.load(member).snooze(*handoff, *until);
        }
        Fact::TurnUndone { handoff, member, instead_of, taken } => {
            desk::turn_undone(to.scratch, *handoff, (member, instead_of.as_ref()), *taken);
        }
        Fact::WorkEnded { handoff, member } => to.load(member).end(*handoff),
        Fact::MemberPaused { member, until, code, .. } => to.load(member).pause(*until, *code),
        Fact::MemberResumed { member, .. } => to.load(member).resume(),
        Fact::CreditGiven { pool, member, leads, .. } => {
            to.scratch.desk_mut().ledger_mut(pool).credit(member, *leads);
        }
        // The registry.
        Fact::StrategyApplied { version, mode, rollback, .. } => {
            registry::applied(to.scratch, header, *version, mode.as_str(), *rollback);
        }
        // Of a company: nobody's score, and a decision on nobody.
        Fact::LeadScored { person: None, .. } => {}
        Fact::DecisionMade { person: None, reasons, as_of, .. } => {
            to.account(|scratch, at| lead::await_somebody(scratch, at, *as_of, reasons));
        }
        // Rows of the store alone: quarantine entries, what was imported, who read what, who signs in.
        Fact::SignalQuarantined { .. }
        | Fact::QuarantineRepaired { .. }
        | Fact::QuarantineReleased { .. }
        | Fact::QuarantineDiscarded { .. }
        | Fact::SignalsWitnessed { .. }
        | Fact::ImportRecorded { .. }
        | Fact::ImportUndone { .. }
        | Fact::Unsealed { .. }
        | Fact::UserGranted { .. }
        | Fact::UserRevoked { .. } => {}
    }
}

/// Where a fact goes.
struct ApplyTarget<'t, 'a> {
    scratch: &'t mut Scratch<'a>,
    header: &'t Header,
}

impl<'a> ApplyTarget<'_, 'a> {
    fn node(&mut self, change: impl FnOnce(&mut Scratch<'a>, (NodeId, &Header))) {
        if let Aggregate::Node(node) = self.header.aggregate {
            change(self.scratch, (node, self.header));
        }
    }

    fn account(&mut self, change: impl FnOnce(&mut Scratch<'a>, (AccountId, &Header))) {
        if let Aggregate::Account(account) = self.header.aggregate {
            change(self.scratch, (account, self.header));
        }
    }

    /// What changes a handoff's page makes it a version later.
    fn handoff(&mut self, handoff: HandoffId, change: impl FnOnce(&mut Handoff)) {
        let Aggregate::Account(account) = self.header.aggregate else { return };
        if let Some(known) = handoff::found(self.scratch, (account, self.header), handoff) {
            known.version += 1;
            change(known);
        }
    }

    fn load(&mut self, member: &MemberId) -> &mut crate::desk::Load {
        self.scratch.desk_mut().load_mut(member)
    }
}
