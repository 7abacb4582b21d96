//! The figures that answer first, each with what it is of.

use maud::{Markup, html};

use super::words::{count, percent, rate, time};
use crate::history::Rehearsal;

/// A whole lead: nobody should ever be that far from their share.
const DRIFT_LOOK: f64 = 1.0;

struct Tile {
    title: &'static str,
    figure: String,
    of: String,
    word: (&'static str, String),
}

/// The row of tiles.
pub(super) fn tiles(rehearsal: &Rehearsal) -> Markup {
    let mut tiles = vec![
        routed(rehearsal),
        unrouted(rehearsal),
        speed(rehearsal),
        breaches(rehearsal),
        drift(rehearsal),
    ];
    tiles.extend(won(rehearsal));
    html! {
        dl class="tiles" {
            @for tile in &tiles {
                div {
                    dt { (tile.title) }
                    dd class="figure" { (tile.figure) " " small { (tile.of) } }
                    dd class=(tile.word.0) { (tile.word.1) }
                }
            }
        }
    }
}

fn routed(rehearsal: &Rehearsal) -> Tile {
    let summary = &rehearsal.summary;
    Tile {
        title: "Would reach an owner",
        figure: count(summary.routed),
        of: format!("of {}", count(summary.leads)),
        word: ("plain", percent(summary.routed, summary.leads)),
    }
}

fn unrouted(rehearsal: &Rehearsal) -> Tile {
    let summary = &rehearsal.summary;
    let unrouted: u64 = summary.unrouted.values().sum();
    Tile {
        title: "Unrouted",
        figure: count(unrouted),
        of: format!("of {}", count(summary.leads)),
        word: match unrouted {
            0 => ("good", "nobody is left out".to_owned()),
            _ => ("look", "look at this".to_owned()),
        },
    }
}

fn speed(rehearsal: &Rehearsal) -> Tile {
    let percentiles = rehearsal.summary.time_to_route_ms;
    let told = |ms: Option<i64>| ms.map_or_else(|| "none".to_owned(), time);
    Tile {
        title: "Time to route, p99",
        figure: told(percentiles.p99),
        of: "virtual".to_owned(),
        word: ("plain", format!("half within {}", told(percentiles.p50))),
    }
}

fn breaches(rehearsal: &Rehearsal) -> Tile {
    let sla = rehearsal.summary.sla;
    Tile {
        title: "SLA breaches",
        figure: count(sla.breaches),
        of: "as modelled".to_owned(),
        word: match (sla.breaches, sla.queue) {
            (0, 0) => ("plain", format!("behaviour: {}", rehearsal.behaviour.name())),
            (0, queue) => ("look", format!("{} too long in a queue", count(queue))),
            _ => {
                let (accept, touch) = (count(sla.accept), count(sla.first_touch));
                ("look", format!("{accept} to accept, {touch} to get in touch"))
            }
        },
    }
}

fn drift(rehearsal: &Rehearsal) -> Tile {
    let drift = rehearsal.summary.largest_drift;
    Tile {
        title: "Fairness, largest drift",
        figure: format!("{drift:.1}"),
        of: "leads".to_owned(),
        word: if drift < DRIFT_LOOK {
            ("good", "never a whole lead off".to_owned())
        } else {
            ("look", "from a fair share".to_owned())
        },
    }
}

fn won(rehearsal: &Rehearsal) -> Option<Tile> {
    let outcomes = &rehearsal.summary.outcomes;
    if outcomes.won + outcomes.lost == 0 {
        return None;
    }
    let leads = rehearsal.summary.leads;
    Some(Tile {
        title: "Really won",
        figure: count(outcomes.won),
        of: format!("of {}", count(leads)),
        word: ("plain", rate(outcomes.won, leads)),
    })
}
