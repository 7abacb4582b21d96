//! The desk: who can take a lead now, who is owed, and who waits.

use maud::{Markup, html};

use crate::charts::meter;
use crate::parts::{Cell, Column, Tone, chip, empty, head, table};
use crate::text::{Href, When, signed};

/// The desk, or one pool of it.
#[derive(Clone, Debug)]
pub struct DeskView {
    /// What the page is called: `Desk`, or `Desk: energy-dach`.
    pub title: String,
    /// In a sentence: how many there are and how many can take a lead now.
    pub says: String,
    /// The members.
    pub members: Vec<MemberView>,
    /// The pools, to look at one.
    pub pools: Vec<PoolView>,
    /// Who waits in a line.
    pub waiting: Vec<WaitingView>,
    /// How many more wait.
    pub more_waiting: u64,
}

/// A member of the team.
#[derive(Clone, Debug)]
pub struct MemberView {
    /// What they are called.
    pub name: String,
    /// Where and with whom they work.
    pub says: String,
    /// Whether they can take a lead now: a word, and what it means.
    pub now: (String, Tone),
    /// Until when, or why.
    pub until: String,
    /// Open work, and the most that they may have open.
    pub open: (u64, Option<u64>),
    /// What they received in the pool that is looked at, or in all of them.
    pub received: u64,
    /// Leads that they are owed.
    pub owed: f64,
    /// Why their count is what it is, for who may read it.
    pub href: Option<Href>,
}

/// A pool.
#[derive(Clone, Debug)]
pub struct PoolView {
    /// Its name.
    pub name: String,
    /// Its desk.
    pub href: Href,
    /// How many can take a lead of it now, of how many.
    pub free: (u64, u64),
    /// How many wait in its line.
    pub waiting: u64,
    /// Whether it is the one that is looked at.
    pub here: bool,
}

/// A lead that waits.
#[derive(Clone, Debug)]
pub struct WaitingView {
    /// Its page.
    pub href: Href,
    /// Whose lead.
    pub name: String,
    /// In whose line, at which place.
    pub line: String,
    /// What for.
    pub says: String,
    /// Since when.
    pub since: When,
}

/// The page.
pub fn page(view: &DeskView) -> Markup {
    html! {
        div.wide {
            (head(&view.title, &view.says, &html! {}))
            div.main-and-side {
                div {
                    section.card { (members(view)) }
                    (waiting(view))
                }
                section.card {
                    h2 { "Pools" span { " who can take a lead now" } }
                    @if view.pools.is_empty() {
                        (empty("No pools yet", "A strategy's routing.yaml names them.", Some("baton apply FOLDER")))
                    }
                    ul.pools {
                        @for pool in &view.pools {
                            li {
                                a href=(pool.href) aria-current=[pool.here.then_some("true")] { (pool.name) }
                                @if pool.waiting > 0 { (chip(Tone::Look, &format!("{} wait", pool.waiting))) }
                                span { (pool.free.0) " of " (pool.free.1) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn members(view: &DeskView) -> Markup {
    const COLUMNS: [Column; 5] = [
        Column::words("Member"),
        Column::words("Now"),
        Column::words("Open work"),
        Column::numbers("Received"),
        Column::numbers("Owed"),
    ];
    if view.members.is_empty() {
        return empty(
            "Nobody is here",
            "The team is a part of the strategy in force: its members stand in team.csv.",
            Some("baton apply FOLDER"),
        );
    }
    let rows: Vec<Vec<Cell>> = view.members.iter().map(row).collect();
    table("Members, with their work and what they are owed", &COLUMNS, &rows)
}

fn row(member: &MemberView) -> Vec<Cell> {
    let name = html! {
        strong {
            @if let Some(href) = &member.href { a.plain href=(href) { (member.name) } }
            @else { (member.name) }
        }
    };
    let open = match member.open {
        (open, Some(most)) => html! { (meter(open, most)) " " (open) "/" (most) },
        (open, None) => html! { (open) },
    };
    vec![
        Cell::of(name).with(member.says.as_str()),
        Cell::of(chip(member.now.1, &member.now.0)).with(member.until.as_str()),
        Cell::of(open),
        Cell::text(&crate::text::thousands(member.received)),
        Cell::of(html! { b { (signed(member.owed, 1)) } }),
    ]
}

fn waiting(view: &DeskView) -> Markup {
    html! {
        section.card {
            h2 { "Waiting" span { " oldest first, served the moment somebody is free" } }
            @if view.waiting.is_empty() {
                p.quiet { "Nothing waits." }
            } @else {
                ol.plain-rows {
                    @for one in &view.waiting {
                        li {
                            a href=(one.href) { (one.name) }
                            span { (one.line) " · " (one.says) " · since " (one.since) }
                        }
                    }
                    @if view.more_waiting > 0 { li { span { "and " (view.more_waiting) " more" } } }
                }
            }
        }
    }
}
