//! What is to be done: the readiness table, fences and autonomy, with what fired and what nearly did.

use domain::Fields;
use domain::fact::Fact;
use domain::handoff::{Action, Autonomy, Seam, State};
use domain::reason::{Code, Reason};
use domain::{AccountId, HandoffId, Moment, PersonId, SignalId, Span, Value};
use rules::Frame;
use rules::strategy::Strategy;

use super::contract::{Crossed, Crossing, cross, points};
use super::score::Scored;
use crate::state::{AccountContext, Handoff};

/// How long what is said of a company waits for somebody there who can be handed off.
const WAITS_MAX: Span = Span::days(30);

/// What lets a decision start a handoff.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Start {
    /// Nothing: the signal names nobody by more than a device.
    Nothing,
    /// What was said of the company before, where it waits for somebody.
    Awaited,
    /// The signal itself.
    Signal,
    /// The signal, which is said of the company alone: they are the most engaged there.
    MostEngaged,
}

/// A person on whom something was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// At which signal.
    pub signal: SignalId,
    /// The account that it happens in.
    pub account: AccountId,
    /// The person that it is about.
    pub person: PersonId,
    /// The action that was decided.
    pub action: Action,
    /// The reasons, in the order in which they held.
    pub reasons: Vec<Reason>,
    /// Which kind of handoff.
    pub kind: Option<String>,
    /// Under which SLA.
    pub sla: Option<String>,
    /// How much of it goes by itself.
    pub autonomy: Autonomy,
    /// The handoff that it begins.
    pub begins: Option<HandoffId>,
    /// The handoff that it found open.
    pub open: Option<HandoffId>,
    /// The question about them that waits for a person, and that this answers.
    pub answers: Option<HandoffId>,
    /// What the same signal had begun, and what it begins no more now that it is taken again.
    pub replaces: Option<HandoffId>,
}

/// As of when something is decided.
#[derive(Clone, Copy, Debug)]
pub struct When {
    /// The moment that it is decided for.
    pub now: Moment,
    /// What lets the decision start a handoff.
    pub start: Start,
    /// Where the signal is taken again: the moment at which it is.
    pub again: Option<Moment>,
}

/// Decides on a person at a signal. `known` are all accounts that the turn concerns, in the order of
/// their ids: suppression, rest and open handoffs are the person's, wherever they are.
pub fn decide(
    strategy: &Strategy,
    scored: &Scored<'_>,
    known: &[AccountContext<'_>],
    when: &When,
) -> (Decided, Vec<Fact>) {
    // Two seams are crossed before the decision is said.
    let mut facts = Vec::with_capacity(3);
    let Scored { signal, account, person, .. } = *scored;
    let row = strategy.readiness.decide(&scored.frame);
    let mut decided = Decided {
        signal,
        account,
        person,
        action: row.action,
        reasons: vec![match row.row {
            Some(place) => Reason::of_rule(Code::RowMatched, place),
            None => Reason::new(Code::NoRowMatched),
        }],
        kind: row.kind,
        sla: row.sla.or_else(|| default_sla(strategy, row.action)),
        autonomy: Autonomy::Automatic,
        begins: None,
        open: None,
        answers: None,
        replaces: None,
    };
    if when.start == Start::MostEngaged {
        decided.reasons.push(Reason::new(Code::MostEngaged));
    }
    let awaited = is_awaited(known, account, when.now);
    let crossed = crosses_as_score(strategy, scored);
    facts.extend(crossed.fact);
    if !crossed.through {
        decided.action = Action::AskAPerson;
        decided.reasons.push(Reason::new(Code::SeamUnmet));
    }
    stay_suppressed(known, strategy, row.row, &mut decided);
    bound(strategy, &scored.frame, &mut decided);
    let may_start = match when.start {
        Start::Nothing => false,
        Start::Awaited => awaited,
        Start::Signal | Start::MostEngaged => true,
    };
    start_only_with(may_start, &mut decided);
    hold_back(known, when, &mut decided);
    let crossed = crosses_as_decision(strategy, &decided);
    facts.extend(crossed.fact);
    if !crossed.through {
        decided.action = Action::AskAPerson;
        decided.reasons.push(Reason::new(Code::SeamUnmet));
    }
    if decided.action == Action::AskAPerson && decided.open.is_none() {
        decided.open = decided.answers.take().or_else(|| answered(known, person));
    }
    if matches!(decided.action, Action::HandOff | Action::AskAPerson) && decided.open.is_none() {
        let first = HandoffId::caused_by(&[signal.bytes(), person.bytes()]);
        match when.again {
            None => decided.begins = Some(first),
            Some(at) => begin_again(known, (first, at), when.now, &mut decided),
        }
    }
    let begins = decided.begins.is_some() || has_begun_here(known, when, &decided);
    if begins && awaited && when.start != Start::MostEngaged {
        decided.reasons.push(Reason::new(Code::CompanyWaited));
    }
    if when.start == Start::MostEngaged && decided.begins.or(decided.open).is_none() {
        decided.reasons.push(Reason::new(Code::WaitsForSomebody));
    }
    facts.push(Fact::DecisionMade {
        signal,
        person: Some(person),
        action: decided.action,
        kind: decided.kind.clone(),
        sla: decided.sla.clone(),
        reasons: decided.reasons.clone(),
        autonomy: decided.autonomy,
        trace: row.trace,
        handoff: decided.begins.or(decided.open),
        as_of: when.again.map(|_| when.now),
    });
    (decided, facts)
}

/// What is said of a company that hands off nobody there: nobody is known, or nobody may be contacted.
pub fn decide_on_nobody(signal: SignalId, as_of: Option<Moment>) -> Fact {
    Fact::DecisionMade {
        signal,
        person: None,
        action: Action::Nurture,
        kind: None,
        sla: None,
        reasons: vec![Reason::new(Code::WaitsForSomebody)],
        autonomy: Autonomy::Automatic,
        trace: Vec::new(),
        handoff: None,
        as_of,
    }
}

/// Whether something was said of the company that waits for somebody there.
fn is_awaited(known: &[AccountContext<'_>], account: AccountId, now: Moment) -> bool {
    let account = known.iter().find(|known| known.id == account);
    account.and_then(|known| known.waits_since).is_some_and(|since| now - since <= WAITS_MAX)
}

/// What can become somebody's has a deadline, whether its row names a class or not.
fn default_sla(strategy: &Strategy, action: Action) -> Option<String> {
    let hands_off = matches!(action, Action::HandOff | Action::AskAPerson);
    strategy.default_sla.as_ref().filter(|_| hands_off).map(|sla| sla.value.clone())
}

fn crosses_as_score(strategy: &Strategy, scored: &Scored<'_>) -> Crossed {
    let Scored { signal, score, .. } = scored;
    let crossing = Crossing { seam: Seam::Score, signal: *signal, handoff: None, kind: "score" };
    cross(strategy, crossing, || {
        let named = |name: &str, hundredths| (name.to_owned(), points(hundredths));
        [
            named("total", score.total()),
            named("fit", score.fit),
            named("engagement", score.engagement),
        ]
        .into()
    })
}

fn crosses_as_decision(strategy: &Strategy, decided: &Decided) -> Crossed {
    let crossing = Crossing {
        seam: Seam::Decision,
        signal: decided.signal,
        handoff: decided.open,
        kind: decided.action.as_str(),
    };
    cross(strategy, crossing, || {
        let named = |name: &str, text: &str| (name.to_owned(), Value::from(text));
        let mut fields: Fields = [
            named("action", decided.action.as_str()),
            named("autonomy", decided.autonomy.as_str()),
        ]
        .into();
        fields.extend(decided.kind.as_deref().map(|kind| named("kind", kind)));
        fields.extend(decided.sla.as_deref().map(|sla| named("sla", sla)));
        fields
    })
}

/// Fences and autonomy bound what goes by itself. What a fence asks for and nobody knows fires it.
fn bound(strategy: &Strategy, frame: &Frame<'_>, decided: &mut Decided) {
    if decided.action != Action::HandOff {
        return;
    }
    decided.autonomy = strategy.autonomy.assign;
    for (place, fence) in strategy.fences.iter().enumerate() {
        if fence.fires(frame) {
            decided.reasons.push(Reason::of_rule(Code::FenceFired, place as u16));
            if fence.when.leans_on_claim(frame.scene()) {
                decided.reasons.push(Reason::of_rule(Code::FenceOnClaim, place as u16));
            }
            decided.autonomy = decided.autonomy.max(fence.then);
        }
    }
    match decided.autonomy {
        Autonomy::Automatic | Autonomy::Notice => {}
        Autonomy::Review => decided.reasons.push(Reason::new(Code::AutonomyReview)),
        Autonomy::Forbidden => {
            decided.reasons.push(Reason::new(Code::AutonomyForbidden));
            decided.action = Action::AskAPerson;
        }
    }
}

/// Who was suppressed stays so until they consent again, as if the row that said so held for ever:
/// the table's rows before it still come first.
fn stay_suppressed(
    known: &[AccountContext<'_>],
    strategy: &Strategy,
    row: Option<u16>,
    decided: &mut Decided,
) {
    let person = decided.person;
    let withdrew = |account: &AccountContext<'_>| {
        let mut words = account.nodes_of(person).flat_map(|node| node.consents.values());
        words.any(|word| word.value == Value::Boolean(false))
    };
    if decided.action == Action::Suppress {
        if known.iter().any(withdrew) {
            decided.reasons.push(Reason::new(Code::ConsentWithdrawn));
        }
        return;
    }
    let since = known.iter().filter_map(|known| known.suppressed.get(&person)).max();
    let Some(since) = since else { return };
    let rows = &strategy.readiness.rows;
    let first = rows.iter().position(|says| says.action == Action::Suppress).unwrap_or(0);
    if row.is_some_and(|row| usize::from(row) < first) {
        return;
    }
    let again = |account: &AccountContext<'_>| {
        let mut words = account.nodes_of(person).flat_map(|node| node.consents.values());
        words.any(|word| word.value == Value::Boolean(true) && word.known > *since)
    };
    if !known.iter().any(again) {
        decided.action = Action::Suppress;
        decided.reasons.push(Reason::new(Code::Suppressed));
    }
}

/// What may start no handoff is folded and scored, and begins nothing.
fn start_only_with(may_start: bool, decided: &mut Decided) {
    if !may_start && matches!(decided.action, Action::HandOff | Action::AskAPerson) {
        decided.action = Action::Nurture;
        decided.autonomy = Autonomy::Automatic;
        decided.reasons.push(Reason::new(Code::StartsNothing));
    }
}

/// Who is in a handoff already does not get a second one, and who was recycled rests.
fn hold_back(known: &[AccountContext<'_>], when: &When, decided: &mut Decided) {
    let person = decided.person;
    let open = known.iter().find_map(|account| account.open_handoff(person));
    if let Some(open) = open
        && when.again.is_some()
        && begins_no_more(open, decided)
    {
        decided.replaces = Some(open.id);
    } else if let Some(open) = open {
        if open.is_question() && matches!(decided.action, Action::HandOff | Action::AskAPerson) {
            decided.answers = Some(open.id);
            return;
        }
        decided.open = Some(open.id);
        if decided.action == Action::HandOff {
            decided.reasons.push(Reason::new(Code::ActiveHandoff));
        }
        return;
    }
    let mut handoffs = known.iter().flat_map(|known| known.handoffs());
    let resting = handoffs.any(|handoff| {
        handoff.person == decided.person
            && handoff.state == State::Recycled
            && handoff.returns.is_some_and(|until| when.now < until)
    });
    if resting && matches!(decided.action, Action::HandOff | Action::AskAPerson) {
        decided.action = Action::Nurture;
        decided.reasons.push(Reason::new(Code::Resting));
    }
}

/// Whether a signal that is taken again had begun the handoff that is open, so that the company waits no more
/// since then.
fn has_begun_here(known: &[AccountContext<'_>], when: &When, decided: &Decided) -> bool {
    let mut handoffs = known.iter().flat_map(|known| known.handoffs());
    when.again.is_some()
        && handoffs
            .any(|handoff| Some(handoff.id) == decided.open && handoff.signal == decided.signal)
}

/// Whether a signal that is taken again would not have begun what it began, and nobody has taken that.
fn begins_no_more(open: &Handoff, decided: &Decided) -> bool {
    let same = match decided.action {
        Action::HandOff => {
            open.is_question() || decided.kind.as_ref().is_none_or(|kind| *kind == open.kind)
        }
        Action::AskAPerson => open.is_question(),
        Action::StartSequence
        | Action::RequestMeeting
        | Action::Nurture
        | Action::EnrichFirst
        | Action::Suppress => false,
    };
    open.signal == decided.signal && !open.is_taken() && !same
}

/// A signal that is taken again begins what it would have begun. What people did since stands: whoever
/// was in a handoff that ended after the signal was not to get another one by it.
fn begin_again(
    known: &[AccountContext<'_>],
    (first, at): (HandoffId, Moment),
    as_of: Moment,
    decided: &mut Decided,
) {
    let over = |handoff: &&Handoff| {
        handoff.state != State::Withdrawn
            && Some(handoff.id) != decided.replaces
            && Some(handoff.id) != decided.answers
    };
    let known = || known.iter().flat_map(|known| known.handoffs());
    let stands = known().filter(over).find(|handoff| {
        handoff.id == first || handoff.person == decided.person && handoff.since > as_of
    });
    if let Some(stands) = stands {
        decided.open = Some(stands.id);
        return;
    }
    // The first may be there, in an account where its person was once.
    decided.begins = Some(HandoffId::caused_by(&[first.bytes(), &at.0.to_be_bytes()]));
}

/// The question about them that a person answered for good. It is not asked again.
fn answered(known: &[AccountContext<'_>], person: PersonId) -> Option<HandoffId> {
    let known = known.iter().flat_map(|known| known.handoffs());
    let of_theirs = known.filter(|handoff| {
        handoff.person == person
            && handoff.state == State::Disqualified
            && handoff.decision.as_ref().is_some_and(|known| known.action == Action::AskAPerson)
    });
    of_theirs.max_by_key(|handoff| (handoff.since, handoff.id)).map(|handoff| handoff.id)
}
