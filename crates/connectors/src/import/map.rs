//! What an import map says: which files there are, and what their columns mean.

use std::collections::{BTreeMap, BTreeSet};

use domain::Value;
use domain::signal::{IdentifierKind, SourceName};
use jiff::tz::TimeZone;

use super::column::{Repair, Type};
use super::glob::Glob;
use super::refused::FileRefused;
use super::time::Format;
use crate::csv::{self, Encoding};
use crate::reading::VerifiedKinds;

/// The kind of rows that tell what came of handoffs.
pub const OUTCOME_KIND: &str = "handoff.outcome";
/// The kind of rows that tell what the new owner says of handoffs.
pub const DEBRIEF_KIND: &str = "handoff.debrief";

/// A map: a source, and its files.
#[derive(Clone, Debug)]
pub struct ImportMap {
    /// The source, and the origin of its signals.
    pub source: SourceName,
    /// Globs on base names, and what they say of the files that match.
    pub files: Vec<(Glob, FileMap)>,
}

/// What the rows of a file mean.
#[derive(Clone, Debug)]
pub struct FileMap {
    /// The source of the map.
    pub source: SourceName,
    /// What happened: the kind of the signals.
    pub kind: String,
    /// Whether a row is a lead.
    pub lead: bool,
    /// The column with the source's id of the row.
    pub id: Option<String>,
    /// When it happened.
    pub time: Option<TimeColumn>,
    /// The zone of times that carry no offset.
    pub zone: TimeZone,
    /// The encoding, where it is declared.
    pub encoding: Option<Encoding>,
    /// The delimiter, where it is declared.
    pub delimiter: Option<u8>,
    /// Physical lines before the header.
    pub skip: u64,
    /// What begins a line that is not read; empty for nothing.
    pub comment: String,
    /// Words that mean that nothing is known. An empty cell always does.
    pub nulls: Vec<String>,
    /// Whose the row is.
    pub subject: Vec<SubjectColumn>,
    /// Which kinds of identifier the source verifies.
    pub verifies: VerifiedKinds,
    /// What the row says.
    pub fields: Vec<FieldMap>,
    /// Columns that are known only afterwards.
    pub outcome: BTreeSet<String>,
    /// Whether a row that changed between exports is a new signal.
    pub snapshot: bool,
}

/// The column of the time.
#[derive(Clone, Debug)]
pub struct TimeColumn {
    /// Its name in the header.
    pub column: String,
    /// What is tried, in order.
    pub formats: Vec<Format>,
}

/// A column that says whose the row is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectColumn {
    /// What it says.
    pub kind: IdentifierKind,
    /// Its name in the header.
    pub column: String,
    /// Whether the source verifies it.
    pub verified: bool,
}

/// A column that becomes a field.
#[derive(Clone, Debug)]
pub struct FieldMap {
    /// The field's name: `person.…` and `account.…` are theirs, others the signal's own.
    pub name: String,
    /// The column's name in the header.
    pub column: String,
    /// How its cells are read.
    pub kind: Type,
    /// What is mended before, in order.
    pub repair: Vec<Repair>,
    /// Cells and what stands for them; none stands for nothing known.
    pub values: BTreeMap<String, Option<String>>,
    /// What is taken where nothing is known.
    pub default: Option<Value>,
    /// Whether the column is known only afterwards.
    pub outcome: bool,
}

impl ImportMap {
    /// What the map says of a file, by its base name. A path in front is left away.
    pub fn file_for(&self, name: &str) -> Result<&FileMap, FileRefused> {
        let base = base_name(name);
        let matching: Vec<_> = self.files.iter().filter(|(glob, _)| glob.matches(base)).collect();
        let globs = |files: &[&(Glob, FileMap)]| {
            files.iter().map(|(glob, _)| glob.as_str().to_owned()).collect()
        };
        match matching.as_slice() {
            [(_, file)] => Ok(file),
            [] => Err(FileRefused::NoGlob {
                file: base.to_owned(),
                globs: globs(&self.files.iter().collect::<Vec<_>>()),
            }),
            several => {
                Err(FileRefused::SeveralGlobs { file: base.to_owned(), globs: globs(several) })
            }
        }
    }
}

/// The last part of a path.
pub fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

impl FileMap {
    /// Whether the mapped columns, other than id, time and subject, are all known only afterwards:
    /// then rows reach the engine only where recorded behaviour is asked for.
    pub fn outcome_only(&self) -> bool {
        !self.outcome.is_empty() && self.fields.iter().all(|field| field.outcome)
    }

    /// Every column that the map names, each once.
    pub fn columns(&self) -> Vec<&str> {
        let all = self
            .id
            .iter()
            .chain(self.time.iter().map(|time| &time.column))
            .chain(self.subject.iter().map(|subject| &subject.column))
            .chain(self.fields.iter().map(|field| &field.column))
            .chain(&self.outcome);
        let mut told = BTreeSet::new();
        all.map(String::as_str).filter(|column| told.insert(*column)).collect()
    }

    /// How a file under this map is read as CSV.
    pub fn options(&self) -> csv::Options {
        csv::Options {
            encoding: self.encoding,
            delimiter: self.delimiter,
            skip: self.skip,
            comment: self.comment.clone(),
            expected: self.columns().into_iter().map(str::to_owned).collect(),
        }
    }

    /// Whether a trimmed cell says that nothing is known.
    pub fn is_null(&self, trimmed: &str) -> bool {
        trimmed.is_empty() || self.nulls.iter().any(|word| word == trimmed)
    }
}
