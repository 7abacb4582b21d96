//! Which handoffs there are: found without an id, with who each is about.

use std::fs;

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

fn rows(place: &Place, flags: &[&str]) -> Vec<Value> {
    place.rows(&[&["handoffs"][..], flags].concat())
}

#[test]
fn found_g1_handoffs_are_listed_with_who_they_are_about() {
    let place = three_leads();
    let list = rows(&place, &[]);
    assert_eq!(list.len(), 3, "{list:?}");
    let mut names: Vec<&str> = list.iter().filter_map(|row| row["name"].as_str()).collect();
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
    let all = rows(&place, &[]);
    let first = &all[0];
    let (state, owner) = (first["state"].as_str().unwrap(), &first["owner"]);
    let typed = match owner["kind"].as_str().unwrap() {
        "queue" => format!("queue:{}", owner["id"].as_str().unwrap()),
        _ => owner["id"].as_str().unwrap().to_owned(),
    };
    for row in rows(&place, &["--state", state]) {
        assert_eq!(row["state"], state);
    }
    let theirs = rows(&place, &["--owner", &typed]);
    assert!(!theirs.is_empty(), "{typed} has one");
    assert!(theirs.iter().all(|row| row["owner"] == *owner), "{theirs:?}");
    assert_eq!(rows(&place, &["--due", "2001-01-01T00:00:00Z"]).len(), 0);
    let due = rows(&place, &["--due", "2999-01-01T00:00:00Z"]);
    let clocks = all.iter().filter(|row| row["accept_by"].is_string()).count();
    assert_eq!(due.len(), clocks, "{due:?}");
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
        let page = place.run(&[&["handoffs", "--limit", "1", "--json"][..], &from[..]].concat());
        found.extend(page.out.lines().map(|line| {
            serde_json::from_str::<Value>(line).expect("an object a line")["id"].to_string()
        }));
        // Where it goes on is no row, and stands beside them.
        cursor = page.err.split("--cursor ").nth(1).map(|rest| rest.trim().to_owned());
        if cursor.is_none() {
            break;
        }
    }
    found.sort_unstable();
    found.dedup();
    assert_eq!(found.len(), 3, "each once");
}

#[test]
fn found_g_open_handoffs_are_listed_by_how_urgent_they_are() {
    let place = three_leads();
    let open = rows(&place, &["--open"]);
    assert_eq!(open.len(), 3, "{open:?}");
    let due =
        |row: &Value| row["accept_by"].as_str().map_or_else(|| "z".to_owned(), ToOwned::to_owned);
    assert!(open.windows(2).all(|pair| due(&pair[0]) <= due(&pair[1])), "{open:?}");
    // What is over is no more open.
    let id = open[0]["id"].as_str().unwrap();
    place.json(&["outcome", id, "disqualified"]);
    let left: Vec<_> = rows(&place, &["--open"]).iter().map(|row| row["id"].clone()).collect();
    assert!(left.len() == 2 && !left.contains(&open[0]["id"]), "{left:?}");
    assert!(rows(&place, &["--overdue"]).iter().all(|row| row["state"] != "disqualified"));
    let shown = place.run(&["handoffs", "--open", "--zone", "America/Sao_Paulo"]);
    for says in ["left", "due (-03)"] {
        assert!(shown.out.contains(says), "{says} in {}", shown.out);
    }
    assert!(shown.out.lines().all(|line| line.chars().count() <= 80), "{}", shown.out);
    place.run(&["handoffs", "--open", "--zone", "Berlin"]).failed(2, "zone-unknown");
    assert_eq!(place.run(&["handoffs", "--open", "--cursor", "3"]).code, Some(2));
}

#[test]
fn a_lead_that_is_worked_on_is_listed_by_when_it_is_to_be_qualified() {
    let place = three_leads();
    assert_eq!(place.run(&["init", "work", "--like", "olist"]).code, Some(0));
    let sla = fs::read_to_string(place.path("work/sla.yaml")).unwrap();
    let target = "  qualify: { within: 3 working days }\n  on silence:";
    place.write("work/sla.yaml", sla.replace("  on silence:", target));
    place.json(&["apply", "work"]);
    place.write("new.csv", "id,email,first,last,company\n9,mei@west.example,Mei,Tan,West\n");
    place.json(&["import", "--map", "leads.yaml", "new.csv"]);
    let leads = rows(&place, &["--open"]);
    let lead = leads.iter().find(|row| row["name"] == "Mei Tan").expect("she is listed");
    assert!(lead["qualify_by"].is_string(), "{lead}");
    let id = lead["id"].as_str().unwrap();
    for deed in [&["accept", id][..], &["outcome", id, "working"]] {
        place.json(deed);
    }
    let due = place.rows(&["handoffs", "--due", "2999-01-01T00:00:00Z", "--limit", "9"]);
    let lead = due.iter().find(|row| row["id"] == id).expect("its clock runs");
    assert_eq!(lead["state"], "working");
}

#[test]
fn found_g_an_owner_who_is_not_there_is_told_with_those_who_are() {
    let place = three_leads();
    for typed in ["nobody", "queue:nothing"] {
        let refused = place.run(&["handoffs", "--owner", typed]);
        refused.failed(2, "member-missing");
        assert!(
            refused.err.contains("queue:") && refused.err.contains("engine"),
            "{}",
            refused.err
        );
    }
    assert_eq!(place.run(&["handoffs", "--owner", "engine"]).code, Some(0));
}

#[test]
fn the_beginning_of_several_ids_is_told_with_those_that_begin_so() {
    let place = three_leads();
    let leads: Vec<String> =
        (4..44).map(|at| format!("{at},p{at}@c{at}.example,Pat,Doe,C{at}")).collect();
    place.write("leads-2.csv", format!("id,email,first,last,company\n{}\n", leads.join("\n")));
    place.json(&["import", "--map", "leads.yaml", "leads-2.csv"]);
    let mut ids: Vec<String> = rows(&place, &["--limit", "200"])
        .iter()
        .map(|row| row["id"].as_str().unwrap().to_owned())
        .collect();
    ids.sort_unstable();
    // There are more of them than letters that an id can begin with.
    let (one, other) = ids
        .windows(2)
        .map(|pair| (&pair[0], &pair[1]))
        .find(|(one, other)| one[..3] == other[..3])
        .expect("two begin alike");
    let known = ids.iter().filter(|id| id[..3] == one[..3]).count();
    for verb in ["why", "brief", "accept"] {
        let refused = place.run(&[verb, &one[..3]]);
        refused.failed(2, "unknown-id");
        let several = format!("several begin with `{}`", &one[..3]);
        assert!(refused.err.contains(&several), "{verb}: {}", refused.err);
        // On one line, however the terminal breaks it.
        let said: String = refused.err.split_whitespace().collect();
        assert!(known > 5 || said.contains(&**one) && said.contains(&**other), "{}", refused.err);
    }
}

#[test]
fn a_narrow_table_leaves_nothing_out() {
    let place = three_leads();
    place.write(
        "long.csv",
        "id,email,first,last,company\n9,maria@long.example,Maria Charlotte,\
         von Stein,Nordic Power Works of the North and Baltic Seas\n",
    );
    place.json(&["import", "--map", "leads.yaml", "long.csv"]);
    let shown = place.run(&["handoffs", "--open"]);
    assert!(shown.out.lines().all(|line| line.chars().count() <= 80), "{}", shown.out);
    assert!(!shown.out.contains('…'), "{}", shown.out);
    for row in rows(&place, &["--open"]) {
        assert!(shown.out.contains(row["id"].as_str().unwrap()), "{}", shown.out);
    }
    for word in ["Maria", "Charlotte", "Stein", "Nordic", "Baltic", "Seas"] {
        assert!(shown.out.contains(word), "{word} in {}", shown.out);
    }
}

#[test]
fn what_is_due_after_a_deed_is_told_in_the_zone_that_is_asked_for() {
    let place = three_leads();
    let row = rows(&place, &["--state", "offered"]).remove(0);
    let (handoff, owner) = (row["id"].as_str().unwrap(), row["owner"]["id"].as_str().unwrap());
    let accept = ["accept", handoff, "--as", owner, "--zone"];
    place.run(&[&accept[..], &["Mars/Base"]].concat()).failed(2, "zone-unknown");
    let accepted = place.run(&[&accept[..], &["Asia/Kolkata"]].concat());
    assert_eq!(accepted.code, Some(0), "{}", accepted.err);
    assert!(accepted.out.contains(" IST"), "{}", accepted.out);
    assert!(!accepted.out.contains(" UTC"), "{}", accepted.out);
}
