//! `baton audit bodies`: what was sent is made again and compared with what is kept of it.

use clap::Args;
use crank::{StrategyCache, bodies_checked};
use domain::{DeliveryId, HandoffId};
use engine::stages::deliver::BodyVerdict;
use serde::Serialize;
use store::sqlite::Reader;
use store::{HandoffFilter, Read};

use super::super::call::Call;
use super::super::ending::{Ending, Failure};
use super::super::terminal::TextStyle;
use super::super::text::counted;
use crate::service::read::find;

/// Handoffs that are read at once.
const PAGE: usize = 200;

/// Make the bodies of deliveries again, and compare them with what was sent
///
/// What was sent is not kept. It is made again from the claims of its brief, the handoff as it stood
/// and its step; the fact that queued it keeps a keyed hash of the bytes. `erased`: a person in
/// it was erased since. `later-version`: this version of the program writes bodies in another way.
/// Nothing personal is shown. A whole folder may take minutes.
#[derive(Args)]
#[command(after_help = "Examples:
  baton audit bodies
  baton audit bodies h-7f3a --json")]
pub(crate) struct Bodies {
    /// Of one handoff: its id, or any unique prefix of it
    #[arg(value_name = "HANDOFF")]
    handoff: Option<String>,
}

/// What is printed.
#[derive(Serialize, Default)]
struct Report {
    /// How many bodies were made again or looked for.
    checked: u64,
    same: u64,
    later_version: u64,
    erased: u64,
    not_kept: u64,
    damaged: u64,
    different: u64,
    /// Those of the one handoff that was asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    bodies: Option<Vec<PrintedBody>>,
    /// Those that are damaged or different.
    problems: Vec<PrintedBody>,
}

#[derive(Serialize, Clone)]
struct PrintedBody {
    handoff: HandoffId,
    delivery: DeliveryId,
    verdict: &'static str,
}

pub(crate) fn run(arguments: &Bodies, call: &Call) -> Result<Ending, Failure> {
    let reader = call.reader()?;
    let mut report = Report::default();
    let mut strategies = StrategyCache::default();
    if let Some(typed) = &arguments.handoff {
        let handoff = find::handoff(&reader, typed)?;
        report.bodies = Some(report.take(&reader, handoff, &mut strategies)?);
    } else {
        let mut cursor = None;
        loop {
            let page = reader.handoffs(&HandoffFilter::default(), cursor, PAGE)?;
            for row in page.rows {
                report.take(&reader, row.handoff, &mut strategies)?;
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
    }
    let found = !report.problems.is_empty();
    if call.terminal.json {
        call.terminal.json(&report)?;
    } else {
        report.tell(call)?;
    }
    Ok(if found { Ending::Found } else { Ending::Done })
}

impl Report {
    /// Checks the bodies of a handoff.
    fn take(
        &mut self,
        reader: &Reader,
        handoff: HandoffId,
        strategies: &mut StrategyCache,
    ) -> Result<Vec<PrintedBody>, Failure> {
        let mut all = Vec::new();
        for body in bodies_checked(reader, handoff, strategies)?.unwrap_or_default() {
            let told =
                PrintedBody { handoff, delivery: body.delivery, verdict: body.verdict.as_str() };
            *self.count(body.verdict) += 1;
            self.checked += 1;
            if matches!(body.verdict, BodyVerdict::Damaged | BodyVerdict::Different) {
                self.problems.push(told.clone());
            }
            all.push(told);
        }
        Ok(all)
    }

    const fn count(&mut self, verdict: BodyVerdict) -> &mut u64 {
        match verdict {
            BodyVerdict::Same => &mut self.same,
            BodyVerdict::LaterVersion => &mut self.later_version,
            BodyVerdict::Erased => &mut self.erased,
            BodyVerdict::NotKept => &mut self.not_kept,
            BodyVerdict::Damaged => &mut self.damaged,
            BodyVerdict::Different => &mut self.different,
        }
    }

    fn tell(&mut self, call: &Call) -> Result<(), Failure> {
        let terminal = &call.terminal;
        for told in self.bodies.iter().flatten() {
            terminal.line(&format!("{}  {}", told.delivery, told.verdict))?;
        }
        let bodies = counted(self.checked, "body", "bodies");
        let mut parts = Vec::new();
        for verdict in BodyVerdict::ALL {
            let count = *self.count(verdict);
            if count > 0 {
                parts.push(format!("{count} {}", verdict.says()));
            }
        }
        let says =
            if parts.is_empty() { bodies } else { format!("{bodies}: {}", parts.join(", ")) };
        let style = if self.problems.is_empty() { TextStyle::Green } else { TextStyle::Red };
        terminal.line(&terminal.styled(style, &says))?;
        for told in &self.problems {
            let says = format!("{} of {}: {}", told.delivery, told.handoff, told.verdict);
            terminal.line(&terminal.styled(TextStyle::Red, &says))?;
        }
        Ok(())
    }
}
