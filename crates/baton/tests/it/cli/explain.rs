//! What a code means, told by the program itself.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::program::Place;

/// The names of the pages in the checkout.
fn pages() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors");
    let names = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
    let codes = names.filter_map(|name| Some(name.to_str()?.strip_suffix(".md")?.to_owned()));
    codes.filter(|code| code != "README").collect()
}

#[test]
fn found_g3_every_page_of_a_code_is_in_the_program() {
    let place = Place::new();
    let listed = place.run(&["explain", "--json"]);
    assert_eq!(listed.code, Some(0), "{}", listed.err);
    let rows: Vec<Value> =
        listed.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let codes: BTreeSet<String> =
        rows.iter().map(|row| row["code"].as_str().unwrap().to_owned()).collect();
    assert_eq!(codes, pages());
    for row in &rows {
        let says = row["says"].as_str().unwrap();
        assert!(says.len() > 10 && !says.starts_with('#') && !says.contains("]("), "{row}");
    }
    let shown = place.run(&["explain"]).out;
    assert!(shown.lines().count() > rows.len() && shown.contains("guides: "), "{shown}");
    assert!(shown.lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn found_g3_a_code_is_explained_as_it_stands_in_a_message() {
    let place = Place::new();
    for typed in ["id-reused", "error[id-reused]", "warning[id-reused]:", "`id-reused`"] {
        let shown = place.run(&["explain", typed]);
        assert_eq!(shown.code, Some(0), "{typed}: {}", shown.err);
        assert!(
            shown.out.contains("What to do") && shown.out.contains("snapshot: true"),
            "{typed}"
        );
    }
    let page = place.json(&["explain", "store-tail-lost"]);
    assert_eq!(page["code"], "store-tail-lost");
    assert!(page["page"].as_str().unwrap().contains("## What to do"), "{page}");
    let refused = place.run(&["explain", "id-resued"]);
    refused.failed(2, "unknown-word");
    assert!(refused.err.contains("did you mean `id-reused`?"), "{}", refused.err);
}

#[test]
fn found_g3_help_names_a_command_and_no_path_of_a_checkout() {
    let place = Place::new();
    let cases: [(&[&str], &str); 5] = [
        (&["context", "acme.com"], "store-no-folder"),
        (&["check", "nowhere"], "strategy-unread"),
        (&["handoffs", "--due", "soon"], "moment-unreadable"),
        (&["rollback"], "store-no-folder"),
        (&["apply", "nowhere"], "strategy-unread"),
    ];
    for (arguments, code) in cases {
        let refused = place.run(arguments);
        assert!(refused.err.contains(&format!("= help: baton explain {code}")), "{}", refused.err);
        assert!(!refused.err.contains("docs/"), "{}", refused.err);
        let explained = place.run(&["explain", code]);
        assert_eq!(explained.code, Some(0), "{code}: {}", explained.err);
    }
}

#[test]
fn found_g3_guides_are_in_the_program_too() {
    let place = Place::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/how-to");
    let mut guides = 0;
    for file in fs::read_dir(folder).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        let name = name.strip_suffix(".md").unwrap().to_owned();
        assert!(!pages().contains(&name), "`{name}` is a code, too");
        let shown = place.run(&["explain", &name]);
        assert_eq!(shown.code, Some(0), "{name}: {}", shown.err);
        assert!(shown.out.lines().count() > 10 && !shown.out.contains("|---"), "{name}");
        guides += 1;
    }
    assert!(guides > 20, "{guides}");
}

/// No text of the program names a page that only a checkout has.
#[test]
fn found_g3_no_text_of_the_program_names_a_page_of_the_checkout() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let ours = ["baton", "connectors", "crank", "domain", "engine", "notation", "rehearsal"];
    let mut open: Vec<_> = ours.map(|name| crates.join(name).join("src")).to_vec();
    open.extend(["rules/src", "store/src", "../config"].map(|path| crates.join(path)));
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(path).unwrap().map(|file| file.unwrap().path()));
            continue;
        }
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for line in text.lines().filter(|line| !line.contains("include_str!")) {
            let told = line.trim_start();
            let names = ["docs/how-to/", "docs/errors/"].iter().any(|page| told.contains(page));
            assert!(told.starts_with("//") || !names, "{}: {line}", path.display());
        }
    }
}
