//! How leads ended is read off columns: which of them are recognised, and which counts more.

use rehearsal::history::afterwards::RECOGNISED;
use serde_json::json;

use crate::history_stage::{history_under, lines, map, play};

const PAGE: &str = include_str!("../../../../docs/how-to/rehearse.md");

/// A lead with these columns of outcome ends as `won`, `lost` or `unknown`.
#[track_caller]
fn check(columns: &str, cells: &str, expected: &str) {
    let map = map(&format!(
        "source: shop\nfiles:\n  leads.csv:\n    kind: lead.created\n    lead: true\n    id: id\n    \
         time: {{ column: came, formats: [\"%Y-%m-%d\"] }}\n    subject: {{ external_id: id }}\n    \
         fields: {{ origin: text }}\n    outcome: [{columns}]\n"
    ));
    let header = columns.replace(", ", ",");
    let leads = format!("id,came,origin,{header}\nA,2026-03-01,web,{cells}\n");
    let (_, summary) = lines(&play(&history_under(&map, &[("leads.csv", &leads)], 1)));
    assert_eq!(summary["outcomes"][expected], 1, "{columns}: {cells}: {}", summary["outcomes"]);
}

#[test]
fn found_f6_a_stage_says_more_than_a_flag() {
    for (columns, cells, expected) in [
        ("converted, stage", "yes,Closed Lost", "lost"),
        ("Converted, Stage", "true,Closed Lost", "lost"),
        ("IsConverted, StageName", "1,Closed Lost", "lost"),
        ("converted, status", "no,Won", "won"),
        ("converted, deal_stage", "yes,Closed - Lost", "lost"),
        ("a_note, won, zz_stage", "-,yes,Closed Lost", "lost"),
        ("IsWon, IsClosed, StageName", "false,true,Closed Lost to Competition", "lost"),
        ("IsWon, IsClosed, StageName", "false,false,Negotiation", "unknown"),
        ("IsWon, StageName", "false,Negotiation", "unknown"),
        ("IsWon, IsClosed", "false,false", "unknown"),
        ("IsWon, IsClosed", "false,true", "lost"),
        ("is_closed_won, is_closed_lost", "no,no", "lost"),
        ("closed_lost", "yes", "lost"),
        ("closed_lost", "no", "unknown"),
        ("converted, stage", "yes,Negotiation", "unknown"),
        ("converted, lead_status", "yes,Closed - Converted", "won"),
        ("converted, won", "yes,no", "lost"),
        ("converted", "no", "lost"),
        ("converted", "Yes", "won"),
        ("dealstage", "closedwon", "won"),
        ("status, stage", "Won,Closed Lost", "lost"),
        ("lost_time", "2026-03-09", "lost"),
        ("lost_time, won_time", "2026-03-05,2026-03-09", "won"),
        ("status, won_time", "lost,2026-03-09", "lost"),
        ("status, close_date", "open,2026-12-31", "unknown"),
        ("remarks", "Lost my phone", "unknown"),
    ] {
        check(columns, cells, expected);
    }
}

#[test]
fn found_f6_over_several_rows_what_counts_more_is_believed() {
    let files = |kind: &str| {
        format!(
            "source: shop\nfiles:\n  leads.csv:\n    kind: lead.created\n    lead: true\n    id: id\n    \
             time: {{ column: came, formats: [\"%Y-%m-%d\"] }}\n    subject: {{ external_id: id }}\n    \
             fields: {{ origin: text }}\n    outcome: [converted, close_date]\n  deals.csv:\n    \
             kind: {kind}\n    id: deal\n    time: {{ column: ended, formats: [\"%Y-%m-%d\"] }}\n    \
             subject: {{ external_id: id }}\n    outcome: [status, owner]\n"
        )
    };
    let leads = "id,came,origin,converted,close_date\nA,2026-03-01,web,yes,2026-12-31\n";
    for (kind, deals, ended, days) in [
        ("deal.lost", "D1,A,2026-03-09,,zoe\n", "lost", None),
        ("deal.listed", "D1,A,2026-03-09,lost,zoe\n", "lost", None),
        ("deal.listed", "D1,A,2026-03-09,lost,zoe\nD2,A,2026-03-11,won,zoe\n", "won", Some(10)),
        ("deal.listed", "D1,A,2026-03-11,won,zoe\nD2,A,2026-03-20,lost,zoe\n", "won", Some(10)),
        ("deal.listed", "D1,A,2026-03-09,open,zoe\n", "won", Some(305)),
    ] {
        let deals = format!("deal,id,ended,status,owner\n{deals}");
        let history =
            history_under(&map(&files(kind)), &[("leads.csv", leads), ("deals.csv", &deals)], 1);
        let outcomes = &lines(&play(&history)).1["outcomes"];
        assert_eq!(outcomes[ended], 1, "{kind}: {deals}: {outcomes}");
        assert_eq!(outcomes["days_to_win"]["p50"], json!(days), "{deals}");
        assert_eq!(outcomes["by_real_owner"]["zoe"]["leads"], 1);
    }
}

#[test]
fn found_f6_the_columns_that_are_recognised_are_on_the_page() {
    for (what, columns) in RECOGNISED {
        let row = PAGE.lines().find(|line| line.starts_with(&format!("| {what} |")));
        let row = row.unwrap_or_else(|| panic!("the page has no row of `{what}`"));
        let told: Vec<&str> = row.split('`').skip(1).step_by(2).collect();
        assert_eq!(told, *columns, "{what}: in the order in which they count");
    }
}
