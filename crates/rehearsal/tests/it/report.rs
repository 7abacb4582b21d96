//! The report: it stands by itself, shows no more than there is, and runs nothing that a file says.

use std::fmt::Write as _;
use std::ops::ControlFlow;

use rehearsal::history::{Behaviour, rehearse_against};
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

/// A page on which every card and table is: queues, deals, a comparison, rows that could not be read.
fn whole_page(number: usize) -> String {
    let (leads, deals) = leads_and_deals(number);
    let broken = "id,came,origin,stage,closed,agent\nX,someday,web,,,\nY,,mail,,,\n";
    let history =
        history(&[("leads-1.csv", &leads), ("leads-2.csv", broken), ("deals.csv", &deals)]);
    let other = strategy_of(&TEAM.replace("bob,Bob Brown,web", "bob,Bob Brown,rest"));
    let both = (&strategy_of(TEAM), &other);
    html(
        &rehearse_against(both, &history, Behaviour::Model, 1, &|_| ControlFlow::Continue(()))
            .expect("memory"),
    )
}

#[test]
fn found_f8_every_table_and_picture_scrolls_where_it_has_no_room() {
    let page = whole_page(160);
    let scroll = "<div class=\"scroll\" tabindex=\"0\">";
    for wide in ["<table", "<svg class=\"broad\"", "<svg class=\"narrow\""] {
        let all = page.matches(wide).count();
        assert!(all > 0, "{wide}");
        assert_eq!(page.matches(&format!("{scroll}{wide}")).count(), all, "{wide}");
    }
    assert!(page.matches("<table").count() >= 12, "{}", page.matches("<table").count());
    // A column of a grid is as wide as its place, not as its widest table.
    assert!(page.contains("minmax(0,1fr)") && !page.contains("columns:1fr"));
}

/// The numbers that stand alone in the texts of a picture, of one class.
fn ticks(page: &str, picture: &str, class: &str) -> Vec<u64> {
    let (_, drawing) = page.split_once(&format!("id=\"{picture}-title\"")).expect("it is drawn");
    let (drawing, _) = drawing.split_once("</svg>").expect("its end");
    let texts = drawing.split("<text ").skip(1).filter(|text| text.starts_with(class));
    let texts = texts.filter_map(|text| text.split(['>', '<']).nth(1));
    texts.filter_map(|text| text.replace(',', "").parse().ok()).collect()
}

#[test]
fn found_f11_ticks_are_round_numbers_in_equal_steps() {
    for number in [1, 3, 7, 15, 32, 61, 160] {
        let (leads, deals) = leads_and_deals(number);
        let page = html(&play(&history(&[("leads.csv", &leads), ("deals.csv", &deals)])));
        let mut scales = vec![
            ticks(&page, "course-chart", "class=\"filltext\""),
            ticks(&page, "course-chart", "class=\"bluetext\""),
            ticks(&page, "reps-chart", "x=\""),
        ];
        if number == 160 {
            scales.push(ticks(&page, "days-chart", "x=\""));
        }
        for all in scales {
            // A scale begins at nothing; a picture may have two.
            for ticks in all.chunk_by(|one, next| next > one) {
                let step = ticks[1] - ticks[0];
                let tens = 10u64.pow(step.ilog10());
                assert!(ticks[0] == 0 && [1, 2, 5].contains(&(step / tens)), "{number}: {ticks:?}");
                assert!(step % tens == 0, "{number}: {ticks:?}");
                assert!(ticks.windows(2).all(|pair| pair[1] - pair[0] == step), "{ticks:?}");
            }
        }
    }
}
