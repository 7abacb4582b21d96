//! What `doctor` and `audit verify` say of a folder that is well, and of one that is not.

use super::program::{Place, example};

const MAP: &str = "source: crm
files:
  \"*.csv\":
    kind: lead.created
    lead: true
    id: id
    subject: { email: email }
";

fn kept() -> Place {
    let place = Place::new();
    place.write("map.yaml", MAP);
    place.write("leads.csv", "id,email\n1,ada@firm.example\n2,bo@firm.example\n");
    place.json(&["import", "--map", "map.yaml", "leads.csv"]);
    place
}

#[test]
fn a_folder_that_is_well_is_told_so() {
    let place = kept();
    assert_eq!(place.json(&["doctor"])["healthy"], true);
    let verdict = place.json(&["audit", "verify"]);
    assert_eq!((&verdict["sound"], &verdict["entries"]), (&true.into(), &4.into()));
    assert_eq!(verdict["head"], verdict["second_head"]);
}

/// The strategy of an example, with something to send.
fn sending(place: &Place) {
    let olist = std::path::PathBuf::from(example("strategies/olist"));
    for name in ["", "calendars"] {
        for file in std::fs::read_dir(olist.join(name)).unwrap() {
            let file = file.unwrap();
            if file.file_type().unwrap().is_file() {
                let path = std::path::Path::new("sending").join(name).join(file.file_name());
                place.write(path.to_str().unwrap(), std::fs::read(file.path()).unwrap());
            }
        }
    }
    let step = |when: &str| {
        format!("  - {{ step: tell {when}, to: crm, when: {when}, send: [handoff, brief] }}\n")
    };
    let steps = format!("steps:\n{}{}", step("offered"), step("queued"));
    place.write("sending/destinations.yaml", steps);
}

#[test]
fn what_was_sent_is_made_again_and_compared() {
    let place = kept();
    sending(&place);
    place.json(&["apply", "sending"]);
    place.write("more.csv", "id,email\n3,cy@firm.example\n4,di@other.example\n");
    place.json(&["import", "--map", "map.yaml", "more.csv"]);
    let told = place.json(&["audit", "bodies"]);
    let same = told["same"].as_u64().unwrap();
    assert!(same > 0 && told["checked"] == same, "{told}");
    assert_eq!(told["problems"], serde_json::json!([]));
    let state = place.run(&["export", "--what", "state"]);
    let handoff = state.out.lines().find_map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        (line["record"] == "handoff").then(|| line["id"].as_str().unwrap().to_owned())
    });
    let handoff = handoff.expect("there are handoffs");
    let one = place.json(&["audit", "bodies", &handoff]);
    assert_eq!(one["bodies"][0]["verdict"], "same", "{one}");
    // Whoever reads it again within the hour, in another process, discloses nothing new.
    let read = || {
        place.json(&["brief", &handoff, "--for", "revops"]);
        let facts = place.run(&["export", "--what", "facts"]);
        facts.out.lines().filter(|line| line.contains("\"kind\":\"unsealed\"")).count()
    };
    let (first, second, third) = (read(), read(), read());
    assert!(first >= 1 && third <= first + 1, "{first}, {second}, {third}: an hour may have ended");
    // A person is erased: nobody can say any more what was sent.
    let person = place.json(&["why", &handoff])["person"].as_str().unwrap().to_owned();
    place.json(&["erase", &person, "--yes"]);
    let one = place.json(&["audit", "bodies", &handoff]);
    assert_eq!((&one["erased"], &one["bodies"][0]["verdict"]), (&one["checked"], &"erased".into()));
    place.run(&["audit", "bodies", "h-zzzz"]).failed(2, "unknown-id");
}

#[test]
fn a_journal_whose_tail_is_gone_is_told_with_exit_code_1() {
    let place = kept();
    let head = std::fs::read(place.data().join("head")).unwrap();
    let before = std::fs::read(place.data().join("baton.db")).unwrap();
    place.write("more.csv", "id,email\n3,cy@firm.example\n");
    place.json(&["import", "--map", "map.yaml", "more.csv"]);
    std::fs::write(place.data().join("baton.db"), before).unwrap();
    assert_ne!(head, std::fs::read(place.data().join("head")).unwrap());
    let ended = place.run(&["doctor", "--json"]);
    assert_eq!(ended.code, Some(1), "{}", ended.err);
    let problems = ended.json()["problems"].to_string();
    assert!(problems.contains("store-tail-lost"), "{problems}");
    assert_eq!(place.run(&["audit", "verify"]).code, Some(1));
    place.run(&["key", "create", "--name", "k", "--scope", "read"]).failed(3, "store-tail-lost");
}

#[test]
fn an_export_is_redacted_unless_a_purpose_is_given_which_is_recorded() {
    let place = kept();
    let plain = place.run(&["export", "--what", "facts"]);
    // Two rows, and that their import began and ended.
    assert_eq!((plain.code, plain.out.lines().count()), (Some(0), 4));
    assert!(!plain.out.contains("ada@firm.example") && plain.out.contains("redacted"));
    let refused = place.run(&["export", "--what", "facts", "--purpose", "access, case 17"]);
    refused.failed(2, "purpose-unknown");
    for word in ["`access, case 17`", "sales", "access-request", "--reason"] {
        assert!(refused.err.contains(word), "{word}: {}", refused.err);
    }
    assert!(refused.out.is_empty(), "{}", refused.out);
    let asked = ["--purpose", "access-request", "--reason", "case 17"];
    let clear = place.run(&[&["export", "--what", "facts"], &asked[..]].concat());
    assert!(clear.out.contains("ada@firm.example"), "{}", clear.out);
    let last: serde_json::Value = serde_json::from_str(clear.out.lines().last().unwrap()).unwrap();
    assert_eq!((&last["kind"], &last["purpose"]), (&"unsealed".into(), &"access-request".into()));
    assert_eq!(last["reason"], "case 17", "words are sealed, and read back for a purpose");
    assert_eq!(last["reader"]["kind"], "operator");
    let redacted = place.run(&["export", "--what", "facts"]);
    assert!(!redacted.out.contains("case 17"), "{}", redacted.out);
    let known = ["export", "--what", "facts", "--purpose", "audit", "--reason", "case 18"];
    let clear = place.run(&known);
    let last: serde_json::Value = serde_json::from_str(clear.out.lines().last().unwrap()).unwrap();
    assert_eq!((&last["purpose"], &last["reason"]), (&"audit".into(), &"case 18".into()));
    place.run(&["export", "--what", "facts", "--purpose", " "]).failed(2, "purpose-empty");
}

#[test]
fn a_lead_can_be_asked_about_from_the_folder_alone() {
    let place = kept();
    let applied = place.json(&["apply", &example("strategies/olist")]);
    assert!(applied["previous"].is_null() && applied["mode"] == "live", "{applied}");
    let state = place.run(&["export", "--what", "state"]);
    let handoff = state
        .out
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .find(|line| line["record"] == "handoff")
        .expect("a lead is in a handoff");
    let id = handoff["id"].as_str().unwrap();
    let why = place.json(&["why", &id[..10]]);
    assert_eq!(why["handoff"], id);
    let brief = place.json(&["brief", &id[..10]]);
    assert!(!brief["claims"].as_array().unwrap().is_empty(), "{brief}");
    let context = place.json(&["context", "firm.example"]);
    assert_eq!(context["people"].as_array().unwrap().len(), 2);
    let before = ["context", "firm.example", "--as-of", "2020-01-01T00:00:00Z"];
    place.run(&before).failed(2, "unknown-id");
    place.run(&["why", "h-zzzz"]).failed(2, "unknown-id");
}

/// A folder whose database is from before the last import.
fn cut_short() -> Place {
    let place = kept();
    let before = std::fs::read(place.data().join("baton.db")).unwrap();
    place.write("more.csv", "id,email\n3,cy@firm.example\n4,dan@firm.example\n");
    place.json(&["import", "--map", "map.yaml", "more.csv"]);
    std::fs::write(place.data().join("baton.db"), before).unwrap();
    place
}

#[test]
fn found_a5_a_lost_tail_has_a_door() {
    let place = cut_short();
    let go_on = ["doctor", "go-on", "--from-head"];
    let said = place.run(&[&go_on[..], &["--dry-run"]].concat());
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("4 entries are lost"), "{}", said.out);
    assert!(said.out.contains("what came after 20"), "{}", said.out);
    let report = place.json(&[&go_on[..], &["--dry-run"]].concat());
    assert_eq!(
        (&report["lost"], &report["found"], &report["known"]),
        (&4.into(), &4.into(), &8.into())
    );
    assert_eq!(report["done"], false);
    // Nobody can be asked here, and nothing was changed so far.
    place.run(&go_on).failed(2, "confirmation-needed");
    place.run(&["key", "create", "--name", "k", "--scope", "read"]).failed(3, "store-tail-lost");
    let report = place.json(&[&go_on[..], &["--yes"]].concat());
    assert_eq!((&report["lost"], &report["done"]), (&4.into(), &true.into()));
    assert_eq!(place.json(&["doctor"])["healthy"], true);
    let again = place.json(&["import", "--map", "map.yaml", "leads.csv", "more.csv"]);
    assert_eq!((&again["duplicates"], &again["accepted"]), (&2.into(), &2.into()));
}

#[test]
fn found_a5_a_lost_second_head_has_the_same_door() {
    let place = kept();
    std::fs::remove_file(place.data().join("head")).unwrap();
    place.run(&["key", "create", "--name", "k", "--scope", "read"]).failed(3, "store-head-missing");
    let report = place.json(&["doctor", "go-on", "--from-head", "--yes"]);
    assert_eq!((&report["lost"], &report["found"]), (&serde_json::Value::Null, &4.into()));
    assert_eq!(place.json(&["doctor"])["healthy"], true);
    let report = place.json(&["doctor", "go-on", "--from-head", "--yes"]);
    assert_eq!((&report["lost"], &report["done"]), (&0.into(), &false.into()), "nothing is lost");
}

#[test]
fn found_a5_nothing_without_a_folder_or_a_flag() {
    let place = Place::new();
    place.run(&["doctor", "go-on", "--from-head", "--yes"]).failed(3, "store-no-folder");
    assert_eq!(kept().run(&["doctor", "go-on"]).code, Some(2));
    assert_eq!(kept().run(&["doctor", "go-on", "--from-head", "--yes", "--dry-run"]).code, Some(2));
}

#[test]
fn found_g14_an_altered_table_is_for_the_doctor_and_the_audit_says_so() {
    let place = kept();
    let said = place.run(&["audit", "verify"]);
    assert!(
        said.out.contains("the journal alone") && said.out.contains("baton doctor"),
        "{}",
        said.out
    );
    let verdict = place.json(&["audit", "verify"]);
    assert_eq!((&verdict["checked"], &verdict["see_also"]), (&"journal".into(), &"doctor".into()));
    let help = place.run(&["audit", "verify", "--help"]).out;
    assert!(help.contains("baton doctor"), "{help}");
}
