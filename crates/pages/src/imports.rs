//! Imports: what was brought in from files, and the form that brings in another one.

use maud::{Markup, html};

use crate::parts::{Cell, Choice, Column, Tone, chip, csrf, empty, head, primary, table};
use crate::text::{Href, When, thousands};

/// All imports.
#[derive(Clone, Debug)]
pub struct ImportsView {
    /// In a sentence: how many, and whether one runs.
    pub says: String,
    /// What belongs to each form of the reader.
    pub csrf: String,
    /// Where a file is posted.
    pub upload: Href,
    /// The largest file that the form takes.
    pub most: String,
    /// Maps that read files.
    pub maps: Vec<Choice>,
    /// The map that was chosen before.
    pub chosen: String,
    /// Why the last file was not taken, and what helps.
    pub refused: Option<(String, Vec<String>)>,
    /// Files that were uploaded and not imported, then the imports, the latest first.
    pub rows: Vec<ImportRow>,
    /// Older ones.
    pub next: Option<Href>,
}

/// An import in the list.
#[derive(Clone, Debug)]
pub struct ImportRow {
    /// The names of its files.
    pub files: String,
    /// Source and map.
    pub says: String,
    /// Its page.
    pub href: Href,
    /// How it stands.
    pub state: (String, Tone),
    /// When it began.
    pub when: When,
    /// Who imported.
    pub by: String,
    /// Rows that were read, accepted, there before, and held; none before it ran.
    pub rows: Option<[u64; 4]>,
}

/// The page.
pub fn page(view: &ImportsView) -> Markup {
    html! {
        div.wide {
            (head("Imports", &view.says, &html! {}))
            @if let Some((says, help)) = &view.refused {
                section.card.refusal role="alert" {
                    h2 { "The file was not taken" }
                    p { (says) }
                    @if !help.is_empty() { ul.steps { @for line in help { li { (line) } } } }
                }
            }
            (upload(view))
            section.card {
                @if view.rows.is_empty() {
                    (empty(
                        "Nothing was imported yet",
                        "Each file is listed here with what became of its rows, and stays there.",
                        Some("baton import --map MAP.yaml FILE"),
                    ))
                } @else {
                    (list(&view.rows))
                    @if let Some(next) = &view.next { p.next { a href=(next) { "Older" } } }
                }
            }
        }
    }
}

fn upload(view: &ImportsView) -> Markup {
    html! {
        section.card {
            h2 { "Bring in a file" span { " you see how it is read before anything is written" } }
            form.one-line.fields method="post" action=(view.upload) enctype="multipart/form-data" {
                (csrf(&view.csrf))
                label { "CSV file" input type="file" name="file" accept=".csv,.tsv,.txt,text/csv" required; }
                label { "Read by the map" select name="map" { (maps(&view.maps, &view.chosen)) } }
                div.foot {
                    (primary("Upload and look", None))
                    span { "Up to " (view.most) ". It is sealed, and gone a day later if nobody imports it." }
                }
            }
        }
    }
}

/// Maps to choose from.
pub(crate) fn maps(maps: &[Choice], chosen: &str) -> Markup {
    html! {
        @for map in maps {
            option value=(map.value) selected[map.value == chosen] { (map.says) }
        }
    }
}

fn list(rows: &[ImportRow]) -> Markup {
    const COLUMNS: [Column; 7] = [
        Column::words("File"),
        Column::words("How it stands"),
        Column::words("Began"),
        Column::numbers("Read"),
        Column::numbers("Accepted"),
        Column::numbers("Duplicates"),
        Column::numbers("Held"),
    ];
    let row = |import: &ImportRow| {
        let (state, tone) = &import.state;
        let mut cells = vec![
            Cell::of(html! { strong { a.plain href=(import.href) { (import.files) } } })
                .with(import.says.clone()),
            Cell::of(chip(*tone, state)),
            Cell::of(html! { (import.when) }).with(format!("by {}", import.by)),
        ];
        let figures = import.rows.map(|rows| rows.map(thousands));
        cells.extend(figures.unwrap_or_default().iter().map(|figure| Cell::text(figure)));
        cells
    };
    let rows: Vec<Vec<Cell>> = rows.iter().map(row).collect();
    table("Imports, the latest first", &COLUMNS, &rows)
}
