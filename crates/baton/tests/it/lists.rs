//! Lists of how things stand over HTTP: sources, destinations with a test message, and strategies.

use serde_json::{Value, json};

use crate::house::{House, Reply};

fn get(house: &House, key: &str, path: &str) -> Reply {
    let bearer = format!("Bearer {key}");
    crate::house::call(house.address, "GET", path, &[("Authorization", &bearer)], b"")
}

#[test]
fn found_g10_sources_and_destinations_are_listed_as_the_verbs_do() {
    let house = House::open();
    house.handoff("ada");
    let sources = get(&house, "key-read", "/v1/sources").json();
    let web =
        sources["sources"].as_array().unwrap().iter().find(|row| row["name"] == "web").unwrap();
    assert_eq!((&web["accepted"], &web["duplicates"]), (&json!(1), &json!(0)), "{sources}");
    let destinations = get(&house, "key-read", "/v1/destinations").json();
    assert!(destinations["destinations"].is_array(), "{destinations}");
    for path in ["/v1/sources", "/v1/destinations", "/v1/strategies"] {
        assert_eq!(get(&house, "key-ingest", path).problem(403), "scope-missing", "{path}");
        assert_eq!(get(&house, "key-audit", path).status, 200, "{path}");
    }
}

#[test]
fn a_destination_that_is_not_there_cannot_be_tried() {
    let house = House::open();
    let post = |key: &str, name: &str, body: &str| {
        let bearer = format!("Bearer {key}");
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
        house.post(&format!("/v1/destinations/{name}/test"), &headers, body.as_bytes())
    };
    assert_eq!(post("key-revops", "nowhere", "").problem(404), "destination-unknown");
    assert_eq!(post("key-read", "nowhere", "").problem(403), "scope-missing");
    assert_eq!(post("key-revops", "nowhere", r#"{"to":"x"}"#).problem(422), "body-unfit");
}

#[test]
fn found_g2_strategies_are_listed_and_compared() {
    let house = House::open();
    let listed = get(&house, "key-read", "/v1/strategies").json();
    let rows = listed["strategies"].as_array().unwrap();
    assert_eq!((rows.len(), &rows[0]["in_force"]), (1, &json!(true)), "{listed}");
    let version = rows[0]["version"].as_str().unwrap();
    let same = get(&house, "key-audit", &format!("/v1/strategies/{}/diff/live", &version[..8]));
    assert_eq!((same.status, &same.json()["differences"]), (200, &Value::Array(Vec::new())));
    let unknown = get(&house, "key-revops", "/v1/strategies/zzzz/diff/live");
    assert_eq!(unknown.problem(404), "unknown-id");
    assert!(!unknown.text().contains("zzzz"), "{}", unknown.text());
    let read = get(&house, "key-read", "/v1/strategies/live/diff/live");
    assert_eq!(read.problem(403), "scope-missing");
}
