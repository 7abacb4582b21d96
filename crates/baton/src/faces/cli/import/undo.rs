//! `baton import undo`: an import is taken back, once it was shown what that comes to.

use clap::Args;
use domain::ImportId;

use super::super::asking::Asking;
use super::super::call::Call;
use super::super::ending::{Ending, Failure};
use super::super::imports::find;
use super::super::take_turns::take_turns;
use super::super::text::{columns, thousands};
use crate::local::request::UndoneTold;
use crate::local::{Executor, Request, Response};
use crate::runtime::clock;
use crate::service::read::imports::{ImportState, imports};

/// Take an import back: what is known is what would be known without it
///
/// Handoffs that it began and that nobody has taken are withdrawn. Those that somebody works stay, and say so.
/// Where the person of such a handoff would be elsewhere without the import, these people are left as they are;
/// so are people whom somebody split by hand. Consents that it withdrew stay withdrawn unless `--consents` is
/// given. What changes is shown first. One that is interrupted goes on at the next start of
/// `baton serve`, or when it is asked for again.
#[derive(Args)]
#[command(after_help = "Examples:
  baton import undo i-7f3a --dry-run
  baton import undo i-7f3a --yes
  baton import undo i-7f3a --consents --yes --json")]
pub(super) struct Arguments {
    /// The import, as `baton imports` lists it
    #[arg(value_name = "IMPORT")]
    import: String,
    /// Take back as well whom the import withdrew a consent of
    #[arg(long)]
    consents: bool,
    #[command(flatten)]
    asking: Asking,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let listed = find(imports(&call.reader()?, &call.data)?, &arguments.import)?;
    if listed.state == ImportState::Running {
        return Err(Failure::unable("import-under-way", ImportState::STILL_RUNS));
    }
    let import = listed.import;
    let mut executor = call.known_executor()?;
    let ended = asked(arguments, import, &mut executor, call);
    executor.close()?;
    ended
}

fn asked(
    arguments: &Arguments,
    import: ImportId,
    executor: &mut Executor,
    call: &Call,
) -> Result<Ending, Failure> {
    let (consents, asking) = (arguments.consents, &arguments.asking);
    if asking.is_dry_run() || asking.is_needed() {
        let would = undone(executor, import, (consents, true))?;
        if asking.is_dry_run() {
            tell(&would, "would be", call)?;
            return Ok(Ending::Done);
        }
        for line in lines(&would, "would be") {
            call.terminal.aside(&line);
        }
        if !asking.allows("This takes the import back.", call)? {
            return Ok(Ending::Done);
        }
    }
    let done = undone(executor, import, (consents, false))?;
    take_turns(executor, &call.terminal)?;
    tell(&done, "is", call)?;
    Ok(Ending::Done)
}

/// Asks until it is done: a part at a time, so that nobody else waits for long.
fn undone(
    executor: &mut Executor,
    import: ImportId,
    (consents, is_dry_run): (bool, bool),
) -> Result<UndoneTold, Failure> {
    loop {
        let asked = Request::UndoImport { import, consents, is_dry_run, by: None };
        let Response::Undone { undone } = executor.ask(asked, clock::now())? else {
            return Err(Failure::unable("server-differs", "the server answered something else"));
        };
        if let Some(undone) = undone {
            return Ok(undone);
        }
        executor.settle()?;
    }
}

fn tell(undone: &UndoneTold, is: &str, call: &Call) -> Result<(), Failure> {
    if call.terminal.json {
        return Ok(call.terminal.json(undone)?);
    }
    for line in lines(undone, is) {
        call.terminal.line(&line)?;
    }
    Ok(())
}

fn lines(undone: &UndoneTold, is: &str) -> Vec<String> {
    let UndoneTold { import, signals, fields, scores, withdrawn, kept, erased, outcomes, left } =
        *undone;
    let row = |name: &str, number: u64| vec![format!("  {name}"), thousands(number)];
    let mut rows = vec![
        row("signals that count no more", signals),
        row("fields that they told", fields),
        row("people who are scored again", scores),
        row("handoffs withdrawn", withdrawn),
        row("handoffs kept, since somebody works them", kept),
        row("signals of people who were erased", erased),
        row("outcomes and debriefs that stay", outcomes),
    ];
    let stays = [
        ("signals that stay: a handoff of these people is being worked", left.handoff_taken),
        ("signals that stay: somebody split these people by hand", left.split_by_hand),
        ("signals that stay: part of these people's data does not open", left.unreadable),
    ];
    rows.extend(stays.iter().filter(|(_, many)| *many > 0).map(|(name, many)| row(name, *many)));
    let mut lines = vec![format!("{import} {is} taken back:")];
    lines.extend(columns(&rows, &[1]));
    lines
}
