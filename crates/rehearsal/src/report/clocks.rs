//! Which clocks ran out, and how long it took to find an owner.

use maud::{Markup, html};

use super::chart::scrolling;
use super::words::{count, time};
use crate::history::Rehearsal;

/// The card.
pub(super) fn card(rehearsal: &Rehearsal) -> Markup {
    let summary = &rehearsal.summary;
    let sla = summary.sla;
    let percentiles = summary.time_to_route_ms;
    let told = |ms: Option<i64>| ms.map_or_else(|| "none".to_owned(), time);
    html! {
        section class="card" aria-labelledby="clocks" {
            header { h2 id="clocks" { "Deadlines" } span { "where " (rehearsal.behaviour.says()) } }
            (scrolling(html! {
                tbody {
                    tr { td { "Offers not accepted in time" } td class="n" { (count(sla.accept)) } }
                    tr { td { "Nobody in touch in time" } td class="n" { (count(sla.first_touch)) } }
                    tr { td { "Too long in a queue" } td class="n" { (count(sla.queue)) } }
                    tr class="sum" { td { "SLA breaches" } td class="n" { (count(sla.breaches)) } }
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
            }))
            @if summary.undated_leads > 0 {
                p class="small" {
                    (count(summary.undated_leads)) " leads say no time and are in none of these figures."
                }
            }
            h3 { "From the lead to its first owner, in virtual time" }
            (scrolling(html! {
                tbody {
                    tr { td { "Half within (p50)" } td class="n" { (told(percentiles.p50)) } }
                    tr { td { "Nine in ten within (p90)" } td class="n" { (told(percentiles.p90)) } }
                    tr { td { "Ninety-nine in a hundred within (p99)" } td class="n" { (told(percentiles.p99)) } }
                }
            }))
        }
    }
}
