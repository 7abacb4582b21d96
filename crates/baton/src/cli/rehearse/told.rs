//! A rehearsal in a few lines.

use std::collections::BTreeMap;

use domain::reason::Code;
use rehearsal::history::result::LeadResult;
use rehearsal::history::summary::Summary;

use crate::cli::text::{count, counted, day, thousands, wrapped};

/// The most names that are listed in a line.
const NAMES_MAX: usize = 5;

/// The lines.
pub(super) fn lines(summary: &Summary, columns: usize) -> Vec<String> {
    let wide = |parts: Vec<String>| {
        let lines = wrapped(&format!("  {}", parts.join("   ")), columns, "    ");
        lines.into_iter().filter(|line| !line.trim().is_empty())
    };
    let mut lines = vec![heading(summary)];
    lines.extend(wide(results(summary)));
    lines.extend(wide(vec![time_to_route(summary), breaches(summary)]));
    lines.extend(wide(load(summary)));
    if summary.outcomes.won + summary.outcomes.lost > 0 {
        lines.push(format!(
            "  really won {}, lost {}",
            thousands(summary.outcomes.won),
            thousands(summary.outcomes.lost)
        ));
    }
    lines.extend(wide(odd(summary)));
    lines
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
    let says = match result {
        LeadResult::Routed => match summary.queues.values().sum::<u64>() {
            0 => String::new(),
            queued => format!("in queues: {}", thousands(queued)),
        },
        LeadResult::Waiting => by_why(&summary.waiting),
        LeadResult::Unrouted => by_why(&summary.unrouted),
        LeadResult::Stopped => by_why(&summary.stopped),
        LeadResult::Review
        | LeadResult::Held
        | LeadResult::Nurtured
        | LeadResult::Suppressed
        | LeadResult::Sequence
        | LeadResult::Meeting
        | LeadResult::Enrichment => String::new(),
    };
    if says.is_empty() { says } else { format!(" ({says})") }
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
