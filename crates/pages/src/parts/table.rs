//! Tables: names first, numbers to the right, ids last.

use maud::{Markup, html};

/// A column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its heading.
    pub title: &'static str,
    /// Whether it holds numbers.
    pub number: bool,
}

impl Column {
    /// A column of words.
    pub const fn words(title: &'static str) -> Self {
        Self { title, number: false }
    }

    /// A column of numbers.
    pub const fn numbers(title: &'static str) -> Self {
        Self { title, number: true }
    }
}

/// A cell: what it says, and less loudly what belongs to it.
#[derive(Debug)]
pub struct Cell {
    /// What it says.
    pub content: Markup,
    /// A second line.
    pub below: String,
}

impl Cell {
    /// A cell of one line.
    pub const fn of(content: Markup) -> Self {
        Self { content, below: String::new() }
    }

    /// A cell of plain text.
    pub fn text(text: &str) -> Self {
        Self::of(html! { (text) })
    }

    /// The same with a second line.
    #[must_use]
    pub fn with(mut self, below: impl Into<String>) -> Self {
        self.below = below.into();
        self
    }
}

/// A table. `says` is read to whoever does not see it.
pub fn table(says: &str, columns: &[Column], rows: &[Vec<Cell>]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(says) {
            table {
                caption.unseen { (says) }
                thead {
                    tr { @for column in columns { th.n[column.number] scope="col" { (column.title) } } }
                }
                tbody {
                    @for row in rows {
                        tr {
                            @for (cell, column) in row.iter().zip(columns) {
                                td.n[column.number] {
                                    (cell.content)
                                    @if !cell.below.is_empty() { div.below { (cell.below) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
