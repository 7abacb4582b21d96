//! The checkpoint: what passes, what is repaired, what is kept apart.

use domain::Fields;
use domain::fact::{Fact, Verdict};
use domain::handoff::Seam;
use domain::reason::{Code, Finding, Severity};
use domain::signal::{Content, Identifier, IdentifierKind, SourceName};
use domain::{HandoffId, Moment, NodeId, SignalId, Value};
use rules::contract::Contract;
use rules::strategy::Strategy;
use rust_decimal::Decimal;

use crate::state::AccountContext;

/// A signal whose subject is known, before its checkpoint.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Which signal.
    pub signal: SignalId,
    /// Its node.
    pub node: NodeId,
    /// Its source.
    pub source: &'a SourceName,
    /// When we knew.
    pub accepted: Moment,
    /// What it says.
    pub content: &'a Content,
    /// The contract that its source is configured to keep, by id or name.
    pub contract: Option<&'a str>,
    /// Whether a person repaired it.
    pub repaired: bool,
}

/// What the contract said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    /// It goes on into the context.
    Through,
    /// It is kept apart until a person repairs or discards it.
    Held {
        /// The first finding that holds it.
        cause: Code,
        /// The field that it is about.
        field: Option<String>,
    },
    /// It is refused for good.
    Refused {
        /// The first finding that refuses it.
        cause: Code,
    },
}

/// Checks a signal against the contract that its source and kind are under.
pub fn contract(
    strategy: &Strategy,
    account: AccountContext<'_>,
    subject: &Subject<'_>,
) -> (Checked, Fact) {
    let mut findings = timely(subject);
    let (place, mut verdict, mut repaired) = match under(strategy, subject) {
        None if subject.contract.is_some() => {
            let (code, severity) = (Code::ContractUnknown, Severity::Error);
            findings.push(Finding { code, severity, field: None });
            (None, Verdict::Quarantined, None)
        }
        Some((place, contract)) => {
            let checked = check(Some(account), contract, subject);
            findings.extend(checked.findings);
            (Some(place as u16), checked.verdict, checked.repaired)
        }
        None => (None, Verdict::Passed, None),
    };
    if subject.repaired && verdict != Verdict::Quarantined && verdict != Verdict::Rejected {
        verdict = Verdict::Repaired;
        repaired = repaired.or_else(|| Some(subject.content.clone()));
    }
    let blocking = findings.iter().find(|finding| finding.severity == Severity::Error).cloned();
    let fact = Fact::CheckpointReached {
        seam: Seam::Signal,
        signal: subject.signal,
        handoff: None,
        contract: place,
        verdict,
        findings,
        repaired: repaired.map(Box::new),
    };
    (outcome(verdict, blocking), fact)
}

/// All that a signal's contract would keep it apart or refuse it for; nothing where it goes through.
/// Without an account nothing is known of its person.
pub fn faults(
    strategy: &Strategy,
    account: Option<AccountContext<'_>>,
    subject: &Subject<'_>,
) -> Vec<Finding> {
    let Some((_, contract)) = under(strategy, subject) else {
        let (code, severity) = (Code::ContractUnknown, Severity::Error);
        let unknown = subject.contract.map(|_| Finding { code, severity, field: None });
        return unknown.into_iter().collect();
    };
    let checked = check(account, contract, subject);
    let mut findings = checked.findings;
    findings.retain(|finding| finding.severity == Severity::Error);
    findings
}

/// The contract that a signal is under, with its place in the strategy.
pub fn under<'s>(strategy: &'s Strategy, subject: &Subject<'_>) -> Option<(usize, &'s Contract)> {
    let kind = subject.content.kind.as_str();
    let mut at_seam =
        strategy.contracts.iter().enumerate().filter(|(_, known)| known.seam == Seam::Signal);
    match subject.contract {
        Some(named) => at_seam.find(|(_, known)| known.id.value == named || known.name == named),
        None => at_seam.find(|(_, known)| known.object(kind).is_some()),
    }
}

fn outcome(verdict: Verdict, blocking: Option<Finding>) -> Checked {
    let cause = blocking.as_ref().map_or(Code::SeamUnmet, |finding| finding.code);
    match verdict {
        Verdict::Passed | Verdict::Warned | Verdict::Repaired => Checked::Through,
        Verdict::Quarantined => {
            Checked::Held { cause, field: blocking.and_then(|finding| finding.field) }
        }
        Verdict::Rejected => Checked::Refused { cause },
    }
}

/// Checks a signal by itself, and where it lacks something, together with what is known of its
/// person already: whoever gave their address once need not give it with every click.
fn check(
    account: Option<AccountContext<'_>>,
    contract: &Contract,
    subject: &Subject<'_>,
) -> rules::contract::Checked<Content> {
    let checked = contract.check(subject.content, subject.accepted);
    let lacking = |finding: &Finding| {
        matches!(finding.code, Code::FieldRequired | Code::Incomplete)
            && finding.severity == Severity::Error
    };
    let Some(account) = account.filter(|_| checked.findings.iter().any(lacking)) else {
        return checked;
    };
    let known = with_what_is_known(account, contract, subject);
    let mut again = contract.check(&known, subject.accepted);
    if let Some(repaired) = &mut again.repaired {
        // Only what the signal said itself is kept of it.
        repaired.fields.retain(|name, value| {
            subject.content.fields.contains_key(name) || known.fields.get(name) != Some(value)
        });
        repaired.subject.truncate(subject.content.subject.len());
    }
    again
}

/// The signal with the fields of its contract that its person is known by.
fn with_what_is_known(
    account: AccountContext<'_>,
    contract: &Contract,
    subject: &Subject<'_>,
) -> Content {
    let mut known = subject.content.clone();
    let Some(person) = account.members.get(&subject.node).copied() else { return known };
    let Some(object) = contract.object(&known.kind) else { return known };
    for field in &object.fields {
        let name = field.name.as_str();
        if let Some(kind) = name.strip_prefix("subject.").and_then(IdentifierKind::named) {
            let named = known.subject.iter().any(|identifier| identifier.kind == kind);
            let key = account
                .nodes_of(person)
                .flat_map(|node| node.identifiers.keys())
                .find(|key| key.kind == kind);
            if let (false, Some(key)) = (named, key) {
                let (value, verified) = (key.value.clone(), key.verified);
                known.subject.push(Identifier { kind, value, verified });
            }
        } else if !known.fields.contains_key(name) {
            let field = match name.split_once('.') {
                Some(("person", rest)) => account.person_field(person, rest),
                Some(("account", rest)) => account.field(rest),
                _ => None,
            };
            if let Some(field) = field {
                known.fields.insert(name.to_owned(), field.value.clone());
            }
        }
    }
    known
}

/// What crosses one of the later seams.
#[derive(Clone, Copy, Debug)]
pub struct Crossing<'a> {
    /// Which seam.
    pub seam: Seam,
    /// The signal that all of it began with.
    pub signal: SignalId,
    /// The handoff, where there is one.
    pub handoff: Option<HandoffId>,
    /// What the contract's `batonKinds` speak of: the decision's action, the handoff's kind, the
    /// step's name.
    pub kind: &'a str,
}

/// Whether something crosses a later seam.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crossed {
    /// Whether it does.
    pub through: bool,
    /// What its contract said; none where no contract is for the seam.
    pub fact: Option<Fact>,
}

/// Checks what crosses a later seam, by the same contracts. Without one for the seam everything
/// crosses.
pub fn cross(
    strategy: &Strategy,
    crossing: Crossing<'_>,
    fields: impl FnOnce() -> Fields,
) -> Crossed {
    let Crossing { seam, signal, handoff, kind } = crossing;
    let under = strategy
        .contracts
        .iter()
        .enumerate()
        .find(|(_, known)| known.seam == seam && known.object(kind).is_some());
    let Some((place, contract)) = under else { return Crossed { through: true, fact: None } };
    let checked = contract.check_fields(kind, &fields());
    let through = !matches!(checked.verdict, Verdict::Quarantined | Verdict::Rejected);
    let fact = Fact::CheckpointReached {
        seam,
        signal,
        handoff,
        contract: Some(place as u16),
        verdict: checked.verdict,
        findings: checked.findings,
        repaired: None,
    };
    Crossed { through, fact: Some(fact) }
}

/// Hundredths as the number that a contract bounds.
pub fn points(hundredths: i32) -> Value {
    Value::Decimal(Decimal::new(i64::from(hundredths), 2))
}

/// What the times of a signal say: late ones and clocks that run ahead are noted, not held.
fn timely(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(occurred) = subject.content.occurred else { return Vec::new() };
    let note = |code| vec![Finding { code, severity: Severity::Note, field: None }];
    if occurred > subject.accepted {
        note(Code::ClockAhead)
    } else if subject.accepted - occurred > domain::Span::DAY {
        note(Code::LateSignal)
    } else {
        Vec::new()
    }
}
