//! `baton migrate`: a data folder of an older form is brought up to date.

use std::path::Path;

use clap::Args;
use serde::Serialize;
use store::chance::Chance;
use store::sqlite::migrate::{self, Plan};

use super::call::Call;
use super::ending::{Ending, Failure};
use super::text::{count, counted, shown_path, thousands};

/// Bring a data folder of an older version up to date
///
/// Tables change; entries of the journal stay as they were written. The folder is copied first, to
/// its own name with `.form-1` behind it; where something else has that name, `.form-1.2` is taken. A
/// damaged folder is refused before anything is copied. A migration that was cut short goes on when
/// it is run again. No server may hold the folder.
#[derive(Args)]
#[command(after_help = "Examples:
  baton migrate --dry-run
  baton migrate
  baton migrate --data /srv/baton --no-backup --json")]
pub(super) struct Arguments {
    /// Say what changes and how much room that takes, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Make no copy of the folder
    #[arg(long)]
    no_backup: bool,
}

/// What is printed.
#[derive(Serialize)]
struct PrintedPlan<'a> {
    from: u16,
    to: u16,
    entries: u64,
    bytes_needed: u64,
    bytes_free: u64,
    backup: Option<&'a Path>,
    migrated: bool,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let plan = migrate::plan(&call.data)?;
    let changes = !plan.is_done() && !arguments.dry_run;
    if !call.terminal.json {
        say(&plan, arguments, call)?;
    }
    if changes {
        let whole = plan.bytes_copied;
        let mut tell = |copied: u64| {
            let (copied, whole) = (thousands(copied), thousands(whole));
            call.terminal.aside(&format!("copied {copied} of {whole} bytes"));
        };
        migrate::migrate(&call.data, !arguments.no_backup, Chance::system(), &mut tell)?;
    }
    if call.terminal.json {
        let backup = !plan.is_done() && !arguments.no_backup;
        call.terminal.json(&PrintedPlan {
            from: plan.from,
            to: plan.to,
            entries: plan.entries,
            bytes_needed: plan.bytes_needed(!arguments.no_backup),
            bytes_free: plan.bytes_free,
            backup: backup.then_some(plan.backup.as_path()),
            migrated: changes,
        })?;
    } else if changes {
        call.terminal.line(&format!("migrated to form {}", plan.to))?;
    }
    Ok(Ending::Done)
}

fn say(plan: &Plan, arguments: &Arguments, call: &Call) -> Result<(), Failure> {
    let terminal = &call.terminal;
    if plan.is_done() {
        terminal.line(&format!("the folder has form {}: there is nothing to do", plan.from))?;
        return Ok(());
    }
    let entries = counted(plan.entries, "entry stays as it is", "entries stay as they are");
    terminal.line(&format!("from form {} to form {}: {entries}", plan.from, plan.to))?;
    if arguments.no_backup {
        terminal.line("no copy of the folder is made")?;
    } else {
        let needed = count(plan.bytes_copied, "byte");
        terminal.line(&format!("the copy takes {needed}, in {}", shown_path(&plan.backup)))?;
    }
    let changed = count(plan.bytes_changed, "byte");
    terminal.line(&format!("what changes needs up to {changed} besides"))?;
    let free = count(plan.bytes_free, "byte");
    terminal.line(&format!("free where the folder is: {free}"))?;
    Ok(())
}
