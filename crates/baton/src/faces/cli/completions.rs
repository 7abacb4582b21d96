//! `baton completions`: what a shell offers when `Tab` is pressed.

use clap::{Args, Command};
use clap_complete::Shell;

use super::call::Call;
use super::ending::{Ending, Failure};

/// Print what completes verbs and options when Tab is pressed, for a shell
#[derive(Args)]
#[command(after_help = "Examples:
  baton completions bash > ~/.local/share/bash-completion/completions/baton
  baton completions zsh > ~/.zfunc/_baton
  baton completions fish > ~/.config/fish/completions/baton.fish")]
pub(super) struct Arguments {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

pub(super) fn run(
    arguments: &Arguments,
    mut command: Command,
    call: &Call,
) -> Result<Ending, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "baton", &mut script);
    let script = String::from_utf8_lossy(&script);
    call.terminal.line(script.trim_end())?;
    Ok(Ending::Done)
}
