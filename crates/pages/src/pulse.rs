//! The pulse: is work flowing, and what needs a person.

use maud::{Markup, html};

use crate::charts::{Bar, Mark, Stage, bar, funnel, histogram, share_line};
use crate::parts::{
    Cell, Column, Door, Narrowed, ShareView, Tab, Tone, accepted_line, behind, chip, door, empty,
    head, narrowed, share_of, since_before, table, tabs,
};
use crate::text::{Href, measured, thousands};

/// The pulse of a period.
#[derive(Clone, Debug)]
pub struct PulseView {
    /// Which period, and what it is compared with.
    pub says: String,
    /// How far the figures are behind, where they are.
    pub behind: Option<String>,
    /// The periods.
    pub periods: Vec<Tab>,
    /// What it is narrowed to.
    pub narrowed: Vec<Narrowed>,
    /// How many came so far.
    pub funnel: Vec<Stage>,
    /// Where those are that no person has had.
    pub unrouted: Vec<(String, Door)>,
    /// Accepted, of those that were offered to a person.
    pub accepted: ShareView,
    /// What needs a person.
    pub needs: Vec<NeedView>,
    /// How long things took.
    pub times: Vec<TimesView>,
    /// Whether targets were met.
    pub targets: Vec<TargetView>,
    /// Why sales rejected, and how many.
    pub refusals: RefusalsView,
    /// The same figures by something.
    pub table: BreakdownView,
}

/// Something that needs a person.
#[derive(Clone, Debug)]
pub struct NeedView {
    /// How many, in words: `4 breached`.
    pub what: (String, Tone),
    /// What is wanted.
    pub says: String,
    /// Where it is.
    pub href: Href,
    /// What one does there.
    pub verb: String,
}

/// How long something took.
#[derive(Clone, Debug)]
pub struct TimesView {
    /// What: `Time to route`.
    pub title: String,
    /// What is measured, in a phrase.
    pub says: String,
    /// All of them.
    pub all: Door,
    /// How they are spread.
    pub bars: Vec<Bar>,
    /// The percentiles.
    pub marks: Vec<Mark>,
    /// The median before, in milliseconds.
    pub before_ms: Option<i64>,
}

/// Whether a target was met.
#[derive(Clone, Debug)]
pub struct TargetView {
    /// What: `Accepted in time`.
    pub title: String,
    /// How many of how many.
    pub share: ShareView,
    /// Those that were late.
    pub late: Door,
    /// The share over time.
    pub line: Vec<Option<f64>>,
}

/// Why sales rejected.
#[derive(Clone, Debug)]
pub struct RefusalsView {
    /// How many handoffs.
    pub all: Door,
    /// Reasons, the most first.
    pub reasons: Vec<ReasonView>,
}

/// A reason.
#[derive(Clone, Debug)]
pub struct ReasonView {
    /// In words.
    pub name: String,
    /// How many handoffs.
    pub count: Door,
    /// Who said it, the most first.
    pub said: Vec<(String, Door)>,
    /// How many others said it.
    pub others: u64,
}

/// The figures by something.
#[derive(Clone, Debug)]
pub struct BreakdownView {
    /// By what.
    pub by: Vec<Tab>,
    /// What the first column is called.
    pub first: &'static str,
    /// A row each, the most leads first.
    pub rows: Vec<BreakdownRow>,
    /// Rows that are not shown.
    pub more: u64,
    /// The same as CSV.
    pub csv: Href,
}

/// A row of figures.
#[derive(Clone, Debug)]
pub struct BreakdownRow {
    /// What it is of.
    pub name: String,
    /// The page narrowed to it.
    pub href: Option<Href>,
    /// Handoffs that began.
    pub leads: Door,
    /// As many before.
    pub leads_before: u64,
    /// Accepted, of decided.
    pub accepted: ShareView,
    /// Accepted in time, of due.
    pub in_time: ShareView,
    /// Touched in time, of due.
    pub touched: ShareView,
    /// Those with whom there was a meeting.
    pub met: Door,
    /// Those that were won.
    pub won: Door,
    /// Those that somebody rejected.
    pub rejected: Door,
}

/// The page.
pub fn page(view: &PulseView) -> Markup {
    html! {
        div.wide {
            (head("Pulse", &view.says, &tabs("Period", &view.periods)))
            (narrowed(&view.narrowed))
            (behind(view.behind.as_deref()))
            section.card {
                (funnel(&view.funnel))
                (accepted_line(&view.accepted))
                (unrouted(&view.unrouted))
            }
            div.needs-and-targets {
                section.card { h2 { "Needs a person" } (needs(&view.needs)) }
                @for target in &view.targets { (target_card(target)) }
            }
            div.thirds { @for times in &view.times { (times_card(times)) } }
            (refusals_card(&view.refusals))
            (breakdown(&view.table))
        }
    }
}

fn unrouted(states: &[(String, Door)]) -> Markup {
    html! {
        @if !states.is_empty() {
            p.quiet {
                "No person has had: "
                @for (at, (state, count)) in states.iter().enumerate() {
                    @if at > 0 { ", " }
                    (door(count)) " " (state)
                }
                "."
            }
        }
    }
}

pub(crate) fn needs(needs: &[NeedView]) -> Markup {
    html! {
        @if needs.is_empty() {
            p.quiet { "Nothing waits for anybody." }
        }
        ul.needs {
            @for need in needs {
                li {
                    (chip(need.what.1, &need.what.0))
                    span { (need.says) }
                    a href=(need.href) { (need.verb) }
                }
            }
        }
    }
}

fn target_card(target: &TargetView) -> Markup {
    let share = crate::text::share(target.share.part.count, target.share.of.count);
    html! {
        section.card.target {
            h2 { (target.title) }
            @match share {
                Some(share) => {
                    p.big { b { (share) } }
                    p.quiet { (door(&target.share.part)) " of " (door(&target.share.of)) ", late " (door(&target.late)) }
                    p { (since_before(&target.share)) }
                    (share_line(&format!("{} over the period, up to {share}", target.title), &target.line))
                }
                None => p.quiet { "No handoff of the period had this target." },
            }
        }
    }
}

fn times_card(times: &TimesView) -> Markup {
    html! {
        section.card {
            h2 { (times.title) " " span { (door(&times.all)) " " (times.says) } }
            @if times.bars.is_empty() {
                p.quiet { "None came so far in the period." }
            } @else {
                (histogram(&times.title, &times.bars, &times.marks))
                @if let Some(before) = times.before_ms {
                    p.quiet { "The median was " (measured(before)) " before." }
                }
            }
        }
    }
}

/// Why sales rejected, who said it, and how many.
pub fn refusals_card(view: &RefusalsView) -> Markup {
    let most = view.reasons.iter().map(|reason| reason.count.count).max().unwrap_or(0);
    html! {
        section.card {
            h2 { "Why sales rejected " (door(&view.all)) " " span { "and who said it" } }
            @if view.reasons.is_empty() { p.quiet { "Nobody rejected a lead of the period." } }
            ul.reasons {
                @for reason in &view.reasons {
                    li {
                        span { (reason.name) }
                        (bar(reason.count.count, most))
                        b { (door(&reason.count)) }
                        span.said {
                            @for (at, (member, count)) in reason.said.iter().enumerate() {
                                @if at > 0 { ", " }
                                (member) " " (door(count))
                            }
                            @if reason.others > 0 { ", " (crate::text::count(reason.others, "other", "others")) }
                        }
                    }
                }
            }
        }
    }
}

fn breakdown(view: &BreakdownView) -> Markup {
    let columns = [
        Column::words(view.first),
        Column::numbers("Leads"),
        Column::numbers("Accepted, of decided"),
        Column::numbers("Accepted in time"),
        Column::numbers("First touch in time"),
        Column::numbers("Met"),
        Column::numbers("Won"),
        Column::numbers("Rejected"),
    ];
    let rows: Vec<Vec<Cell>> = view.rows.iter().map(breakdown_row).collect();
    html! {
        section.card.breakdown #by {
            header { (tabs("Figures by", &view.by)) a href=(view.csv) download { "CSV" } }
            @if rows.is_empty() {
                (empty("No leads in this period", "A lead that becomes a handoff is counted here.", None))
            } @else {
                (table("Figures of the period", &columns, &rows))
                @if view.more > 0 { p.quiet { "and " (thousands(view.more)) " more, all of them in the CSV" } }
            }
        }
    }
}

fn breakdown_row(row: &BreakdownRow) -> Vec<Cell> {
    let name = html! {
        strong {
            @match &row.href {
                Some(href) => a.plain href=(href) { (row.name) },
                None => (row.name),
            }
        }
    };
    let share =
        |view: &ShareView| Cell::of(html! { (share_of(view)) div.below { (since_before(view)) } });
    vec![
        Cell::of(name),
        Cell::of(door(&row.leads)).with(format!("was {}", thousands(row.leads_before))),
        share(&row.accepted),
        share(&row.in_time),
        share(&row.touched),
        Cell::of(door(&row.met)),
        Cell::of(door(&row.won)),
        Cell::of(door(&row.rejected)),
    ]
}
