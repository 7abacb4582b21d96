//! One rehearsal: what would change, for whom, and whether it is better.

use maud::{Markup, html};

use crate::charts::bar;
use crate::parts::{
    Cell, Column, FigureView, ProgressView, Tone, button, chip, csrf, head, progress, secondary,
    strip, table,
};
use crate::text::{Href, count, thousands};

/// One rehearsal.
#[derive(Clone, Debug)]
pub struct RehearsalView {
    /// What was played.
    pub title: String,
    /// Over what, compared with what, who and when.
    pub says: String,
    /// How it stands.
    pub state: (String, Tone),
    /// What belongs to each form of the reader.
    pub csrf: String,
    /// Where it is stopped, while it runs.
    pub stop: Option<Href>,
    /// The whole report as a file.
    pub report: Option<Href>,
    /// How far it is.
    pub progress: Option<ProgressView>,
    /// Why it did not come to its end.
    pub failed: Option<String>,
    /// What it comes to.
    pub found: Option<FoundView>,
}

/// What a rehearsal found.
#[derive(Clone, Debug)]
pub struct FoundView {
    /// The figures that matter most.
    pub figures: Vec<FigureView>,
    /// What stands above the figures of the strategy that was played.
    pub here: String,
    /// The same of what it was compared with; none where it was played alone.
    pub there: Option<String>,
    /// Who moves where, most first.
    pub moves: Vec<MoveView>,
    /// Ways that are not listed.
    pub more_moves: usize,
    /// On what the two part first: the stage, in words, how many leads.
    pub because: Vec<(String, String, u64)>,
    /// Results, load, fairness and deadlines: the name, here, there.
    pub table: Vec<[String; 3]>,
    /// Routes that decided, here and there.
    pub routes: Vec<SharedRow>,
    /// Leads of each rep, here and there.
    pub reps: Vec<SharedRow>,
    /// Every lead that changes.
    pub changes: Vec<ChangedLead>,
    /// How many more change.
    pub more_changes: u64,
}

/// Leads that move the same way.
#[derive(Clone, Debug)]
pub struct MoveView {
    /// From whom.
    pub from: String,
    /// To whom.
    pub to: String,
    /// Whether nobody has them there.
    pub is_lost: bool,
    /// How many.
    pub leads: u64,
}

/// Leads of something, under both strategies.
#[derive(Clone, Debug)]
pub struct SharedRow {
    /// What it is called.
    pub name: String,
    /// How many here.
    pub here: u64,
    /// How many there; none where it is not there.
    pub there: Option<u64>,
}

/// A lead that changes.
#[derive(Clone, Debug)]
pub struct ChangedLead {
    /// The source's id of it.
    pub lead: String,
    /// When it came.
    pub when: String,
    /// Who has it under what is in force.
    pub there: String,
    /// Who has it under the strategy that was played.
    pub here: String,
    /// Whether nobody has it here.
    pub is_lost: bool,
    /// On what the two part.
    pub because: String,
}

/// The page.
pub fn page(view: &RehearsalView) -> Markup {
    let (state, tone) = &view.state;
    html! {
        div.wide data-follow[view.progress.is_some()] {
            (head(&format!("Rehearsal: {}", view.title), &view.says, &html! {
                (chip(*tone, state))
                @if let Some(stop) = &view.stop {
                    form method="post" action=(stop) { (csrf(&view.csrf)) (secondary("Stop")) }
                }
                @if let Some(report) = &view.report { (button("Download report", report)) }
            }))
            @if let Some(failed) = &view.failed {
                section.card.refusal role="alert" { h2 { "It did not come to its end" } p { (failed) } }
            }
            @if let Some(far) = &view.progress { (progress(far)) }
            @if let Some(found) = &view.found { (what_was_found(found)) }
        }
    }
}

fn what_was_found(found: &FoundView) -> Markup {
    html! {
        (strip(&found.figures))
        @if found.there.is_some() {
            div.pair { (moves(found)) (because(found)) }
        }
        div.pair {
            (both(found))
            div {
                (shared("Routes that decided", "Route", found, &found.routes))
                (shared("Leads by rep", "Rep", found, &found.reps))
            }
        }
        @if found.there.is_some() { (changes(found)) }
    }
}

fn moves(found: &FoundView) -> Markup {
    const COLUMNS: [Column; 4] =
        [Column::words("From"), Column::words("To"), Column::numbers("Leads"), Column::words("")];
    let most = found.moves.iter().map(|way| way.leads).max().unwrap_or(0);
    let row = |way: &MoveView| {
        vec![
            Cell::text(&way.from),
            Cell::of(
                html! { @if way.is_lost { span.bad { (way.to) } } @else { strong { (way.to) } } },
            ),
            Cell::text(&thousands(way.leads)),
            Cell::of(bar(way.leads, most)),
        ]
    };
    let rows: Vec<Vec<Cell>> = found.moves.iter().map(row).collect();
    let all: u64 = found.moves.iter().map(|way| way.leads).sum();
    html! {
        section.card.moves {
            h2 { "Who moves where" span { " " (count(all, "lead", "leads")) } }
            @if rows.is_empty() {
                p.quiet { "No lead moves." }
            } @else {
                (table("Who moves where", &COLUMNS, &rows))
                @if found.more_moves > 0 {
                    p.quiet { "and " (count(found.more_moves as u64, "more way", "more ways")) ", all of them in the report" }
                }
            }
        }
    }
}

fn because(found: &FoundView) -> Markup {
    html! {
        section.card {
            h2 { "Why" span { " on what the two part first" } }
            @if found.because.is_empty() { p.quiet { "They do not part." } }
            ul.odd.why {
                @for (stage, says, leads) in &found.because {
                    li { b { (thousands(*leads)) } span { (says) " " span.quiet { (stage) } } }
                }
            }
        }
    }
}

fn both(found: &FoundView) -> Markup {
    html! {
        section.card {
            h2 { "Load, fairness and deadlines" }
            div.scroll tabindex="0" role="region" aria-label="Load, fairness and deadlines" {
                table {
                    caption.unseen { "Load, fairness and deadlines" }
                    thead {
                        tr {
                            th scope="col" { "" }
                            th.n scope="col" { (found.here) }
                            @if let Some(there) = &found.there { th.n scope="col" { (there) } }
                        }
                    }
                    tbody {
                        @for [name, here, there] in &found.table {
                            tr {
                                td { (name) }
                                td.n { (here) }
                                @if found.there.is_some() { td.n { (there) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn shared(title: &str, first: &'static str, found: &FoundView, rows: &[SharedRow]) -> Markup {
    let most = rows.iter().map(|row| row.here).max().unwrap_or(0);
    html! {
        @if !rows.is_empty() {
            section.card.moves {
                h2 { (title) }
                div.scroll tabindex="0" role="region" aria-label=(title) {
                    table {
                        caption.unseen { (title) }
                        thead {
                            tr {
                                th scope="col" { (first) }
                                @if let Some(there) = &found.there { th.n scope="col" { (there) } }
                                th.n scope="col" { (found.here) }
                                th scope="col" {}
                            }
                        }
                        tbody {
                            @for row in rows {
                                tr {
                                    td { (row.name) }
                                    @if found.there.is_some() {
                                        td.n { @match row.there { Some(there) => (thousands(there)), None => "–" } }
                                    }
                                    td.n { (thousands(row.here)) }
                                    td { (bar(row.here, most)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn changes(found: &FoundView) -> Markup {
    const COLUMNS: [Column; 5] = [
        Column::words("Lead"),
        Column::words("Came"),
        Column::words("In force"),
        Column::words("This strategy"),
        Column::words("Because"),
    ];
    let row = |lead: &ChangedLead| {
        vec![
            Cell::text(&lead.lead),
            Cell::text(&lead.when),
            Cell::text(&lead.there),
            Cell::of(
                html! { "→ " @if lead.is_lost { strong.bad { (lead.here) } } @else { strong { (lead.here) } } },
            ),
            Cell::text(&lead.because),
        ]
    };
    let rows: Vec<Vec<Cell>> = found.changes.iter().map(row).collect();
    html! {
        section.card {
            h2 { "Every lead that changes" }
            @if rows.is_empty() {
                p.quiet { "None does." }
            } @else {
                (table("Leads that change", &COLUMNS, &rows))
                @if found.more_changes > 0 {
                    p.quiet { "and " (count(found.more_changes, "more", "more")) ", in the report" }
                }
            }
        }
    }
}
