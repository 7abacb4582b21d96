//! One thing that the program fails on holds nothing up, and people see it.

use domain::fact::Fact;
use domain::handoff::State;
use serde_json::json;

use crate::house::{EVENT, House, quote, view};

/// A figure of `/metrics`.
fn figure(house: &House, name: &str) -> u64 {
    let metrics = house.get("/metrics").text();
    let line = metrics.lines().find(|line| line.starts_with(&format!("{name} ")));
    line.unwrap().rsplit_once(' ').unwrap().1.parse().unwrap()
}

#[test]
fn a_signal_that_the_program_fails_on_is_kept_apart_and_the_others_are_decided() {
    let house = House::failing_on(|entry| {
        entry.facts.iter().any(|fact| matches!(fact, Fact::HandoffProposed { .. }))
    });
    let mut events = vec![view("v-0", "bea"), quote("ada")];
    events.extend((1..40).map(|n| view(&format!("v-{n}"), "bea")));
    let batch = ("Content-Type", "application/cloudevents-batch+json");
    let sent = house.post("/v1/signals", &[EVENT[0], batch], json!(events).to_string().as_bytes());
    assert_eq!((sent.status, sent.json()["accepted"].as_u64()), (202, Some(41)));
    house.until("the turns", |house| (figure(house, "baton_turns_total") == 41).then_some(()));
    let kept = house.get("/v1/quarantine").json();
    let entries = kept["quarantine"].as_array().or_else(|| kept["entries"].as_array()).unwrap();
    assert_eq!(entries.len(), 1, "{kept}");
    assert_eq!(entries[0]["reason"], "poison-fact", "{kept}");
    assert_eq!(figure(&house, "baton_parked_total"), 1);
    assert_eq!(figure(&house, "baton_groups_failed_total"), 0);

    let after = house.event("?wait=decision&timeout_ms=10000", &view("v-99", "bea"));
    assert_eq!(after.json()["decision"], "nurture", "{}", after.text());
}

#[test]
fn a_deed_that_the_program_fails_on_is_answered_and_the_next_is_done() {
    let house = House::failing_on(|entry| {
        entry.facts.iter().any(|fact| matches!(fact, Fact::Debriefed { .. }))
    });
    let handoff = house.handoff("ada");
    let act = |verb: &str, body: &str| {
        let headers =
            [("Authorization", "Bearer key-revops"), ("Content-Type", "application/json")];
        house.post(&format!("/v1/handoffs/{handoff}/{verb}"), &headers, body.as_bytes())
    };
    assert_eq!(act("accept", "{}").status, 200);
    assert_eq!(act("debrief", r#"{"right":true}"#).problem(503), "outcome-unknown");
    assert_eq!(figure(&house, "baton_commands_failed_total"), 1);
    assert_eq!(act("outcome", r#"{"outcome":"met"}"#).json()["state"], "met");
}

#[test]
fn found_a8_a_server_goes_on_with_its_desk_though_the_journal_cannot_be_read() {
    let house = House::failing_on(|entry| {
        entry
            .facts
            .iter()
            .any(|fact| matches!(fact, Fact::HandoffMoved { state: State::Accepted, .. }))
    });
    let first = house.handoff("ada");
    let owner = |house: &House, id: &str| {
        let shown = house.get(&format!("/v1/handoffs/{id}")).json();
        shown["owner"]["id"].as_str().unwrap().to_owned()
    };
    let had = owner(&house, &first);
    house.damage(
        "UPDATE journal SET body = x'00' WHERE aggregate IN \
         (SELECT n FROM aggregates WHERE id = x'02')",
    );
    let headers = [("Authorization", "Bearer key-revops"), ("Content-Type", "application/json")];
    let path = format!("/v1/handoffs/{first}/accept");
    assert_eq!(house.post(&path, &headers, b"{}").problem(503), "outcome-unknown");
    let next = house.handoff("bea");
    assert_ne!(owner(&house, &next), had, "the desk knows whose turn it is");
}
