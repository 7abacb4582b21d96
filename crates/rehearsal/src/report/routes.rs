//! Which routes decided, who was left without an owner, and which clocks ran out.

use maud::{Markup, html};

use super::chart::bar;
use super::words::{count, percent, spoken, text, time};
use crate::history::Rehearsal;

/// Routes that decided, in their order.
pub(super) fn card(rehearsal: &Rehearsal) -> Markup {
    let summary = &rehearsal.summary;
    let most = summary.routes.iter().map(|route| route.leads).max().unwrap_or(0);
    let decided: u64 = summary.routes.iter().map(|route| route.leads).sum();
    let others: Vec<_> =
        summary.decisions.iter().filter(|(decision, _)| **decision != "hand-off").collect();
    html! {
        section class="card" aria-labelledby="routes" {
            header {
                h2 id="routes" { "Routes that decided" }
                span { (count(decided)) " leads, in the order in which routes are tried" }
            }
            div class="scroll" {
                table {
                    thead class="small" { tr { th { "Route" } th class="n" { "Leads" } th { "" } } }
                    tbody {
                        @for (place, route) in summary.routes.iter().enumerate() {
                            tr {
                                td class="wide" { (place + 1) " " bdi { (text(&route.route)) } }
                                td class="n" { (count(route.leads)) }
                                td class="barcell" { (bar(route.leads, most)) }
                            }
                        }
                    }
                }
            }
            @if !others.is_empty() {
                h3 { "Decided otherwise" }
                table {
                    tbody {
                        @for (decision, leads) in others {
                            tr {
                                td { (spoken(decision)) }
                                td class="n" { (count(*leads)) }
                                td class="barcell n" { (percent(*leads, summary.leads)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Leads without an owner, by why, and those that lie in queues.
pub(super) fn unrouted(rehearsal: &Rehearsal) -> Markup {
    let summary = &rehearsal.summary;
    let most = summary.unrouted.values().chain(summary.queues.values()).max().copied().unwrap_or(0);
    html! {
        section class="card" aria-labelledby="unrouted" {
            header {
                h2 id="unrouted" { "Unrouted" }
                span { (count(summary.unrouted.values().sum())) " of " (count(summary.leads)) " leads" }
            }
            @if summary.unrouted.is_empty() {
                p class="note" { "No lead was to be handed over and reached nobody." }
            } @else {
                table {
                    tbody {
                        @for (code, leads) in &summary.unrouted {
                            tr {
                                td class="wide" {
                                    b { (spoken(code.as_str())) } br;
                                    span class="small" { (code.says()) }
                                }
                                td class="n" { (count(*leads)) }
                                td class="barcell" { (bar(*leads, most)) }
                            }
                        }
                    }
                }
            }
            @if !summary.queues.is_empty() {
                h3 { "In queues" }
                table {
                    tbody {
                        @for (queue, leads) in &summary.queues {
                            tr {
                                td class="wide" { bdi { (text(queue)) } }
                                td class="n" { (count(*leads)) }
                                td class="barcell" { (bar(*leads, most)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Deadlines, and how long it took to find an owner.
pub(super) fn clocks(rehearsal: &Rehearsal) -> Markup {
    let summary = &rehearsal.summary;
    let sla = summary.sla;
    let percentiles = summary.time_to_route_ms;
    let told = |ms: Option<i64>| ms.map_or_else(|| "none".to_owned(), time);
    html! {
        section class="card" aria-labelledby="clocks" {
            header { h2 id="clocks" { "Deadlines" } span { "where " (rehearsal.behaviour.says()) } }
            table {
                tbody {
                    tr { td { "Offers not accepted in time" } td class="n" { (count(sla.accept)) } }
                    tr { td { "Nobody in touch in time" } td class="n" { (count(sla.first_touch)) } }
                    tr { td { "Too long in a queue" } td class="n" { (count(sla.queue)) } }
                    @if sla.qualify > 0 {
                        tr {
                            td class="wide" {
                                "Not qualified in time" br;
                                span class="small" { "Nothing in this rehearsal qualifies leads, so this says nothing." }
                            }
                            td class="n" { (count(sla.qualify)) }
                        }
                    }
                }
            }
            h3 { "From the lead to its first owner, in virtual time" }
            table {
                tbody {
                    tr { td { "Half within (p50)" } td class="n" { (told(percentiles.p50)) } }
                    tr { td { "Nine in ten within (p90)" } td class="n" { (told(percentiles.p90)) } }
                    tr { td { "Ninety-nine in a hundred within (p99)" } td class="n" { (told(percentiles.p99)) } }
                }
            }
        }
    }
}
