//! Who is who, as people say, over HTTP and on the command line: told first, then done.

use std::process::Command;

use serde_json::{Value, json};

use crate::house::{House, Reply, quote};
use crate::program::program;

fn post(house: &House, verb: &str, body: &Value) -> Reply {
    let headers = [("Authorization", "Bearer key-revops"), ("Content-Type", "application/json")];
    house.post(&format!("/v1/identity/{verb}"), &headers, body.to_string().as_bytes())
}

/// The person of a handoff, and its state.
fn of(house: &House, handoff: &str) -> (String, String) {
    let shown = house.get(&format!("/v1/handoffs/{handoff}")).json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&shown["person"]), text(&shown["state"]))
}

#[test]
fn two_are_joined_and_parted_over_http_and_what_changes_is_told_first() {
    let house = House::open();
    let handoffs = [house.handoff("ada"), house.handoff("bob")];
    let people = handoffs.each_ref().map(|handoff| of(&house, handoff).0);
    let body = json!({ "people": people, "reason": "bad-data", "dry_run": true });
    let told = post(&house, "join", &body);
    assert_eq!(told.status, 200, "{}", told.text());
    let told = told.json();
    assert_eq!(told["winner"], people.iter().min().unwrap().as_str());
    assert_eq!(told["withdrawn"].as_array().map(Vec::len), Some(1), "{told}");
    assert!(handoffs.iter().all(|handoff| of(&house, handoff).1 != "withdrawn"), "only told");
    let done = post(&house, "join", &json!({ "people": people, "reason": "bad-data" })).json();
    assert_eq!(done, told);
    let gone = told["withdrawn"][0].as_str().unwrap();
    assert_eq!(of(&house, gone), (told["winner"].as_str().unwrap().to_owned(), "withdrawn".into()));

    let pair = json!({ "winner": told["winner"], "loser": told["loser"] });
    let undone = post(&house, "undo", &pair);
    assert_eq!(undone.status, 200, "{}", undone.text());
    assert_eq!(undone.json()["nodes"], told["nodes"]);
    assert_eq!(post(&house, "undo", &pair).problem(409), "not-merged");
}

#[test]
fn what_cannot_be_joined_or_split_is_refused_and_changes_nothing() {
    let house = House::open();
    let ada = of(&house, &house.handoff("ada")).0;
    let nobody = "p-0000000000000000";
    for (verb, body, status, code) in [
        ("join", json!({ "people": [ada, ada] }), 422, "identity-unfit"),
        ("join", json!({ "people": [ada, nobody] }), 404, "person-missing"),
        ("join", json!({ "people": [ada] }), 422, "body-unfit"),
        ("join", json!({ "people": [ada, nobody], "reason": "a hunch" }), 422, "unknown-word"),
        ("split", json!({ "person": ada, "nodes": [] }), 422, "identity-unfit"),
        ("split", json!({ "person": ada, "nodes": ["n-0000000000000000"] }), 422, "identity-unfit"),
        ("split", json!({ "person": nobody, "nodes": [] }), 404, "person-missing"),
        ("undo", json!({ "winner": ada, "loser": nobody }), 409, "not-merged"),
        ("undo", json!({ "winner": nobody, "loser": ada }), 404, "person-missing"),
    ] {
        let reply = post(&house, verb, &body);
        assert_eq!(reply.status, status, "{verb} {body}: {}", reply.text());
        assert_eq!(reply.problem(status), code, "{verb} {body}");
    }
}

#[test]
fn the_command_line_asks_first_and_says_what_changed() {
    let house = House::open();
    let people = ["ada", "bob"].map(|who| of(&house, &house.handoff(who)).0);
    let data = house.folder.path().join("data");
    let baton = |arguments: &[&str]| {
        let mut command = Command::new(program());
        command.arg("resolve").args(arguments).arg("--json").arg("--data").arg(&data);
        let output = command.output().unwrap();
        let json: Vec<Value> = String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        (output.status.code(), json, String::from_utf8(output.stderr).unwrap())
    };
    let (code, _, says) = baton(&["join", &people[0], &people[1]]);
    assert_eq!(code, Some(2), "without a terminal it needs --yes: {says}");
    let (code, told, says) = baton(&["join", &people[0], &people[1], "--dry-run"]);
    assert_eq!(code, Some(0), "{says}");
    let (code, done, says) =
        baton(&["join", &people[0], &people[1], "--reason", "manager-asked", "--yes"]);
    assert_eq!((code, &done), (Some(0), &told), "{says}");
    let winner = done[0]["winner"].as_str().unwrap();
    let (code, side, says) = baton(&["split", winner]);
    assert_eq!((code, side[0]["nodes"].as_array().map(Vec::len)), (Some(0), Some(2)), "{says}");
    let node = side[0]["nodes"][1]["node"].as_str().unwrap();
    let (code, split, says) = baton(&["split", winner, node, "--yes"]);
    assert_eq!((code, &split[0]["nodes"]), (Some(0), &json!([node])), "{says}");
    let (code, listed, says) = baton(&["list"]);
    assert_eq!((code, listed), (Some(0), Vec::new()), "{says}");
}

#[test]
fn found_c7_nobody_is_erased_by_an_identifier_that_several_people_have() {
    let house = House::open();
    let mut event = quote("ada");
    event["data"]["external_id"] = json!("u1");
    event["data"]["email"] = json!("info@ada-works.example");
    let reply = house.event("?wait=decision&timeout_ms=10000", &event);
    assert_eq!(reply.status, 200, "{}", reply.text());
    let headers = [("Authorization", "Bearer key-revops"), ("Content-Type", "application/json")];
    let body = json!({ "identifier": "info@ada-works.example" }).to_string();
    let refused = house.post("/v1/erasures", &headers, body.as_bytes());
    assert_eq!(refused.problem(409), "identifier-shared");
    assert!(!refused.text().contains("info@"), "{}", refused.text());
}
