//! The strategy in force, as somebody reads it who wrote none of it: what decides, in which order, until when.

use maud::{Markup, html};

use crate::parts::{Cell, Column, Tone, chip, csrf, empty, head, primary, table};
use crate::text::{Href, When};

/// A strategy.
#[derive(Clone, Debug)]
pub struct StrategyView {
    /// What it is called.
    pub name: String,
    /// Its version, and since when it is in force.
    pub says: String,
    /// When a lead is ready, in the order that it is asked.
    pub readiness: Vec<RuleView>,
    /// Who gets it, in the order that it is asked.
    pub routes: Vec<RuleView>,
    /// Members who take turns.
    pub pools: Vec<PoolRow>,
    /// Until when.
    pub slas: Vec<SlaView>,
    /// What asks for a person first.
    pub fences: Vec<String>,
    /// What was in force, newest first.
    pub versions: Vec<VersionView>,
    /// What can be written; nothing for who may only read.
    pub drafts: Option<DraftsView>,
}

/// A row of a decision table.
#[derive(Clone, Debug)]
pub struct RuleView {
    /// What it is called.
    pub name: String,
    /// When it holds; empty where always.
    pub when: String,
    /// What follows.
    pub then: String,
}

/// A pool.
#[derive(Clone, Debug)]
pub struct PoolRow {
    /// What it is called.
    pub name: String,
    /// Who belongs to it.
    pub members: String,
    /// How the next is found.
    pub method: String,
    /// How much each may get.
    pub caps: String,
}

/// A promise.
#[derive(Clone, Debug)]
pub struct SlaView {
    /// What it is called.
    pub name: String,
    /// In whose hours.
    pub hours: String,
    /// Its targets: what, and within which time.
    pub targets: Vec<(String, String)>,
    /// What happens on silence, in order.
    pub silence: Vec<String>,
}

/// Drafts, for who may write one.
#[derive(Clone, Debug)]
pub struct DraftsView {
    /// What belongs to each form of the reader.
    pub csrf: String,
    /// Where one is begun.
    pub begin: Href,
    /// Those that are there, the latest first.
    pub drafts: Vec<DraftRow>,
}

/// A draft.
#[derive(Clone, Debug)]
pub struct DraftRow {
    /// Its id.
    pub draft: String,
    /// Its page.
    pub href: Href,
    /// When it was saved.
    pub saved: When,
    /// Who saved it.
    pub by: String,
}

/// A version.
#[derive(Clone, Debug)]
pub struct VersionView {
    /// Its id, short.
    pub version: String,
    /// Whether it is in force.
    pub in_force: bool,
    /// Since when it was.
    pub since: When,
    /// Who put it in force.
    pub by: String,
    /// What would change if it came back.
    pub href: Option<Href>,
}

/// The page.
pub fn page(view: &StrategyView) -> Markup {
    html! {
        div.wide {
            (head(&view.name, &view.says, &html! { (chip(Tone::Good, "in force")) }))
            div.main-and-side {
                div {
                    (rules("When is a lead ready", "the first row that holds decides", "readiness", &view.readiness))
                    (rules("Who gets it", "the first route that holds and finds somebody", "routes", &view.routes))
                    (pools(view))
                }
                div {
                    @if let Some(drafts) = &view.drafts { (drafts_card(drafts)) }
                    @for sla in &view.slas { (sla_card(sla)) }
                    (fences(view))
                    (versions(view))
                }
            }
        }
    }
}

/// Where no strategy is in force.
pub fn nothing() -> Markup {
    html! {
        div.wide {
            section.card {
                (empty(
                    "No strategy is in force",
                    "A strategy is a folder of text files that says who gets a lead, and why. Signals wait until one is.",
                    Some("baton apply FOLDER"),
                ))
            }
        }
    }
}

fn rules(title: &str, beside: &str, what: &str, rows: &[RuleView]) -> Markup {
    const COLUMNS: [Column; 4] =
        [Column::numbers("#"), Column::words("Row"), Column::words("When"), Column::words("Then")];
    let row = |(at, rule): (usize, &RuleView)| {
        let when = if rule.when.is_empty() {
            html! { span.quiet { "always" } }
        } else {
            html! { code.condition { (rule.when) } }
        };
        vec![
            Cell::text(&(at + 1).to_string()),
            Cell::of(html! { strong { (rule.name) } }),
            Cell::of(when),
            Cell::text(&rule.then),
        ]
    };
    let rows: Vec<Vec<Cell>> = rows.iter().enumerate().map(row).collect();
    html! {
        section.card.rules {
            h2 { (title) " " span { (beside) } }
            (table(&format!("{title}: {what} in order"), &COLUMNS, &rows))
        }
    }
}

fn pools(view: &StrategyView) -> Markup {
    const COLUMNS: [Column; 4] = [
        Column::words("Pool"),
        Column::words("Who belongs"),
        Column::words("The next is found"),
        Column::words("At most"),
    ];
    let row = |pool: &PoolRow| {
        vec![
            Cell::of(html! { strong { (pool.name) } }),
            Cell::of(html! { code.condition { (pool.members) } }),
            Cell::text(&pool.method),
            Cell::text(&pool.caps),
        ]
    };
    let rows: Vec<Vec<Cell>> = view.pools.iter().map(row).collect();
    html! {
        section.card.rules {
            h2 { "Pools" span { " members who take turns" } }
            (table("Pools with their members and caps", &COLUMNS, &rows))
        }
    }
}

fn drafts_card(view: &DraftsView) -> Markup {
    html! {
        section.card {
            h2 { "Drafts" span { " written and checked here" } }
            @if view.drafts.is_empty() { p.quiet { "None yet. A draft changes nothing until it is put in force." } }
            ul.people {
                @for draft in &view.drafts {
                    li {
                        strong { a.plain href=(draft.href) { (draft.draft) } }
                        b {}
                        span { "saved " (draft.saved) " by " (draft.by) }
                    }
                }
            }
            form method="post" action=(view.begin) { (csrf(&view.csrf)) div.foot { (primary("Begin a draft", None)) } }
        }
    }
}

fn sla_card(sla: &SlaView) -> Markup {
    html! {
        section.card {
            h2 { "Promise: " (sla.name) span { " in the hours of " (sla.hours) } }
            dl.others {
                @for (what, within) in &sla.targets { dt { (what) } dd { (within) } }
            }
            @if !sla.silence.is_empty() {
                p.quiet { "On silence" }
                ol.steps { @for step in &sla.silence { li { (step) } } }
            }
        }
    }
}

fn fences(view: &StrategyView) -> Markup {
    html! {
        @if !view.fences.is_empty() {
            section.card {
                h2 { "A person is asked first" }
                ul.steps { @for fence in &view.fences { li { (fence) } } }
            }
        }
    }
}

fn versions(view: &StrategyView) -> Markup {
    html! {
        section.card {
            h2 { "Versions" }
            ul.people {
                @for version in &view.versions {
                    li {
                        strong { @match &version.href { Some(href) => a.plain href=(href) { (version.version) }, None => (version.version) } }
                        @if version.in_force { (chip(Tone::Good, "in force")) } @else { b {} }
                        span { "since " (version.since) ", by " (version.by) }
                    }
                }
            }
        }
    }
}
