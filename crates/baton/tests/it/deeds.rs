//! What people do to a handoff over HTTP: once under a key, over the version that they saw.

use std::sync::Barrier;
use std::thread;

use baton::runtime::clock;
use serde_json::json;

use crate::house::{Force, House, Reply, SCOPES};

const WORK: (&str, &str) = ("Authorization", "Bearer key-revops");
const JSON: (&str, &str) = ("Content-Type", "application/json");

fn act(house: &House, handoff: &str, verb: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    let mut all = vec![WORK, JSON];
    all.extend_from_slice(headers);
    house.post(&format!("/v1/handoffs/{handoff}/{verb}"), &all, body.as_bytes())
}

#[test]
fn a_handoff_is_accepted_worked_and_debriefed() {
    let house = House::open();
    let handoff = house.handoff("ada");
    let before = house.get(&format!("/v1/handoffs/{handoff}"));
    assert_eq!(before.json()["state"], "offered", "{}", before.text());
    let tag = before.header("etag").unwrap().to_owned();

    let accepted = act(&house, &handoff, "accept", &[("If-Match", &tag)], "");
    assert_eq!(accepted.status, 200, "{}", accepted.text());
    assert_eq!(accepted.json()["state"], "accepted");
    assert_ne!(accepted.header("etag"), Some(tag.as_str()));
    let shown = house.get(&format!("/v1/handoffs/{handoff}"));
    assert_eq!(shown.header("etag"), accepted.header("etag"));

    let met = act(&house, &handoff, "outcome", &[], r#"{"outcome":"met","note":"went well"}"#);
    assert_eq!(met.json()["state"], "met", "{}", met.text());
    let debrief = r#"{"right":true,"complaints":1,"note":"the budget was missing"}"#;
    assert_eq!(act(&house, &handoff, "debrief", &[], debrief).status, 200);
    let listed = house.get("/v1/handoffs?state=met&limit=1").json();
    assert_eq!(listed["handoffs"][0]["id"], handoff, "{listed}");
}

#[test]
fn a_request_that_comes_again_gets_the_stored_answer() {
    let house = House::open();
    let handoff = house.handoff("ada");
    let key = ("Idempotency-Key", "\"once\"");
    let first = act(&house, &handoff, "accept", &[key], "{}");
    assert_eq!(first.status, 200, "{}", first.text());
    let version = first.json()["version"].clone();
    act(&house, &handoff, "outcome", &[], r#"{"outcome":"met"}"#);
    // Much later, and even with an old `If-Match`: the key is looked at first.
    let again = act(&house, &handoff, "accept", &[key, ("If-Match", "\"1\"")], "{}");
    assert_eq!((again.status, &again.body), (200, &first.body));
    assert_eq!(again.json()["version"], version);

    let other = act(&house, &handoff, "accept", &[key], r#"{"member":"bob"}"#);
    assert_eq!(other.problem(422), "idempotency-key-reused");
    let elsewhere = act(&house, &handoff, "debrief", &[key], "{}");
    assert_eq!(elsewhere.problem(422), "idempotency-key-reused");
    for unfit in ["once", "\"\"", "\"a", "\"a\"b\"", "\"a\\b\""] {
        let reply = act(&house, &handoff, "debrief", &[("Idempotency-Key", unfit)], "{}");
        assert_eq!(reply.problem(400), "idempotency-key-unfit", "{unfit}");
    }
}

#[test]
fn many_requests_under_one_key_have_one_effect() {
    let house = House::open();
    let handoff = house.handoff("ada");
    let together = Barrier::new(8);
    let answers: Vec<Reply> = thread::scope(|scope| {
        let asked: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    together.wait();
                    act(&house, &handoff, "accept", &[("Idempotency-Key", "\"k\"")], "{}")
                })
            })
            .collect();
        asked.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let mut done = 0;
    for answer in &answers {
        match answer.status {
            200 => done += 1,
            _ => assert_eq!(answer.problem(409), "idempotency-key-in-use"),
        }
    }
    assert!(done >= 1);
    let bodies: std::collections::BTreeSet<_> =
        answers.iter().filter(|answer| answer.status == 200).map(|answer| &answer.body).collect();
    assert_eq!(bodies.len(), 1, "one effect, one answer");
}

#[test]
fn what_was_done_last_is_taken_back_once_whoever_asks_first() {
    let house = House::open();
    let handoff = house.handoff("ada");
    assert_eq!(act(&house, &handoff, "undo", &[], "").problem(409), "undo-nothing");
    let before = house.get(&format!("/v1/handoffs/{handoff}")).json();
    let rejected = act(&house, &handoff, "reject", &[], r#"{"reason":"bad-fit"}"#).json();
    assert_eq!((&rejected["state"], &rejected["owner"]), (&json!("rejected"), &before["owner"]));
    assert!(rejected["undo_until"].is_string(), "{rejected}");
    let together = Barrier::new(4);
    let answers: Vec<Reply> = thread::scope(|scope| {
        let asked: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    together.wait();
                    act(&house, &handoff, "undo", &[], "{}")
                })
            })
            .collect();
        asked.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let (done, refused): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == 200);
    assert_eq!((done.len(), refused.len()), (1, 3));
    for answer in refused {
        assert_eq!(answer.problem(409), "undo-nothing");
    }
    let undone = done[0].json();
    for field in ["state", "owner", "targets", "accept_by", "run"] {
        assert_eq!(undone[field], before[field], "{field}");
    }
    assert_eq!(act(&house, &handoff, "undo", &[], r#"{"note":"x"}"#).problem(422), "body-unfit");
}

#[test]
fn what_was_to_leave_is_held_over_a_crash_and_leaves_then() {
    let house = House::open();
    let handoff = house.handoff("ada");
    house.until("the first step", |house| {
        (house.first_delivery(&handoff).0 == "delivered").then_some(())
    });
    assert_eq!(act(&house, &handoff, "accept", &[], "").status, 200);
    let archive = house.folder.path().join("archive.jsonl");
    assert!(!archive.exists(), "nothing leaves yet");
    // Whether the server ends in order or not makes no difference to a row of the outbox.
    let house = house.again(|_| {});
    let shown = house.get(&format!("/v1/handoffs/{handoff}")).json();
    let last = shown["deliveries"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["state"], &last["again"]), (&json!("queued"), &shown["undo_until"]));
    let undone = act(&house, &handoff, "undo", &[], "");
    assert_eq!(undone.json()["state"], "offered", "{}", undone.text());
    assert_eq!(
        undone.json()["deliveries"].as_array().unwrap().last().unwrap()["state"],
        "withdrawn"
    );
}

#[test]
fn u9_an_old_version_is_told_what_changed() {
    let house = House::open();
    let handoff = house.handoff("ada");
    let seen = house.get(&format!("/v1/handoffs/{handoff}"));
    let tag = seen.header("etag").unwrap().to_owned();
    act(&house, &handoff, "accept", &[], "");
    let stale = act(&house, &handoff, "reject", &[("If-Match", &tag)], r#"{"reason":"bad-fit"}"#);
    assert_eq!(stale.problem(412), "version-stale");
    let told = stale.json();
    let changed = told["changed"].as_array().unwrap();
    assert!(changed.iter().any(|one| one["state"] == "accepted"), "{told}");
    let now = house.get(&format!("/v1/handoffs/{handoff}"));
    assert_eq!(stale.header("etag"), now.header("etag"));
    assert_eq!(now.json()["state"], "accepted");
    for (tag, status) in [("W/\"1\"", 412), ("\"x\"", 412), ("1", 400), ("\"1", 400)] {
        let reply = act(&house, &handoff, "debrief", &[("If-Match", tag)], "{}");
        assert_eq!(reply.status, status, "{tag}");
    }
    assert_eq!(act(&house, &handoff, "debrief", &[("If-Match", "*")], "{}").status, 200);
}

#[test]
fn what_the_state_or_the_strategy_forbids_is_said() {
    let house = House::open();
    let handoff = house.handoff("ada");
    act(&house, &handoff, "accept", &[], "");
    assert_eq!(act(&house, &handoff, "accept", &[], "").problem(409), "state-forbids");
    for (verb, body, status, code) in [
        ("reject", r#"{"reason":"because"}"#, 422, "reason-unfit"),
        ("reject", "{}", 422, "body-unfit"),
        ("reject", r#"{"reason":"bad-fit","as_user":"ann"}"#, 422, "body-unfit"),
        ("reassign", r#"{"owner":"nobody"}"#, 422, "member-missing"),
        ("reassign", r#"{"owner":{"kind":"queue","id":"nowhere"}}"#, 422, "queue-missing"),
        ("reassign", r#"{"owner":{"kind":"engine","id":"engine"}}"#, 422, "owner-unfit"),
        ("outcome", r#"{"outcome":"offered"}"#, 422, "outcome-unfit"),
        ("outcome", r#"{"outcome":"nowhere"}"#, 422, "outcome-unfit"),
        ("outcome", r#"{"outcome":"met","outcome":"won"}"#, 400, "body-unreadable"),
        ("outcome", r#"{"outcome":"met","occurred":"0000-00-00T24:00:00Z"}"#, 422, "body-unfit"),
        ("outcome", "{", 400, "body-unreadable"),
        ("outcome", r#"{"outcome":"met"}}"#, 400, "body-unreadable"),
    ] {
        let reply = act(&house, &handoff, verb, &[], body);
        assert_eq!(reply.problem(status), code, "{verb} {body}");
    }
    let moved = act(&house, &handoff, "reassign", &[], r#"{"owner":{"kind":"person","id":"bob"}}"#);
    assert_eq!(moved.status, 200, "{}", moved.text());
    assert_eq!(moved.json()["owner"], json!({"kind": "person", "id": "bob"}));
    for scope in SCOPES.into_iter().filter(|scope| !["work", "revops", "admin"].contains(scope)) {
        let bearer = format!("Bearer key-{scope}");
        let path = format!("/v1/handoffs/{handoff}/accept");
        let reply = house.post(&path, &[("Authorization", &bearer)], b"");
        assert_eq!(reply.problem(403), "scope-missing", "{scope}");
    }
}

#[test]
fn j2_j3_j10_j11_j12_a_deed_is_read_as_strictly_as_a_signal() {
    let house = House::open();
    let handoff = house.handoff("ada");
    let before = house.get(&format!("/v1/handoffs/{handoff}")).json()["version"].clone();
    for (verb, body, status) in [
        ("reassign", r#"["bob"]"#, 422),
        ("reject", r#"["bad-fit"]"#, 422),
        ("accept", "null", 422),
        ("accept", "[]", 422),
        ("reassign", r#"{"owner":{"kind":"person","id":"bob","as_user":"ann"}}"#, 422),
        ("reassign", r#"{"owner":{"$gt":""}}"#, 422),
        ("reassign", r#"{"owner":["bob"]}"#, 422),
        ("reassign", r#"{"owner":null}"#, 422),
        ("reassign", r#"{"owner":"bob","__proto__":{}}"#, 422),
        ("reassign", r#"{"owner":"bob","owner":"ann"}"#, 400),
        ("reassign", r#"{"owner":{"kind":"person","kind":"queue","id":"bob"}}"#, 400),
        ("reassign", r#"{"owner":"b\u0000b"}"#, 400),
        ("reassign", r#"{"owner":"\ud800"}"#, 400),
        ("reassign", "\u{feff}{\"owner\":\"bob\"}", 400),
        ("reassign", r#"{"owner":"bob"} {}"#, 400),
        ("reassign", r#"{"owner":"bob" /* her */}"#, 400),
        ("debrief", r#"{"complaints":1e400}"#, 400),
        ("debrief", r#"{"complaints":65536}"#, 422),
        ("debrief", r#"{"complaints":-1}"#, 422),
        ("debrief", r#"{"complaints":"1"}"#, 422),
        ("debrief", r#"{"right":"true"}"#, 422),
    ] {
        let code = act(&house, &handoff, verb, &[], body).problem(status);
        let expected = if status == 400 { "body-unreadable" } else { "body-unfit" };
        assert_eq!(code, expected, "{verb} {body}");
    }
    let deep = "[".repeat(10_000);
    assert_eq!(act(&house, &handoff, "debrief", &[], &deep).problem(400), "body-unreadable");
    let large = format!("{{\"note\":\"{}\"}}", "x".repeat(256 << 10));
    assert_eq!(act(&house, &handoff, "debrief", &[], &large).problem(413), "body-too-large");
    let after = house.get(&format!("/v1/handoffs/{handoff}")).json();
    assert_eq!(after["version"], before, "nothing changed");
}

#[test]
fn moments_at_the_ends_of_time_are_kept_and_break_nothing() {
    let house = House::open();
    let handoff = house.handoff("ada");
    act(&house, &handoff, "accept", &[], "");
    for moment in ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-30T22:00:00Z"] {
        let body = json!({ "outcome": "working", "occurred": moment }).to_string();
        assert_eq!(act(&house, &handoff, "outcome", &[], &body).status, 200, "{moment}");
    }
    let last = json!({ "outcome": "recycled", "returns": "9999-12-30T22:00:00Z" }).to_string();
    assert_eq!(act(&house, &handoff, "outcome", &[], &last).status, 200);
    assert!(house.handoff("ben").starts_with("h-"), "it goes on");
}

#[test]
fn keys_of_one_name_share_no_idempotency_key() {
    let house = House::with(Force::Strategy, |_| {});
    let handoff = house.handoff("ada");
    let once = ("Idempotency-Key", "\"once\"");
    assert_eq!(act(&house, &handoff, "accept", &[once], "{}").status, 200);
    let path = format!("/v1/handoffs/{handoff}/debrief");
    let other = ("Authorization", "Bearer key-namesake");
    let reply = house.post(&path, &[other, JSON, once], b"{}");
    assert_eq!(reply.status, 200, "{}", reply.text());
}

#[test]
fn filters_that_name_nobody_are_told() {
    let house = House::open();
    for query in [
        "state=OFFERED",
        "state=nowhere",
        "owner=queue:",
        "owner=person:",
        "owner=:",
        "owner=robot:r2",
        "owner=%00",
        "owner=%ff",
        "limit=0",
        "limit=201",
        "limit=%2B5",
        "limit=1e1",
        "cursor=-1",
        "cursor=+1",
        "cursor=18446744073709551616",
        "cursor=abc",
    ] {
        let reply = house.get(&format!("/v1/handoffs?{query}"));
        assert_eq!(reply.problem(400), "query-unfit", "{query}");
    }
    // A cursor that nobody was given leads past the end, or to the beginning.
    for cursor in ["0", "18446744073709551615"] {
        assert_eq!(house.get(&format!("/v1/handoffs?cursor={cursor}")).status, 200);
    }
    for queue in ["owner=queue:unassigned", "owner=engine", "owner=nobody"] {
        assert_eq!(house.get(&format!("/v1/handoffs?{queue}")).status, 200, "{queue}");
    }
}

#[test]
fn a_brief_is_for_a_role_and_of_the_moment_that_its_owner_got_it() {
    let house = House::open();
    let handoff = house.handoff("ada");
    let path = format!("/v1/handoffs/{handoff}/brief");
    let first = house.get(&path).json();
    house.event("?wait=decision", &crate::house::view("later", "ada"));
    assert_eq!(house.get(&path).json()["claims"], first["claims"], "what came later is not in it");
    assert_eq!(house.get(&format!("{path}?for=rep")).json(), first);

    let moved = act(&house, &handoff, "reassign", &[], r#"{"owner":"bob"}"#);
    let moved = if moved.status == 200 {
        moved
    } else {
        act(&house, &handoff, "reassign", &[], r#"{"owner":"ann"}"#)
    };
    assert_eq!(moved.status, 200, "{}", moved.text());
    let anew = house.get(&path).json();
    assert!(anew["known_as_of"].as_str() > first["known_as_of"].as_str(), "{anew}");
}

#[test]
fn without_a_strategy_there_is_no_handoff_to_work() {
    let house = House::with(Force::Nothing, |_| {});
    assert_eq!(
        act(&house, "h-0000000000000000", "accept", &[], "").problem(404),
        "handoff-missing"
    );
    assert_eq!(house.get("/v1/handoffs").json(), json!({"handoffs": [], "next": null}));
}

#[test]
fn lists_go_on_where_they_ended() {
    let house = House::open();
    let mut made: Vec<String> =
        ["ada", "ben", "cyd", "dan", "eva"].map(|who| house.handoff(who)).into();
    made.reverse();
    let (mut listed, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = house.get(&format!("/v1/handoffs?limit=2{cursor}")).json();
        for one in page["handoffs"].as_array().unwrap() {
            listed.push(one["id"].as_str().unwrap().to_owned());
        }
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(listed, made, "newest first, each once");
    for owner in ["ann", "bob"] {
        let listed = house.get(&format!("/v1/handoffs?owner={owner}")).json();
        for one in listed["handoffs"].as_array().unwrap() {
            assert_eq!(one["owner"]["id"], owner);
        }
    }
}

#[test]
fn an_entry_is_repaired_released_and_discarded() {
    let house = House::open();
    let revops = [("Authorization", "Bearer key-revops"), JSON];
    let broken = json!({
        "specversion": "1.0", "source": "forms", "id": "broken-1", "type": "form.quote",
        "time": "yesterday", "data": { "email": "ada@ada-works.example" }
    });
    for id in ["broken-1", "broken-2"] {
        let mut event = broken.clone();
        event["id"] = id.into();
        assert_eq!(house.event("", &event).json()["quarantined"], 1);
    }
    let listed = house.get("/v1/quarantine").json();
    let entries = listed["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 2, "{listed}");
    assert_eq!(
        (&entries[0]["reason"], &entries[0]["field"]),
        (&"time-unreadable".into(), &"time".into())
    );
    let path = |at: usize, verb: &str| {
        format!("/v1/quarantine/{}/{verb}", entries[at]["id"].as_str().unwrap())
    };
    assert_eq!(house.post(&path(0, "release"), &revops, b"").problem(409), "entry-kept");
    for (verb, body, status) in [
        ("release", "{", 400),
        ("release", r#"{"all":true}"#, 422),
        ("discard", "[]", 422),
        ("repair", "{}", 422),
        ("repair", r#"{"values":{}}"#, 422),
        ("repair", r#"{"values":{"time":null}}"#, 422),
        ("repair", r#"{"values":{"time":"a","time":"b"}}"#, 400),
        ("repair", r#"{"values":{"time":"\u0000"}}"#, 400),
    ] {
        house.post(&path(1, verb), &revops, body.as_bytes()).problem(status);
    }
    // The strategy looks for who asked within a day.
    let repair = json!({ "values": { "time": clock::now().to_string() } }).to_string();
    let reply = house.post(&path(0, "repair"), &revops, repair.as_bytes());
    assert_eq!(reply.status, 200, "{}", reply.text());
    let reply = house.post(&path(0, "release"), &revops, b"");
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.json()["result"], "released");
    assert_eq!(house.post(&path(1, "discard"), &revops, b"").json()["result"], "discarded");
    assert_eq!(house.get("/v1/quarantine").json()["entries"], json!([]));
    assert_eq!(house.get("/v1/quarantine?state=discarded").json()["entries"][0]["source"], "web");
    house.until("the handoff of what was released", |house| {
        house.get("/v1/handoffs").json()["handoffs"].get(0).cloned()
    });
}

#[test]
fn a_person_is_erased() {
    let house = House::open();
    house.handoff("ada");
    let account = house.get("/v1/accounts/ada-works.example").json();
    let person = account["people"][0]["id"].as_str().unwrap().to_owned();
    let revops = [("Authorization", "Bearer key-revops"), JSON];
    let body = json!({ "identifier": "ada@ada-works.example" }).to_string();
    let receipt = house.post("/v1/erasures", &revops, body.as_bytes());
    assert_eq!(receipt.status, 200, "{}", receipt.text());
    assert_eq!(receipt.json()["person"], person, "{}", receipt.text());
    let id = account["id"].as_str().unwrap();
    let after = house.get(&format!("/v1/accounts/{id}"));
    assert!(!after.text().contains("ada@ada-works.example"), "{}", after.text());
    let again = house.post("/v1/erasures", &revops, body.as_bytes());
    assert_eq!(again.problem(404), "person-missing");
    // Nothing was said of her company alone.
    let body = json!({ "account": id }).to_string();
    let company = house.post("/v1/erasures", &revops, body.as_bytes());
    assert_eq!(company.problem(404), "company-missing");
    for body in ["{}", r#"{"person":"p-0"}"#, r#"{"identifier":"x","person":"p-0000000000000000"}"#]
    {
        assert_eq!(house.post("/v1/erasures", &revops, body.as_bytes()).status, 422, "{body}");
    }
}

#[test]
fn an_account_is_as_it_was_known() {
    let house = House::open();
    house.handoff("ada");
    let account = house.get("/v1/accounts/ada-works.example").json();
    let seen = account["decisions"][0]["known_as_of"].as_str().unwrap().to_owned();
    house.event("?wait=decision&timeout_ms=10000", &crate::house::view("later", "ada"));
    let then = house.get(&format!("/v1/accounts/ada-works.example?as_of={seen}")).json();
    let now = house.get("/v1/accounts/www.ada-works.example").json();
    assert_eq!((&then["touches"], &now["touches"]), (&1.into(), &2.into()), "{then}");
    let early = house.get("/v1/accounts/ada-works.example?as_of=2020-01-01T00:00:00Z");
    assert_eq!(early.problem(404), "account-missing");
    let unfit = house.get("/v1/accounts/ada-works.example?as_of=yesterday");
    assert_eq!(unfit.problem(400), "query-unfit");
    let prefix = &account["id"].as_str().unwrap()[..8];
    assert_eq!(house.get(&format!("/v1/accounts/{prefix}")).json()["id"], account["id"]);
}
