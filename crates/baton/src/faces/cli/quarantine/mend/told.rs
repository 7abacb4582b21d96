//! What came of entries, on the terminal of whoever mends them: how many, and of each that is kept all that
//! is wrong with it, with the values that stand there. That they are seen was recorded.

use std::collections::BTreeMap;

use crate::faces::cli::call::Call;
use crate::faces::cli::ending::Failure;
use crate::faces::cli::take_turns::Turned;
use crate::faces::cli::text::{counted, cut, plain, thousands};
use crate::service::act::quarantine::{EntryDone, FaultDone};

/// So many entries that are kept are told one by one; `--json` tells all.
const TOLD_MAX: usize = 200;
/// So many characters of a value are shown.
const VALUE_CHARS: usize = 60;

pub(super) fn tell(
    done: &[EntryDone],
    kept: u64,
    turned: &Turned,
    call: &Call,
) -> Result<(), Failure> {
    let terminal = &call.terminal;
    for word in ["repaired", "released", "duplicate", "discarded"] {
        let count = done.iter().filter(|done| done.result == word).count() as u64;
        if count > 0 {
            terminal.line(&format!("{} {word}", thousands(count)))?;
        }
    }
    if kept > 0 {
        tell_kept(done, kept, call)?;
    }
    if done.is_empty() {
        terminal.line("nothing is held that fits")?;
    }
    if turned.handoffs > 0 {
        let says = counted(turned.handoffs, "signal is in a handoff", "signals are in handoffs");
        terminal.line(&says)?;
    }
    Ok(())
}

fn tell_kept(done: &[EntryDone], kept: u64, call: &Call) -> Result<(), Failure> {
    let terminal = &call.terminal;
    terminal.line(&format!("{} held:", counted(kept, "is still", "are still")))?;
    let mut still = done.iter().filter(|done| done.reason.is_some());
    for entry in still.by_ref().take(TOLD_MAX) {
        terminal.line(&format!("  {}", entry.id))?;
        for line in wrong(entry) {
            terminal.line(&format!("    {line}"))?;
        }
    }
    let rest: Vec<&EntryDone> = still.collect();
    if rest.is_empty() {
        return Ok(());
    }
    terminal.line(&format!("  and {} more; `--json` tells all", thousands(rest.len() as u64)))?;
    let mut causes: BTreeMap<(&str, Option<&str>), u64> = BTreeMap::new();
    for fault in rest.iter().flat_map(|entry| &entry.faults) {
        *causes.entry((&fault.reason, fault.field.as_deref())).or_default() += 1;
    }
    for ((reason, field), entries) in causes {
        let field = field.map(|field| format!(" in `{}`", plain(field))).unwrap_or_default();
        terminal.line(&format!("    {} {reason}{field}", thousands(entries)))?;
    }
    Ok(())
}

/// All that is wrong with an entry, a line each.
fn wrong(entry: &EntryDone) -> Vec<String> {
    if entry.faults.is_empty() {
        return entry.reason.iter().map(|reason| plain(reason)).collect();
    }
    let line = |fault: &FaultDone| {
        let FaultDone { reason, value, says, .. } = fault;
        let value = value.as_deref().map(|value| format!(": `{}`", cut(value, VALUE_CHARS)));
        let says = plain(says.trim_end_matches('.'));
        format!("{says} [{reason}]{}", value.unwrap_or_default())
    };
    entry.faults.iter().map(line).collect()
}
