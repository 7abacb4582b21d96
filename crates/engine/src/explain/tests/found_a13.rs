//! An explanation comes from the facts: who, what, when and why of each.

use domain::fact::{By, Candidate, Fact, Routing, StrategyVersion};
use domain::handoff::{Actor, DeliveryState, MemberId, Owner, QueueName, State, Target};
use domain::reason::{Code, Reason};
use domain::signal::SourceName;
use domain::{DeliveryId, HandoffId, KeyId, Moment, Span};

use super::{READER, energy, told};
use crate::as_of::AsOf;
use crate::explain::{NotesShown, text, why};
use crate::names::NoNames;
use crate::stages::brief::{self, Plan, Section};
use crate::test_account::{AccountBuilder, member, strategy};

fn by_member(id: &str) -> By {
    By::Member(member(id))
}

fn assigned(handoff: HandoffId, owner: Owner, routing: Routing, by: Option<By>) -> Fact {
    Fact::OwnerAssigned { handoff, owner, routing: routing.into(), by }
}

type Says = Box<dyn Fn(HandoffId) -> Fact>;

fn by_hand() -> Routing {
    Routing { reasons: vec![Reason::new(Code::ManagerAsked)], ..Routing::default() }
}

fn moved(handoff: HandoffId, state: State, reasons: Vec<Reason>, by: Option<&str>) -> Fact {
    Fact::HandoffMoved {
        handoff,
        state,
        reasons,
        by: by.map(by_member),
        returns: None,
        chain: None,
    }
}

fn person(id: &str) -> Owner {
    Owner::Person(member(id))
}

fn owner_lines(made: &AccountBuilder, id: HandoffId) -> Vec<String> {
    let (folded, strategy) = (made.handoff(id, AsOf::Latest), strategy());
    let brief = brief::write_with(folded.get(), &strategy, Plan::default());
    brief.section(Section::Owner).map(|claim| claim.text.clone()).collect()
}

/// A later moment: what was offered at 13:38 goes on at 14:38.
fn later() -> (AccountBuilder, HandoffId) {
    let (mut made, id) = energy();
    made.now = made.now + Span::hours(1);
    (made, id)
}

#[test]
fn found_a13_who_assigned_it_is_told_and_not_a_rule() {
    let key = KeyId::caused_by(&[b"key"]);
    let crm = SourceName::new("crm").expect("a name");
    let ways = [
        (Actor::Person, Some(by_member("brandt")), "M. Brandt assigned it by hand"),
        (Actor::Person, Some(by_member("rita")), "rita assigned it by hand"),
        (Actor::Person, Some(By::Key(key)), &format!("the key {key} assigned it by hand")),
        (Actor::Person, Some(By::Operator), "the operator of the machine assigned it by hand"),
        (Actor::Source, Some(By::Source(crm)), "the source crm assigned it by hand"),
        (Actor::Person, None, "somebody who is not named assigned it by hand"),
        (Actor::Operator, None, "the operator of the machine assigned it by hand"),
        (Actor::Source, Some(by_member("silva")), "P. Silva assigned it by hand"),
        (Actor::Source, None, "a source assigned it by hand"),
    ];
    for (actor, by, says) in ways {
        let (mut made, id) = later();
        let facts = vec![
            assigned(id, person("silva"), by_hand(), by),
            moved(id, State::Offered, vec![], None),
        ];
        made.said_by(actor, facts);
        let told = told(&made, id);
        assert!(told.starts_with("Offered to P. Silva at 2026-11-20 14:38:00 UTC"), "{told}");
        let because = told.split("  decided").next().expect("a part");
        assert!(because.contains(&format!("because   {says}\n")), "{told}");
        for rule in ["route 4", "pool dach", "readiness row"] {
            assert!(!because.contains(rule), "{rule} gave it in {told}");
        }
        let words = told.split_whitespace().collect::<Vec<_>>().join(" ");
        let before = "before Anna Keller from 2026-11-20 13:38:00 UTC to 14:38: route 4";
        assert!(words.contains(before), "{told}");
        let lines = owner_lines(&made, id);
        assert!(lines[0].starts_with("Given to P. Silva by "), "{lines:?}");
        assert_eq!(lines.len(), 1, "{lines:?}");
    }
}

#[test]
fn found_a13_who_moved_it_is_told_with_the_moment_of_that_fact() {
    let outcome = |outcome, by: Option<&str>| {
        let by = by.map(by_member);
        move |handoff| Fact::OutcomeRecorded {
            handoff,
            outcome,
            occurred: None,
            by: by.clone(),
            note: None,
        }
    };
    let moves = |state, by: Option<&'static str>| -> Says {
        Box::new(move |handoff| moved(handoff, state, vec![], by))
    };
    let ways: Vec<(Says, &str)> = vec![
        (
            moves(State::Accepted, Some("anna")),
            "accepted since 2026-11-20 14:38:00 UTC, by Anna Keller",
        ),
        (
            moves(State::Accepted, None),
            "accepted since 2026-11-20 14:38:00 UTC, by somebody who is not named",
        ),
        (
            Box::new(outcome(State::Met, Some("anna"))),
            "met since 2026-11-20 14:38:00 UTC, by Anna Keller",
        ),
        (
            Box::new(outcome(State::Won, Some("crm-7"))),
            "won since 2026-11-20 14:38:00 UTC, by crm-7",
        ),
        (
            Box::new(outcome(State::Lost, Some("a@b.example"))),
            "lost since 2026-11-20 14:38:00 UTC, by somebody who is not named",
        ),
    ];
    for (fact, says) in ways {
        let (mut made, id) = later();
        made.said_by(Actor::Person, vec![fact(id)]);
        let told = told(&made, id);
        let words = told.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(&format!("state {says}")), "{says} in {told}");
        let head = "With Anna Keller since 2026-11-20 13:38:00 UTC (0.8 s after form submitted)\n";
        assert!(told.starts_with(head), "the headline is of the assignment: {told}");
        assert!(told.contains("because   route 4 \"Energy, DACH\" matched"), "{told}");
    }
}

#[test]
fn found_a13_each_owner_before_is_told_with_how_it_ended() {
    let ends = [
        (
            Actor::Person,
            State::Rejected,
            Code::BadFit,
            Some("anna"),
            "rejected by Anna Keller: Refused: not a fit at 14:38",
        ),
        (
            Actor::Clock,
            State::Expired,
            Code::AcceptOverdue,
            None,
            "expired: Nobody accepted in time at 14:38",
        ),
        (
            Actor::Clock,
            State::Expired,
            Code::ChainEnded,
            None,
            "expired: The chain on silence came to its end at 14:38",
        ),
    ];
    for (actor, state, code, by, says) in ends {
        let (mut made, id) = later();
        let mut routing = made.folded().known().handoff(id).expect("made").routing.as_ref().clone();
        routing.candidates[0].code = Code::HadIt;
        routing.candidates[3].code = Code::Chosen;
        let facts = vec![
            moved(id, state, vec![Reason::new(code)], by),
            Fact::OwnerWanted { handoff: id, round: 1, passed_over: vec![member("anna")] },
            assigned(id, person("silva"), routing, None),
            moved(id, State::Offered, vec![], None),
        ];
        made.said_by(actor, facts);
        let told = told(&made, id);
        let words = told.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(says), "{says} in {told}");
        assert!(words.contains("not Anna Keller had this lead before"), "{told}");
        assert!(words.contains("because route 4 \"Energy, DACH\" matched"), "a rule chose: {told}");
        assert!(!told.contains("by hand"), "{told}");
    }
}

#[test]
fn found_a13_who_waits_was_chosen_by_nobody() {
    let away = |route: Option<u16>, last: Code| {
        let mut reasons = vec![Reason::of_rule(Code::AllAway, 3)];
        reasons.extend(route.map(|route| Reason::of_rule(last, route)));
        let candidates = ["anna", "silva"].map(|id| Candidate {
            member: member(id),
            code: Code::OutsideHours,
            figure: None,
            until: None,
        });
        Routing {
            route,
            reasons,
            pool: Some("dach".into()),
            candidates: candidates.into(),
            probability_ppm: None,
        }
    };
    let queue = || Owner::Queue(QueueName("unassigned".into()));
    let fence = || Routing { reasons: vec![Reason::new(Code::FenceFired)], ..Routing::default() };
    let ways = [
        (
            Owner::Engine,
            State::Held,
            away(None, Code::AllAway),
            Code::AllAway,
            "Held by the engine: Every member of the pool is away",
        ),
        (
            queue(),
            State::Queued,
            away(Some(4), Code::RouteMatched),
            Code::AllAway,
            "In the queue unassigned",
        ),
        (
            queue(),
            State::InReview,
            fence(),
            Code::FenceFired,
            "In review in the queue unassigned: A fence asks for a person",
        ),
        (
            Owner::Engine,
            State::Held,
            Routing {
                route: Some(1),
                reasons: vec![Reason::of_rule(Code::RouteMatched, 1)],
                ..Routing::default()
            },
            Code::RouteHolds,
            "Held by the engine: The route holds the lead on purpose",
        ),
    ];
    for (owner, state, routing, code, says) in ways {
        let (mut made, id) = later();
        let asked = routing.pool.is_some();
        let reasons = if state == State::Queued { vec![] } else { vec![Reason::new(code)] };
        made.say(vec![assigned(id, owner, routing, None), moved(id, state, reasons, None)]);
        let lines = owner_lines(&made, id);
        assert_eq!(lines[0], says);
        assert!(!lines.iter().any(|line| line.starts_with("Chosen in")), "{lines:?}");
        let told = told(&made, id);
        let now = told.split("  before").next().expect("a part");
        assert_eq!(
            now.contains("pool dach, in turn by weight: nobody was chosen"),
            asked,
            "{told}"
        );
        assert!(!now.contains("owed") && !now.contains("it would have been"), "{told}");
    }
}

#[test]
fn found_a13_a_tie_is_told_once_and_in_the_same_words() {
    let ways = [
        (Code::TieBreak, 20, "equal to another; the draw of the strategy's seed decided"),
        (Code::Explored, 60, "drawn at random, as the strategy's exploration says"),
        (
            Code::Chosen,
            20,
            "as much as another; who is due sooner comes first, then who was served longest ago",
        ),
    ];
    for (code, figure, says) in ways {
        let (mut made, id) = energy();
        let mut routing = made.folded().known().handoff(id).expect("made").routing.as_ref().clone();
        routing.candidates[0].code = code;
        routing.candidates[0].figure = Some(figure);
        made.say(vec![assigned(id, person("anna"), routing, None)]);
        let told = told(&made, id);
        let words = told.split_whitespace().collect::<Vec<_>>().join(" ");
        let now = words.split(" before Anna").next().expect("a part");
        assert_eq!(now.matches(says).count(), 1, "{told}");
        let other =
            ["order of turns", "it was drawn", "the draw of", "drawn at random", "as much as"];
        let others: usize = other.iter().map(|one| now.matches(one).count()).sum();
        assert_eq!(others, 1, "told in one way: {told}");
        assert!(owner_lines(&made, id).iter().any(|line| line.ends_with(says)));
    }
}

#[test]
fn found_a13_what_was_unknown_is_named() {
    let (mut made, id) = later();
    let routing = Routing {
        route: Some(4),
        reasons: vec![
            Reason::of_rule(Code::RouteUnknown, 0),
            Reason::of_rule(Code::RouteUnmatched, 1),
            Reason::of_rule(Code::RouteUnknown, 2),
            Reason::of_rule(Code::RouteMatched, 4),
        ],
        ..Routing::default()
    };
    let queue = Owner::Queue(QueueName("unassigned".into()));
    made.say(vec![assigned(id, queue, routing, None), moved(id, State::Queued, vec![], None)]);
    let told = told(&made, id);
    for line in [
        "route 1 \"Owned\" asked for something unknown: owned unknown\n",
        "route 2 \"Big\" did not match\n",
        "route 3 \"Customer\" asked for something unknown: stage unknown\n",
    ] {
        assert!(told.contains(line), "{line} in {told}");
    }
    let history = made.history(id, AsOf::Latest);
    let strategy = strategy();
    let json =
        serde_json::to_value(why(&history, &strategy, &READER, NotesShown::LeftOut)).expect("JSON");
    assert_eq!(json["earlier"][0]["looked_at"][0], "owned unknown");
}

#[test]
fn found_a13_a_fact_is_named_by_the_strategy_that_it_was_said_under() {
    let other = StrategyVersion([9; 16]);
    let (mut made, id) = later();
    let mut routing = made.folded().known().handoff(id).expect("made").routing.as_ref().clone();
    routing.candidates[0].code = Code::HadIt;
    routing.candidates[3].code = Code::Chosen;
    made.said_under(
        other,
        vec![assigned(id, person("silva"), routing, None), moved(id, State::Offered, vec![], None)],
    );
    let told = told(&made, id);
    let now = told.split("  before").next().expect("a part");
    assert!(now.contains("because   route 4 matched\n"), "names of another version: {told}");
    assert!(!now.contains("\"Energy, DACH\""), "{told}");
    let words = told.split_whitespace().collect::<Vec<_>>().join(" ");
    let before =
        "before Anna Keller from 2026-11-20 13:38:00 UTC to 14:38: route 4 \"Energy, DACH\"";
    assert!(words.contains(before), "{told}");
    assert!(told.contains("(not kept: places stand for names)"), "{told}");
    let lines = owner_lines(&made, id);
    assert_eq!(lines[..2], ["Given to silva", "Route 4 matched"]);
    let history = made.history(id, AsOf::Latest);
    let nameless = text(&why(&history, &NoNames, &READER, NotesShown::LeftOut));
    assert!(nameless.starts_with("Offered to silva at"), "{nameless}");
}

#[test]
fn found_a13_what_time_and_destinations_did_is_told_from_its_own_fact() {
    let delivery = DeliveryId::caused_by(&[b"one"]);
    let (mut made, id) = energy();
    let queued = Fact::DeliveryQueued {
        delivery,
        handoff: id,
        step: 0,
        destination: "crm".into(),
        undoes: None,
        body: None,
        undo: None,
        mac: None,
        notice: None,
        not_before: None,
    };
    made.say(vec![queued]);
    made.now = made.now + Span::minutes(94);
    let accept = Target::Accept;
    let facts = vec![
        Fact::SlaWarned { handoff: id, target: accept, generation: 0 },
        Fact::SlaBreached { handoff: id, target: accept, generation: 0 },
        Fact::Escalated {
            handoff: id,
            step: 1,
            told: Some(MemberId("brandt".into())),
            generation: 0,
            next: None,
            target: None,
        },
        Fact::Escalated {
            handoff: id,
            step: crate::state::QUEUE_OVERDUE,
            told: Some(MemberId("anna".into())),
            generation: 0,
            next: None,
            target: None,
        },
    ];
    made.said_by(Actor::Clock, facts);
    let failed = Fact::DeliveryMoved {
        delivery,
        state: DeliveryState::Failed,
        attempt: 8,
        code: Some(Code::AttemptsUsedUp),
        again: None,
        status: Some(503),
    };
    let faulted =
        moved(id, State::Faulted, vec![Reason::of_rule(Code::DestinationRefused, 0)], None);
    made.said_by(Actor::Destination, vec![failed, faulted]);
    let touched = Fact::Touched { handoff: id, by: Some(by_member("silva")) };
    let debriefed = Fact::Debriefed {
        handoff: id,
        right: Some(false),
        complaints: 2,
        by: Some(by_member("anna")),
        note: None,
    };
    made.said_by(Actor::Person, vec![touched, debriefed]);
    let told = told(&made, id);
    let words = told.split_whitespace().collect::<Vec<_>>().join(" ");
    for says in [
        "15:12:00: the time to accept runs out, due 2026-11-20 15:12 UTC",
        "15:12:00: the time to accept was missed, due 2026-11-20 15:12 UTC",
        "15:12:00: step 2 of the chain on silence: tell the manager, M. Brandt",
        "15:12:00: the queue's time ran out; Anna Keller answers for it",
        "delivery step 1 to crm: failed at attempt 8: All attempts failed, status 503",
        "15:12:00: first touch by P. Silva",
        "15:12:00: debrief by Anna Keller: not right, 2 complaints",
    ] {
        assert!(words.contains(says), "{says} in {told}");
    }
}

#[test]
fn found_a13_the_erased_and_the_present_are_told_apart() {
    let (mut made, id) = later();
    let erased = Fact::PersonErased {
        person: AccountBuilder::person("luis"),
        nodes: vec![AccountBuilder::node("luis")],
        entries: Vec::new(),
        by: By::Operator,
    };
    made.say_of("luis", erased);
    made.say(vec![moved(id, State::Withdrawn, vec![Reason::new(Code::Erased)], None)]);
    let told = told(&made, id);
    assert!(
        told.contains("state     withdrawn since 2026-11-20 14:38:00 UTC: The person was erased\n"),
        "{told}"
    );
    assert!(told.contains("the person was erased; what they did and said is not known any more"));
    assert!(told.contains("With Anna Keller since 2026-11-20 13:38:00 UTC\n"), "{told}");
}

/// Every state, however it was reached: the state, its moment and whoever did it stand in text and
/// JSON, and no rule or person is named that the fact does not name.
#[test]
fn found_a13_every_state_and_every_way_there() {
    let actors = [
        Actor::Engine,
        Actor::Source,
        Actor::Person,
        Actor::Operator,
        Actor::Destination,
        Actor::Clock,
    ];
    let strategy = strategy();
    for state in State::ALL.iter().copied() {
        for actor in actors {
            for by in [None, Some("silva")] {
                let (mut made, id) = later();
                made.said_by(actor, vec![moved(id, state, vec![Reason::new(Code::NotNow)], by)]);
                let history = made.history(id, AsOf::Latest);
                let why = why(&history, &strategy, &READER, NotesShown::LeftOut);
                let somebody = matches!(actor, Actor::Person | Actor::Operator | Actor::Source);
                let deed = matches!(state, State::Accepted | State::Rejected | State::Recycled);
                let who = why.state_by.as_ref().map(ToString::to_string);
                match by {
                    Some(_) => assert_eq!(who.as_deref(), Some("P. Silva"), "{state} by {actor}"),
                    None => assert_eq!(who.is_some(), somebody && deed, "{state} by {actor}"),
                }
                assert_eq!(why.state, state);
                let told = text(&why);
                assert!(told.lines().all(|line| line.chars().count() <= 100), "{told}");
                let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
                if state != State::Offered {
                    let since: Moment = made.now;
                    assert_eq!(why.since, since);
                    let line = format!(
                        "state {} since 2026-11-20 14:38:00 UTC",
                        state.as_str().replace('-', " ")
                    );
                    assert!(told.contains(&line), "{line} in {told}");
                    assert!(told.contains("Refused: not now"), "{told}");
                }
            }
        }
    }
}
