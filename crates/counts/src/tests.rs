//! Histories with what they have to be counted as, and random ones in which each count equals its list.

use std::collections::BTreeSet;

use domain::fact::{
    Aggregate, By, ClaimCode, Entry, Fact, Feedback, Header, Match, Routing, SCHEMA,
    StrategyVersion,
};
use domain::handoff::{Actor, MemberId, Owner, QueueName, State, Target};
use domain::reason::{Code, Reason};
use domain::signal::SourceName;
use domain::{AccountId, HandoffId, Moment, NodeId, PersonId, SignalId, Span};

use crate::{
    Change, Dimension, Duration, Filter, HandoffCounts, Measure, Part, Period, RouteNames,
};

struct ByPlace;

impl RouteNames for ByPlace {
    fn route(&self, _strategy: Option<StrategyVersion>, place: u16) -> Option<String> {
        (place == 0).then(|| "DACH".to_owned())
    }
}

/// A history that is told fact by fact.
struct History {
    counts: HandoffCounts,
    position: u64,
    now: Moment,
}

const DAY: Moment = Moment::from_seconds(1_795_046_400);

fn id(number: u8) -> HandoffId {
    HandoffId::from_bytes([number; 10])
}

fn node(number: u8) -> NodeId {
    NodeId::from_bytes([number; 10])
}

fn member(name: &str) -> MemberId {
    MemberId(name.into())
}

impl History {
    fn new() -> Self {
        Self { counts: HandoffCounts::default(), position: 0, now: DAY }
    }

    fn says(&mut self, aggregate: Aggregate, fact: Fact) -> &mut Self {
        let header = Header {
            schema: SCHEMA,
            aggregate,
            moment: self.now,
            actor: Actor::Engine,
            correlation: None,
            strategy: None,
            engine: None,
        };
        self.position += 1;
        let entry = Entry { header, facts: vec![fact] };
        self.counts.take(self.position, &entry, &ByPlace);
        self
    }

    fn of_account(&mut self, fact: Fact) -> &mut Self {
        self.says(Aggregate::Account(AccountId::from_bytes([1; 10])), fact)
    }

    fn later(&mut self, span: Span) -> &mut Self {
        self.now = self.now + span;
        self
    }

    /// A signal comes and begins a handoff two seconds later.
    fn begins(&mut self, number: u8, source: &str) -> &mut Self {
        let signal = SignalId::from_bytes([number; 10]);
        let source = SourceName::new(source).expect("a source's name");
        let arrived = Fact::SignalArrived {
            signal,
            source,
            occurred: None,
            import: None,
            lead: Some(true),
            again: None,
            content: None,
        };
        let person = PersonId::from_bytes([number; 10]);
        let resolved = Fact::SubjectResolved {
            signal,
            person: Some(person),
            account: AccountId::from_bytes([1; 10]),
            found: Match::New,
            confidence: 100,
            reasons: Vec::new(),
            anchored: None,
            named: None,
            shared: None,
            withheld: None,
            as_of: None,
        };
        let proposed = Fact::HandoffProposed {
            handoff: id(number),
            person,
            node: node(number),
            kind: "marketing-to-sales".to_owned(),
            sla: None,
            signal,
        };
        self.says(Aggregate::Node(node(number)), arrived)
            .later(Span::seconds(2))
            .says(Aggregate::Node(node(number)), resolved)
            .of_account(proposed)
    }

    fn goes_to(&mut self, number: u8, owner: Owner) -> &mut Self {
        let pool = matches!(owner, Owner::Person(_)).then(|| "de".to_owned());
        let routing = Routing { route: Some(0), pool, ..Routing::default() };
        self.of_account(Fact::OwnerAssigned {
            handoff: id(number),
            owner,
            routing: routing.into(),
            by: None,
        })
        .starts(number, Target::Accept)
    }

    fn starts(&mut self, number: u8, target: Target) -> &mut Self {
        let (from, due) = (self.now, self.now + Span::HOUR);
        self.of_account(Fact::ClockStarted {
            handoff: id(number),
            target,
            from,
            warn: None,
            due,
            generation: 0,
            chain: None,
        })
    }

    fn moves(
        &mut self,
        number: u8,
        state: State,
        reason: Option<Code>,
        by: Option<&str>,
    ) -> &mut Self {
        self.of_account(Fact::HandoffMoved {
            handoff: id(number),
            state,
            reasons: reason.map(Reason::new).into_iter().collect(),
            by: by.map(|name| By::Member(member(name))),
            returns: (state == State::Recycled).then_some(self.now + Span::days(60)),
            chain: None,
        })
    }

    fn misses(&mut self, number: u8, target: Target) -> &mut Self {
        self.of_account(Fact::SlaBreached { handoff: id(number), target, generation: 0 })
    }

    #[track_caller]
    fn check(&self, filter: &Filter, expected: &[(Measure, u64)]) {
        for (measure, count) in expected {
            assert_eq!(self.counts.count(*measure, filter, self.now), *count, "{measure:?}");
        }
    }
}

fn person(name: &str) -> Owner {
    Owner::Person(member(name))
}

/// One lead that Sam rejects and Anna takes, one that is late, one that goes to a queue.
fn three() -> History {
    let mut history = History::new();
    history.begins(1, "web").goes_to(1, person("sam")).moves(1, State::Offered, None, None);
    history.later(Span::minutes(5)).moves(1, State::Rejected, Some(Code::BadFit), Some("sam"));
    history.goes_to(1, person("ann")).moves(1, State::Offered, None, None);
    history.later(Span::minutes(5)).moves(1, State::Accepted, None, Some("ann"));
    history.starts(1, Target::FirstTouch).later(Span::minutes(20));
    history.moves(1, State::Met, None, Some("ann"));

    history.later(Span::DAY).begins(2, "crm").goes_to(2, person("sam"));
    history.moves(2, State::Offered, None, None).later(Span::hours(2));
    history.misses(2, Target::Accept).moves(2, State::Expired, Some(Code::AcceptOverdue), None);
    history.goes_to(2, person("ann")).moves(2, State::Offered, None, None).later(Span::MINUTE);
    history.moves(2, State::Accepted, None, Some("ann"));

    history.later(Span::DAY).begins(3, "web");
    history.goes_to(3, Owner::Queue(QueueName("inbox".to_owned())));
    history.moves(3, State::Queued, None, None);
    history
}

#[test]
fn a_handoff_counts_for_all_that_happened_to_it() {
    use Measure as M;
    let history = three();
    history.check(
        &Filter::default(),
        &[
            (M::Leads, 3),
            (M::Routed, 2),
            (M::Unrouted, 1),
            (M::Decided, 2),
            (M::Accepted, 2),
            (M::Rejected, 1),
            (M::Touched, 1),
            (M::Met, 1),
            (M::Won, 0),
            (M::AcceptDue, 2),
            (M::AcceptInTime, 1),
            (M::AcceptLate, 1),
            (M::TouchDue, 1),
            (M::TouchInTime, 1),
            (M::Open, 3),
            (M::Working, 2),
            (M::Waiting, 1),
            (M::BreachedOpen, 1),
        ],
    );
}

#[test]
fn what_is_narrowed_is_counted_alone() {
    let history = three();
    let names = history.counts.names();
    let with =
        |dimension, name| Filter::default().with(dimension, names.find(name).into_iter().collect());
    history.check(&with(Dimension::Source, "web"), &[(Measure::Leads, 2), (Measure::Met, 1)]);
    history.check(&with(Dimension::Member, "ann"), &[(Measure::Leads, 2)]);
    // Whoever had it before counts where they refused, and nowhere else.
    history.check(&with(Dimension::Member, "sam"), &[(Measure::Leads, 0)]);
    history.check(&with(Dimension::Route, "DACH"), &[(Measure::Leads, 3)]);
    history.check(&with(Dimension::Pool, "nowhere"), &[(Measure::Leads, 0)]);
    let sam = names.find("sam");
    let refused = Filter { refused: Some((Some(Code::BadFit), sam)), ..Filter::default() };
    history.check(&refused, &[(Measure::Leads, 1)]);
    let refused = Filter { refused: Some((Some(Code::BadData), sam)), ..Filter::default() };
    history.check(&refused, &[(Measure::Leads, 0)]);
    let first_day = Filter::opened(Period { from: DAY, to: DAY + Span::DAY });
    history.check(&first_day, &[(Measure::Leads, 1), (Measure::Accepted, 1)]);
}

#[test]
fn times_are_from_the_signal_and_add_up() {
    let history = three();
    let times = |duration| history.counts.times(duration, &Filter::default());
    assert_eq!(times(Duration::ToRoute).percentile(50), Some(Span::seconds(2)));
    let accept = times(Duration::ToAccept);
    assert_eq!((accept.count(), accept.percentile(50)), (2, Some(Span::minutes(10))));
    assert_eq!(accept.percentile(99), Some(Span::minutes(121)));
    assert_eq!(times(Duration::ToTouch).percentile(90), Some(Span::minutes(20)));
    for duration in Duration::ALL {
        let (times, filter) = (times(duration), Filter::default());
        let buckets = times.buckets(3);
        assert_eq!(buckets.iter().map(|bucket| bucket.count).sum::<u64>(), times.count() as u64);
        for bucket in buckets {
            let took = Some((duration, bucket.from, bucket.below));
            let filter = Filter { took, ..filter.clone() };
            history.check(&filter, &[(Measure::Leads, bucket.count)]);
        }
    }
}

#[test]
fn an_erased_persons_campaign_is_told_no_more_and_never_again() {
    let mut history = three();
    assert_eq!(history.counts.unread_origins(10).len(), 3);
    history.counts.tell_origin(id(1), "Autumn", "guide");
    history.counts.tell_origin(id(2), "Autumn", "");
    let autumn = history.counts.names().find("Autumn").expect("a name");
    let filter = Filter::default().with(Dimension::Campaign, vec![autumn]);
    history.check(&filter, &[(Measure::Leads, 2)]);
    let erased = Fact::PersonErased {
        person: PersonId::from_bytes([1; 10]),
        nodes: vec![node(1), node(3)],
        entries: Vec::new(),
        by: By::Operator,
    };
    history.says(Aggregate::Governance, erased);
    history.check(&filter, &[(Measure::Leads, 1)]);
    history.check(&Filter::default(), &[(Measure::Leads, 3)]);
    assert!(history.counts.unread_origins(10).is_empty());
    history.counts.tell_origin(id(1), "Autumn", "guide");
    history.check(&filter, &[(Measure::Leads, 1)]);
}

#[test]
fn signals_count_by_source_in_the_quarters_of_a_period() {
    let history = three();
    let all = history.counts.signals(Period::ALL);
    assert_eq!(all.values().sum::<u64>(), 3);
    let first = Period { from: DAY, to: DAY + Span::DAY };
    assert_eq!(history.counts.signals(first).values().sum::<u64>(), 1);
    assert!(history.counts.signals(first.before()).is_empty());
}

#[test]
fn an_entry_counts_once() {
    let mut history = three();
    let before = history.counts.group(&Filter::default(), history.now);
    history.position -= 1;
    history.begins(9, "web");
    // Its first two entries stand where others stood.
    assert_eq!(history.counts.position(), history.position);
    history.position = 0;
    history.misses(3, Target::Accept);
    assert_eq!(history.counts.count(Measure::Breached, &Filter::default(), history.now), 1);
    assert_eq!(before.of(Measure::Breached), 1);
}

#[test]
fn few_of_few_say_nothing_and_chance_is_no_change() {
    let part = |count, of| Part { count, of };
    assert_eq!(Change::between(part(9, 10), part(3, 10)), Change::TooFew);
    assert_eq!(Change::between(part(321, 403), part(275, 386)), Change::Rose);
    assert_eq!(Change::between(part(410, 651), part(417, 588)), Change::Fell);
    assert_eq!(Change::between(part(69, 88), part(70, 88)), Change::NoDifference);
    assert_eq!(Change::between(part(200, 200), part(200, 200)), Change::TooFew);
    assert_eq!(Change::between(part(0, 0), part(0, 0)), Change::TooFew);
}

/// A sequence that looks random and follows from its seed.
struct Draw(u64);

impl Draw {
    fn below(&mut self, most: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

fn random_world(seed: u64) -> History {
    let (mut draw, mut history) = (Draw(seed), History::new());
    let members = ["ann", "sam", "kim"];
    let (mut begun, sources) = (0_u8, ["web", "crm"]);
    for _ in 0..600 {
        history.later(Span::seconds(draw.below(20_000) as i64));
        if begun < 120 && draw.below(4) == 0 {
            begun += 1;
            history.begins(begun, sources[draw.below(2) as usize]);
            continue;
        }
        if begun == 0 {
            continue;
        }
        let one = draw.below(u64::from(begun)) as u8 + 1;
        let who = members[draw.below(3) as usize];
        let state = State::ALL[draw.below(State::ALL.len() as u64) as usize];
        match draw.below(6) {
            0 => history.goes_to(one, person(who)),
            1 => history.goes_to(one, Owner::Queue(QueueName("inbox".to_owned()))),
            2 => history.misses(one, Target::ALL[draw.below(3) as usize]),
            3 => history.starts(one, Target::ALL[draw.below(3) as usize]),
            4 => history.moves(one, State::Rejected, Some(Code::NotNow), Some(who)),
            _ => history.moves(one, state, Some(Code::BadFit), None),
        };
    }
    history
}

#[test]
fn each_count_is_the_length_of_its_list_in_random_worlds() {
    for seed in 1..=40 {
        let history = random_world(seed);
        let (counts, now) = (&history.counts, history.now);
        let sam = counts.names().find("sam").into_iter().collect();
        for filter in [
            Filter::default(),
            Filter::opened(Period { from: DAY + Span::DAY, to: DAY + Span::days(30) }),
            Filter::default().with(Dimension::Member, sam),
            Filter { refused: Some((Some(Code::NotNow), None)), ..Filter::default() },
        ] {
            let group = counts.group(&filter, now);
            for measure in Measure::ALL {
                let (mut listed, mut from) = (BTreeSet::new(), None);
                loop {
                    let page = counts.list(measure, &filter, now, from, 7);
                    for row in &page.rows {
                        assert!(listed.insert(row.handoff), "seed {seed}, {measure:?}: twice");
                    }
                    from = page.next;
                    if from.is_none() {
                        break;
                    }
                }
                let counted = counts.count(measure, &filter, now);
                assert_eq!(counted, listed.len() as u64, "seed {seed}, {measure:?}");
                assert_eq!(counted, group.of(measure), "seed {seed}, {measure:?}");
            }
            for dimension in Dimension::ALL {
                let groups = counts.by(dimension, &filter, now);
                for measure in Measure::ALL {
                    let sum: u64 = groups.values().map(|group| group.of(measure)).sum();
                    assert_eq!(sum, group.of(measure), "seed {seed}, {dimension:?}, {measure:?}");
                }
            }
        }
    }
}

#[test]
fn measures_have_one_word_each_and_are_read_by_it() {
    let words: BTreeSet<&str> = Measure::ALL.iter().map(|measure| measure.as_str()).collect();
    assert_eq!(words.len(), Measure::ALL.len());
    for (place, measure) in Measure::ALL.into_iter().enumerate() {
        assert_eq!(Measure::named(measure.as_str()), Some(measure));
        assert_eq!(measure.place(), place);
    }
}

impl History {
    fn says_of(&mut self, number: u8, claim: u16, feedback: Feedback, who: &str) -> &mut Self {
        let handoff = id(number);
        let (waited, mark, marked) = (None, None, None);
        let until = self.now + Span::seconds(8);
        self.of_account(Fact::UndoOffered { handoff, until, waited, mark, marked });
        let code = Some(ClaimCode::PersonField);
        let source = Some(SourceName::new("crm").expect("a source's name"));
        let by = Some(By::Member(member(who)));
        let (claim, note) = (Some(claim), None);
        self.of_account(Fact::ClaimJudged {
            handoff,
            brief: 1,
            claim,
            feedback,
            code,
            source,
            by,
            note,
        })
    }

    fn takes_back(&mut self, number: u8) -> &mut Self {
        let owner = Owner::Engine;
        let (handoff, state, by) = (id(number), State::Offered, None);
        self.of_account(Fact::DeedUndone { handoff, state, owner, by })
    }
}

#[test]
fn of_what_a_reader_says_of_a_claim_the_last_counts_and_what_was_taken_back_does_not() {
    let mut told = History::new();
    told.begins(1, "crm").begins(2, "crm");
    told.says_of(1, 3, Feedback::Right, "ann").says_of(1, 3, Feedback::Wrong, "ann");
    told.says_of(1, 3, Feedback::Right, "bob").says_of(2, 1, Feedback::Stale, "bob");
    let counted = |told: &History| {
        let claims = told.counts.claims();
        let one = claims.first().expect("a figure");
        assert_eq!((one.code, one.source.as_deref()), (Some(ClaimCode::PersonField), Some("crm")));
        (Feedback::ALL.iter().map(|said| one.of(*said)).collect::<Vec<_>>(), one.handoffs.clone())
    };
    assert_eq!(counted(&told), (vec![1, 1, 1, 0], vec![id(2), id(1)]));
    told.says_of(1, 3, Feedback::Stale, "ann").takes_back(1);
    assert_eq!(counted(&told), (vec![1, 1, 1, 0], vec![id(2), id(1)]), "wrong stands again");
    told.says_of(2, 9, Feedback::Wrong, "ann").takes_back(2).takes_back(2);
    assert_eq!(counted(&told).0, [1, 1, 1, 0], "nothing was said before it");
}
