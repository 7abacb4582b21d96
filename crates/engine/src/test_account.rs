//! Contexts made for tests, in words of the domain.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, OnceLock};

use domain::fact::{
    Aggregate, Candidate, Contribution, Entry, Fact, Header, Match, Routing, SCHEMA, Score,
    ScoreGroup, StrategyVersion, Verdict,
};
use domain::handoff::{Action, Actor, Autonomy, MemberId, Owner, Seam, State, Target};
use domain::reason::{Code, Reason};
use domain::signal::{Content, Identifier, IdentifierKind, SourceName};
use domain::{AccountId, HandoffId, Moment, NodeId, PersonId, SignalId, Span, Value};

use rules::Strategy;
use rules::destinations::{Part, Step};

use crate::as_of::{AccountAsOf, AsOf, FoldedHandoff, HandoffHistory, Journal, PositionedEntry};
use crate::state::{Base, Folded};

/// 2026-11-20 13:38:00 UTC, a Friday.
pub(crate) const NOON: Moment = Moment::from_seconds(1_795_181_880);

/// An account that is being made.
pub(crate) struct AccountBuilder {
    pub(crate) account: AccountId,
    pub(crate) now: Moment,
    pub(crate) signals: Vec<SignalId>,
    nodes: BTreeMap<NodeId, Vec<PositionedEntry>>,
    entries: Vec<PositionedEntry>,
    /// The position of the last entry.
    position: u64,
}

impl AccountBuilder {
    pub(crate) fn new() -> Self {
        Self {
            account: AccountId::caused_by(&[b"made"]),
            now: NOON,
            signals: Vec::new(),
            nodes: BTreeMap::new(),
            entries: Vec::new(),
            position: 0,
        }
    }

    fn place(&mut self, entry: Entry) -> PositionedEntry {
        self.position += 1;
        PositionedEntry { position: self.position, entry, damaged: false }
    }

    pub(crate) fn person(who: &str) -> PersonId {
        PersonId::caused_by(&[who.as_bytes()])
    }

    pub(crate) fn node(who: &str) -> NodeId {
        NodeId::caused_by(&[who.as_bytes()])
    }

    /// Somebody does something so long before now; we know at once.
    pub(crate) fn did(
        &mut self,
        who: &str,
        ago: Span,
        kind: &str,
        fields: &[(&str, Value)],
    ) -> SignalId {
        self.signalled(who, ago, kind, fields, None)
    }

    /// The same, and nobody vouches for what it says.
    pub(crate) fn claimed(
        &mut self,
        who: &str,
        ago: Span,
        kind: &str,
        fields: &[(&str, Value)],
    ) -> SignalId {
        self.signalled(who, ago, kind, fields, Some(false))
    }

    fn signalled(
        &mut self,
        who: &str,
        ago: Span,
        kind: &str,
        fields: &[(&str, Value)],
        vouched: Option<bool>,
    ) -> SignalId {
        let number = self.signals.len();
        let signal = SignalId::caused_by(&[&number.to_be_bytes()]);
        let (node, person, moment) = (Self::node(who), Self::person(who), self.now - ago);
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        let content = Content {
            kind: kind.into(),
            origin: "made".into(),
            source_id: format!("m-{number}").into(),
            occurred: Some(moment),
            subject: vec![Identifier {
                kind: IdentifierKind::ExternalId,
                value: who.into(),
                verified: true,
            }],
            fields: fields.collect(),
            vouched,
        };
        if !self.nodes.contains_key(&node) {
            let joined = Fact::NodeJoined { node, person, verified: true, company: None };
            self.say(vec![joined]);
        }
        let facts = vec![
            Fact::SignalArrived {
                signal,
                source: SourceName::new("web").expect("a name"),
                occurred: Some(moment),
                import: None,
                lead: Some(true),
                again: None,
                content: Some(Box::new(content)),
            },
            Fact::SubjectResolved {
                signal,
                person: Some(person),
                account: self.account,
                found: Match::Exact,
                confidence: 100,
                reasons: Vec::new(),
                anchored: None,
                named: None,
                shared: None,
                withheld: None,
                as_of: None,
            },
            Fact::CheckpointReached {
                seam: Seam::Signal,
                signal,
                handoff: None,
                contract: Some(0),
                verdict: Verdict::Passed,
                findings: Vec::new(),
                repaired: None,
            },
        ];
        let header = Self::header(Aggregate::Node(node), moment);
        let placed = self.place(Entry { header, facts });
        self.nodes.entry(node).or_default().push(placed);
        self.signals.push(signal);
        signal
    }

    /// A person is handed off at a signal, with this score, found by this route and pool.
    pub(crate) fn handed_off(
        &mut self,
        who: &str,
        signal: SignalId,
        parts: Vec<(ScoreGroup, u16, i32, Vec<SignalId>)>,
    ) -> HandoffId {
        let (person, node) = (Self::person(who), Self::node(who));
        let handoff = HandoffId::caused_by(&[signal.bytes(), person.bytes()]);
        let score = Arc::new(score(parts));
        let reasons = vec![Reason::of_rule(Code::RowMatched, 0)];
        let kind = "marketing-to-sales".to_owned();
        let begins = vec![
            Fact::LeadScored { signal, person: Some(person), score },
            Fact::DecisionMade {
                signal,
                person: Some(person),
                action: Action::HandOff,
                kind: Some(kind.clone()),
                sla: Some("hot".into()),
                reasons,
                autonomy: Autonomy::Automatic,
                trace: Vec::new(),
                handoff: Some(handoff),
                as_of: None,
            },
            Fact::HandoffProposed { handoff, person, node, kind, sla: Some("hot".into()), signal },
            Fact::OwnerAssigned {
                handoff,
                owner: Owner::Person(member("anna")),
                routing: routing().into(),
                by: None,
            },
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
                from: self.now,
                warn: None,
                due: self.now + Span::minutes(94),
                generation: 0,
                chain: None,
            },
        ];
        self.say(begins);
        handoff
    }

    /// Says facts of the account at this moment.
    pub(crate) fn say(&mut self, facts: Vec<Fact>) {
        let header = Self::header(Aggregate::Account(self.account), self.now);
        let placed = self.place(Entry { header, facts });
        self.entries.push(placed);
    }

    /// Says facts of the account at this moment, as in a turn that somebody began.
    pub(crate) fn said_by(&mut self, actor: Actor, facts: Vec<Fact>) {
        let header = Self::header(Aggregate::Account(self.account), self.now);
        let placed = self.place(Entry { header: Header { actor, ..header }, facts });
        self.entries.push(placed);
    }

    /// Says facts of the account at this moment under another strategy.
    pub(crate) fn said_under(&mut self, strategy: StrategyVersion, facts: Vec<Fact>) {
        let header = Self::header(Aggregate::Account(self.account), self.now);
        let header = Header { strategy: Some(strategy), ..header };
        let placed = self.place(Entry { header, facts });
        self.entries.push(placed);
    }

    /// Says a fact of somebody's node and of the account at this moment.
    pub(crate) fn say_of(&mut self, who: &str, fact: Fact) {
        let node = Self::node(who);
        let header = Self::header(Aggregate::Node(node), self.now);
        let placed = self.place(Entry { header, facts: vec![fact.clone()] });
        self.nodes.get_mut(&node).expect("they did something").push(placed);
        self.say(vec![fact]);
    }

    /// The same for an erasure: what they said is gone as well.
    pub(crate) fn forget(&mut self, who: &str, erased: Fact) {
        let entries = self.nodes.get_mut(&Self::node(who)).expect("they did something");
        for fact in entries.iter_mut().flat_map(|placed| &mut placed.entry.facts) {
            if let Fact::SignalArrived { content, .. } = fact {
                *content = None;
            }
        }
        self.say_of(who, erased);
    }

    /// The account as it was known at a moment.
    pub(crate) fn as_of(&self, until: Option<Moment>) -> AccountAsOf {
        AccountAsOf::fold(self, self.account, until).expect("nothing fails")
    }

    /// A handoff as it was known at a moment.
    pub(crate) fn handoff(&self, id: HandoffId, as_of: AsOf) -> FoldedHandoff {
        let folded = FoldedHandoff::fold(self, self.account, id, as_of);
        folded.expect("nothing fails").expect("it is there")
    }

    /// A handoff up to a moment, fact by fact.
    pub(crate) fn history(&self, id: HandoffId, as_of: AsOf) -> HandoffHistory {
        let folded = HandoffHistory::fold(self, self.account, id, as_of);
        folded.expect("nothing fails").expect("it is there")
    }

    fn entries_of(&self, aggregate: Aggregate) -> Vec<PositionedEntry> {
        match aggregate {
            Aggregate::Account(account) if account == self.account => self.entries.clone(),
            Aggregate::Node(node) => self.nodes.get(&node).cloned().unwrap_or_default(),
            Aggregate::Account(_)
            | Aggregate::Desk
            | Aggregate::Registry
            | Aggregate::Quarantine
            | Aggregate::Governance => Vec::new(),
        }
    }

    pub(crate) fn folded(&self) -> Folded {
        self.folded_without(None)
    }

    /// The context with one signal taken out of the journal, whatever was decided and resolved held.
    pub(crate) fn without(&self, signal: SignalId) -> Folded {
        self.folded_without(Some(signal))
    }

    fn folded_without(&self, gone: Option<SignalId>) -> Folded {
        let of_nodes = self.nodes.values().flatten();
        let placed = of_nodes.chain(&self.entries);
        let mut entries: Vec<Entry> = placed.map(|placed| placed.entry.clone()).collect();
        for entry in &mut entries {
            entry.facts.retain(|fact| gone.is_none() || taken_out(fact) != gone);
        }
        Folded::new(self.account, &entries)
    }

    fn header(aggregate: Aggregate, moment: Moment) -> Header {
        Header {
            schema: SCHEMA,
            aggregate,
            moment,
            actor: Actor::Engine,
            correlation: None,
            strategy: Some(version()),
            engine: Some(crate::VERSION),
        }
    }
}

impl Journal for AccountBuilder {
    type Error = Infallible;

    fn base(&self, _: AccountId, _: u64, _: Option<Moment>) -> Result<Option<Base>, Infallible> {
        Ok(None)
    }

    fn entries(
        &self,
        aggregate: Aggregate,
        after: u64,
        until: Option<Moment>,
    ) -> Result<Vec<PositionedEntry>, Infallible> {
        let mut placed = self.entries_of(aggregate);
        placed.retain(|placed| until.is_none_or(|until| placed.entry.header.moment <= until));
        placed.retain(|placed| placed.position > after);
        Ok(placed)
    }

    fn newest(&self, _: Aggregate, _: u64, _: usize) -> Result<Vec<PositionedEntry>, Infallible> {
        unreachable!("nothing is asked for before a snapshot, and there is none")
    }

    fn entries_of_handoff(
        &self,
        account: AccountId,
        _: HandoffId,
    ) -> Result<Vec<PositionedEntry>, Infallible> {
        Ok(self.entries_of(Aggregate::Account(account)))
    }
}

/// The signal that goes with this fact when it is taken out.
fn taken_out(fact: &Fact) -> Option<SignalId> {
    if let Fact::SignalArrived { signal, .. } | Fact::CheckpointReached { signal, .. } = fact {
        Some(*signal)
    } else {
        None
    }
}

pub(crate) fn member(id: &str) -> MemberId {
    MemberId(id.into())
}

fn score(parts: Vec<(ScoreGroup, u16, i32, Vec<SignalId>)>) -> Score {
    let contributions: Vec<Contribution> = parts
        .into_iter()
        .map(|(group, rule, points, evidence)| Contribution {
            group,
            rule: Some(rule),
            points,
            evidence,
        })
        .collect();
    let sum = |wanted: ScoreGroup| {
        let of = contributions.iter().filter(|part| part.group == wanted);
        of.map(|part| part.points).sum()
    };
    let (fit, engagement) = (sum(ScoreGroup::Fit), sum(ScoreGroup::Engagement));
    Score { fit, engagement, contributions }
}

fn routing() -> Routing {
    let candidate = |id: &str, code: Code, figure: Option<i64>, until: Option<Moment>| Candidate {
        member: member(id),
        code,
        figure,
        until,
    };
    Routing {
        route: Some(3),
        reasons: vec![
            Reason::of_rule(Code::RouteUnmatched, 0),
            Reason::of_rule(Code::RouteUnmatched, 1),
            Reason::of_rule(Code::RouteUnmatched, 2),
            Reason::of_rule(Code::RouteMatched, 3),
        ],
        pool: Some("dach".into()),
        candidates: vec![
            candidate("anna", Code::Chosen, Some(60), None),
            candidate("brandt", Code::OnLeave, None, Some(NOON + Span::days(2) + Span::hours(19))),
            candidate("okafor", Code::DayCap, Some(6), None),
            candidate("silva", Code::OwedLess, Some(20), None),
        ],
        probability_ppm: None,
    }
}

/// The version of [`strategy`].
pub(crate) fn version() -> StrategyVersion {
    static VERSION: OnceLock<StrategyVersion> = OnceLock::new();
    *VERSION.get_or_init(|| strategy().version)
}

/// A small strategy: four routes of which the last finds a pool, and a playbook for energy.
pub(crate) fn strategy() -> Strategy {
    strategy_with(None)
}

/// The same with one file more.
pub(crate) fn strategy_with(more: Option<(&'static str, &str)>) -> Strategy {
    let files = [
        ("strategy.yaml", "strategy: small\nseed: 7\n"),
        (
            "scoring.yaml",
            "fit:\n  points:\n    - { when: 'account.employees >= 500', points: 20, name: \"Large\" }\n\
             engagement:\n  points:\n    - { signal: page.viewed, points: 8, name: \"Pages\" }\n",
        ),
        (
            "readiness.yaml",
            "columns: { asked: 'seen(\"form.submitted\", \"1d\")' }\noutputs: [decision, kind, sla]\n\
             rows:\n  - [ true, hand off, marketing-to-sales, hot ]\n  - [ \"-\", nurture, \"-\", \"-\" ]\n",
        ),
        (
            "routing.yaml",
            "routes:\n  - { route: Owned, when: account.owned, to: { queue: unassigned } }\n  \
             - { route: Big, when: 'account.employees >= 9000', to: { queue: unassigned } }\n  \
             - { route: Customer, when: 'account.industry == \"energy\" && account.stage == \"customer\"', \
             to: { queue: unassigned } }\n  \
             - { route: 'Energy, DACH', when: 'account.industry == \"energy\" && account.country in dach', \
             to: { pool: dach } }\n  \
             - { route: all, to: { queue: unassigned } }\n\
             pools:\n  dach: { members: 'member.region == \"dach\"', method: weighted, all_away: hold, \
             all_capped: next route, offer: { then: next member } }\n\
             queues:\n  unassigned: { owner: anna, within: 2h, alarm: true }\n",
        ),
        (
            "sla.yaml",
            "hot: { calendar: owner, accept: { within: 1h, warn: 45m }, \
             on silence: [{ at: warn, do: remind }, { at: breach, do: tell manager }] }\n",
        ),
        (
            "team.csv",
            "id,name,region,calendar\nanna,Anna Keller,dach,berlin\nbrandt,M. Brandt,dach,berlin\n\
             okafor,T. Okafor,dach,berlin\nsilva,P. Silva,dach,berlin\n",
        ),
        ("calendars/berlin.yaml", "zone: Europe/Berlin\nweek: { mon-fri: [\"09:00-17:00\"] }\n"),
        ("lists/dach.csv", "country\nDE\nAT\nCH\n"),
        (
            "playbooks/energy.md",
            "---\npersona: plant manager\nsegment: 'account.industry == \"energy\"'\n\
             collect: [person.phone, account.industry]\nassets: [heat-map.pdf]\nsteps:\n  \
             - 'Call {{ person.first_name | or: \"them\" }} for {{ owner.name }}'\n  \
             - { do: Send the map, when: within 1 working day }\n---\n# Energy\n",
        ),
        (
            "brief.yaml",
            "sections: [who, why now, score, next steps]\nreaders:\n  \
             rep: { purposes: [sales] }\n  marketer: { sees: [why now, score], purposes: [] }\n\
             personal:\n  person.*: [sales]\n",
        ),
    ];
    let files = files.into_iter().chain(more);
    let files: BTreeMap<String, Vec<u8>> =
        files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).collect();
    let compiled = rules::compile(&rules::Files(files));
    compiled.strategy.unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics.list()))
}

/// A step that waits for an offer and tells nobody.
pub(crate) fn step(name: &str, send: Vec<Part>) -> Step {
    let text = format!("steps: [{{ step: {name}, to: crm-hook, when: offered, send: [handoff] }}]");
    let mut steps = strategy_with(Some(("destinations.yaml", &text))).destinations.steps;
    Step { send, ..steps.remove(0) }
}
