//! Signals in: each in the order sent, waited for or not, every acknowledged one there afterwards.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::thread;

use serde_json::{Value, json};
use store::chance::Chance;
use store::sqlite::SqliteStore;
use store::{Position, Purpose, Read};

use crate::house::{EVENT, Force, House, quote, view};

const KEY: (&str, &str) = ("Authorization", "Bearer key-ingest");

#[test]
fn a_batch_and_lines_are_told_in_the_order_sent() {
    let house = House::open();
    let batch = json!([view("1", "ada"), { "specversion": "1.0", "id": "2" }, view("1", "ada"), 3]);
    let headers = [KEY, ("Content-Type", "application/cloudevents-batch+json")];
    let reply = house.post("/v1/signals", &headers, batch.to_string().as_bytes());
    assert_eq!(reply.status, 202, "{}", reply.text());
    let told = reply.json();
    let results: Vec<&str> = told["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["result"].as_str().unwrap())
        .collect();
    assert_eq!(results, ["accepted", "quarantined", "duplicate", "quarantined"]);
    assert!(told["results"][0]["id"].as_str().unwrap().starts_with("s-"));
    assert_eq!(told["results"][1]["source_id"], "2");
    assert!(told["results"][1]["id"].as_str().unwrap().starts_with("q-"));

    let lines = format!("{}\nno json\n\n{}\n", view("3", "ben"), view("4", "ben"));
    let headers = [KEY, ("Content-Type", "application/x-ndjson")];
    let told = house.post("/v1/signals", &headers, lines.as_bytes()).json();
    assert_eq!((&told["accepted"], &told["quarantined"]), (&2.into(), &1.into()), "{told}");
}

#[test]
fn a_body_that_cannot_be_read_is_kept_as_a_count_alone() {
    let house = House::open();
    for body in ["", "{", "[]{}", "{\"a\":1}}", "\u{feff}no"] {
        assert_eq!(house.post("/v1/signals", &EVENT, body.as_bytes()).status, 400, "{body}");
    }
    let many = format!("[{}]", vec!["{}"; 10_001].join(","));
    let headers = [KEY, ("Content-Type", "application/cloudevents-batch+json")];
    let reply = house.post("/v1/signals", &headers, many.as_bytes());
    assert_eq!(reply.problem(413), "too-many-items");
    assert_eq!(house.get("/v1/quarantine").json()["entries"], json!([]));
}

#[test]
fn a_decision_is_waited_for() {
    let house = House::open();
    let reply = house.event("?wait=decision&timeout_ms=10000", &quote("ada"));
    let told = reply.json();
    assert_eq!(reply.status, 200, "{told}");
    assert_eq!(told["decision"], "hand-off");
    assert_eq!(told["owner"]["kind"], "person");
    assert!(!told["reasons"].as_array().unwrap().is_empty(), "{told}");
    assert!(told["signal"].as_str().unwrap().starts_with("s-"));

    let told = house.event("?wait=decision", &view("1", "ben")).json();
    assert_eq!((&told["decision"], &told["handoff"]), (&"nurture".into(), &Value::Null), "{told}");

    for (query, code) in [
        ("?wait=forever", "query-unfit"),
        ("?wait=decision&timeout_ms=10001", "query-unfit"),
        ("?wait=decision&timeout_ms=-1", "query-unfit"),
        ("?hold=decision", "query-unknown"),
    ] {
        assert_eq!(house.event(query, &view("2", "ben")).problem(400), code, "{query}");
    }
    let batch = json!([view("3", "ben"), view("4", "ben")]).to_string();
    let headers = [KEY, ("Content-Type", "application/cloudevents-batch+json")];
    let reply = house.post("/v1/signals?wait=decision", &headers, batch.as_bytes());
    assert_eq!(reply.problem(400), "wait-for-one");
}

#[test]
fn whoever_does_not_wait_long_enough_asks_again() {
    let house = House::open();
    let reply = house.event("?wait=decision&timeout_ms=0", &quote("ada"));
    let told = reply.json();
    let url = match reply.status {
        200 => return,
        202 => told["status_url"].as_str().unwrap().to_owned(),
        other => panic!("{other}: {told}"),
    };
    let told = house.until("the decision", |house| {
        let reply = house.get(&url);
        (reply.status == 200).then(|| reply.json())
    });
    assert_eq!(told["decision"], "hand-off", "{told}");
    assert_eq!(told["owner"]["kind"], "person");
}

#[test]
fn without_a_strategy_signals_are_kept_and_wait() {
    let house = House::with(Force::Nothing, |_| {});
    let reply = house.event("?wait=decision&timeout_ms=10000", &quote("ada"));
    assert_eq!(reply.status, 202);
    let told = reply.json();
    assert_eq!(told["reasons"], json!(["no-strategy"]), "{told}");
    let status = house.get(told["status_url"].as_str().unwrap());
    assert_eq!((status.status, &status.json()["reasons"]), (202, &json!(["no-strategy"])));
    assert_eq!(house.event("", &quote("ada")).json()["duplicates"], 1);
}

#[test]
fn fifty_writers_find_every_acknowledged_signal_once() {
    let house = House::open();
    let acknowledged = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for writer in 0..50 {
            let (house, acknowledged) = (&house, &acknowledged);
            scope.spawn(move || {
                for number in 0..20 {
                    let id = format!("{writer}-{number}");
                    let reply = house.event("", &view(&id, &format!("who{}", writer % 7)));
                    assert_eq!(reply.status, 202, "{}", reply.text());
                    acknowledged.lock().unwrap().push(id);
                }
            });
        }
    });
    let acknowledged: Vec<String> = acknowledged.into_inner().unwrap();
    assert_eq!(acknowledged.len(), 1_000);
    let folder = house.close();
    let kept = kept(&folder.path().join("data"));
    assert_eq!(kept.len(), acknowledged.len(), "none twice, none invented");
    assert_eq!(
        kept.into_iter().collect::<BTreeSet<_>>(),
        acknowledged.into_iter().collect::<BTreeSet<_>>()
    );
}

/// The sources' ids of all signals in a folder's journal.
pub(crate) fn kept(data: &std::path::Path) -> Vec<String> {
    let store = SqliteStore::open(data, Chance::seeded(8)).unwrap();
    let mut ids = Vec::new();
    let mut after = Position::START;
    loop {
        let entries = store.journal(after, 1_000, Some(&Purpose::CARE)).unwrap();
        let Some(last) = entries.last() else { return ids };
        after = last.position;
        for fact in entries.iter().flat_map(|stored| &stored.entry.facts) {
            if let domain::fact::Fact::SignalArrived { content: Some(content), .. } = fact {
                ids.push(content.source_id.to_string());
            }
        }
    }
}

#[test]
fn a_signal_that_is_sent_again_gets_the_decision_that_stands() {
    let house = House::open();
    let wait = "?wait=decision&timeout_ms=10000";
    let first = house.event(wait, &quote("ada"));
    assert_eq!(first.status, 200, "{}", first.text());
    let again = house.event(wait, &quote("ada"));
    assert_eq!((again.status, again.json()), (200, first.json()), "the same answer");
    let plain = house.event("", &quote("ada")).json();
    assert_eq!(plain["results"][0]["result"], "duplicate", "{plain}");
    assert_eq!(plain["results"][0]["id"], first.json()["signal"]);
    assert_eq!(house.get("/v1/handoffs").json()["handoffs"].as_array().unwrap().len(), 1);
}

#[test]
fn what_came_of_a_handoff_is_said_by_who_may_work_it_and_by_its_whole_id() {
    let house = House::open();
    let handoff = house.handoff("ada");
    let outcome = |id: &str, handoff: &str| {
        json!({
            "specversion": "1.0", "source": "crm", "id": id, "type": "handoff.outcome",
            "data": { "handoff": handoff, "outcome": "met" },
        })
    };
    let state = || house.get(&format!("/v1/handoffs/{handoff}")).json()["state"].clone();
    let anybody = house.event("", &outcome("o-1", &handoff)).json();
    assert_eq!(anybody["results"][0]["reason"], "scope-missing", "{anybody}");

    let headers = [("Authorization", "Bearer key-admin"), EVENT[1]];
    let says = |event: Value| {
        let path = "/v1/signals?wait=decision&timeout_ms=10000";
        house.post(path, &headers, event.to_string().as_bytes()).json()
    };
    let short = says(outcome("o-2", &handoff[..handoff.len() - 1]));
    assert_eq!(
        (&short["handoff"], &short["reasons"][0]),
        (&Value::Null, &json!("value-unreadable"))
    );
    assert_eq!(state(), "offered", "nothing was done so far");
    let told = says(outcome("o-3", &handoff));
    assert_eq!((told["handoff"].as_str(), state()), (Some(&*handoff), json!("met")), "{told}");
}
