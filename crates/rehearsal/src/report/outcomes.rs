//! What really happened, beside what the rehearsal would have done.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::chart::{Figure, Scale, along, at, bar, figure, scrolling};
use super::words::{TELLING_MIN, count, percent, rate, spoken, text};
use crate::history::Rehearsal;
use crate::history::summary::{Ended, Outcomes};

/// The most rows of a table here.
const ROWS_MAX: usize = 12;
/// The most bars that a histogram has.
const BINS_MAX: u64 = 24;
const LEFT: f64 = 34.0;
const WIDTH: f64 = 490.0;
const TOP: f64 = 22.0;
const HEIGHT: f64 = 120.0;

/// The card.
pub(super) fn card(rehearsal: &Rehearsal) -> Markup {
    let outcomes = &rehearsal.summary.outcomes;
    let ended = outcomes.won + outcomes.lost;
    html! {
        section class="card" aria-labelledby="outcomes" {
            header {
                h2 id="outcomes" { "What really happened" }
                @if ended > 0 {
                    span {
                        (count(outcomes.won)) " won and " (count(outcomes.lost)) " lost of "
                        (count(rehearsal.summary.leads)) " leads; of the other " (count(outcomes.unknown))
                        " the history says nothing"
                    }
                }
            }
            @if ended == 0 {
                p class="note" {
                    "The history does not say how leads ended. Columns that are known only afterwards are mapped "
                    "as " span class="mono" { "outcome" } "; then they stand here, and reach no decision."
                }
            } @else {
                (known(rehearsal, outcomes))
            }
        }
    }
}

fn known(rehearsal: &Rehearsal, outcomes: &Outcomes) -> Markup {
    html! {
        p class="note" {
            "No decision above has seen any of this. The leads were worked by those who really had them, so the "
            "figures tell which leads each would have had, not how they would have done."
        }
        div class="cols" {
            div {
                @if let Some(segments) = &outcomes.by_segment {
                    h3 { "By " bdi { (text(&segments.field)) } ", as known when the lead came" }
                    @let values = named(&segments.values, |value| match value {
                        "" => "not known".to_owned(),
                        value => spoken_text(value),
                    });
                    (ended(&values, Rates::Shown))
                }
                (days(outcomes))
            }
            div {
                h3 { "By who would have had them" }
                @let owners = named(&outcomes.by_owner, |id| {
                    let member = rehearsal.strategy.team.member(id);
                    text(member.map_or(id, |member| &member.name))
                });
                (ended(&owners, Rates::Shown))
                @if !outcomes.by_real_owner.is_empty() {
                    h3 { "By who really had them" }
                    @let rates = if outcomes.lost > 0 { Rates::Shown } else { Rates::Hidden };
                    (ended(&named(&outcomes.by_real_owner, short_id), rates))
                }
            }
        }
        @if outcomes.strays > 0 {
            p class="small" {
                (count(outcomes.strays)) " more rows tell of outcomes whose lead is not in the history."
            }
        }
    }
}

/// What people type with underscores reads with blanks.
fn spoken_text(value: &str) -> String {
    text(&spoken(value).replace('_', " "))
}

/// A long key of another system is told by its beginning.
fn short_id(id: &str) -> String {
    let is_key = id.len() >= 24 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_key { format!("{}…", &id[..8]) } else { text(id) }
}

fn named(by: &BTreeMap<String, Ended>, name: impl Fn(&str) -> String) -> Vec<(String, Ended)> {
    let mut rows: Vec<_> = by.iter().map(|(key, ended)| (name(key), *ended)).collect();
    rows.sort_by(|(one_name, one), (other_name, other)| {
        (other.won, other.leads).cmp(&(one.won, one.leads)).then_with(|| one_name.cmp(other_name))
    });
    rows
}

/// Where nothing is known but what was won, a rate would always be the whole.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rates {
    Shown,
    Hidden,
}

fn ended(rows: &[(String, Ended)], rates: Rates) -> Markup {
    let most = rows.iter().map(|(_, ended)| ended.won).max().unwrap_or(0);
    let lost = rows.iter().any(|(_, ended)| ended.lost > 0);
    let rates = rates == Rates::Shown;
    let few = rates && rows.iter().any(|(_, ended)| ended.leads < TELLING_MIN);
    html! {
        (scrolling(html! {
            thead class="small" {
                tr {
                    th { "" } th class="n" { "Leads" } @if lost { th class="n" { "Lost" } }
                    th class="n" { "Won" } th { "" } @if rates { th class="n" { "Of leads" } }
                }
            }
            tbody {
                @for (name, ended) in rows.iter().take(ROWS_MAX) {
                    tr {
                        td class="wide" { bdi { (name) } }
                        td class="n" { (count(ended.leads)) }
                        @if lost { td class="n" { (count(ended.lost)) } }
                        td class="n" { (count(ended.won)) }
                        td class="barcell" { (bar(ended.won, most)) }
                        @if rates { td class="n" { (rate(ended.won, ended.leads)) } }
                    }
                }
            }
        }))
        @if rows.len() > ROWS_MAX {
            p class="small" { "The first " (ROWS_MAX) " of " (count(rows.len() as u64)) ", by leads won." }
        }
        @if few {
            p class="small" { "Under " (TELLING_MIN) " leads a rate says nothing." }
        }
    }
}

/// How long it took to win, as a histogram.
fn days(outcomes: &Outcomes) -> Markup {
    let days = &outcomes.days;
    let (Some(last), Some(half), Some(nine)) =
        (days.last(), outcomes.days_to_win.p50, outcomes.days_to_win.p90)
    else {
        return html! {};
    };
    let won = days.len() as u64;
    if won < TELLING_MIN {
        return html! {
            h3 { "Days to win" }
            p class="note" { (count(won)) " leads were won at a known time, too few to tell." }
        };
    }
    let bins = Bins::of(days, *last);
    let description = format!(
        "Half of {} leads that were won took at most {half} days, nine in ten at most {nine}, the longest {last}.",
        count(won)
    );
    html! {
        h3 { "Days from the lead to the deal" }
        (figure(Figure {
            id: "days-chart",
            title: "Days to win",
            description: &description,
            size: (540, 180),
            drawing: drawing(&bins, (half, nine)),
            table: table(&bins),
        }))
        p class="small" {
            (description)
            @if outcomes.won_before > 0 {
                " " (count(outcomes.won_before)) " more "
                @if outcomes.won_before == 1 { "was" } @else { "were" }
                " won before the lead came, says the history, and left out."
            }
        }
    }
}

/// Days in stretches of the same length, a whole number of days.
struct Bins {
    days: u64,
    numbers: Vec<u64>,
}

impl Bins {
    /// The shortest stretches of which there are not too many.
    fn of(days: &[i64], last: i64) -> Self {
        let all = last.unsigned_abs() + 1;
        let tens = (0..).map(|power| 10u64.pow(power));
        let mut lengths = tens.flat_map(|ten| [ten, 2 * ten, 5 * ten]);
        let length = lengths.find(|length| all.div_ceil(*length) <= BINS_MAX).unwrap_or(all);
        let mut numbers = vec![0; all.div_ceil(length) as usize];
        for day in days {
            numbers[(day.unsigned_abs() / length) as usize] += 1;
        }
        Self { days: length, numbers }
    }

    /// The first day after the last stretch.
    fn end(&self) -> f64 {
        (self.days * self.numbers.len() as u64) as f64
    }
}

fn drawing(bins: &Bins, (half, nine): (i64, i64)) -> Markup {
    let most = Scale::up_to(bins.numbers.iter().max().copied().unwrap_or(0) as f64);
    let (end, step) = (bins.end(), WIDTH / bins.numbers.len() as f64);
    let bottom = TOP + HEIGHT;
    let place = |days: f64| LEFT + along(days, end, WIDTH);
    // Two labels that would meet stand on two sides of their lines.
    let apart = place(nine as f64) - place(half as f64) > 60.0;
    html! {
        line class="rule" x1=(at(LEFT)) x2=(at(LEFT + WIDTH)) y1=(at(bottom)) y2=(at(bottom)) {}
        @for (bin, number) in bins.numbers.iter().enumerate() {
            @let high = along(*number as f64, most.end(), HEIGHT);
            rect class="soft" x=(at(LEFT + step * bin as f64 + 0.8)) y=(at(bottom - high))
                width=(at(step - 1.6)) height=(at(high)) {}
        }
        @for tick in most.ticks() {
            @let y = bottom - along(tick, most.end(), HEIGHT);
            text x=(at(LEFT - 6.0)) y=(at(y + 4.0)) text-anchor="end" { (count(tick as u64)) }
        }
        @for (name, days, anchor) in [
            ("p50", half, if apart { "start" } else { "end" }),
            ("p90", nine, "start"),
        ] {
            @let x = place(days as f64);
            @let label = if anchor == "end" { x - 4.0 } else { x + 4.0 };
            line class="mark" x1=(at(x)) x2=(at(x)) y1=(at(TOP - 12.0)) y2=(at(bottom)) {}
            text class="strong" x=(at(label)) y=(at(TOP - 4.0)) text-anchor=(anchor) { (name) " " (days) " days" }
        }
        @for tick in Scale::up_to(end).ticks().filter(|tick| *tick <= end) {
            text x=(at(place(tick))) y=(at(bottom + 18.0)) text-anchor="middle" { (count(tick as u64)) }
        }
        text x=(at(LEFT + WIDTH)) y=(at(bottom + 32.0)) text-anchor="end" { "days" }
    }
}

fn table(bins: &Bins) -> Markup {
    let all: u64 = bins.numbers.iter().sum();
    let stretch = |bin: usize| {
        let first = bins.days * bin as u64;
        if bins.days == 1 {
            count(first)
        } else {
            format!("{} to {}", first, first + bins.days - 1)
        }
    };
    scrolling(html! {
        thead { tr { th { "Days" } th class="n" { "Leads won" } th class="n" { "Of them" } } }
        tbody {
            @for (bin, number) in bins.numbers.iter().enumerate().filter(|(_, number)| **number > 0) {
                tr {
                    td { (stretch(bin)) }
                    td class="n" { (count(*number)) }
                    td class="n" { (percent(*number, all)) }
                }
            }
        }
    })
}
