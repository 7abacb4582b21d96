//! The quarantine: what is held, for which one cause, and what frees most of it.

use maud::{Markup, html};

use crate::parts::{Cell, Column, empty, head, table};
use crate::text::{Href, When, count, thousands};

/// What is held.
#[derive(Clone, Debug)]
pub struct QuarantineView {
    /// How many entries are held.
    pub held: u64,
    /// Whether there are more than were looked at.
    pub more: bool,
    /// Since when the oldest of them is.
    pub oldest: Option<When>,
    /// By cause, the one that holds most first.
    pub causes: Vec<CauseView>,
    /// The cause that is looked at.
    pub shown: Option<ShownCause>,
}

/// One cause, about one field of one source.
#[derive(Clone, Debug)]
pub struct CauseView {
    /// What it is, in words.
    pub says: String,
    /// The field and the source.
    pub about: String,
    /// How many entries it holds.
    pub count: u64,
    /// Its entries.
    pub href: Href,
    /// Whether it is the one that is looked at.
    pub here: bool,
}

/// The cause that is looked at.
#[derive(Clone, Debug)]
pub struct ShownCause {
    /// What it is, in words.
    pub title: String,
    /// What it means.
    pub says: String,
    /// Its code.
    pub code: String,
    /// The command that frees most of it.
    pub command: String,
    /// Its entries, the newest.
    pub entries: Vec<HeldView>,
    /// How many are not listed.
    pub more: u64,
}

/// An entry that is held.
#[derive(Clone, Debug)]
pub struct HeldView {
    /// Where it came from: the source, and the line of its file.
    pub from: String,
    /// Since when.
    pub since: When,
    /// Its id.
    pub id: String,
}

/// The page.
pub fn page(view: &QuarantineView) -> Markup {
    let more = if view.more { "+" } else { "" };
    let says = format!(
        "{}{more} held, by cause. Nothing is lost: what is repaired runs again in its first order.",
        thousands(view.held)
    );
    html! {
        div.wide {
            (head("Quarantine", &says, &html! {
                @if let Some(oldest) = &view.oldest { span.chip { "oldest " (oldest) } }
            }))
            @if view.causes.is_empty() {
                section.card {
                    (empty(
                        "Nothing is held",
                        "A signal that cannot be read, or that its contract does not let through, waits here with its cause.",
                        Some("baton quarantine list"),
                    ))
                }
            } @else {
                div.list-and-detail {
                    section.card.causes aria-label="Causes" {
                        ul.rows {
                            @for cause in &view.causes {
                                li {
                                    a href=(cause.href) aria-current=[cause.here.then_some("true")] {
                                        span.what { (cause.says) }
                                        b { (thousands(cause.count)) }
                                        span.says { (cause.about) }
                                    }
                                }
                            }
                        }
                    }
                    @if let Some(shown) = &view.shown { (detail(shown)) }
                }
            }
        }
    }
}

fn detail(shown: &ShownCause) -> Markup {
    const COLUMNS: [Column; 3] =
        [Column::words("From"), Column::words("Held since"), Column::words("Entry")];
    let row = |held: &HeldView| {
        vec![
            Cell::text(&held.from),
            Cell::of(html! { (held.since) }),
            Cell::of(html! { span.id { (held.id) } }),
        ]
    };
    let rows: Vec<Vec<Cell>> = shown.entries.iter().map(row).collect();
    html! {
        section.card {
            h2 { (shown.title) }
            p.quiet { (shown.says) }
            h3 { "What frees most of it" }
            pre.command { (shown.command) }
            (table("Entries that this cause holds", &COLUMNS, &rows))
            @if shown.more > 0 { p.quiet { "and " (count(shown.more, "more", "more")) } }
            p.id { "code " code { (shown.code) } }
        }
    }
}
