//! An import is taken back: shown first, done once, and its rows can come again.

use std::process::Command;

use baton::runtime::clock;
use crank::{UndoOrder, UndoProgress};
use domain::fact::By;
use serde_json::Value;

use crate::cli::desk;
use crate::cli::program::Place;
use crate::house::House;
use crate::import::rows::{MAP, leads};
use crate::program::program;

const PAGE: &str = include_str!("../../../../../docs/how-to/undo-an-import.md");

/// A place whose strategy hands off whoever asks for a quote, with three who did in one import.
fn imported() -> (Place, String) {
    let place = desk::place();
    let rows = ["ada", "ben", "cy"].map(|who| format!("{who},{who}@{who}.example,{who} Doe\n"));
    place.write("quotes-all.csv", format!("id,email,name\n{}", rows.concat()));
    let told = place.json(&["import", "--map", "quotes.yaml", "quotes-all.csv"]);
    let import = told["import"].as_str().expect("an id").to_owned();
    assert_eq!(place.rows(&["handoffs", "--open", "--limit", "200"]).len(), 3);
    (place, import)
}

fn state_of(place: &Place, import: &str) -> String {
    let all = place.rows(&["imports"]);
    let one = all.iter().find(|one| one["import"] == import).expect("it is listed");
    one["state"].as_str().expect("a state").to_owned()
}

#[test]
fn found_d1_an_import_is_taken_back_once_it_was_shown_what_that_comes_to() {
    let (place, import) = imported();
    let told = place.json(&["import", "undo", &import, "--dry-run"]);
    let rows = ["signals", "scores", "withdrawn", "kept", "erased"];
    let figures = |told: &Value| rows.map(|name| told[name].as_u64().expect("a number"));
    assert_eq!(figures(&told), [3, 3, 3, 0, 0], "{told}");
    // Nobody is there who could be asked: nothing changes.
    let ended = place.run(&["import", "undo", &import]);
    assert_eq!(ended.code, Some(2), "{}", ended.err);
    assert!(ended.err.contains("confirmation-needed") && ended.err.contains("withdrawn"));
    assert_eq!(state_of(&place, &import), "complete");
    let done = place.json(&["import", "undo", &import, "--yes"]);
    assert_eq!(done, told, "as it was told");
    assert_eq!(state_of(&place, &import), "undone");
    assert_eq!(place.rows(&["handoffs", "--open", "--limit", "200"]).len(), 0, "none is open");
    place.run(&["import", "undo", &import, "--yes"]).failed(3, "import-undone-before");
    // The same rows are another import.
    let again = place.json(&["import", "--map", "quotes.yaml", "quotes-all.csv"]);
    assert_eq!(again["accepted"].as_u64(), Some(3), "{again}");
    assert_ne!(again["import"], import.as_str());
    assert_eq!(place.rows(&["handoffs", "--open", "--limit", "200"]).len(), 3);
    let repeated = place.json(&["import", "--map", "quotes.yaml", "quotes-all.csv"]);
    assert_eq!((&repeated["import"], &repeated["duplicates"]), (&again["import"], &3.into()));
    whole(&place);
}

#[test]
fn found_d1_what_somebody_works_is_kept_and_who_was_in_it_alone_can_be_erased() {
    let (place, import) = imported();
    let handoff = place.rows(&["handoffs"])[0]["id"].as_str().expect("an id").to_owned();
    let owner = place.rows(&["handoffs"])[0]["owner"]["id"].as_str().expect("one").to_owned();
    let ended = place.run(&["accept", &handoff, "--as", &owner]);
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    let done = place.json(&["import", "undo", &import, "--yes"]);
    assert_eq!((&done["withdrawn"], &done["kept"]), (&2.into(), &1.into()), "{done}");
    let why = place.run(&["why", &handoff]).out;
    assert!(why.contains("was taken back"), "{why}");
    whole(&place);
    for who in ["ada", "ben", "cy"] {
        let address = format!("{who}@{who}.example");
        let ended = place.run_with(&["erase", "-", "--yes"], &address);
        assert_eq!(ended.code, Some(0), "{}{}", ended.out, ended.err);
    }
    whole(&place);
}

#[test]
fn found_d1_rows_that_were_kept_apart_go_with_their_import() {
    let place = desk::place();
    place.write("map.yaml", MAP);
    place.write("leads.csv", leads(20, |at| at % 5 == 3));
    let told = place.json(&["import", "--map", "map.yaml", "leads.csv"]);
    assert_eq!(told["quarantined"].as_u64(), Some(4));
    let import = told["import"].as_str().expect("an id");
    place.json(&["import", "undo", import, "--yes"]);
    assert_eq!(place.json(&["quarantine", "list"]).as_array().map(Vec::len), Some(0));
    let again = place.json(&["import", "--map", "map.yaml", "leads.csv"]);
    let rows = ["accepted", "quarantined", "duplicates"].map(|name| again[name].as_u64());
    assert_eq!(rows, [Some(16), Some(4), Some(0)], "{again}");
    whole(&place);
}

/// Nothing of a folder is damaged, and its rows and turns are as the journal says.
#[track_caller]
fn whole(place: &Place) {
    let told = place.json(&["doctor"]);
    assert_eq!(told["healthy"], true, "{told}");
    let told = place.json(&["replay", "--dry-run"]);
    assert_eq!(told["same"], true, "{told}");
    let ended = place.run(&["replay", "--check"]);
    assert_eq!(ended.code, Some(0), "{}{}", ended.out, ended.err);
    let ended = place.run(&["audit", "verify"]);
    assert_eq!(ended.code, Some(0), "{}{}", ended.out, ended.err);
}

#[test]
fn the_commands_of_the_page_run_as_they_stand() {
    let (place, import) = imported();
    let mut lines = String::new();
    let blocks = PAGE.split("```\n").skip(1).step_by(2);
    for line in blocks.flat_map(str::lines).filter(|line| line.starts_with("baton ")) {
        // Nobody is there who could be asked.
        let asks = line.contains("undo") && !line.contains("--dry-run");
        let yes = if asks { " --yes" } else { "" };
        lines.push_str(&line.replace("i-7f3a", &import));
        lines.push_str(yes);
        lines.push('\n');
    }
    assert_eq!(lines.lines().count(), 4, "{lines}");
    let ended = place.shell(&lines);
    assert_eq!(ended.code, Some(0), "{}{}", ended.out, ended.err);
    assert!(ended.out.contains("is taken back:"), "{}", ended.out);
}

#[test]
fn found_d1_an_import_is_taken_back_over_http() {
    let (house, place) = (House::open(), Place::new());
    let map = place.write("map.yaml", MAP);
    let file = place.write("leads.csv", leads(7, |_| false));
    let mut import = Command::new(program());
    import.args(["import", "--json", "--data"]).arg(house.folder.path().join("data"));
    let told = import.arg("--map").arg(&map).arg(file).output().expect("it runs");
    let told: Value = serde_json::from_slice(&told.stdout).expect("a report");
    let path = format!("/v1/imports/{}/undo", told["import"].as_str().expect("an id"));
    let ask = |scope: &str, path: &str, body: &str| {
        let key = format!("Bearer key-{scope}");
        let headers = [("authorization", key.as_str()), ("content-type", "application/json")];
        house.post(path, &headers, body.as_bytes())
    };
    assert_eq!(ask("work", &path, "{}").status, 403);
    let would = ask("revops", &path, r#"{"dry_run": true}"#).json();
    assert_eq!((&would["signals"], &would["import"]), (&7.into(), &told["import"]), "{would}");
    assert_eq!(ask("revops", &path, "{}").json(), would);
    assert_eq!(ask("revops", &path, "{}").problem(409), "import-undone-before");
    let missing = ask("revops", "/v1/imports/i-0000000000000000/undo", "{}");
    assert_eq!(missing.problem(404), "import-missing");
    let wrong = ask("revops", &path, r#"{"consent": true}"#);
    assert!(wrong.status >= 400, "{}", wrong.status);
}

#[test]
fn found_d1_an_undo_that_was_interrupted_goes_on_when_the_server_starts() {
    let (house, place) = (House::open(), Place::new());
    let map = place.write("map.yaml", MAP);
    let file = place.write("leads.csv", leads(7, |_| false));
    let mut import = Command::new(program());
    import.args(["import", "--json", "--data"]).arg(house.folder.path().join("data"));
    let told = import.arg("--map").arg(&map).arg(file).output().expect("it runs");
    let told: Value = serde_json::from_slice(&told.stdout).expect("a report");
    let import = told["import"].as_str().expect("an id").to_owned();
    let state = |house: &House| {
        let shown = house.get_as("revops", &format!("/v1/imports/{import}")).json();
        shown["state"].as_str().map(str::to_owned)
    };
    let house = house.between(|crank| {
        let (import, now) = (import.parse().expect("an id"), clock::now());
        let order = UndoOrder { import, consents: false, by: By::Operator };
        // What it begins with is written, and then the program is killed.
        let begun = crank.undo_import(&order, false, now).expect("begun");
        assert_eq!(begun, UndoProgress::UnderWay);
    });
    house.until("it is taken back", |house| (state(house)? == "undone").then_some(()));
    let shown = house.get_as("revops", &format!("/v1/imports/{import}")).json();
    assert_eq!(shown["undone"]["signals"], 7, "{shown}");
}
