//! Who may do what: every route with every scope, keys that were revoked, and what people type shown
//! to others.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::{Value, json};

use crate::house::{EVENT, House, SCOPES, call, quote};
use crate::program::program;

/// What only those see who look after the strategy and the imports.
const REVOPS: [&str; 5] =
    ["/v1/drafts", "/v1/feedback", "/v1/imports", "/v1/rehearsals", "/v1/strategies/rollback"];

/// The scopes that may use a route.
fn may(method: &str, path: &str) -> &'static [&'static str] {
    const READ: &[&str] = &["read", "work", "revops", "agent", "audit", "admin"];
    match (method, path) {
        (_, path) if path.starts_with("/v1/users") || path.starts_with("/v1/keys") => &["admin"],
        (_, "/v1/audit" | "/v1/audit/verify") => &["audit", "admin"],
        ("get", "/v1/signals/{id}") => &SCOPES,
        ("get", "/v1/quarantine") => &["revops", "admin"],
        (_, path) if REVOPS.iter().any(|folder| path.starts_with(folder)) => &["revops", "admin"],
        ("get", path) if path.ends_with("/diff/{other}") => &["revops", "audit", "admin"],
        ("get", _) | ("post", "/v1/search") => READ,
        ("post", path) if path.starts_with("/v1/handoffs/") || path.starts_with("/v1/desk/") => {
            &["work", "revops", "admin"]
        }
        ("post", path)
            if path.starts_with("/v1/quarantine/")
                || path.starts_with("/v1/destinations/")
                || path.starts_with("/v1/identity/")
                || path == "/v1/erasures" =>
        {
            &["revops", "admin"]
        }
        ("post", _) => &["ingest", "admin"],
        (other, path) => panic!("{other} {path}"),
    }
}

#[test]
fn a10_every_route_is_open_to_its_scopes_alone() {
    let house = House::open();
    let described = house.get("/openapi.json").json();
    let paths = described["paths"].as_object().unwrap();
    for (path, methods) in paths.iter().filter(|(path, _)| path.starts_with("/v1/")) {
        if path == "/v1/hooks/{source}" {
            continue;
        }
        let at =
            path.replace("/signals/{id}", "/signals/s-0000000000000000").replace("{id}", "h-0");
        for method in methods.as_object().unwrap().keys().filter(|method| *method != "options") {
            let ask = |headers: &[(&str, &str)]| {
                call(house.address, &method.to_uppercase(), &at, headers, b"{}")
            };
            let json = ("Content-Type", "application/json");
            assert_eq!(ask(&[json]).problem(401), "key-needed", "{method} {path}");
            let nobody = ("Authorization", "Bearer nobody");
            assert_eq!(ask(&[json, nobody]).problem(401), "key-needed", "{method} {path}");
            for scope in SCOPES {
                let bearer = format!("Bearer key-{scope}");
                let reply = ask(&[json, ("Authorization", &bearer)]);
                let refused = reply.status == 403;
                assert_eq!(!refused, may(method, path).contains(&scope), "{method} {path} {scope}");
                assert!(!refused || reply.problem(403) == "scope-missing");
            }
        }
    }
}

#[test]
fn a9_a_key_that_is_revoked_opens_nothing_from_then_on() {
    let house = House::open();
    let data = house.folder.path().join("data");
    let baton = |arguments: &[&str]| {
        let mut command = Command::new(program());
        let output =
            command.args(arguments).arg("--json").arg("--data").arg(&data).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let made = baton(&["key", "create", "--name", "ann", "--scope", "read"]);
    let bearer = format!("Bearer {}", made["key"].as_str().unwrap());
    let ask = || call(house.address, "GET", "/v1/handoffs", &[("Authorization", &bearer)], b"");
    assert_eq!(ask().status, 200);
    baton(&["key", "revoke", made["id"].as_str().unwrap()]);
    assert_eq!(ask().problem(401), "key-needed");
}

#[test]
fn u1_u8_what_people_type_is_text_wherever_it_is_shown() {
    let house = House::open();
    let tricks = [
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "{{7*7}}",
        "<math><mtext></p><style><img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](https://evil.example/?q)",
        "\u{202e}gpj.exe",
        "a\r\nSet-Cookie: x=1\u{1b}[31m",
    ];
    let mut codes = BTreeSet::new();
    for (at, trick) in tricks.iter().enumerate() {
        let who = format!("who{at}");
        let mut event = quote(&who);
        event["data"]["name"] = json!(trick);
        event["data"]["company"]["name"] = json!(trick);
        event["data"]["message"] = json!(trick);
        let told = house.event("?wait=decision&timeout_ms=10000", &event).json();
        let Some(handoff) = told["handoff"].as_str() else {
            codes.insert(told.to_string());
            continue;
        };
        let brief = format!("/v1/handoffs/{handoff}/brief");
        let html = house.get(&format!("{brief}?format=html"));
        for tag in ["<img", "<svg", "<math", "<style", "href=\"javascript", "<script", "\u{202e}"] {
            assert!(!html.text().contains(tag), "{trick}: {}", html.text());
        }
        // A sign behind a backslash is the sign itself.
        let markdown = house.get(&format!("{brief}?format=md")).text();
        let markdown: String =
            markdown.split('\\').map(|part| part.get(1..).unwrap_or("")).collect();
        for link in ["](javascript", "![x](", "<img", "<svg", "\u{1b}", "\u{202e}"] {
            assert!(!markdown.contains(link), "{trick}: {markdown}");
        }
        let text = house.get(&format!("{brief}?format=text")).text();
        assert!(!text.contains(['\u{1b}', '\r', '\u{202e}']), "{trick}: {text}");
        for format in ["json", "md", "html", "text"] {
            let reply = house.get(&format!("{brief}?format={format}"));
            assert_eq!(reply.header("set-cookie"), None);
            assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        }
    }
    assert!(codes.is_empty(), "{codes:?}");
    // What stands in a filter, a path or an id is not told back.
    for path in [
        "/v1/handoffs?state=%3Cimg%20src=x%20onerror=alert(1)%3E",
        "/v1/handoffs/%3Csvg%3E",
        "/v1/accounts/<svg>",
        "/v1/handoffs?<svg>=1",
    ] {
        let reply = house.get(path);
        assert!(reply.status >= 400 && !reply.text().contains("svg"), "{path}: {}", reply.text());
        assert!(!reply.text().contains("onerror"), "{path}: {}", reply.text());
    }
    let mut odd = quote("last");
    odd["time"] = json!("<img src=x onerror=alert(1)>\u{1b}[31m");
    let told = house.post("/v1/signals", &EVENT, odd.to_string().as_bytes());
    let listed = house.get("/v1/quarantine").text();
    assert!(!listed.contains("onerror") && !told.text().contains("onerror"), "{listed}");
}
