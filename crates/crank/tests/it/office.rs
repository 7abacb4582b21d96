//! A small company for the stories: a strategy, a crank over memory, and words to play with.

use std::sync::{Arc, OnceLock};

use crank::{Attempt, Crank, CrankError, Ids, IntakeItem, TurnReport};
use domain::errand::ErrandId;
use domain::fact::{Aggregate, By, Mode, Raw};
use domain::handoff::{Actor, MemberId};
use domain::reason::Code;
use domain::signal::{Content, Identifier, IdentifierKind, Incoming, SourceName};
use domain::{AccountId, DeliveryId, HandoffId, Moment, PersonId, SignalId, Span, Value};
use engine::event::Answer;
use engine::event::Deed;
use engine::state::{Folded, Handoff};
use rules::{Files, Strategy, compile};
use store::memory::MemoryStore;
use store::{HandoffFilter, OutboxRow, Position, Purpose, Read, Store, Stored};

/// A Wednesday at noon in Berlin, when everybody works.
pub(crate) const WEDNESDAY_NOON: Moment = Moment::from_seconds(1_795_604_400);

/// The strategy's files, as people write them.
pub(crate) fn files(routing: &str) -> Files {
    let named = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
    Files(
        [
            named("strategy.yaml", "strategy: office\nseed: 7\nautonomy: { assign: automatic }\n"),
            named("scoring.yaml", SCORING),
            named("readiness.yaml", READINESS),
            named("routing.yaml", routing),
            named("sla.yaml", SLA),
            named("team.csv", TEAM),
            named("calendars/berlin.yaml", BERLIN),
            named("destinations.yaml", DESTINATIONS),
            named("contracts/lead.yaml", CONTRACT),
        ]
        .into(),
    )
}

/// A manager, and one who works for her.
pub(crate) const TEAM_OF_TWO: &str = "\
id,name,email,manager,region,languages,weight,calendar,joined,left
ann,Ann,ann@office.example,,none,de,1,berlin,2020-01-01,
bob,Bob,bob@office.example,ann,dach,de,1,berlin,2020-01-01,
";

/// The same with one more.
pub(crate) const TEAM_OF_THREE: &str = "\
id,name,email,manager,region,languages,weight,calendar,joined,left
ann,Ann,ann@office.example,,none,de,1,berlin,2020-01-01,
bob,Bob,bob@office.example,ann,dach,de,1,berlin,2020-01-01,
eve,Eve,eve@office.example,ann,dach,de,1,berlin,2020-01-01,
";

/// The catch-all queue cannot be late in the tests of anything else.
pub(crate) const STAYS: &str = r#"
routes:
  - { route: everybody, to: { pool: sales } }
  - { route: catch-all, to: { queue: unassigned } }
pools:
  sales: { members: 'member.region == "dach"', method: in turn, all_away: hold, all_capped: next route, offer: { then: stay } }
queues:
  unassigned: { owner: ann, within: 2h, alarm: true }
"#;

/// Two who take turns, and a queue behind them.
pub(crate) const ROUTING: &str = r#"
routes:
  - { route: everybody, to: { pool: sales } }
  - { route: catch-all, to: { queue: unassigned } }
pools:
  sales:
    members: 'member.region == "dach"'
    method: in turn
    caps: { open: 50 }
    all_away: hold
    all_capped: next route
    offer: { then: next member }
queues:
  unassigned: { owner: ann, within: 2h, alarm: true }
"#;

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
columns: { asked: 'seen("form.submitted", "1d")', consent: consent.email }
outputs: [decision, kind, sla]
rows:
  - [ "-",  false, suppress, "-",                "-" ]
  - [ true, "-",   hand off, marketing-to-sales, hot ]
  - [ "-",  "-",   nurture,  "-",                "-" ]
"#;

const SLA: &str = r"
hot:
  calendar: owner
  accept:      { within: 1h, warn: 45m }
  first touch: { within: 4h, warn: 3h }
  on silence:
    - { at: warn,   do: remind }
    - { at: breach, do: tell manager }
";

const TEAM: &str = "\
id,name,email,manager,region,languages,weight,calendar,joined,left
ann,Ann,ann@office.example,,dach,de,1,berlin,2020-01-01,
bob,Bob,bob@office.example,ann,dach,de,1,berlin,2020-01-01,
";

const BERLIN: &str = r#"
zone: Europe/Berlin
week: { mon-fri: ["09:00-18:00"] }
holidays: []
"#;

const DESTINATIONS: &str = r"
steps:
  - { step: tell the CRM,  to: crm,     when: offered,  send: [handoff, brief], undo: withdrawn }
  - { step: tell the chat, to: chat,    when: offered,  send: [handoff] }
  - { step: archive,       to: archive, when: accepted, send: [handoff] }
";

pub(crate) const CONTRACT: &str = r"
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

pub(crate) fn changed_files(routing: &str, changed: &[(&str, &str)]) -> Files {
    let mut files = files(routing);
    for (name, text) in changed {
        files.0.insert((*name).to_owned(), text.as_bytes().to_vec());
    }
    files
}

/// A company at work.
pub(crate) struct Office {
    pub(crate) crank: Crank<MemoryStore>,
    pub(crate) now: Moment,
    sent: u64,
}

impl Office {
    pub(crate) fn open() -> Self {
        Self::under(ROUTING)
    }

    pub(crate) fn under(routing: &str) -> Self {
        Self::of(&files(routing))
    }

    /// The same with other files.
    pub(crate) fn with(routing: &str, changed: &[(&str, &str)]) -> Self {
        Self::of(&changed_files(routing, changed))
    }

    /// The same as when it opens, with a strategy that was compiled once: for many small worlds.
    pub(crate) fn open_again() -> Self {
        static COMPILED: OnceLock<(Files, Arc<Strategy>)> = OnceLock::new();
        let (files, strategy) = COMPILED.get_or_init(|| {
            let files = files(ROUTING);
            let strategy = compile(&files).strategy.expect("compiles");
            (files, Arc::new(strategy))
        });
        Self::over(MemoryStore::default(), files, strategy)
    }

    /// The strategy that ships as an example.
    pub(crate) fn acme() -> Self {
        let root =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/strategies/acme");
        let mut files = std::collections::BTreeMap::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).expect("the example is there") {
                let path = entry.expect("readable").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(&root).expect("below it").to_string_lossy();
                    files.insert(name.into_owned(), std::fs::read(&path).expect("readable"));
                }
            }
        }
        Self::of(&Files(files.into_iter().collect()))
    }

    /// Puts other files in force.
    pub(crate) fn apply(&mut self, routing: &str, changed: &[(&str, &str)]) {
        let files = changed_files(routing, changed);
        let strategy = compile(&files).strategy.expect("compiles");
        let now = self.now;
        self.grouped(|crank| {
            crank.apply(&files, Arc::new(strategy), Mode::Live, &By::Operator, now).map(|_| ())
        });
    }

    pub(crate) fn pause(&mut self, member: &str, until: Option<Moment>) {
        let now = self.now;
        self.grouped(|crank| {
            crank.pause(&MemberId(member.into()), until, None, &By::Operator, now)
        });
    }

    pub(crate) fn resume(&mut self, member: &str) {
        let now = self.now;
        self.grouped(|crank| crank.resume(&MemberId(member.into()), &By::Operator, now));
    }

    pub(crate) fn credit(&mut self, member: &str, hundredths: i32) {
        let (now, member) = (self.now, MemberId(member.into()));
        let why = Code::ManagerAsked;
        self.grouped(|crank| crank.credit("sales", &member, hundredths, why, &By::Operator, now));
    }

    fn grouped(&mut self, work: impl FnOnce(&mut Crank<MemoryStore>) -> Result<(), CrankError>) {
        self.crank.begin().expect("a group");
        work(&mut self.crank).expect("allowed");
        self.crank.commit().expect("memory");
    }

    pub(crate) fn try_act(&mut self, handoff: HandoffId, deed: Deed) -> Result<(), CrankError> {
        self.crank.begin().expect("a group");
        let done = self.crank.act(handoff, &deed, Actor::Person, self.now).map(|_| ());
        self.crank.commit().expect("memory");
        done
    }

    pub(crate) fn journal_len(&self) -> u64 {
        self.crank.store().head().expect("memory").position.0
    }

    fn of(files: &Files) -> Self {
        let files = files.clone();
        let compiled = compile(&files);
        let told: Vec<&str> =
            compiled.diagnostics.list().iter().map(|told| told.message.as_str()).collect();
        let strategy = compiled.strategy.unwrap_or_else(|| panic!("{told:#?}"));
        Self::over(MemoryStore::default(), &files, &Arc::new(strategy))
    }

    /// The same office after the program was killed between two groups.
    pub(crate) fn opened_again(self) -> Self {
        let Self { crank, now, sent } = self;
        let crank = Crank::open(crank.into_store(), Ids::Derived(7)).expect("as it was left");
        Self { crank, now, sent }
    }

    fn over(store: MemoryStore, files: &Files, strategy: &Arc<Strategy>) -> Self {
        let mut crank = Crank::open(store, Ids::Derived(7)).expect("a new store");
        crank.begin().expect("a group");
        crank
            .apply(files, Arc::clone(strategy), Mode::Live, &By::Operator, WEDNESDAY_NOON)
            .expect("a strategy that compiles");
        crank.commit().expect("memory");
        Self { crank, now: WEDNESDAY_NOON, sent: 0 }
    }

    pub(crate) fn later(&mut self, span: Span) -> &mut Self {
        self.now = self.now + span;
        self
    }

    /// Sends a signal, whose turn is yet to come.
    pub(crate) fn offer(&mut self, signal: &Incoming) -> SignalId {
        self.crank.begin().expect("a group");
        let raw = || -> Raw { panic!("nothing is kept apart here") };
        let offer = IntakeItem::Signal { incoming: signal, raw: &raw, line: None };
        let offered = self.crank.accept(&offer, None, self.now).expect("memory");
        self.crank.commit().expect("memory");
        offered.signal.expect("accepted")
    }

    /// Sends a signal and takes its turn.
    /// All that is in the journal, with its sealed parts.
    pub(crate) fn entries(&self) -> Vec<Stored> {
        let journal = self.crank.store().journal(Position::START, usize::MAX, Some(&Purpose::CARE));
        journal.expect("memory")
    }

    pub(crate) fn send(&mut self, signal: Incoming) -> TurnReport {
        self.offer(&signal);
        let mut taken = self.crank.take_turns(self.now, 10).expect("memory");
        taken.pop().expect("a turn")
    }

    /// Somebody who does something.
    pub(crate) fn does(&mut self, kind: &str, subject: &[(IdentifierKind, &str)]) -> TurnReport {
        let signal = self.signal(kind, subject, &[]);
        self.send(signal)
    }

    pub(crate) fn signal(
        &mut self,
        kind: &str,
        subject: &[(IdentifierKind, &str)],
        fields: &[(&str, Value)],
    ) -> Incoming {
        self.sent += 1;
        signal(self.sent, kind, subject, fields, self.now)
    }

    pub(crate) fn account(&self, id: AccountId) -> Folded {
        crank::account_as_of(self.crank.store(), id, None).expect("memory")
    }

    pub(crate) fn handoff(&self, id: HandoffId) -> Handoff {
        let row = self.crank.store().handoff(id).expect("memory").expect("a handoff");
        Handoff::clone(self.account(row.account).known().handoff(id).expect("of its account"))
    }

    pub(crate) fn handoffs(&self) -> Vec<HandoffId> {
        let page = self.crank.store().handoffs(&HandoffFilter::default(), None, 200);
        page.expect("memory").rows.into_iter().map(|row| row.handoff).collect()
    }

    pub(crate) fn act(&mut self, handoff: HandoffId, deed: Deed) -> Handoff {
        self.crank.begin().expect("a group");
        let done = self.crank.act(handoff, &deed, Actor::Person, self.now).expect("allowed");
        self.crank.commit().expect("memory");
        done.handoff
    }

    /// The same as a person does it over a face, who may take it back for a while.
    pub(crate) fn does_undoably(&mut self, handoff: HandoffId, deed: &Deed) -> Handoff {
        self.crank.begin().expect("a group");
        let done = self.crank.act_undoably(handoff, deed, Actor::Person, self.now);
        self.crank.commit().expect("memory");
        done.expect("allowed").handoff
    }

    /// Claims what is due and gives each attempt to `answer`.
    pub(crate) fn deliver(&mut self, answer: impl Fn(&str) -> Answer) -> Vec<Attempt> {
        self.crank.begin().expect("a group");
        let attempts = self.crank.claim(self.now, 100).expect("memory");
        self.crank.commit().expect("memory");
        self.crank.begin().expect("a group");
        for attempt in &attempts {
            let answer = answer(&attempt.row.destination);
            let (errand, number) = (attempt.row.errand, attempt.attempt);
            self.crank.answered(errand, number, &answer, self.now).expect("memory");
        }
        self.crank.commit().expect("memory");
        attempts
    }

    /// Lets time pass until a moment, firing whatever is due on the way.
    pub(crate) fn wait_until(&mut self, until: Moment) {
        while let Some(due) =
            self.crank.next_timer(self.now).expect("memory").filter(|due| *due <= until)
        {
            self.now = self.now.max(due);
            self.crank.begin().expect("a group");
            self.crank.fire_timers(self.now, 100).expect("memory");
            self.crank.commit().expect("memory");
        }
        self.now = until;
    }

    pub(crate) fn person_of(&self, node_of: &[(IdentifierKind, &str)]) -> PersonId {
        let signal = signal(0, "x", node_of, &[], self.now);
        let keys = engine::identity::identifiers(&signal.source, &signal.content).keys;
        self.crank.person_by(&keys).expect("memory").expect("somebody")
    }
}

pub(crate) fn signal(
    number: u64,
    kind: &str,
    subject: &[(IdentifierKind, &str)],
    fields: &[(&str, Value)],
    occurred: Moment,
) -> Incoming {
    let identifier = |(kind, value): &(IdentifierKind, &str)| Identifier {
        kind: *kind,
        value: (*value).into(),
        verified: true,
    };
    let content = Content {
        kind: kind.into(),
        origin: "test".into(),
        source_id: format!("m-{number}").into(),
        occurred: Some(occurred),
        subject: subject.iter().map(identifier).collect(),
        fields: fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
        vouched: None,
    };
    Incoming { source: SourceName::new("web").expect("a name"), body: [number as u8; 32], content }
}

/// Ann, who is in the team.
/// Looks for a merge and takes it back, within an open group.
pub(crate) fn undo_merge<S: Store>(
    crank: &mut Crank<S>,
    (winner, loser): (PersonId, PersonId),
    now: Moment,
) -> Result<(), CrankError> {
    let found = crank::find_merge(crank.store(), winner, loser)?;
    crank.undo_merge(winner, loser, found, &By::Operator, now).map(|_| ())
}

pub(crate) fn by_ann() -> By {
    By::Member(MemberId("ann".into()))
}

/// The delivery that a row of the outbox asks for.
pub(crate) const fn delivery_of(row: &OutboxRow) -> DeliveryId {
    let ErrandId::Delivery(delivery) = row.errand;
    delivery
}

/// The handoff of a delivery that is in the outbox.
pub(crate) fn handoff_of<S: Store>(crank: &mut Crank<S>, row: &OutboxRow) -> HandoffId {
    let Aggregate::Account(account) = row.aggregate else { panic!("{row:?}") };
    let known = crank.account(account).expect("folds");
    known.account().handoff_of(delivery_of(row)).expect("of a handoff").id
}
