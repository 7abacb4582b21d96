//! Decision tables: which row holds, why the others do not, and what is proven of the whole.

use domain::handoff::Action;
use rules::Truth;

use crate::folder::{Folder, Lead, folder, lead};

const HEAD: &str = "columns:\n  total: score.total\n  consent: consent.email\n  \
                    country: account.country\n  asked: seen(\"form.quote\", \"1d\")\n\
                    outputs: [decision, kind, sla]\nrows:\n";

fn table(rows: &[&str]) -> Folder {
    let rows = rows.iter().map(|row| format!("  - [ {row} ]\n")).collect::<Vec<_>>().concat();
    folder().with("readiness.yaml", format!("{HEAD}{rows}"))
}

/// The row that holds of a lead, from 1, and what it says.
#[track_caller]
fn check(rows: &[&str], lead: &Lead, expected: Option<u16>, action: Action) {
    let strategy = table(rows).strategy();
    let row = strategy.readiness.decide(&lead.frame(&strategy));
    assert_eq!((row.row.map(|row| row + 1), row.action), (expected, action));
}

const ROWS: [&str; 6] = [
    r#""-", "-", "-", true, hand off, marketing-to-sales, hot"#,
    r#""-", false, "-", "-", suppress, "-", "-""#,
    r#"">= 60", true, 'not("US", "CA")', "-", hand off, marketing-to-sales, hot"#,
    r#"">= 60", true, unknown, "-", enrich first, "-", "-""#,
    r#""[40..60)", "-", "-", "-", start sequence, "-", "-""#,
    r#""-", "-", "-", "-", nurture, "-", "-""#,
];

#[test]
fn the_first_row_that_holds_decides() {
    let lead = lead();
    check(&ROWS, &lead, Some(6), Action::Nurture);
    let asks = lead.clone().did("form.quote", domain::Span::HOUR, &[]);
    check(&ROWS, &asks, Some(1), Action::HandOff);
    let refuses = lead.clone().with("consent.email", false).with("score.total", 90);
    check(&ROWS, &refuses, Some(2), Action::Suppress);
    let ready = lead.clone().with("consent.email", true).with("score.total", 60);
    check(&ROWS, &ready, Some(4), Action::EnrichFirst);
    check(&ROWS, &ready.clone().with("account.country", "DE"), Some(3), Action::HandOff);
    check(&ROWS, &ready.with("account.country", "US"), Some(6), Action::Nurture);
    check(&ROWS, &lead.clone().with("score.total", 40), Some(5), Action::StartSequence);
    check(&ROWS, &lead.with("score.total", 59), Some(5), Action::StartSequence);
}

#[test]
fn the_trace_says_what_each_cell_came_to() {
    let strategy = table(&ROWS).strategy();
    let lead = lead().with("consent.email", true).with("score.total", 60);
    let lead = lead.with("account.country", "US");
    let readiness = &strategy.readiness;
    let row = readiness.decide(&lead.frame(&strategy));
    assert_eq!(row.trace.len(), 6);
    let traced =
        |row, column| readiness.table.traced(&readiness_trace(&strategy, &lead), row, column);
    assert_eq!(traced(2, 0), Some(Truth::Yes));
    assert_eq!(traced(2, 2), Some(Truth::No));
    assert_eq!(traced(0, 3), Some(Truth::No));
    let near = readiness.near_misses(&row.trace, row.row);
    let told: Vec<_> = near.iter().map(|miss| (miss.row, miss.column)).collect();
    // Rows 1 to 5 each lacked one cell.
    assert_eq!(told, [(0, 3), (1, 1), (2, 2), (3, 2), (4, 0)]);
    let words = "total >= 60, consent true, country not(\"US\", \"CA\")";
    assert_eq!(readiness.table.rows[2].words, words);
    let anyone = table(&[r#""-", "-", "-", "-", nurture, "-", "-""#]).strategy();
    assert_eq!(anyone.readiness.table.rows[0].words, "anything");
}

fn readiness_trace(strategy: &rules::Strategy, lead: &Lead) -> Vec<u8> {
    strategy.readiness.decide(&lead.frame(strategy)).trace
}

#[test]
fn what_is_unknown_matches_anything_and_unknown_alone() {
    let rows = [
        r#""< 60", "-", "-", "-", nurture, "-", "-""#,
        r#""-", 'not(true)', "-", "-", suppress, "-", "-""#,
        r#""-", "-", "-", "-", ask a person, "-", "-""#,
    ];
    check(&rows, &lead(), Some(3), Action::AskAPerson);
    let strategy = table(&rows).strategy();
    let row = strategy.readiness.decide(&lead().frame(&strategy));
    let traced = |place, column| strategy.readiness.table.traced(&row.trace, place, column);
    assert_eq!([traced(0, 0), traced(1, 1)], [Some(Truth::Unknown); 2]);
}

/// What is told of a table, as `code line`, with its example.
#[track_caller]
fn told(folder: Folder, expected: &[(&str, u32)], example: &str) {
    let compiled = folder.compile();
    let list = compiled.diagnostics.list();
    let found: Vec<_> =
        list.iter().map(|d| (d.code, compiled.sources.place(d.span).line)).collect();
    let says: Vec<_> = list.iter().map(|d| &d.message).collect();
    assert_eq!(found, expected, "{says:?}");
    let shown = list.iter().find_map(|d| d.example.as_deref()).unwrap_or("");
    assert_eq!(shown, example);
}

#[test]
fn p1_a_gap_is_told_with_a_lead_that_is_in_it() {
    told(
        table(&[
            r#"">= 60", "-", "-", "-", nurture, "-", "-""#,
            r#""< 60", "-", "-", "-", nurture, "-", "-""#,
        ]),
        &[("table-gap", 1)],
        "a lead with total unknown",
    );
    told(
        table(&[
            r#"">= 60", "-", "-", "-", nurture, "-", "-""#,
            r#""< 50", "-", "-", "-", nurture, "-", "-""#,
            r#"unknown, "-", "-", "-", nurture, "-", "-""#,
        ]),
        &[("table-gap", 1)],
        "a lead with total 55",
    );
    told(
        table(&[
            r#""-", "-", '"DE", "AT"', "-", nurture, "-", "-""#,
            r#""-", "-", 'not("DE")', "-", nurture, "-", "-""#,
            r#""-", "-", 'unknown', "-", nurture, "-", "-""#,
        ]),
        &[],
        "",
    );
}

#[test]
fn a_row_that_nothing_reaches_is_told() {
    told(
        table(&[
            r#"">= 60", "-", "-", "-", nurture, "-", "-""#,
            r#""-", "-", "-", "-", nurture, "-", "-""#,
            r#""70", true, "-", "-", suppress, "-", "-""#,
        ]),
        &[("table-unreachable", 10)],
        "",
    );
}

#[test]
fn p2_rows_that_overlap_are_told_where_they_must_not() {
    let unique = |rows: &[&str]| {
        let rows = rows.iter().map(|row| format!("  - [ {row} ]\n")).collect::<Vec<_>>().concat();
        folder().with("readiness.yaml", format!("hit: unique\n{HEAD}{rows}"))
    };
    told(
        unique(&[
            r#""<= 60", "-", "-", "-", nurture, "-", "-""#,
            r#"">= 60", "-", "-", "-", suppress, "-", "-""#,
            r#"unknown, "-", "-", "-", suppress, "-", "-""#,
        ]),
        &[("table-overlap", 10)],
        "a lead with total 60",
    );
    told(
        unique(&[
            r#""< 60", "-", "-", "-", nurture, "-", "-""#,
            r#"">= 60", "-", "-", "-", suppress, "-", "-""#,
            r#"unknown, "-", "-", "-", suppress, "-", "-""#,
        ]),
        &[],
        "",
    );
    told(
        folder().with("readiness.yaml", format!("hit: collect\n{HEAD}  - []\n")),
        &[("hit-unknown", 1)],
        "",
    );
}

#[test]
fn cells_that_cannot_be_read_are_told() {
    let cell = |cell: &str| table(&[&format!("{cell}, nurture, '-', '-'")]);
    let end = "'-', '-', '-'";
    told(cell(&format!("'>= sixty', {end}")), &[("cell-unreadable", 8)], "");
    told(cell(&format!("'[60..50]', {end}")), &[("cell-unreadable", 8)], "");
    told(cell(&format!("'', {end}")), &[("cell-unreadable", 8)], "");
    told(cell("'-', maybe, '-', '-'"), &[("cell-unreadable", 8)], "");
    told(cell("'-', '-', 'not(\"DE\"', '-'"), &[("cell-unreadable", 8)], "");
    told(cell("'-', '-', '-'"), &[("table-shape", 8)], "");
}

#[test]
fn rows_may_stand_in_a_csv() {
    let csv = "country;total;decision;kind;sla\n-;>= 60;hand off;marketing-to-sales;hot\nDE;-;suppress;-;-\n-;-;nurture;-;-\n";
    let yaml = "columns: { total: score.total, country: account.country }\nrows: readiness.csv\n";
    let strategy = folder().with("readiness.yaml", yaml).with("readiness.csv", csv).strategy();
    let lead = lead().with("account.country", "DE").with("score.total", 10);
    let row = strategy.readiness.decide(&lead.frame(&strategy));
    assert_eq!((row.row, row.action), (Some(1), Action::Suppress));
    told(
        folder().with("readiness.yaml", yaml).with("readiness.csv", "total,decision,kind,sla\n"),
        &[("table-shape", 1)],
        "",
    );
    told(folder().with("readiness.yaml", yaml), &[("file-missing", 2)], "");
}

#[test]
fn decisions_are_those_that_there_are() {
    let row = |says: &str| table(&[&format!("'-', '-', '-', '-', {says}")]);
    told(row("handoff, x, '-'"), &[("action-unknown", 8)], "");
    let both = [("deadline-missing", 8), ("table-shape", 8), ("starts-missing", 8)];
    told(row("hand off, '-', '-'"), &both, "a page view of somebody who fits");
    let both = [("sla-unknown", 8), ("starts-missing", 8)];
    told(row("hand off, x, lukewarm"), &both, "a page view of somebody who fits");
}

/// A trace as it was always stored: two bits a cell, row by row, and zeros to the end of the byte.
#[test]
fn a_trace_has_two_bits_for_each_cell_up_to_the_row_that_held() {
    let lead = || lead().with("consent.email", true).with("score.total", 60);
    for (lead, row, stored) in [
        (lead(), Some(3), &[0x15, 0x51, 0x65, 0x55][..]),
        (lead().did("form.quote", domain::Span::HOUR, &[]), Some(0), &[0x55]),
        (lead().with("account.country", "DE"), Some(2), &[0x15, 0x51, 0x55]),
        (crate::folder::lead(), Some(5), &[0x15, 0x59, 0x6a, 0x5a, 0x56, 0x55]),
    ] {
        let strategy = table(&ROWS).strategy();
        let said = strategy.readiness.decide(&lead.frame(&strategy));
        assert_eq!((said.row, said.trace.as_slice()), (row, stored), "{lead:?}");
    }
    let three = "columns: { a: score.total, b: consent.email, c: account.country }\n\
                 outputs: [decision, kind, sla]\nrows:\n  \
                 - [ \">= 60\", \"-\", \"not(unknown)\", nurture, \"-\", \"-\" ]\n  \
                 - [ \"-\", true, \"-\", nurture, \"-\", \"-\" ]\n  \
                 - [ \"-\", \"-\", \"-\", ask a person, \"-\", \"-\" ]\n";
    let strategy = folder().with("readiness.yaml", three).strategy();
    let said = strategy.readiness.decide(&lead().frame(&strategy));
    // Yes, yes, no; yes, yes, yes; and two bits are left over twice.
    assert_eq!((said.row, said.trace.as_slice()), (Some(1), &[0x45, 0x05][..]));
}
