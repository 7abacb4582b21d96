//! The figures of a rehearsal add up, nobody is missing in them, and no invented time is among them.

use std::fmt::Write as _;

use rehearsal::history::Behaviour;
use rehearsal::history::result::LeadResult;
use rehearsal::report::html;
use serde_json::{Value, json};

use crate::history_stage::{
    MAP, READINESS, ROUTING, TEAM, date, history, history_under, leads_and_deals, lines, map, play,
    play_as, strategy, strategy_of, strategy_with, value,
};

const HEADER: &str = "id,came,origin,stage,closed,agent\n";

/// So many leads of one origin, one a day.
fn daily(prefix: &str, number: usize, origin: &str) -> String {
    let mut leads = HEADER.to_owned();
    for lead in 0..number {
        writeln!(leads, "{prefix}{lead},{},{origin},,,", date(lead)).expect("memory");
    }
    leads
}

/// So many leads of one origin without a date.
fn undated(number: usize, origin: &str) -> String {
    let mut leads = HEADER.to_owned();
    for lead in 0..number {
        writeln!(leads, "U{lead},,{origin},,,").expect("memory");
    }
    leads
}

fn sum(by: &Value) -> u64 {
    by.as_object()
        .expect("an object")
        .values()
        .map(|number| number.as_u64().expect("a number"))
        .sum()
}

/// All that has to add up in a summary, whatever was played.
#[track_caller]
fn adds_up(lines: &[String], summary: &Value) {
    let number = |name: &str| summary[name].as_u64().expect("a number");
    let results = &summary["results"];
    assert_eq!(number("leads"), lines.len() as u64);
    assert_eq!(sum(results), number("leads"), "{results}");
    assert_eq!(sum(&summary["decisions"]), number("leads"));
    assert_eq!(results["routed"], summary["routed"]);
    for left_over in ["unrouted", "waiting", "stopped"] {
        assert_eq!(sum(&summary[left_over]), results[left_over].as_u64().expect("a number"));
    }
    let reps = summary["reps"].as_object().expect("an object");
    let with_reps: u64 = reps.values().map(|rep| rep["leads"].as_u64().expect("a number")).sum();
    assert_eq!(with_reps + sum(&summary["queues"]), number("routed"), "{summary}");
    let routes = summary["routes"].as_array().expect("a list").iter();
    let by_route: u64 = routes.map(|route| route["routed"].as_u64().expect("a number")).sum();
    assert_eq!(by_route + number("by_no_route"), number("routed"));
    let sla = &summary["sla"];
    let parts = ["accept", "first_touch", "queue"];
    let parts: u64 = parts.iter().map(|part| sla[part].as_u64().expect("a number")).sum();
    assert_eq!(sla["breaches"], parts);
    let outcomes = &summary["outcomes"];
    let ends = ["won", "lost", "unknown"];
    let ends: u64 = ends.iter().map(|end| outcomes[end].as_u64().expect("a number")).sum();
    assert_eq!(ends, number("leads"));
}

#[test]
fn figures_add_up_however_owners_behave() {
    let (leads, deals) = leads_and_deals(90);
    let others = daily("M", 12, "mail");
    let nothing = undated(5, "web");
    let history = history(&[
        ("leads-1.csv", &leads),
        ("leads-2.csv", &others),
        ("leads-3.csv", &nothing),
        ("deals.csv", &deals),
    ]);
    let asked = READINESS.replace("suppress", "ask a person").replace("spam", "fair");
    let nurtured = READINESS.replace("suppress", "nurture").replace("spam", "fair");
    let strategies = [
        strategy(),
        strategy_with(&[("readiness.yaml", &asked)]),
        strategy_with(&[("readiness.yaml", &nurtured)]),
        strategy_with(&[("routing.yaml", &ROUTING.replace("pool: fair", "queue: unassigned"))]),
        strategy_with(&[(
            "routing.yaml",
            &ROUTING.replace("to: { pool: fair }", "to: { hold: never }"),
        )]),
        strategy_of(&TEAM.replace("bob,Bob Brown,web", "bob,Bob Brown,rest")),
    ];
    for strategy in &strategies {
        for behaviour in Behaviour::ALL {
            let (lines, summary) = lines(&play_as(strategy, &history, behaviour));
            adds_up(&lines, &summary);
        }
    }
}

#[test]
fn found_f1_who_would_get_nothing_is_there_with_their_caps() {
    let everybody = ["ann", "bob", "cid", "dot", "eve"];
    for (origin, idle) in [
        ("web", &["cid", "dot", "eve"][..]),
        ("fair", &["ann", "bob", "eve"][..]),
        ("mail", &["ann", "bob", "cid", "dot"][..]),
        ("spam", &everybody[..]),
    ] {
        let rehearsal = play(&history(&[("leads.csv", &daily("L", 4, origin))]));
        let (_, summary) = lines(&rehearsal);
        let reps = summary["reps"].as_object().expect("an object");
        assert_eq!(reps.keys().collect::<Vec<_>>(), everybody);
        for id in idle {
            let rep = &reps[*id];
            let all = (&rep["leads"], &rep["received"], &rep["open_most"], &rep["entitled"]);
            assert_eq!(all, (&json!(0), &json!(0), &json!(0), &json!(0.0)), "{id} of {origin}");
            let name = rep["name"].as_str().expect("a name");
            assert!(html(&rehearsal).contains(name), "{name} is in the report");
        }
        assert_eq!(reps["eve"]["caps"], json!({ "rest": { "open": 1 } }));
        assert_eq!(reps["ann"]["caps"], json!({ "web": {} }));
    }
}

#[test]
fn found_f1_who_is_in_no_pool_or_has_left_is_there_too() {
    let team =
        format!("{TEAM}fay,Fay Fox,nowhere,1,always\n").replace("calendar\n", "calendar,left\n");
    let team: String = team.lines().enumerate().fold(String::new(), |mut team, (at, line)| {
        let left = if line.starts_with("bob") { "2025-12-31" } else { "" };
        let _ = if at == 0 { writeln!(team, "{line}") } else { writeln!(team, "{line},{left}") };
        team
    });
    let (_, summary) = lines(&play_as(
        &strategy_of(&team),
        &history(&[("leads.csv", &daily("L", 4, "web"))]),
        Behaviour::Prompt,
    ));
    assert_eq!(summary["reps"]["ann"]["leads"], 4);
    assert_eq!(summary["reps"]["bob"]["leads"], 0);
    assert_eq!(summary["reps"]["fay"]["caps"], json!({}));
}

#[test]
fn found_f2_what_lies_too_long_in_a_queue_is_an_sla_breach() {
    for (to, origin, expected) in
        [("web", "web", 6), ("web", "fair", 0), ("fair", "fair", 6), ("rest", "mail", 6)]
    {
        let routing = ROUTING.replace(&format!("pool: {to}"), "queue: unassigned");
        let strategy = strategy_with(&[("routing.yaml", &routing)]);
        let history = history(&[("leads.csv", &daily("L", 6, origin))]);
        let rehearsal = play_as(&strategy, &history, Behaviour::Prompt);
        let (lines, summary) = lines(&rehearsal);
        adds_up(&lines, &summary);
        let sla = &summary["sla"];
        assert_eq!((&sla["queue"], &sla["breaches"]), (&json!(expected), &json!(expected)));
        assert_eq!(sla["accept"], 0, "no person was late");
        let shown = format!("<td>SLA breaches</td><td class=\"n\">{expected}</td>");
        assert!(html(&rehearsal).contains(&shown), "{shown}");
    }
}

#[test]
fn found_f3_rows_that_are_no_leads_are_in_no_load() {
    let calls = r#"
  "calls*.csv":
    kind: call.logged
    id: id
    time: { column: came, formats: ["%Y-%m-%d"] }
    subject: { external_id: id }
    fields: { origin: text }
"#;
    let with_calls = map(&format!("{MAP}{calls}"));
    let mut log = "id,came,origin\n".to_owned();
    for call in 0..30 {
        writeln!(log, "C{call},{},web", date(call)).expect("memory");
    }
    let leads = daily("L", 10, "web");
    let files = [("leads.csv", leads.as_str()), ("calls.csv", log.as_str())];
    let played = |starts: &str| {
        let readiness = format!("{READINESS}{starts}");
        let strategy = strategy_with(&[("readiness.yaml", &readiness)]);
        lines(&play_as(&strategy, &history_under(&with_calls, &files, 1), Behaviour::Prompt))
    };
    let (all, summary) = played("");
    adds_up(&all, &summary);
    let of = |summary: &Value, field: &str| {
        ["ann", "bob"]
            .map(|rep| summary["reps"][rep][field].as_u64().unwrap_or(0))
            .iter()
            .sum::<u64>()
    };
    assert_eq!((of(&summary, "leads"), of(&summary, "received")), (10, 10));
    assert_eq!((of(&summary, "others"), &summary["other_handoffs"]), (30, &json!(30)));
    assert!(of(&summary, "open_most") <= 10, "{summary}");
    let (all, summary) = played("starts: [lead.created]\n");
    adds_up(&all, &summary);
    assert_eq!((of(&summary, "received"), &summary["other_handoffs"]), (10, &json!(0)));
    assert!(summary["reps"]["ann"].get("others").is_none());
}

#[test]
fn found_f4_leads_that_are_not_handed_over_are_told() {
    let leads = format!("{}{}", daily("L", 8, "web"), daily("F", 5, "fair").replace(HEADER, ""));
    for (decision, result) in [
        ("nurture", "nurtured"),
        ("suppress", "suppressed"),
        ("ask a person", "review"),
        ("enrich first", "enrichment"),
        ("start sequence", "sequence"),
        ("request meeting", "meeting"),
    ] {
        let readiness = READINESS.replace("suppress", decision).replace("spam", "fair");
        let strategy = strategy_with(&[("readiness.yaml", &readiness)]);
        let rehearsal = play_as(&strategy, &history(&[("leads.csv", &leads)]), Behaviour::Prompt);
        let (lines, summary) = lines(&rehearsal);
        adds_up(&lines, &summary);
        assert_eq!(summary["results"]["routed"], 8, "{summary}");
        assert_eq!(summary["results"][result], 5, "{summary}");
        assert!(html(&rehearsal).contains(&format!("<b>{result}</b>")));
    }
    let held = ROUTING.replace("to: { pool: fair }", "to: { hold: never }");
    let strategy = strategy_with(&[("routing.yaml", &held)]);
    let rehearsal = play_as(&strategy, &history(&[("leads.csv", &leads)]), Behaviour::Prompt);
    assert_eq!(rehearsal.summary.results[&LeadResult::Held], 5);
    assert!(rehearsal.summary.unrouted.is_empty(), "it is kept on purpose");
}

#[test]
fn found_f5_rows_without_a_date_change_nothing_for_those_that_have_one() {
    let dated = daily("L", 6, "mail");
    let without = undated(40, "mail");
    let alone = lines(&play(&history(&[("leads.csv", &dated)])));
    let both = play(&history(&[("leads-1.csv", &dated), ("leads-2.csv", &without)]));
    let (both_lines, both_summary) = lines(&both);
    adds_up(&both_lines, &both_summary);
    assert_eq!(both_lines[..6], alone.0);
    for same in ["from", "until", "sla", "time_to_route_ms"] {
        assert_eq!(both_summary[same], alone.1[same], "{same}");
    }
    let most = |summary: &Value| summary["reps"]["eve"]["open_most"].clone();
    assert_eq!((most(&both_summary), most(&alone.1)), (json!(1), json!(1)));
    assert_eq!(both_summary["undated_leads"], 40);
    assert!(both_lines[..6].iter().all(|line| value(line).get("undated").is_none()));
    assert!(both_lines[6..].iter().all(|line| value(line)["undated"] == true));
    // One may be open at once: whoever has a date waits, and who has none is stopped by no cap.
    assert!(alone.1["results"]["waiting"].as_u64() > Some(0));
    assert_eq!(both_summary["results"]["waiting"], alone.1["results"]["waiting"]);
}

#[test]
fn found_f5_no_cap_of_a_day_stops_who_came_on_no_day() {
    for cap in ["{ hour: 1 }", "{ day: 1 }", "{ week: 2 }", "{ month: 3 }", "{ open: 1 }"] {
        let routing = ROUTING.replace("{ open: 1 }", cap);
        let strategy = strategy_with(&[("routing.yaml", &routing)]);
        let history = history(&[("leads.csv", &undated(30, "mail"))]);
        let rehearsal = play_as(&strategy, &history, Behaviour::Prompt);
        assert_eq!(rehearsal.summary.reps["eve"].leads, 30, "{cap}");
        assert_eq!(rehearsal.summary.reps["eve"].open_most, 0, "nobody knows how much at once");
        assert!(rehearsal.work.is_empty());
        let page = html(&rehearsal);
        assert!(page.contains("nothing to draw") && !page.contains("course-chart"), "{cap}");
        assert!(page.contains("no date") && !page.contains("2024"), "no date is invented");
    }
}

#[test]
fn found_f5_who_waited_to_the_end_tilts_no_share() {
    let routing = ROUTING.replacen("method: weighted", "method: weighted, caps: { open: 1 }", 1);
    let strategy = strategy_with(&[("routing.yaml", &routing)]);
    let (dated, without) = (daily("L", 12, "web"), undated(31, "web"));
    let history = history(&[("leads-1.csv", &dated), ("leads-2.csv", &without)]);
    let rehearsal = play_as(&strategy, &history, Behaviour::Prompt);
    let (lines, summary) = lines(&rehearsal);
    adds_up(&lines, &summary);
    assert!(summary["results"]["waiting"].as_u64() > Some(3), "{summary}");
    assert!(rehearsal.summary.largest_drift < 1.0, "{}", rehearsal.summary.largest_drift);
}

#[test]
fn found_f7_the_zone_is_named() {
    let rehearsal = play(&history(&[("leads.csv", &daily("L", 3, "web"))]));
    assert_eq!(lines(&rehearsal).1["zone"], "UTC");
    assert!(html(&rehearsal).contains("All dates and times are in UTC."));
}

#[test]
fn found_f9_the_same_inputs_give_the_same_bytes() {
    let (leads, deals) = leads_and_deals(60);
    for behaviour in Behaviour::ALL {
        let played = || {
            let history = history(&[("leads.csv", &leads), ("deals.csv", &deals)]);
            let rehearsal = play_as(&strategy(), &history, behaviour);
            let (lines, summary) = lines(&rehearsal);
            (lines, summary.to_string(), html(&rehearsal))
        };
        let (one, other) = (played(), played());
        assert_eq!(one, other);
        assert!(!one.1.contains("seconds"), "no clock of ours is in it: {}", one.1);
    }
}

#[test]
fn found_f10_a_line_has_the_clocks_of_the_owner_it_names() {
    let (leads, _) = leads_and_deals(120);
    let rehearsal = play_as(&strategy(), &history(&[("leads.csv", &leads)]), Behaviour::Model);
    let mut passed_on = 0;
    for (lead, line) in rehearsal.leads.iter().zip(lines(&rehearsal).0) {
        let owned = lead.owned.as_ref().expect("handed over");
        let clocks = [owned.accept_by, owned.first_touch_by];
        assert!(clocks.iter().flatten().all(|due| *due >= owned.since), "{line}");
        let line = value(&line);
        let Some(first) = lead.earlier.first() else {
            assert!(line.get("earlier").is_none());
            continue;
        };
        passed_on += 1;
        assert!(first.first_touch_by.is_some() && line["first_touch_by"].is_null());
        assert_eq!(line["earlier"][0]["owner"]["id"], first.owner.id());
        assert!(line["earlier"][0]["first_touch_by"].is_string());
    }
    assert!(passed_on > 3, "somebody dawdles or refuses");
}

#[test]
fn who_would_be_told_is_counted_by_destination_and_occasion() {
    let steps = "steps:
  - { step: tell the CRM, to: crm, when: offered, send: [handoff] }
  - { step: hello, to: mail, when: offered, tell: owner, send: [brief] }
  - { step: channel, to: slack, when: offered, tell: '#sales', send: [brief] }
";
    let strategy = strategy_with(&[("destinations.yaml", steps)]);
    let history = history(&[("leads.csv", &daily("L", 12, "web"))]);
    let rehearsal = play_as(&strategy, &history, Behaviour::Prompt);
    let (_, summary) = lines(&rehearsal);
    let [crm, mail, slack] = summary["deliveries"].as_array().expect("a list").as_slice() else {
        panic!("three shares in {summary}")
    };
    assert_eq!(*crm, json!({ "destination": "crm", "occasion": "offered", "deliveries": 12 }));
    assert_eq!(mail["deliveries"], json!(12));
    for (member, told) in mail["members"].as_object().expect("members") {
        assert_eq!(*told, summary["reps"][member]["received"], "{member}");
    }
    assert_eq!(sum(&mail["members"]), 12);
    assert_eq!(slack["channels"], json!({ "#sales": 12 }));
    let page = html(&rehearsal);
    assert!(page.contains("Who would be told") && page.contains("#sales"));
    // A strategy that sends nothing says nothing of it.
    let silent = strategy_with(&[("destinations.yaml", "steps: []\n")]);
    let silent = play_as(&silent, &history, Behaviour::Prompt);
    assert_eq!(lines(&silent).1.get("deliveries"), None);
    assert!(!html(&silent).contains("Who would be told"));
}
