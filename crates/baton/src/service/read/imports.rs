//! The imports of a folder, as their records in the journal say.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use domain::fact::{Aggregate, By, Fact, ImportedRows, Note, UndoneImport};
use domain::{ImportId, Moment};
use serde::Serialize;
use store::{Position, Purpose, Read, StoreError};

use crate::auth::credential::Credential;
use crate::service::under_way::is_under_way;

/// Entries that are read at once.
const PAGE: usize = 512;

/// An import and what became of it. One that was run several times, because it was interrupted or to be
/// sure, is one import.
#[derive(Clone, Debug, Serialize)]
pub struct ListedImport {
    /// The entry of its first record.
    #[serde(skip)]
    pub(super) begun: Position,
    /// Our id of it.
    pub import: ImportId,
    /// When it began first.
    pub when: Moment,
    /// Who imported.
    pub by: String,
    /// The source of its rows.
    pub source: String,
    /// The name of the map, as it was called.
    pub map: Option<String>,
    /// The base names of its files.
    pub files: Vec<String>,
    /// How often it was run.
    pub runs: u64,
    /// Rows that the last run that came to its end read.
    pub read: u64,
    /// Rows that came into the journal, over all runs that came to their end.
    pub accepted: u64,
    /// Rows that the last run that came to its end found there before.
    pub duplicates: u64,
    /// Rows that were kept apart, over all runs that came to their end.
    pub quarantined: u64,
    /// Whether the last run came to its end, or the import was taken back since.
    pub state: ImportState,
    /// What taking it back came to, where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undone: Option<UndoneImport>,
}

/// Whether the last run of an import came to its end, or the import was taken back since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImportState {
    /// It did.
    Complete,
    /// It is under way.
    Running,
    /// It did not, and nobody runs it: it was killed, or failed.
    Interrupted,
    /// It is being taken back: that goes on at the next start of the server, or when it is asked for again.
    Undoing,
    /// It was taken back.
    Undone,
}

impl ImportState {
    /// Why an import that is under way is not taken back.
    pub const STILL_RUNS: &str = "it is under way; stop it before, or wait for its end";

    /// In one word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Running => "running",
            Self::Interrupted => "interrupted",
            Self::Undoing => "undoing",
            Self::Undone => "undone",
        }
    }
}

/// All imports of a data folder, the latest first.
pub fn imports(store: &impl Read, data: &Path) -> Result<Vec<ListedImport>, StoreError> {
    let mut known: BTreeMap<ImportId, (usize, ListedImport)> = BTreeMap::new();
    for (position, moment, fact) in records(store)?.into_iter().rev() {
        if let Fact::ImportUndone { import, counts, .. } = fact {
            if let Some((_, listed)) = known.get_mut(&import) {
                let state =
                    if counts.is_some() { ImportState::Undone } else { ImportState::Undoing };
                (listed.state, listed.undone) = (state, counts);
            }
            continue;
        }
        let Fact::ImportRecorded { import, source, by, rows, names, .. } = fact else { continue };
        let at = known.len();
        let begun = || (at, ListedImport::begun(import, (position, moment), source.as_str(), &by));
        let (_, listed) = known.entry(import).or_insert_with(begun);
        listed.take(rows, names.as_deref());
    }
    for (_, listed) in known.values_mut() {
        if listed.state == ImportState::Interrupted && is_under_way(data, listed.import) {
            listed.state = ImportState::Running;
        }
    }
    let mut listed: Vec<(usize, ListedImport)> = known.into_values().collect();
    listed.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    Ok(listed.into_iter().map(|(_, listed)| listed).collect())
}

/// Imports that were taken back, or are being: the same files again are another import.
pub fn undone_imports(store: &impl Read) -> Result<BTreeSet<ImportId>, StoreError> {
    let undone = |(_, _, fact): (Position, Moment, Fact)| {
        let Fact::ImportUndone { import, .. } = fact else { return None };
        Some(import)
    };
    Ok(records(store)?.into_iter().filter_map(undone).collect())
}

/// An import that is being taken back, and is not yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnfinishedUndo {
    /// Which one.
    pub import: ImportId,
    /// Whether consents that it withdrew are taken back as well.
    pub consents: bool,
    /// Who asked; none for the operator of the machine.
    pub by: Option<Credential>,
}

/// Imports that are being taken back: each was begun last and not ended.
pub fn unfinished_undos(store: &impl Read) -> Result<Vec<UnfinishedUndo>, StoreError> {
    let mut seen = BTreeSet::new();
    let mut unfinished = Vec::new();
    for (_, _, fact) in records(store)? {
        let Fact::ImportUndone { import, consents, by, counts } = fact else { continue };
        if seen.insert(import) && counts.is_none() {
            unfinished.push(UnfinishedUndo { import, consents, by: Credential::of(&by) });
        }
    }
    Ok(unfinished)
}

/// The records of imports with where they stand, the latest first.
fn records(store: &impl Read) -> Result<Vec<(Position, Moment, Fact)>, StoreError> {
    let mut records = Vec::new();
    let mut upto = Position(u64::MAX);
    loop {
        let page = store.newest(Aggregate::Governance, upto, PAGE, Some(&Purpose::CARE))?;
        let Some(oldest) = page.last() else { return Ok(records) };
        upto = Position(oldest.position.0.saturating_sub(1));
        for stored in page {
            let (position, moment) = (stored.position, stored.entry.header.moment);
            let of_imports = |fact: &Fact| {
                matches!(fact, Fact::ImportRecorded { .. } | Fact::ImportUndone { .. })
            };
            let facts = stored.entry.facts.into_iter().filter(of_imports);
            records.extend(facts.map(|fact| (position, moment, fact)));
        }
        if upto == Position::START {
            return Ok(records);
        }
    }
}

impl ListedImport {
    fn begun(import: ImportId, (begun, when): (Position, Moment), source: &str, by: &By) -> Self {
        Self {
            begun,
            import,
            when,
            by: by.to_string(),
            source: source.to_owned(),
            map: None,
            files: Vec::new(),
            runs: 0,
            read: 0,
            accepted: 0,
            duplicates: 0,
            quarantined: 0,
            state: ImportState::Interrupted,
            undone: None,
        }
    }

    fn take(&mut self, rows: Option<ImportedRows>, names: Option<&Note>) {
        let Some(rows) = rows else {
            self.runs += 1;
            self.state = ImportState::Interrupted;
            if let Some(names) = names {
                let text = String::from_utf8_lossy(&names.bytes);
                let mut names = text.lines().map(str::to_owned);
                self.map = names.next();
                self.files = names.collect();
            }
            return;
        };
        self.state = ImportState::Complete;
        self.read = rows.read;
        self.duplicates = rows.duplicates;
        self.accepted += rows.accepted;
        self.quarantined += rows.quarantined;
    }
}
