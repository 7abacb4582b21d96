//! A member's ledger: why their count is what it is.

use maud::{Markup, html};

use crate::parts::{Cell, Column, empty, head, table};
use crate::text::{Href, When, signed, thousands};

/// A member's ledger.
#[derive(Clone, Debug)]
pub struct LedgerView {
    /// What the page is called.
    pub title: String,
    /// In a sentence: what they are owed.
    pub says: String,
    /// The pools that they take turns in.
    pub pools: Vec<LedgerPool>,
    /// What happened, the newest first.
    pub lines: Vec<LedgerLineView>,
    /// What they were owed in each pool before the first of the lines.
    pub before: Vec<(String, f64)>,
    /// Whether there is more before that is not shown.
    pub more: bool,
}

/// Where they stand in a pool.
#[derive(Clone, Debug)]
pub struct LedgerPool {
    /// The pool.
    pub name: String,
    /// Its desk.
    pub href: Href,
    /// Leads received.
    pub received: u64,
    /// Leads that they are owed.
    pub owed: f64,
    /// Whether they can get the next one: a sentence.
    pub next: String,
}

/// Something that changed what they are owed.
#[derive(Clone, Debug)]
pub struct LedgerLineView {
    /// When it happened.
    pub when: When,
    /// What happened.
    pub what: String,
    /// More of it.
    pub says: String,
    /// The lead.
    pub href: Option<Href>,
    /// The pool.
    pub pool: String,
    /// By how many leads.
    pub change: f64,
    /// What they were owed after it.
    pub after: f64,
}

/// The page.
pub fn page(view: &LedgerView) -> Markup {
    html! {
        div.wide {
            (head(&view.title, &view.says, &html! {}))
            div.main-and-side {
                section.card {
                    h2 { "What happened" span { " newest first; each line says what was owed after it" } }
                    (lines(view))
                }
                div {
                    @for pool in &view.pools { (pool_card(pool)) }
                    section.card {
                        h2 { "How it is counted" }
                        p.quiet {
                            "Of each lead that somebody of a pool receives, everybody who could have had it is entitled to a "
                            "share by their weight. Who receives it has one lead less to get. Who is owed the most is next."
                        }
                    }
                }
            }
        }
    }
}

fn pool_card(pool: &LedgerPool) -> Markup {
    html! {
        section.card.target {
            h2 { a.plain href=(pool.href) { (pool.name) } }
            p.big { b { (signed(pool.owed, 2)) } " owed" }
            p.quiet { "received " (thousands(pool.received)) ". " (pool.next) }
        }
    }
}

fn lines(view: &LedgerView) -> Markup {
    const COLUMNS: [Column; 5] = [
        Column::words("When"),
        Column::words("What"),
        Column::words("Pool"),
        Column::numbers("Change"),
        Column::numbers("Owed after"),
    ];
    if view.lines.is_empty() {
        return empty(
            "Nothing happened yet",
            "A lead that you receive out of a pool appears here, with what you are owed after it.",
            None,
        );
    }
    let rows: Vec<Vec<Cell>> = view.lines.iter().map(row).collect();
    html! {
        (table("What changed what is owed, newest first", &COLUMNS, &rows))
        p.quiet.next {
            @if view.more { "Older lines are not shown. " }
            @for (pool, owed) in &view.before {
                "Before these lines, " (signed(*owed, 2)) " was owed in " (pool) ". "
            }
        }
    }
}

fn row(line: &LedgerLineView) -> Vec<Cell> {
    let what = html! {
        @match &line.href {
            Some(href) => a href=(href) { (line.what) },
            None => (line.what),
        }
    };
    vec![
        Cell::of(html! { (line.when) }),
        Cell::of(what).with(line.says.as_str()),
        Cell::text(&line.pool),
        Cell::text(&signed(line.change, 2)),
        Cell::of(html! { b { (signed(line.after, 2)) } }),
    ]
}
