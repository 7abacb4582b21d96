//! Each stage with values alone: what goes in, what comes out. None of them changes anything.

use domain::errand::{Errand, Wake};
use domain::fact::{Aggregate, Fact, Match, Verdict};
use domain::handoff::{
    Action, Actor, DeliveryState, MemberId, Owner, Seam, State as Stage, Target,
};
use domain::reason::Code;
use domain::signal::{Content, Identifier, IdentifierKind, SourceName};
use domain::{DeliveryId, Fields, HandoffId, NodeId, SignalId, Span, Value};
use rules::{Files, Strategy, compile};

use super::contract::{Checked, Subject, contract};
use super::decide::{Start, When, decide};
use super::deliver::BODY_BYTES_MAX;
use super::follow_up::{Follow, Next};
use super::resolve::{Candidates, resolve};
use super::route::{Proposed, RouteInput, route};
use super::score::score;
use crate::arrived::Arrived;
use crate::desk::Desk;
use crate::effects::Effects;
use crate::event::{Answer, Event, Lookup};
use crate::identity::identifiers;
use crate::lead::Lead;
use crate::stamp::Stamp;
use crate::state::{Folded, State};
use crate::test_account::{AccountBuilder, NOON, strategy};
use crate::{Outcome, handle, needs};

/// Luis asked for something an hour ago; where he is handed off, Anna has the offer.
fn luis(handed_off: bool) -> (Folded, SignalId, Option<HandoffId>) {
    let mut made = AccountBuilder::new();
    let fields = [
        ("account.industry", "energy".into()),
        ("account.country", "DE".into()),
        ("account.employees", Value::Integer(2_000)),
    ];
    let signal = made.did("luis", Span::HOUR, "form.submitted", &fields);
    let handoff = handed_off.then(|| made.handed_off("luis", signal, Vec::new()));
    (made.folded(), signal, handoff)
}

/// The same strategy with a chain on silence and a destination.
fn chained() -> Strategy {
    let files = [
        ("strategy.yaml", "strategy: chained\n"),
        (
            "readiness.yaml",
            "columns: { it: person.title }\noutputs: [decision, kind, sla]\nrows:\n  \
             - [ \"-\", nurture, \"-\", \"-\" ]\n",
        ),
        (
            "routing.yaml",
            "routes:\n  - { route: all, to: { queue: rest } }\nqueues:\n  \
             rest: { owner: anna, within: 2h }\n",
        ),
        (
            "sla.yaml",
            "hot:\n  calendar: owner\n  accept: { within: 1h }\n  on silence:\n    \
             - { at: breach, do: queue rest }\n",
        ),
        ("team.csv", "id,name,calendar\nanna,Anna Keller,berlin\n"),
        ("calendars/berlin.yaml", "zone: Europe/Berlin\nweek: { mon-sun: [\"00:00-24:00\"] }\n"),
        (
            "destinations.yaml",
            "steps:\n  - { step: tell, to: crm, when: offered, send: [handoff, brief], \
             undo: withdrawn }\n",
        ),
    ];
    let files = files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
    let compiled = compile(&Files(files.into()));
    compiled.strategy.unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics.list()))
}

fn kinds(effects: &Effects) -> Vec<&'static str> {
    effects.facts.iter().map(|(_, fact)| fact.kind()).collect()
}

fn wakes(effects: &Effects) -> Vec<Wake> {
    let errands = effects.errands.iter();
    errands
        .filter_map(|errand| match errand {
            Errand::WakeAt { wake, .. } => Some(*wake),
            Errand::PlaceDelivery { .. } => None,
        })
        .collect()
}

#[test]
fn resolve_says_who_is_new_and_where_they_belong() {
    let (signal, node) = (SignalId::caused_by(&[b"s"]), NodeId::caused_by(&[b"n"]));
    let source = SourceName::new("web").expect("a name");
    let content = Content {
        kind: "page.viewed".into(),
        origin: "made".into(),
        source_id: "m".into(),
        occurred: None,
        subject: Vec::new(),
        fields: Fields::default(),
        vouched: None,
    };
    let identified = identifiers(&source, &content);
    let resolved = resolve(signal, node, NOON, &identified, Candidates::default());
    assert_eq!(resolved.found, Match::New);
    assert_eq!(resolved.moves.len(), 1);
    assert!(resolved.accounts().all(|account| account == resolved.account));
    assert_eq!(resolved.fact(None).kind(), "subject-resolved");
}

#[test]
fn contract_answers_with_its_verdict() {
    let (folded, signal, _) = luis(false);
    let content = Content {
        kind: "form.submitted".into(),
        origin: "made".into(),
        source_id: "m".into(),
        occurred: None,
        subject: Vec::new(),
        fields: Fields::default(),
        vouched: None,
    };
    let source = SourceName::new("web").expect("a name");
    let subject = Subject {
        signal,
        node: AccountBuilder::node("luis"),
        source: &source,
        accepted: NOON,
        content: &content,
        contract: None,
        repaired: false,
    };
    let (checked, fact) = contract(&strategy(), folded.known(), &subject);
    assert_eq!(checked, Checked::Through);
    assert!(matches!(
        fact,
        Fact::CheckpointReached { seam: Seam::Signal, verdict: Verdict::Passed, .. }
    ));
    let unknown = Subject { contract: Some("nosuch"), ..subject };
    let (checked, _) = contract(&strategy(), folded.known(), &unknown);
    assert_eq!(checked, Checked::Held { cause: Code::ContractUnknown, field: None });
}

#[test]
fn what_is_scored_or_decided_of_a_company_is_nobodys() {
    let mut made = AccountBuilder::new();
    let asked = made.did("luis", domain::Span::ZERO, "form.submitted", &[]);
    let before = made.folded();
    let of_nobody = |person| {
        let decided = Fact::DecisionMade {
            signal: asked,
            person,
            action: Action::Nurture,
            kind: None,
            sla: None,
            reasons: Vec::new(),
            autonomy: domain::handoff::Autonomy::Automatic,
            trace: Vec::new(),
            handoff: None,
            as_of: None,
        };
        let score = domain::fact::Score { fit: 100, ..domain::fact::Score::default() };
        let score = std::sync::Arc::new(score);
        vec![Fact::LeadScored { signal: asked, person, score }, decided]
    };
    made.say(of_nobody(None));
    assert!(made.folded() == before, "no person's score or decision changed");
    made.say(of_nobody(Some(AccountBuilder::person("luis"))));
    assert!(made.folded() != before, "a person's do");
}

#[test]
fn score_and_decide_answer_with_facts() {
    let strategy = strategy();
    for (handed_off, begins) in [(false, true), (true, false)] {
        let (folded, signal, handoff) = luis(handed_off);
        let (known, person) = (folded.known(), AccountBuilder::person("luis"));
        let lead = Lead::new(&strategy, known, person, signal, None, NOON);
        let (scored, fact) = score(&strategy, &lead);
        assert_eq!(scored.score.fit, 2_000);
        assert_eq!(
            fact,
            Fact::LeadScored { signal, person: Some(person), score: scored.score.clone() }
        );
        let when = When { now: NOON, start: Start::Signal, again: None };
        let (decided, facts) = decide(&strategy, &scored, &[known], &when);
        assert_eq!(decided.action, Action::HandOff);
        assert_eq!((decided.begins.is_some(), decided.open), (begins, handoff));
        assert_eq!(facts.last().map(Fact::kind), Some("decision-made"));
        assert_eq!(
            Proposed::decided(&decided, scored.score.clone()).is_some(),
            begins,
            "the first door"
        );
    }
}

#[test]
fn route_finds_an_owner_and_passes_over_who_had_it() {
    let (strategy, desk) = (strategy(), Desk::default());
    let (folded, _, handoff) = luis(true);
    let known = [folded.known()];
    let handoff = known[0].handoff(handoff.expect("made")).expect("made");
    let input = RouteInput { account: known[0], known: &known, desk: &desk, now: NOON };
    let mut had: Vec<MemberId> = Vec::new();
    for _ in 0..4 {
        let effects = route(&strategy, &Proposed::of(handoff, had.clone()), input);
        assert_eq!(kinds(&effects), ["owner-wanted", "turn-taken", "owner-assigned"]);
        let owner = effects.facts.iter().find_map(|(_, fact)| {
            let Fact::OwnerAssigned { owner: Owner::Person(member), .. } = fact else {
                return None;
            };
            Some(member.clone())
        });
        let owner = owner.expect("somebody of the pool");
        assert!(!had.contains(&owner), "{owner} had it");
        had.push(owner);
    }
    assert_eq!(desk, Desk::default(), "the desk is only looked at");
}

#[test]
fn found_a10_an_offer_is_planned_from_the_handoff_as_it_stands() {
    let strategy = chained();
    let (folded, _, handoff) = luis(true);
    let account = folded.known();
    let handoff = account.handoff(handoff.expect("made")).expect("made");
    let chain = |effects: &Effects| {
        let mut chains =
            wakes(effects).into_iter().filter(|wake| matches!(wake, Wake::Chain { .. }));
        chains.next()
    };
    // It was offered before: the chain is on its way, and a second offer begins no second one.
    assert!(handoff.chained);
    let again = Follow { strategy: &strategy, account, handoff, now: NOON }.begun();
    assert_eq!(kinds(&again), ["handoff-moved", "clock-started"]);
    assert_eq!(chain(&again), None);
    // The chain of a first offer, and of one that a person gave on, runs on the clock that the
    // offer itself starts, not on one that was there before.
    let mut first = (**handoff).clone();
    (first.chained, first.chain_generation) = (false, 1);
    let begun = Follow { strategy: &strategy, account, handoff: &first, now: NOON }.begun();
    let due = NOON + Span::HOUR;
    assert_eq!(chain(&begun), Some(Wake::Chain { handoff: first.id, step: 0, generation: 1 }));
    let at = begun.errands.iter().find_map(|errand| match errand {
        Errand::WakeAt { due, wake: Wake::Chain { .. }, .. } => Some(*due),
        Errand::WakeAt { .. } | Errand::PlaceDelivery { .. } => None,
    });
    assert_eq!(at, Some(due));
    // And the same plan is made however often it is asked for.
    assert_eq!(begun, Follow { strategy: &strategy, account, handoff: &first, now: NOON }.begun());
}

#[test]
fn found_a10_silence_says_what_is_next_and_changes_nothing() {
    let strategy = strategy();
    let (folded, _, handoff) = luis(true);
    let account = folded.known();
    let handoff = account.handoff(handoff.expect("made")).expect("made");
    let follow = Follow { strategy: &strategy, account, handoff, now: NOON + Span::HOUR };
    let (effects, next) = follow.breached(Target::Accept, 0);
    assert_eq!(kinds(&effects), ["sla-breached"]);
    assert_eq!(next, Next::PassOn(Code::AcceptOverdue));
    let (effects, next) = follow.breached(Target::Accept, 7);
    assert_eq!((effects, next), (Effects::new(), Next::Stays), "another start of the clock");
    assert_eq!(follow.looked_again(handoff.round), Next::Stays, "it is not held");
}

#[test]
fn found_a10_a_chain_is_planned_from_the_handoff_as_it_stands() {
    let strategy = chained();
    let (folded, _, handoff) = luis(true);
    let account = folded.known();
    let handoff = account.handoff(handoff.expect("made")).expect("made");
    let follow = Follow { strategy: &strategy, account, handoff, now: NOON + Span::HOUR };
    let (effects, next) = follow.chained(0, 0);
    assert_eq!(kinds(&effects), ["escalated"]);
    let rest = domain::handoff::QueueName("rest".to_owned());
    assert_eq!(next, Next::Queue(rest, Code::ChainEnded));
    let mut taken = (**handoff).clone();
    taken.accepted = Some(NOON);
    let follow = Follow { handoff: &taken, ..follow };
    assert_eq!(follow.chained(0, 0), (Effects::new(), Next::Stays), "somebody has taken it");
}

#[test]
fn deliver_queues_attempts_and_takes_answers_in() {
    let strategy = chained();
    let (folded, _, handoff) = luis(true);
    let account = folded.known();
    let handoff = account.handoff(handoff.expect("made")).expect("made");
    let follow = Follow { strategy: &strategy, account, handoff, now: NOON };
    let queued = follow.sending().step_from(&strategy, Stage::Offered, 0);
    assert_eq!(kinds(&queued), ["brief-written", "delivery-queued"]);
    assert!(matches!(queued.errands[..], [Errand::PlaceDelivery { .. }]));
    // The handoff with that delivery.
    let mut sent = (**handoff).clone();
    let delivery = DeliveryId::caused_by(&[b"d"]);
    sent.deliveries.push(crate::state::Delivery {
        bundle: None,
        id: delivery,
        step: 0,
        strategy: None,
        destination: "crm".to_owned(),
        undoes: None,
        undo: None,
        state: DeliveryState::Attempting,
        attempts: 1,
        code: None,
        status: None,
        again: None,
        since: NOON,
        owner: sent.owner.clone(),
        assignment: sent.assignments,
        notice: None,
        misconfigured: None,
    });
    let sending = Follow { handoff: &sent, ..follow }.sending();
    let known = sent.delivery(delivery).expect("pushed above");
    assert!(sending.attempt(Some(&strategy), known, (2, None)).wanted);
    let later = Answer::Later { code: Code::DestinationFailed, status: None, not_before: None };
    let answered = sending.answered(&strategy, known, 1, &later);
    assert!(matches!(
        answered.effects.facts[..],
        [(_, Fact::DeliveryMoved { state: DeliveryState::Queued, again: Some(_), .. })]
    ));
    let delivered = Answer::Delivered { status: Some(200) };
    let answered = sending.answered(&strategy, known, 1, &delivered);
    assert_eq!(answered.next, Some((Stage::Offered, 1)), "the step after it is sought");
    let never = Answer::Never { code: Code::DestinationRefused, status: Some(422) };
    let answered = sending.answered(&strategy, known, 1, &never);
    assert_eq!(kinds(&answered.effects), ["delivery-moved", "handoff-moved"], "on the error path");
}

#[test]
fn deliver_sends_no_body_that_is_larger_than_any_may_be() {
    let strategy = chained();
    let (folded, _, handoff) = luis(true);
    let account = folded.known();
    let handoff = account.handoff(handoff.expect("made")).expect("made");
    let follow = Follow { strategy: &strategy, account, handoff, now: NOON };
    let step = &strategy.destinations.steps[0];
    let (through, effects) = follow.sending().crosses(&strategy, None, step, BODY_BYTES_MAX);
    assert!(through && effects == Effects::new(), "no contract is for it");
    let (through, effects) = follow.sending().crosses(&strategy, None, step, BODY_BYTES_MAX + 1);
    assert!(!through);
    let [(_, Fact::CheckpointReached { seam, verdict, findings, .. })] = &effects.facts[..] else {
        panic!("{effects:?}")
    };
    assert_eq!((*seam, *verdict), (Seam::Delivery, Verdict::Rejected));
    assert_eq!(findings[0].field.as_deref(), Some("bytes"));
}

#[test]
fn handle_answers_a_signal_and_leaves_the_state_as_it_was() {
    let (strategy, mut state) = (strategy(), State::default());
    let (signal, node) = (SignalId::caused_by(&[b"s"]), NodeId::caused_by(&[b"n"]));
    let content = Content {
        kind: "form.submitted".into(),
        origin: "made".into(),
        source_id: "m".into(),
        occurred: None,
        subject: vec![Identifier {
            kind: IdentifierKind::Email,
            value: "ada@acme.example".into(),
            verified: true,
        }],
        fields: [("account.industry".to_owned(), "energy".into())].into(),
        vouched: None,
    };
    let source = SourceName::new("web").expect("a name");
    let arrived = Arrived::accepted(signal, node, source, NOON, content);
    let found = vec![None; arrived.identified.keys.len()];
    let event =
        Event::Signal { arrived: arrived.into(), lookup: Lookup { found, ..Lookup::default() } };
    let missing = needs(&state, &event).accounts;
    assert_eq!(missing.len(), 1);
    for account in missing {
        state.load(account, Folded::new(account, []).into_state());
    }
    assert_eq!(needs(&state, &event).accounts, [], "nothing is missing any more");
    let before = state.clone();
    let stamp = Stamp::new(NOON, Actor::Engine, Some(strategy.version));
    let turn = handle(&state, &event, Some(&strategy), stamp);
    assert_eq!(state, before, "a turn works on a scratch");
    let Outcome::Signal(outcome) = &turn.outcome else { panic!("{:?}", turn.outcome) };
    assert_eq!(outcome.action, Some(Action::HandOff));
    let about: Vec<Aggregate> = turn.entries.iter().map(|entry| entry.header.aggregate).collect();
    assert!(about.contains(&Aggregate::Node(node)), "{about:?}");
    state.adopt(turn.after);
    let account = state.account(outcome.resolved.account).expect("adopted");
    assert!(account.handoff(outcome.handoff.expect("it began")).is_some());
    assert_eq!(account.people(), [outcome.resolved.person]);
    let nothing = handle(&state, &event, None, stamp);
    assert_eq!((nothing.entries.len(), nothing.outcome), (0, Outcome::Done), "it waits");
}
