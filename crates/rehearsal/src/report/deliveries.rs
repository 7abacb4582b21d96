//! Who would be told, where and on which occasion.

use maud::{Markup, html};

use super::chart::{bar, scrolling};
use super::words::{count, text};
use crate::history::Rehearsal;
use crate::history::deliveries::DestinationShare;

/// Deliveries by destination and occasion; nothing where the strategy sends nothing.
pub(super) fn card(rehearsal: &Rehearsal) -> Markup {
    let shares = &rehearsal.summary.deliveries;
    let most = shares.iter().map(|share| share.deliveries).max().unwrap_or(0);
    let all: u64 = shares.iter().map(|share| share.deliveries).sum();
    html! {
        @if !shares.is_empty() {
            section class="card" aria-labelledby="deliveries" {
                header {
                    h2 id="deliveries" { "Who would be told" }
                    span { (count(all)) " deliveries; none was made" }
                }
                (scrolling(html! {
                    thead class="small" {
                        tr {
                            th { "Destination" } th { "Occasion" } th { "Told" }
                            th class="n" { "Deliveries" } th { "" }
                        }
                    }
                    tbody {
                        @for share in shares {
                            tr {
                                td { bdi { (text(&share.destination)) } }
                                td { (share.occasion) }
                                td { (told(share)) }
                                td class="n" { (count(share.deliveries)) }
                                td class="barcell" { (bar(share.deliveries, most)) }
                            }
                        }
                    }
                }))
                p class="small" {
                    "What would wait for others to the same person, in one message, is counted one by one."
                }
            }
        }
    }
}

/// How many members, and which channels.
fn told(share: &DestinationShare) -> Markup {
    let members = share.members.len() as u64;
    html! {
        @if members > 0 {
            (count(members)) @if members == 1 { " member" } @else { " members" }
            @if !share.channels.is_empty() { ", " }
        }
        @for (at, channel) in share.channels.keys().enumerate() {
            @if at > 0 { ", " }
            bdi { (text(channel)) }
        }
        @if members == 0 && share.channels.is_empty() { "the system" }
    }
}
