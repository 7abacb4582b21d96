//! Runs a command in the running server or, where none runs, in this process.

use std::collections::BTreeMap;
use std::path::Path;

use crank::{Crank, CrankError, Ids};
use domain::Moment;
use domain::signal::SourceName;
use store::chance::Chance;
use store::sqlite::{DATABASE, SqliteStore};

use super::answer::answer;
use super::refusal::Refusal;
use super::request::{Request, Response};
use super::wire::ServerConnection;
use crate::config::resolved::{SourceSettings, keep_contracts};

/// Entries of the journal whose names are indexed in one group.
const NAMES_AT_ONCE: usize = 2_000;
/// Entries whose names this process indexes before it ends: what a command wrote, and not a whole old folder.
const NAMES_AT_END_MAX: u64 = 20_000;

/// Runs a command in the running server or, where none runs, in this process.
pub enum Executor {
    /// A server does.
    Server(Box<ServerConnection>),
    /// This process does.
    Local(Box<LocalFolder>),
}

/// A folder that this process holds.
pub struct LocalFolder {
    crank: Crank<SqliteStore>,
    sources: BTreeMap<SourceName, SourceSettings>,
}

impl Executor {
    /// Reaches the server that holds the folder, or holds it. A folder that is not there is made.
    pub fn take(
        data: &Path,
        sources: BTreeMap<SourceName, SourceSettings>,
    ) -> Result<Self, Refusal> {
        if let Some(line) = ServerConnection::reach(data) {
            return Ok(Self::Server(Box::new(line)));
        }
        let store = SqliteStore::open(data, Chance::system())?;
        let mut crank = Crank::open(store, Ids::drawn())?;
        keep_contracts(&mut crank, &sources);
        Ok(Self::Local(Box::new(LocalFolder { crank, sources })))
    }

    /// The same for a folder that must be there already.
    pub fn take_known(
        data: &Path,
        sources: BTreeMap<SourceName, SourceSettings>,
    ) -> Result<Self, Refusal> {
        if data.join(DATABASE).exists() {
            Self::take(data, sources)
        } else {
            Err(store::StoreError::NoFolder(data.to_owned()).into())
        }
    }

    /// Whether a server holds the folder.
    pub const fn is_server(&self) -> bool {
        matches!(self, Self::Server(_))
    }

    /// What was found when this process opened the folder. A server tells its own log.
    pub fn findings(&self) -> &[store::FolderProblem] {
        match self {
            Self::Server(_) => &[],
            Self::Local(own) => own.crank.store().findings(),
        }
    }

    /// Asks. What was refused is an error.
    pub fn ask(&mut self, request: Request, now: Moment) -> Result<Response, Refusal> {
        let answered = match self {
            Self::Server(line) => line.ask(&request)?,
            Self::Local(own) => answer(&mut own.crank, &own.sources, request, now),
        };
        if let Response::Refused(refusal) = answered {
            return Err(refusal);
        }
        Ok(answered)
    }

    /// Writes the second head, where this process holds the folder. To be called now and then.
    pub fn settle(&mut self) -> Result<(), Refusal> {
        if let Self::Local(own) = self {
            own.crank.sync_head()?;
        }
        Ok(())
    }

    /// Indexes the names that people are found by, where this process holds the folder. `tell` hears how many
    /// entries are left. A server does it by itself.
    pub fn index_names(&mut self, tell: &mut dyn FnMut(u64)) -> Result<(), Refusal> {
        let Self::Local(own) = self else { return Ok(()) };
        loop {
            let left = own.crank.names_unindexed()?;
            tell(left);
            if left == 0 {
                return Ok(());
            }
            own.crank.index_names(NAMES_AT_ONCE).map_err(CrankError::from)?;
        }
    }

    /// Ends in order.
    pub fn close(mut self) -> Result<(), Refusal> {
        if let Self::Local(own) = &self
            && own.crank.names_unindexed()? <= NAMES_AT_END_MAX
        {
            self.index_names(&mut |_| {})?;
        }
        match self {
            Self::Server(_) => Ok(()),
            Self::Local(own) => Ok(own.crank.into_store().close()?),
        }
    }
}

impl std::fmt::Debug for Executor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_server() {
            "an executor in the server"
        } else {
            "an executor in this process"
        })
    }
}
