//! What a rehearsal found, as its page shows it.

use std::collections::BTreeMap;

use domain::Moment;
use engine::names::Names;
use pages::Href;
use pages::parts::{FigureView, ProgressView, Tone};
use pages::rehearsal::{ChangedLead, FoundView, MoveView, RehearsalView, SharedRow};
use pages::text::{count, measured, share, thousands};
use rehearsal::history::against::{Against, Place};
use rehearsal::history::result::LeadResult;
use rehearsal::history::summary::{RepShare, Summary};
use rehearsal::history::{Progress, Rehearsal};
use rehearsal::report::side_by_side;

use super::moments;
use crate::runtime::rehearsals::RehearsalState;

/// Ways and causes that are listed; the report has them all.
const LISTED_MAX: usize = 12;
/// Reps that are listed.
const REPS_MAX: usize = 60;
/// Leads that are listed.
const LEADS_MAX: usize = 100;

/// The page's view.
pub(super) fn view(state: &RehearsalState, csrf: String, now: Moment) -> RehearsalView {
    let running = state.ended.is_none();
    let to = |what: &str| Href::to(format!("/rehearsals/{}{what}", state.id));
    RehearsalView {
        title: title(state),
        says: says(state, now),
        state: stands(state),
        csrf,
        stop: running.then(|| to("/stop")),
        report: state.found.as_ref().map(|_| to("/report")),
        progress: running.then(|| progress(state.progress, to(""))),
        failed: state
            .failed
            .as_ref()
            .map(|refusal| format!("It is {}: {}.", refusal.code, refusal.says)),
        found: state.found.as_deref().map(found),
    }
}

/// What was played, and against what.
pub(super) fn title(state: &RehearsalState) -> String {
    let plan = &state.plan;
    match &plan.against {
        Some(against) => format!("{} against {against}", plan.strategy),
        None => plan.strategy.clone(),
    }
}

/// How a rehearsal stands, in words.
pub(super) fn stands(state: &RehearsalState) -> (String, Tone) {
    let (says, tone) = match (&state.found, &state.failed, state.ended) {
        (Some(_), ..) => ("done", Tone::Good),
        (None, Some(_), _) => ("not finished", Tone::Look),
        (None, None, _) => ("under way", Tone::Trial),
    };
    (says.to_owned(), tone)
}

fn says(state: &RehearsalState, now: Moment) -> String {
    let plan = &state.plan;
    let started = moments::when(state.started, now).short;
    let took =
        state.ended.map(|ended| format!(", {}", measured((ended - state.started).0 / 1_000)));
    format!(
        "Over {}, owners {}; started {started} by {}{}. Nothing leaves this machine.",
        plan.over,
        plan.behaviour,
        plan.by,
        took.unwrap_or_default()
    )
}

fn progress(told: Option<Progress>, again: Href) -> ProgressView {
    let (says, pace, percent) = match told {
        None => ("It begins".to_owned(), String::new(), 0),
        Some(Progress::Reading { rows, .. }) => {
            ("Reading".to_owned(), count(rows, "row", "rows"), 0)
        }
        Some(Progress::Playing { rows, of }) => {
            let pace = format!("{} of {}", thousands(rows), count(of, "row", "rows"));
            ("Playing".to_owned(), pace, rows * 100 / of.max(1))
        }
    };
    ProgressView { says, pace, percent, again }
}

fn found(rehearsal: &Rehearsal) -> FoundView {
    let against = rehearsal.against.as_ref();
    let here = &rehearsal.summary;
    let there = against.map(|against| &against.summary.summary);
    let short = |version: String| version.chars().take(6).collect::<String>();
    let moves = against.map(|against| moves(rehearsal, against)).unwrap_or_default();
    let because = against.map(|against| &against.summary.because);
    let because = because
        .into_iter()
        .flatten()
        .take(LISTED_MAX)
        .map(|one| (one.cause.stage.as_str().to_owned(), one.cause.says.clone(), one.leads));
    let (changes, more_changes) =
        against.map(|against| changes(rehearsal, against)).unwrap_or_default();
    FoundView {
        figures: figures(here, against),
        here: short(rehearsal.strategy.version.to_string()),
        there: against
            .map(|against| format!("in force {}", short(against.summary.strategy.to_string()))),
        more_moves: moves.len().saturating_sub(LISTED_MAX),
        moves: moves.into_iter().take(LISTED_MAX).collect(),
        because: because.collect(),
        table: side_by_side::figures(here, there.unwrap_or(here)),
        routes: routes(here, there),
        reps: reps(&here.reps, there.map(|there| &there.reps)),
        changes,
        more_changes,
    }
}

/// The figures that matter most, each with what it was.
fn figures(here: &Summary, against: Option<&Against>) -> Vec<FigureView> {
    let there = against.map(|against| &against.summary.summary);
    let unrouted = |summary: &Summary| summary.results[&LeadResult::Unrouted];
    let mut figures = vec![match against {
        Some(against) => {
            let moved = against.summary.moved;
            let of = share(moved, here.leads).unwrap_or_else(|| "of none".to_owned());
            FigureView::count(
                "Would move",
                moved,
                format!("{of} of {}", count(here.leads, "lead", "leads")),
            )
        }
        None => {
            FigureView::count("Leads", here.leads, format!("{} routed", thousands(here.routed)))
        }
    }];
    let told = |ms: Option<i64>| ms.map_or_else(|| "none".to_owned(), measured);
    figures.push(compared(
        "Time to route, p99",
        told(here.time_to_route_ms.p99),
        there.map(|there| told(there.time_to_route_ms.p99)),
        better(here.time_to_route_ms.p99, there.map(|there| there.time_to_route_ms.p99)),
    ));
    let breaches = |summary: &Summary| summary.sla.breaches;
    figures.push(compared(
        "SLA breaches",
        thousands(breaches(here)),
        there.map(|there| thousands(breaches(there))),
        better(breaches(here), there.map(breaches)),
    ));
    figures.push(compared(
        "Unrouted",
        thousands(unrouted(here)),
        there.map(|there| thousands(unrouted(there))),
        better(unrouted(here), there.map(unrouted)),
    ));
    let drift = |summary: &Summary| (summary.largest_drift * 100.0).round() as i64;
    figures.push(compared(
        "Fairness, largest drift",
        format!("{:.1} leads", here.largest_drift),
        there.map(|there| format!("{:.1}", there.largest_drift)),
        better(drift(here), there.map(drift)),
    ));
    figures
}

/// Whether less of something is better, the same, or to be looked at.
fn better<T: PartialOrd>(here: T, there: Option<T>) -> (Tone, &'static str) {
    match there {
        Some(there) if here < there => (Tone::Good, "better"),
        Some(there) if here > there => (Tone::Look, "look at this"),
        Some(_) => (Tone::Plain, "as now"),
        None => (Tone::Plain, ""),
    }
}

fn compared(
    name: &str,
    value: String,
    was: Option<String>,
    (tone, verdict): (Tone, &str),
) -> FigureView {
    let says = was.map(|was| format!("was {was}: {verdict}")).unwrap_or_default();
    FigureView { name: name.to_owned(), value, says, tone, href: None }
}

fn moves(rehearsal: &Rehearsal, against: &Against) -> Vec<MoveView> {
    let way = |one: &rehearsal::history::against::Move| MoveView {
        from: place(&one.from, &*against.strategy),
        to: place(&one.to, &*rehearsal.strategy),
        is_lost: is_lost(&one.to),
        leads: one.leads,
    };
    against.summary.moves.iter().map(way).collect()
}

/// A place as people call it.
fn place(place: &Place, names: &dyn Names) -> String {
    match place {
        Place::Person(member) => names.member(member).unwrap_or(member).to_owned(),
        Place::Queue(queue) => format!("queue {queue}"),
        Place::Result(result) => result.as_str().to_owned(),
    }
}

fn is_lost(place: &Place) -> bool {
    matches!(place, Place::Result(result) if result.is_left_over())
}

fn routes(here: &Summary, there: Option<&Summary>) -> Vec<SharedRow> {
    let mut rows: Vec<SharedRow> = Vec::new();
    for route in &here.routes {
        let others = there.map(|there| {
            there.routes.iter().filter(|one| one.route == route.route).map(|one| one.leads).sum()
        });
        rows.push(SharedRow { name: route.route.clone(), here: route.leads, there: others });
    }
    let gone = there.into_iter().flat_map(|there| &there.routes);
    let gone = gone.filter(|route| here.routes.iter().all(|one| one.route != route.route));
    rows.extend(gone.map(|route| SharedRow {
        name: route.route.clone(),
        here: 0,
        there: Some(route.leads),
    }));
    rows
}

fn reps(
    here: &BTreeMap<String, RepShare>,
    there: Option<&BTreeMap<String, RepShare>>,
) -> Vec<SharedRow> {
    let ids: std::collections::BTreeSet<&String> =
        here.keys().chain(there.into_iter().flat_map(BTreeMap::keys)).collect();
    let row = |id: &String| {
        let (ours, theirs) = (here.get(id), there.and_then(|there| there.get(id)));
        let name = ours.or(theirs).map_or(id.as_str(), |rep| rep.name.as_str());
        let name = if name.is_empty() { id.as_str() } else { name };
        SharedRow {
            name: name.to_owned(),
            here: ours.map_or(0, |rep| rep.leads),
            there: theirs.map(|rep| rep.leads),
        }
    };
    ids.into_iter().take(REPS_MAX).map(row).collect()
}

fn changes(rehearsal: &Rehearsal, against: &Against) -> (Vec<ChangedLead>, u64) {
    let differing = rehearsal.leads.iter().enumerate().filter_map(|(at, lead)| {
        let (other, _, cause) = against.differs(at)?;
        Some((lead, other, cause))
    });
    let mut all = 0;
    let mut listed = Vec::new();
    for (lead, other, cause) in differing {
        all += 1;
        if listed.len() < LEADS_MAX {
            let (here, there) = (Place::of(lead), Place::of(other));
            listed.push(ChangedLead {
                lead: lead.id.clone(),
                when: lead
                    .moment
                    .to_string()
                    .chars()
                    .take(16)
                    .collect::<String>()
                    .replace('T', " "),
                there: place(&there, &*against.strategy),
                is_lost: is_lost(&here),
                here: place(&here, &*rehearsal.strategy),
                because: cause.says.clone(),
            });
        }
    }
    (listed, all - LEADS_MAX.min(all as usize) as u64)
}
