//! Asking on the terminal: before something that cannot be taken back, and for a password.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use clap::Args;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

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
        if !somebody_is_there() {
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

/// Whether somebody can be asked.
fn somebody_is_there() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks for a new password twice, and shows neither. Without a terminal nobody can be asked.
pub(super) fn new_password(call: &Call) -> Result<Zeroizing<String>, Failure> {
    if !somebody_is_there() {
        let says = "nobody can be asked for a password here; give it with `--password-stdin`";
        return Err(Failure::wrong("confirmation-needed", says));
    }
    let typed = |question| {
        call.terminal.aside(question);
        unseen_line()
    };
    let (one, other) = (typed("Password:")?, typed("The same again:")?);
    if one == other {
        Ok(one)
    } else {
        Err(Failure::wrong("password-unfit", "the two passwords differ; nothing was changed"))
    }
}

/// A line of the terminal that is not shown while it is typed.
fn unseen_line() -> io::Result<Zeroizing<String>> {
    let _unseen = Unseen::begin()?;
    let mut line = Zeroizing::new(String::new());
    io::stdin().lock().read_line(&mut line)?;
    let length = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(length);
    Ok(line)
}

/// While it lives, the terminal shows nothing of what is typed but the end of a line.
struct Unseen(Termios);

impl Unseen {
    fn begin() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO);
        quiet.local_modes.insert(LocalModes::ECHONL);
        tcsetattr(io::stdin(), OptionalActions::Flush, &quiet)?;
        Ok(Self(before))
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        // There is nobody to tell: the terminal is gone where this fails.
        let _ = tcsetattr(io::stdin(), OptionalActions::Flush, &self.0);
    }
}
