//! Every row that is read is accepted, a duplicate or a quarantine entry.

use std::fmt::Write as _;

use crate::cli::program::Place;

pub(super) const MAP: &str = "source: crm
files:
  \"leads*.csv\":
    kind: lead.created
    lead: true
    id: id
    time: { column: created, formats: [\"%Y-%m-%d\"] }
    subject: { email: email }
    fields:
      person.name: { column: name, type: text }
      amount: { type: decimal, unreadable: hold }
";

/// Leads as a CRM exports them; those whose number `bad` says have an amount that cannot be read.
pub(super) fn leads(count: usize, bad: impl Fn(usize) -> bool) -> String {
    let mut text = String::from("id,created,email,name,amount\n");
    for at in 0..count {
        let amount = if bad(at) { "1.2.3".to_owned() } else { format!("{}.50", at % 900) };
        let (month, day, firm) = (1 + at % 9, at % 10, at % 50);
        let lead = format!("lead{at}@firm{firm}.example,Nadia Lead {at}");
        let _ = writeln!(text, "{at},2026-0{month}-1{day},{lead},{amount}");
    }
    text
}

#[test]
fn the_parts_add_up_and_a_second_run_finds_duplicates_alone() {
    let place = Place::new();
    place.write("map.yaml", MAP);
    place.write("leads.csv", leads(2_500, |at| at % 100 == 7));
    let first = place.json(&["import", "--map", "map.yaml", "leads.csv"]);
    let parts = |report: &serde_json::Value| {
        ["read", "accepted", "duplicates", "quarantined"].map(|key| report[key].as_u64().unwrap())
    };
    assert_eq!(parts(&first), [2_500, 2_475, 0, 25]);
    assert!(first["seconds"].is_f64() && first["import"].as_str().unwrap().starts_with("i-"));
    let second = place.json(&["import", "--map", "map.yaml", "leads.csv"]);
    assert_eq!(parts(&second), [2_500, 0, 2_500, 0], "an entry that comes again is a duplicate");
    assert_eq!(first["import"], second["import"], "the same call has the same id");
    let held = place.json(&["quarantine", "list"]);
    assert_eq!(held.as_array().unwrap().len(), 25);
    let entry = &held[0];
    let named = ["source", "file", "line", "reason", "field"].map(|key| entry[key].clone());
    let expected = serde_json::json!(["crm", "leads.csv", 9, "number-unreadable", "amount"]);
    assert_eq!(serde_json::json!(named), expected);
    assert_eq!(place.json(&["doctor"])["healthy"], true);
}

#[test]
fn without_json_people_read_what_happened_and_what_next() {
    let place = Place::new();
    place.write("map.yaml", MAP);
    place.write("leads.csv", leads(3, |at| at == 1));
    let ended = place.run(&["import", "--map", "map.yaml", "leads.csv"]);
    assert_eq!(ended.code, Some(0), "quarantined or not: {}", ended.err);
    for said in ["3 rows from 1 file", "quarantine list", "no-strategy"] {
        assert!(ended.out.contains(said), "no `{said}` in {}", ended.out);
    }
    assert!(ended.out.lines().all(|line| line.chars().count() <= 100));
}

#[test]
fn nobody_is_named_in_clear_in_any_file_of_the_folder() {
    let place = Place::new();
    place.write("map.yaml", MAP);
    place.write("leads.csv", leads(40, |at| at % 5 == 0));
    place.json(&["import", "--map", "map.yaml", "leads.csv"]);
    for said in ["Nadia Lead", "lead7@firm7.example", "lead5@firm5.example", "firm7.example"] {
        assert!(!place.holds(said), "`{said}` stands in clear");
    }
}

#[test]
fn the_same_id_with_another_body_is_held() {
    let place = Place::new();
    place.write("map.yaml", MAP);
    place.write("leads.csv", leads(2, |_| false));
    place.json(&["import", "--map", "map.yaml", "leads.csv"]);
    place.write("leads.csv", leads(2, |_| false).replace("Nadia Lead 1", "Somebody Else"));
    let again = place.json(&["import", "--map", "map.yaml", "leads.csv"]);
    assert_eq!((&again["duplicates"], &again["quarantined"]), (&1.into(), &1.into()), "{again}");
    assert_eq!(place.json(&["quarantine", "list"])[0]["reason"], "id-reused");
    let released = place.json(&["quarantine", "release", "--cause", "id-reused"]);
    assert_eq!((&released["done"], &released["kept"]), (&1.into(), &0.into()), "{released}");
}
