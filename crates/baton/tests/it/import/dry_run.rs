//! `import --dry-run` shows what an import would read, and the messages of one that was run.

use serde_json::Value;

use crate::cli::program::Place;

const MAP: &str = "source: crm
files:
  \"leads*.csv\":
    kind: lead.created
    id: id
    time: { column: created, formats: [\"%m/%d/%Y\"] }
    subject: { email: email }
    fields:
      person.name: { column: name }
      person.born: { column: born, type: date }
      account.country: { column: country }
      amount: { type: decimal, unreadable: hold }
";

const LEADS: &str = "id,created,email,name,born,country,amount,note
1,03/04/2026,ada@acme.example,Ada,31/31/1999,DE,1.50,x
2,05/04/2026,bob@acme.example,Bob,1990-01-02,DE,\"1,50\",
3,25/04/2026,cy@acme.example,Cy,1990-01-02,DE,2,
4,06/04/2095,dee@acme.example,Dee,1990-01-02,DE,2,
5,07/04/2026,eve@acme.example,Eve,1990-01-02,DE,2,
6,07/04/2026,eve@acme.example,Eve,1990-01-02,DE,2,
";

fn place(leads: &str) -> Place {
    let place = Place::new();
    place.write("map.yaml", MAP);
    place.write("leads.csv", leads);
    place
}

fn odd<'r>(report: &'r Value, kind: &str) -> Vec<&'r Value> {
    report["odd"].as_array().unwrap().iter().filter(|odd| odd["kind"] == kind).collect()
}

#[test]
fn found_d1_a_dry_run_shows_the_rows_as_read_and_writes_nothing() {
    let place = place(LEADS);
    let report =
        place.json(&["import", "--map", "map.yaml", "--dry-run", "--rows", "2", "leads.csv"]);
    assert!(!place.data().exists(), "no folder was made");
    assert_eq!(report["counts"], serde_json::json!({"read": 6, "readable": 4, "quarantined": 2}));
    let rows = report["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!((&rows[0]["line"], &rows[0]["id"]), (&2.into(), &"lead.created:1".into()));
    assert_eq!(rows[0]["time"], "2026-03-04T00:00:00.000000Z");
    assert_eq!(rows[0]["subject"][0]["value"], "ada@acme.example");
    assert_eq!(rows[0]["fields"]["person.name"], "Ada");
    assert_eq!(rows[0]["left_out"][0]["value"], "31/31/1999");
    assert_eq!(rows[1]["quarantined"][0]["reason"], "decimal-comma");
    assert!(rows[1]["quarantined"][0]["help"].as_str().unwrap().contains("decimal-comma"));
}

#[test]
fn found_d1_what_looks_odd_is_told() {
    let place = place(LEADS);
    let report = place.json(&["import", "--map", "map.yaml", "--dry-run", "leads.csv"]);
    let swap = odd(&report, "day-month-swap");
    assert_eq!((&swap[0]["column"], &swap[0]["rows"]), (&"created".into(), &1.into()), "{report}");
    assert_eq!((&swap[0]["line"], &swap[0]["value"]), (&4.into(), &"25/04/2026".into()));
    assert_eq!(odd(&report, "in-the-future")[0]["line"], 5);
    assert_eq!(odd(&report, "one-value")[0]["column"], "country");
    assert_eq!(odd(&report, "column-unread")[0]["column"], "note");
    assert_eq!(odd(&report, "left-out")[0]["column"], "born");
    // Dates that fit both ways and prove nothing.
    let both = LEADS.replace("25/04/2026", "05/04/2026").replace("2095", "2026");
    place.write("leads.csv", both);
    let report = place.json(&["import", "--map", "map.yaml", "--dry-run", "leads.csv"]);
    assert_eq!(odd(&report, "day-month-swap")[0]["rows"], 6, "{report}");
    assert!(odd(&report, "in-the-future").is_empty());
    let told = place.run(&["import", "--map", "map.yaml", "leads.csv"]).err;
    assert!(!told.contains("in the future"), "{told}");
    // One date that fits one way alone settles it.
    place.write("leads.csv", LEADS.replace("25/04", "04/25").replace("2095", "2026"));
    let report = place.json(&["import", "--map", "map.yaml", "--dry-run", "leads.csv"]);
    assert!(odd(&report, "day-month-swap").is_empty(), "{report}");
    // What an import takes in says so as well.
    place.write("leads.csv", LEADS);
    let told = place.run(&["import", "--map", "map.yaml", "leads.csv"]).err;
    assert!(told.contains("1 row happens in the future, first in leads.csv line 5"), "{told}");
}

#[test]
fn found_d1_people_read_the_fields_one_by_one() {
    let place = place(LEADS);
    let ended = place.run(&["import", "--map", "map.yaml", "--dry-run", "leads.csv"]);
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    for said in ["leads.csv line 2", "person.name", "Ada", "nothing was written", "left out"] {
        assert!(ended.out.contains(said), "no `{said}` in {}", ended.out);
    }
    for said in ["day-month-swap `created`", "columns that nothing reads: `note`"] {
        assert!(ended.err.contains(said), "no `{said}` in {}", ended.err);
    }
    assert!(!place.data().exists());
    let alone = place.run(&["import", "--map", "map.yaml", "--rows", "2", "leads.csv"]);
    assert_eq!(alone.code, Some(2), "rows are those of a dry run");
}

#[test]
fn found_d5_an_import_says_the_value_and_what_helps() {
    let place = place(LEADS);
    let ended = place.run(&["import", "--map", "map.yaml", "leads.csv"]);
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    let told = ended.err.replace("\n  ", " ");
    for said in [
        "1 row quarantined: The time could not be read (`created`) [time-unreadable], first in leads.csv line 4: `25/04/2026`",
        "add \"%d/%m/%Y\" to its `formats`",
        "`1,50`",
        "1 row taken without it: The time could not be read (`born`)",
    ] {
        assert!(told.contains(said), "no `{said}` in {told}");
    }
    // What was shown is kept nowhere in clear.
    assert!(!place.holds("25/04/2026") && !place.holds("31/31/1999"));
}

#[test]
fn found_d3_a_header_that_does_not_fit_is_shown_with_the_cure() {
    let place = place(&format!("Leads of May\n\n{LEADS}"));
    for verb in ["import", "rehearse"] {
        let mut arguments = vec![verb, "--map", "map.yaml", "leads.csv"];
        if verb == "rehearse" {
            arguments = vec![verb, "--strategy", "s", "--history", "map.yaml", "leads.csv"];
            let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/strategies/olist");
            arguments[2] = example;
        }
        let ended = place.run(&arguments);
        assert_eq!(ended.code, Some(2), "{}", ended.err);
        for said in
            ["error[header-unfit]", "write `skip: 2`", "`Leads of May`", "line 3: id,created"]
        {
            assert!(ended.err.contains(said), "no `{said}` in {}", ended.err);
        }
    }
}

#[test]
fn maps_that_are_built_in_are_listed_printed_and_used_by_name() {
    let place = Place::new();
    let listed = place.run(&["import", "--maps"]);
    assert_eq!(listed.code, Some(0), "{}", listed.err);
    assert!(listed.out.contains("hubspot-contacts") && listed.out.contains("facebook-lead-ads"));
    let printed = place.run(&["import", "--maps", "hubspot-contacts"]);
    place.write("own.yaml", &printed.out);
    place.write("export.csv", "Record ID,Email,First Name\n7,ada@acme.example,Ada\n");
    for map in ["hubspot-contacts", "own.yaml"] {
        let report = place.json(&["import", "--map", map, "--dry-run", "export.csv"]);
        assert_eq!(report["counts"]["readable"], 1, "{map}: {report}");
    }
    let report = place.json(&["import", "--map", "hubspot-contacts", "export.csv"]);
    assert_eq!(report["accepted"], 1, "{report}");
    place.run(&["import", "--maps", "hubspt"]).failed(2, "map-unread");
    let unknown = place.run(&["import", "--map", "hubspt", "export.csv"]);
    assert!(unknown.err.contains("built in are hubspot-contacts"), "{}", unknown.err);
    assert_eq!(place.run(&["import", "export.csv"]).code, Some(2), "a map is needed");
}

#[test]
fn found_g_a_dry_run_says_that_no_row_names_anybody() {
    let place = place(LEADS);
    place.write("map.yaml", MAP.replace("    subject: { email: email }\n", ""));
    let run = |flags: &[&str]| {
        place.run(&[&["import", "--map", "map.yaml", "--dry-run", "leads.csv"][..], flags].concat())
    };
    let told = run(&[]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert!(told.out.contains("none can be used as a lead"), "{}", told.out);
    assert!(!told.out.contains("can be taken") && told.err.contains("subject: {"), "{}", told.err);
    let report: Value = serde_json::from_str(&run(&["--json"]).out).expect("JSON");
    assert_eq!(report["counts"]["nameless"], report["counts"]["readable"], "{report}");
    // Some of them do.
    place.write("map.yaml", MAP);
    place.write("leads.csv", LEADS.replace("eve@acme.example", ""));
    let told = run(&[]);
    assert!(told.out.contains("2 of which name nobody"), "{}", told.out);
}
