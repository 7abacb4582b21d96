//! Why somebody has no handoff, in the voice of the terminal.

use std::fmt::Write as _;

use domain::handoff::Action;
use domain::reason::Code;

use super::history::says;
use super::no_handoff::{LackedCell, NearRow, NoHandoff, NoHandoffs};
use super::text::{full, heads, wrap};
use crate::stages::brief::words;
use crate::view::Points;

/// Parts of a score that are told.
const PARTS_MAX: usize = 6;

/// The explanation as text, at most a hundred columns wide. All times are UTC.
pub fn no_handoff_text(known: &NoHandoffs<'_>) -> String {
    let mut out = String::with_capacity(1_024);
    for (at, person) in known.people.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        one(&mut out, person);
    }
    if known.people.is_empty() {
        wrap(
            &mut out,
            "",
            "  ",
            "Nothing was decided on anybody here: there is no handoff to explain.",
        );
    } else if known.undecided > 0 {
        let says = match known.undecided {
            1 => "One other person there has no decision of their own.".to_owned(),
            several => format!("{several} others there have no decision of their own."),
        };
        out.push('\n');
        wrap(&mut out, "", "  ", &says);
    }
    let foot =
        format!("account {}, engine {}, known as of {}", known.account, known.engine, known.as_of);
    wrap(&mut out, "", "", &foot);
    out
}

fn one(out: &mut String, known: &NoHandoff<'_>) {
    let after = known.began_with.map(|kind| words::label(kind).to_lowercase());
    let after = after.map_or_else(String::new, |kind| format!(" after {kind}"));
    let line = match known.handoff {
        Some(handoff) => format!("{} has the handoff {handoff}", known.person),
        None => format!("{} has no handoff", known.person),
    };
    let did = action(known.action);
    let line = format!("{line}: {did} at {}{after} ({})", full(known.decided), known.signal);
    wrap(out, "", "  ", &line);
    let rows = known.reasons.iter().map(|reason| match (&reason.code, &reason.name) {
        (Code::RowMatched, Some(name)) => format!("readiness row matched: {name}"),
        _ => says(reason),
    });
    heads(out, "because", &rows.collect::<Vec<_>>());
    heads(out, "missing", &known.near.iter().flat_map(missing).collect::<Vec<_>>());
    heads(out, "score", &score(known));
    match known.handoff {
        Some(handoff) => {
            wrap(out, "  ", "  ", &format!("why it is where it is: baton why {handoff}"));
        }
        None if known.strategy_gone => {
            wrap(
                out,
                "  ",
                "  ",
                "its strategy is not kept, so that what was missing is not known",
            );
        }
        None => {}
    }
}

/// What was decided, as people say it.
const fn action(action: Action) -> &'static str {
    match action {
        Action::HandOff => "handed off",
        Action::Nurture => "nurtured",
        Action::Suppress => "suppressed",
        Action::EnrichFirst => "to be enriched first",
        Action::AskAPerson => "a person was asked",
        Action::StartSequence => "a sequence started",
        Action::RequestMeeting => "a meeting asked for",
    }
}

fn missing(row: &NearRow<'_>) -> Vec<String> {
    let asks = row.action == Action::AskAPerson;
    let would = if asks { "would have asked a person" } else { "would have handed off" };
    let mut lines = vec![format!("row {} {would}: {}", row.row, row.says)];
    lines.extend(row.lacked.iter().map(lacked));
    lines
}

fn lacked(cell: &LackedCell<'_>) -> String {
    let mut line = format!("{} ", cell.column);
    line.push_str(if cell.unknown { "is unknown" } else { "does not fit" });
    if !cell.looked_at.is_empty() {
        let _ = write!(line, ": {}", cell.looked_at.join(", "));
    }
    line
}

fn score(known: &NoHandoff<'_>) -> Vec<String> {
    let Some(score) = &known.score else { return Vec::new() };
    let number = |points: Points| words::hundredths(points.0.into());
    let mut lines = vec![format!(
        "{}: fit {}, engagement {}",
        number(score.total),
        number(score.fit),
        number(score.engagement)
    )];
    let parts = score.contributions.iter().take(PARTS_MAX);
    lines.extend(parts.map(|part| {
        let sign = if part.points.0 >= 0 { "+" } else { "" };
        format!("{sign}{} {}", number(part.points), words::plain(&part.name, 80))
    }));
    if score.contributions.is_empty() {
        lines.push("no rule of the score gave any points".to_owned());
    }
    lines
}
