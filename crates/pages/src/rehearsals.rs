//! Rehearsals: what was played against what is in force, and the form that plays another one.

use maud::{Markup, html};

use crate::parts::{Cell, Choice, Column, Tone, chip, csrf, empty, head, primary, table};
use crate::text::{Href, When};

/// All rehearsals that are known.
#[derive(Clone, Debug)]
pub struct RehearsalsView {
    /// What belongs to each form of the reader.
    pub csrf: String,
    /// Where a rehearsal is started.
    pub start: Href,
    /// Strategies that can be played.
    pub strategies: Vec<Choice>,
    /// The one that was asked for.
    pub chosen: String,
    /// Histories that can be played.
    pub histories: Vec<Choice>,
    /// How owners may behave.
    pub behaviours: Vec<Choice>,
    /// Why the last one was not started.
    pub refused: Option<String>,
    /// The rehearsals, the latest first.
    pub rows: Vec<RehearsalRow>,
}

/// A rehearsal in the list.
#[derive(Clone, Debug)]
pub struct RehearsalRow {
    /// What was played: the strategy, and what it was compared with.
    pub title: String,
    /// Over which history, and how owners behaved.
    pub says: String,
    /// Its page.
    pub href: Href,
    /// How it stands.
    pub state: (String, Tone),
    /// When it was started.
    pub when: When,
    /// Who started it.
    pub by: String,
    /// What came of it, in a few words.
    pub found: String,
}

/// The page.
pub fn page(view: &RehearsalsView) -> Markup {
    html! {
        div.wide {
            (head(
                "Rehearsals",
                "Your own history under another strategy: who would have got what, and when. Nothing leaves this machine.",
                &html! {},
            ))
            @if let Some(refused) = &view.refused {
                section.card.refusal role="alert" { h2 { "It was not started" } p { (refused) } }
            }
            section.card {
                h2 { "Rehearse" span { " compared with what is in force" } }
                form.one-line.fields method="post" action=(view.start) {
                    (csrf(&view.csrf))
                    label { "Strategy" select name="strategy" { (options(&view.strategies, &view.chosen)) } }
                    label { "Over" select name="over" { (options(&view.histories, "")) } }
                    label { "Owners" select name="behaviour" { (options(&view.behaviours, "")) } }
                    div.foot {
                        (primary("Rehearse", None))
                        span { "One is played at a time, beside everything else. " a href="/imports" { "Upload a file" } " to play it." }
                    }
                }
            }
            section.card {
                @if view.rows.is_empty() {
                    (empty(
                        "Nothing was rehearsed since the server started",
                        "What a rehearsal found is kept here until the server ends; its report can be kept as a file.",
                        Some("baton rehearse --strategy draft --against live --history MAP.yaml FILE"),
                    ))
                } @else {
                    (list(&view.rows))
                }
            }
        }
    }
}

fn options(choices: &[Choice], chosen: &str) -> Markup {
    html! {
        @for choice in choices {
            option value=(choice.value) selected[choice.value == chosen] { (choice.says) }
        }
    }
}

fn list(rows: &[RehearsalRow]) -> Markup {
    const COLUMNS: [Column; 4] = [
        Column::words("What was played"),
        Column::words("How it stands"),
        Column::words("Started"),
        Column::words("What came of it"),
    ];
    let row = |one: &RehearsalRow| {
        let (state, tone) = &one.state;
        vec![
            Cell::of(html! { strong { a.plain href=(one.href) { (one.title) } } })
                .with(one.says.clone()),
            Cell::of(chip(*tone, state)),
            Cell::of(html! { (one.when) }).with(format!("by {}", one.by)),
            Cell::text(&one.found),
        ]
    };
    let rows: Vec<Vec<Cell>> = rows.iter().map(row).collect();
    table("Rehearsals, the latest first", &COLUMNS, &rows)
}
