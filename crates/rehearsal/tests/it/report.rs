//! The report: it stands by itself, shows no more than there is, and runs nothing that a file says.

use std::fmt::Write as _;

use rehearsal::history::Behaviour;
use rehearsal::report::{LEADS_MAX, html};

use crate::history_stage::{TEAM, history, leads_and_deals, play, play_as, strategy_of};

fn page() -> String {
    let (leads, deals) = leads_and_deals(120);
    html(&play(&history(&[("leads.csv", &leads), ("deals.csv", &deals)])))
}

#[test]
fn the_page_loads_nothing_and_runs_nothing() {
    let page = page();
    for word in ["http://", "https://", "<script", "src=", "@import", "url(", "<link", "<iframe"] {
        assert!(!page.contains(word), "{word}");
    }
    assert!(page.contains("default-src 'none'"));
    assert!(page.contains("prefers-color-scheme:dark") && page.contains("@media print"));
}

#[test]
fn every_picture_has_a_title_a_description_and_a_table_behind_it() {
    let page = page();
    let count = |word: &str| page.matches(word).count();
    let pictures = count("role=\"img\"");
    // Twenty-four deals are too few to draw how long they took.
    assert_eq!(pictures, 2);
    assert_eq!(count("<figure>"), pictures);
    assert_eq!(count("<desc id="), pictures);
    assert_eq!(count("<summary>The figures behind it</summary>"), pictures);
    assert_eq!(count("<svg"), pictures + count("aria-hidden=\"true\""));
}

#[test]
fn what_files_say_is_text_and_nothing_else() {
    let evil = [
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(2)>",
        "{{7*7}}",
        "<math><mtext></table><mglyph><style><!--</style>",
        "=cmd|' /C calc'!A0",
        "![x](//evil)",
        "\u{202e}moc.live",
        "</style><b>",
    ];
    let mut leads = "id,came,origin,stage,closed,agent\n".to_owned();
    for (at, text) in evil.iter().enumerate() {
        let day = at % 9 + 1;
        writeln!(leads, "\"{text}\",2026-03-0{day},\"{text}\",won,2026-03-09,\"{text}\"")
            .expect("memory");
    }
    let team = TEAM.replace("Eve Evans", "\"\"\"><script>alert(3)</script>\u{202e}\"");
    let history = history(&[("leads\"><script>.csv", &leads)]);
    let page = html(&play_as(&strategy_of(&team), &history, Behaviour::Prompt));
    for word in ["<script", "<img", "<svg onload", "<math", "<mglyph", "</style><b>", "\u{202e}"] {
        assert!(!page.contains(word), "{word}");
    }
    assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;"), "it is shown as it is");
    assert!(page.contains("=cmd|"), "a formula is text here");
    assert_eq!(page.matches("</style>").count(), 1);
    assert!(page.contains("&lt;script&gt;alert(3)"), "the rep's name is shown");
}

#[test]
fn a_name_of_a_megabyte_is_cut() {
    let long = "x".repeat(200_000);
    let leads = format!("id,came,origin,stage,closed,agent\n{long},2026-03-01,web,,,\n");
    let page = html(&play(&history(&[("leads.csv", &leads)])));
    assert!(page.len() < 60_000, "{}", page.len());
}

#[test]
fn the_table_of_leads_is_bounded_and_says_so() {
    let (leads, _) = leads_and_deals(LEADS_MAX + 20);
    let page = html(&play(&history(&[("leads.csv", &leads)])));
    assert!(page.contains("the first 500 of 520"));
    assert!(page.matches("lead.created:").count() <= LEADS_MAX);
}

#[test]
fn few_are_too_few_to_tell() {
    let (leads, deals) = leads_and_deals(20);
    let page = html(&play(&history(&[("leads.csv", &leads), ("deals.csv", &deals)])));
    assert!(page.contains("too few to tell"));
    assert!(!page.contains("20.0 %"), "a rate of twenty says nothing");
}

#[test]
fn nothing_at_all_makes_a_page_that_says_so() {
    let page = html(&play(&history(&[("leads.csv", "id,came,origin,stage,closed,agent\n")])));
    assert!(page.contains("No row of these files is a lead"));
    assert!(page.contains("The history does not say how leads ended"));
    assert!(!page.contains("NaN") && !page.contains("inf"));
}
