//! A lead's whole way: the stages, one after the other.

use std::sync::Arc;

use domain::fact::{Aggregate, Fact, Score};
use domain::handoff::{Action, Autonomy, State};
use domain::reason::{Code, Reason};
use domain::signal::{Identifier, IdentifierKind};
use domain::{AccountId, NodeId};
use rules::strategy::Strategy;

use super::handoff::HandoffTurn;
use super::people::{settle, withdraw, withdraw_open};
use super::run::Run;
use super::turn::SignalOutcome;
use crate::arrived::Arrived;
use crate::lead::Lead;
use crate::stages::contract::{Checked, Subject, contract};
use crate::stages::decide::{Decided, decide};
use crate::stages::resolve::Resolved;
use crate::stages::route::Proposed;
use crate::stages::score::score;

/// Takes a signal through all stages.
pub(super) fn take(
    run: &mut Run<'_>,
    strategy: &Strategy,
    arrived: &Arrived,
    resolved: Resolved,
) -> SignalOutcome {
    run.about(arrived.signal);
    run.receive(arrived);
    settle(run, strategy, arrived, &resolved);
    let nothing =
        SignalOutcome { resolved, action: None, handoff: None, reasons: Vec::new(), held: None };
    match check(run, strategy, arrived, nothing.resolved.account) {
        Checked::Through => {}
        Checked::Held { cause, field } => {
            return SignalOutcome { held: Some((cause, field)), reasons: vec![cause], ..nothing };
        }
        Checked::Refused { cause } => return SignalOutcome { reasons: vec![cause], ..nothing },
    }
    // What is said of a company alone is nobody's: it counts for everybody there at their next signal.
    if nothing.resolved.of_company {
        return nothing;
    }
    let (score, decided) = evaluate(run, strategy, arrived, &nothing.resolved);
    withdraw_answered(run, strategy, &decided);
    if decided.begins.is_some() {
        hand_off(run, strategy, arrived.node, &decided, score);
    }
    if decided.action == Action::Suppress {
        let accounts: Vec<AccountId> = run.known().iter().map(|known| known.id).collect();
        for account in accounts {
            withdraw_open(run, strategy, account, decided.person, Code::Suppressed);
        }
    }
    SignalOutcome {
        action: Some(decided.action),
        handoff: decided.begins.or(decided.open),
        reasons: decided.reasons.iter().map(|reason| reason.code).collect(),
        ..nothing
    }
}

fn check(run: &mut Run<'_>, strategy: &Strategy, arrived: &Arrived, account: AccountId) -> Checked {
    let subject = Subject {
        signal: arrived.signal,
        node: arrived.node,
        source: &arrived.source,
        accepted: arrived.accepted,
        content: &arrived.content,
        contract: arrived.contract.as_deref(),
        repaired: arrived.repaired,
    };
    let (checked, fact) = contract(strategy, run.account(account), &subject);
    run.fact_of(Aggregate::Node(arrived.node), fact);
    checked
}

/// Scores and decides. Both look at one lead, so that what a rule has asked for once is there for
/// every other; a score changes nothing that a decision looks at.
fn evaluate(
    run: &mut Run<'_>,
    strategy: &Strategy,
    arrived: &Arrived,
    resolved: &Resolved,
) -> (Arc<Score>, Decided) {
    let known = run.known();
    let account = run.account(resolved.account);
    let (person, signal) = (resolved.person, arrived.signal);
    let lead = Lead::new(strategy, account, person, signal, None, run.now());
    let lead = lead.known_at(&known);
    let (scored, fact) = score(strategy, &lead);
    let when = (run.now(), may_start(strategy, arrived));
    let (decided, facts) = decide(strategy, &scored, &known, when);
    let score = scored.score;
    run.fact(resolved.account, fact);
    for fact in facts {
        run.fact(decided.account, fact);
    }
    (score, decided)
}

/// Whether the strategy lets a signal start a handoff: its kind does, and it names a person by more
/// than a device.
fn may_start(strategy: &Strategy, arrived: &Arrived) -> bool {
    let names = |known: &Identifier| {
        matches!(
            known.kind,
            IdentifierKind::Email | IdentifierKind::Phone | IdentifierKind::ExternalId
        )
    };
    let content = &arrived.content;
    strategy
        .readiness
        .starts
        .as_ref()
        .is_none_or(|starts| starts.has(&content.kind) && content.subject.iter().any(names))
}

/// Withdraws the question that a decision answers.
fn withdraw_answered(run: &mut Run<'_>, strategy: &Strategy, decided: &Decided) {
    if let Some(question) = decided.answers {
        let known = run.known();
        let account = known.iter().find(|known| known.handoff(question).is_some());
        if let Some(account) = account.map(|known| known.id) {
            withdraw(run, strategy, account, question, Code::RowMatched);
        }
    }
}

/// A handoff begins: proposed, checked, and then to a person who reviews it or to its owner. A
/// question for a person is one too, so that somebody owns it and there is a deadline.
fn hand_off(
    run: &mut Run<'_>,
    strategy: &Strategy,
    node: NodeId,
    decided: &Decided,
    score: Arc<Score>,
) {
    let Decided { signal, account, person, .. } = *decided;
    let Some(handoff) = decided.begins else { return };
    let kind = decided.kind.clone().unwrap_or_else(|| "marketing-to-sales".to_owned());
    let sla = decided.sla.clone();
    run.fact(account, Fact::HandoffProposed { handoff, person, node, kind, sla, signal });
    let moved = |state, reasons| Fact::HandoffMoved {
        handoff,
        state,
        reasons,
        by: None,
        returns: None,
        chain: None,
    };
    run.fact(account, moved(State::Checked, Vec::new()));
    if decided.action == Action::AskAPerson {
        run.fact(account, moved(State::InReview, decided.reasons.clone()));
        let why = decided.reasons.last().map_or(Code::AutonomyReview, |reason| reason.code);
        HandoffTurn { run, strategy, account, handoff }.review(why);
        return;
    }
    if decided.autonomy == Autonomy::Review {
        let reasons = vec![Reason::new(Code::AutonomyReview)];
        run.fact(account, moved(State::InReview, reasons));
        HandoffTurn { run, strategy, account, handoff }.review(Code::AutonomyReview);
        return;
    }
    if let Some(proposed) = Proposed::decided(decided, score) {
        HandoffTurn { run, strategy, account, handoff }.find_owner(&proposed);
    }
}
