mod found_a13;
mod found_g;

use domain::fact::{Fact, Routing};
use domain::handoff::{Owner, QueueName, State};
use domain::reason::{Code, Reason};
use domain::{HandoffId, Span, Value};

use super::*;
use crate::as_of::AsOf;
use crate::test_account::{AccountBuilder, strategy, version};
use crate::view::Reader;

const READER: Reader<'_> = Reader::with_personal("rep");

fn told(made: &AccountBuilder, id: HandoffId) -> String {
    let history = made.history(id, AsOf::Latest);
    text(&why(&history, &strategy(), &READER, NotesShown::LeftOut))
}

fn energy() -> (AccountBuilder, HandoffId) {
    let mut made = AccountBuilder::new();
    let asked = made.did(
        "luis",
        Span::ms(800),
        "form.submitted",
        &[
            ("account.industry", "energy".into()),
            ("account.country", "DE".into()),
            ("account.employees", Value::Integer(2_000)),
        ],
    );
    let handoff = made.handed_off("luis", asked, Vec::new());
    (made, handoff)
}

#[test]
fn an_offer_is_explained_as_people_ask_for_it() {
    let (made, id) = energy();
    let told = told(&made, id);
    let expected = format!(
        "\
Offered to Anna Keller at 2026-11-20 13:38:00 UTC (0.8 s after form submitted), accept by 15:12
  because   route 4 \"Energy, DACH\" matched: industry = energy, country = DE
            pool dach, in turn by weight: owed 0.6, the most of 2 eligible
            readiness row matched: asked true
  not       M. Brandt   on leave until Monday 08:38
            T. Okafor   daily cap reached, 6 of 6
            P. Silva    owed 0.2
  earlier   routes 1 to 3 did not match; nearest: 3 \"Customer\", stage unknown
  it would have been P. Silva, had they been owed more than 0.40 of a lead more
strategy {}, engine {}, known as of 2026-11-20T13:38:00.000000Z
evidence: baton brief {id}
",
        version(),
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(told, expected);
}

#[test]
fn a_queue_and_a_hold_are_explained() {
    let (mut made, id) = energy();
    made.now = made.now + Span::hours(2);
    let queue = Owner::Queue(QueueName("unassigned".into()));
    let routing = Routing {
        route: Some(4),
        reasons: vec![
            Reason::of_rule(Code::RouteUnknown, 0),
            Reason::of_rule(Code::RouteUnmatched, 1),
            Reason::of_rule(Code::AllAway, 3),
            Reason::of_rule(Code::RouteMatched, 4),
        ],
        ..Routing::default()
    };
    let moved = |state: State, reasons: Vec<Reason>| Fact::HandoffMoved {
        handoff: id,
        state,
        reasons,
        by: None,
        returns: None,
        chain: None,
    };
    made.say(vec![
        Fact::OwnerAssigned { handoff: id, owner: queue, routing: routing.into(), by: None },
        moved(State::Queued, Vec::new()),
    ]);
    let queued = told(&made, id);
    assert!(queued.starts_with("In the queue unassigned at 2026-11-20 15:38:00 UTC"), "{queued}");
    for line in [
        "because   route 5 \"all\" matched\n",
        "earlier   route 1 \"Owned\" asked for something unknown: owned unknown\n",
        "route 2 \"Big\" did not match\n",
        "route 4 \"Energy, DACH\": everybody is away\n",
    ] {
        assert!(queued.contains(line), "{line} in {queued}");
    }
    let held = vec![Fact::OwnerAssigned {
        handoff: id,
        owner: Owner::Engine,
        routing: Routing::default().into(),
        by: None,
    }];
    made.say(held);
    made.say(vec![moved(State::Held, vec![Reason::new(Code::AllAway)])]);
    let held = told(&made, id);
    assert!(held.starts_with("Held by the engine at"), "{held}");
    assert!(held.contains("because   Every member of the pool is away\n"), "{held}");
}

#[test]
fn every_line_fits_and_every_code_has_words() {
    for code in Code::ALL {
        let (mut made, id) = energy();
        let mut routing = made.folded().known().handoff(id).expect("made").routing.as_ref().clone();
        routing.candidates[1].code = *code;
        routing.candidates[1].figure = Some(-7);
        let owner = Owner::Person(crate::test_account::member("anna"));
        made.say(vec![Fact::OwnerAssigned {
            handoff: id,
            owner,
            routing: routing.into(),
            by: None,
        }]);
        let told = told(&made, id);
        assert!(told.lines().all(|line| line.chars().count() <= 100), "{told}");
    }
}

#[test]
fn json_holds_each_candidate_with_the_reason() {
    let (made, id) = energy();
    let (history, strategy) = (made.history(id, AsOf::Latest), strategy());
    let told = why(&history, &strategy, &READER, NotesShown::LeftOut);
    let json = serde_json::to_value(&told).expect("JSON");
    assert_eq!(json["because"]["name"], "Energy, DACH");
    assert_eq!(json["pool"]["figure"], 60);
    assert_eq!(json["not"][1]["code"], "day-cap");
    assert_eq!(json["not"][0]["until"], "2026-11-23T08:38:00.000000Z");
    assert_eq!(json["nearest"]["looked_at"][0], "stage unknown");
}
