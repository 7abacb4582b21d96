//! `baton rehearse` as somebody types it: the lines on the terminal, the bytes of JSON and report.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::program::Place;
use super::readme::shell;

const PAGE: &str = include_str!("../../../../../docs/how-to/rehearse.md");

const MAP: &str = r#"
source: shop
files:
  "leads*.csv":
    kind: lead.created
    lead: true
    id: id
    time: { column: came, formats: ["%Y-%m-%d"] }
    subject: { external_id: id }
    fields: { origin: text }
"#;

/// A place with the strategy of the example in `strategy`, a map, and leads of three weeks.
fn place() -> Place {
    let place = Place::new();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/strategies/olist");
    copy(&example, &place.path("strategy"));
    place.write("maps/crm.yaml", MAP);
    let mut leads = "id,came,origin\n".to_owned();
    for lead in 0..60 {
        let origin = ["paid_search", "social", "direct_traffic"][lead % 3];
        writeln!(leads, "L{lead},2018-03-{:02},{origin}", lead / 3 + 1).unwrap();
    }
    place.write("exports/leads.csv", leads);
    place
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let there = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &there);
        } else {
            fs::copy(entry.path(), there).unwrap();
        }
    }
}

const REHEARSE: [&str; 6] =
    ["rehearse", "--strategy", "strategy", "--history", "maps/crm.yaml", "exports/leads.csv"];

#[track_caller]
fn out(place: &Place, more: &[&str]) -> String {
    let ended = place.run(&[&REHEARSE[..], more].concat());
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    ended.out
}

#[test]
fn found_f2_f4_f7_the_terminal_says_what_became_of_all_and_in_which_zone() {
    let place = place();
    let told = out(&place, &[]);
    assert!(told.contains("60 leads from 2018-03-01 UTC to 2018-03-20 UTC under"), "{told}");
    assert!(told.contains("routed 60") && told.contains("unrouted 0"), "{told}");
    assert!(told.contains("load per rep 0 to") && told.contains("nothing for "), "{told}");
    let routing = fs::read_to_string(place.path("strategy/routing.yaml")).unwrap();
    let queue = routing.replace("{ pool: search }", "{ queue: unassigned }");
    assert_ne!(queue, routing);
    place.write("strategy/routing.yaml", queue);
    let told = out(&place, &[]);
    assert!(told.contains("routed 60 (in queues: 20)"), "{told}");
    assert!(told.contains("SLA breaches 20 (in a queue: 20)"), "{told}");
    assert!(told.lines().all(|line| line.chars().count() <= 80), "{told}");
}

#[test]
fn found_f9_the_program_writes_the_same_bytes_again_whatever_the_threads() {
    let place = place();
    for behaviour in ["prompt", "model"] {
        let played = |threads: &str, report: &str| {
            let more =
                ["--behaviour", behaviour, "--threads", threads, "--report", report, "--json"];
            (out(&place, &more), fs::read(place.path(report)).unwrap())
        };
        let (one, again) = (played("1", "one.html"), played("1", "again.html"));
        assert_eq!(one, again);
        assert_eq!(one, played("3", "three.html"));
        assert!(!one.0.contains("\"seconds\""));
    }
}

/// The strategy with another weight for somebody, in `draft`.
fn draft(place: &Place) {
    copy(&place.path("strategy"), &place.path("draft"));
    let team = fs::read_to_string(place.path("strategy/team.csv")).unwrap();
    let heavier = team.replace("Ana Alves,,search,1,", "Ana Alves,,search,20,");
    assert_ne!(heavier, team);
    place.write("draft/team.csv", heavier);
}

#[test]
fn found_f12_a_draft_is_compared_with_a_folder_and_with_what_is_in_force() {
    let place = place();
    draft(&place);
    let call = |against: &str, more: &[&str]| {
        let mut all = REHEARSE.to_vec();
        all[2] = "draft";
        all.extend(["--against", against, "--report", "report.html"]);
        all.extend(more);
        place.run(&all)
    };
    let none = call("live", &[]);
    assert_eq!(none.code, Some(3), "{}", none.err);
    assert!(none.err.contains("no-folder") || none.err.contains("no-strategy"), "{}", none.err);
    assert_eq!(place.run(&["apply", "strategy"]).code, Some(0));
    let (folder, live) = (call("strategy", &["--json"]), call("live", &["--json"]));
    assert_eq!((folder.code, live.code), (Some(0), Some(0)), "{}\n{}", folder.err, live.err);
    assert_eq!(folder.out, live.out);
    assert!(folder.out.contains("\"against\":{\"change\":\"moved\""), "{}", folder.out);
    let told = call("live", &[]).out;
    for said in [
        " of 60 leads move,",
        "-> Ana Alves",
        "pool `search`: the weight of Ana Alves is 20 instead of 1",
        "side by side",
    ] {
        assert!(told.contains(said), "no `{said}` in {told}");
    }
    assert!(told.lines().all(|line| line.chars().count() <= 80), "{told}");
    let page = fs::read_to_string(place.path("report.html")).unwrap();
    assert!(page.contains("Compared with") && page.contains("Who moves where"));
    let missing = call("nowhere", &[]);
    assert_eq!(missing.code, Some(2));
    assert!(missing.err.contains("strategy-unread"), "{}", missing.err);
}

/// The blocks of the page in a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let begins = format!("```{language}\n");
    let blocks = PAGE.split(&begins).skip(1);
    blocks.map(|block| block.split_once("```").expect("its end").0).collect()
}

fn keys(object: &Value) -> BTreeSet<&String> {
    object.as_object().expect("an object").keys().collect()
}

#[test]
fn the_commands_of_the_page_run_as_they_stand_and_its_fields_are_there() {
    let (simple, compared) = (blocks("sh")[0], blocks("sh")[1]);
    let (copy, compared) = compared.split_once('\n').expect("lines");
    assert!(copy.starts_with("cp -r examples/strategies/acme draft "), "{copy}");
    // Somebody gets leads that another had.
    let change = "sed -i 's/,dach,de|en,2,berlin,/,dach,de|en,9,berlin,/' draft/team.csv";
    let lines = format!(
        "{simple}\ntest -s acme.html\nbaton apply examples/strategies/acme\n{copy}\n{change}\n{compared}\n\
         echo; cat compared.jsonl"
    );
    let ended = shell(&lines);
    let (out, err) =
        (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
    assert!(ended.status.success(), "{out}\n{err}");
    assert!(out.contains("side by side") && out.contains("who moves where"), "{out}");
    let json = out.lines().filter(|line| line.starts_with('{'));
    let json: Vec<Value> = json.map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let (summary, leads) = json.split_last().expect("lines");
    check_summary(&summary["summary"]);
    let told: Vec<Value> =
        blocks("json").iter().map(|block| serde_json::from_str(block).expect("JSON")).collect();
    let differs = leads.iter().find(|lead| lead.get("against").is_some()).expect("some differ");
    assert_eq!(keys(&told[1]["against"]), keys(&differs["against"]));
    let mut plain = differs.clone();
    plain.as_object_mut().expect("an object").remove("against");
    assert_eq!(keys(&told[0]), keys(&plain));
}

/// Every field of a summary has a row on the page, and every field in the rows is there.
#[track_caller]
fn check_summary(summary: &Value) {
    for (heading, of) in [
        ("| in the summary | meaning |", summary),
        ("| in `results` | what became of the lead |", &summary["results"]),
        ("| in `against` of the summary | meaning |", &summary["against"]),
    ] {
        let (_, table) = PAGE.split_once(heading).expect("a table");
        let (table, _) = table.split_once("\n\n").expect("its end");
        let cells = table.lines().skip(2).filter_map(|row| row.split('|').nth(1));
        let told: BTreeSet<&str> =
            cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
        let there = keys(of);
        for field in &told {
            // What there is nothing of is left out.
            let left_out = *field == "unlike_types";
            assert!(left_out || there.contains(&(*field).to_owned()), "`{field}` is not there");
        }
        for field in there {
            let elsewhere = ["against", "quarantined_by"].contains(&field.as_str());
            assert!(elsewhere || told.contains(field.as_str()), "the page has no `{field}`");
        }
    }
}
