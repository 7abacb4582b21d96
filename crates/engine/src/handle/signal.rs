//! A lead's whole way: the stages, one after the other.

use domain::fact::{Aggregate, Fact, Verdict};
use domain::handoff::Seam;
use domain::signal::{Identifier, IdentifierKind};
use domain::{AccountId, SignalId};
use rules::strategy::Strategy;

use super::company;
use super::lead::{LeadAt, carry_out};
use super::people::settle;
use super::run::Run;
use super::take_back::settle_again;
use super::turn::SignalOutcome;
use crate::arrived::Arrived;
use crate::stages::contract::{Checked, Subject, contract};
use crate::stages::decide::Start;
use crate::stages::resolve::Resolved;

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
    settle_again(run, strategy, arrived, &resolved);
    let nothing =
        SignalOutcome { resolved, action: None, handoff: None, reasons: Vec::new(), held: None };
    match check(run, strategy, arrived, nothing.resolved.account) {
        Checked::Through => {}
        Checked::Held { cause, field } => {
            return SignalOutcome { held: Some((cause, field)), reasons: vec![cause], ..nothing };
        }
        Checked::Refused { cause } => return SignalOutcome { reasons: vec![cause], ..nothing },
    }
    if nothing.resolved.of_company {
        return company::take(run, strategy, arrived, nothing);
    }
    let lead = LeadAt {
        account: nothing.resolved.account,
        person: nothing.resolved.person,
        node: arrived.node,
        signal: arrived.signal,
        start: start_of(strategy, arrived),
        again: arrived.again,
    };
    carry_out(run, strategy, &lead, nothing)
}

fn check(run: &mut Run<'_>, strategy: &Strategy, arrived: &Arrived, account: AccountId) -> Checked {
    if arrived.again.is_some_and(|again| again.withdrawal) {
        run.fact_of(Aggregate::Node(arrived.node), unchecked(arrived.signal));
        return Checked::Through;
    }
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

/// What is kept of a signal so that nobody contacts its person meets no contract.
const fn unchecked(signal: SignalId) -> Fact {
    Fact::CheckpointReached {
        seam: Seam::Signal,
        signal,
        handoff: None,
        contract: None,
        verdict: Verdict::Passed,
        findings: Vec::new(),
        repaired: None,
    }
}

/// What lets a signal of a person start a handoff: its kind, where the strategy names it, or what waits
/// for somebody at their company. With `starts` it has to name the person by more than a device.
fn start_of(strategy: &Strategy, arrived: &Arrived) -> Start {
    if arrived.again.is_some_and(|again| again.withdrawal) {
        return Start::Nothing;
    }
    let Some(starts) = &strategy.readiness.starts else { return Start::Signal };
    let names = |known: &Identifier| {
        matches!(
            known.kind,
            IdentifierKind::Email | IdentifierKind::Phone | IdentifierKind::ExternalId
        )
    };
    if !arrived.content.subject.iter().any(names) {
        Start::Nothing
    } else if starts.has(&arrived.content.kind) {
        Start::Signal
    } else {
        Start::Awaited
    }
}
