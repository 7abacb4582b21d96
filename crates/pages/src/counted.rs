//! The list behind a number.

use maud::{Markup, html};

use crate::parts::{Cell, Column, Narrowed, Tone, chip, empty, head, narrowed, table};
use crate::text::{Href, When};

/// The handoffs that a number is of.
#[derive(Clone, Debug)]
pub struct CountedView {
    /// What is counted: `Accepted`.
    pub title: String,
    /// How many, and of which period.
    pub says: String,
    /// What it is narrowed to.
    pub narrowed: Vec<Narrowed>,
    /// The page with the figures.
    pub back: Href,
    /// The same as CSV.
    pub csv: Href,
    /// The handoffs.
    pub rows: Vec<CountedRow>,
    /// Where the list goes on.
    pub next: Option<Href>,
}

/// A handoff of the list.
#[derive(Clone, Debug)]
pub struct CountedRow {
    /// Its page; none where the reader sees figures alone.
    pub href: Option<Href>,
    /// Whose lead, or its id where the reader is told no names.
    pub name: String,
    /// Their company.
    pub company: String,
    /// Where it is.
    pub state: (String, Tone),
    /// Why, or until when.
    pub state_says: String,
    /// Who has it.
    pub owner: String,
    /// The pool.
    pub pool: String,
    /// What it came from.
    pub from: String,
    /// The campaign.
    pub campaign: String,
    /// When it began.
    pub opened: When,
    /// When it changed.
    pub changed: When,
}

/// The page.
pub fn page(view: &CountedView) -> Markup {
    const COLUMNS: [Column; 6] = [
        Column::words("Lead"),
        Column::words("State"),
        Column::words("Owner"),
        Column::words("From"),
        Column::numbers("Began"),
        Column::numbers("Changed"),
    ];
    let rows: Vec<Vec<Cell>> = view.rows.iter().map(row).collect();
    html! {
        div.wide {
            p.crumb { a href=(view.back) { "Back to the figures" } }
            (head(&view.title, &view.says, &html! { a.button href=(view.csv) download { "CSV" } }))
            (narrowed(&view.narrowed))
            section.card {
                @if rows.is_empty() {
                    (empty("Nothing is in this list", "The figure that led here is 0, or has changed since.", None))
                } @else {
                    (table(&view.title, &COLUMNS, &rows))
                    @if let Some(next) = &view.next { p.next { a.button href=(next) { "Older ones" } } }
                }
            }
        }
    }
}

fn row(row: &CountedRow) -> Vec<Cell> {
    let name = html! {
        strong {
            @match &row.href {
                Some(href) => a.plain href=(href) { (row.name) },
                None => (row.name),
            }
        }
    };
    vec![
        Cell::of(name).with(row.company.as_str()),
        Cell::of(chip(row.state.1, &row.state.0)).with(row.state_says.as_str()),
        Cell::text(&row.owner).with(row.pool.as_str()),
        Cell::text(&row.from).with(row.campaign.as_str()),
        Cell::of(html! { (row.opened) }),
        Cell::of(html! { (row.changed) }),
    ]
}
