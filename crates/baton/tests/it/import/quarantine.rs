//! What is held is put right by a value or by a mended map, and let in in the first order.

use crate::cli::program::Place;
use crate::import::rows::{MAP, leads};

fn held(count: usize) -> Place {
    let place = Place::new();
    place.write("map.yaml", MAP);
    place.write("leads.csv", leads(count, |at| at % 2 == 0));
    place.json(&["import", "--map", "map.yaml", "leads.csv"]);
    place
}

#[test]
fn one_entry_is_repaired_by_a_value() {
    let place = held(4);
    let entries = place.json(&["quarantine", "list"]);
    let id = entries[0]["id"].as_str().unwrap();
    let shown = place.json(&["quarantine", "show", &id[..8]]);
    assert!(shown["raw"].as_str().unwrap().contains("1.2.3"), "{shown}");
    let early = place.run(&["quarantine", "release", &id[..8]]);
    assert_eq!(early.code, Some(3), "{}", early.err);
    assert!(
        early.err.contains("entry-unreadable") && early.out.contains("`amount`"),
        "{}",
        early.out
    );
    let value = ["quarantine", "repair", &id[..8], "--field", "amount", "--value", "12.50"];
    assert_eq!(place.json(&value)["entries"][0]["result"], "repaired");
    let released = place.json(&["quarantine", "release", id]);
    assert_eq!(released["entries"][0]["result"], "released", "{released}");
    assert_eq!(place.json(&["quarantine", "list"]).as_array().unwrap().len(), 1);
    let facts = place.run(&["export", "--what", "facts", "--purpose", "audit"]).out;
    assert!(facts.contains("\"12.5\""), "{facts}");
    let again = place.json(&["import", "--map", "map.yaml", "leads.csv"]);
    assert_eq!(again["duplicates"], 4, "mended here or not, the row has come: {again}");
}

#[test]
fn a_whole_cause_is_repaired_by_a_map_and_let_in_in_the_first_order() {
    let place = held(10);
    place.write("mended.yaml", MAP.replace("type: decimal", "type: text"));
    let mended = place.json(&[
        "quarantine",
        "repair",
        "--cause",
        "number-unreadable",
        "--map",
        "mended.yaml",
        "--release",
    ]);
    assert_eq!((&mended["done"], &mended["kept"]), (&5.into(), &0.into()), "{mended}");
    assert_eq!(place.json(&["quarantine", "list"]).as_array().unwrap().len(), 0);
    let facts = place.run(&["export", "--what", "facts", "--purpose", "audit"]).out;
    let arrived: Vec<String> = facts
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|fact| fact["kind"] == "signal-arrived" && fact["fields"]["amount"] == "1.2.3")
        .map(|fact| fact["source_id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(arrived, [0, 2, 4, 6, 8].map(|at| format!("lead.created:{at}")));
}

#[test]
fn entries_are_thrown_away_by_cause_and_only_where_somebody_says_which() {
    let place = held(4);
    place.run(&["quarantine", "discard"]).failed(2, "entries-unnamed");
    place.run(&["quarantine", "repair", "--cause", "number-unreadable"]).failed(2, "repair-unsaid");
    place.run(&["quarantine", "list", "--cause", "number-unreadible"]).failed(2, "unknown-word");
    let gone = place.json(&["quarantine", "discard", "--cause", "number-unreadable"]);
    assert_eq!(gone["done"], 2, "{gone}");
    assert_eq!(place.json(&["quarantine", "list"]).as_array().unwrap().len(), 0);
    assert_eq!(place.json(&["quarantine", "list", "--all"]).as_array().unwrap().len(), 2);
}

#[test]
fn people_see_causes_with_what_to_do_next() {
    let place = held(8);
    let ended = place.run(&["quarantine", "list"]);
    for said in [
        "4 entries are held, for 1 cause",
        "4 number-unreadable in `amount`",
        "leads.csv:2",
        "--map MAP.yaml",
    ] {
        assert!(ended.out.contains(said), "no `{said}` in {}", ended.out);
    }
}
