//! JSON that two readers would understand differently, one test an id of the catalogue: what cannot be
//! read is refused, what can be is kept exactly, and the items beside it go on.

use serde_json::{Value, json};

use crate::house::{EVENT, Force, House, view};

const KEY: (&str, &str) = ("Authorization", "Bearer key-ingest");

/// Sends a text as one event.
fn send(house: &House, text: &[u8]) -> (u16, Value) {
    let reply = house.post("/v1/signals", &EVENT, text);
    (reply.status, reply.json())
}

/// An event whose data is this text.
fn event(data: &str) -> String {
    format!(
        "{{\"specversion\":\"1.0\",\"source\":\"s\",\"id\":\"1\",\"type\":\"t\",\"data\":{data}}}"
    )
}

/// Each of the events must be kept apart for the reason, and none accepted.
#[track_caller]
fn kept_apart(reason: &str, data: &[&str]) {
    let house = House::with(Force::Nothing, |_| {});
    for data in data {
        let (status, told) = send(&house, event(data).as_bytes());
        let shown = &data[..data.len().min(60)];
        assert_eq!(status, 202, "{shown}: {told}");
        assert_eq!(told["accepted"], 0, "{shown}: {told}");
        assert_eq!(told["results"][0]["reason"], reason, "{shown}: {told}");
    }
    // Whoever comes next is read as ever.
    assert_eq!(send(&house, view("after", "ada").to_string().as_bytes()).1["accepted"], 1);
}

#[test]
fn j1_depth_is_bounded() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    kept_apart("too-deep", &[&deep, &format!("{}1{}", "{\"a\":".repeat(65), "}".repeat(65))]);
}

#[test]
fn j2_a_key_stands_once() {
    kept_apart("key-twice", &["{\"a\":1,\"a\":2}", "{\"b\":{\"a\":1,\"\\u0061\":1}}"]);
    let house = House::with(Force::Nothing, |_| {});
    let twice = event("{}").replace("\"type\":", "\"id\":\"2\",\"type\":");
    assert_eq!(send(&house, twice.as_bytes()).1["results"][0]["reason"], "key-twice");
}

#[test]
fn j3_numbers_are_exact_or_refused() {
    kept_apart("number-unreadable", &["{\"n\":1e400}", "{\"n\":-1e400}"]);
    let house = House::with(Force::Nothing, |_| {});
    for text in ["{\"n\":NaN}", "{\"n\":01}", "{\"n\":+1}", "{\"n\":.5}", "{\"n\":Infinity}"] {
        let (status, told) = send(&house, event(text).as_bytes());
        assert!(status == 400 || told["quarantined"] == 1, "{text}: {status} {told}");
    }
    // The ids of two signals differ in a digit that a double does not hold.
    for id in ["9007199254740992", "9007199254740993"] {
        let text = event("{}").replace("\"1\"", &format!("\"{id}\""));
        assert_eq!(send(&house, text.as_bytes()).1["accepted"], 1, "{id}");
    }
    let number = event("{}").replace("\"id\":\"1\"", "\"id\":9007199254740993");
    assert_eq!(send(&house, number.as_bytes()).1["quarantined"], 1, "an id is a text");
}

#[test]
fn j4_j11_a_lone_surrogate_and_a_nul_are_no_text() {
    kept_apart(
        "text-invalid",
        &[
            "{\"a\":\"\\ud800\"}",
            "{\"a\":\"\\udc00\\ud800\"}",
            "{\"a\":\"\\u0000\"}",
            "{\"\\u0000\":1}",
        ],
    );
}

#[test]
fn j5_only_utf_8_is_read() {
    let house = House::with(Force::Nothing, |_| {});
    let plain = event("{\"a\":\"x\"}");
    let wide: Vec<u8> = plain.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [&[0xef, 0xbb, 0xbf][..], plain.as_bytes()].concat();
    let marked_wide = [&[0xff, 0xfe][..], &wide[..]].concat();
    let broken = plain.replace('x', "\u{1}").into_bytes().into_iter();
    let broken: Vec<u8> = broken.map(|byte| if byte == 1 { 0xff } else { byte }).collect();
    for bytes in [wide, marked, marked_wide, broken] {
        let reply = house.post("/v1/signals", &EVENT, &bytes);
        assert_eq!(reply.problem(400), "body-unreadable");
    }
    // In a batch the one that is no text is kept apart, and the others go on.
    let mut lines = format!("{}\n", view("1", "ada")).into_bytes();
    lines.extend_from_slice(b"{\"id\":\"\xff\"}\n");
    let headers = [KEY, ("Content-Type", "application/x-ndjson")];
    let told = house.post("/v1/signals", &headers, &lines).json();
    assert_eq!((&told["accepted"], &told["quarantined"]), (&json!(1), &json!(1)), "{told}");
}

#[test]
fn j6_names_of_other_languages_are_names() {
    let house = House::open();
    let mut named = view("1", "ada");
    named["data"]["__proto__"] = json!({ "admin": true });
    named["data"]["constructor"] = json!("x");
    assert_eq!(send(&house, named.to_string().as_bytes()).1["accepted"], 1);
    let other = json!({ "__proto__": view("2", "ada") });
    assert_eq!(send(&house, other.to_string().as_bytes()).1["quarantined"], 1);
}

#[test]
fn j7_a_body_is_one_document() {
    let house = House::with(Force::Nothing, |_| {});
    let one = view("1", "ada").to_string();
    for text in [
        format!("{one}x"),
        format!("{one}{one}"),
        format!("{one}\n{one}"),
        format!("/* c */{one}"),
        format!("{one}// c"),
        one[..one.len() - 1].to_owned(),
        one.replace('"', "'"),
        one.replacen(':', ":,", 1),
    ] {
        let reply = house.post("/v1/signals", &EVENT, text.as_bytes());
        assert_eq!(reply.problem(400), "body-unreadable", "{text}");
    }
    assert_eq!(send(&house, one.as_bytes()).1["accepted"], 1, "nothing of it was kept before");
}

#[test]
fn j8_a_great_many_keys_and_items_are_bounded() {
    let keys: Vec<String> = (0..30_000).map(|at| format!("\"k{at:05}\":1")).collect();
    let house = House::open();
    let object = |keys: &[String]| event(&format!("{{{}}}", keys.join(",")));
    let (_, told) = send(&house, object(&keys).as_bytes());
    assert_eq!(told["results"][0]["reason"], "item-too-large", "{told}");
    // What fits is taken in, and costs nobody their turn.
    assert_eq!(send(&house, object(&keys[..20_000]).as_bytes()).1["accepted"], 1);
    house.handoff("ada");
    let million = format!("[{}]", vec!["1"; 1_000_000].join(","));
    let headers = [KEY, ("Content-Type", "application/cloudevents-batch+json")];
    let reply = house.post("/v1/signals", &headers, million.as_bytes());
    assert_eq!(reply.problem(413), "too-many-items");
}

#[test]
fn j9_null_missing_and_empty_are_three() {
    let house = House::open();
    for (id, company) in [("1", json!(null)), ("2", json!({})), ("3", json!({ "name": "" }))] {
        let mut event = view(id, "ada");
        event["data"]["company"] = company;
        assert_eq!(send(&house, event.to_string().as_bytes()).1["accepted"], 1, "{id}");
    }
    for id in [json!(null), json!("")] {
        let mut event = view("4", "ada");
        event["id"] = id.clone();
        assert_eq!(send(&house, event.to_string().as_bytes()).1["quarantined"], 1, "{id}");
    }
}

#[test]
fn j10_a_swapped_type_is_kept_apart() {
    let house = House::open();
    for (member, value) in [
        ("id", json!(["x"])),
        ("id", json!({ "$gt": "" })),
        ("source", json!(true)),
        ("type", json!(["page.viewed"])),
        ("time", json!(1_700_000_000)),
        ("specversion", json!(1.0)),
    ] {
        let mut event = view("1", "ada");
        event[member] = value.clone();
        let (_, told) = send(&house, event.to_string().as_bytes());
        assert_eq!(told["quarantined"], 1, "{member} {value}: {told}");
    }
}

#[test]
fn j13_w13_times_that_never_were_are_kept_apart_and_far_ones_are_told() {
    let house = House::open();
    for time in [
        "0000-00-00",
        "0000-00-00T00:00:00Z",
        "9999-12-31T24:00:00Z",
        "2026-11-20T23:59:60Z",
        "2026-11-20T00:00:00+99:99",
        "10000-01-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-11-20T00:00:00",
    ] {
        let mut event = view("1", "ada");
        event["time"] = time.into();
        let (_, told) = send(&house, event.to_string().as_bytes());
        assert_eq!(told["results"][0]["reason"], "time-unreadable", "{time}: {told}");
    }
    for (id, time) in [("1970", "1970-01-01T00:00:00Z"), ("2200", "2200-01-01T00:00:00Z")] {
        let mut event = view(id, "ada");
        event["time"] = time.into();
        assert_eq!(send(&house, event.to_string().as_bytes()).1["accepted"], 1, "{time}");
    }
    house.until("the account", |house| {
        (house.get("/v1/accounts/ada-works.example").json()["touches"] == 2).then_some(())
    });
    assert!(house.handoff("ada").starts_with("h-"), "it decides as ever");
}
