//! The leads themselves, as far as a page can hold them.

use domain::handoff::Owner;
use domain::reason::Code;
use engine::view::reason;
use maud::{Markup, html};

use super::against::place;
use super::chart::scrolling;
use super::words::{count, owner, spoken, text, when};
use crate::history::Rehearsal;
use crate::history::afterwards::Ending;
use crate::history::against::{Against, Change, Place};
use crate::history::line::{Lead, route_name};
use crate::history::result::LeadResult;

/// The most leads that the page lists; the command line writes them all.
pub const LEADS_MAX: usize = 500;

/// The card. Those without an owner come first: they are what somebody has to look at.
pub(super) fn card(rehearsal: &Rehearsal) -> Markup {
    let all = rehearsal.leads.iter().enumerate();
    let (unrouted, others): (Vec<_>, Vec<_>) =
        all.partition(|(_, lead)| lead.result.is_left_over());
    let differs = |(at, _): &(usize, &Lead)| {
        rehearsal.against.as_ref().is_some_and(|against| against.differs(*at).is_some())
    };
    let (differing, others): (Vec<_>, Vec<_>) = others.into_iter().partition(differs);
    let shown: Vec<(usize, &Lead)> =
        unrouted.iter().chain(&differing).chain(&others).take(LEADS_MAX).copied().collect();
    let ended = shown.iter().any(|(_, lead)| lead.afterwards.ending.is_some());
    html! {
        section class="card long" aria-labelledby="leads" {
            header {
                h2 id="leads" { "Every lead" }
                span {
                    @if shown.len() < rehearsal.leads.len() {
                        "the first " (count(shown.len() as u64)) " of " (count(rehearsal.leads.len() as u64))
                        @if !unrouted.is_empty() { ", those that nobody has before the others" }
                        @if !differing.is_empty() { ", then those that differ" }
                        "; " span class="mono" { "--json" } " writes all of them"
                    } @else {
                        (count(shown.len() as u64)) " in all"
                    }
                }
            }
            @if shown.is_empty() {
                p class="note" {
                    "No row of these files is a lead. Rows are leads where their map says "
                    span class="mono" { "lead: true" } "."
                }
            } @else {
                (scrolling(html! {
                    thead {
                        tr {
                            th { "Came" } th { "Would go to" } th { "Route" }
                            th class="n" { "Score" } th { "Accept by" } th { "Because" }
                            @if rehearsal.against.is_some() { th { "Under the other strategy" } }
                            @if ended { th { "Really" } } th { "Lead" }
                        }
                    }
                    tbody { @for lead in shown { (row(rehearsal, lead, ended)) } }
                }))
            }
        }
    }
}

fn row(rehearsal: &Rehearsal, (at, lead): (usize, &Lead), ended: bool) -> Markup {
    let strategy = &*rehearsal.strategy;
    html! {
        tr {
            td class="nowrap" { @if lead.undated { span class="small" { "no date" } } @else { (when(lead.moment)) } }
            td class="nowrap" { (goes_to(rehearsal, lead)) }
            td class="nowrap" { @if let Some(route) = lead.route() { (route + 1) " " bdi { (text(&route_name(route, strategy))) } } }
            td class="n" { (format!("{:.2}", f64::from(lead.score.total()) / 100.0)) }
            td class="nowrap" { @if let Some(due) = lead.accept_by().filter(|_| !lead.undated) { (when(due)) } }
            td class="wide" { (because(rehearsal, lead)) }
            @if let Some(against) = &rehearsal.against {
                td class="wide" { (otherwise(against, at)) }
            }
            @if ended {
                td class="nowrap" {
                    @match lead.afterwards.ending {
                        Some(Ending::Won) => { span class="good" { "won" } }
                        Some(Ending::Lost) => { "lost" }
                        None => { span class="plain" { "unknown" } }
                    }
                    @if let Some(at) = lead.afterwards.at { " " span class="small" { (when(at)) } }
                }
            }
            td class="wide small" { bdi { (text(&lead.id)) } }
        }
    }
}

/// Who has it under the other strategy, and on what the two part; nothing where nothing differs.
fn otherwise(against: &Against, at: usize) -> Markup {
    html! {
        @if let Some((lead, change, cause)) = against.differs(at) {
            @if change == Change::Moved {
                b { bdi { (place(&Place::of(lead), &*against.strategy)) } } br;
            }
            span class="small" { bdi { (text(&cause.says)) } }
        }
    }
}

fn goes_to(rehearsal: &Rehearsal, lead: &Lead) -> Markup {
    let word = lead.result.as_str();
    html! {
        @match (lead.result, lead.owner()) {
            (LeadResult::Routed, Some(known)) => { b { bdi { (owner(known, &*rehearsal.strategy)) } } }
            (LeadResult::Review, Some(known @ Owner::Queue(_))) => {
                b { bdi { (owner(known, &*rehearsal.strategy)) } } " " span class="small" { (word) }
            }
            (result, _) if result.is_left_over() => { b class="bad" { (word) } }
            _ => { span class="plain" { (word) } }
        }
        @if let Some(code) = lead.without { " " span class="small" { (spoken(code.as_str())) } }
    }
}

/// The row that decided; what else there is to say is in the lead's line of JSON.
fn because(rehearsal: &Rehearsal, lead: &Lead) -> String {
    let told = lead.reasons.iter().filter(|known| {
        !matches!(
            known.code,
            Code::RouteUnmatched | Code::RouteUnknown | Code::RouteMatched | Code::RouteOnClaim
        )
    });
    let words = told.map(|known| {
        let known = reason(known, &*rehearsal.strategy);
        let word = spoken(known.code.as_str());
        match known.name {
            Some(name) => format!("{word}: {}", text(name)),
            None => word,
        }
    });
    let words: Vec<String> = words.take(3).collect();
    if lead.joined {
        format!("in a handoff already; {}", words.join("; "))
    } else {
        words.join("; ")
    }
}
