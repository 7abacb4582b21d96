//! What was imported is listed: once for an import, however often it was run.

use std::process::Command;

use serde_json::Value;

use crate::cli::program::Place;
use crate::house::House;
use crate::import::rows::{MAP, leads};
use crate::program::program;

fn listed(place: &Place) -> Vec<Value> {
    let ended = place.run(&["imports", "--json"]);
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    ended.out.lines().map(|line| serde_json::from_str(line).expect("a line each")).collect()
}

#[test]
fn found_d1_imports_are_listed_with_what_became_of_them() {
    let place = Place::new();
    place.write("map.yaml", MAP);
    place.write("leads.csv", leads(50, |at| at % 10 == 7));
    place.write("leads-2.csv", leads(60, |_| false));
    let first = place.json(&["import", "--map", "map.yaml", "leads.csv"]);
    let second = place.json(&["import", "--map", "map.yaml", "leads-2.csv"]);
    let all = listed(&place);
    let ids: Vec<_> = all.iter().map(|import| import["import"].clone()).collect();
    assert_eq!(ids, [second["import"].clone(), first["import"].clone()], "the latest first");
    let rows = ["read", "accepted", "duplicates", "quarantined", "runs"];
    let told = |import: &Value| rows.map(|name| import[name].as_u64().expect("a number"));
    assert_eq!(told(&all[1]), [50, 45, 0, 5, 1]);
    // The five that were held are mended at their source, and the others are known.
    assert_eq!(told(&all[0]), [60, 15, 45, 0, 1]);
    for import in &all {
        assert_eq!((&import["state"], &import["map"]), (&"complete".into(), &"map.yaml".into()));
        assert_eq!((&import["source"], &import["by"]), (&"crm".into(), &"operator".into()));
    }
    assert_eq!(all[1]["files"], serde_json::json!(["leads.csv"]));
    // A file's name may name somebody.
    assert!(!place.holds("leads.csv") && !place.holds("map.yaml"));
    let text = place.run(&["imports"]).out;
    assert!(text.contains("leads-2.csv") && text.lines().all(|line| line.len() <= 80), "{text}");
    assert_eq!(place.json(&["doctor"])["healthy"], true);
    assert_eq!(place.json(&["replay", "--dry-run"])["same"], true);
}

#[test]
fn found_d1_an_import_that_is_run_again_is_one_import() {
    let place = Place::new();
    place.write("map.yaml", MAP);
    place.write("leads.csv", leads(20, |at| at == 3));
    for _ in 0..3 {
        place.json(&["import", "--map", "map.yaml", "leads.csv"]);
    }
    let all = listed(&place);
    assert_eq!(all.len(), 1, "{all:?}");
    let one = &all[0];
    assert_eq!((one["runs"].as_u64(), one["state"].as_str()), (Some(3), Some("complete")));
    assert_eq!((one["accepted"].as_u64(), one["duplicates"].as_u64()), (Some(19), Some(20)));
    assert!(place.run(&["imports"]).out.contains("3 runs"));
}

#[test]
fn found_d1_a_file_of_other_contents_and_the_same_size_is_another_import() {
    let place = Place::new();
    place.write("map.yaml", MAP);
    place.write("leads.csv", leads(20, |_| false));
    let first = place.json(&["import", "--map", "map.yaml", "leads.csv"]);
    let changed = leads(20, |_| false).replace(",lead3@", ",lexd3@");
    assert_eq!(changed.len(), leads(20, |_| false).len());
    place.write("leads.csv", changed);
    let second = place.json(&["import", "--map", "map.yaml", "leads.csv"]);
    assert_ne!(first["import"], second["import"]);
    assert_eq!(listed(&place).len(), 2);
}

#[test]
fn found_d1_imports_are_listed_over_http_a_page_at_a_time() {
    let (house, place) = (House::open(), Place::new());
    let map = place.write("map.yaml", MAP);
    let mut ids = Vec::new();
    for rows in [5, 6, 7] {
        let file = place.write("leads.csv", leads(rows, |_| false));
        let mut import = Command::new(program());
        import.args(["import", "--json", "--data"]).arg(house.folder.path().join("data"));
        let told = import.arg("--map").arg(&map).arg(file).output().expect("it runs");
        let told: Value = serde_json::from_slice(&told.stdout).expect("a report");
        ids.insert(0, told["import"].clone());
    }
    let page = |query: &str| house.get_as("revops", &format!("/v1/imports{query}"));
    let first = page("?limit=2").json();
    let listed = first["imports"].as_array().expect("a list");
    let shown: Vec<&Value> = listed.iter().map(|import| &import["import"]).collect();
    assert_eq!(shown, [&ids[0], &ids[1]]);
    assert_eq!((&listed[0]["state"], &listed[0]["accepted"]), (&"complete".into(), &1.into()));
    let next = first["next"].as_str().expect("there is more");
    let rest = page(&format!("?limit=2&cursor={next}")).json();
    assert_eq!((&rest["imports"][0]["import"], &rest["next"]), (&ids[2], &Value::Null));
    assert_eq!(house.get_as("read", "/v1/imports").status, 403);
    let path = format!("/v1/imports/{}", ids[0].as_str().expect("an id"));
    let one = house.get_as("revops", &path).json();
    assert_eq!((&one["import"], &one["caused"]["signals"]), (&ids[0], &1.into()), "{one}");
    let missing = house.get_as("revops", "/v1/imports/i-0000000000000000");
    assert_eq!(missing.problem(404), "import-missing");
    assert_eq!(page("?cursor=nonsense").status, 400);
}

#[test]
fn found_d1_an_import_that_was_killed_is_interrupted_until_it_is_run_again() {
    let place = Place::new();
    place.write("map.yaml", MAP);
    place.write("leads.csv", leads(40_000, |_| false));
    let mut child = place.start(&["import", "--map", "map.yaml", "leads.csv"]);
    // Until its record stands in the journal it is not listed; then it is cut short.
    while !place.data().join("baton.db").exists() || !is_running(&place) {
        if child.try_wait().expect("asked").is_some() {
            break;
        }
    }
    let _ = child.kill();
    child.wait().expect("it ends");
    let before = listed(&place);
    assert_ne!(before[0]["state"], "running", "whoever ran it is gone");
    place.json(&["import", "--map", "map.yaml", "leads.csv"]);
    let after = listed(&place);
    assert_eq!((after.len(), after[0]["state"].as_str()), (1, Some("complete")), "{before:?}");
    assert_eq!(after[0]["read"], 40_000);
}

fn is_running(place: &Place) -> bool {
    let ended = place.run(&["imports", "--json"]);
    ended.code == Some(0) && ended.out.contains("\"running\"")
}

/// Rows that ask for a quote at the moment of the import.
const QUOTES: &str = "source: crm
files:
  \"*.csv\":
    kind: form.quote
    id: id
    time: start
    subject: { email: email }
    fields: { person.name: { column: name } }
";

#[test]
fn found_d1_one_import_says_what_it_caused() {
    let (house, place) = (House::open(), Place::new());
    let others = house.handoff("known");
    let rows = "id,email,name\n1,ada@ada.example,Ada\n2,bo@ada.example,Bo\n3,cy@cy.example,Cy\n";
    let (map, file) = (place.write("map.yaml", QUOTES), place.write("quotes.csv", rows));
    let data = house.folder.path().join("data");
    let baton = |arguments: &[&str]| {
        let mut command = Command::new(program());
        command.args(arguments).arg("--data").arg(&data);
        command
    };
    let told =
        baton(&["import", "--json"]).arg("--map").arg(map).arg(file).output().expect("it runs");
    let told: Value = serde_json::from_slice(&told.stdout).expect("a report");
    let id = told["import"].as_str().expect("an id");
    let caused = |house: &House| {
        let mut one = house.get_as("revops", &format!("/v1/imports/{id}")).json();
        one["caused"].take()
    };
    house.until("all three are offered", |house| (caused(house)["open"] == 3).then_some(()));
    let begun = caused(&house)["listed"].as_array().expect("a list").clone();
    assert!(
        begun
            .iter()
            .all(|handoff| handoff["id"] != others.as_str() && handoff["state"] == "offered")
    );
    let taken = begun[0]["id"].as_str().expect("an id");
    let revops = [("Authorization", "Bearer key-revops"), ("Content-Type", "application/json")];
    let accepted =
        house.post(&format!("/v1/handoffs/{taken}/accept"), &revops, b"{\"as\":\"ann\"}");
    assert_eq!(accepted.status, 200, "{}", accepted.text());
    let figures = ["signals", "people", "accounts", "handoffs", "open", "accepted"];
    let told = caused(&house);
    assert_eq!(figures.map(|name| told[name].as_u64()), [3, 3, 2, 3, 3, 1].map(Some), "{told}");
    // The command line says the same, by a prefix of the id.
    let short = &id[..10];
    let said = baton(&["imports", short, "--json"]).output().expect("it runs");
    let said: Value = serde_json::from_slice(&said.stdout).expect("JSON");
    assert_eq!(said["caused"], told);
    let text = baton(&["imports", short]).output().expect("it runs").stdout;
    let text = String::from_utf8(text).expect("text");
    assert!(text.contains("What it caused:") && text.contains(taken), "{text}");
    let unknown = baton(&["imports", "i-0000000000000000"]).output().expect("it runs");
    assert_eq!(unknown.status.code(), Some(2));
}
