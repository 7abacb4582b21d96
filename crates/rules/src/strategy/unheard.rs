//! What a strategy says and nothing carries out yet: it is recorded, and nobody hears of it. Each is
//! told where it stands first.

use std::collections::BTreeSet;

use domain::handoff::{Action, Autonomy, Occasion};
use notation::{Diagnostic, Diagnostics, Span, nearest};

use crate::autonomy::Fence;
use crate::destinations::Destinations;
use crate::readiness::Readiness;
use crate::routing::Routing;
use crate::sla::{Act, Sla, Slas};
use crate::team::{Team, is_known, known_columns};

/// Tells of lines of a chain and alarms of queues that no step waits for: nobody hears of them.
pub(super) fn occasions(
    slas: &Slas,
    routing: &Routing,
    destinations: &Destinations,
    out: &mut Diagnostics,
) {
    let mut told = BTreeSet::new();
    for step in slas.classes.iter().flat_map(Sla::lines) {
        let (word, occasion) = match step.act.value {
            Act::Remind => ("remind", Occasion::Reminded),
            Act::TellManager => ("tell manager", Occasion::Escalated),
            Act::Reassign | Act::Pool(_) | Act::Queue(_) => continue,
        };
        if !destinations.hears(occasion) && told.insert(word) {
            out.push(unheard(word, occasion, step.act.span));
        }
    }
    let alarms = [Occasion::Unrouted, Occasion::Waiting];
    if let Some(queue) = routing.queues.iter().find(|queue| queue.alarm)
        && let Some(occasion) = alarms.into_iter().find(|occasion| !destinations.hears(*occasion))
    {
        out.push(unheard("alarm", occasion, queue.span));
    }
}

/// Tells of reviews that no step waits for: the lead stays with whoever answers for a queue, who hears
/// nothing. `level` is where `autonomy` asks for a person, `fences` where a fence does.
pub(super) fn reviews(
    level: Option<Span>,
    fences: &[Fence],
    readiness: &Readiness,
    destinations: &Destinations,
    out: &mut Diagnostics,
) {
    if destinations.hears(Occasion::Reviewed) {
        return;
    }
    let fence = fences.iter().find(|fence| fence.then == Autonomy::Review).map(|fence| fence.span);
    if let Some(span) = level.or(fence) {
        out.push(unheard("review", Occasion::Reviewed, span));
    }
    let table = &readiness.table;
    let Some(at) = table.outputs.iter().position(|output| output == "decision") else { return };
    let asks = table.rows.iter().zip(&readiness.rows);
    let mut asks = asks.filter(|(_, says)| says.action == Action::AskAPerson);
    if let Some(said) = asks.find_map(|(row, _)| row.says.get(at).and_then(|said| said.as_ref())) {
        out.push(unheard("ask a person", Occasion::Reviewed, said.span));
    }
}

fn unheard(word: &str, occasion: Occasion, span: Span) -> Diagnostic {
    let says =
        format!("`{word}` is recorded and nobody hears of it: no step waits for `{occasion}`");
    let who = match occasion {
        Occasion::Warned | Occasion::Reminded | Occasion::Breached => "owner",
        Occasion::Escalated => "manager",
        Occasion::Waiting | Occasion::Unrouted | Occasion::Reviewed => "queue owner",
        Occasion::Reassigned => "previous owner",
    };
    let help = format!(
        "add a step to destinations.yaml: `{{ step: {word}, to: NAME, when: {occasion}, tell: {who} }}`"
    );
    Diagnostic::warning("unheard", span, says).help(help)
}

/// Tells of decisions after which nothing happens yet.
pub(super) fn decisions(readiness: &Readiness, out: &mut Diagnostics) {
    let table = &readiness.table;
    let Some(at) = table.outputs.iter().position(|output| output == "decision") else { return };
    let mut told = BTreeSet::new();
    for (row, says) in table.rows.iter().zip(&readiness.rows) {
        let what = match says.action {
            Action::EnrichFirst => "nothing enriches yet",
            Action::StartSequence => "nothing starts a sequence yet",
            Action::RequestMeeting => "nothing asks for a meeting yet",
            Action::HandOff | Action::Nurture | Action::AskAPerson | Action::Suppress => continue,
        };
        let Some(said) = row.says.get(at).and_then(|said| said.as_ref()) else { continue };
        if told.insert(says.action.as_str()) {
            let says = format!("`{}` is recorded, and {what}", said.value);
            let help = "the lead stays as it is until its next signal, as with `nurture`";
            out.push(Diagnostic::warning("unheard", said.span, says).help(help));
        }
    }
}

/// Tells of a row that hands off whatever somebody does, where nothing says which signals may start a handoff:
/// every page view does then.
pub(super) fn starts(readiness: &Readiness, out: &mut Diagnostics) {
    if readiness.starts.is_some() {
        return;
    }
    let table = &readiness.table;
    let decision = table.outputs.iter().position(|output| output == "decision");
    for (row, says) in table.rows.iter().zip(&readiness.rows) {
        let asks = |at: &u16| table.columns[usize::from(*at)].value.asks_for_deeds();
        if says.action != Action::HandOff || row.tested.iter().any(asks) {
            continue;
        }
        let said = decision.and_then(|decision| row.says[decision].as_ref());
        let span = said.map_or(row.span, |said| said.span);
        let says =
            "every signal may start a handoff here: the row asks for nothing that somebody does";
        let help = "name the kinds that may at the top of readiness.yaml, as in \
                    `starts: [form.*, lead.created]`; all others still count";
        let told = Diagnostic::warning("starts-missing", span, says).help(help);
        return out.push(told.example("a page view of somebody who fits"));
    }
}

/// Tells of columns of `team.csv` that nothing reads. One that is almost a column that the program reads,
/// and that is not there, is an error: what stands in it would be lost.
pub(super) fn columns(team: &Team, asked: &BTreeSet<String>, out: &mut Diagnostics) {
    for column in &team.columns {
        if is_known(&column.name) || asked.contains(&column.name) {
            continue;
        }
        let absent = known_columns().filter(|known| team.column(known).is_none());
        if let Some(near) = nearest(&column.name, absent) {
            let says = format!("the column `{}` is not known, and nothing reads it", column.name);
            let help = format!("did you mean `{near}`?");
            out.push(Diagnostic::error("column-unknown", column.span, says).help(help));
            continue;
        }
        let says = format!("nothing reads the column `{}`", column.name);
        let help = match column.name.as_str() {
            "pto" | "leave" | "vacation" | "holidays" | "away" => {
                "who is on leave when stands in leave.csv: `id,from,until,reason`"
            }
            name if name.contains("max") || name.contains("cap") || name.contains("limit") => {
                "how much each may get stands at the pool in routing.yaml: `caps: { day: 6 }`"
            }
            _ => "ask for it in a pool's `members` as `member.NAME`, or take it out",
        };
        out.push(Diagnostic::warning("column-unread", column.span, says).help(help));
    }
}
