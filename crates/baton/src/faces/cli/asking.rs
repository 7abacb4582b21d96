//! Asking before something that cannot be taken back.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use clap::Args;

use super::call::Call;
use super::ending::Failure;

/// Whether it is asked, and whether it is done at all.
#[derive(Args)]
pub(super) struct Asking {
    /// Only say what would change
    #[arg(long)]
    dry_run: bool,
    /// Do it without asking
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
}

impl Asking {
    /// Whether somebody has to be asked, so that what changes is said beside the output.
    pub(super) const fn is_needed(&self) -> bool {
        !self.dry_run && !self.yes
    }

    /// Whether nothing is to be done, whatever it says.
    pub(super) const fn is_dry_run(&self) -> bool {
        self.dry_run
    }

    /// Whether to go on, after what changes was said. Without a terminal nobody can be asked.
    pub(super) fn allows(&self, question: &str, call: &Call) -> Result<bool, Failure> {
        if !self.is_needed() {
            return Ok(self.yes);
        }
        if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
            let says = "nobody can be asked here; look at `--dry-run`, and say `--yes` to do it";
            return Err(Failure::wrong("confirmation-needed", says));
        }
        call.terminal.aside(&format!("{question} Type `yes` to go on:"));
        io::stderr().flush()?;
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer)?;
        Ok(answer.trim() == "yes")
    }
}
