//! Erasing a person: by an identifier that stands in no shell history.

use super::program::{Place, example};

const MAP: &str = "source: crm
files:
  \"*.csv\":
    kind: lead.created
    lead: true
    id: id
    subject: { email: email, phone: phone }
    fields: { person.name: name, note: text }
";
const LEADS: &str = "id,email,phone,name,note
1,ada.keller@firm.example,+4930123456,Ada Keller,asks for a demo
2,bo@other.example,,Bo Brandt,
";

#[test]
fn who_was_erased_stands_nowhere_and_is_not_taken_again() {
    let place = Place::new();
    place.write(
        "map.yaml",
        MAP.replace("person.name: name", "person.name: { column: name, type: text }"),
    );
    place.write("leads.csv", LEADS);
    place.json(&["import", "--map", "map.yaml", "leads.csv"]);
    place.json(&["apply", &example("strategies/olist")]);
    for said in ["ada.keller@firm.example", "Ada Keller", "+4930123456", "asks for a demo"] {
        assert!(!place.holds(said), "`{said}` stands in clear");
    }
    let ended = place.run_with(&["erase", "-", "--json"], "Ada.Keller@firm.example\n");
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    let receipt = ended.json();
    assert_eq!(receipt["nodes"].as_array().unwrap().len(), 1, "{receipt}");
    assert!(!receipt["not_searched"].as_array().unwrap().is_empty());
    let facts = place.run(&["export", "--what", "facts", "--purpose", "test"]).out;
    assert!(!facts.contains("ada.keller") && facts.contains("bo@other.example"), "{facts}");
    let again = place.json(&["import", "--map", "map.yaml", "leads.csv"]);
    assert_eq!((&again["accepted"], &again["duplicates"]), (&0.into(), &2.into()), "{again}");
    assert_eq!(place.json(&["doctor"])["healthy"], true);
    let nobody = place.run_with(&["erase", "-"], "ada.keller@firm.example");
    nobody.failed(2, "unknown-id");
    assert!(!nobody.err.contains("ada"), "{}", nobody.err);
}

#[test]
fn what_is_no_identifier_is_refused() {
    let place = Place::new();
    place.write(
        "map.yaml",
        MAP.replace("person.name: name", "person.name: { column: name, type: text }"),
    );
    place.write("leads.csv", LEADS);
    place.json(&["import", "--map", "map.yaml", "leads.csv"]);
    place.run_with(&["erase", "-"], "  ").failed(2, "identifier-unreadable");
    place.run(&["erase", "p-0000"]).failed(2, "unknown-id");
    place.run(&["erase", "ada.keller@firm.example"]).failed(2, "unknown-id");
}

/// A folder whose keys are from before somebody was erased, and who that was.
fn with_older_keys() -> Place {
    let place = Place::new();
    place.write(
        "map.yaml",
        MAP.replace("person.name: name", "person.name: { column: name, type: text }"),
    );
    place.write("leads.csv", LEADS);
    place.json(&["import", "--map", "map.yaml", "leads.csv"]);
    place.json(&["apply", &example("strategies/olist")]);
    let keys = place.data().join("keys.db");
    let before = std::fs::read(&keys).unwrap();
    let ended = place.run_with(&["erase", "-", "--json"], "ada.keller@firm.example\n");
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    std::fs::write(keys, before).unwrap();
    place
}

#[test]
fn found_a14_the_doctor_destroys_keys_that_came_back_and_says_so() {
    let place = with_older_keys();
    let ended = place.run(&["doctor", "--json"]);
    assert_eq!(ended.code, Some(1), "{}", ended.err);
    let problems = ended.json()["problems"].to_string();
    assert!(problems.contains("store-erasure-revived"), "{problems}");
    assert_eq!(place.json(&["doctor"])["healthy"], true);
}

#[test]
fn found_a14_a_verb_that_opens_the_folder_destroys_them_and_warns() {
    let place = with_older_keys();
    let ended = place.run(&["key", "create", "--name", "k", "--scope", "read"]);
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(ended.err.contains("store-erasure-revived"), "{}", ended.err);
    assert_eq!(place.json(&["doctor"])["healthy"], true);
}

#[test]
fn found_a14_a_disclosing_export_after_older_keys_tells_nothing() {
    let place = with_older_keys();
    let ended = place.run(&["export", "--what", "facts", "--purpose", "test"]);
    assert!(!ended.out.contains("ada.keller") && ended.out.contains("bo@other.example"));
    assert!(ended.err.contains("store-erasure-revived"), "{}", ended.err);
    assert_eq!(place.json(&["doctor"])["healthy"], true);
}
