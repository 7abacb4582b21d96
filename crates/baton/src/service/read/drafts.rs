//! Drafts of strategies: texts that are being written, each known by what it says.

use crank::unpack_strategy;
use domain::Moment;
use domain::fact::StrategyVersion;
use rules::Files;
use serde::{Deserialize, Serialize};
use store::{Read, StoreError};

use super::Service;
use super::failure::{NotFound, ReadError, Subject, Why};
use crate::auth::credential::Credential;

/// The setting that lists them.
pub const INDEX: &str = "drafts";
/// What an id begins with.
pub const BEGINS: &str = "draft-";

/// A draft.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DraftRow {
    /// Its id: `draft-` and a hash of its files, comments and order included.
    pub draft: String,
    /// The version that was in force when it was begun.
    pub based_on: Option<String>,
    /// Who saved it.
    pub by: Credential,
    /// When it was saved.
    pub saved: Moment,
}

/// The drafts of a folder, the latest first.
pub fn drafts(store: &impl Read) -> Result<Vec<DraftRow>, StoreError> {
    let listed = store.setting(INDEX)?;
    Ok(listed.and_then(|listed| serde_json::from_slice(&listed).ok()).unwrap_or_default())
}

/// The files of a draft; none where there is no such draft.
pub fn draft_files(store: &impl Read, draft: &str) -> Result<Option<Files>, StoreError> {
    if !drafts(store)?.iter().any(|row| row.draft == draft) {
        return Ok(None);
    }
    Ok(store.setting(draft)?.and_then(|packed| unpack_strategy(&packed)))
}

impl Service<'_> {
    /// All drafts, the latest first.
    pub fn drafts(self) -> Result<Vec<DraftRow>, ReadError> {
        Ok(drafts(self.reader)?)
    }

    /// A draft with its files.
    pub fn draft(self, typed: &str) -> Result<(DraftRow, Files), ReadError> {
        let missing = || ReadError::from(NotFound::new(Subject::Strategy, Why::Unknown, typed));
        let row = drafts(self.reader)?.into_iter().find(|row| row.draft == typed);
        let files = draft_files(self.reader, typed)?;
        row.zip(files).ok_or_else(missing)
    }

    /// The version that is in force.
    pub fn version_in_force(self) -> Result<Option<StrategyVersion>, ReadError> {
        Ok(self.reader.force()?.map(|force| force.version))
    }
}
