//! What a new user meets first: the demo's folder, keys of sources, an import without a server.

use super::program::{Place, example};
use crate::house::{House, call};

const SOURCES: &str =
    "[sources.web]\nkind = \"cloudevents\"\n\n[sources.shop]\nkind = \"segment\"\n";

/// A place with a configuration and nothing else.
fn configured(text: &str) -> Place {
    use std::os::unix::fs::DirBuilderExt as _;
    let place = Place::new();
    std::fs::DirBuilder::new().mode(0o700).create(place.data()).unwrap();
    place.write("data/baton.toml", text);
    place
}

#[test]
fn found_g15_a_key_for_a_source_that_is_not_there_is_refused_with_those_that_are() {
    let place = configured(SOURCES);
    for typed in ["nosuch", "wbe", "Web"] {
        let create = ["key", "create", "--name", "k", "--scope", "ingest", "--source", typed];
        place.run(&create).failed(2, "unknown-source");
    }
    let create = ["key", "create", "--name", "k", "--scope", "ingest", "--source", "nosuch"];
    let refused = place.run(&create);
    assert!(refused.err.contains("`shop`") && refused.err.contains("`web`"), "{}", refused.err);
    assert_eq!(place.json(&["key", "list"]), serde_json::json!([]));
    let made =
        place.json(&["key", "create", "--name", "k", "--scope", "ingest", "--source", "web"]);
    assert_eq!(made["source"], "web");
}

#[test]
fn found_g15_where_no_source_is_configured_a_key_says_what_it_sends() {
    let place = configured("");
    let create = ["key", "create", "--name", "k", "--scope", "ingest", "--source", "nosuch"];
    let made = place.run(&create);
    assert_eq!(made.code, Some(0), "{}", made.err);
    assert!(made.err.contains("no [sources.nosuch]"), "{}", made.err);
}

const MAP: &str = "source: crm\nfiles:\n  \"*.csv\":\n    kind: lead.created\n    lead: true\n    id: id\n    subject: { email: email }\n";
const LEADS: &str = "id,email\n1,ada@firm.example\n2,bo@firm.example\n";

#[test]
fn found_g13_without_a_server_an_import_takes_its_turns_before_it_ends() {
    let place = Place::new();
    place.write("map.yaml", MAP);
    place.write("leads.csv", LEADS);
    place.json(&["apply", &example("strategies/olist")]);
    let told = place.run(&["import", "--map", "map.yaml", "leads.csv"]);
    let says = "2 signals went through the strategy: ";
    assert!(told.out.contains(says), "{}", told.out);
    // What was decided adds up to all of them.
    let decided = told.out.lines().find_map(|line| line.split_once(says)).expect("a line").1;
    let numbers =
        decided.split(", ").filter_map(|part| part.split(' ').next()?.parse::<u64>().ok());
    assert_eq!(numbers.sum::<u64>(), 2, "{decided}");
    let known = place.json(&["context", "firm.example"]);
    assert_eq!(known["people"].as_array().unwrap().len(), 2, "{known}");
    // A row that is mended comes in the same way.
    place.write("more.csv", "id,email\n3,cy@@other.example\n");
    place.json(&["import", "--map", "map.yaml", "more.csv"]);
    place.run(&["context", "other.example"]).failed(2, "unknown-id");
    let value = ["--field", "email", "--value", "cy@other.example", "--release"];
    let all = [&["quarantine", "repair", "--cause", "address-unreadable"][..], &value[..]].concat();
    let mended = place.run(&all);
    assert_eq!(mended.code, Some(0), "{}{}", mended.out, mended.err);
    place.json(&["context", "other.example"]);
}

#[test]
fn found_g13_what_waits_for_a_strategy_is_said_with_the_way_out() {
    let place = Place::new();
    place.write("map.yaml", MAP);
    place.write("leads.csv", LEADS);
    let import = ["import", "--map", "map.yaml", "leads.csv"];
    let told = place.run(&import);
    let says = "2 signals wait for a strategy (no-strategy): `baton apply DIR`";
    assert!(told.out.contains(says), "{}", told.out);
    let told = place.run(&[&import[..], &["--json"]].concat());
    assert_eq!(told.json()["duplicates"], 2);
    assert!(told.err.contains(says), "{}", told.err);
    let missing = place.run(&["context", "firm.example"]);
    missing.failed(2, "unknown-id");
    assert!(missing.err.contains("2 signals wait for a turn"), "{}", missing.err);
    place.json(&["apply", &example("strategies/olist")]);
    place.json(&["context", "firm.example"]);
}

#[test]
fn found_g5_a_folder_with_something_in_it_is_refused_with_what_to_do() {
    let place = configured("");
    let refused = place.run(&["demo", "--for", "1s"]);
    refused.failed(2, "demo-folder-taken");
    for says in ["baton serve --data", "remove"] {
        assert!(refused.err.contains(says), "{says}: {}", refused.err);
    }
}

#[test]
fn found_g5_an_address_shows_a_page_that_needs_no_key_and_no_script() {
    let house = House::open();
    let page = call(house.address, "GET", "/", &[], b"");
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"), "{policy}");
    for says in ["GET /v1/handoffs", "baton find TEXT", "are pages for a browser"] {
        assert!(page.text().contains(says), "{says}: {}", page.text());
    }
    assert!(!page.text().contains("<script"), "{}", page.text());
}

#[test]
fn whoever_opens_a_demos_folder_asks_the_clock_of_its_world() {
    let place = configured("");
    // Ten years behind ours, as a demo of long ago keeps it.
    place.write("data/demo-clock", "-315360000000000\n");
    place.json(&["apply", &example("strategies/olist")]);
    let listed = place.run(&["strategies", "--json"]).out;
    let now = baton::runtime::clock::now().to_string();
    let year: i32 = now[..4].parse().unwrap();
    // Ten years of 365 days begin in the tenth year before, or in the ninth.
    let since = [year - 10, year - 9].map(|year| format!("\"since\":\"{year}"));
    assert!(since.iter().any(|since| listed.contains(since)), "{listed}");
    assert_eq!(place.run(&["doctor"]).code, Some(0));
}

#[test]
fn help_of_a_verb_is_had_either_way() {
    let place = Place::new();
    for verb in [&["why"][..], &["resolve", "join"], &[]] {
        let asked = place.run(&[&["help"][..], verb].concat());
        let flag = place.run(&[verb, &["--help"][..]].concat());
        assert_eq!((asked.code, &asked.out), (Some(0), &flag.out), "{verb:?}");
    }
    assert_eq!(place.run(&["help", "nosuch"]).code, Some(2));
}
