//! Which handoffs there are: found without an id, with who each is about.

use serde_json::Value;

use super::program::{Place, example};

/// Three leads of two companies under the example strategy.
fn three_leads() -> Place {
    let place = Place::new();
    place.json(&["apply", &example("strategies/olist")]);
    place.write(
        "leads.yaml",
        "source: crm\nfiles:\n  \"*.csv\":\n    kind: lead.created\n    lead: true\n    id: id\n    \
         subject: { email: email }\n    fields:\n      person.first_name: { column: first }\n      \
         person.last_name: { column: last }\n      account.name: { column: company }\n",
    );
    place.write(
        "leads.csv",
        "id,email,first,last,company\n\
         1,ada@north.example,Ada,Lovelace,North\n\
         2,grace@south.example,Grace,Hopper,South\n\
         3,alan@north.example,,,North\n",
    );
    place.json(&["import", "--map", "leads.yaml", "leads.csv"]);
    place
}

fn rows(list: &Value) -> &Vec<Value> {
    list["handoffs"].as_array().expect("a list")
}

#[test]
fn found_g1_handoffs_are_listed_with_who_they_are_about() {
    let place = three_leads();
    let list = place.json(&["handoffs"]);
    assert_eq!(rows(&list).len(), 3, "{list}");
    let mut names: Vec<&str> = rows(&list).iter().filter_map(|row| row["name"].as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Ada Lovelace", "Grace Hopper", "alan@north.example"]);

    let shown = place.run(&["handoffs"]);
    for says in ["Ada Lovelace", "South", "due (UTC)", "h-"] {
        assert!(shown.out.contains(says), "{says} in {}", shown.out);
    }
    assert!(shown.out.lines().all(|line| line.chars().count() <= 80), "{}", shown.out);
}

#[test]
fn found_g1_handoffs_are_listed_by_state_owner_and_deadline() {
    let place = three_leads();
    let all = place.json(&["handoffs"]);
    let first = &rows(&all)[0];
    let (state, owner) = (first["state"].as_str().unwrap(), &first["owner"]);
    let typed = match owner["kind"].as_str().unwrap() {
        "queue" => format!("queue:{}", owner["id"].as_str().unwrap()),
        _ => owner["id"].as_str().unwrap().to_owned(),
    };
    for row in rows(&place.json(&["handoffs", "--state", state])) {
        assert_eq!(row["state"], state);
    }
    let theirs = place.json(&["handoffs", "--owner", &typed]);
    assert!(!rows(&theirs).is_empty(), "{typed} has one");
    assert!(rows(&theirs).iter().all(|row| row["owner"] == *owner), "{theirs}");
    assert_eq!(rows(&place.json(&["handoffs", "--owner", "nobody"])).len(), 0);
    assert_eq!(rows(&place.json(&["handoffs", "--due", "2001-01-01T00:00:00Z"])).len(), 0);
    let due = place.json(&["handoffs", "--due", "2999-01-01T00:00:00Z"]);
    let clocks = rows(&all).iter().filter(|row| row["accept_by"].is_string()).count();
    assert_eq!(rows(&due).len(), clocks, "{due}");
    let refused = place.run(&["handoffs", "--state", "lukewarm"]);
    assert!(refused.err.contains("there are proposed, checked"), "{}", refused.err);
}

#[test]
fn pages_of_handoffs_go_on_where_they_ended() {
    let place = three_leads();
    let mut found: Vec<String> = Vec::new();
    let mut cursor: Option<String> = None;
    for _ in 0..4 {
        let from = cursor.as_ref().map_or_else(Vec::new, |at| vec!["--cursor", at.as_str()]);
        let page = place.json(&[&["handoffs", "--limit", "1"][..], &from[..]].concat());
        found.extend(rows(&page).iter().map(|row| row["id"].to_string()));
        cursor = page["next"].as_str().map(str::to_owned);
        if cursor.is_none() {
            break;
        }
    }
    found.sort_unstable();
    found.dedup();
    assert_eq!(found.len(), 3, "each once");
}
