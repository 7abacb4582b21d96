//! Taking signals through the stages after a verb has let some in. A server does that by itself.

use domain::Moment;

use super::ending::Failure;
use super::terminal::Terminal;
use super::text::thousands;
use crate::local::request::Decisions;
use crate::local::{Executor, Request, Response};
use crate::runtime::clock;

/// Signals that one group takes.
const AT_ONCE: usize = 500;

/// What came of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Turned {
    /// Signals that went through.
    pub(super) taken: u64,
    /// Signals that wait: no strategy is in force.
    pub(super) waiting: u64,
    /// Handoffs that they began or found open.
    pub(super) handoffs: u64,
    /// What was decided on them.
    pub(super) decided: Decisions,
}

impl Turned {
    /// What was decided, in words; none where nothing was.
    pub(super) fn decisions(&self) -> Option<String> {
        let Decisions {
            offered,
            held,
            open_already,
            asked,
            nurtured,
            suppressed,
            otherwise,
            quarantined,
        } = self.decided;
        let counted = [
            (offered, "offered"),
            (held, "held for an owner"),
            (open_already, "in a handoff already"),
            (asked, "for a person to decide"),
            (nurtured, "nurtured"),
            (suppressed, "suppressed"),
            (otherwise, "decided otherwise"),
            (quarantined, "kept apart by a contract"),
        ];
        let counted = counted.into_iter().filter(|(many, _)| *many > 0);
        let parts: Vec<String> =
            counted.map(|(many, says)| format!("{} {says}", thousands(many))).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// Takes everything that waits through the stages, unless a server does.
pub(super) fn take_turns(executor: &mut Executor, terminal: &Terminal) -> Result<Turned, Failure> {
    let mut turned = Turned::default();
    if executor.is_server() {
        return Ok(turned);
    }
    let mut settled = clock::now();
    let mut progress = None;
    loop {
        let now = clock::now();
        let answered = executor.ask(Request::Turns { limit: AT_ONCE }, now)?;
        let Response::Turns { taken, waiting, handoffs, decided, .. } = answered else { break };
        turned.taken += taken;
        turned.decided.add(decided);
        turned.handoffs += handoffs;
        turned.waiting = waiting;
        if taken == 0 || waiting == 0 {
            break;
        }
        let all = turned.taken + waiting;
        let bar = progress.get_or_insert_with(|| terminal.progress("routing", all));
        bar.at(turned.taken, || {
            format!("{} of {} signals", thousands(turned.taken), thousands(all))
        });
        settle(executor, &mut settled, now)?;
    }
    Ok(turned)
}

/// Sees to it that the second head is at most a second behind.
pub(super) fn settle(
    executor: &mut Executor,
    last: &mut Moment,
    now: Moment,
) -> Result<(), Failure> {
    if now - *last >= domain::Span::SECOND {
        executor.settle()?;
        *last = now;
    }
    Ok(())
}
