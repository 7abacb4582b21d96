//! `/styleguide`: each part with a name and what it is for.

use maud::{Markup, html};

use crate::charts::{
    Bar, Bullet, Contribution, Mark, Stage, bullet, columns, contribution, funnel, histogram,
    meter, share_line,
};
use crate::parts::{
    Act, Cell, Column, EvidenceSet, EvidenceSignal, Said, Tone, act, button, card, chip, countdown,
    empty, field, hidden, note, primary, refused, secondary, table,
};
use crate::text::{Href, When};
use crate::tokens::TOKENS;

/// All parts.
pub fn page() -> Markup {
    html! {
        div.wide {
            (crate::parts::head(
                "Style guide",
                "Each part that pages are made of. What it says here is made up.",
                &html! {},
            ))
            (card("Colours", "light or dark, as your system is set", &swatches()))
            div.pair {
                (card("Chips", "a colour means something, and a word says it", &chips()))
                (card("Countdowns", "amber is soon; red is under a quarter of the time", &countdowns()))
            }
            div.pair {
                (card("Buttons", "one primary a page", &buttons()))
                (card("Fields with evidence", "choose a number, or press E", &fields()))
            }
            (card("Table", "names first, numbers to the right, ids last", &a_table()))
            div.pair {
                (card("Nothing yet", "", &empty(
                    "No leads wait",
                    "A lead that is routed to you appears here within a second.",
                    Some("baton handoffs"),
                )))
                (card("Something went wrong", "", &refused(
                    "version-stale",
                    "Somebody changed it since you looked",
                    "Look at what changed below, then decide again. Nothing was done.",
                )))
            }
            (card("Funnel", "", &a_funnel()))
            div.pair {
                (card("Bars", "", &bars()))
                (card("Columns", "the last one is now", &columns("leads a day", &[4, 7, 3, 9, 6, 11, 8])))
            }
            div.pair {
                (card("How long it took", "1,305 leads", &a_histogram()))
                (card("A share over time", "where there is nothing to share, a gap", &share_line(
                    "Accepted in time over the period, up to 96.1 %",
                    &[Some(0.94), Some(0.97), Some(0.9), None, Some(0.92), Some(0.96)],
                )))
            }
        }
    }
}

fn moment(short: &str) -> When {
    When { short: short.to_owned(), exact: "2026-11-20T15:12:00Z".to_owned() }
}

fn swatches() -> Markup {
    html! {
        ul.swatches {
            @for token in &TOKENS {
                li { svg viewBox="0 0 40 24" aria-hidden="true" { rect class={ "c-" (token.name) } width="40" height="24" rx="5" {} } (token.name) }
            }
        }
    }
}

fn chips() -> Markup {
    let says =
        ["marketing to sales", "in force", "accept by 15:12", "refused", "canary 10 %", "inferred"];
    html! { p.chips { @for (tone, says) in Tone::ALL.into_iter().zip(says) { (chip(tone, says)) } } }
}

fn countdowns() -> Markup {
    const MINUTE: i64 = 60_000;
    html! {
        p.chips {
            @for (left, whole) in [(190, 240), (42, 94), (12, 60), (-38, 60)] {
                (countdown(left * MINUTE, whole * MINUTE, &moment("15:12")))
            }
        }
    }
}

fn buttons() -> Markup {
    let to = Href::to("#main");
    html! {
        div.actions {
            form action="#main" { (hidden("", 0)) (primary("Accept", Some('A'))) }
            form action="#main" { (secondary("Snooze")) }
            (button("Open", &to))
            (act(
                &Act { says: "Reject…", key: Some('R'), to: &to, csrf: "", version: 0, does: ("Reject it", "It goes to the next.") },
                &note("guide-note", "In words", ""),
            ))
        }
    }
}

fn fields() -> Markup {
    let line = |text: &str, evidence, unknown| Said {
        text: text.to_owned(),
        evidence,
        unknown,
        marks: Vec::new(),
    };
    let set = EvidenceSet {
        signals: vec![EvidenceSignal {
            when: moment("13:02"),
            kind: "Page viewed".to_owned(),
            source: "web, in fields url".to_owned(),
            source_id: "f-20931".to_owned(),
            id: "s-1a2b3c".to_owned(),
        }],
        more: 2,
    };
    html! {
        dl.brief {
            (field("Pain", &[line("Technicians wait for spare parts.", Some(1), false)], false))
            (field("Criteria", &[line("Security needs: not known, ask.", None, true)], false))
            (field("Next steps", &[line("Call before 16:00.", None, false), line("Send the field guide.", None, false)], true))
        }
        div.evidence { (set.shown(1)) }
    }
}

fn a_table() -> Markup {
    let columns = [
        Column::words("Member"),
        Column::words("Now"),
        Column::numbers("Received"),
        Column::numbers("Owed"),
    ];
    let row = |name: &str, tone, now: &str, received: u64, owed: f64| {
        vec![
            Cell::of(html! { strong { (name) } }).with("AE"),
            Cell::of(chip(tone, now)),
            Cell::text(&received.to_string()).with("of 24.6"),
            Cell::text(&crate::text::signed(owed, 1)),
        ]
    };
    let rows = [
        row("Anna Keller", Tone::Good, "available", 24, 0.6),
        row("Tobi Okafor", Tone::Plain, "capped", 26, -0.9),
    ];
    table("Members with what they received", &columns, &rows)
}

fn a_funnel() -> Markup {
    let stage = |name: &str, count: u64, share: &str| Stage {
        name: name.to_owned(),
        count,
        share: share.to_owned(),
        href: None,
    };
    funnel(&[
        stage("Signals", 184_210, "today"),
        stage("Ready", 1_312, ""),
        stage("Routed", 1_305, "99.5 %"),
        stage("Accepted", 1_118, "85.7 %"),
        stage("Won", 57, "5.1 %"),
    ])
}

fn a_histogram() -> Markup {
    let bar = |from_ms, below_ms, count| Bar { from_ms, below_ms, count, href: None };
    let mark = |percent, ms| Mark { percent, ms };
    histogram(
        "Time to route",
        &[bar(100, 250, 40), bar(250, 500, 610), bar(500, 1_000, 520), bar(1_000, 2_000, 135)],
        &[mark(50, 400), mark(90, 900), mark(99, 1_600)],
    )
}

fn bars() -> Markup {
    let part = |name: &str, points| Contribution { name: name.to_owned(), points };
    html! {
        (contribution(&part("500 to 5,000 employees", 2_000), 2_400))
        (contribution(&part("Pricing pages, 3 visits", 2_400), 2_400))
        (contribution(&part("Free-mail address used once", -400), 2_400))
        p { (bullet(Bullet { value: 24.0, mark: 24.6, most: 30.0 })) }
        p { (meter(12, 18)) " 12/18" }
    }
}
