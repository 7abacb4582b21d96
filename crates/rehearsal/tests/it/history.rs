//! People's own history, played again.

use std::fmt::Write as _;
use std::ops::ControlFlow;

use connectors::import::FileRefused;
use domain::Span;
use domain::handoff::{MemberId, Owner};
use domain::reason::Code;
use rehearsal::history::result::LeadResult;
use rehearsal::history::{Behaviour, read};

use crate::history_stage::{
    MAP, TEAM, beginning, data, date, example, example_map, history, history_under,
    leads_and_deals, lines, map, play, play_as, strategy, strategy_of, value,
};

#[test]
fn every_lead_has_a_line_by_moment_and_then_by_the_order_of_the_files() {
    let first =
        "id,came,origin,stage,closed,agent\nB,2026-03-02,web,,,\nA,2026-03-01,fair,,,\nZ,,web,,,\n";
    let second =
        "id,came,origin,stage,closed,agent\nC,2026-03-01,web,,,\nY,,,,,\nD,2026-03-02,spam,,,\n";
    let history = history(&[("leads-1.csv", first), ("leads-2.csv", second)]);
    let (lines, summary) = lines(&play(&history));
    let ids: Vec<String> =
        lines.iter().map(|line| value(line)["lead"].as_str().expect("an id").to_owned()).collect();
    let expected = ["A", "C", "B", "D", "Z", "Y"].map(|id| format!("lead.created:{id}"));
    assert_eq!(ids, expected);
    assert_eq!(summary["undated"], 2);
    assert_eq!(summary["without_account"], 6);
    let spam = value(&lines[3]);
    assert_eq!(spam["decision"], "suppress");
    assert!(spam["owner"].is_null() && spam["route"].is_null());
    let web = value(&lines[2]);
    assert_eq!(web["route"], "web");
    assert_eq!(web["moment"], "2026-03-02T00:00:00.000000Z");
    assert_eq!(web["accept_by"], "2026-03-02T01:00:00.000000Z");
    assert_eq!(web["score"]["total"], serde_json::json!(28.0));
}

#[test]
fn found_d6_rows_that_were_known_from_the_start_come_first() {
    let start = map(&MAP.replace("time: { column: came, formats: [\"%Y-%m-%d\"] }", "time: start"));
    let leads = "id,came,origin,stage,closed,agent\nA,2026-03-01,web,,,\n";
    let history = history_under(&start, &[("leads.csv", leads)], 1);
    assert!(history.rows[0].at_start && !history.rows[0].is_undated());
    assert_eq!(history.counts.undated, 0);
    let (lines, summary) = lines(&play(&history));
    assert_eq!((lines.len(), &summary["undated"]), (1, &0.into()));
}

#[test]
fn what_is_known_afterwards_changes_no_decision() {
    let (leads, deals) = leads_and_deals(60);
    let with = play(&history(&[("leads.csv", &leads), ("deals.csv", &deals)]));
    let without = play(&history(&[("leads.csv", &leads)]));
    let ((with, beside), (without, alone)) = (lines(&with), lines(&without));
    assert_eq!(with, without);
    assert_eq!((&beside["outcomes"]["won"], &alone["outcomes"]["won"]), (&12.into(), &0.into()));
    // Recorded behaviour does look at it, so the comparison can fail.
    let history = history(&[("leads.csv", &leads), ("deals.csv", &deals)]);
    let recorded = play_as(&strategy(), &history, Behaviour::Recorded);
    assert_ne!(recorded.work, play(&history).work);
}

#[test]
fn an_outcome_in_a_leads_own_row_earns_no_points() {
    let leads = "id,came,origin,stage,closed,agent\nA,2026-03-01,web,Won,2026-03-09,zoe\n";
    let rehearsal = play(&history(&[("leads.csv", leads)]));
    assert_eq!(rehearsal.leads[0].score.fit, 2_000);
    let (lines, summary) = lines(&rehearsal);
    assert!(!lines[0].contains("Already won"), "{}", lines[0]);
    assert_eq!(summary["outcomes"]["by_real_owner"]["zoe"]["won"], 1);
    assert_eq!(summary["outcomes"]["days_to_win"]["p50"], 8);
}

#[test]
fn more_threads_change_nothing() {
    let (leads, deals) = leads_and_deals(120);
    let files = [("leads.csv", leads.as_str()), ("deals.csv", deals.as_str())];
    let told = |threads| {
        let history = history_under(&map(MAP), &files, threads);
        let rehearsal = rehearsal::history::rehearse(
            &strategy(),
            &history,
            Behaviour::Prompt,
            threads,
            &|_| ControlFlow::Continue(()),
        );
        let mut out = Vec::new();
        rehearsal.expect("memory").write(&mut out, threads).expect("memory");
        out
    };
    assert_eq!(told(1), told(4));
}

#[test]
fn the_rows_that_were_read_add_up() {
    let first = "id,came,origin,stage,closed,agent\nA,2026-03-01,web,,,\nB,someday,web,,,\n,2026-03-01,web,,,\n";
    let again = "id,came,origin,stage,closed,agent\nA,2026-03-01,web,,,\nB,someday,web,,,\nA,2026-03-02,fair,,,\n";
    let history = history(&[("leads-1.csv", first), ("leads-2.csv", again)]);
    let counts = &history.counts;
    assert_eq!(counts.read, 6);
    assert_eq!(counts.duplicates, 2, "{counts:?}");
    assert_eq!(counts.quarantined.get(&Code::IdReused), Some(&1));
    assert_eq!(counts.quarantined.get(&Code::TimeUnreadable), Some(&1));
    assert_eq!(counts.quarantined.get(&Code::IdMissing), Some(&1));
    let all = history.rows.len() as u64 + counts.duplicates + counts.quarantined();
    assert_eq!(all, counts.read);
}

#[test]
fn one_changed_weight_changes_the_rows_that_it_should() {
    let (leads, _) = leads_and_deals(90);
    let history = history(&[("leads.csv", &leads)]);
    let before = lines(&play(&history)).0;
    let heavier = strategy_of(&TEAM.replace("ann,Ann Adams,web,1", "ann,Ann Adams,web,3"));
    let after = play_as(&heavier, &history, Behaviour::Prompt);
    let share = |name: &str| after.summary.reps[name].received;
    assert_eq!((share("ann"), share("bob")), (45, 15));
    let after = lines(&after).0;
    let differ: Vec<usize> = (0..before.len()).filter(|at| before[*at] != after[*at]).collect();
    assert!(differ.len() >= 15, "{differ:?}");
    for at in differ {
        assert_eq!(value(&before[at])["route"], "web", "only the pool of the weight is concerned");
        assert_ne!(value(&before[at])["owner"], value(&after[at])["owner"]);
    }
}

#[test]
fn work_stays_open_for_fourteen_days_and_then_frees_its_owner() {
    let leads = "id,came,origin,stage,closed,agent\nA,2026-03-01,mail,,,\nB,2026-03-02,mail,,,\n";
    let rehearsal = play(&history(&[("leads.csv", leads)]));
    let eve = Some(Owner::Person(MemberId("eve".into())));
    let owners = (rehearsal.leads[0].owner(), rehearsal.leads[1].owner());
    assert_eq!(owners, (eve.as_ref(), eve.as_ref()));
    assert_eq!(rehearsal.leads[0].routed_after, Some(Span::ZERO));
    let waited = rehearsal.leads[1].routed_after.expect("routed in the end");
    assert!(waited >= Span::days(13) && waited <= Span::days(13) + Span::HOUR, "{waited:?}");
    assert_eq!(rehearsal.summary.sla.breaches, 0);
}

#[test]
fn recorded_outcomes_happen_at_their_moments() {
    let leads = "id,came,origin,stage,closed,agent\nA,2026-03-01,mail,Lost,2026-03-04,zoe\nB,2026-03-02,mail,,,\n";
    let history = history(&[("leads.csv", leads)]);
    let rehearsal = play_as(&strategy(), &history, Behaviour::Recorded);
    let waited = rehearsal.leads[1].routed_after.expect("routed");
    assert!(waited >= Span::days(2) && waited <= Span::days(2) + Span::HOUR, "{waited:?}");
}

#[test]
fn a_lead_that_nobody_may_take_waits_with_its_reason() {
    let mut leads = "id,came,origin,stage,closed,agent\n".to_owned();
    for lead in 0..4 {
        writeln!(leads, "L{lead},{},mail,,,", date(lead)).expect("memory");
    }
    let rehearsal = play(&history(&[("leads.csv", &leads)]));
    // One is taken at once, one when that ends, and then time runs out.
    assert_eq!(rehearsal.summary.routed, 2);
    assert_eq!(rehearsal.summary.waiting.get(&Code::AllCapped), Some(&2));
    assert_eq!(rehearsal.summary.results[&LeadResult::Waiting], 2);
    assert!(rehearsal.summary.unrouted.is_empty());
}

#[test]
fn the_model_is_the_same_each_time_and_no_prompt_owner() {
    let (leads, _) = leads_and_deals(120);
    let history = history(&[("leads.csv", &leads)]);
    let play = || play_as(&strategy(), &history, Behaviour::Model);
    let (one, other) = (play(), play());
    assert_eq!(lines(&one).0, lines(&other).0);
    assert!(one.summary.sla.breaches > 0, "somebody dawdles");
    assert_eq!(one.summary.routed, 120);
}

#[test]
fn shares_are_kept_to_within_a_lead() {
    let (leads, _) = leads_and_deals(120);
    let rehearsal = play(&history(&[("leads.csv", &leads)]));
    assert!(rehearsal.summary.largest_drift < 1.0, "{}", rehearsal.summary.largest_drift);
    let received: u32 = rehearsal.summary.reps.values().map(|rep| rep.received).sum();
    assert_eq!(received, 120);
}

#[test]
fn a_file_that_fits_no_glob_is_refused_before_anything_is_read() {
    let files = vec![
        ("leads.csv".to_owned(), "id\n".as_bytes()),
        ("other.csv".to_owned(), "id\n".as_bytes()),
    ];
    let refused = read(&map(MAP), files, 2, &|_| {});
    assert!(refused.is_err_and(|refused| refused.is_wrong_use()));
    let none: Vec<(String, &[u8])> = vec![("leads.csv".to_owned(), b"PK\x03\x04rest")];
    let refused = read(&map(MAP), none, 1, &|_| {});
    assert!(matches!(refused, Err(FileRefused::NotCsv { .. })));
}

#[test]
fn a_history_without_any_time_begins_on_a_working_day() {
    let leads = "id,came,origin,stage,closed,agent\nA,,web,,,\nB,,fair,,,\n";
    let rehearsal = play(&history(&[("leads.csv", leads)]));
    assert_eq!(rehearsal.summary.routed, 2);
    assert_eq!(rehearsal.summary.from, None);
}

#[test]
fn the_funnel_of_olist_routes_the_same_without_its_deals() {
    let Some(folder) = data("olist") else { return };
    let leads = beginning(&folder.join("olist_marketing_qualified_leads_dataset.csv"), 300);
    let deals = beginning(&folder.join("olist_closed_deals_dataset.csv"), 842);
    let (map, strategy) = (example_map("olist.yaml"), example("olist"));
    let leads = ("olist_marketing_qualified_leads_dataset.csv", leads.as_str());
    let deals = ("olist_closed_deals_dataset.csv", deals.as_str());
    let with = history_under(&map, &[deals, leads], 2);
    assert_eq!((with.counts.read, with.counts.quarantined()), (1_142, 0));
    let with = play_as(&strategy, &with, Behaviour::Prompt);
    let without = play_as(&strategy, &history_under(&map, &[leads], 1), Behaviour::Prompt);
    assert_eq!(lines(&with).0, lines(&without).0);
    assert_eq!(with.summary.routed + with.summary.unrouted.values().sum::<u64>(), 300);
    assert!(with.summary.outcomes.won > 10 && without.summary.outcomes.won == 0);
    assert_eq!(with.summary.outcomes.by_segment.as_ref().expect("told apart").field, "origin");
}

#[test]
fn the_opportunities_of_maven_are_told_beside_how_they_ended() {
    let Some(folder) = data("maven-crm") else { return };
    let pipeline = beginning(&folder.join("sales_pipeline.csv"), 300);
    let accounts = beginning(&folder.join("accounts.csv"), 85);
    let history = history_under(
        &example_map("maven-crm.yaml"),
        &[("accounts.csv", &accounts), ("sales_pipeline.csv", &pipeline)],
        2,
    );
    let rehearsal = play_as(&example("maven-crm"), &history, Behaviour::Prompt);
    let summary = &rehearsal.summary;
    assert_eq!((summary.read, summary.leads), (385, 300));
    assert!(summary.undated >= 85, "the accounts say no time");
    assert!(summary.outcomes.won > 0 && summary.outcomes.lost > 0);
    assert!(summary.outcomes.by_real_owner.len() > 10);
    let (lines, _) = lines(&rehearsal);
    assert!(
        lines.iter().all(|line| !line.contains("close_value") && !line.contains("Moses Frase"))
    );
}

#[test]
fn found_b1_comparisons_of_unlike_types_are_counted() {
    let leads = "id,came,origin,stage,closed,agent\nA,2026-03-01,5,,,\nB,2026-03-02,6,,,\nC,2026-03-03,,,,\n";
    let numbers = map(&MAP.replace("origin: text", "origin: integer"));
    let (played, summary) = lines(&play(&history_under(&numbers, &[("leads.csv", leads)], 1)));
    assert_eq!(value(&played[0])["route"], "rest", "nothing is known of it");
    assert_eq!(summary["unlike_types"], serde_json::json!({ "lead.origin is not a text": 2 }));
    let (_, summary) = lines(&play(&history(&[("leads.csv", leads)])));
    assert!(summary.get("unlike_types").is_none(), "{summary}");
}

#[test]
fn whoever_is_told_of_the_progress_stops_it() {
    let (leads, _) = leads_and_deals(600);
    let history = history(&[("leads.csv", &leads)]);
    let told = std::cell::Cell::new(0);
    let tell = |_| {
        told.set(told.get() + 1);
        if told.get() < 2 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    let stopped = rehearsal::history::rehearse(&strategy(), &history, Behaviour::Prompt, 1, &tell);
    assert!(matches!(stopped, Err(rehearsal::history::Unfinished::Stopped)));
    assert_eq!(told.get(), 2, "and is told no more");
}
