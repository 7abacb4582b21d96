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
    let ended = place.run_with(&["erase", "-", "--yes", "--json"], "Ada.Keller@firm.example\n");
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    let receipt = ended.json();
    assert_eq!(receipt["nodes"].as_array().unwrap().len(), 1, "{receipt}");
    assert!(!receipt["not_searched"].as_array().unwrap().is_empty());
    let facts = place.run(&["export", "--what", "facts", "--purpose", "audit"]).out;
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
    let ended = place.run_with(&["erase", "-", "--yes", "--json"], "ada.keller@firm.example\n");
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
    let ended = place.run(&["export", "--what", "facts", "--purpose", "audit"]);
    assert!(!ended.out.contains("ada.keller") && ended.out.contains("bo@other.example"));
    assert!(ended.err.contains("store-erasure-revived"), "{}", ended.err);
    assert_eq!(place.json(&["doctor"])["healthy"], true);
}

const COMPANIES: &str = "source: register
files:
  \"*.csv\":
    kind: account.listed
    id: id
    subject: { domain: site, company: firm }
    fields: { account.owner_name: { column: holder, type: text } }
";
const FIRMS: &str = "id,site,firm,holder
1,keller-photo.example,Keller Photo,Ada Keller
";

/// A sole trader, of whom a register says who she is, and somebody who works for her.
fn with_a_sole_trader() -> Place {
    let place = Place::new();
    place.write("register.yaml", COMPANIES);
    place.write("firms.csv", FIRMS);
    let people = MAP.replace("person.name: name", "person.name: { column: name, type: text }");
    place.write("map.yaml", people);
    place.write("leads.csv", "id,email,phone,name,note\n1,bo@keller-photo.example,,Bo Brandt,\n");
    place.json(&["import", "--map", "register.yaml", "firms.csv"]);
    place.json(&["import", "--map", "map.yaml", "leads.csv"]);
    place.json(&["apply", &example("strategies/olist")]);
    place
}

#[test]
fn the_company_of_a_sole_trader_is_erased_and_her_people_stay() {
    let place = with_a_sole_trader();
    let knows = |what: &str| {
        place.run(&["context", "keller-photo.example", "--purpose", "test"]).out.contains(what)
            || place.run(&["export", "--what", "facts", "--purpose", "audit"]).out.contains(what)
    };
    assert!(knows("Ada Keller") && knows("bo@keller-photo.example"));
    let would = place.json(&["erase", "keller-photo.example", "--dry-run"]);
    assert_eq!(would["nodes"].as_array().unwrap().len(), 1, "{would}");
    assert!(would["moment"].is_null() && would["person"].is_null(), "{would}");
    let account = would["account"].as_str().unwrap();
    assert!(knows("Ada Keller"), "it was only told");
    // Nobody can be asked here.
    place.run(&["erase", account]).failed(2, "confirmation-needed");
    let receipt = place.json(&["erase", account, "--yes"]);
    assert_eq!((&receipt["nodes"], &receipt["account"]), (&would["nodes"], &would["account"]));
    assert!(receipt["moment"].is_string(), "{receipt}");
    assert!(!knows("Ada Keller") && knows("bo@keller-photo.example"));
    // What was said before does not come back, under another id of the source either.
    place.write("firms.csv", FIRMS.replace("\n1,", "\n2,"));
    let again = place.json(&["import", "--map", "register.yaml", "firms.csv"]);
    assert_eq!((&again["accepted"], &again["duplicates"]), (&0.into(), &1.into()), "{again}");
    place.run(&["erase", account, "--yes"]).failed(2, "company-missing");
    assert_eq!(place.json(&["doctor"])["healthy"], true);
    assert_eq!(place.json(&["replay", "--dry-run"])["same"], true);
}

#[test]
fn who_is_erased_is_shown_first() {
    let place = with_a_sole_trader();
    let said = place.run_with(&["erase", "-", "--dry-run"], "bo@keller-photo.example");
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("would be erased") && said.out.contains("not searched"));
    let asked = place.run_with(&["erase", "-"], "bo@keller-photo.example");
    asked.failed(2, "confirmation-needed");
    assert!(asked.err.contains("would be erased"), "{}", asked.err);
    let done = place.run_with(&["erase", "-", "--yes"], "keller-photo.example\n");
    assert!(done.out.contains("The company of a-") && done.out.contains("is erased since"));
}
