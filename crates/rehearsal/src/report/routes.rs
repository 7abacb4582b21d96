//! Which routes decided.

use maud::{Markup, html};

use super::chart::{bar, scrolling};
use super::words::{count, text};
use crate::history::Rehearsal;

/// Routes that decided, in their order.
pub(super) fn card(rehearsal: &Rehearsal) -> Markup {
    let summary = &rehearsal.summary;
    let most = summary.routes.iter().map(|route| route.leads).max().unwrap_or(0);
    let decided: u64 = summary.routes.iter().map(|route| route.leads).sum();
    html! {
        section class="card" aria-labelledby="routes" {
            header {
                h2 id="routes" { "Routes that decided" }
                span { (count(decided)) " leads, in the order in which routes are tried" }
            }
            (scrolling(html! {
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
            }))
            @if summary.by_no_route > 0 {
                p class="small" {
                    (count(summary.by_no_route)) " more routed leads came to their owner by no route: they were "
                    "given on, or went to the queue for what finds nobody."
                }
            }
        }
    }
}
