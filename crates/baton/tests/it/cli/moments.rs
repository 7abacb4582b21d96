//! What was known then: briefs, reasons and contexts as of a moment, from the folder alone.

use std::collections::BTreeSet;

use serde_json::Value;

use super::program::{Place, example};

fn map(subject: &str) -> String {
    format!(
        "source: crm\nfiles:\n  \"*.csv\":\n    kind: lead.created\n    lead: true\n    \
         id: id\n    subject: {{ {subject} }}\n    fields: {{ person.title: {{ column: title }} }}\n"
    )
}

fn import(place: &Place, name: &str, subject: &str, rows: &str) {
    place.write(&format!("{name}.yaml"), map(subject));
    place.write(&format!("{name}.csv"), rows);
    place.json(&["import", "--map", &format!("{name}.yaml"), &format!("{name}.csv")]);
}

/// The handoffs as they are exported, oldest first.
fn handoffs(place: &Place) -> Vec<Value> {
    let state = place.run(&["export", "--what", "state"]);
    let lines = state.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut handoffs: Vec<Value> = lines.filter(|line| line["record"] == "handoff").collect();
    handoffs.sort_by_key(|handoff| handoff["opened"].as_str().unwrap().to_owned());
    handoffs
}

#[test]
fn found_a12_briefs_from_the_folder_keep_their_person_after_a_merge() {
    let place = Place::new();
    place.json(&["apply", &example("strategies/olist")]);
    import(
        &place,
        "mail",
        "email: email",
        "id,who,email,title\n1,,ada@firm.example,Head of Sales\n",
    );
    import(&place, "ids", "external_id: who", "id,who,email,title\n2,u-1,,Director\n");
    let before = handoffs(&place);
    assert_eq!(before.len(), 2, "{before:?}");
    let brief = |handoff: &Value| place.json(&["brief", handoff["id"].as_str().unwrap()]);
    let read: Vec<Value> = before.iter().map(brief).collect();
    import(
        &place,
        "both",
        "external_id: who, email: email",
        "id,who,email,title\n3,u-1,ada@firm.example,Director\n",
    );
    let merged = handoffs(&place);
    let people = merged.iter().map(|handoff| handoff["person"].to_string());
    let people: BTreeSet<String> = people.collect();
    assert_eq!(people.len(), 1, "they are one: {merged:?}");
    for (handoff, read) in before.iter().zip(&read) {
        assert!(read.to_string().contains("Title: "), "{read}");
        assert_eq!(brief(handoff)["claims"], read["claims"], "after the merge");
        let id = handoff["id"].as_str().unwrap();
        let then = handoff["changed"].as_str().unwrap();
        let then = place.json(&["brief", id, "--as-of", then]);
        assert_eq!(then["claims"], read["claims"]);
        let why = place.json(&["why", id]);
        let now = merged.iter().find(|now| now["id"] == handoff["id"]).unwrap();
        assert_eq!((&why["owner"], &why["state"]), (&now["owner"], &now["state"]));
        let why = place.json(&["why", id, "--as-of", handoff["changed"].as_str().unwrap()]);
        assert_eq!((&why["owner"], &why["state"]), (&handoff["owner"], &handoff["state"]));
    }
    for verb in ["brief", "why"] {
        let id = before[0]["id"].as_str().unwrap();
        let ended = place.run(&[verb, id, "--as-of", "2020-01-01T00:00:00Z"]);
        assert!(ended.err.contains("it was proposed at"), "{}", ended.err);
        ended.failed(2, "unknown-id");
    }
}
