//! The story that is told to every store: what one keeps, finds, refuses and forgets, all must.
//!
//! Each chapter takes an empty store and panics where the store behaves otherwise.

use domain::{Fields, Text};

use domain::errand::{ErrandId, Wake};
use domain::fact::{
    Aggregate, By, Entry, Fact, Header, Match, Note, Raw, Routing, SCHEMA, StrategyVersion,
};
use domain::handoff::{Actor, DeliveryState, MemberId, Owner, State, Target};
use domain::reason::Code;
use domain::signal::{Content, Identifier, IdentifierKind, Incoming, SourceName};
use domain::{
    AccountId, DeliveryId, HandoffId, KeyId, Moment, NodeId, PersonId, QuarantineId, Role,
    SignalId, UserId, Value,
};

use crate::{
    Acceptance, Accepted, Answer, Arrival, BindOutcome, EntryState, HandoffFilter, HandoffRow,
    IdKind, Key, KeyRow, LeadsTo, OutboxRow, Position, ProvidedIdentity, Purpose,
    QuarantineRequest, Quarantined, SecondFactor, SignInLink, Store, StoreError, StrategyInForce,
    Timer, UserRow, UserSecrets, counter_names,
};

/// Noon of the first day.
pub const NOON: Moment = Moment::from_seconds(1_790_000_000);

/// A moment some seconds after noon.
pub const fn noon(seconds: i64) -> Moment {
    Moment(NOON.0 + seconds * 1_000_000)
}

/// The source that everything comes from.
pub fn web() -> SourceName {
    SourceName::new("web").expect("a name")
}

/// A form that somebody sent, as a source tells of it.
pub fn form(id: &str, email: &str, says: &str) -> Incoming {
    let mut body = [0; 32];
    body[..says.len().min(32)].copy_from_slice(&says.as_bytes()[..says.len().min(32)]);
    let subject =
        vec![Identifier { kind: IdentifierKind::Email, value: email.into(), verified: true }];
    let fields = Fields::from([("message", Value::from(says))]);
    Incoming {
        source: web(),
        content: Content {
            kind: "form.submitted".into(),
            origin: "site".into(),
            source_id: id.into(),
            occurred: Some(NOON),
            subject,
            fields,
            vouched: None,
        },
        body,
    }
}

/// A verified e-mail address as an identifier.
pub fn email(address: &str) -> Key {
    Key {
        kind: IdentifierKind::Email,
        scope: Text::default(),
        value: address.into(),
        verified: true,
    }
}

/// The id that a signal gets here.
pub fn signal_id(id: &str) -> SignalId {
    SignalId::caused_by(&[id.as_bytes()])
}

/// Offers a form to the store.
pub fn offer<S: Store>(
    store: &mut S,
    incoming: &Incoming,
    keys: &[Key],
    moment: Moment,
) -> Acceptance {
    let signal = signal_id(&incoming.content.source_id);
    let arrival = Arrival { signal, incoming, keys, moment, import: None, again: None };
    store.accept(&arrival).expect("a store that works")
}

/// Offers a form that has to be accepted.
pub fn accepted<S: Store>(store: &mut S, id: &str, address: &str, says: &str) -> Accepted {
    match offer(store, &form(id, address, says), &[email(address)], NOON) {
        Acceptance::Accepted(accepted) => accepted,
        other @ (Acceptance::Duplicate { .. }
        | Acceptance::Reused { .. }
        | Acceptance::Erased
        | Acceptance::KeyDamaged) => {
            panic!("`{id}` should have been accepted, was {other:?}")
        }
    }
}

/// Runs a group of turns.
pub fn group<S: Store, T>(store: &mut S, turns: impl FnOnce(&mut S) -> T) -> T {
    store.begin().expect("a group begins");
    let outcome = turns(store);
    store.commit().expect("a group commits");
    outcome
}

/// An entry of facts.
pub fn entry(aggregate: Aggregate, moment: Moment, facts: Vec<Fact>) -> Entry {
    let header = Header {
        schema: SCHEMA,
        aggregate,
        moment,
        actor: Actor::Engine,
        correlation: None,
        strategy: None,
        engine: None,
    };
    Entry { header, facts }
}

/// The account of everybody here.
pub fn acme() -> AccountId {
    AccountId::caused_by(&[b"acme"])
}

/// The person that a node stands for at first.
pub fn person(node: NodeId) -> PersonId {
    PersonId::caused_by(&[node.bytes()])
}

/// The handoff of a node.
pub fn handoff(node: NodeId) -> HandoffId {
    HandoffId::caused_by(&[node.bytes()])
}

/// A handoff as it stands.
pub fn handoff_row(node: NodeId, state: State, owner: Owner, version: u64) -> HandoffRow {
    HandoffRow {
        handoff: handoff(node),
        account: acme(),
        person: person(node),
        node,
        kind: "marketing-to-sales".to_owned(),
        state,
        owner,
        version,
        opened: NOON,
        changed: noon(version as i64),
        accept_by: Some(noon(300)),
        first_touch_by: None,
        qualify_by: None,
        correlation: signal_id("f-1"),
    }
}

/// The facts of a lead that was handed off with one delivery.
pub fn handed_off(node: NodeId, body: &str) -> Vec<Fact> {
    let (handoff, signal) = (handoff(node), signal_id("f-1"));
    let owner = Owner::Person(MemberId("sam".into()));
    vec![
        Fact::NodeJoined { node, person: person(node), verified: true, company: None },
        Fact::HandoffProposed {
            handoff,
            person: person(node),
            node,
            kind: "marketing-to-sales".to_owned(),
            sla: None,
            signal,
        },
        Fact::OwnerAssigned { handoff, owner, routing: Routing::default().into(), by: None },
        Fact::HandoffMoved {
            handoff,
            state: State::Offered,
            reasons: Vec::new(),
            by: None,
            returns: None,
            chain: None,
        },
        Fact::ClockStarted {
            handoff,
            target: Target::Accept,
            from: NOON,
            warn: None,
            due: noon(300),
            generation: 0,
            chain: None,
        },
        Fact::DeliveryQueued {
            delivery: delivery(node),
            handoff,
            step: 0,
            destination: "crm".to_owned(),
            undoes: None,
            body: Some(Box::new(Note::new(body.as_bytes().to_vec()))),
            undo: None,
            mac: None,
            notice: None,
            not_before: None,
        },
    ]
}

/// The delivery of a node's handoff.
pub fn delivery(node: NodeId) -> DeliveryId {
    DeliveryId::caused_by(&[node.bytes()])
}

/// The open delivery of a node's handoff.
pub fn outbox_row(node: NodeId, queued_at: Position) -> OutboxRow {
    OutboxRow {
        recipient: None,
        bundle: None,
        errand: delivery(node).into(),
        aggregate: Aggregate::Account(acme()),
        destination: "crm".to_owned(),
        correlation: Some(signal_id("f-1")),
        attempt: 0,
        due: noon(10),
        claimed_until: None,
        queued_at,
    }
}

/// The timer of a node's offer.
pub fn due_timer(node: NodeId) -> Timer {
    let wake = Wake::Due { handoff: handoff(node), target: Target::Accept, generation: 0 };
    Timer { due: noon(300), account: acme(), wake }
}

/// Takes an accepted signal to an offered handoff with an open delivery and a timer.
pub fn hand_off<S: Store>(store: &mut S, accepted: &Accepted, body: &str) -> Position {
    let node = accepted.node;
    let resolved = Fact::SubjectResolved {
        signal: accepted.signal,
        person: Some(person(node)),
        account: acme(),
        found: Match::New,
        confidence: 100,
        reasons: Vec::new(),
        anchored: None,
        named: None,
        shared: None,
        withheld: None,
        as_of: None,
    };
    store.append(&entry(Aggregate::Node(node), NOON, vec![resolved])).expect("appends");
    store.point(node, person(node), acme()).expect("points");
    let facts = handed_off(node, body);
    let at = store.append(&entry(Aggregate::Account(acme()), NOON, facts)).expect("appends");
    let owner = Owner::Person(MemberId("sam".into()));
    store.put_handoff(&handoff_row(node, State::Offered, owner, 1)).expect("puts");
    store.outbox_put(&outbox_row(node, at)).expect("puts");
    store.timer_put(&due_timer(node)).expect("sets");
    store.done(accepted.position).expect("takes out");
    at
}

/// Something that could not be read, with what was found in it.
pub fn keep_apart<S: Store>(store: &mut S, text: &str, found: &[Key]) -> Quarantined {
    let raw = Raw {
        bytes: text.as_bytes().to_vec(),
        file: Some("leads.csv".to_owned()),
        detail: "The time could not be read.".to_owned(),
        format: "csv".to_owned(),
        origin: "leads".to_owned(),
        source_id: None,
        cut: false,
        repairs: Vec::new(),
    };
    let source = web();
    let item = QuarantineRequest {
        entry: QuarantineId::caused_by(&[text.as_bytes()]),
        source: &source,
        cause: Code::TimeUnreadable,
        field: Some("created"),
        line: Some(7),
        import: None,
        signal: None,
        raw: &raw,
        item: text.as_bytes(),
        found,
        moment: NOON,
        actor: Actor::Source,
    };
    store.quarantine(&item).expect("keeps apart")
}

/// A chapter takes an empty store.
pub type Chapter<S> = fn(&mut S);

/// All chapters with their names.
pub fn chapters<S: Store>() -> Vec<(&'static str, Chapter<S>)> {
    vec![
        ("a signal is accepted once", accepted_once),
        ("a signal says whether it names a person", leads),
        ("a node is found by its strongest identifier", found_again),
        ("a group that is taken back leaves nothing", taken_back),
        ("a chain tells what was known when", as_of),
        ("what waits is handed out in order", waiting),
        ("pointers move and nothing else does", pointers),
        ("what is kept apart", kept_apart),
        ("a handoff is listed where it stands", listed),
        ("deliveries are claimed once", deliveries),
        ("bodies go when their deliveries are closed", bodies),
        ("timers fire in order", timers),
        ("small things are kept", small_things),
        ("users are found by their address", users),
        ("an erased person is gone", erased),
    ]
}

fn accepted_once<S: Store>(store: &mut S) {
    let first = group(store, |store| accepted(store, "f-1", "ada@acme.example", "hello"));
    assert!(first.new_node);
    assert_eq!(first.position, Position(1));
    group(store, |store| {
        let again = form("f-1", "ada@acme.example", "hello");
        let key = [email("ada@acme.example")];
        let duplicate = Acceptance::Duplicate { first: Position(1) };
        assert_eq!(offer(store, &again, &key, noon(90 * 86_400)), duplicate);
        let other = form("f-1", "ada@acme.example", "goodbye");
        assert_eq!(offer(store, &other, &key, NOON), Acceptance::Reused { first: Position(1) });
        let mut elsewhere = form("f-1", "ada@acme.example", "hello");
        elsewhere.content.origin = "shop".into();
        assert!(matches!(offer(store, &elsewhere, &key, NOON), Acceptance::Accepted(_)));
        let twice = form("f-2", "ada@acme.example", "hello");
        assert!(matches!(offer(store, &twice, &key, NOON), Acceptance::Accepted(_)));
        let duplicate = Acceptance::Duplicate { first: Position(3) };
        assert_eq!(offer(store, &twice, &key, NOON), duplicate, "within one group");
    });
    assert_eq!(store.counters().expect("counts"), [(counter_names::duplicates(&web()), 2)]);
    assert_eq!(store.head().expect("a head").position, Position(3));
}

/// A signal says whether it names a person by more than a cookie.
fn leads<S: Store>(store: &mut S) {
    let key = |kind, verified| Key { kind, verified, ..email("ada@acme.example") };
    for (at, (kind, lead)) in (0_i64..).zip([
        (IdentifierKind::ExternalId, true),
        (IdentifierKind::Email, true),
        (IdentifierKind::Phone, true),
        (IdentifierKind::Cookie, false),
        (IdentifierKind::Domain, false),
        (IdentifierKind::Company, false),
    ]) {
        let incoming = form(&format!("l-{at}"), "ada@acme.example", "hello");
        let keys = [key(kind, at % 2 == 0)];
        let accepted = group(store, |store| offer(store, &incoming, &keys, noon(at)));
        let Acceptance::Accepted(accepted) = accepted else { panic!("was {accepted:?}") };
        let stored = store.at(accepted.position, None).expect("reads").expect("is there");
        let Fact::SignalArrived { lead: said, .. } = &stored.entry.facts[0] else {
            panic!("a signal arrived")
        };
        assert_eq!(*said, Some(lead), "{kind:?}");
    }
}

fn found_again<S: Store>(store: &mut S) {
    group(store, |store| {
        let ada = accepted(store, "f-1", "ada@acme.example", "hello");
        let again = accepted(store, "f-2", "ada@acme.example", "me again");
        assert_eq!((again.node, again.new_node), (ada.node, false));
        let claimed = Key { verified: false, ..email("ada@acme.example") };
        let stranger = offer(
            store,
            &form("f-3", "ada@acme.example", "I am Ada"),
            std::slice::from_ref(&claimed),
            NOON,
        );
        let Acceptance::Accepted(stranger) = stranger else { panic!("was {stranger:?}") };
        assert_ne!(stranger.node, ada.node, "a claimed address has a node of its own");
        let nobody = offer(store, &form("f-4", "", "who?"), &[], NOON);
        let Acceptance::Accepted(nobody) = nobody else { panic!("was {nobody:?}") };
        assert!(nobody.new_node);
        let at_work = Key { kind: IdentifierKind::Domain, ..email("acme.example") };
        let worker = offer(store, &form("f-5", "", "at work"), &[at_work], NOON);
        let Acceptance::Accepted(worker) = worker else { panic!("was {worker:?}") };
        assert!(worker.new_node, "a domain names nobody");
        let cookie = Key { kind: IdentifierKind::Cookie, scope: "web".into(), ..email("c-1") };
        assert_eq!(store.bind(&cookie, ada.node).expect("binds"), BindOutcome::Here);
        assert_eq!(store.bind(&cookie, ada.node).expect("binds"), BindOutcome::Here);
        // Until its first turn a node gives way.
        assert_eq!(store.bind(&cookie, nobody.node).expect("binds"), BindOutcome::Here);
        assert_eq!(store.bind(&cookie, ada.node).expect("binds"), BindOutcome::Here);
        store.point(ada.node, person(ada.node), acme()).expect("points");
        let elsewhere = BindOutcome::Elsewhere(ada.node);
        assert_eq!(store.bind(&cookie, nobody.node).expect("answers"), elsewhere);
        let shop = Key { scope: "shop".into(), ..cookie.clone() };
        let found = store.candidates(&[cookie.clone(), shop, claimed]).expect("looks up");
        let row = found[0].expect("led to");
        assert_eq!((row.node, row.verified, row.pointer.is_some()), (ada.node, true, true));
        assert!(row.kinds.has(IdentifierKind::Cookie) && row.kinds.has(IdentifierKind::Email));
        assert!(!row.kinds.has(IdentifierKind::Phone));
        assert_eq!(found[1], None, "another source's cookie");
        assert_eq!(found[2].map(|row| (row.node, row.verified)), Some((stranger.node, false)));
        shared_names_nobody(store, ada.node, &cookie);
    });
}

/// What several people have leads to nobody, and what comes with it alone to one node of nobody's.
fn shared_names_nobody<S: Store>(store: &mut S, ada: NodeId, cookie: &Key) {
    store.share(cookie).expect("shares");
    let leads = |store: &S| store.leads(std::slice::from_ref(cookie)).expect("looks up")[0];
    assert_eq!(leads(store), LeadsTo::Nobody);
    assert_eq!(store.bind(cookie, ada).expect("answers"), BindOutcome::Nobody);
    let mut alone = Vec::new();
    for id in ["f-6", "f-7"] {
        let keys = std::slice::from_ref(cookie);
        let came = offer(store, &form(id, "", "a visit"), keys, NOON);
        let Acceptance::Accepted(came) = came else { panic!("was {came:?}") };
        alone.push(came.node);
    }
    assert!(alone[0] != ada && alone[0] == alone[1]);
    assert!(leads(store).is_shared() && leads(store).node().is_some_and(|row| row.shared));
    let keys = [cookie.clone(), email("ada@acme.example")];
    let both = offer(store, &form("f-8", "", "both"), &keys, NOON);
    let Acceptance::Accepted(both) = both else { panic!("was {both:?}") };
    assert_eq!(both.node, ada, "the strongest that names somebody");
}

fn taken_back<S: Store>(store: &mut S) {
    let kept = group(store, |store| accepted(store, "f-1", "ada@acme.example", "hello"));
    let head = store.head().expect("a head");
    store.begin().expect("begins");
    assert!(matches!(store.begin(), Err(StoreError::Group(_))), "one group at a time");
    let lost = accepted(store, "f-2", "bob@acme.example", "hello");
    hand_off(store, &lost, "bob's body");
    hand_off(store, &kept, "ada's body");
    keep_apart(store, "a bad row", &[email("ada@acme.example")]);
    store.roll_back();
    assert_eq!(store.head().expect("a head"), head);
    let keys = [email("bob@acme.example"), email("ada@acme.example")];
    let found = store.candidates(&keys).expect("looks up");
    assert_eq!(found[0], None);
    assert_eq!(found[1].map(|row| row.pointer), Some(None));
    assert_eq!(store.pending_count().expect("counts"), 1);
    assert_eq!(store.handoff(handoff(lost.node)).expect("looks up"), None);
    assert_eq!(store.outbox_count().expect("counts"), 0);
    assert_eq!(store.next_due().expect("looks up"), None);
    assert!(store.entries(None, None, 10).expect("lists").rows.is_empty());
    assert!(store.accept_outside_is_refused());
    let again = group(store, |store| {
        let again = accepted(store, "f-2", "bob@acme.example", "hello");
        hand_off(store, &again, "bob's body");
        again
    });
    assert_eq!(again, lost, "the second time is as the first would have been");
    let stored = store.at(again.position, Some(&Purpose::TURN)).expect("reads").expect("is there");
    assert!(matches!(&stored.entry.facts[0], Fact::SignalArrived { content: Some(_), .. }));
}

fn as_of<S: Store>(store: &mut S) {
    let node = group(store, |store| {
        let ada = accepted(store, "f-1", "ada@acme.example", "hello");
        hand_off(store, &ada, "what the CRM gets");
        for version in 2..5 {
            let moved = Fact::HandoffMoved {
                handoff: handoff(ada.node),
                state: State::Accepted,
                reasons: Vec::new(),
                by: None,
                returns: None,
                chain: None,
            };
            let at = entry(Aggregate::Account(acme()), noon(version), vec![moved]);
            store.append(&at).expect("appends");
        }
        ada.node
    });
    let account = Aggregate::Account(acme());
    let turn = Some(&Purpose::TURN);
    let all = store.history(account, Position::START, None, turn).expect("reads");
    assert_eq!(all.len(), 4);
    assert!(all.is_sorted_by_key(|stored| stored.position));
    let known = store.history(account, Position::START, Some(noon(2)), turn).expect("reads");
    assert_eq!(known, all[..2], "as it was known then");
    let later = store.history(account, all[1].position, None, turn).expect("reads");
    assert_eq!(later, all[2..], "what is new since");
    let Fact::DeliveryQueued { body: None, mac, .. } = &all[0].entry.facts[5] else {
        panic!("a body is no part of its fact: {:?}", all[0].entry.facts[5]);
    };
    assert!(mac.is_some(), "and what is kept of it is");
    let mut handed = handed_off(node, "what the CRM gets");
    handed[5] = handed[5].with_mac(*mac);
    assert_eq!(all[0].entry.facts, handed, "facts come back whole");
    let sealed = store.history(account, Position::START, None, None).expect("reads");
    assert!(matches!(sealed[0].entry.facts[5], Fact::DeliveryQueued { body: None, .. }));
    let all = store.journal(Position::START, 100, turn).expect("reads");
    assert_eq!(all.len() as u64, store.head().expect("a head").position.0);
    assert_eq!(store.journal(Position(2), 2, turn).expect("reads"), all[2..4]);
    let nobody = Aggregate::Node(NodeId::caused_by(&[b"nobody"]));
    assert!(store.history(nobody, Position::START, None, turn).expect("reads").is_empty());
    assert_eq!(store.at(Position(99), turn).expect("reads"), None);
}

fn waiting<S: Store>(store: &mut S) {
    let ids = ["f-1", "f-2", "f-3"];
    let accepted: Vec<Accepted> = group(store, |store| {
        ids.map(|id| accepted(store, id, &format!("{id}@acme.example"), id)).to_vec()
    });
    let pending = store.pending(Position::START, 2).expect("lists");
    assert_eq!(pending.len(), 2);
    assert_eq!(pending[0].signal, accepted[0].signal);
    assert_eq!(
        pending[0].content.as_deref(),
        Some(&form("f-1", "f-1@acme.example", "f-1").content)
    );
    let rest = store.pending(pending[1].position, 9).expect("lists");
    assert_eq!(rest.iter().map(|row| row.node).collect::<Vec<_>>(), [accepted[2].node]);
    group(store, |store| store.done(accepted[1].position).expect("takes out"));
    let left = store.pending(Position::START, 9).expect("lists");
    let left: Vec<_> = left.iter().map(|row| row.position).collect();
    assert_eq!(left, [accepted[0].position, accepted[2].position]);
    assert_eq!(store.waiting(Position::START, 9).expect("lists"), left);
    assert_eq!(store.waiting(left[0], 9).expect("lists"), left[1..]);
    assert_eq!(store.pending_at(left[0]).expect("reads").as_ref(), Some(&pending[0]));
    assert_eq!(store.pending_count().expect("counts"), 2);
}

fn pointers<S: Store>(store: &mut S) {
    let (ada, bob) = group(store, |store| {
        let ada = accepted(store, "f-1", "ada@acme.example", "hello").node;
        let bob = accepted(store, "f-2", "bob@acme.example", "hello").node;
        store.point(ada, person(ada), acme()).expect("points");
        store.point(bob, person(bob), acme()).expect("points");
        (ada, bob)
    });
    let nodes = |store: &S, person| {
        let cluster = store.cluster(person).expect("looks up");
        cluster.iter().map(|row| row.node).collect::<Vec<_>>()
    };
    assert_eq!(nodes(store, person(ada)), [ada]);
    group(store, |store| {
        store.point(bob, person(ada), acme()).expect("points");
        assert_eq!(nodes(store, person(ada)), [ada, bob], "the group sees its own");
    });
    assert_eq!(nodes(store, person(bob)), []);
    group(store, |store| {
        store.point(bob, person(bob), acme()).expect("points");
        assert_eq!(nodes(store, person(ada)), [ada], "and what it takes away");
        let alone = AccountId::caused_by(&[b"alone"]);
        for account in [alone, acme()] {
            store.point(bob, person(bob), account).expect("points");
            let theirs = store.cluster(person(bob)).expect("looks up");
            let place = theirs[0].pointer.map(|place| place.account);
            assert_eq!(place, Some(account), "a row is as the group has it, written or not");
        }
    });
    assert_eq!((nodes(store, person(ada)), nodes(store, person(bob))), (vec![ada], vec![bob]));
    let domain = Key { kind: IdentifierKind::Domain, ..email("acme.example") };
    let (old, end) = (AccountId::caused_by(&[b"old"]), AccountId::caused_by(&[b"end"]));
    group(store, |store| {
        assert_eq!(store.account_of(&domain).expect("looks up"), None);
        store.bind_account(&domain, acme()).expect("binds");
        store.forward(acme(), old).expect("forwards");
        store.forward(old, end).expect("forwards");
    });
    assert_eq!(store.account_of(&domain).expect("looks up"), Some(end));
    group(store, |store| store.forward(acme(), acme()).expect("forwards no more"));
    assert_eq!(store.account_of(&domain).expect("looks up"), Some(acme()));
    group(store, |store| {
        store.forward(end, old).expect("forwards");
        assert!(store.forwarded(end).is_err(), "a circle ends");
        store.forward(end, end).expect("forwards no more");
    });
    let typed = ada.to_string();
    let prefix = NodeId::prefix(&typed[..9]).expect("a prefix");
    assert_eq!(store.matching(IdKind::Node, &prefix, 9).expect("looks up"), [*ada.bytes()]);
    let prefix = PersonId::prefix(&person(bob).to_string()[..9]).expect("a prefix");
    let found = store.matching(IdKind::Person, &prefix, 9).expect("looks up");
    assert_eq!(found, [*person(bob).bytes()]);
}

fn kept_apart<S: Store>(store: &mut S) {
    let (first, second) = group(store, |store| {
        let first = keep_apart(store, "ada@acme.example,yesterday", &[email("ada@acme.example")]);
        (first, keep_apart(store, "bob@acme.example,tomorrow", &[]))
    });
    let (Quarantined::Kept { entry: one, .. }, Quarantined::Kept { entry: two, .. }) =
        (first, second)
    else {
        panic!("were {first:?} and {second:?}");
    };
    group(store, |store| {
        let again = keep_apart(store, "ada@acme.example,yesterday", &[]);
        assert_eq!(again, Quarantined::Known { entry: one }, "no second entry");
    });
    let page = store.entries(None, None, 1).expect("lists");
    assert_eq!(page.rows.iter().map(|row| row.entry).collect::<Vec<_>>(), [two]);
    let page = store.entries(None, page.next, 1).expect("lists");
    assert_eq!((page.rows[0].entry, page.rows[0].line, page.next), (one, Some(7), None));
    let mut raw = store.raw(one, &Purpose::VIEW).expect("reads").expect("is there");
    assert_eq!(raw.bytes, b"ada@acme.example,yesterday");
    group(store, |store| {
        raw.repairs.push(("created".to_owned(), "2026-11-20".to_owned()));
        let repaired = Fact::QuarantineRepaired {
            entry: one,
            cause: None,
            field: None,
            raw: Some(Box::new(raw.clone())),
        };
        store.append(&entry(Aggregate::Quarantine, noon(5), vec![repaired])).expect("appends");
    });
    assert_eq!(store.raw(one, &Purpose::VIEW).expect("reads"), Some(raw));
    let state = |store: &S| store.entry(one).expect("reads").expect("is there").state;
    assert_eq!(state(store), EntryState::Repaired);
    group(store, |store| {
        let released = Fact::QuarantineReleased { entry: one, signal: signal_id("f-9") };
        let discarded = Fact::QuarantineDiscarded { entry: two };
        let facts = vec![released, discarded];
        store.append(&entry(Aggregate::Quarantine, noon(6), facts)).expect("appends");
    });
    assert_eq!(state(store), EntryState::Released);
    let open = store.entries(Some(EntryState::Waiting), None, 9).expect("lists");
    assert!(open.rows.is_empty());
}

fn listed<S: Store>(store: &mut S) {
    let nodes: Vec<NodeId> = (0..5u8).map(|n| NodeId::caused_by(&[&[n]])).collect();
    let sam = Owner::Person(MemberId("sam".into()));
    group(store, |store| {
        for node in &nodes {
            store.put_handoff(&handoff_row(*node, State::Offered, sam.clone(), 1)).expect("puts");
        }
        store.put_handoff(&handoff_row(nodes[1], State::Accepted, sam.clone(), 2)).expect("puts");
        let engine = handoff_row(nodes[2], State::Expired, Owner::Engine, 2);
        store.put_handoff(&engine).expect("puts");
    });
    let list = |store: &S, state, owner: Option<&Owner>, cursor, limit| {
        let filter = HandoffFilter { state, owner: owner.cloned() };
        let page = store.handoffs(&filter, cursor, limit).expect("lists");
        (page.rows.iter().map(|row| row.node).collect::<Vec<_>>(), page.next)
    };
    let newest_first: Vec<NodeId> = nodes.iter().rev().copied().collect();
    assert_eq!(list(store, None, None, None, 9), (newest_first, None));
    let (page, next) = list(store, Some(State::Offered), None, None, 2);
    assert_eq!(page, [nodes[4], nodes[3]]);
    assert_eq!(list(store, Some(State::Offered), None, next, 2), (vec![nodes[0]], None));
    let (sams, _) = list(store, None, Some(&sam), None, 9);
    assert_eq!(sams, [nodes[4], nodes[3], nodes[1], nodes[0]]);
    let (both, _) = list(store, Some(State::Accepted), Some(&sam), None, 9);
    assert_eq!(both, [nodes[1]]);
    let row = store.handoff(handoff(nodes[1])).expect("reads").expect("is there");
    assert_eq!(row, handoff_row(nodes[1], State::Accepted, sam, 2));
    let prefix = HandoffId::prefix(&row.handoff.to_string()[..10]).expect("a prefix");
    let found = store.matching(IdKind::Handoff, &prefix, 2).expect("looks up");
    assert_eq!(found, [*row.handoff.bytes()]);
}

/// A body is there while its delivery is open, and thirty days after a failure; never longer.
fn bodies<S: Store>(store: &mut S) {
    let moved = |store: &mut S, errand: ErrandId, seconds: i64, state: DeliveryState| {
        let ErrandId::Delivery(delivery) = errand;
        group(store, |store| {
            let (code, again, status) = (None, None, None);
            let fact = Fact::DeliveryMoved { delivery, state, attempt: 1, code, again, status };
            let known = entry(Aggregate::Account(acme()), noon(seconds), vec![fact]);
            store.append(&known).expect("appends");
            if state.is_closed() {
                store.outbox_delete(errand).expect("takes out");
            }
        });
    };
    let queue = |store: &mut S, id: &str, address: &str| {
        group(store, |store| {
            let whose = accepted(store, id, address, "hello");
            let at = hand_off(store, &whose, "what the CRM gets");
            outbox_row(whose.node, at)
        })
    };
    let there = |store: &S, row: &OutboxRow| {
        store.outbox_body(row, &Purpose::DELIVERY).expect("reads").is_some()
    };
    let days = |days: i64| 100 + days * 86_400;
    let ada = queue(store, "f-1", "ada@acme.example");
    let head = store.head().expect("reads").position;
    let queued = store.at(head, None).expect("reads").expect("is there");
    let kept = queued
        .entry
        .facts
        .iter()
        .find_map(|fact| if let Fact::DeliveryQueued { mac, .. } = fact { *mac } else { None });
    let known = store.candidates(&[email("ada@acme.example")]).expect("reads");
    let node = known[0].expect("she is known").node;
    let mac = |body: &[u8]| store.body_mac(node, body).expect("reads");
    assert!(kept.is_some() && mac(b"what the CRM gets") == kept, "the same bytes");
    assert_ne!(mac(b"what the CRM gets."), kept, "other bytes");
    moved(store, ada.errand, 11, DeliveryState::Attempting);
    moved(store, ada.errand, 12, DeliveryState::Queued);
    assert!(there(store, &ada), "an open delivery may be tried again");
    moved(store, ada.errand, 100, DeliveryState::Failed);
    let bob = queue(store, "f-2", "bob@acme.example");
    let eve = queue(store, "f-3", "eve@acme.example");
    moved(store, bob.errand, days(29), DeliveryState::Delivered);
    assert!(there(store, &ada), "a person may want it");
    assert!(!there(store, &bob), "it arrived");
    let swept = |store: &mut S, seconds: i64| {
        group(store, |store| store.drop_bodies(noon(seconds)).expect("drops"))
    };
    assert_eq!(swept(store, days(30) - 1), 0, "its time is not over");
    assert!(there(store, &ada) && there(store, &eve));
    assert_eq!(swept(store, days(30)), 1);
    assert!(!there(store, &ada), "nobody wants it any more");
    assert_eq!(swept(store, days(400)), 0, "what is open stays, however long");
    assert!(there(store, &eve));
    moved(store, eve.errand, days(401), DeliveryState::Withdrawn);
    assert!(!there(store, &eve), "it is sent no more");
}

fn deliveries<S: Store>(store: &mut S) {
    let (node, at) = group(store, |store| {
        let ada = accepted(store, "f-1", "ada@acme.example", "hello");
        (ada.node, hand_off(store, &ada, "what the CRM gets"))
    });
    let mut row = outbox_row(node, at);
    assert!(store.outbox_claimable(noon(9), 9).expect("lists").is_empty(), "never early");
    assert_eq!(store.outbox_next().expect("looks up"), Some(noon(10)));
    assert_eq!(store.outbox_claimable(noon(10), 9).expect("lists"), [row.clone()]);
    let body = store.outbox_body(&row, &Purpose::DELIVERY).expect("reads");
    assert_eq!(body.as_deref(), Some(b"what the CRM gets".as_slice()));
    row.attempt = 1;
    row.claimed_until = Some(noon(60));
    group(store, |store| store.outbox_put(&row).expect("puts"));
    assert!(store.outbox_claimable(noon(59), 9).expect("lists").is_empty(), "claimed");
    assert_eq!(store.outbox_claimable(noon(60), 9).expect("lists"), [row.clone()], "given up");
    assert_eq!(store.outbox_row(row.errand).expect("reads"), Some(row.clone()));
    group(store, |store| store.outbox_delete(row.errand).expect("takes out"));
    assert_eq!(store.outbox_row(row.errand).expect("reads"), None);
    assert_eq!(store.outbox_count().expect("counts"), 0);
    group(store, |store| {
        let late = Fact::OutcomeRecorded {
            handoff: handoff(node),
            outcome: State::Won,
            occurred: None,
            by: Some(By::Member(MemberId("sam".into()))),
            note: Some(Box::new(Note::new(b"signed by Ada".to_vec()))),
        };
        let known = entry(Aggregate::Account(acme()), noon(99), vec![late.clone()]);
        let at = store.append(&known).expect("the handoff's row says whose it is");
        let stored = store.at(at, Some(&Purpose::VIEW)).expect("reads").expect("is there");
        assert_eq!(stored.entry.facts, [late]);
    });
    store.begin().expect("begins");
    let stray = Fact::Debriefed {
        handoff: HandoffId::caused_by(&[b"nobody's"]),
        right: None,
        complaints: 0,
        by: None,
        note: Some(Box::new(Note::new(b"whose?".to_vec()))),
    };
    let stray = store.append(&entry(Aggregate::Account(acme()), noon(99), vec![stray]));
    assert!(matches!(stray, Err(StoreError::OwnerUnknown)), "was {stray:?}");
    store.roll_back();
}

fn timers<S: Store>(store: &mut S) {
    let nodes: Vec<NodeId> = (0..3u8).map(|n| NodeId::caused_by(&[&[n]])).collect();
    let mut timers: Vec<Timer> = nodes.iter().map(|node| due_timer(*node)).collect();
    timers[0].due = noon(500);
    group(store, |store| {
        for timer in &timers {
            store.timer_put(timer).expect("sets");
            store.timer_put(timer).expect("sets again");
        }
    });
    assert_eq!(store.next_due().expect("looks up"), Some(noon(300)));
    assert!(store.timers_due(noon(299), 9).expect("lists").is_empty(), "never early");
    let due = store.timers_due(noon(900), 9).expect("lists");
    assert_eq!(due.len(), 3);
    assert_eq!(due[2], timers[0], "the longest due comes first");
    group(store, |store| {
        for timer in &timers[1..] {
            assert!(store.timer_delete(timer).expect("takes away"), "it was there");
            assert!(!store.timer_delete(timer).expect("takes away"), "it is gone already");
        }
    });
    assert_eq!(store.timers_due(noon(900), 9).expect("lists"), [timers[0]]);
    let put_off = Timer { due: noon(700), ..timers[0] };
    group(store, |store| {
        store.timer_put(&put_off).expect("sets");
        store.timer_put(&timers[1]).expect("sets");
        store.timer_drop(put_off.wake).expect("takes away");
    });
    let left = store.timers_due(noon(900), 9).expect("lists");
    assert_eq!(left, [timers[1]], "all that are for the same, whenever they are due");
}

fn small_things<S: Store>(store: &mut S) {
    let (one, two) = (StrategyVersion([1; 16]), StrategyVersion([2; 16]));
    let force = StrategyInForce { version: two, mode: "canary=10".to_owned(), since: NOON };
    let node = NodeId::caused_by(&[b"ada"]);
    let body = b"{}".to_vec();
    let answer = Answer { node, request: [7; 32], status: 200, body, expires: noon(60) };
    let mut key = KeyRow {
        key: KeyId::caused_by(&[b"key"]),
        name: "website".to_owned(),
        scopes: vec!["ingest".to_owned(), "read".to_owned()],
        source: Some("web".to_owned()),
        hash: [9; 32],
        created: NOON,
        revoked: None,
    };
    group(store, |store| {
        store.put_strategy(one, b"files", NOON).expect("keeps");
        store.put_strategy(two, b"other files", noon(1)).expect("keeps");
        store.put_strategy(one, b"files", noon(2)).expect("keeps once");
        store.put_force(&force).expect("keeps");
        store.count("unreadable-bodies", 2).expect("counts");
        store.count("unreadable-bodies", 3).expect("counts");
        store.put_answer("accept/1", &answer).expect("keeps");
        store.put_key(&key).expect("keeps");
        store.put_setting("seed", b"42").expect("keeps");
    });
    assert_eq!(store.strategy(one).expect("reads").as_deref(), Some(b"files".as_slice()));
    let kept: Vec<_> = store.strategies().expect("lists").iter().map(|row| row.version).collect();
    assert_eq!(kept, [one, two]);
    assert_eq!(store.force().expect("reads"), Some(force));
    assert_eq!(store.counters().expect("reads"), [("unreadable-bodies".to_owned(), 5)]);
    let given = |key, request, now| store.answer(key, &request, now).expect("reads");
    let again = given("accept/1", answer.request, noon(59)).expect("it is kept");
    assert_eq!((again.same, again.status, again.body), (true, answer.status, answer.body));
    assert!(!given("accept/1", [0; 32], noon(59)).expect("it is kept").same, "another request");
    assert_eq!(given("accept/1", answer.request, noon(60)), None, "forgotten in time");
    assert_eq!(given("accept/2", answer.request, NOON), None);
    assert_eq!(group(store, |store| store.forget_answers(noon(60)).expect("forgets")), 1);
    assert_eq!(store.key_by_hash(&[9; 32]).expect("reads").as_ref(), Some(&key));
    assert!(group(store, |store| store.revoke_key(key.key, noon(3)).expect("revokes")));
    assert!(!group(store, |store| store.revoke_key(key.key, noon(4)).expect("revokes")));
    key.revoked = Some(noon(3));
    assert_eq!(store.keys().expect("lists"), [key]);
    assert_eq!(store.setting("seed").expect("reads").as_deref(), Some(b"42".as_slice()));
    assert_eq!(store.setting("none").expect("reads"), None);
}

/// Users are found by their address; what they sign in with is sealed, and changes.
fn users<S: Store>(store: &mut S) {
    let link = SignInLink { hash: [3; 32], expires: noon(60) };
    let mut ann = UserRow {
        user: UserId::caused_by(&[b"ann"]),
        role: Role::Rep,
        member: Some("ann".to_owned()),
        generation: 0,
        added: NOON,
        revoked: None,
        link: Some(link),
    };
    let zoe = UserRow {
        user: UserId::caused_by(&[b"zoe"]),
        role: Role::Admin,
        member: None,
        added: noon(1),
        link: None,
        ..ann.clone()
    };
    let email = |name: &str| format!("{name}@acme.example");
    let secrets = |name: &str, password: Option<&str>| UserSecrets {
        email: email(name),
        password: password.map(str::to_owned),
        second_factor: password.map(|_| SecondFactor {
            secret: vec![7; 20],
            used: 3,
            recovery: vec![vec![1; 32].into(), vec![2; 32].into()],
        }),
        provided: password.map(|_| ProvidedIdentity {
            issuer: "https://login.example".to_owned(),
            subject: name.to_owned(),
        }),
    };
    group(store, |store| {
        store.put_user(&ann, &secrets("ann", None)).expect("keeps");
        store.put_user(&zoe, &secrets("zoe", Some("hash"))).expect("keeps");
    });
    assert_eq!(store.users().expect("lists"), [ann.clone(), zoe.clone()]);
    assert_eq!(store.user_by_email(&email("zoe")).expect("reads").as_ref(), Some(&zoe));
    assert_eq!(store.user_by_email(&email("nobody")).expect("reads"), None);
    let opened = store.user_secrets(ann.user).expect("opens").expect("she is there");
    assert_eq!((opened.email, opened.password), (email("ann"), None));
    assert_eq!(opened.second_factor, None);
    let opened = store.user_secrets(zoe.user).expect("opens").expect("she is there");
    assert_eq!(opened, secrets("zoe", Some("hash")), "all that is sealed");
    ann = UserRow { role: Role::Manager, generation: 1, revoked: Some(noon(2)), link: None, ..ann };
    group(store, |store| {
        let changed = UserRow { added: noon(9), ..ann.clone() };
        store.put_user(&changed, &secrets("ann", Some("other"))).expect("keeps");
    });
    assert_eq!(store.user_by_email(&email("ann")).expect("reads"), Some(ann.clone()), "added once");
    let opened = store.user_secrets(ann.user).expect("opens").expect("she is there");
    assert_eq!(opened.password.as_deref(), Some("other"));
    assert_eq!(store.user_secrets(UserId::caused_by(&[b"nobody"])).expect("reads"), None);
}

fn erased<S: Store>(store: &mut S) {
    let (ada, bob, at) = group(store, |store| {
        let ada = accepted(store, "f-1", "ada@acme.example", "hello");
        let bob = accepted(store, "f-2", "bob@acme.example", "hello");
        let at = hand_off(store, &ada, "Ada's data");
        store.point(bob.node, person(bob.node), acme()).expect("points");
        keep_apart(store, "ada@acme.example,yesterday", &[email("ada@acme.example")]);
        keep_apart(store, "bob@acme.example,yesterday", &[email("bob@acme.example")]);
        for (key, node) in [("accept/ada", ada.node), ("accept/bob", bob.node)] {
            let (request, body) = ([7; 32], b"{}".to_vec());
            let answer = Answer { node, request, status: 200, body, expires: noon(10_000) };
            store.put_answer(key, &answer).expect("keeps");
        }
        (ada, bob, at)
    });
    let erasable = erase(store, person(ada.node), noon(1_000));
    assert_eq!(
        (erasable.nodes.as_slice(), erasable.accounts.as_slice()),
        (&[ada.node][..], &[acme()][..])
    );
    assert_eq!(erasable.entries.len(), 1, "the entry that names her, and no other");
    let given = |key| store.answer(key, &[7; 32], NOON).expect("reads").is_some();
    assert_eq!((given("accept/ada"), given("accept/bob")), (false, true));
    let turn = Some(&Purpose::TURN);
    let hers = store.history(Aggregate::Node(ada.node), Position::START, None, turn);
    let hers = hers.expect("the chain stands");
    assert!(matches!(hers[0].entry.facts[0], Fact::SignalArrived { content: None, .. }));
    let body = store.outbox_body(&outbox_row(ada.node, at), &Purpose::DELIVERY).expect("reads");
    assert_eq!(body, None);
    assert_eq!(store.body_mac(ada.node, b"Ada's data").expect("reads"), None, "nobody can say");
    assert_eq!(store.raw(erasable.entries[0], &Purpose::VIEW).expect("reads"), None);
    let gone = store.entry(erasable.entries[0]).expect("reads").expect("its row stands");
    assert_eq!(gone.state, EntryState::Erased);
    let found = store.candidates(&[email("ada@acme.example"), email("bob@acme.example")]);
    let found = found.expect("looks up");
    assert_eq!((found[0], found[1].map(|row| row.node)), (None, Some(bob.node)));
    let his = store.at(bob.position, turn).expect("reads").expect("is there");
    assert!(matches!(&his.entry.facts[0], Fact::SignalArrived { content: Some(_), .. }));
    group(store, |store| {
        let key = [email("ada@acme.example")];
        let other_body = form("f-1", "ada@acme.example", "another body");
        let duplicate = Acceptance::Duplicate { first: ada.position };
        assert_eq!(offer(store, &other_body, &key, noon(2_000)), duplicate);
        let old = form("f-7", "ada@acme.example", "old news");
        assert_eq!(offer(store, &old, &key, noon(2_000)), Acceptance::Erased);
        let claimed = [Key { verified: false, ..email("ada@acme.example") }];
        assert_eq!(offer(store, &old, &claimed, noon(2_000)), Acceptance::Erased);
        let kept = keep_apart(store, "ada@acme.example,yesterday", &key);
        assert_eq!(kept, Quarantined::Erased);
        let mut new = form("f-8", "ada@acme.example", "I am back");
        new.content.occurred = Some(noon(1_500));
        let new = offer(store, &new, &key, noon(2_000));
        let Acceptance::Accepted(new) = new else { panic!("was {new:?}") };
        assert!(new.new_node && new.node != ada.node, "somebody new");
    });
    let erased = (counter_names::ERASED.to_owned(), 3);
    assert!(store.counters().expect("reads").contains(&erased));
    assert_eq!(store.erasable(PersonId::caused_by(&[b"nobody"])).expect("answers"), None);
}

/// Erases a person as the crank does.
pub fn erase<S: Store>(store: &mut S, whom: PersonId, moment: Moment) -> crate::Erasable {
    let erasable = store.erasable(whom).expect("looks up").expect("is known");
    group(store, |store| {
        let fact = Fact::PersonErased {
            person: whom,
            nodes: erasable.nodes.clone(),
            entries: erasable.entries.clone(),
            by: By::Operator,
        };
        store.erase(&erasable, moment).expect("erases");
        for account in &erasable.accounts {
            let of_account = entry(Aggregate::Account(*account), moment, vec![fact.clone()]);
            store.append(&of_account).expect("appends");
        }
        store.append(&entry(Aggregate::Governance, moment, vec![fact])).expect("appends");
    });
    store.settle_erasures().expect("settles");
    erasable
}

trait OutsideGroup: Store + Sized {
    /// Whether writing outside a group is refused.
    fn accept_outside_is_refused(&mut self) -> bool {
        let refused = self.count("nothing", 1);
        matches!(refused, Err(StoreError::Group(_)))
    }
}

impl<S: Store> OutsideGroup for S {}
