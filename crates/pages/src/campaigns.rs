//! Campaigns: what became of the leads that marketing brought, and who rejected which and why.

use maud::{Markup, html};

use crate::charts::{Stage, histogram};
use crate::parts::{
    ACCEPTED, Cell, Column, Door, Narrowed, ShareView, Tab, Tone, accepted_line, behind, chip,
    door, empty, head, narrowed, share_of, since_before, table, tabs,
};
use crate::pulse::{RefusalsView, TimesView, refusals_card};
use crate::text::{Href, measured, thousands};

/// What became of leads.
#[derive(Clone, Debug)]
pub struct CampaignsView {
    /// Which period, and what it is compared with.
    pub says: String,
    /// How far the figures are behind, where they are.
    pub behind: Option<String>,
    /// The periods.
    pub periods: Vec<Tab>,
    /// By campaign, source or asset.
    pub by: Vec<Tab>,
    /// What the page is narrowed to.
    pub narrowed: Vec<Narrowed>,
    /// What the first column is called.
    pub first: &'static str,
    /// A row each, the most leads first, and all together as the last.
    pub rows: Vec<CampaignRow>,
    /// Accepted, of those that were offered to a person, all together.
    pub accepted: ShareView,
    /// Rows that are not shown.
    pub more: u64,
    /// The same as CSV.
    pub csv: Href,
    /// The leads of what is looked at.
    pub leads: LeadsView,
    /// Why sales rejected them.
    pub refusals: RefusalsView,
    /// When recycled leads come back.
    pub returns: ReturnsView,
    /// How long it took to a first touch.
    pub touch: TimesView,
}

/// What became of the leads of a campaign.
#[derive(Clone, Debug)]
pub struct CampaignRow {
    /// What it is called.
    pub name: String,
    /// The page narrowed to it; none for all together.
    pub href: Option<Href>,
    /// Whether the page is narrowed to it.
    pub here: bool,
    /// Handoffs that began.
    pub leads: Door,
    /// Those that nobody has taken yet.
    pub waiting: Door,
    /// Accepted, of those that were offered to a person.
    pub accepted: ShareView,
    /// In work.
    pub working: Door,
    /// Those with whom there was a meeting.
    pub met: Door,
    /// Those that were won.
    pub won: Door,
    /// Those that were lost.
    pub lost: Door,
    /// Those that somebody rejected.
    pub rejected: Door,
    /// Those that went back to nurture.
    pub recycled: Door,
    /// The median time from who took it to the first touch, in milliseconds.
    pub touch_ms: Option<i64>,
}

/// The newest leads of what is looked at.
#[derive(Clone, Debug)]
pub struct LeadsView {
    /// What it is: the campaign's name, or `All leads`.
    pub title: String,
    /// The newest.
    pub rows: Vec<LeadRow>,
    /// All of them.
    pub all: Door,
    /// Those that were rejected.
    pub rejected: Door,
}

/// A lead and what became of it.
#[derive(Clone, Debug)]
pub struct LeadRow {
    /// Its page; none where the reader sees figures alone.
    pub href: Option<Href>,
    /// Whose lead.
    pub name: String,
    /// Their company.
    pub company: String,
    /// What became of it.
    pub state: (String, Tone),
    /// Who has it, and what they said.
    pub says: String,
}

/// When recycled leads come back.
#[derive(Clone, Debug)]
pub struct ReturnsView {
    /// How many are recycled.
    pub all: Door,
    /// By week, then by month.
    pub steps: Vec<Stage>,
}

/// The page.
pub fn page(view: &CampaignsView) -> Markup {
    html! {
        div.wide {
            (head("What became of leads", &view.says, &tabs("Period", &view.periods)))
            (narrowed(&view.narrowed))
            (behind(view.behind.as_deref()))
            div.main-and-side {
                div {
                    section.card.breakdown {
                        header { (tabs("Leads by", &view.by)) a href=(view.csv) download { "CSV" } }
                        (accepted_line(&view.accepted))
                        (rows(view))
                    }
                    (refusals_card(&view.refusals))
                    div.pair {
                        (returns(&view.returns))
                        section.card {
                            h2 { "First touch after acceptance " span { (door(&view.touch.all)) } }
                            @if view.touch.bars.is_empty() {
                                p.quiet { "None was touched yet." }
                            } @else {
                                (histogram("First touch after acceptance", &view.touch.bars, &view.touch.marks))
                            }
                        }
                    }
                }
                (leads(&view.leads))
            }
        }
    }
}

fn rows(view: &CampaignsView) -> Markup {
    let columns = [
        Column::words(view.first),
        Column::numbers("Leads"),
        Column::numbers(ACCEPTED),
        Column::numbers("Working"),
        Column::numbers("Met"),
        Column::numbers("Won"),
        Column::numbers("Rejected"),
        Column::numbers("Recycled"),
        Column::numbers("First touch"),
    ];
    if view.rows.is_empty() {
        return empty(
            "No leads in this period",
            "A lead that becomes a handoff is counted here, with the campaign that a signal of its person named.",
            None,
        );
    }
    let rows: Vec<Vec<Cell>> = view.rows.iter().map(row).collect();
    html! {
        (table("What became of leads", &columns, &rows))
        @if view.more > 0 { p.quiet { "and " (thousands(view.more)) " more, all of them in the CSV" } }
    }
}

fn row(row: &CampaignRow) -> Vec<Cell> {
    let name = html! {
        strong {
            @match &row.href {
                Some(href) => a.plain href=(href) aria-current=[row.here.then_some("true")] { (row.name) },
                None => (row.name),
            }
        }
    };
    vec![
        Cell::of(name),
        Cell::of(html! { (door(&row.leads)) div.below { (door(&row.waiting)) " to accept" } }),
        Cell::of(html! { (share_of(&row.accepted)) div.below { (since_before(&row.accepted)) } }),
        Cell::of(door(&row.working)),
        Cell::of(door(&row.met)),
        Cell::of(html! { (door(&row.won)) div.below { (door(&row.lost)) " lost" } }),
        Cell::of(door(&row.rejected)),
        Cell::of(door(&row.recycled)),
        Cell::text(&row.touch_ms.map_or_else(|| "–".to_owned(), measured)),
    ]
}

fn returns(view: &ReturnsView) -> Markup {
    let most = view.steps.iter().map(|step| step.count).max().unwrap_or(0);
    html! {
        section.card {
            h2 { "When recycled leads come back " span { (door(&view.all)) } }
            @if view.steps.is_empty() { p.quiet { "None is recycled." } }
            ul.comes-back {
                @for step in &view.steps {
                    li {
                        span { (step.name) }
                        (crate::charts::bar(step.count, most))
                        b { (door(&Door { count: step.count, href: step.href.clone() })) }
                    }
                }
            }
        }
    }
}

fn leads(view: &LeadsView) -> Markup {
    html! {
        section.card.leads {
            h2 { (view.title) " " span { "newest first" } }
            @if view.rows.is_empty() { p.quiet { "No lead of this kind." } }
            ul {
                @for lead in &view.rows {
                    li {
                        strong {
                            @match &lead.href {
                                Some(href) => a.plain href=(href) { (lead.name) },
                                None => (lead.name),
                            }
                        }
                        (chip(lead.state.1, &lead.state.0))
                        span { (lead.company) }
                        p { (lead.says) }
                    }
                }
            }
            p.quiet { "All " (door(&view.all)) " · rejected " (door(&view.rejected)) }
        }
    }
}
