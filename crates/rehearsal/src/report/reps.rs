//! Who would have got what: received against entitled, a bar a rep.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::chart::{Figure, Scale, along, at, figure, scrolling};
use super::words::{count, text};
use crate::history::Rehearsal;
use crate::history::summary::{CapsView, RepShare};

/// The most reps that are drawn; the table behind has them all, up to its own bound.
const DRAWN_MAX: usize = 40;
/// The most reps that are listed.
const LISTED_MAX: usize = 1_000;
const ROW: u32 = 19;
const NAMES: f64 = 132.0;
const BARS: f64 = 300.0;

/// The card.
pub(super) fn card(rehearsal: &Rehearsal) -> Markup {
    let mut reps: Vec<(&str, &RepShare)> =
        rehearsal.summary.reps.iter().map(|(id, rep)| (id.as_str(), rep)).collect();
    reps.sort_by(|(one_id, one), (other_id, other)| {
        other.received.cmp(&one.received).then_with(|| one_id.cmp(other_id))
    });
    html! {
        section class="card" aria-labelledby="reps" {
            header {
                h2 id="reps" { "Who would have got what" }
                span { (count(reps.len() as u64)) @if reps.len() == 1 { " rep" } @else { " reps" } }
            }
            @if reps.is_empty() {
                p class="note" { "The strategy has no team." }
            } @else {
                (figure(Figure {
                    id: "reps-chart",
                    title: "Leads received against entitled, by rep",
                    description: &described(&reps),
                    size: (540, ROW * drawn(&reps).len() as u32 + 26),
                    drawing: drawing(drawn(&reps)),
                    table: table(&reps),
                }))
                @if reps.len() > DRAWN_MAX {
                    p class="small" { "The " (DRAWN_MAX) " with the most leads are drawn, of " (reps.len()) "." }
                }
                p class="small" {
                    "The bar is what they would have received, the mark what they were entitled to: their share "
                    "of the leads that they could have had, over all pools. Drift is measured in each pool by "
                    "itself; pools that go by open work promise no shares and have none."
                }
            }
        }
    }
}

fn drawn<'a, 'b>(reps: &'b [(&'a str, &'a RepShare)]) -> &'b [(&'a str, &'a RepShare)] {
    &reps[..reps.len().min(DRAWN_MAX)]
}

fn described(reps: &[(&str, &RepShare)]) -> String {
    let received = || reps.iter().map(|(_, rep)| rep.received);
    let (least, most) = (received().min().unwrap_or(0), received().max().unwrap_or(0));
    let drift = reps.iter().map(|(_, rep)| rep.drift).fold(0.0, f64::max);
    format!(
        "From {least} to {most} leads a rep. Nobody was ever further than {drift:.2} leads from their share."
    )
}

fn drawing(reps: &[(&str, &RepShare)]) -> Markup {
    let most = reps.iter().map(|(_, rep)| f64::from(rep.received).max(rep.entitled));
    let scale = Scale::up_to(most.fold(0.0, f64::max));
    let end = scale.end();
    let bottom = ROW * reps.len() as u32;
    html! {
        @for (tick, x) in scale.ticks().map(|tick| (tick, along(tick, end, BARS))) {
            line class="rule" x1=(at(NAMES + x)) y1="0" x2=(at(NAMES + x)) y2=(bottom) {}
            text x=(at(NAMES + x)) y=(bottom + 16) text-anchor="middle" { (count(tick as u64)) }
        }
        @for (row, (_, rep)) in reps.iter().enumerate() {
            @let y = f64::from(ROW) * row as f64;
            @let mark = NAMES + along(rep.entitled, end, BARS);
            text class="strong" x=(at(NAMES - 8.0)) y=(at(y + 13.5)) text-anchor="end" { (short(&rep.name)) }
            rect class="soft" x=(at(NAMES)) y=(at(y + 4.0)) rx="2" height="11"
                width=(at(along(f64::from(rep.received), end, BARS))) {}
            line class="mark" x1=(at(mark)) x2=(at(mark)) y1=(at(y + 2.0)) y2=(at(y + 17.0)) {}
            text x=(at(NAMES + BARS + 10.0)) y=(at(y + 13.5)) {
                (count(u64::from(rep.received))) " of " (format!("{:.1}", rep.entitled))
            }
        }
    }
}

/// A name that fits beside a bar.
fn short(name: &str) -> String {
    let name = text(name);
    if name.chars().count() <= 20 {
        return name;
    }
    name.chars().take(19).chain(['…']).collect()
}

fn table(reps: &[(&str, &RepShare)]) -> Markup {
    html! {
        (scrolling(html! {
            thead {
                tr {
                    th { "Rep" } th class="n" { "Has" } th class="n" { "Received" }
                    th class="n" { "By name" } th class="n" { "Entitled" }
                    th class="n" { "Furthest apart" } th class="n" { "Most in hand" }
                    th { "Pools and caps" }
                }
            }
            tbody {
                @for (id, rep) in reps.iter().take(LISTED_MAX) {
                    tr {
                        td { bdi { (text(&rep.name)) } " " span class="small" { (text(id)) } }
                        td class="n" { (count(rep.leads)) }
                        td class="n" { (count(u64::from(rep.received))) }
                        td class="n" { (count(u64::from(rep.named))) }
                        td class="n" { (format!("{:.2}", rep.entitled)) }
                        td class="n" { (format!("{:.2}", rep.drift)) }
                        td class="n" { (count(u64::from(rep.open_most))) }
                        td class="wide" { (pools(&rep.caps)) }
                    }
                }
            }
        }))
    }
}

/// The pools that somebody can be in, each with its caps.
fn pools(caps: &BTreeMap<String, CapsView>) -> Markup {
    let told = caps.iter().map(|(pool, caps)| {
        let CapsView { hour, day, week, month, open } = *caps;
        let named = [(hour, "an hour"), (day, "a day"), (week, "a week"), (month, "a month")];
        let named = named.into_iter().chain([(open, "open")]);
        let some: Vec<String> =
            named.filter_map(|(cap, what)| Some(format!("{} {what}", cap?))).collect();
        (text(pool), some.join(", "))
    });
    html! {
        @for (place, (pool, caps)) in told.enumerate() {
            @if place > 0 { br; }
            bdi { (pool) } @if !caps.is_empty() { " " span class="small" { (caps) } }
        }
    }
}
