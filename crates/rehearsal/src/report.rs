//! A rehearsal as one page that stands by itself: no script, nothing from elsewhere, readable on
//! paper and in the dark.
//!
//! Whatever comes out of files is hostile ([`words`]); every picture has a title, a description and a
//! table behind it ([`chart`]).

mod words;

mod chart;

mod style;

mod tiles;

pub mod side_by_side;

mod against;

mod reps;

mod course;

mod results;

mod routes;

mod clocks;

mod deliveries;

mod outcomes;

mod input;

mod leads;

use maud::{DOCTYPE, Markup, PreEscaped, html as markup};

use crate::history::Rehearsal;
pub use leads::LEADS_MAX;
use words::{count, date, text};

/// The page.
pub fn html(rehearsal: &Rehearsal) -> String {
    let name = text(&rehearsal.strategy.name);
    let page = markup! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy"
                    content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
                meta name="referrer" content="no-referrer";
                meta name="color-scheme" content="light dark";
                title { "Rehearsal: " (name) }
                style { (PreEscaped(style::STYLE)) }
            }
            body {
                a class="skip" href="#leads" { "To the leads" }
                main {
                    (heading(rehearsal, &name))
                    (tiles::tiles(rehearsal))
                    (against::card(rehearsal))
                    div class="pair" {
                        div { (reps::card(rehearsal)) }
                        div {
                            (results::card(rehearsal))
                            (routes::card(rehearsal))
                            (clocks::card(rehearsal))
                            (deliveries::card(rehearsal))
                        }
                    }
                    (course::card(rehearsal))
                    (outcomes::card(rehearsal))
                    (leads::card(rehearsal))
                    (input::card(rehearsal))
                }
                footer {
                    "Made by Baton " (rehearsal.summary.engine) ". Nothing left this machine. The page holds no "
                    "script and loads nothing."
                }
            }
        }
    };
    page.into_string()
}

fn heading(rehearsal: &Rehearsal, name: &str) -> Markup {
    let summary = &rehearsal.summary;
    markup! {
        header {
            div class="brand" { (mark()) "Baton" }
            h1 { "Rehearsal: " bdi { (name) } }
            p class="lead" {
                "Strategy " b class="mono" { (summary.strategy) } " over " (count(summary.leads))
                @if summary.leads == 1 { " lead" } @else { " leads" }
                @if let (Some(from), Some(until)) = (summary.from, summary.until) {
                    " from " (date(from)) " to " (date(until))
                }
                ", with what was known at each moment. Nothing left this machine. In this rehearsal "
                (rehearsal.behaviour.says()) ". All dates and times are in " (summary.zone) "."
            }
        }
    }
}

/// The mark: a baton on its way from one hand to the next.
fn mark() -> Markup {
    markup! {
        svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true" {
            line x1="4" y1="14" x2="9" y2="9" stroke="#b3541e" stroke-width="4" stroke-linecap="round" {}
            line x1="9" y1="9" x2="14" y2="4" stroke="#0a665a" stroke-width="4" stroke-linecap="round" {}
        }
    }
}
