//! Words beside a deed: said with it, kept sealed, and read by whoever has the handoff next.

use domain::Span;
use serde_json::json;

use crate::house::{House, Reply};

const JSON: (&str, &str) = ("Content-Type", "application/json");
const REVOPS: (&str, &str) = ("Authorization", "Bearer key-revops");

fn act(house: &House, handoff: &str, verb: &str, body: &serde_json::Value) -> serde_json::Value {
    let reply = post(house, handoff, verb, &[REVOPS, JSON], &body.to_string());
    assert_eq!(reply.status, 200, "{verb} {body}: {}", reply.text());
    reply.json()
}

fn post(house: &House, handoff: &str, verb: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    house.post(&format!("/v1/handoffs/{handoff}/{verb}"), headers, body.as_bytes())
}

fn owner(house: &House, handoff: &str) -> String {
    let shown = house.get(&format!("/v1/handoffs/{handoff}")).json();
    shown["owner"]["id"].as_str().unwrap().to_owned()
}

fn read(house: &House, scope: &str, handoff: &str, what: &str) -> String {
    let reply = house.get_as(scope, &format!("/v1/handoffs/{handoff}/{what}"));
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.text().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn found_g11_a_rejection_says_why_in_words_to_whoever_is_next() {
    let house = House::open();
    let handoff = house.handoff("ada");
    let had = owner(&house, &handoff);
    let words = "moved to Lyon; ask\nfor <b>Grace</b>";
    let body = json!({"reason": "wrong-territory", "as": had, "note": words});
    let shown = act(&house, &handoff, "reject", &body);
    assert_eq!(shown["state"], "rejected", "it can be taken back yet");
    let house = house.later(Span::seconds(8));
    assert_ne!(owner(&house, &handoff), had);
    let brief = house.get(&format!("/v1/handoffs/{handoff}/brief")).json();
    let said = &brief["remarks"][0];
    assert_eq!(said["text"], "moved to Lyon; ask for <b>Grace</b>", "{brief}");
    assert_eq!(said["did"], "rejected it");
    assert_eq!(said["by"], if had == "ann" { "Ann" } else { "Bob" }, "for whom is enough here");
    let text = read(&house, "revops", &handoff, "brief?format=text");
    assert!(text.contains("rejected it on") && text.contains("“moved to Lyon; ask for"), "{text}");
    let html = read(&house, "revops", &handoff, "brief?format=html");
    assert!(html.contains("moved to Lyon") && !html.contains("<b>Grace"), "{html}");
    let why = read(&house, "revops", &handoff, "why?format=text");
    assert!(why.contains("said ") && why.contains("“moved to Lyon; ask for"), "{why}");
}

#[test]
fn found_g11_accepting_giving_away_and_debriefing_take_a_note_too() {
    let house = House::open();
    let handoff = house.handoff("ada");
    let other = if owner(&house, &handoff) == "ann" { "bob" } else { "ann" };
    let give = json!({"owner": other, "note": "speaks Polish"});
    act(&house, &handoff, "reassign", &give);
    let brief = read(&house, "revops", &handoff, "brief?format=text");
    assert!(brief.contains("gave it to somebody else") && brief.contains("“speaks Polish”"));
    act(&house, &handoff, "accept", &json!({"as": other, "note": "calls at ten"}));
    act(&house, &handoff, "debrief", &json!({"right": true, "note": "the budget was there"}));
    act(&house, &handoff, "outcome", &json!({"outcome": "met", "note": "wants a quote"}));
    let why = house.get(&format!("/v1/handoffs/{handoff}/why")).json();
    let notes: Vec<&str> =
        why["history"].as_array().unwrap().iter().filter_map(|one| one["note"].as_str()).collect();
    assert_eq!(notes, ["speaks Polish", "calls at ten", "the budget was there", "wants a quote"]);
    let now = clock_now();
    let latest = read(&house, "revops", &handoff, &format!("brief?format=text&as_of={now}"));
    for words in ["calls at ten", "the budget was there", "said met", "wants a quote"] {
        assert!(latest.contains(words), "{words}: {latest}");
    }
}

#[test]
fn found_g11_words_are_for_those_who_may_read_personal_data() {
    let house = House::open();
    // The key that works is Ann's.
    let handoff = house.handoff_of("ann", "ada");
    let words = "ada@ada-works.example left, call +49 30 901820";
    act(&house, &handoff, "reject", &json!({"reason": "bad-data", "note": words}));
    for scope in ["read", "agent", "audit", "admin"] {
        for what in ["brief", "brief?format=html", "why", "why?format=text"] {
            let told = read(&house, scope, &handoff, what);
            assert!(!told.contains("901820") && !told.contains("left, call"), "{scope} {what}");
        }
    }
    assert!(read(&house, "audit", &handoff, "why").contains("note by"), "that it is there is told");
    assert!(read(&house, "work", &handoff, "why").contains("901820"));
    let listed = house.get("/v1/handoffs").text();
    assert!(!listed.contains("901820"), "{listed}");
    let folder = house.close();
    for name in ["baton.db", "baton.db-wal"] {
        let bytes = std::fs::read(folder.path().join("data").join(name)).unwrap_or_default();
        assert!(!bytes.windows(6).any(|window| window == b"901820"), "{name}");
    }
}

#[test]
fn found_g11_a_deed_that_is_refused_keeps_no_note() {
    let house = House::open();
    let handoff = house.handoff("ada");
    let version = house.get(&format!("/v1/handoffs/{handoff}")).json()["version"].clone();
    let long = "x".repeat((64 << 10) + 1);
    for (verb, body, status) in [
        ("reject", json!({"reason": "because", "note": "kept?"}), 422),
        ("reject", json!({"reason": "bad-fit", "note": long}), 422),
        ("reject", json!({"reason": "bad-fit", "note": 7}), 422),
        ("reassign", json!({"owner": "nobody", "note": "kept?"}), 422),
        ("debrief", json!({"note": "kept?"}), 409),
    ] {
        let reply = post(&house, &handoff, verb, &[REVOPS, JSON], &body.to_string());
        assert_eq!(reply.status, status, "{verb}: {}", reply.text());
    }
    let shown = house.get(&format!("/v1/handoffs/{handoff}")).json();
    assert_eq!(shown["version"], version, "nothing changed");
    act(&house, &handoff, "reject", &json!({"reason": "other-reason", "note": "  \n"}));
    let why = house.get(&format!("/v1/handoffs/{handoff}/why")).text();
    assert!(!why.contains("note by"), "blanks are no note: {why}");
}

#[test]
fn found_g11_415_names_what_was_sent_and_what_is_expected() {
    let house = House::open();
    let handoff = house.handoff("ada");
    for (sent, says) in [
        ("text/plain", "`Content-Type` is text/plain; expected is application/json"),
        (
            "application/x-www-form-urlencoded; charset=utf-8",
            "is application/x-www-form-urlencoded;",
        ),
        ("<script>alert(1)</script>", "`Content-Type` names no type; expected is application/json"),
        ("ada@ada-works.example", "`Content-Type` names no type; expected"),
    ] {
        let headers = [REVOPS, ("Content-Type", sent)];
        let reply = post(&house, &handoff, "reject", &headers, r#"{"reason":"bad-fit"}"#);
        assert_eq!(reply.problem(415), "type-unknown");
        let detail = reply.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(says), "{detail}");
    }
    let reply = post(&house, &handoff, "reject", &[REVOPS], r#"{"reason":"bad-fit"}"#);
    assert!(reply.text().contains("`Content-Type` is missing; expected is application/json"));
    let event = [("Authorization", "Bearer key-ingest"), ("Content-Type", "text/csv")];
    let reply = house.post("/v1/signals", &event, b"{}");
    assert!(reply.text().contains("is text/csv; expected is application/cloudevents+json"));
}

fn clock_now() -> String {
    baton::runtime::clock::now().to_string()
}
