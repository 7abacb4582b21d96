//! What a strategy says and nothing carries out yet: it is recorded, and nobody hears of it. Each is
//! told where it stands first.

use std::collections::BTreeSet;

use domain::handoff::Action;
use notation::{Diagnostic, Diagnostics, Span};

use crate::readiness::Readiness;
use crate::routing::Routing;
use crate::sla::{Act, Slas};
use crate::team::{Team, is_known};

/// Tells of lines of a chain and alarms of queues for which no message leaves.
pub(super) fn occasions(slas: Option<&Slas>, routing: Option<&Routing>, out: &mut Diagnostics) {
    let steps = slas.into_iter().flat_map(|slas| &slas.classes).flat_map(|sla| &sla.on_silence);
    let mut told = BTreeSet::new();
    for step in steps {
        let (word, says) = match step.act.value {
            Act::Remind => ("remind", "no message reminds the owner yet"),
            Act::TellManager => ("tell manager", "no message reaches the manager yet"),
            Act::Reassign | Act::Pool(_) | Act::Queue(_) => continue,
        };
        if told.insert(word) {
            out.push(unheard(word, says, step.act.span));
        }
    }
    let alarming = routing.and_then(|routing| routing.queues.iter().find(|queue| queue.alarm));
    if let Some(queue) = alarming {
        out.push(unheard("alarm", "no message leaves when a queue is late yet", queue.span));
    }
}

fn unheard(word: &str, says: &str, span: Span) -> Diagnostic {
    let says = format!("`{word}` is recorded and nobody hears of it: {says}");
    let help =
        "look at what is late with `baton why` and in the handoff; nothing else is to be done";
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

/// Tells of columns of `team.csv` that nothing reads.
pub(super) fn columns(team: &Team, asked: &BTreeSet<String>, out: &mut Diagnostics) {
    for column in &team.columns {
        if is_known(&column.name) || asked.contains(&column.name) {
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
