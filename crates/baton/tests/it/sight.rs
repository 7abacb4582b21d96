//! What a key reads follows from its scopes: whoever only sends reads nothing, and nobody reads more
//! by asking for it.

use serde_json::{Value, json};

use crate::house::{EVENT, Force, House, call, quote, view, wait_for};
use crate::program::program;
use crate::sign_in::{Browser, demo};

const WAIT: &str = "?wait=decision&timeout_ms=10000";

fn send(house: &House, key: &str, event: &Value) -> (u16, Value) {
    let bearer = format!("Bearer {key}");
    let headers = [("Authorization", bearer.as_str()), EVENT[1]];
    let reply = house.post(&format!("/v1/signals{WAIT}"), &headers, event.to_string().as_bytes());
    (reply.status, reply.json())
}

/// An answer that tells that there is one, and nothing of it.
#[track_caller]
fn tells_nothing(told: &Value) {
    for (name, value) in told.as_object().unwrap() {
        match name.as_str() {
            "signal" => assert!(value.as_str().unwrap().starts_with("s-"), "{told}"),
            "status_url" => assert!(value.as_str().unwrap().starts_with("/v1/signals/"), "{told}"),
            _ => assert!(value.is_null(), "{name}: {told}"),
        }
    }
}

#[test]
fn found_h6_who_only_sends_is_not_told_what_was_decided() {
    let house = House::open();
    let owner = house.handoff("ada");
    // A decision that is waited for, one that stands already, and one that is none of a handoff.
    for event in [quote("ada"), view("1", "ada"), quote("ben"), view("2", "cyd")] {
        let (status, told) = send(&house, "key-ingest", &event);
        assert_eq!(status, 200, "{told}");
        tells_nothing(&told);
        for name in ["signal", "decision", "handoff", "owner", "reasons"] {
            assert!(told.as_object().unwrap().contains_key(name), "{name}: {told}");
        }
        let (status, told) = send(&house, "key-web", &event);
        assert_eq!((status, told["decision"].is_null()), (200, false), "{told}");
    }
    assert!(owner.starts_with("h-"));
}

#[test]
fn found_h6_who_only_sends_is_not_told_it_later_either() {
    let house = House::open();
    let path = "/v1/signals?wait=decision&timeout_ms=0";
    let reply = house.post(path, &EVENT, quote("ada").to_string().as_bytes());
    let told = reply.json();
    tells_nothing(&told);
    let url = match told["status_url"].as_str() {
        Some(url) => url.to_owned(),
        None => return,
    };
    let whole = house.until("the decision", |house| {
        let reply = house.get(&url);
        (reply.status == 200).then(|| reply.json())
    });
    assert_eq!(whole["decision"], "hand-off");
    let reply = house.get_as("ingest", &url);
    assert_eq!(reply.status, 200);
    tells_nothing(&reply.json());
}

#[test]
fn found_h6_who_only_sends_is_not_told_why_it_waits() {
    let house = House::with(Force::Nothing, |_| {});
    let (status, told) = send(&house, "key-ingest", &quote("ada"));
    assert_eq!(status, 202);
    tells_nothing(&told);
    let url = told["status_url"].as_str().unwrap();
    let reply = house.get_as("ingest", url);
    assert_eq!(reply.status, 202);
    tells_nothing(&reply.json());
    assert_eq!(house.get(url).json()["reasons"], json!(["no-strategy"]));
}

/// Whether something that names the person stands in an answer.
fn names_ada(text: &str) -> bool {
    ["ada@", "Lovelace", "+49"].iter().any(|part| text.contains(part))
}

fn house_of_ada() -> (House, String) {
    let house = House::open();
    let mut event = quote("ada");
    event["data"]["name"] = "Ada Lovelace".into();
    event["data"]["traits"] = json!({ "name": "Ada Lovelace" });
    event["data"]["phone"] = "+49 30 901820".into();
    let told = house.event(WAIT, &event).json();
    let handoff = told["handoff"].as_str().unwrap_or_else(|| panic!("{told}")).to_owned();
    // The key that works is Ann's.
    house.give(&handoff, "ann");
    (house, handoff)
}

const PERSONAL: [&str; 2] = ["work", "revops"];
const NOT_PERSONAL: [&str; 4] = ["read", "agent", "audit", "admin"];

#[test]
fn found_h7_a_brief_is_read_as_what_the_key_is_whatever_it_asks_for() {
    let (house, handoff) = house_of_ada();
    let roles = ["", "rep", "manager", "marketer", "revops", "auditor", "admin"];
    for role in roles {
        for format in ["json", "md", "html", "text"] {
            let path = format!("/v1/handoffs/{handoff}/brief?format={format}&for={role}");
            for scope in NOT_PERSONAL {
                let reply = house.get_as(scope, &path);
                assert_eq!(reply.status, 200);
                assert!(!names_ada(&reply.text()), "{scope} for {role}: {}", reply.text());
            }
            for scope in PERSONAL {
                let named = names_ada(&house.get_as(scope, &path).text());
                let may = matches!(role, "" | "rep" | "manager" | "revops");
                assert_eq!(named, may, "{scope} for {role}, {format}");
            }
        }
    }
}

#[test]
fn found_h7_a_role_that_nobody_has_is_refused_with_those_that_there_are() {
    let (house, handoff) = house_of_ada();
    for typed in ["nobody", "Rep", "rep,manager", "queue:rep", "%1b"] {
        for scope in ["read", "revops"] {
            let reply = house.get_as(scope, &format!("/v1/handoffs/{handoff}/brief?for={typed}"));
            assert_eq!(reply.problem(400), "query-unfit", "{typed}");
            if typed == "%1b" {
                continue;
            }
            for known in ["rep", "manager", "marketer", "revops", "auditor", "admin"] {
                assert!(reply.text().contains(known), "{}", reply.text());
            }
            assert!(!reply.text().contains("nobody"), "{}", reply.text());
        }
    }
}

#[test]
fn found_h7_an_account_and_every_list_is_read_as_what_the_key_is() {
    let (house, handoff) = house_of_ada();
    let mut broken = quote("ada");
    broken["time"] = "no moment".into();
    broken["id"] = "broken".into();
    house.event("", &broken);
    let paths = [
        "/v1/accounts/ada-works.example".to_owned(),
        format!("/v1/handoffs/{handoff}"),
        format!("/v1/handoffs/{handoff}/why"),
        format!("/v1/handoffs/{handoff}/why?format=text"),
        "/v1/handoffs".to_owned(),
    ];
    for path in &paths {
        for scope in NOT_PERSONAL {
            let reply = house.get_as(scope, path);
            assert_eq!(reply.status, 200, "{scope} {path}: {}", reply.text());
            assert!(!names_ada(&reply.text()), "{scope} {path}: {}", reply.text());
        }
    }
    for scope in PERSONAL {
        let account = house.get_as(scope, &paths[0]);
        assert!(names_ada(&account.text()), "{scope}: {}", account.text());
    }
    for scope in ["revops", "admin"] {
        let listed = house.get_as(scope, "/v1/quarantine");
        assert_eq!(listed.json()["entries"].as_array().unwrap().len(), 1);
        assert!(!names_ada(&listed.text()), "{scope}: {}", listed.text());
    }
}

#[test]
fn found_h7_of_several_scopes_the_one_that_reads_most_counts() {
    let (house, handoff) = house_of_ada();
    let data = house.folder.path().join("data");
    let path = format!("/v1/handoffs/{handoff}/brief");
    for (scopes, named) in [
        ("read,work", true),
        ("admin,read", false),
        ("audit,read,agent", false),
        ("ingest,revops,audit", true),
        ("admin,work", true),
    ] {
        let made = std::process::Command::new(program())
            .args(["key", "create", "--name", "k", "--scope", scopes, "--json"])
            .args(if scopes == "read,work" { &["--member", "ann"][..] } else { &[] })
            .arg("--data")
            .arg(&data)
            .output()
            .unwrap();
        let made: Value = serde_json::from_slice(&made.stdout).unwrap();
        let bearer = format!("Bearer {}", made["key"].as_str().unwrap());
        let told = call(house.address, "GET", &path, &[("Authorization", &bearer)], b"");
        assert_eq!((told.status, names_ada(&told.text())), (200, named), "{scopes}");
    }
}

fn searched(house: &House, scope: &str, text: &str) -> Value {
    let bearer = format!("Bearer key-{scope}");
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    let reply = house.post("/v1/search", &headers, json!({ "text": text }).to_string().as_bytes());
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

/// The same once the names that came are indexed, which takes a moment.
fn searched_by_name(house: &House, scope: &str, text: &str) -> Value {
    wait_for("the names that came are indexed", || {
        Some(searched(house, scope, text)).filter(|found| found["names"]["unindexed"] == 0)
    })
}

#[test]
fn found_g1_search_tells_each_key_what_it_may_read() {
    let (house, handoff) = house_of_ada();
    for scope in PERSONAL {
        for text in
            ["ada@ada-works.example", "+49 30 901820", "ada-works.example", "Ada Works", &handoff]
        {
            let found = searched(&house, scope, text);
            assert_eq!(found["handoffs"][0]["id"], handoff, "{scope}, {text}: {found}");
            assert!(names_ada(&found["people"].to_string()), "{scope}, {text}: {found}");
        }
    }
    for scope in NOT_PERSONAL {
        for text in ["ada-works.example", &handoff] {
            let found = searched(&house, scope, text);
            assert_eq!(found["handoffs"][0]["id"], handoff, "{scope}, {text}: {found}");
            assert!(!names_ada(&found.to_string()), "{scope}, {text}: {found}");
        }
        for text in ["ada@ada-works.example", "+49 30 901820", "nobody@ada-works.example"] {
            let found = searched(&house, scope, text);
            assert_eq!(found["accounts"], json!([]), "{scope}, {text}: {found}");
        }
    }
    // By name only whoever reads names, and the others are told so.
    for text in ["Ada Lovelace", "lov", "works ada"] {
        for scope in PERSONAL {
            let found = searched_by_name(&house, scope, text);
            assert!(names_ada(&found["people"].to_string()), "{scope}, {text}: {found}");
            assert_eq!(found["names"]["searched"], true, "{scope}, {text}: {found}");
        }
        for scope in NOT_PERSONAL {
            let found = searched(&house, scope, text);
            assert_eq!(found["accounts"], json!([]), "{scope}, {text}: {found}");
            assert_eq!(found["names"]["searched"], false, "{scope}, {text}: {found}");
        }
    }
    let headers = [("Authorization", "Bearer key-ingest"), ("Content-Type", "application/json")];
    house.post("/v1/search", &headers, b"{\"text\": \"ada-works.example\"}").problem(403);
    let headers = [("Authorization", "Bearer key-read"), ("Content-Type", "application/json")];
    house.post("/v1/search", &headers, b"{}").problem(422);
}

#[test]
fn a_page_finds_by_name_for_whoever_reads_names_and_says_so_to_the_others() {
    let house = demo();
    let mut event = quote("ada");
    event["data"]["traits"] = json!({ "name": "Ada Müller" });
    let told = house.event(WAIT, &event).json();
    let handoff = told["handoff"].as_str().unwrap_or_else(|| panic!("{told}")).to_owned();
    searched_by_name(&house, "revops", "mueller");
    let search = |role: &str| {
        let mut browser = Browser::signed_in(&house, role);
        let form = format!("csrf={}&q=ada+mueller", browser.form_token());
        browser.post("/search", &form).text()
    };
    for role in ["manager", "revops"] {
        let page = search(role);
        assert!(
            page.contains("Ada Müller") && page.contains(&format!("/h/{handoff}")),
            "{role}: {page}"
        );
        assert!(!page.contains("Names were not searched"), "{role}: {page}");
    }
    let page = search("auditor");
    assert!(page.contains("Names were not searched") && !page.contains("Müller"), "{page}");
    assert!(page.contains("Nothing was found"), "{page}");
}

#[test]
fn a_lead_without_a_handoff_says_what_was_missing_over_http() {
    let house = House::open();
    let (status, told) = send(&house, "key-web", &view("1", "cyd"));
    assert_eq!((status, told["handoff"].is_null()), (200, true), "{told}");
    let signal = told["signal"].as_str().unwrap();
    for typed in [signal, "cyd-works.example"] {
        let why = house.get(&format!("/v1/accounts/{typed}/why"));
        assert_eq!(why.status, 200, "{}", why.text());
        let person = &why.json()["people"][0];
        assert!(person["handoff"].is_null() && person["signal"] == signal, "{person}");
        assert!(!person["near"].as_array().unwrap().is_empty(), "{person}");
        let text = house.get(&format!("/v1/accounts/{typed}/why?format=text")).text();
        assert!(text.contains("has no handoff") && text.contains("missing"), "{text}");
        assert!(!why.text().contains("cyd@") && !text.contains("cyd@"), "{text}");
    }
    assert_eq!(house.get("/v1/accounts/nobody.example/why").status, 404);
    assert_eq!(house.get("/v1/accounts/s-0000000000000000/why").status, 404);
    let refused = house.get_as("ingest", "/v1/accounts/cyd-works.example/why");
    assert_eq!(refused.status, 403, "{}", refused.text());
}
