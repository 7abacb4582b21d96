use domain::fact::{Fact, ScoreGroup};
use domain::{HandoffId, Span, Value};
use rules::destinations::Part;
use serde_json::Value as Json;

use super::*;
use crate::as_of::AsOf;
use crate::names::NoNames;
use crate::state::TOUCHES_MAX;
use crate::test_account::{self, AccountBuilder};

fn story() -> (AccountBuilder, HandoffId) {
    let mut made = AccountBuilder::new();
    for (at, path) in ["/", "/pricing", "/docs"].into_iter().enumerate() {
        let fields = [("path", path.into()), ("campaign", "autumn".into())];
        made.did("karin", Span::hours(10 - at as i64), "page.viewed", &fields);
    }
    made.did("mei", Span::hours(2), "note.added", &[("text", "met at the fair".into())]);
    made.did("mei", Span::hours(1), "opportunity.opened", &[("amount", Value::Integer(5))]);
    let asked = made.did(
        "luis",
        Span::ZERO,
        "form.submitted",
        &[
            ("asset", "guide".into()),
            ("person.email", "luis@nordwind.example".into()),
            ("account.name", "Nordwind".into()),
            ("account.domain", "nordwind.example".into()),
            ("consent.email", true.into()),
        ],
    );
    let parts = vec![
        (ScoreGroup::Fit, 0, 2_010, vec![asked]),
        (ScoreGroup::Engagement, 0, 2_405, vec![asked]),
        (ScoreGroup::Engagement, 1, -30, vec![asked]),
    ];
    let handoff = made.handed_off("luis", asked, parts);
    (made, handoff)
}

fn json(made: &AccountBuilder, page: Page, reader: &Reader<'_>) -> Json {
    serde_json::to_value(account(&made.as_of(None), page, reader)).expect("JSON")
}

#[test]
fn an_account_lists_what_is_known_and_from_where() {
    let (made, handoff) = story();
    let seen = json(&made, Page::default(), &Reader::with_personal("rep"));
    assert_eq!(seen["name"], "Nordwind");
    assert_eq!(seen["domain"], "nordwind.example");
    let name = &seen["fields"]["name"];
    assert_eq!((&name["source"], &name["source_id"]), (&"web".into(), &"m-5".into()));
    assert_eq!(name["transform"], "none");
    assert_eq!(name["contract"]["place"], 0);
    assert_eq!(seen["people"].as_array().expect("people").len(), 3);
    assert_eq!(seen["touches"], 6);
    assert_eq!(seen["touchpoints"][0]["source_id"], "m-5");
    assert_eq!(seen["campaigns"][0]["name"], "autumn");
    assert_eq!(seen["campaigns"][0]["touches"], 3);
    assert_eq!(seen["assets"][0]["name"], "guide");
    assert_eq!(seen["opportunities"][0]["kind"], "opportunity.opened");
    assert_eq!(seen["notes"][0]["fields"]["text"], "met at the fair");
    assert_eq!(seen["consents"][0]["given"], true);
    assert_eq!(seen["handoffs"][0]["id"], handoff.to_string());
    assert_eq!(seen["decisions"][0]["action"], "hand-off");
}

#[test]
fn touchpoints_come_in_pages_without_gap_or_double() {
    let (made, _) = story();
    let reader = Reader::with_personal("rep");
    let folded = made.as_of(None);
    let (mut after, mut ids) = (None, Vec::new());
    loop {
        let page = account(&folded, Page { limit: Some(4), after }, &reader);
        ids.extend(page.touchpoints.iter().map(|touch| touch.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let mut newest_first = made.signals.clone();
    newest_first
        .sort_by_key(|id| std::cmp::Reverse(made.signals.iter().position(|known| known == id)));
    assert_eq!(ids, newest_first);
    let unknown = Page { limit: None, after: Some(domain::SignalId::caused_by(&[b"?"])) };
    assert!(account(&folded, unknown, &reader).touchpoints.is_empty());
}

/// A robot's account: of 1,100 touches the newest 1,000 are held.
fn robot() -> (AccountBuilder, HandoffId) {
    let mut made = AccountBuilder::new();
    let first = [("person.title", "Robot".into()), ("path", "/first".into())];
    made.did("robot", Span::minutes(2_000), "page.viewed", &first);
    for at in 0..1_098 {
        let kind = if at % 2 == 0 { "page.viewed" } else { "email.opened" };
        made.did("robot", Span::minutes(1_500 - at), kind, &[]);
    }
    let asked = made.did("robot", Span::ZERO, "form.submitted", &[]);
    let handoff = made.handed_off("robot", asked, Vec::new());
    (made, handoff)
}

#[test]
fn found_h4_a_node_holds_its_newest_touches_and_counts_all() {
    let (made, _) = robot();
    let known = made.as_of(None);
    let node = known.account().node(AccountBuilder::node("robot")).expect("it is there");
    assert_eq!((node.touchpoints.len(), node.touches()), (TOUCHES_MAX, 1_100));
    let counts: Vec<u64> = node.counts.values().copied().collect();
    assert_eq!(counts, [549, 1, 550], "email.opened, form.submitted, page.viewed");
    // What a field came from is held all the same, and nothing else that is older.
    assert_eq!(node.sources.keys().copied().collect::<Vec<_>>(), [made.signals[0]]);
    let view = json(&made, Page::default(), &Reader::with_personal(""));
    assert_eq!(view["people"][0]["fields"]["title"]["source_id"], "m-0");
    assert_eq!((&view["touches"], &view["older"]), (&1_100.into(), &100.into()));
    assert_eq!(view["kinds"]["page.viewed"], 550);
}

#[test]
fn found_h4_touches_that_are_not_held_are_paged_from_the_journal() {
    let (made, _) = robot();
    let mut page = Page { limit: Some(150), after: None };
    let mut seen = Vec::new();
    let mut read_again = 0;
    loop {
        let mut known = made.as_of(None);
        if reaches_older(&known, page) {
            known = known.with_older(&made).expect("nothing fails");
            read_again += 1;
        }
        let shown = account(&known, page, &Reader::with_personal(""));
        seen.extend(shown.touchpoints.iter().map(|touch| touch.id));
        page.after = shown.next;
        if page.after.is_none() {
            break;
        }
    }
    let newest_first: Vec<_> = made.signals.iter().rev().copied().collect();
    assert_eq!(seen, newest_first);
    assert_eq!(read_again, 2, "only for the pages that reach them");
}

#[test]
fn found_h4_an_explanation_says_that_there_were_more_touches() {
    let (made, handoff) = robot();
    let history = made.history(handoff, AsOf::Latest);
    let why = crate::explain::why(
        &history,
        &NoNames,
        &Reader::with_personal(""),
        crate::explain::NotesShown::LeftOut,
    );
    let touches = why.touches.expect("there were more");
    assert_eq!((touches.looked_at, touches.of), (1_000, 1_100));
    let text = crate::explain::text(&why);
    assert!(text.contains("the newest 1000 of 1100 touches"), "{text}");
    let (made, handoff) = story();
    let history = made.history(handoff, AsOf::Latest);
    let why = crate::explain::why(
        &history,
        &NoNames,
        &Reader::with_personal(""),
        crate::explain::NotesShown::LeftOut,
    );
    assert_eq!(why.touches, None);
}

#[test]
fn personal_data_is_redacted_for_a_reader_without_purpose() {
    let (made, _) = story();
    let seen = json(&made, Page::default(), &Reader::without_personal("auditor")).to_string();
    for personal in ["luis@nordwind", "met at the fair", "m-5", "/pricing", "guide"] {
        assert!(!seen.contains(personal), "{personal} in {seen}");
    }
    assert!(seen.contains("redacted") && seen.contains("Nordwind"));
}

#[test]
fn the_erased_read_erased() {
    let (mut made, _) = story();
    let erased = Fact::PersonErased {
        person: AccountBuilder::person("luis"),
        nodes: vec![AccountBuilder::node("luis")],
        entries: Vec::new(),
        by: domain::fact::By::Operator,
    };
    made.say_of("luis", erased);
    let seen = json(&made, Page::default(), &Reader::with_personal("rep"));
    let people = seen["people"].as_array().expect("people");
    let luis = people.iter().find(|person| person["erased"] == true).expect("one is erased");
    assert_eq!(luis["nodes"][0]["state"], "erased");
    assert!(!seen.to_string().contains("luis@"), "{seen}");
}

#[test]
fn the_same_context_reads_the_same_byte_for_byte() {
    let (made, _) = story();
    let reader = Reader::with_personal("rep");
    let bytes = || {
        serde_json::to_string(&account(&made.as_of(None), Page::default(), &reader)).expect("JSON")
    };
    assert_eq!(bytes(), bytes());
}

#[test]
fn a_handoff_reads_as_the_interface_says() {
    let (made, id) = story();
    let folded = made.handoff(id, AsOf::Latest);
    let known = folded.get();
    let seen = serde_json::to_value(handoff(known, &NoNames)).expect("JSON");
    for key in [
        "id",
        "version",
        "kind",
        "state",
        "account",
        "person",
        "owner",
        "accept_by",
        "opened",
        "pool",
        "targets",
        "score",
        "decision",
        "deliveries",
        "correlation",
        "run",
    ] {
        assert!(seen.get(key).is_some(), "{key}");
    }
    assert_eq!(seen["owner"], serde_json::json!({ "kind": "person", "id": "anna" }));
    assert_eq!(seen["accept_by"], "2026-11-20T15:12:00.000000Z");
    assert_eq!(seen["state"], "offered");
    assert_eq!(seen["pool"], "dach");
    let target = serde_json::json!({
        "name": "accept", "due": "2026-11-20T15:12:00.000000Z", "warned": false, "breached": false,
        "met": null, "runs": true
    });
    assert_eq!(seen["targets"], serde_json::json!([target]));
    assert_eq!(seen["correlation"], known.handoff().signal.to_string());
    for key in ["action", "route", "reasons", "strategy", "engine", "known_as_of"] {
        assert!(seen["decision"].get(key).is_some(), "{key}");
    }
}

#[test]
fn points_are_decimals_that_add_up() {
    let (made, id) = story();
    let folded = made.handoff(id, AsOf::Latest);
    let text = serde_json::to_string(&handoff(folded.get(), &NoNames)).expect("JSON");
    assert!(text.contains("\"total\":43.85,\"fit\":20.1,\"engagement\":23.75"), "{text}");
    for hundredths in -100_000..100_000 {
        let shown = serde_json::to_string(&Points(hundredths)).expect("a number");
        let (whole, part) = shown.split_once('.').expect("a point");
        assert!(part.len() <= 2, "{shown}");
        let read = format!("{whole}{part:0<2}").parse::<i32>().expect("digits");
        assert_eq!(read, hundredths, "{shown}");
    }
}

#[test]
fn a_delivery_holds_its_id_its_step_its_handoff_and_what_the_step_sends() {
    let (made, id) = story();
    let (folded, strategy) = (made.handoff(id, AsOf::Latest), crate::test_account::strategy());
    let known = folded.get();
    let delivery = domain::DeliveryId::caused_by(&[b"one"]);
    let step = test_account::step("tell the CRM", vec![Part::Handoff, Part::Brief]);
    let body = || {
        let draft = crate::stages::brief::draft(known, &strategy);
        delivery_body(known, &strategy, delivery, (&step, None), Some(&draft))
    };
    // So that a file of lines can be searched for it.
    assert!(body().starts_with(format!("{{\"delivery\":\"{delivery}\"").as_bytes()));
    let seen: Json = serde_json::from_slice(&body()).expect("JSON");
    assert_eq!(seen["delivery"], delivery.to_string());
    assert_eq!(seen["step"], "tell the CRM");
    assert_eq!(seen["handoff"], id.to_string());
    assert_eq!(seen["sends"]["handoff"]["id"], id.to_string());
    let claims = seen["sends"]["brief"]["claims"].as_array().expect("claims");
    let mail = claims.iter().find(|claim| claim["text"] == "Email: “luis@nordwind.example”");
    let evidence = &mail.expect("the address")["evidence"][0];
    assert_eq!(evidence["source_id"], "m-5");
    assert_eq!(evidence["field"], "person.email");
    assert_eq!(body(), body(), "the same bytes at each attempt");
    assert_eq!(seen["occasion"], "offered");
    assert_eq!(seen["person"], known.person().to_string());
    assert_eq!(seen["account"], known.held_by().to_string());
    assert!(seen.get("message").is_none(), "it tells nobody");
    let step = test_account::step("archive", Vec::new());
    let bare = delivery_body(known, &strategy, delivery, (&step, None), None);
    let bare: Json = serde_json::from_slice(&bare).expect("JSON");
    assert_eq!(bare["sends"], serde_json::json!({}));
}

#[test]
fn a_compensation_names_what_it_takes_back() {
    let (_, id) = story();
    let (one, two) =
        (domain::DeliveryId::caused_by(&[b"one"]), domain::DeliveryId::caused_by(&[b"two"]));
    let body = undo_body(id, two, one, "tell the CRM", "withdrawn");
    let seen: Json = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(seen["undoes"], one.to_string());
    assert_eq!(seen["undo"], "withdrawn");
    assert_eq!(seen["delivery"], two.to_string());
}

#[test]
fn what_is_sent_is_the_brief_as_it_is_shown() {
    let (mut made, _) = story();
    let asked = made.did(
        "luis",
        Span::ZERO,
        "form.submitted",
        &[("message", "\"quoted\" \\ back\nline — ümlaut".into()), ("ti\"me", "x".into())],
    );
    let handoff = made.handed_off("luis", asked, vec![(ScoreGroup::Fit, 0, 100, vec![asked])]);
    let folded = made.handoff(handoff, AsOf::Latest);
    let names = NoNames;
    let plan = crate::stages::brief::Plan {
        steps: vec![crate::stages::brief::Step {
            text: "Call \"them\"".into(),
            when: Some("soon".into()),
            evidence: vec![asked],
        }],
        assets: vec![crate::stages::brief::Asset { name: "guide".into(), evidence: Vec::new() }],
        ..crate::stages::brief::Plan::default()
    };
    let strategy = crate::test_account::strategy();
    let draft = crate::stages::brief::draft(folded.get(), &strategy).with_plan(plan.clone());
    let brief = crate::stages::brief::draft(folded.get(), &strategy).with_plan(plan).brief(&names);
    for reader in [Reader::with_personal("rep"), Reader::without_personal("revops")] {
        let mut sent = Vec::new();
        super::written::write(&draft, &names, &reader, &mut sent);
        let shown = serde_json::to_string(&super::brief(&brief, &reader)).expect("JSON");
        assert_eq!(String::from_utf8(sent).expect("text"), shown);
    }
}
