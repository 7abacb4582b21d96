//! When: leads as they came, and work in hand.

use std::fmt::Write as _;

use domain::{Moment, Span};
use maud::{Markup, html};

use super::chart::{Figure, Scale, along, at, figure, scrolling};
use super::words::{count, short_date};
use crate::history::Rehearsal;

/// The most stretches of time that are drawn.
const STRETCHES_MAX: i64 = 60;
const LEFT: f64 = 44.0;
const WIDTH: f64 = 1_010.0;
const TOP: f64 = 18.0;
const HEIGHT: f64 = 170.0;

/// A stretch of time.
struct Stretch {
    from: Moment,
    leads: u64,
    open: u32,
}

/// The card.
pub(super) fn card(rehearsal: &Rehearsal) -> Markup {
    let Some((stretches, each)) = stretches(rehearsal) else { return without_dates(rehearsal) };
    let most_open = rehearsal.work.iter().map(|(_, open)| *open).max().unwrap_or(0);
    let busiest = stretches.iter().map(|stretch| stretch.leads).max().unwrap_or(0);
    let description = format!(
        "{} stretches of {each}. The busiest brought {} leads; at most {} were in hand at once.",
        stretches.len(),
        count(busiest),
        count(u64::from(most_open)),
    );
    html! {
        section class="card" aria-labelledby="course" {
            header {
                h2 id="course" { "When" }
                span { "leads by " (each) ", and work in hand over all reps" }
            }
            (figure(Figure {
                id: "course-chart",
                title: "Leads and work in hand over time",
                description: &description,
                size: (1_112, 226),
                drawing: drawing(&stretches, busiest, each),
                table: table(&stretches, each),
            }))
            p class="small" {
                "At most " (count(u64::from(most_open))) " leads would have been in hand at once. How long work "
                "stays open is said by the behaviour, so the line shows load under that, and no forecast."
                (undated(rehearsal))
            }
        }
    }
}

fn without_dates(rehearsal: &Rehearsal) -> Markup {
    html! {
        @if rehearsal.summary.undated_leads > 0 {
            section class="card" aria-labelledby="course" {
                header { h2 id="course" { "When" } }
                p class="note" { "No lead says when it came, so there is nothing to draw." (undated(rehearsal)) }
            }
        }
    }
}

/// What is said of leads without a time.
fn undated(rehearsal: &Rehearsal) -> Markup {
    let undated = rehearsal.summary.undated_leads;
    html! {
        @if undated > 0 {
            " " (count(undated)) @if undated == 1 { " lead has no date and is" } @else { " leads have no date and are" }
            " not drawn; no cap counts them, and none stopped them."
        }
    }
}

fn stretches(rehearsal: &Rehearsal) -> Option<(Vec<Stretch>, &'static str)> {
    let (first, last) = (rehearsal.summary.from?, rehearsal.summary.until?);
    let lasts = last - first;
    let sizes = [("day", 1), ("week", 7), ("four weeks", 28), ("year", 364)];
    let fits = |days: i64| lasts.0 / Span::days(days).0 < STRETCHES_MAX;
    let (each, days) = sizes.into_iter().find(|(_, days)| fits(*days)).unwrap_or(sizes[3]);
    let (length, begins) = (Span::days(days), Moment(first.0 - first.0.rem_euclid(Span::DAY.0)));
    let number = ((last - begins).0 / length.0 + 1).min(STRETCHES_MAX * 10);
    let mut stretches: Vec<Stretch> = (0..number)
        .map(|at| Stretch { from: begins + Span(length.0 * at), leads: 0, open: 0 })
        .collect();
    let place = |moment: Moment| ((moment - begins).0 / length.0).clamp(0, number - 1) as usize;
    for lead in rehearsal.leads.iter().filter(|lead| !lead.undated) {
        stretches[place(lead.moment)].leads += 1;
    }
    let mut work = rehearsal.work.iter().peekable();
    let mut open = 0;
    for stretch in &mut stretches {
        while let Some((_, now)) = work.next_if(|(moment, _)| *moment < stretch.from + length) {
            open = *now;
        }
        stretch.open = open;
    }
    Some((stretches, each))
}

fn drawing(stretches: &[Stretch], busiest: u64, each: &str) -> Markup {
    let leads = Scale::up_to(busiest as f64);
    let open_most = stretches.iter().map(|stretch| stretch.open).max().unwrap_or(0);
    let open = Scale::up_to(f64::from(open_most));
    let (leads_end, open_end) = (leads.end(), open.end());
    let step = WIDTH / stretches.len() as f64;
    let bottom = TOP + HEIGHT;
    let labels = label_places(stretches.len());
    html! {
        text class="filltext" x=(at(LEFT)) y="10" { "leads by " (each) }
        text class="bluetext" x=(at(LEFT + WIDTH)) y="10" text-anchor="end" {
            "in hand at the end of it"
        }
        @for tick in leads.ticks() {
            @let y = bottom - along(tick, leads_end, HEIGHT);
            line class="rule" x1=(at(LEFT)) x2=(at(LEFT + WIDTH)) y1=(at(y)) y2=(at(y)) {}
            text class="filltext" x=(at(LEFT - 8.0)) y=(at(y + 4.0)) text-anchor="end" { (count(tick as u64)) }
        }
        @for tick in open.ticks() {
            @let y = bottom - along(tick, open_end, HEIGHT);
            text class="bluetext" x=(at(LEFT + WIDTH + 8.0)) y=(at(y + 4.0)) { (count(tick as u64)) }
        }
        @for (place, stretch) in stretches.iter().enumerate() {
            @let high = along(stretch.leads as f64, leads_end, HEIGHT);
            rect class="soft" x=(at(LEFT + step * place as f64 + step * 0.12)) y=(at(bottom - high))
                width=(at(step * 0.76)) height=(at(high)) {}
        }
        path class="stroke" d=(line(stretches, open_end, step)) {}
        @for place in labels {
            @let (x, anchor) = match place {
                0 => (LEFT, "start"),
                last if last + 1 == stretches.len() => (LEFT + WIDTH, "end"),
                middle => (LEFT + step * (middle as f64 + 0.5), "middle"),
            };
            text x=(at(x)) y=(at(bottom + 18.0)) text-anchor=(anchor) { (short_date(stretches[place].from)) }
        }
    }
}

fn line(stretches: &[Stretch], end: f64, step: f64) -> String {
    let mut path = String::new();
    for (place, stretch) in stretches.iter().enumerate() {
        let x = LEFT + step * (place as f64 + 0.5);
        let y = TOP + HEIGHT - along(f64::from(stretch.open), end, HEIGHT);
        let _ = write!(path, "{}{x:.1} {y:.1}", if place == 0 { "M" } else { "L" });
    }
    path
}

/// Five labels or fewer, the first and the last among them.
fn label_places(number: usize) -> Vec<usize> {
    let labels = number.min(6);
    let mut places: Vec<usize> =
        (0..labels).map(|label| label * (number - 1) / (labels - 1).max(1)).collect();
    places.dedup();
    places
}

fn table(stretches: &[Stretch], each: &str) -> Markup {
    html! {
        (scrolling(html! {
            thead {
                tr { th { "First day (by " (each) ")" } th class="n" { "Leads" } th class="n" { "In hand at its end" } }
            }
            tbody {
                @for stretch in stretches {
                    tr {
                        td { (short_date(stretch.from)) }
                        td class="n" { (count(stretch.leads)) }
                        td class="n" { (count(u64::from(stretch.open))) }
                    }
                }
            }
        }))
    }
}
