//! `baton doctor go-on`: what is there counts as all there is, after a loss.

use clap::Args;
use domain::Moment;
use serde::Serialize;
use store::chance::Chance;
use store::sqlite::{self, Loss, SqliteStore};

use super::super::asking::Asking;
use super::super::call::Call;
use super::super::ending::{Ending, Failure};
use super::super::text::counted;

/// Continue after entries of the journal or the second head were lost
///
/// Says what is lost and asks. What is lost stays lost: let sources send again what they sent since,
/// and repeat erasures that were made since. The server must not run.
#[derive(Args)]
#[command(after_help = "Examples:
  baton doctor go-on --from-head --dry-run
  baton doctor go-on --from-head --yes --json")]
pub(crate) struct Arguments {
    /// Count what is there as all there is, and write the second head anew
    #[arg(long, required = true)]
    from_head: bool,
    #[command(flatten)]
    asking: Asking,
}

/// What is printed.
#[derive(Serialize)]
struct Report {
    /// The last entry that is there.
    found: u64,
    /// The last entry that was there; none where nobody knows.
    known: Option<u64>,
    /// How many entries are lost; none where nobody knows.
    lost: Option<u64>,
    /// What came after this moment is lost.
    since: Option<Moment>,
    /// Whether the folder goes on from there.
    done: bool,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let Some(loss) = sqlite::Reader::open(&call.data)?.loss()? else {
        if call.terminal.json {
            call.terminal.json(&Report::nothing(call)?)?;
        } else {
            call.terminal.line("nothing is lost; there is nothing to go on from")?;
        }
        return Ok(Ending::Done);
    };
    for line in told(&loss) {
        if call.terminal.json || arguments.asking.is_needed() {
            call.terminal.aside(&line);
        } else {
            call.terminal.line(&line)?;
        }
    }
    let done = arguments.asking.allows("What is lost stays lost.", call)?;
    if done {
        SqliteStore::open_after_loss(&call.data, Chance::system())?.close()?;
    }
    if call.terminal.json {
        call.terminal.json(&Report::of(&loss, done))?;
    } else if done {
        call.terminal.line("the folder goes on from there; run `baton doctor` next")?;
    } else {
        call.terminal.line("nothing was changed")?;
    }
    Ok(Ending::Done)
}

fn told(loss: &Loss) -> Vec<String> {
    let lost = loss.entries().map_or_else(
        || "nobody knows whether entries are lost: the second head is not there to tell".to_owned(),
        |entries| format!("{} lost", counted(entries, "entry is", "entries are")),
    );
    let since = loss.since.map(|since| format!("what came after {since} may be among them"));
    let end = format!("the journal ends at entry {}", loss.found);
    [Some(lost), Some(end), since].into_iter().flatten().collect()
}

impl Report {
    fn of(loss: &Loss, done: bool) -> Self {
        Self {
            found: loss.found.0,
            known: loss.known.map(|known| known.0),
            lost: loss.entries(),
            since: loss.since,
            done,
        }
    }

    fn nothing(call: &Call) -> Result<Self, Failure> {
        let head = store::Read::head(&call.reader()?)?.position.0;
        Ok(Self { found: head, known: Some(head), lost: Some(0), since: None, done: false })
    }
}
