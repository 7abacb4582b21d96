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
    let left_over = summary.results.iter().filter(|(result, _)| result.is_left_over());
    let some: Vec<_> = left_over.filter(|(_, leads)| **leads > 0).collect();
    let each = some.iter().map(|(result, leads)| format!("{} {}", count(**leads), result.as_str()));
    Tile {
        title: "Nobody has them",
        figure: count(some.iter().map(|(_, leads)| **leads).sum()),
        of: format!("of {}", count(summary.leads)),
        word: if some.is_empty() {
            ("good", "nobody is left out".to_owned())
        } else {
            ("look", each.collect::<Vec<_>>().join(", "))
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
        word: if sla.breaches == 0 {
            ("plain", format!("behaviour: {}", rehearsal.behaviour.name()))
        } else {
            let parts = [
                (sla.accept, "accept"),
                (sla.first_touch, "first touch"),
                (sla.queue, "in a queue"),
            ];
            let some = parts.into_iter().filter(|(breaches, _)| *breaches > 0);
            let each = some.map(|(breaches, what)| format!("{} {what}", count(breaches)));
            ("look", each.collect::<Vec<_>>().join(", "))
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
