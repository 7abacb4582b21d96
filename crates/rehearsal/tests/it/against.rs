//! Two strategies over the same history: who moves where and why, and it adds up.

use std::ops::ControlFlow;
use std::sync::Arc;

use rehearsal::history::{Behaviour, History, Rehearsal, rehearse_against};
use rehearsal::report::html;
use rules::Strategy;
use serde_json::{Value, json};

use crate::history_stage::{
    READINESS, ROUTING, SCORING, SLA, TEAM, history, leads_and_deals, lines, play_as, strategy,
    strategy_with, value,
};

fn compared(
    here: &Arc<Strategy>,
    there: &Arc<Strategy>,
    history: &History,
    (behaviour, threads): (Behaviour, usize),
) -> Rehearsal {
    rehearse_against((here, there), history, behaviour, threads, &|_| ControlFlow::Continue(()))
        .expect("memory")
}

/// Leads from the web, from fairs and by mail, and some without a date.
fn leads() -> History {
    let (leads, _) = leads_and_deals(60);
    let header = "id,came,origin,stage,closed,agent\n";
    let mail =
        [30, 31].map(|day| format!("M{day},2026-01-{day},mail,,,\nN{day},2026-01-{day},mail,,,\n"));
    let mail = format!("{header}{}", mail.concat());
    let undated = format!("{header}U1,,web,,,\nU2,,fair,,,\n");
    history(&[("leads-1.csv", &leads), ("leads-2.csv", &mail), ("leads-3.csv", &undated)])
}

fn number(of: &Value) -> u64 {
    of.as_u64().expect("a number")
}

/// Drafts of the strategy, each with the stage at which it parts from it and the words for it.
fn drafts() -> Vec<(&'static str, String, &'static str, &'static str)> {
    let by_score = READINESS
        .replace("lead.origin", "score.fit")
        .replace("'\"spam\"', suppress", "'< 20', nurture");
    let order = ROUTING.replace(
        "  - { route: web, when: 'lead.origin == \"web\"', to: { pool: web } }\n",
        "  - { route: all, when: 'lead.origin != \"mail\"', to: { pool: rest } }\n  - { route: web, when: 'lead.origin == \"web\"', to: { pool: web } }\n",
    );
    vec![
        (
            "team.csv",
            TEAM.replace("ann,Ann Adams,web,1", "ann,Ann Adams,web,3"),
            "pool",
            "pool `web`: the weight of Ann Adams is 3 instead of 1",
        ),
        (
            "team.csv",
            TEAM.replace("bob,Bob Brown,web", "bob,Bob Brown,rest"),
            "pool",
            "pool `web`: who has it there does not belong to it here",
        ),
        (
            "routing.yaml",
            ROUTING.replacen("method: weighted", "method: least open work", 1),
            "pool",
            "pool `web`: its method is `least open work` instead of `weighted`",
        ),
        ("routing.yaml", order, "route", "route `all` decides instead of route `web`"),
        (
            "routing.yaml",
            ROUTING.replace("lead.origin == \"web\"", "lead.origin == \"shop\""),
            "route",
            "route `rest` decides instead of route `web`: `web`: The route's condition does not hold.",
        ),
        (
            "routing.yaml",
            ROUTING.replace("{ open: 1 }", "{ day: 1 }"),
            "pool",
            "pool `rest`: who has it here cannot have it there: Their cap of open work is reached.",
        ),
        (
            "readiness.yaml",
            READINESS.replace("suppress", "nurture").replace("spam", "fair"),
            "readiness",
            "decides instead of row",
        ),
        ("readiness.yaml", by_score, "readiness", "decides instead of row"),
        (
            "strategy.yaml",
            "strategy: shop\nseed: 7\nautonomy: { assign: review }\n".to_owned(),
            "readiness",
            "only here: The strategy leaves this action to a person.",
        ),
        (
            "sla.yaml",
            SLA.replace("accept:      { within: 1h", "accept:      { within: 2h"),
            "follow-up",
            "the deadlines differ",
        ),
        (
            "scoring.yaml",
            SCORING.replace("points: 20", "points: 25"),
            "score",
            "`Web` gives other points",
        ),
    ]
}

#[test]
fn found_f12_who_moves_where_and_why_adds_up() {
    let history = leads();
    let mut moved = 0;
    for (file, text, stage, says) in drafts() {
        let (draft, live) = (strategy_with(&[(file, &text)]), strategy());
        let rehearsal = compared(&draft, &live, &history, (Behaviour::Prompt, 1));
        let (with, summary) = lines(&rehearsal);
        let against = &summary["against"];
        let parts = ["same", "moved", "otherwise", "rescored"].map(|part| number(&against[part]));
        assert_eq!(parts.iter().sum::<u64>(), number(&summary["leads"]), "{file}");
        let differ = parts[1..].iter().sum::<u64>();
        assert!(differ > 0, "{file}: {says}");
        moved += parts[1];
        let sum = |list: &Value| {
            let list = list.as_array().expect("a list").iter();
            list.map(|one| number(&one["leads"])).sum::<u64>()
        };
        assert_eq!(sum(&against["moves"]), parts[1], "{file}: {against}");
        assert_eq!(sum(&against["because"]), differ);
        let because = against["because"].as_array().expect("a list");
        let named = because.iter().any(|one| {
            one["stage"] == stage && one["says"].as_str().expect("words").contains(says)
        });
        assert!(named, "{file}: no `{stage}: {says}` in {because:#?}");
        let (alone, other) = (
            play_as(&draft, &history, Behaviour::Prompt),
            play_as(&live, &history, Behaviour::Prompt),
        );
        check_lines(&with, &lines(&alone).0, &lines(&other).0);
        assert_eq!(against["summary"], lines(&other).1);
        let page = html(&rehearsal);
        assert!(page.contains(&format!("<b>{} of 66 leads move</b>", parts[1])), "{file}");
        assert!(!html(&alone).contains("Compared with"));
    }
    assert!(moved > 100, "they move: {moved}");
}

/// A line is what it is alone, and besides says the other decision where that differs.
#[track_caller]
fn check_lines(with: &[String], alone: &[String], other: &[String]) {
    assert_eq!(with.len(), alone.len());
    for ((with, alone), other) in with.iter().zip(alone).zip(other) {
        let mut line = value(with);
        let said = line.as_object_mut().expect("an object").remove("against");
        assert_eq!(line, value(alone));
        let other = value(other);
        let Some(said) = said else {
            assert_eq!(with, alone);
            assert_eq!((&line["owner"], &line["route"]), (&other["owner"], &other["route"]));
            assert_eq!(line["score"]["total"], other["score"]["total"]);
            continue;
        };
        for same in ["decision", "kind", "owner", "route", "accept_by", "first_touch_by"] {
            assert_eq!(said[same], other[same], "{same}");
        }
        assert_eq!(said["score"], other["score"]["total"]);
        assert!(said["because"]["says"].is_string());
    }
}

#[test]
fn found_f12_a_row_that_turns_on_the_score_names_the_rule() {
    let by_score = READINESS
        .replace("lead.origin", "score.fit")
        .replace("'\"spam\"', suppress", "'< 20', nurture");
    let live = strategy_with(&[("readiness.yaml", &by_score)]);
    let lower = SCORING.replace("points: 20", "points: 5");
    let draft = strategy_with(&[("readiness.yaml", &by_score), ("scoring.yaml", &lower)]);
    let rehearsal = compared(&draft, &live, &leads(), (Behaviour::Prompt, 1));
    let summary = lines(&rehearsal).1;
    let because = &summary["against"]["because"][0];
    assert_eq!(because["stage"], "score");
    let says = because["says"].as_str().expect("words");
    assert!(says.starts_with("`Web` gives other points, so row"), "{says}");
    let to: Vec<&Value> = summary["against"]["moves"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|way| &way["to"])
        .collect();
    assert!(to.iter().all(|to| **to == json!({ "kind": "result", "id": "nurtured" })), "{to:?}");
}

#[test]
fn found_f12_a_strategy_against_itself_differs_in_nothing() {
    for behaviour in Behaviour::ALL {
        let rehearsal = compared(&strategy(), &strategy(), &leads(), (behaviour, 2));
        let (with, summary) = lines(&rehearsal);
        assert_eq!(summary["against"]["same"], 66);
        assert_eq!(summary["against"]["moves"], json!([]));
        assert!(with.iter().all(|line| value(line).get("against").is_none()));
        assert!(html(&rehearsal).contains("No lead moves."));
    }
}

#[test]
fn found_f12_the_other_way_round_the_same_leads_move_back() {
    let history = leads();
    for (file, text, ..) in drafts() {
        let (draft, live) = (strategy_with(&[(file, &text)]), strategy());
        let there = compared(&draft, &live, &history, (Behaviour::Model, 1));
        let back = compared(&live, &draft, &history, (Behaviour::Model, 1));
        let moves = |rehearsal: &Rehearsal| {
            let moves = &rehearsal.against.as_ref().expect("compared").summary.moves;
            let mut moves: Vec<_> =
                moves.iter().map(|way| (way.from.clone(), way.to.clone(), way.leads)).collect();
            moves.sort();
            moves
        };
        let mut turned: Vec<_> =
            moves(&back).into_iter().map(|(from, to, leads)| (to, from, leads)).collect();
        turned.sort();
        assert_eq!(moves(&there), turned, "{file}");
    }
}

#[test]
fn found_f12_threads_change_no_byte_of_a_comparison() {
    let history = leads();
    let (file, text, ..) = drafts().swap_remove(0);
    let draft = strategy_with(&[(file, &text)]);
    let played = |threads| {
        let rehearsal = compared(&draft, &strategy(), &history, (Behaviour::Model, threads));
        let mut out = Vec::new();
        rehearsal.write(&mut out, threads).expect("memory");
        (out, html(&rehearsal))
    };
    assert_eq!(played(1), played(4));
}
