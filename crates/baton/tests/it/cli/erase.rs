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
