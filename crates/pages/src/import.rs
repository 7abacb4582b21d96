//! One import: whether its file is read as meant, how far it is, and what it caused.

use maud::{Markup, html};

use crate::import_undo::{UndoneView, receipt};
use crate::imports::maps;
use crate::parts::{
    Act, Cell, Choice, Column, FigureView, ProgressView, Tone, act, button, chip, csrf, head,
    primary, progress, secondary, strip, table,
};
use crate::text::{Href, count, thousands};

/// One import.
#[derive(Clone, Debug)]
pub struct ImportView {
    /// Its files.
    pub title: String,
    /// Source, map, who and when.
    pub says: String,
    /// How it stands.
    pub state: (String, Tone),
    /// Its id.
    pub id: String,
    /// What belongs to each form of the reader.
    pub csrf: String,
    /// What can be done.
    pub deeds: ImportDeeds,
    /// Why it did not come to its end.
    pub failed: Option<String>,
    /// How far it is, while it runs.
    pub progress: Option<ProgressView>,
    /// What became of its rows.
    pub figures: Vec<FigureView>,
    /// How its file is read, while the file is there.
    pub look: Option<LookView>,
    /// Why its file cannot be read by this map, and what helps.
    pub unread: Option<(String, Vec<String>)>,
    /// What it caused so far.
    pub caused: Option<CausedView>,
    /// What taking it back came to, where it was.
    pub undone: Option<UndoneView>,
}

/// What can be done to an import.
#[derive(Clone, Debug, Default)]
pub struct ImportDeeds {
    /// Import it, or go on: where, and what the button says.
    pub start: Option<(Href, String)>,
    /// Stop it.
    pub stop: Option<Href>,
    /// Throw the file away.
    pub discard: Option<Href>,
    /// Read it by another map: where, which there are, and which it is.
    pub map: Option<(Href, Vec<Choice>, String)>,
    /// Take it back: where that is looked at, and what the link says.
    pub undo: Option<(Href, String)>,
}

/// How a file is read.
#[derive(Clone, Debug)]
pub struct LookView {
    /// What of each row is shown: the name, and what it is.
    pub columns: Vec<(String, String)>,
    /// The first rows.
    pub rows: Vec<LookRow>,
    /// How many more columns there are.
    pub more: usize,
    /// What looks odd.
    pub odd: Vec<OddView>,
    /// Columns that nothing reads.
    pub unread: Vec<String>,
    /// In a sentence: how many rows were looked at and what would become of them.
    pub says: String,
}

/// A row as it is read.
#[derive(Clone, Debug)]
pub struct LookRow {
    /// Its line in the file.
    pub line: u64,
    /// What stands in each column; none where nothing is known.
    pub cells: Vec<Option<String>>,
    /// Why it would be held, or what it would be taken without.
    pub faults: Vec<(String, Tone)>,
}

/// Something odd.
#[derive(Clone, Debug)]
pub struct OddView {
    /// How many rows.
    pub rows: u64,
    /// What it is.
    pub says: String,
    /// Which column, which value, the first line.
    pub at: String,
}

/// What an import caused.
#[derive(Clone, Debug)]
pub struct CausedView {
    /// What is counted, and how many.
    pub figures: Vec<(String, u64)>,
    /// Open handoffs that began with it.
    pub handoffs: Vec<CausedHandoffView>,
    /// How many more are open.
    pub more: u64,
}

/// An open handoff.
#[derive(Clone, Debug)]
pub struct CausedHandoffView {
    /// Its page.
    pub href: Href,
    /// Its id.
    pub id: String,
    /// Where it is.
    pub state: String,
    /// Who has it.
    pub owner: String,
}

/// The page.
pub fn page(view: &ImportView) -> Markup {
    html! {
        div.wide data-follow[view.progress.is_some()] {
            (head(&format!("Import: {}", view.title), &view.says, &beside(view)))
            @if let Some(failed) = &view.failed {
                section.card.refusal role="alert" { h2 { "It did not come to its end" } p { (failed) } }
            }
            @if let Some(far) = &view.progress { (progress(far)) }
            @if !view.figures.is_empty() { (strip(&view.figures)) }
            @if let Some((says, help)) = &view.unread {
                section.card.refusal role="alert" {
                    h2 { "This map does not read the file" }
                    p { (says) }
                    @if !help.is_empty() { ul.steps { @for line in help { li { (line) } } } }
                }
            }
            div.main-and-side {
                div { @if let Some(look) = &view.look { (rows(look)) (odd(look)) } }
                div {
                    @if let Some(map) = &view.deeds.map { (another_map(view, map)) }
                    @if let Some(undone) = &view.undone { (receipt(undone)) }
                    @if let Some(caused) = &view.caused { (caused_card(caused)) }
                }
            }
            p.id { (view.id) }
        }
    }
}

fn beside(view: &ImportView) -> Markup {
    let (state, tone) = &view.state;
    let post = |to: &Href, button: &Markup| {
        html! { form method="post" action=(to) { (csrf(&view.csrf)) (button) } }
    };
    html! {
        (chip(*tone, state))
        @if let Some(to) = &view.deeds.stop { (post(to, &secondary("Stop"))) }
        @if let Some(to) = &view.deeds.discard {
            div.look-back {
                (act(
                    &Act {
                        says: "Discard…",
                        key: None,
                        to,
                        csrf: &view.csrf,
                        version: 0,
                        does: ("Discard the file", "Nothing of it was imported, or will be."),
                    },
                    &html! {},
                ))
            }
        }
        @if let Some((to, says)) = &view.deeds.undo { (button(says, to)) }
        @if let Some((to, says)) = &view.deeds.start { (post(to, &primary(says, None))) }
    }
}

fn rows(look: &LookView) -> Markup {
    html! {
        section.card {
            h2 { "First rows, as they are read" span { " for your role; that you looked is recorded" } }
            div.scroll tabindex="0" role="region" aria-label="First rows" {
                table.first-rows {
                    caption.unseen { "The first rows of the file as the map reads them" }
                    thead {
                        tr {
                            th scope="col" { "line" }
                            @for (name, what) in &look.columns {
                                th scope="col" { b { (name) } div.below { (what) } }
                            }
                        }
                    }
                    tbody {
                        @for row in &look.rows {
                            tr {
                                td { (row.line) }
                                @for cell in &row.cells {
                                    td {
                                        @match cell {
                                            Some(says) => (says),
                                            None => span.quiet { "–" },
                                        }
                                    }
                                }
                            }
                            @if !row.faults.is_empty() {
                                tr.faults {
                                    td {}
                                    td colspan=(look.columns.len()) {
                                        @for (says, tone) in &row.faults { span class=(tone.class()) { (says) } " " }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            @if look.more > 0 { p.quiet { "and " (count(look.more as u64, "more column", "more columns")) " of these rows" } }
        }
    }
}

fn odd(look: &LookView) -> Markup {
    html! {
        section.card {
            h2 { "What looks odd" span { " " (look.says) } }
            @if look.odd.is_empty() { p.quiet { "Nothing does." } }
            ul.odd {
                @for odd in &look.odd {
                    li { b { (thousands(odd.rows)) } span { (odd.says) " " span.quiet { (odd.at) } } }
                }
            }
            @if !look.unread.is_empty() {
                p.quiet {
                    "Nothing reads: "
                    @for (at, name) in look.unread.iter().enumerate() {
                        @if at > 0 { ", " }
                        code { (name) }
                    }
                }
            }
        }
    }
}

fn another_map(view: &ImportView, (to, choices, chosen): &(Href, Vec<Choice>, String)) -> Markup {
    html! {
        section.card {
            h2 { "Read by another map" }
            form method="post" action=(to) {
                (csrf(&view.csrf))
                label for="map" { "Map" }
                select #map name="map" { (maps(choices, chosen)) }
                div.foot { (secondary("Look again")) span { "The file stays, and nothing is written." } }
            }
        }
    }
}

fn caused_card(caused: &CausedView) -> Markup {
    const COLUMNS: [Column; 3] =
        [Column::words("Handoff"), Column::words("Where it is"), Column::words("With")];
    let row = |handoff: &CausedHandoffView| {
        vec![
            Cell::of(html! { a.id href=(handoff.href) { (handoff.id) } }),
            Cell::text(&handoff.state),
            Cell::text(&handoff.owner),
        ]
    };
    let rows: Vec<Vec<Cell>> = caused.handoffs.iter().map(row).collect();
    html! {
        section.card {
            h2 { "What it caused" span { " so far" } }
            dl.counted {
                @for (what, many) in &caused.figures { dt { (what) } dd { (thousands(*many)) } }
            }
            @if !rows.is_empty() {
                (table("Open handoffs that began with it", &COLUMNS, &rows))
                @if caused.more > 0 { p.quiet { "and " (count(caused.more, "more", "more")) } }
            }
        }
    }
}
