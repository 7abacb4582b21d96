//! The inbox: what waits for a reader, by how urgent it is.

use maud::{Markup, html};

use crate::parts::{countdown, empty};
use crate::text::{Href, When};

/// The list beside a handoff, or by itself.
#[derive(Clone, Debug, Default)]
pub struct InboxView {
    /// What the list is: `Inbox`.
    pub title: String,
    /// How many there are and in which order: `7 open, by deadline`.
    pub says: String,
    /// The rows that are new since the reader last looked, then the others.
    pub rows: Vec<InboxRow>,
    /// How many of them are new since the reader last looked.
    pub fresh: usize,
    /// What stands below the list: the reader's turn in their pool.
    pub turn: Option<Turn>,
    /// The rest of the list.
    pub next: Option<Href>,
    /// Another list: what it says, and where.
    pub other: Option<(String, Href)>,
    /// What is said where nothing waits: a title and a sentence.
    pub nothing: (String, String),
}

/// Where a reader stands in their pool.
#[derive(Clone, Debug, Default)]
pub struct Turn {
    /// In a sentence.
    pub says: String,
    /// The desk.
    pub href: Option<Href>,
}

/// A handoff of the list.
#[derive(Clone, Debug)]
pub struct InboxRow {
    /// Its page.
    pub href: Href,
    /// Whose lead.
    pub name: String,
    /// The company and what it is about.
    pub says: String,
    /// What has to happen next.
    pub next: String,
    /// How much of the time is left, of how much, in milliseconds; none where no clock runs.
    pub left: Option<(i64, i64)>,
    /// When it is due; where no clock runs, since when it stands there.
    pub when: When,
    /// Whether this is the one that is shown.
    pub here: bool,
}

/// The list.
pub fn list(view: &InboxView) -> Markup {
    html! {
        section.list aria-label=(view.title) {
            header { h1 { (view.title) } span { (view.says) } }
            @if let Some((says, href)) = &view.other { p.other { a href=(href) { (says) } } }
            @if view.rows.is_empty() {
                (empty(&view.nothing.0, &view.nothing.1, None))
            }
            (rows("Since you last looked", &view.rows[..view.fresh.min(view.rows.len())]))
            (rows(
                if view.fresh > 0 { "Before" } else { "" },
                &view.rows[view.fresh.min(view.rows.len())..],
            ))
            @if let Some(next) = &view.next { a.next href=(next) { "Show more" } }
            @if let Some(turn) = &view.turn {
                div.turn {
                    h2 { "Your turn" }
                    p { (turn.says) @if let Some(href) = &turn.href { " " a href=(href) { "Desk" } } }
                }
            }
        }
    }
}

fn rows(title: &str, rows: &[InboxRow]) -> Markup {
    html! {
        @if !rows.is_empty() {
            @if !title.is_empty() { h2.group { (title) } }
            ul.rows {
                @for row in rows {
                    li {
                        a href=(row.href) aria-current=[row.here.then_some("true")] {
                            strong { (row.name) }
                            span.due {
                                @match row.left {
                                    Some((left, whole)) => (countdown(left, whole, &row.when)),
                                    None => (row.when),
                                }
                            }
                            span.says { (row.says) }
                            @if !row.next.is_empty() { span.then { span.unseen { ", " } "Next: " (row.next) } }
                        }
                    }
                }
            }
        }
    }
}

/// The inbox by itself, where no handoff is open beside it.
pub fn page(view: &InboxView) -> Markup {
    html! {
        div.two-columns {
            (list(view))
            section.detail.nothing aria-label="Handoff" {
                @if view.rows.is_empty() {
                    (empty(
                        "Nothing to decide",
                        "A lead that is routed to you opens here, with what is known of it and until when \
                         it waits for you.",
                        None,
                    ))
                } @else {
                    (empty(
                        "Choose a lead",
                        "j and k move through the list, Enter opens what is chosen.",
                        None,
                    ))
                }
            }
        }
    }
}
