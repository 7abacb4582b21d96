//! Repair is the reading path: what is put in place is read as a new row would be, all that is wrong is
//! told at once with the values, and many are mended in one go.

use std::fmt::Write as _;

use serde_json::Value;

use crate::cli::program::Place;
use crate::import::rows::{MAP, leads};

/// Leads of which each has these two cells wrong.
fn wrong(count: usize) -> Place {
    let place = Place::new();
    place.write(
        "map.yaml",
        MAP.replace(
            "person.name: { column: name, type: text }",
            "born: { type: date, unreadable: hold }",
        ),
    );
    let mut text = String::from("id,created,email,born,amount\n");
    for at in 0..count {
        let _ = writeln!(text, "{at},2026-01-1{},lead{at}@@firm.example,soon,{at}.x", at % 10);
    }
    place.write("leads.csv", text);
    place.json(&["import", "--map", "map.yaml", "leads.csv"]);
    place
}

fn first(place: &Place) -> Value {
    place.json(&["quarantine", "list"])[0].clone()
}

#[test]
fn found_d5_all_faults_of_a_row_are_told_with_what_stands_there() {
    let place = wrong(1);
    let entry = first(&place);
    let id = entry["id"].as_str().unwrap();
    let ended = place.run(&["quarantine", "repair", id, "--set", "amount=12.50"]);
    assert_eq!(ended.code, Some(3), "{}{}", ended.out, ended.err);
    for said in ["`lead0@@firm.example`", "`soon`", "[address-unreadable]", "[time-unreadable]"] {
        assert!(ended.out.contains(said), "no {said} in {}", ended.out);
    }
    assert!(!ended.out.contains("repaired"), "{}", ended.out);
    // That the values were seen is in the journal, and the values are not.
    let facts = place.run(&["export", "--what", "facts"]).out;
    assert_eq!(facts.matches("\"unsealed\"").count(), 1, "{facts}");
    assert!(!facts.contains("@@"), "{facts}");
    assert!(!place.holds("@@firm"));
}

#[test]
fn found_d5_an_entry_moves_to_the_group_of_what_is_wrong_now() {
    let place = wrong(1);
    let steps = [
        ("email=ada@firm.example", "time-unreadable", "born"),
        ("born=1990-02-03", "number-unreadable", "amount"),
        // What was right can be made wrong again.
        ("email=ada", "address-unreadable", "email"),
        ("email=ada@firm.example", "number-unreadable", "amount"),
    ];
    for (set, cause, field) in steps {
        let id = first(&place)["id"].as_str().unwrap().to_owned();
        let ended = place.run(&["quarantine", "repair", &id, "--set", set, "--json"]);
        let done = &ended.json()["entries"][0];
        assert_eq!((&done["result"], &done["cause"]), (&"kept".into(), &cause.into()), "{done}");
        let entry = first(&place);
        assert_eq!((&entry["reason"], &entry["field"]), (&cause.into(), &field.into()), "{set}");
        assert_eq!(entry["state"], "waiting");
        let shown = place.json(&["quarantine", "show", &id]);
        assert!(shown["detail"].as_str().unwrap().contains(field), "{shown}");
    }
    let id = first(&place)["id"].as_str().unwrap().to_owned();
    let mended = place.json(&["quarantine", "repair", &id, "--set", "amount=3", "--release"]);
    assert_eq!(mended["entries"][0]["result"], "released", "{mended}");
    assert_eq!(place.json(&["doctor"])["healthy"], true);
    assert_eq!(place.json(&["replay", "--dry-run"])["same"], true);
}

#[test]
fn found_d5_every_entry_that_is_kept_is_told() {
    let place = wrong(24);
    let ended = place.run(&["quarantine", "repair", "--all", "--set", "born=1990-02-03"]);
    assert_eq!(ended.out.matches("@@firm.example").count(), 24, "{}", ended.out);
    assert_eq!(ended.out.matches("[number-unreadable]").count(), 24, "{}", ended.out);
    // Another cause is another group now.
    let held = place.json(&["quarantine", "list", "--cause", "time-unreadable"]);
    assert!(held.as_array().unwrap().is_empty(), "{held}");
}

#[test]
fn found_d5_what_no_row_has_is_refused_and_changes_nothing() {
    let place = wrong(1);
    let before = first(&place);
    let id = before["id"].as_str().unwrap();
    for set in ["amuont=3", "$map=other", "=3", "amount"] {
        let ended = place.run(&["quarantine", "repair", id, "--set", set]);
        assert!(matches!(ended.code, Some(2 | 3)), "{set}: {}{}", ended.out, ended.err);
        assert_eq!(first(&place), before, "{set}");
    }
    let ended = place.run(&["quarantine", "repair", id, "--set", "amuont=3"]);
    assert!(ended.out.contains("amuont"), "{}", ended.out);
}

#[test]
fn found_d5_a_whole_cause_is_mended_in_one_go() {
    let place = Place::new();
    place.write("map.yaml", MAP);
    place.write("leads.csv", leads(3_000, |at| at % 2 == 0));
    place.json(&["import", "--map", "map.yaml", "leads.csv"]);
    let mended = place.json(&[
        "quarantine",
        "repair",
        "--reason",
        "number-unreadable",
        "--set",
        "amount=12.50",
        "--release",
    ]);
    assert_eq!((&mended["done"], &mended["kept"]), (&1_500.into(), &0.into()));
    assert!(place.json(&["quarantine", "list"]).as_array().unwrap().is_empty());
    let facts = place.run(&["export", "--what", "facts", "--purpose", "audit"]).out;
    assert_eq!(facts.matches("\"12.5\"").count(), 1_500);
    assert_eq!(place.json(&["doctor"])["healthy"], true);
}

const CONTRACT: &str = "
apiVersion: v3.1.0
kind: DataContract
id: leads
version: 1.0.0
name: Leads
status: active
customProperties:
  - { property: batonSeam, value: signal }
schema:
  - name: lead
    customProperties:
      - { property: batonKinds, value: [lead.created] }
    properties:
      - { name: seats, logicalType: integer, required: true }
";

#[test]
fn found_d5_a_number_that_a_contract_wants_can_be_typed_in_and_no_raw_bytes_are_shown() {
    let place = Place::new();
    let strategy = crate::cli::program::example("strategies/olist");
    crate::cli::strategy::copy(&strategy, &place, "strategy");
    place.write("strategy/contracts/leads.yaml", CONTRACT);
    place.json(&["apply", "strategy"]);
    place.write(
        "map.yaml",
        MAP.replace("amount: { type: decimal, unreadable: hold }", "seats: text"),
    );
    place.write(
        "leads.csv",
        "id,created,email,name,seats\n1,2026-01-10,ada@firm.example,Ada,twelve\n",
    );
    place.json(&["import", "--map", "map.yaml", "leads.csv"]);
    let entry = first(&place);
    assert_eq!((&entry["reason"], &entry["field"]), (&"field-type".into(), &"seats".into()));
    let id = entry["id"].as_str().unwrap();
    let shown = place.run(&["quarantine", "show", id]).out;
    assert!(shown.contains("seats: twelve") && shown.contains("ada@firm.example"), "{shown}");
    assert!(!shown.contains('\u{fffd}') && !shown.contains("kind:\0"), "{shown}");
    let kept = place.run(&["quarantine", "repair", id, "--set", "seats=a dozen"]);
    assert_eq!(kept.code, Some(3), "{}", kept.out);
    let mended = place.json(&["quarantine", "repair", id, "--set", "seats=12", "--release"]);
    assert_eq!(mended["entries"][0]["result"], "released", "{mended}");
    assert!(place.json(&["quarantine", "list"]).as_array().unwrap().is_empty());
    assert_eq!(place.json(&["doctor"])["healthy"], true);
}
