//! The desk over HTTP: who may change what a member gets, once under a key, and what is told of it.

use serde_json::{Value, json};

use crate::house::{House, Reply};

const JSON: (&str, &str) = ("Content-Type", "application/json");

fn ask(house: &House, key: &str, path: &str, body: &str) -> Reply {
    let bearer = format!("Bearer {key}");
    house.post(&format!("/v1/desk/{path}"), &[("Authorization", &bearer), JSON], body.as_bytes())
}

fn desk(house: &House) -> Value {
    let reply = house.get("/v1/desk");
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

fn of_member<'a>(desk: &'a Value, member: &str) -> &'a Value {
    let members = desk["members"].as_array().unwrap();
    members.iter().find(|row| row["member"] == member).unwrap()
}

#[test]
fn found_e8_a_member_is_paused_and_resumed_and_the_desk_shows_it() {
    let house = House::open();
    let paused = ask(&house, "key-of-ann", "ann/pause", r#"{"reason":"in-training"}"#);
    assert_eq!(paused.status, 200, "{}", paused.text());
    assert_eq!(paused.json()["reason"], "in-training");
    assert_eq!(of_member(&desk(&house), "ann")["away"], "paused");
    let away = ask(&house, "key-of-ann", "ann/leave", r#"{"until":"2090-01-01T00:00:00Z"}"#);
    assert_eq!(away.json()["reason"], "on-leave", "{}", away.text());
    assert_eq!(of_member(&desk(&house), "ann")["away"], "on-leave");
    let resumed = ask(&house, "key-of-ann", "ann/resume", "");
    assert_eq!((resumed.status, &resumed.json()["paused"]), (200, &json!(false)));
    assert_eq!(of_member(&desk(&house), "ann")["away"], Value::Null);
}

#[test]
fn found_e8_a_member_says_for_themselves_and_no_more() {
    let house = House::open();
    for (path, body) in [
        ("bob/pause", ""),
        ("bob/resume", ""),
        ("bob/leave", r#"{"until":"2090-01-01T00:00:00Z"}"#),
        ("bob/leave", ""),
        ("bob/credit", r#"{"leads":1,"reason":"bad-data"}"#),
        ("ann/leave", ""),
        ("ann/credit", r#"{"leads":1,"reason":"bad-data"}"#),
    ] {
        let refused = ask(&house, "key-of-ann", path, body);
        assert_eq!(refused.problem(403), "member-of-another", "{path} {body}");
        let missing = ask(&house, "key-read", path, body);
        assert_eq!(missing.problem(403), "scope-missing", "{path} {body}");
        let allowed = ask(&house, "key-revops", path, body);
        assert_eq!(allowed.status, 200, "{path} {body}: {}", allowed.text());
        ask(&house, "key-revops", &format!("{}/resume", path.split('/').next().unwrap()), "");
    }
    let for_bob = ask(&house, "key-of-ann", "ann/pause", r#"{"as":"bob"}"#);
    assert_eq!(for_bob.problem(403), "acts-for-another");
}

#[test]
fn found_e8_a_credit_counts_once_under_its_key() {
    let house = House::open();
    let key = ("Idempotency-Key", "\"credit-1\"");
    let credit = |body: &str| {
        let headers = [("Authorization", "Bearer key-revops"), JSON, key];
        house.post("/v1/desk/ann/credit", &headers, body.as_bytes())
    };
    let body = r#"{"leads":1.5,"reason":"bad-data"}"#;
    let first = credit(body);
    assert_eq!(first.json()["pools"][0]["owed_hundredths"], 150, "{}", first.text());
    let again = credit(body);
    assert_eq!((again.status, &again.body), (200, &first.body));
    assert_eq!(credit(r#"{"leads":2,"reason":"bad-data"}"#).problem(422), "idempotency-key-reused");
    let owed = of_member(&desk(&house), "ann")["pools"][0]["owed"].clone();
    assert_eq!(owed, json!(1.5));
}

#[test]
fn found_e8_what_the_desk_cannot_do_is_a_problem() {
    let house = House::open();
    let asked = [
        ("nobody/pause", "", 404, "member-missing"),
        ("ann/pause", r#"{"until":"2001-01-01T00:00:00Z"}"#, 422, "moment-unreadable"),
        ("ann/pause", r#"{"reason":"flu"}"#, 422, "unknown-word"),
        ("ann/pause", r#"{"why":"flu"}"#, 422, "body-unfit"),
        ("ann/credit", r#"{"leads":1}"#, 422, "body-unfit"),
        ("ann/credit", r#"{"leads":0.001,"reason":"bad-data"}"#, 422, "body-unfit"),
        ("ann/credit", r#"{"leads":1,"reason":"luck"}"#, 422, "unknown-word"),
        ("ann/credit", r#"{"leads":1,"reason":"bad-data","pool":"nowhere"}"#, 422, "pool-unknown"),
        ("ann/leave", r#"{"to":"nobody"}"#, 422, "member-missing"),
        ("ann/leave", r#"{"to":{"kind":"queue","id":"nowhere"}}"#, 422, "queue-missing"),
        ("ann/leave", r#"{"to":"bob","until":"2090-01-01T00:00:00Z"}"#, 422, "body-unfit"),
    ];
    for (path, body, status, code) in asked {
        let refused = ask(&house, "key-revops", path, body);
        assert_eq!(refused.problem(status), code, "{path} {body}");
        assert!(!refused.text().contains("nobody") && !refused.text().contains("flu"));
    }
}

#[test]
fn found_e5_over_http_who_leaves_hands_on_and_a_dry_run_changes_nothing() {
    let house = House::open();
    for who in ["ada", "bea", "cem", "dee"] {
        house.handoff(who);
    }
    let open = |member: &str| {
        house.get(&format!("/v1/handoffs?owner={member}")).json()["handoffs"]
            .as_array()
            .unwrap()
            .len()
    };
    let had = open("bob");
    assert!(had > 0);
    let told = ask(&house, "key-revops", "bob/leave", r#"{"dry_run":true}"#).json();
    assert_eq!(told["handed_on"].as_array().unwrap().len(), had, "{told}");
    assert_eq!(open("bob"), had);
    let done =
        ask(&house, "key-revops", "bob/leave", r#"{"to":{"kind":"person","id":"ann"}}"#).json();
    assert_eq!((&done["left"], &done["open"]), (&json!(true), &json!(0)), "{done}");
    assert_eq!((open("bob"), open("ann")), (0, 4));
    assert_eq!(of_member(&desk(&house), "bob")["away"], "owner-left");
    assert_eq!(ask(&house, "key-revops", "bob/pause", "").problem(409), "owner-left");
    // A key of somebody who has left opens nothing that is theirs to do.
    assert_eq!(ask(&house, "key-of-bob", "bob/resume", "").problem(403), "key-without-member");
}
