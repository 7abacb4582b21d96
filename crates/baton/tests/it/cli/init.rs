//! A first strategy: written by the program, sound as it stands, and compared with the next one.

use serde_json::Value;

use super::program::{Place, example};

#[test]
fn found_g2_a_new_strategy_passes_its_check_and_routes_the_first_lead() {
    for reps in ["1", "3", "40"] {
        let place = Place::new();
        let told = place.json(&["init", "strategy", "--team", reps]);
        assert!(told["files"].as_array().unwrap().len() >= 7, "{told}");
        let checked = place.json(&["check", "strategy"]);
        assert_eq!((&checked["errors"], &checked["warnings"]), (&0.into(), &0.into()), "{checked}");
        let team = std::fs::read_to_string(place.path("strategy/team.csv")).unwrap();
        assert_eq!(team.matches(",rep,").count().to_string(), reps);
        place.json(&["apply", "strategy"]);
        place.write(
            "map.yaml",
            "source: crm\nfiles:\n  \"*.csv\":\n    kind: lead.created\n    lead: true\n    id: id\n    \
             subject: { email: email }\n",
        );
        place.write("leads.csv", "id,email\n1,ada@firm.example\n");
        place.json(&["import", "--map", "map.yaml", "leads.csv"]);
        let first = place.json(&["handoffs"]);
        // Outside the office's hours it waits in the line of the pool.
        let lines = place.run(&["lines", "--json"]).out;
        assert!(first["state"] == "offered" || !lines.is_empty(), "{first}");
    }
}

#[test]
fn found_g2_an_example_is_copied_as_it_is() {
    let place = Place::new();
    for name in ["acme", "maven-crm", "olist"] {
        place.json(&["init", name, "--like", name]);
        let same = place.run(&["diff", name, &example(&format!("strategies/{name}"))]);
        assert_eq!((same.code, same.out.as_str()), (Some(0), "They are alike.\n"), "{}", same.err);
        assert_eq!(place.json(&["check", name])["errors"], 0);
    }
    let refused = place.run(&["init", "more", "--like", "amce"]);
    refused.failed(2, "unknown-word");
    assert!(refused.err.contains("acme, maven-crm, olist"), "{}", refused.err);
    place.run(&["init", "acme"]).failed(2, "folder-taken");
    let file = place.write("a-file", "x");
    place.run(&["init", file.to_str().unwrap()]).failed(2, "folder-taken");
}

#[test]
fn found_g2_two_strategies_are_compared_in_words() {
    let place = Place::new();
    place.json(&["init", "strategy", "--team", "2"]);
    let first = place.json(&["apply", "strategy"])["strategy"].as_str().unwrap().to_owned();
    let change = |name: &str, from: &str, to: &str| {
        let path = format!("strategy/{name}");
        let text = std::fs::read_to_string(place.path(&path)).unwrap();
        assert!(text.contains(from), "{name}");
        place.write(&path, text.replacen(from, to, 1));
    };
    change("sla.yaml", "within: 30m", "within: 45m");
    change("team.csv", "Rep 2,", "Rita,");
    change("strategy.yaml", "# What", "# Only a comment: what");
    let differing = |one: &str, other: &str| -> Vec<Value> {
        let ended = place.run(&["diff", one, other, "--json"]);
        assert_eq!(ended.code, Some(0), "{}", ended.err);
        ended.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let found = differing("live", "strategy");
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(
        (&found[0]["file"], &found[0]["at"]),
        (&"sla.yaml".into(), &"hot.accept.within".into())
    );
    assert_eq!((&found[0]["from"], &found[0]["to"]), (&"30m".into(), &"45m".into()));
    assert_eq!(found[1]["at"], "rep2, name");
    let shown = place.run(&["diff", "live", "strategy"]);
    for says in ["hot.accept.within: `30m` became `45m`", "team.csv", "2 differences"] {
        assert!(shown.out.contains(says), "{says}: {}", shown.out);
    }
    assert!(!shown.out.contains('\u{1b}'), "no colour in a pipe");
    let second = place.json(&["apply", "strategy"])["strategy"].as_str().unwrap().to_owned();
    assert_eq!(differing(&first[..6], &second[..6]), found);
    assert_eq!(differing(&second, "live"), Vec::<Value>::new());
    place.run(&["diff", "live", "zzz"]).failed(2, "unknown-id");
}
