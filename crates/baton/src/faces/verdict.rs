//! What looking through a folder came to, as JSON: the same on the command line and over HTTP.

use serde::Serialize;
use store::sqlite::audit::Verdict;
use store::{FolderProblem, Head};

/// Whether the journal is what was written.
#[derive(Serialize)]
pub(super) struct PrintedVerdict {
    sound: bool,
    /// What was looked at.
    checked: &'static str,
    /// The verb that looks at everything else.
    see_also: &'static str,
    entries: u64,
    head: PrintedHead,
    second_head: Option<PrintedHead>,
    problems: Vec<PrintedProblem>,
}

#[derive(Serialize)]
struct PrintedHead {
    position: u64,
    hash: String,
}

/// Something that is not as it must be.
#[derive(Serialize)]
pub(super) struct PrintedProblem {
    code: &'static str,
    place: String,
    message: String,
    help: &'static str,
}

impl PrintedVerdict {
    /// A verdict as it is printed.
    pub(super) fn of(verdict: &Verdict) -> Self {
        Self {
            sound: verdict.is_sound(),
            checked: "journal",
            see_also: "doctor",
            entries: verdict.entries,
            head: head(&verdict.head),
            second_head: verdict.second.as_ref().map(head),
            problems: printed(&verdict.problems),
        }
    }
}

fn head(head: &Head) -> PrintedHead {
    PrintedHead { position: head.position.0, hash: hex(&head.hash) }
}

/// Problems as they are printed.
pub(super) fn printed(problems: &[FolderProblem]) -> Vec<PrintedProblem> {
    let printed = problems.iter().map(|problem| PrintedProblem {
        code: problem.code,
        place: problem.place.clone(),
        message: problem.says.clone(),
        help: problem.help,
    });
    printed.collect()
}

/// Bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
