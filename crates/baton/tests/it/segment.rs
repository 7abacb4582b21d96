//! Segment's clients, as their libraries send, from a page view to the brief that cites it.

use std::io::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::house::{House, Reply, call};

/// The key as the clients send it: user of Basic, without a password.
fn basic(key: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{key}:")))
}

fn send(house: &House, path: &str, headers: &[(&str, &str)], body: &Value) -> Reply {
    let key = basic("key-ingest");
    let mut all = vec![("Authorization", key.as_str()), ("Content-Type", "application/json")];
    all.extend_from_slice(headers);
    house.post(path, &all, body.to_string().as_bytes())
}

/// A batch as the library for Node sends it.
fn node_batch() -> Value {
    json!({
        "batch": [
            {
                "messageId": "node-next-1711-page", "type": "track", "event": "Page Viewed",
                "userId": "u-ada", "properties": { "path": "/pricing" },
                "timestamp": "2026-11-20T13:38:02.911Z",
                "context": { "library": { "name": "@segment/analytics-node", "version": "2.1.0" } },
                "_metadata": { "nodeVersion": "20.11.0", "jsRuntime": "node" }
            },
            {
                "messageId": "node-next-1711-who", "type": "identify", "userId": "u-ada",
                "traits": { "email": "ada@ada-works.example", "firstName": "Ada",
                            "company": { "name": "Ada works", "domain": "ada-works.example" } },
                "timestamp": "2026-11-20T13:38:03.911Z", "context": {}
            },
            {
                "messageId": "node-next-1711-quote", "type": "track", "event": "Form Quote",
                "userId": "u-ada", "properties": { "need": "a quote" }, "context": {}
            }
        ],
        "sentAt": "2026-11-20T13:38:04.000Z",
        "writeKey": "key-ingest"
    })
}

#[test]
fn a_batch_from_node_leads_to_a_brief_that_cites_its_messages() {
    let house = House::open();
    let reply = send(&house, "/v1/batch", &[], &node_batch());
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.json()["accepted"], 3, "{}", reply.text());
    let handoff = house.until("a handoff", |house| {
        let listed = house.get("/v1/handoffs").json();
        listed["handoffs"].get(0).map(|one| one["id"].as_str().unwrap().to_owned())
    });

    let account = house.get("/v1/accounts/ada-works.example").json();
    assert_eq!(account["handoffs"][0]["id"], handoff, "{account}");
    let touches: Vec<&str> = account["touchpoints"]
        .as_array()
        .unwrap()
        .iter()
        .map(|touch| touch["source_id"].as_str().unwrap())
        .collect();
    assert!(touches.contains(&"node-next-1711-page"), "{touches:?}");

    let brief = house.get(&format!("/v1/handoffs/{handoff}/brief")).json();
    let cited: Vec<&str> = brief["claims"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|claim| claim["evidence"].as_array().unwrap())
        .filter_map(|evidence| evidence["source_id"].as_str())
        .collect();
    assert!(cited.contains(&"node-next-1711-quote"), "{brief}");
    for format in ["md", "html", "text"] {
        let reply = house.get(&format!("/v1/handoffs/{handoff}/brief?format={format}"));
        assert_eq!(reply.status, 200, "{format}");
        assert!(reply.text().contains("Ada"), "{format}: {}", reply.text());
    }
    let why = house.get(&format!("/v1/handoffs/{handoff}/why")).json();
    assert_eq!(why["owner"]["kind"], "person", "{why}");
}

#[test]
fn the_same_batch_again_is_all_duplicates() {
    let house = House::open();
    let mut batch = node_batch();
    send(&house, "/v1/batch", &[], &batch);
    // A retry has another `sentAt` and its counter.
    batch["sentAt"] = "2026-11-20T13:39:04.000Z".into();
    let again = send(&house, "/v1/batch", &[("X-Retry-Count", "1")], &batch).json();
    assert_eq!((&again["accepted"], &again["duplicates"]), (&0.into(), &3.into()), "{again}");
}

#[test]
fn a_packed_batch_from_python_is_taken_in() {
    let house = House::open();
    let batch = json!({
        "sentAt": "2026-11-20T13:38:04.000000+00:00",
        "batch": [{
            "type": "identify", "userId": "u-ben", "messageId": "0c8a5d3e-py",
            "timestamp": "2026-11-20T13:38:02.911000+00:00", "anonymousId": null,
            "traits": { "email": "ben@ben-works.example" }, "integrations": {},
            "context": { "library": { "name": "segment-analytics-python", "version": "2.3.3" } }
        }]
    });
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(batch.to_string().as_bytes()).unwrap();
    let key = basic("key-ingest");
    let headers = [
        ("Authorization", key.as_str()),
        ("Content-Type", "application/json"),
        ("Content-Encoding", "gzip"),
    ];
    let reply = house.post("/v1/batch", &headers, &packed.finish().unwrap());
    assert_eq!((reply.status, &reply.json()["accepted"]), (200, &1.into()), "{}", reply.text());
}

#[test]
fn a_browser_sends_from_the_pages_that_its_source_names() {
    let house = House::open();
    let ours = "https://www.acme.example";
    for (origin, allowed) in [(ours, true), ("https://evil.example", false), ("null", false)] {
        let headers = [
            ("Origin", origin),
            ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "content-type"),
        ];
        let reply = call(house.address, "OPTIONS", "/v1/t", &headers, b"");
        assert_eq!(reply.status, 204);
        let told = reply.header("access-control-allow-origin");
        assert_eq!(told, allowed.then_some(origin));
    }
    let message = json!({
        "type": "page", "anonymousId": "cookie-1", "messageId": "ajs-next-1", "name": "Pricing",
        "properties": { "path": "/pricing" }, "writeKey": "key-ingest",
        "sentAt": "2026-11-20T13:38:04.000Z"
    });
    let headers = [("Origin", ours), ("Content-Type", "text/plain")];
    let reply = house.post("/v1/p", &headers, message.to_string().as_bytes());
    assert_eq!((reply.status, &reply.json()["accepted"]), (200, &1.into()), "{}", reply.text());
    assert_eq!(reply.header("access-control-allow-origin"), Some(ours));

    let mut stranger = message;
    stranger["writeKey"] = "somebody-elses".into();
    let reply = house.post("/v1/p", &headers, stranger.to_string().as_bytes());
    assert_eq!(reply.problem(401), "key-needed");
    assert!(!reply.text().contains("somebody-elses"));
}

#[test]
fn a_bad_message_is_kept_apart_and_its_batch_goes_on() {
    let house = House::open();
    let mut batch = node_batch();
    batch["batch"][0]["type"] = "unheard-of".into();
    let reply = send(&house, "/v1/batch", &[], &batch);
    assert_eq!(reply.status, 200);
    let told = reply.json();
    assert_eq!((&told["accepted"], &told["quarantined"]), (&2.into(), &1.into()), "{told}");
    let listed = house.get("/v1/quarantine").json();
    assert_eq!(listed["entries"][0]["source"], "web", "{listed}");
    assert_eq!(listed["entries"][0]["field"], "type", "{listed}");
    assert_eq!(send(&house, "/v1/batch", &[], &json!([])).problem(400), "body-unreadable");
}

#[test]
fn every_call_has_its_two_routes() {
    let house = House::open();
    for (at, name) in ["track", "identify", "page", "screen", "group", "alias"].iter().enumerate() {
        for path in [format!("/v1/{name}"), format!("/v1/{}", &name[..1])] {
            let message = json!({
                "userId": format!("u-{at}"), "messageId": format!("{path}"), "event": "Seen",
                "groupId": "g-1", "previousId": "c-1", "name": "Home",
            });
            let reply = send(&house, &path, &[], &message);
            assert_eq!(reply.json()["accepted"], 1, "{path}: {}", reply.text());
        }
    }
}

#[test]
fn found_d7_a_gzipped_batch_that_is_called_a_form_is_taken() {
    use std::io::Write as _;

    let house = House::open();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(node_batch().to_string().as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let key = basic("key-ingest");
    let headers = [
        ("Authorization", key.as_str()),
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Content-Encoding", "gzip"),
    ];
    let reply = house.post("/v1/batch", &headers, &packed);
    assert_eq!((reply.status, &reply.json()["accepted"]), (200, &3.into()), "{}", reply.text());
    // A form that is one is still no batch.
    let form = house.post("/v1/batch", &headers[..2], b"a=1&b=2");
    assert_eq!(form.status, 400, "{}", form.text());
}
