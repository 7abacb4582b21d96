//! A world for the simulation: what can happen in it, and what must hold whatever happens.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crank::{Attempt, Crank, CrankError, Ids, Offer};
use domain::errand::Wake;
use domain::fact::{Aggregate, By, Entry, Fact, Mode, Note, Raw};
use domain::handoff::{Action, Actor, DeliveryState, MemberId, Owner, QueueName, State};
use domain::reason::Code;
use domain::signal::IdentifierKind::{self, Company, Cookie, Email, ExternalId, Phone};
use domain::{AccountId, DeliveryId, HandoffId, Moment, PersonId, Span, Value};
use engine::desk::Desk;
use engine::event::Answer;
use engine::event::Deed;
use engine::state::{Folded, Handoff, Known, replay};
use proptest::prelude::*;
use rules::{Files, compile};
use store::memory::MemoryStore;
use store::{HandoffFilter, Position, Purpose, Read, Timer};

use crate::office::{WEDNESDAY_NOON, by_ann, delivery_of, handoff_of, signal};
use crate::timers::check_timers;

/// Something that happens. Numbers choose among what is there.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Signal {
        kind: u8,
        subject: Vec<(u8, u8, bool)>,
        consent: Option<bool>,
        late: bool,
        /// Its turn comes with a later one.
        waits: bool,
    },
    Deed {
        handoff: u8,
        deed: u8,
        whom: u8,
    },
    Wait {
        minutes: u16,
    },
    Deliver {
        answers: Vec<u8>,
    },
    AnswerLate {
        which: u8,
        answer: u8,
    },
    Erase {
        whom: u8,
    },
    Undo {
        which: u8,
    },
    Apply {
        version: u8,
    },
    Desk {
        deed: u8,
        whom: u8,
    },
    Reopen,
}

pub(crate) fn steps(max: usize) -> impl proptest::strategy::Strategy<Value = Vec<Step>> {
    proptest::collection::vec(step(), 1..max)
}

fn step() -> impl proptest::strategy::Strategy<Value = Step> {
    let subject = proptest::collection::vec((0..6u8, 0..4u8, prop::bool::weighted(0.8)), 1..4);
    let consent = prop_oneof![8 => Just(None), 1 => Just(Some(false)), 1 => Just(Some(true))];
    prop_oneof![
        8 => (0..5u8, subject, consent, prop::bool::weighted(0.1), prop::bool::weighted(0.15))
            .prop_map(|(kind, subject, consent, late, waits)| {
                Step::Signal { kind, subject, consent, late, waits }
            }),
        8 => (any::<u8>(), 0..14u8, any::<u8>())
            .prop_map(|(handoff, deed, whom)| Step::Deed { handoff, deed, whom }),
        6 => prop_oneof![4 => 1u16..90, 2 => 90u16..1500, 1 => 1500u16..20_000]
            .prop_map(|minutes| Step::Wait { minutes }),
        8 => proptest::collection::vec(0..5u8, 1..6).prop_map(|answers| Step::Deliver { answers }),
        2 => (any::<u8>(), 0..3u8).prop_map(|(which, answer)| Step::AnswerLate { which, answer }),
        1 => any::<u8>().prop_map(|whom| Step::Erase { whom }),
        1 => any::<u8>().prop_map(|which| Step::Undo { which }),
        1 => (0..3u8).prop_map(|version| Step::Apply { version }),
        1 => (0..4u8, any::<u8>()).prop_map(|(deed, whom)| Step::Desk { deed, whom }),
        1 => Just(Step::Reopen),
    ]
}

const SCORING: &str = r#"
fit:
  cap: 60
  points:
    - { when: "account.employees >= 500", points: 20, name: "500 or more" }
engagement:
  cap: 40
  half_life: 14d
  points:
    - { signal: page.viewed, points: 8, at_most: 24, name: "Pages" }
    - { signal: form.submitted, points: 15, name: "Forms" }
"#;

const READINESS: &str = r#"
table: readiness
hit: first
columns: { asked: 'seen("form.submitted", "1d")', consent: consent.email, unsure: 'seen("chat.opened", "1h")' }
outputs: [decision, kind, sla]
rows:
  - [ "-",  false, "-",  suppress,     "-",                "-" ]
  - [ true, "-",   "-",  hand off,     marketing-to-sales, hot ]
  - [ "-",  "-",   true, ask a person, "-",                "-" ]
  - [ "-",  "-",   "-",  nurture,      "-",                "-" ]
"#;

const TEAM: &str = "\
id,name,email,manager,region,languages,weight,calendar,joined,left
ann,Ann,ann@office.example,,dach,de,1,berlin,2020-01-01,
bob,Bob,bob@office.example,ann,dach,de,2,berlin,2020-01-01,
eve,Eve,eve@office.example,ann,dach,de,1,tokyo,2020-01-01,
kim,Kim,kim@office.example,ann,late,de,1,berlin,2020-01-01,
";

const CONTRACT: &str = r"
apiVersion: v3.1.0
kind: DataContract
id: lead-web
version: 1.0.0
name: Leads from the web
status: active
customProperties:
  - { property: batonSeam, value: signal }
schema:
  - name: quote
    customProperties:
      - { property: batonKinds, value: [quote.asked] }
    properties:
      - name: person.title
        logicalType: string
        required: true
        customProperties:
          - { property: batonOnFailure, value: quarantine }
";

fn files(version: u8) -> Files {
    let named = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
    let all_away = ["hold", "next route", "ignore hours"][usize::from(version) % 3];
    let queue = ["unassigned", "unassigned", "lobby"][usize::from(version) % 3];
    let routing = format!(
        "routes:
  - {{ route: tagged, when: '\"do-not-route\" in account.tags', to: {{ hold: do-not-route }} }}
  - {{ route: everybody, to: {{ pool: sales }} }}
  - {{ route: catch-all, to: {{ queue: {queue} }} }}
pools:
  sales:
    members: 'member.region == \"dach\"'
    method: weighted
    caps: {{ hour: 2, day: 5, open: 4 }}
    all_away: {all_away}
    all_capped: {}
    offer: {{ then: next member }}
  late:
    members: 'member.region == \"late\"'
    method: in turn
    all_away: hold
    all_capped: hold
    offer: {{ then: stay }}
queues:
  {queue}: {{ owner: ann, within: 2h, alarm: true }}
",
        ["hold", "next route", "hold"][usize::from(version) % 3],
    );
    let sla = format!(
        "hot:
  calendar: owner
  accept:      {{ within: 1h, warn: 45m }}
  first touch: {{ within: 4h, warn: 3h }}
  qualify:     {{ within: 3 working days }}
  on silence:
    - {{ at: warn,   do: remind }}
    - {{ at: breach, do: tell manager }}
    - {{ after: 1h,  do: reassign }}
    - {{ after: 2h,  do: pool late }}
    - {{ after: 1 working day, do: queue {queue} }}
"
    );
    let destinations = [
        "steps:
  - { step: tell the CRM,  to: crm,     when: offered,  send: [handoff, brief], undo: withdrawn }
  - { step: tell the chat, to: chat,    when: offered,  send: [handoff] }
  - { step: tell the lobby, to: lobby,  when: queued,   send: [handoff], undo: withdrawn }
  - { step: archive,       to: archive, when: accepted, send: [handoff] }
",
        "steps:
  - { step: tell the chat, to: chat,    when: offered,  send: [handoff] }
  - { step: tell the CRM,  to: crm,     when: offered,  send: [handoff, brief], undo: withdrawn }
  - { step: tell the lobby, to: lobby,  when: queued,   send: [handoff], undo: withdrawn }
",
        "steps:
  - { step: tell the CRM,  to: crm,     when: offered,  send: [handoff, brief], undo: withdrawn }
  - { step: tell the lobby, to: lobby,  when: queued,   send: [handoff], undo: withdrawn }
",
    ][usize::from(version) % 3];
    let autonomy = ["automatic", "automatic", "review"][usize::from(version) % 3];
    let strategy = format!("strategy: world\nseed: 7\nautonomy: {{ assign: {autonomy} }}\n");
    Files(
        [
            named("strategy.yaml", &strategy),
            named("scoring.yaml", SCORING),
            named("readiness.yaml", READINESS),
            named("routing.yaml", &routing),
            named("sla.yaml", &sla),
            named("team.csv", TEAM),
            named(
                "calendars/berlin.yaml",
                "zone: Europe/Berlin\nweek: { mon-fri: [\"09:00-18:00\"] }\n",
            ),
            named(
                "calendars/tokyo.yaml",
                "zone: Asia/Tokyo\nweek: { mon-fri: [\"09:00-18:00\"] }\n",
            ),
            named("destinations.yaml", destinations),
            named("contracts/lead.yaml", CONTRACT),
        ]
        .into(),
    )
}

pub(crate) struct World {
    crank: Option<Crank<MemoryStore>>,
    now: Moment,
    sent: u64,
    /// Attempts that nobody answered.
    silent: Vec<Attempt>,
    /// The receiver's own ledger: what it did, by the delivery's id.
    effects: BTreeMap<DeliveryId, HandoffId>,
    model: Model,
}

/// What the facts alone say, in the plainest way.
#[derive(Default)]
struct Model {
    read: usize,
    last: Moment,
    states: BTreeMap<HandoffId, State>,
    owners: BTreeMap<HandoffId, Owner>,
    passed: BTreeMap<HandoffId, Vec<MemberId>>,
    deliveries: BTreeMap<DeliveryId, DeliveryState>,
    undoes: BTreeSet<DeliveryId>,
    accounts: BTreeSet<AccountId>,
}

impl World {
    pub(crate) fn open() -> Self {
        let crank = Crank::open(MemoryStore::default(), Ids::Derived(7)).expect("a new store");
        let mut world = Self {
            crank: Some(crank),
            now: WEDNESDAY_NOON,
            sent: 0,
            silent: Vec::new(),
            effects: BTreeMap::new(),
            model: Model::default(),
        };
        world.grouped(|world| world.apply(0));
        world
    }

    pub(crate) fn crank(&self) -> &Crank<MemoryStore> {
        self.crank.as_ref().expect("open")
    }

    fn crank_mut(&mut self) -> &mut Crank<MemoryStore> {
        self.crank.as_mut().expect("open")
    }

    pub(crate) const fn now(&self) -> Moment {
        self.now
    }

    fn grouped<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        self.crank_mut().begin().expect("a group");
        let done = work(self);
        self.crank_mut().commit().expect("memory");
        done
    }

    pub(crate) fn take(&mut self, step: &Step) {
        self.now = self.now + Span::SECOND;
        match step {
            Step::Wait { minutes } => self.wait(Span::minutes(i64::from(*minutes))),
            Step::Erase { whom } => self.erase(*whom),
            Step::Reopen => self.reopen(),
            Step::Deliver { answers } => {
                let attempts = self.grouped(|world| world.claim(answers.len()));
                self.grouped(|world| {
                    for (attempt, answer) in attempts.iter().zip(answers) {
                        world.answer(attempt, *answer);
                    }
                });
            }
            Step::Signal { .. }
            | Step::Deed { .. }
            | Step::AnswerLate { .. }
            | Step::Undo { .. }
            | Step::Apply { .. }
            | Step::Desk { .. } => self.grouped(|world| world.take_in_group(step)),
        }
    }

    fn take_in_group(&mut self, step: &Step) {
        match step {
            Step::Signal { kind, subject, consent, late, waits } => {
                self.signal(*kind, subject, *consent, *late);
                if !waits {
                    self.turns();
                }
            }
            Step::Deed { handoff, deed, whom } => self.deed(*handoff, *deed, *whom),
            Step::AnswerLate { which, answer } => {
                if !self.silent.is_empty() {
                    let at = usize::from(*which) % self.silent.len();
                    let attempt = self.silent.remove(at);
                    // A receiver that did it may forget to say so, but does not say that it never will.
                    let did = self.effects.contains_key(&delivery_of(&attempt.row));
                    self.answer(&attempt, if did && *answer == 2 { 1 } else { *answer });
                }
            }
            Step::Undo { which } => self.undo(*which),
            Step::Apply { version } => self.apply(*version),
            Step::Desk { deed, whom } => self.desk(*deed, *whom),
            Step::Deliver { answers } => {
                self.claim(answers.len());
            }
            Step::Wait { .. } => {
                let now = self.now + Span::hours(3);
                self.crank_mut().fire_timers(now - Span::hours(3), 100).expect("memory");
            }
            Step::Erase { .. } | Step::Reopen => {}
        }
    }

    /// A group is folded and then forgotten.
    pub(crate) fn fail_a_group(&mut self, group: &[Step]) {
        let (silent, sent, effects) = (self.silent.clone(), self.sent, self.effects.clone());
        self.crank_mut().begin().expect("a group");
        for step in group {
            self.take_in_group(step);
        }
        self.crank_mut().roll_back();
        (self.silent, self.sent, self.effects) = (silent, sent, effects);
    }

    fn signal(&mut self, kind: u8, subject: &[(u8, u8, bool)], consent: Option<bool>, late: bool) {
        self.sent += 1;
        let kinds =
            ["page.viewed", "form.submitted", "form.submitted", "quote.asked", "chat.opened"];
        let subject: Vec<(IdentifierKind, String, bool)> = subject
            .iter()
            .map(|(what, n, verified)| match what {
                0 => (ExternalId, format!("u{n}"), *verified),
                1 => (Email, format!("p{n}@c{}.com", n % 2), *verified),
                2 => (Email, format!("q{n}@gmail.com"), *verified),
                3 => (Phone, format!("+4930901820{n}"), *verified),
                4 => (Company, format!("Firm {n} GmbH"), *verified),
                _ => (Cookie, format!("c{n}"), *verified),
            })
            .collect();
        let named: Vec<(IdentifierKind, &str)> =
            subject.iter().map(|(kind, value, _)| (*kind, value.as_str())).collect();
        let mut fields = vec![("account.employees", Value::Integer(self.sent as i64 * 60))];
        if let Some(consent) = consent {
            fields.push(("consent.email", Value::Boolean(consent)));
        }
        if self.sent.is_multiple_of(11) {
            fields.push(("account.tags", Value::List(vec![Value::from("do-not-route")])));
        }
        let when = if late { self.now - Span::days(3) } else { self.now };
        let mut signal = signal(self.sent, kinds[usize::from(kind)], &named, &fields, when);
        for (identifier, (_, _, verified)) in signal.content.subject.iter_mut().zip(&subject) {
            identifier.verified = *verified;
        }
        let raw = || -> Raw { panic!("nothing is kept apart here") };
        let offer = Offer::Signal { incoming: &signal, raw: &raw, line: None };
        let now = self.now;
        self.crank_mut().accept(&offer, None, now).expect("memory");
    }

    fn turns(&mut self) {
        let now = self.now;
        let taken = self.crank_mut().turns(now, 10).expect("memory");
        let poison = taken.iter().any(|taken| taken.reasons.contains(&Code::PoisonFact));
        assert!(!poison, "the engine panicked");
    }

    fn deed(&mut self, handoff: u8, deed: u8, whom: u8) {
        let handoffs = self.handoffs();
        if handoffs.is_empty() {
            return;
        }
        let handoff = handoffs[usize::from(handoff) % handoffs.len()];
        let member = MemberId(["ann", "bob", "eve", "kim", "who"][usize::from(whom) % 5].into());
        let queue = QueueName(["unassigned", "lobby"][usize::from(whom) % 2].to_owned());
        let by = Some(by_ann());
        let outcome = |outcome| Deed::Outcome {
            outcome,
            occurred: None,
            returns: (whom.is_multiple_of(2)).then_some(self.now + Span::days(3)),
            note: Some(Note::new(b"said".to_vec())),
            by: None,
        };
        let deed = match deed {
            0 | 1 => Deed::Accept { member: None, by },
            2 => Deed::Accept { member: Some(member), by },
            3 | 4 => Deed::Reject { reason: Code::NotNow, by },
            5 => Deed::Reassign { to: Owner::Person(member), by },
            6 => Deed::Reassign { to: Owner::Queue(queue), by },
            7 => Deed::Reassign { to: Owner::Engine, by },
            8 => outcome(State::Working),
            9 => outcome(State::Met),
            10 => outcome(State::Won),
            11 => outcome(State::Recycled),
            12 => outcome(State::Disqualified),
            _ => Deed::Debrief {
                right: Some(true),
                complaints: 1,
                note: Some(Note::new(b"ok".to_vec())),
                by,
            },
        };
        let now = self.now;
        match self.crank_mut().act(handoff, &deed, Actor::Person, now) {
            Ok(_) | Err(CrankError::Refused(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }

    fn claim(&mut self, limit: usize) -> Vec<Attempt> {
        let now = self.now;
        let attempts = self.crank_mut().claim(now, limit).expect("memory");
        for attempt in &attempts {
            let of = handoff_of(self.crank_mut(), &attempt.row);
            let row = self.crank().store().handoff(of).expect("memory");
            let state = row.expect("of a handoff").state;
            let folded = self.handoff(of);
            let delivery = folded.delivery(delivery_of(&attempt.row)).expect("of it").clone();
            if delivery.undoes.is_none() {
                assert_ne!(state, State::Withdrawn, "nothing leaves for who was taken back");
                assert_eq!(
                    delivery.owner, folded.owner,
                    "nothing leaves for an owner of yesterday"
                );
            }
        }
        attempts
    }

    /// 0 done, 1 later, 2 never, 3 lost on the way, 4 done and the answer was lost.
    fn answer(&mut self, attempt: &Attempt, answer: u8) {
        if matches!(answer, 0 | 4) {
            let of = handoff_of(self.crank_mut(), &attempt.row);
            self.effects.insert(delivery_of(&attempt.row), of);
        }
        let said = match answer {
            0 => Answer::Delivered { status: Some(200) },
            1 => {
                Answer::Later { code: Code::DestinationFailed, status: Some(500), not_before: None }
            }
            2 => Answer::Never { code: Code::DestinationRefused, status: Some(422) },
            _ => return self.silent.push(attempt.clone()),
        };
        let (errand, number, now) = (attempt.row.errand, attempt.attempt, self.now);
        self.crank_mut().answered(errand, number, &said, now).expect("memory");
    }

    fn wait(&mut self, span: Span) {
        let until = self.now + span;
        let mut fired = 0;
        while let Some(due) = self.next_timer().filter(|due| *due <= until) {
            self.now = self.now.max(due);
            let now = self.now;
            self.grouped(|world| world.crank_mut().fire_timers(now, 3).expect("memory"));
            fired += 1;
            assert!(fired < 20_000, "timers storm");
        }
        self.now = until;
    }

    fn next_timer(&mut self) -> Option<Moment> {
        let now = self.now;
        self.crank_mut().next_timer(now).expect("memory")
    }

    fn erase(&mut self, whom: u8) {
        let people = self.people();
        if people.is_empty() {
            return;
        }
        let (person, now) = (people[usize::from(whom) % people.len()], self.now);
        match self.crank_mut().erase(person, &By::Operator, now) {
            Ok(_) | Err(CrankError::NoPerson(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }

    fn undo(&mut self, which: u8) {
        let mut merges: Vec<(PersonId, PersonId)> = Vec::new();
        for entry in self.journal() {
            for fact in entry.facts {
                if let Fact::PeopleMerged { winner, loser, .. } = fact {
                    merges.push((winner, loser));
                }
            }
        }
        if merges.is_empty() {
            return;
        }
        let ((winner, loser), now) = (merges[usize::from(which) % merges.len()], self.now);
        match self.crank_mut().undo_merge(winner, loser, &By::Operator, now) {
            Ok(()) | Err(CrankError::NotMerged(..) | CrankError::NoPerson(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }

    fn desk(&mut self, deed: u8, whom: u8) {
        let member = MemberId(["ann", "bob", "eve", "kim"][usize::from(whom) % 4].into());
        let (now, by) = (self.now, By::Operator);
        let until = now + Span::hours(5);
        let crank = self.crank_mut();
        let done = match deed {
            0 => crank.pause(&member, Some(until), &by, now),
            1 | 2 => crank.resume(&member, &by, now),
            _ => crank.credit("sales", &member, 100, Code::ManagerAsked, &by, now),
        };
        done.expect("of the team");
    }

    fn apply(&mut self, version: u8) {
        let (files, now) = (files(version), self.now);
        let compiled = compile(&files);
        let told: Vec<&str> =
            compiled.diagnostics.list().iter().map(|told| told.message.as_str()).collect();
        let strategy = compiled.strategy.unwrap_or_else(|| panic!("{told:#?}"));
        self.crank_mut()
            .apply(&files, Arc::new(strategy), Mode::Live, &By::Operator, now)
            .expect("memory");
    }

    fn reopen(&mut self) {
        let store = self.crank.take().expect("open").into_store();
        self.crank = Some(Crank::open(store, Ids::Derived(7)).expect("recovers"));
    }

    // ---- what is there ------------------------------------------------------------------------

    pub(crate) fn journal(&self) -> Vec<Entry> {
        let journal = self.crank().store().journal(Position::START, 1_000_000, None);
        journal.expect("memory").into_iter().map(|stored| stored.entry).collect()
    }

    /// The journal with what the keys that are left open.
    pub(crate) fn unsealed(&self) -> Vec<Entry> {
        let store = self.crank().store();
        let journal = store.journal(Position::START, 1_000_000, Some(&Purpose::TURN));
        journal.expect("memory").into_iter().map(|stored| stored.entry).collect()
    }

    pub(crate) fn accounts(&self) -> Vec<AccountId> {
        let accounts: BTreeSet<AccountId> = self
            .journal()
            .into_iter()
            .filter_map(|entry| {
                let Aggregate::Account(account) = entry.header.aggregate else { return None };
                Some(account)
            })
            .collect();
        accounts.into_iter().collect()
    }

    fn people(&self) -> Vec<PersonId> {
        let mut people = BTreeSet::new();
        for entry in self.journal() {
            for fact in entry.facts {
                if let Fact::SubjectResolved { person, .. } = fact {
                    people.insert(person);
                }
            }
        }
        people.into_iter().collect()
    }

    fn handoffs(&self) -> Vec<HandoffId> {
        let page = self.crank().store().handoffs(&HandoffFilter::default(), None, 10_000);
        page.expect("memory").rows.into_iter().map(|row| row.handoff).collect()
    }

    fn handoff(&self, id: HandoffId) -> Handoff {
        let row = self.crank().store().handoff(id).expect("memory").expect("a row");
        Handoff::clone(self.folded(row.account).known().handoff(id).expect("of its account"))
    }

    fn folded(&self, account: AccountId) -> Folded {
        crank::account_as_of(self.crank().store(), account, None).expect("memory")
    }

    fn timers(&self) -> Vec<Timer> {
        self.crank().store().timers_due(Moment(i64::MAX), 1_000_000).expect("memory")
    }

    // ---- what must hold -----------------------------------------------------------------------

    pub(crate) fn check(&mut self) {
        self.follow_the_journal();
        let timers = self.timers();
        let replayed = replay(&self.unsealed());
        let mut open: BTreeMap<PersonId, HandoffId> = BTreeMap::new();
        let mut waiting = 0;
        let mut waits = Vec::new();
        for account in self.model.accounts.clone() {
            let folded = self.folded(account);
            let folded = folded.known();
            let live = self.crank_mut().account(account).expect("memory");
            assert_eq!(live, folded, "live and folded anew");
            assert_eq!(replayed.account(account), Some(folded), "the journal replayed");
            for handoff in folded.handoffs() {
                self.check_handoff(account, folded, handoff, &timers);
                waits.extend(handoff.wakes().into_iter().map(|waking| (account, waking)));
                if handoff.is_open() {
                    let other = open.insert(handoff.person, handoff.id);
                    assert_eq!(other, None, "a person has one open handoff");
                }
                waiting += self.check_deliveries(handoff);
            }
        }
        check_timers(&timers, &waits);
        assert_eq!(self.crank().store().outbox_count().expect("memory"), waiting, "the outbox");
        assert_eq!(replayed.desk(), self.crank().desk());
        self.check_desk(replayed.desk(), &open);
    }

    fn follow_the_journal(&mut self) {
        let journal = self.journal();
        let model = &mut self.model;
        for entry in &journal[model.read..] {
            assert!(entry.header.moment >= model.last, "moments never fall");
            model.last = entry.header.moment;
            if let Aggregate::Account(account) = entry.header.aggregate {
                model.accounts.insert(account);
            }
            for fact in &entry.facts {
                model.apply(fact);
            }
            for (handoff, state) in &model.states {
                let person = matches!(model.owners[handoff], Owner::Person(_));
                assert!(person || !state.is_active_work(), "accepted work is a person's");
            }
        }
        model.read = journal.len();
    }

    fn check_handoff(
        &self,
        account: AccountId,
        folded: Known<'_>,
        handoff: &Handoff,
        timers: &[Timer],
    ) {
        assert_eq!(self.model.states[&handoff.id], handoff.state);
        assert_eq!(self.model.owners[&handoff.id], handoff.owner);
        let row = self.crank().store().handoff(handoff.id).expect("memory").expect("a row");
        let is = (row.account, row.person, row.state, &row.owner, row.version, row.accept_by);
        let version = u64::from(handoff.version);
        let accept_by = handoff.accept_by();
        assert_eq!(
            is,
            (account, handoff.person, handoff.state, &handoff.owner, version, accept_by),
            "the row of {}",
            handoff.id
        );
        let passed = self.model.passed.get(&handoff.id);
        assert_eq!(passed.unwrap_or(&Vec::new()), &handoff.passed_over, "who had {}", handoff.id);
        if !handoff.is_open() {
            return;
        }
        if let Some(node) = folded.node(handoff.node) {
            assert!(!node.erased, "an erased person's handoff has ended");
            let person = folded.members[&handoff.node];
            assert_eq!(person, handoff.person, "a handoff is its node's person's");
        } else {
            panic!("an open handoff is where its node is");
        }
        let route = Wake::Route { handoff: handoff.id, round: handoff.round };
        let comes = timers.iter().any(|timer| timer.wake == route);
        match (&handoff.owner, handoff.state) {
            (Owner::Engine, _) | (_, State::Faulted | State::Held) => {
                assert!(comes, "{} is stranded: {handoff:#?}", handoff.id);
            }
            (Owner::Queue(_), state) => {
                assert!(matches!(state, State::Queued | State::InReview), "{state}");
            }
            (Owner::Person(_), state) => assert!(
                state == State::Offered || state.is_active_work(),
                "{state} is no state of a person's"
            ),
        }
    }

    /// How many are open.
    fn check_deliveries(&self, handoff: &Handoff) -> u64 {
        let mut live: BTreeSet<(u16, &str)> = BTreeSet::new();
        let mut open = 0;
        for delivery in &handoff.deliveries {
            assert_eq!(self.model.deliveries[&delivery.id], delivery.state);
            let row = self.crank().store().outbox_row(delivery.id.into()).expect("memory");
            assert_eq!(row.is_some(), !delivery.state.is_closed(), "{delivery:?}");
            if let Some(row) = row {
                let under_way = delivery.state == DeliveryState::Attempting;
                assert_eq!(row.claimed_until.is_some(), under_way, "{row:?}");
                assert_eq!(row.attempt, delivery.attempts);
                open += 1;
            }
            let lives = delivery.state == DeliveryState::Delivered && delivery.undoes.is_none();
            // What cannot be taken back is there once for each time that it was offered.
            let undoable = matches!(delivery.destination.as_str(), "crm" | "lobby");
            let present = undoable || delivery.assignment == handoff.assignments;
            if lives && present && delivery.owner == handoff.owner {
                let taken_back = handoff.deliveries.iter().any(|d| d.undoes == Some(delivery.id));
                let fresh = taken_back || live.insert((delivery.step, &delivery.destination));
                assert!(fresh, "one effect for a step: {:#?}", handoff.deliveries);
            }
        }
        open
    }

    fn check_desk(&self, desk: &Desk, open: &BTreeMap<PersonId, HandoffId>) {
        let mut credits: BTreeMap<String, i64> = BTreeMap::new();
        for entry in self.journal() {
            for fact in &entry.facts {
                if let Fact::CreditGiven { pool, leads, .. } = fact {
                    *credits.entry(pool.clone()).or_default() += i64::from(*leads);
                }
            }
        }
        for name in ["ann", "bob", "eve", "kim"] {
            let member = MemberId(name.into());
            let has = open.values().filter(
                |id| matches!(&self.model.owners[id], Owner::Person(owner) if *owner == member),
            );
            let load = desk.load(&member).map_or(0, engine::desk::Load::open);
            assert_eq!(load as usize, has.count(), "{name} has in hand what is theirs");
        }
        for pool in ["sales", "late"] {
            let Some(ledger) = desk.ledger(pool) else { continue };
            let owed: i64 = ledger.standings().map(|(_, standing)| standing.shortfall).sum();
            let credits = credits.get(pool).copied().unwrap_or_default();
            assert_eq!(owed, credits * (engine::desk::LEAD / 100), "the ledger adds up");
        }
    }

    pub(crate) fn check_that_recovering_twice_equals_once(&mut self) {
        let before = self.journal();
        self.reopen();
        self.check();
        self.reopen();
        self.check();
        assert_eq!(self.journal(), before, "recovering writes nothing");
    }

    /// The faults stop: everything comes to an end or to somebody, and nothing is left to send.
    pub(crate) fn settle(&mut self) {
        self.grouped(Self::turns);
        for _ in 0..60 {
            for _ in 0..6 {
                self.take(&Step::Deliver { answers: vec![0; 100] });
                self.wait(Span::minutes(2));
            }
            self.wait(Span::hours(12));
        }
        self.check();
        assert_eq!(self.crank().store().outbox_count().expect("memory"), 0, "all is sent");
        for id in self.handoffs() {
            let handoff = self.handoff(id);
            let kept = handoff.reasons.first().map(|reason| reason.code) == Some(Code::RouteHolds);
            assert!(
                !handoff.is_open() || handoff.owner != Owner::Engine || kept,
                "after 30 days the engine still has {handoff:#?}"
            );
            for delivery in handoff.deliveries.iter().filter(|known| known.undoes.is_none()) {
                let there = self.effects.contains_key(&delivery.id);
                let gone = !handoff.is_open() && handoff.state == State::Withdrawn
                    || delivery.owner != handoff.owner;
                if there && gone && matches!(delivery.destination.as_str(), "crm" | "lobby") {
                    let undone = handoff.deliveries.iter().any(|known| {
                        known.undoes == Some(delivery.id) && self.effects.contains_key(&known.id)
                            || known.undoes == Some(delivery.id)
                                && known.state == DeliveryState::Failed
                    });
                    assert!(
                        undone,
                        "what is no longer meant was taken back: {delivery:?} of {handoff:#?}"
                    );
                }
            }
        }
    }
}

impl Model {
    #[expect(clippy::wildcard_enum_match_arm, reason = "other facts change none of this")]
    fn apply(&mut self, fact: &Fact) {
        match fact {
            Fact::HandoffProposed { handoff, .. } => {
                assert!(
                    self.states.insert(*handoff, State::Proposed).is_none(),
                    "an id is one's own"
                );
                self.owners.insert(*handoff, Owner::Engine);
            }
            Fact::OwnerWanted { handoff, .. } => {
                // Mending is nobody's silence: whoever had it may have it again.
                if self.states[handoff] != State::Repaired {
                    self.had_it(*handoff);
                }
                self.owners.insert(*handoff, Owner::Engine);
            }
            Fact::OwnerAssigned { handoff, owner, routing, by } => {
                assert!(!self.states[handoff].is_terminal());
                if self.owners[handoff] != *owner {
                    self.had_it(*handoff);
                }
                self.owners.insert(*handoff, owner.clone());
                if let (Owner::Person(member), None) = (owner, by) {
                    let passed = self.passed.get(handoff).cloned().unwrap_or_default();
                    let out = [
                        Code::MemberCondition,
                        Code::ConditionUnknown,
                        Code::OwnerLeft,
                        Code::NotYetJoined,
                    ];
                    let others = routing.candidates.iter().filter(|one| !out.contains(&one.code));
                    let had = |one: &MemberId| passed.iter().position(|known| known == one);
                    if let (Some(before), Some(_)) = (had(member), &routing.pool) {
                        for other in others.filter(|one| one.member != *member) {
                            assert!(
                                had(&other.member).is_some_and(|since| since > before),
                                "{member} has it again before {} after {passed:?}: {routing:?}",
                                other.member
                            );
                        }
                    }
                }
            }
            Fact::HandoffMoved { handoff, state, .. } => {
                if matches!(state, State::Rejected | State::Expired) {
                    self.had_it(*handoff);
                }
                let before = self.states.insert(*handoff, *state).expect("proposed");
                assert!(!before.is_terminal() || before == *state, "{before} is the end");
            }
            Fact::OutcomeRecorded { handoff, outcome, .. } => {
                let before = self.states.insert(*handoff, *outcome).expect("proposed");
                assert!(!before.is_terminal(), "{before} is the end");
            }
            Fact::DeliveryQueued { delivery, undoes, .. } => {
                let before = self.deliveries.insert(*delivery, DeliveryState::Queued);
                assert_eq!(before, None, "a delivery is queued once");
                if undoes.is_some() {
                    self.undoes.insert(*delivery);
                }
            }
            Fact::DeliveryAttempted { delivery, .. } => {
                self.deliver(*delivery, DeliveryState::Attempting);
            }
            Fact::DeliveryMoved { delivery, state, .. } => self.deliver(*delivery, *state),
            Fact::DecisionMade { action: Action::Suppress, handoff, .. } => {
                assert!(handoff.is_none_or(|id| self.states.contains_key(&id)));
            }
            _ => {}
        }
    }

    /// Whoever has it has it no more, whether they let it go or it was taken from them.
    fn had_it(&mut self, handoff: HandoffId) {
        if let Owner::Person(member) = &self.owners[&handoff] {
            let passed = self.passed.entry(handoff).or_default();
            passed.retain(|known| known != member);
            passed.push(member.clone());
        }
    }

    fn deliver(&mut self, delivery: DeliveryId, state: DeliveryState) {
        let before = self.deliveries.insert(delivery, state).expect("queued");
        let undone = (before, state) == (DeliveryState::Delivered, DeliveryState::Compensated);
        assert!(!before.is_closed() || undone, "{before} became {state}");
    }
}
