//! The comparison with another strategy: who moves where and why, and the figures of both.

use std::collections::BTreeMap;

use engine::names::Names;
use maud::{Markup, html};

use super::chart::scrolling;
use super::side_by_side::figures;
use super::words::{count, text};
use crate::history::Rehearsal;
use crate::history::against::{Against, Place};
use crate::history::summary::RepShare;

/// The most ways and causes that are listed; the command line writes them all.
const LISTED_MAX: usize = 15;
/// The most reps that are listed.
const REPS_MAX: usize = 200;

/// The card; nothing where no other strategy was played.
pub(super) fn card(rehearsal: &Rehearsal) -> Markup {
    let Some(against) = &rehearsal.against else { return html! {} };
    let summary = &against.summary;
    html! {
        section class="card" aria-labelledby="against" {
            header {
                h2 id="against" { "Compared with " bdi { (text(&summary.name)) } " " span class="mono" { (summary.strategy) } }
                span { "the same history under both" }
            }
            p class="note" {
                b { (count(summary.moved)) " of " (count(rehearsal.summary.leads)) " leads move" }
                " to somebody else or come to another result, " (count(summary.otherwise))
                " keep their owner by another decision, route or deadline, " (count(summary.rescored))
                " differ in the score alone, and " (count(summary.same)) " are the same."
            }
            div class="cols" {
                div {
                    h3 { "On what the two part first" }
                    (because(against))
                    h3 { "Who moves where" }
                    (moves(rehearsal, against))
                }
                div {
                    h3 { "Load, fairness and deadlines" }
                    (both(rehearsal, against))
                    h3 { "Leads by rep" }
                    (reps(&rehearsal.summary.reps, &summary.summary.reps))
                }
            }
        }
    }
}

/// A place as people call it.
pub(super) fn place(place: &Place, names: &dyn Names) -> String {
    match place {
        Place::Person(member) => text(names.member(member).unwrap_or(member)),
        Place::Queue(queue) => format!("queue {}", text(queue)),
        Place::Result(result) => result.as_str().to_owned(),
    }
}

fn moves(rehearsal: &Rehearsal, against: &Against) -> Markup {
    let moves = &against.summary.moves;
    html! {
        @if moves.is_empty() {
            p class="note" { "No lead moves." }
        } @else {
            (scrolling(html! {
                thead { tr { th { "From" } th { "To" } th class="n" { "Leads" } } }
                tbody {
                    @for way in moves.iter().take(LISTED_MAX) {
                        tr {
                            td { bdi { (place(&way.from, &*against.strategy)) } }
                            td { bdi { (place(&way.to, &*rehearsal.strategy)) } }
                            td class="n" { (count(way.leads)) }
                        }
                    }
                }
            }))
            (more(moves.len()))
        }
    }
}

fn because(against: &Against) -> Markup {
    let because = &against.summary.because;
    html! {
        @if because.is_empty() {
            p class="note" { "They do not part." }
        } @else {
            (scrolling(html! {
                tbody {
                    @for one in because.iter().take(LISTED_MAX) {
                        tr {
                            td class="small" { (one.cause.stage.as_str()) }
                            td class="wide" { bdi { (text(&one.cause.says)) } }
                            td class="n" { (count(one.leads)) }
                        }
                    }
                }
            }))
            (more(because.len()))
        }
    }
}

fn more(all: usize) -> Markup {
    html! {
        @if all > LISTED_MAX {
            p class="small" {
                "The first " (LISTED_MAX) " of " (count(all as u64)) "; " span class="mono" { "--json" }
                " writes all of them."
            }
        }
    }
}

fn both(rehearsal: &Rehearsal, against: &Against) -> Markup {
    html! {
        (scrolling(html! {
            thead {
                tr {
                    th { "" }
                    th class="n" { "Here, " (rehearsal.strategy.version) }
                    th class="n" { "There, " (against.summary.strategy) }
                }
            }
            tbody {
                @for [name, here, there] in figures(&rehearsal.summary, &against.summary.summary) {
                    tr {
                        td class=(if name.starts_with(' ') { "part" } else { "" }) { (name.trim()) }
                        td class="n" { (here) }
                        td class="n" { (there) }
                    }
                }
            }
        }))
    }
}

/// Everybody who is in one of the two teams.
fn reps(here: &BTreeMap<String, RepShare>, there: &BTreeMap<String, RepShare>) -> Markup {
    let mut ids: Vec<&String> = here.keys().chain(there.keys()).collect();
    ids.sort_unstable();
    ids.dedup();
    let leads = |reps: &BTreeMap<String, RepShare>, id: &str| reps.get(id).map(|rep| rep.leads);
    let shown = |leads: Option<u64>| leads.map_or_else(|| "not in the team".to_owned(), count);
    html! {
        (scrolling(html! {
            thead {
                tr { th { "Rep" } th class="n" { "Here" } th class="n" { "There" } th class="n" { "Difference" } }
            }
            tbody {
                @for id in ids.iter().take(REPS_MAX) {
                    @let (ours, theirs) = (leads(here, id), leads(there, id));
                    @let more = ours.unwrap_or(0) as i64 - theirs.unwrap_or(0) as i64;
                    @let name = here.get(*id).or_else(|| there.get(*id)).map_or("", |rep| &rep.name);
                    tr {
                        td { bdi { (text(name)) } " " span class="small" { (text(id)) } }
                        td class="n" { (shown(ours)) }
                        td class="n" { (shown(theirs)) }
                        td class="n" { @if more == 0 { "0" } @else { (format!("{more:+}")) } }
                    }
                }
            }
        }))
    }
}
