//! Reading for whoever runs the command line, and recording that they do.

use std::io::Read as _;
use std::sync::Mutex;

use crank::StrategyCache;
use domain::Moment;
use domain::fact::ReadFor;
use domain::moment::MomentError;
use store::Read as _;
use store::sqlite::Reader;

use super::call::Call;
use super::ending::Failure;
use super::text::{counted, thousands};
use crate::local::Request;
use crate::runtime::clock;
use crate::service::read::failure::Candidates;
use crate::service::read::unrecorded::{Reading, Unrecorded};
use crate::service::read::{Access, ReadError, Service};

/// A connection to the folder, for somebody.
pub(super) struct OpenFolder {
    reader: Reader,
    strategies: Mutex<StrategyCache>,
    access: Access,
}

impl OpenFolder {
    /// Opens the folder for the operator of the machine.
    pub(super) fn open(call: &Call) -> Result<Self, Failure> {
        Self::open_for(Access::operator(), call)
    }

    /// Opens the folder for somebody.
    pub(super) fn open_for(access: Access, call: &Call) -> Result<Self, Failure> {
        Ok(Self { reader: call.reader()?, strategies: Mutex::default(), access })
    }

    /// Why something was not found, with what may still become it: signals that wait for their turn.
    pub(super) fn not_found(&self, error: ReadError) -> Failure {
        let waiting = self.reader.pending_count().unwrap_or(0);
        let is_missing = matches!(error, ReadError::NotFound(_));
        let failure = Failure::from(error);
        if !is_missing || waiting == 0 {
            return failure;
        }
        let waiting = counted(waiting, "signal waits", "signals wait");
        let help =
            "`baton apply DIR` puts a strategy in force, and `baton serve` or an import takes them";
        failure.with_help(vec![format!("{waiting} for a turn through the strategy: {help}")])
    }

    /// Indexes the names that were said since, where no server does: in a folder that an older version left,
    /// all of them. Where that cannot be done now, whoever searches is told that some are missing.
    pub(super) fn index_names(&self, call: &Call) {
        let unindexed = self.reader.names_unindexed().unwrap_or_default();
        if unindexed == 0 {
            return;
        }
        let Ok(mut executor) = call.known_executor() else { return };
        let bar = call.terminal.progress("indexing", unindexed);
        let mut tell = |left: u64| {
            bar.at(unindexed.saturating_sub(left), || format!("{} left", thousands(left)));
        };
        let _ = executor.index_names(&mut tell).and_then(|()| executor.close());
    }

    /// What they may read.
    pub(super) const fn service(&self) -> Service<'_> {
        Service::new(&self.reader, &self.strategies, &self.access)
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::NotFound(missing) => Self::wrong("unknown-id", missing.to_string()),
            ReadError::Store(error) => error.into(),
        }
    }
}

/// What was typed is the beginning of several ids.
pub(super) fn several_begin_so(ids: &[impl ToString]) -> Failure {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    Failure::wrong("unknown-id", format!("several begin so: {}", Candidates::of(&ids)))
}

/// The longest identifier that is read, in bytes.
const IDENTIFIER_BYTES_MAX: u64 = 4096;

/// What stands on standard input, so that it is in no shell history.
pub(super) fn identifier_on_stdin() -> Result<String, Failure> {
    let mut identifier = String::new();
    let read = std::io::stdin().lock().take(IDENTIFIER_BYTES_MAX).read_to_string(&mut identifier);
    if read.is_err() || identifier.trim().is_empty() {
        let says = "standard input holds no identifier";
        return Err(Failure::wrong("identifier-unreadable", says));
    }
    Ok(identifier)
}

/// A moment as people type one, as in `2026-11-20T13:38:02Z`.
pub(super) fn moment(text: &str) -> Result<Moment, Failure> {
    text.parse()
        .map_err(|error: MomentError| Failure::wrong("moment-unreadable", error.to_string()))
}

/// Records that personal data is about to be read, and hands it over. What cannot be recorded, as when
/// the room for records on a full disk is used up, is not read.
pub(super) fn recorded<T>(found: Unrecorded<T>, call: &Call) -> Result<T, Failure> {
    if found.readings().is_empty() {
        return found.record(|_| Ok(()));
    }
    let mut executor = call.known_executor()?;
    let shown = found.record(|Reading { account, nodes }| {
        let purpose = ReadFor::View.to_string();
        let (account, entry) = (Some(account), None);
        let disclose = Request::Disclose { purpose, reason: None, account, entry, nodes };
        executor.ask(disclose, clock::now()).map(|_| ())
    })?;
    executor.close()?;
    Ok(shown)
}
