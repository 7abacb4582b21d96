//! What became of the leads: each is in exactly one row, and the rows add up.

use std::collections::BTreeMap;

use domain::reason::Code;
use maud::{Markup, html};

use super::chart::{bar, scrolling};
use super::words::{count, percent, spoken, text};
use crate::history::Rehearsal;
use crate::history::result::LeadResult;
use crate::history::summary::Summary;

/// The card.
pub(super) fn card(rehearsal: &Rehearsal) -> Markup {
    let summary = &rehearsal.summary;
    let results = || summary.results.iter().filter(|(_, leads)| **leads > 0);
    let most = results().map(|(_, leads)| *leads).max().unwrap_or(0);
    html! {
        section class="card" aria-labelledby="results" {
            header {
                h2 id="results" { "What became of the leads" }
                span { "each lead is in one row" }
            }
            (scrolling(html! {
                tbody {
                    @for (result, leads) in results() {
                        tr {
                            td class="wide" {
                                b { (result.as_str()) } " " span class="small" { (result.says()) }
                            }
                            td class="n" { (count(*leads)) }
                            td class="n small" { (percent(*leads, summary.leads)) }
                            td class="barcell" { (bar(*leads, most)) }
                        }
                        @for (what, leads) in parts(summary, *result) {
                            tr {
                                td class="wide part small" { bdi { (what) } }
                                td class="n small" { (count(leads)) }
                                td {} td {}
                            }
                        }
                    }
                    tr class="sum" {
                        td { "all leads" } td class="n" { (count(summary.leads)) } td {} td {}
                    }
                }
            }))
            @if summary.other_handoffs > 0 {
                p class="small" {
                    (count(summary.other_handoffs)) " more handoffs were begun by rows that are no leads. They are "
                    "in no figure here, and did take turns and room. " span class="mono" { "starts" } " in "
                    span class="mono" { "readiness.yaml" } " says which signals may begin one."
                }
            }
        }
    }
}

/// What a result is made of: queues, or why nobody has them.
fn parts(summary: &Summary, result: LeadResult) -> Vec<(String, u64)> {
    let by_why = |codes: &BTreeMap<Code, u64>| {
        let told = codes.iter().map(|(code, leads)| (spoken(code.as_str()), *leads));
        told.collect()
    };
    if result != LeadResult::Routed {
        return summary.why(result).map(by_why).unwrap_or_default();
    }
    let in_queues: u64 = summary.queues.values().sum();
    let people = ("with people".to_owned(), summary.routed - in_queues);
    let queues = summary.queues.iter();
    let queues = queues.map(|(queue, leads)| (format!("in queue {}", text(queue)), *leads));
    std::iter::once(people).filter(|_| in_queues > 0).chain(queues).collect()
}
