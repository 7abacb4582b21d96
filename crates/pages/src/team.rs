//! The team: who has how much, who is away, what is late, and who waits.

use maud::{Markup, html};

use crate::charts::meter;
use crate::parts::{
    ACCEPTED, Cell, Column, Door, ShareView, Tab, Tone, accepted_line, behind, chip, door, empty,
    head, share_of, since_before, table, tabs,
};
use crate::pulse::{NeedView, needs};
use crate::text::{Href, When, thousands};

/// The team, or all teams.
#[derive(Clone, Debug)]
pub struct TeamView {
    /// What the page is called.
    pub title: String,
    /// In a sentence: how many there are, and how many can take a lead now.
    pub says: String,
    /// How far the figures are behind, where they are.
    pub behind: Option<String>,
    /// All teams, to look at one.
    pub teams: Vec<Tab>,
    /// What needs somebody.
    pub needs: Vec<NeedView>,
    /// The same of all of them.
    pub accepted: ShareView,
    /// The members.
    pub members: Vec<TeamMember>,
    /// The lines in which leads wait.
    pub lines: Vec<LineView>,
    /// Who is away, and until when.
    pub away: Vec<AwayView>,
}

/// A member with their work.
#[derive(Clone, Debug)]
pub struct TeamMember {
    /// What they are called.
    pub name: String,
    /// Their team.
    pub team: String,
    /// Whether they can take a lead now, and why not.
    pub now: (String, Tone),
    /// Until when.
    pub until: String,
    /// Open work, and the most that they may have open.
    pub open: (Door, Option<u64>),
    /// What they may have besides: `day 6, week 20`.
    pub caps: String,
    /// Offered to them, and not taken.
    pub waiting: Door,
    /// Open after a missed target.
    pub late: Door,
    /// Open, and somebody was told on silence.
    pub escalated: Door,
    /// Taken, and nothing happened for seven days.
    pub stalled: Door,
    /// Accepted, of those that were offered to a person, in thirty days. A lead counts with whoever has it.
    pub accepted: ShareView,
}

/// A line in which leads wait.
#[derive(Clone, Debug)]
pub struct LineView {
    /// The pool.
    pub pool: String,
    /// Its desk.
    pub href: Href,
    /// How many wait.
    pub count: u64,
    /// Since when the first of them waits.
    pub since: When,
}

/// Somebody who takes nothing now.
#[derive(Clone, Debug)]
pub struct AwayView {
    /// What they are called.
    pub name: String,
    /// Why: `on leave`.
    pub why: String,
    /// Until when, where that is known.
    pub until: Option<When>,
    /// What they have open meanwhile.
    pub open: Door,
}

/// The page.
pub fn page(view: &TeamView) -> Markup {
    html! {
        div.wide {
            (head(&view.title, &view.says, &html! {
                @if view.teams.len() > 1 { (tabs("Team", &view.teams)) }
            }))
            (behind(view.behind.as_deref()))
            section.card { h2 { "Needs somebody" } (needs(&view.needs)) }
            section.card { h2 { "Members" span { " the most late first" } } (accepted_line(&view.accepted)) (members(view)) }
            div.pair {
                section.card { h2 { "Lines" span { " leads that wait for somebody of a pool" } } (lines(view)) }
                section.card { h2 { "Away" span { " and what they have open meanwhile" } } (away(view)) }
            }
        }
    }
}

fn members(view: &TeamView) -> Markup {
    const COLUMNS: [Column; 8] = [
        Column::words("Member"),
        Column::words("Now"),
        Column::words("Open work"),
        Column::numbers("To accept"),
        Column::numbers("Late"),
        Column::numbers("Escalated"),
        Column::numbers("Stalled"),
        Column::numbers(ACCEPTED),
    ];
    if view.members.is_empty() {
        return empty(
            "Nobody is in this team",
            "The team is a part of the strategy in force: its members stand in team.csv.",
            Some("baton apply FOLDER"),
        );
    }
    let rows: Vec<Vec<Cell>> = view.members.iter().map(row).collect();
    table("Members with their work; shares are of thirty days", &COLUMNS, &rows)
}

fn row(member: &TeamMember) -> Vec<Cell> {
    let (open, most) = &member.open;
    let work = html! {
        @match most {
            Some(most) => { (meter(open.count, *most)) " " (door(open)) "/" (most) },
            None => (door(open)),
        }
    };
    let count = |counted: &Door, tone| {
        Cell::of(html! {
            @if counted.count > 0 { span class={ "chip " (tone) } { (door(counted)) } } @else { "0" }
        })
    };
    vec![
        Cell::of(html! { strong { (member.name) } }).with(member.team.as_str()),
        Cell::of(chip(member.now.1, &member.now.0)).with(member.until.as_str()),
        Cell::of(work).with(member.caps.as_str()),
        Cell::of(door(&member.waiting)),
        count(&member.late, "bad"),
        count(&member.escalated, "look"),
        count(&member.stalled, "look"),
        Cell::of(html! {
            (share_of(&member.accepted))
            div.below { (since_before(&member.accepted)) }
        }),
    ]
}

fn lines(view: &TeamView) -> Markup {
    html! {
        @if view.lines.is_empty() { p.quiet { "Nothing waits." } }
        ul.plain-rows {
            @for line in &view.lines {
                li {
                    a href=(line.href) { (line.pool) }
                    span { (thousands(line.count)) ", the first since " (line.since) }
                }
            }
        }
    }
}

fn away(view: &TeamView) -> Markup {
    html! {
        @if view.away.is_empty() { p.quiet { "Everybody is there." } }
        ul.plain-rows {
            @for one in &view.away {
                li {
                    strong { (one.name) }
                    span {
                        (one.why)
                        @if let Some(until) = &one.until { " until " (until) }
                        " · " (door(&one.open)) " open"
                    }
                }
            }
        }
    }
}
