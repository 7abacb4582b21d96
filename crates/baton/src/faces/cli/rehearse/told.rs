//! A rehearsal in a few lines.

use std::collections::BTreeMap;

use domain::reason::Code;
use engine::names::Names;
use rehearsal::history::Rehearsal;
use rehearsal::history::against::{Against, Place};
use rehearsal::history::deliveries::DestinationShare;
use rehearsal::history::result::LeadResult;
use rehearsal::history::summary::Summary;
use rehearsal::report::side_by_side::figures;

use crate::faces::cli::text::{count, counted, day, fitted, thousands, wrapped};

/// The most names that are listed in a line.
const NAMES_MAX: usize = 5;

/// The most ways and causes of a comparison that are listed.
const LISTED_MAX: usize = 8;

/// The lines.
pub(super) fn lines(rehearsal: &Rehearsal, columns: usize) -> Vec<String> {
    let summary = &rehearsal.summary;
    let wide = |parts: Vec<String>| {
        let lines = wrapped(&format!("  {}", parts.join("   ")), columns, "    ");
        lines.into_iter().filter(|line| !line.trim().is_empty())
    };
    let mut lines = vec![heading(summary)];
    lines.extend(wide(results(summary)));
    lines.extend(wide(vec![time_to_route(summary), breaches(summary)]));
    lines.extend(wide(load(summary)));
    lines.extend(wide(deliveries(summary)));
    if summary.outcomes.won + summary.outcomes.lost > 0 {
        lines.push(format!(
            "  really won {}, lost {}",
            thousands(summary.outcomes.won),
            thousands(summary.outcomes.lost)
        ));
    }
    lines.extend(wide(odd(summary)));
    if let Some(against) = &rehearsal.against {
        lines.extend(compared(rehearsal, against, columns));
    }
    lines
}

/// The comparison: how many move, where and why, and the figures of both.
fn compared(rehearsal: &Rehearsal, against: &Against, columns: usize) -> Vec<String> {
    let told = &against.summary;
    let all = [
        format!("{} of {} move", thousands(told.moved), count(rehearsal.summary.leads, "lead")),
        format!(
            "{} keep their owner by another decision, route or deadline",
            thousands(told.otherwise)
        ),
        format!("{} differ in the score alone", thousands(told.rescored)),
        format!("{} are the same", thousands(told.same)),
    ];
    let heading = format!("against {} {}: {}", told.name, told.strategy, all.join(", "));
    let mut lines = wrapped(&heading, columns, "    ");
    let listed = |title: &str, rows: Vec<(u64, String)>| {
        let more = rows.len().saturating_sub(LISTED_MAX);
        let shown = rows.into_iter().take(LISTED_MAX).flat_map(|(leads, says)| {
            wrapped(&format!("    {:>6}  {says}", thousands(leads)), columns, "            ")
        });
        let mut lines: Vec<String> = std::iter::once(format!("  {title}")).chain(shown).collect();
        if more > 0 {
            lines.push(format!("            and {more} more, in --json"));
        }
        if lines.len() == 1 { Vec::new() } else { lines }
    };
    let moves = told.moves.iter().map(|way| {
        let (from, to) =
            (place(&way.from, &*against.strategy), place(&way.to, &*rehearsal.strategy));
        (way.leads, format!("{from} -> {to}"))
    });
    lines.extend(listed("who moves where", moves.collect()));
    let because = told.because.iter();
    let because =
        because.map(|one| (one.leads, format!("{}: {}", one.cause.stage.as_str(), one.cause.says)));
    lines.extend(listed("on what they part first", because.collect()));
    let (here, there) = (rehearsal.strategy.version.to_string(), told.strategy.to_string());
    let mut rows = vec![vec!["  side by side".to_owned(), here, there]];
    let both = figures(&rehearsal.summary, &told.summary).into_iter();
    rows.extend(both.map(|[name, here, there]| vec![format!("    {name}"), here, there]));
    lines.extend(fitted(&rows, &[1, 2], columns));
    lines
}

/// A place as people call it.
fn place(place: &Place, names: &dyn Names) -> String {
    match place {
        Place::Person(member) => names.member(member).unwrap_or(member).to_owned(),
        Place::Queue(queue) => format!("queue {queue}"),
        Place::Result(result) => result.as_str().to_owned(),
    }
}

fn heading(summary: &Summary) -> String {
    let when = match (summary.from, summary.until) {
        (Some(from), Some(until)) => format!(" from {} to {}", day(from), day(until)),
        _ => String::new(),
    };
    format!("{}{when} under {}", count(summary.leads, "lead"), summary.strategy)
}

/// What became of the leads: each is in one of these.
fn results(summary: &Summary) -> Vec<String> {
    let told = summary.results.iter().filter(|(result, leads)| {
        **leads > 0 || matches!(result, LeadResult::Routed | LeadResult::Unrouted)
    });
    let told = told.map(|(result, leads)| {
        format!("{} {}{}", result.as_str(), thousands(*leads), why(summary, *result))
    });
    told.collect()
}

/// Where leads of a result are, or why nobody has them.
fn why(summary: &Summary, result: LeadResult) -> String {
    let by_why = |codes: &BTreeMap<Code, u64>| {
        let told = codes.iter();
        let told = told.map(|(code, leads)| {
            format!("{}: {}", code.as_str().replace('-', " "), thousands(*leads))
        });
        told.collect::<Vec<_>>().join(", ")
    };
    let says = match summary.queues.values().sum::<u64>() {
        queued if result == LeadResult::Routed && queued > 0 => {
            format!("in queues: {}", thousands(queued))
        }
        _ => summary.why(result).map(by_why).unwrap_or_default(),
    };
    if says.is_empty() { says } else { format!(" ({says})") }
}

/// What each destination would get on each occasion, and how many people it would tell.
fn deliveries(summary: &Summary) -> Vec<String> {
    let told = summary.deliveries.iter().map(|share| {
        let people = match share.members.len() as u64 {
            0 => String::new(),
            people => format!(" to {}", count(people, "member")),
        };
        let DestinationShare { destination, occasion, deliveries, .. } = share;
        format!("{destination} on {occasion} {}{people}", thousands(*deliveries))
    });
    told.collect()
}

fn time_to_route(summary: &Summary) -> String {
    let half = match summary.time_to_route_ms.p50 {
        Some(ms) => format!("{} s", thousands(ms.unsigned_abs() / 1_000)),
        None => "unknown".to_owned(),
    };
    format!("time to route p50 {half} in virtual time")
}

fn breaches(summary: &Summary) -> String {
    let sla = summary.sla;
    let parts =
        [("accept", sla.accept), ("first touch", sla.first_touch), ("in a queue", sla.queue)];
    let some = parts.iter().filter(|(_, breaches)| *breaches > 0);
    let some: Vec<String> =
        some.map(|(what, breaches)| format!("{what}: {}", thousands(*breaches))).collect();
    let of = if some.is_empty() { String::new() } else { format!(" ({})", some.join(", ")) };
    format!("SLA breaches {}{of} in the model of behaviour", thousands(sla.breaches))
}

fn load(summary: &Summary) -> Vec<String> {
    let leads = || summary.reps.values().map(|rep| rep.leads);
    let (Some(least), Some(most)) = (leads().min(), leads().max()) else {
        return vec!["load per rep none".to_owned()];
    };
    let (least, most) = (thousands(least), thousands(most));
    let mut told = vec![format!(
        "load per rep {least} to {most}, largest drift {:.1} leads",
        summary.largest_drift
    )];
    let idle = || summary.reps.values().filter(|rep| rep.leads == 0);
    let names: Vec<&str> = idle().take(NAMES_MAX).map(|rep| rep.name.as_str()).collect();
    let number = idle().count();
    if number > 0 && summary.routed > 0 {
        let others = match number - names.len() {
            0 => String::new(),
            others => format!(" and {}", counted(others as u64, "other", "others")),
        };
        told.push(format!("nothing for {}{others}", names.join(", ")));
    }
    told
}

/// What somebody should know of the rows.
fn odd(summary: &Summary) -> Vec<String> {
    let told = [
        (summary.quarantined, "quarantined"),
        (summary.duplicates, "duplicates"),
        (summary.undated, "without a date, played last"),
        (summary.without_account, "without an account, alone"),
        (summary.other_handoffs, "handoffs of rows that are no leads, not counted here"),
    ];
    let some = told.into_iter().filter(|(rows, _)| *rows > 0);
    let rows = some.map(|(rows, what)| format!("{} {what}", thousands(rows)));
    let unlike = summary.unlike_types.iter();
    let unlike = unlike
        .map(|(what, times)| format!("{} comparisons of unlike types: {what}", thousands(*times)));
    rows.chain(unlike).collect()
}
