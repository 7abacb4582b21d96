//! A person at a signal: scored, decided on, and what was decided happens.

use std::sync::Arc;

use domain::fact::{Again, Fact, Score};
use domain::handoff::{Action, Autonomy, State};
use domain::reason::{Code, Reason};
use domain::{AccountId, HandoffId, Moment, NodeId, PersonId, SignalId};
use rules::strategy::Strategy;

use super::handoff::HandoffTurn;
use super::people::{withdraw, withdraw_open};
use super::run::Run;
use super::take_back::replace;
use super::turn::SignalOutcome;
use crate::lead::Lead;
use crate::stages::decide::{Decided, Start, When, decide};
use crate::stages::route::Proposed;
use crate::stages::score::score;
use crate::state::{AccountContext, Handoff};

/// A person at a signal.
pub(super) struct LeadAt {
    pub(super) account: AccountId,
    pub(super) person: PersonId,
    /// The node of theirs that a handoff is of.
    pub(super) node: NodeId,
    pub(super) signal: SignalId,
    /// What lets a handoff start.
    pub(super) start: Start,
    /// Where the signal is taken again, since an import was taken back.
    pub(super) again: Option<Again>,
}

/// Scores a person, decides on them, and lets what was decided happen.
pub(super) fn carry_out(
    run: &mut Run<'_>,
    strategy: &Strategy,
    lead: &LeadAt,
    nothing: SignalOutcome,
) -> SignalOutcome {
    let (score, decided) = evaluate(run, strategy, lead);
    if lead.again.is_some() {
        replace(run, strategy, decided.replaces);
    }
    withdraw_answered(run, strategy, &decided);
    if decided.begins.is_some() {
        hand_off(run, strategy, lead.node, &decided, score);
    }
    if decided.action == Action::Suppress {
        let accounts: Vec<AccountId> = run.known().iter().map(|known| known.id).collect();
        for account in accounts {
            withdraw_suppressed(run, strategy, lead, (account, decided.person));
        }
    }
    SignalOutcome {
        action: Some(decided.action),
        handoff: decided.begins.or(decided.open),
        reasons: decided.reasons.iter().map(|reason| reason.code).collect(),
        ..nothing
    }
}

/// Scores and decides. Both look at one lead, so that what a rule has asked for once is there for
/// every other; a score changes nothing that a decision looks at.
fn evaluate(run: &mut Run<'_>, strategy: &Strategy, at: &LeadAt) -> (Arc<Score>, Decided) {
    let known = run.known();
    let account = run.account(at.account);
    let now = at.again.map_or(run.now(), |again| again.accepted);
    let lead = Lead::new(strategy, account, at.person, at.signal, None, now);
    let lead = lead.known_at(&known);
    let (scored, fact) = score(strategy, &lead);
    let when = When { now, start: at.start, again: at.again.map(|_| run.now()) };
    let (decided, facts) = decide(strategy, &scored, &known, &when);
    let score = scored.score;
    run.fact(at.account, fact);
    for fact in facts {
        run.fact(decided.account, fact);
    }
    (score, decided)
}

/// Withdraws what is open of somebody who must not be contacted. A signal that is taken again ends what
/// had begun before it, as it did then.
fn withdraw_suppressed(
    run: &mut Run<'_>,
    strategy: &Strategy,
    lead: &LeadAt,
    (account, person): (AccountId, PersonId),
) {
    let Some(again) = lead.again else {
        withdraw_open(run, strategy, account, person, Code::Suppressed);
        return;
    };
    let known = run.account(account);
    let theirs = known.handoffs().filter(|open| open.person == person && open.is_open());
    let before = theirs.filter(|open| begun_at(known, open) <= again.accepted);
    let before: Vec<HandoffId> = before.map(|open| open.id).collect();
    for handoff in before {
        withdraw(run, strategy, account, handoff, Code::Suppressed);
    }
}

/// When a handoff began: what began it may have been taken again since.
fn begun_at(account: AccountContext<'_>, handoff: &Handoff) -> Moment {
    let touch = account.touch_of(handoff.node, handoff.signal);
    touch.map_or(handoff.opened, |touch| touch.known)
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
        let whose = [Code::MostEngaged, Code::CompanyWaited];
        let mut reasons = decided.reasons.iter().rev().map(|reason| reason.code);
        let why = reasons.find(|code| !whose.contains(code)).unwrap_or(Code::AutonomyReview);
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
