//! What an import map says: which files there are, and what their columns mean.

use std::collections::{BTreeMap, BTreeSet};

use domain::Value;
use domain::signal::{IdentifierKind, SourceName};
use jiff::tz::TimeZone;

use super::column::{Cleaning, Type, Unreadable};
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
    /// What it says of posts over HTTP, whose columns are JSON paths.
    pub body: Option<FileMap>,
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
    pub time: Option<TimeMap>,
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
    /// Other names that columns have in some exports, by the name in the map.
    pub aliases: BTreeMap<String, Vec<String>>,
    /// What is done where a mapped column is not in the header.
    pub missing: Missing,
    /// The names of the columns, for files without a header.
    pub named_columns: Option<Vec<String>>,
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

/// What is done where a mapped column is not in the header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// The file is refused.
    #[default]
    Refuse,
    /// The file is read without it, as long as a column says whose the rows are.
    LeaveOut,
}

/// When a row happened.
#[derive(Clone, Debug)]
pub enum TimeMap {
    /// Columns say it.
    Columns(TimeColumns),
    /// What the rows say was known before everything else of a history.
    Start,
}

/// The columns of the time: what they say is joined by a blank.
#[derive(Clone, Debug)]
pub struct TimeColumns {
    /// Their names in the header, at least one.
    pub columns: Vec<String>,
    /// What is tried, in order.
    pub formats: Vec<Format>,
    /// What is mended before.
    pub cleaning: Cleaning,
    /// What is done with a time that cannot be read.
    pub unreadable: Unreadable,
}

impl TimeColumns {
    /// Columns that are read as ISO 8601 is usually written.
    pub fn usual(columns: Vec<String>) -> Self {
        let (formats, cleaning) = (Format::usual(), Cleaning::default());
        Self { columns, formats, cleaning, unreadable: Unreadable::Hold }
    }
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
    /// What is mended before.
    pub cleaning: Cleaning,
    /// Where a phone number is of that does not say it.
    pub country: Option<Country>,
    /// What is done with a cell that cannot be read.
    pub unreadable: Unreadable,
}

/// The country of phone numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Country {
    /// One for all, by its code of ISO 3166.
    Code(String),
    /// As a column says, by code or English name.
    Column {
        /// Its name in the header.
        column: String,
        /// What is mended before.
        cleaning: Cleaning,
        /// The code where the column says nothing that is known.
        otherwise: Option<String>,
    },
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
    /// What is mended before.
    pub cleaning: Cleaning,
    /// What is taken where nothing is known.
    pub default: Option<Value>,
    /// What is done with a cell that cannot be read.
    pub unreadable: Unreadable,
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

    /// The columns of the time; none where no column says it.
    pub fn time_columns(&self) -> Option<&TimeColumns> {
        match &self.time {
            Some(TimeMap::Columns(columns)) => Some(columns),
            Some(TimeMap::Start) | None => None,
        }
    }

    /// Every column that the map names, each once.
    pub fn columns(&self) -> Vec<&str> {
        let countries = self.subject.iter().filter_map(|subject| match &subject.country {
            Some(Country::Column { column, .. }) => Some(column),
            Some(Country::Code(_)) | None => None,
        });
        let all = self
            .id
            .iter()
            .chain(self.time_columns().into_iter().flat_map(|time| &time.columns))
            .chain(self.subject.iter().map(|subject| &subject.column))
            .chain(countries)
            .chain(self.fields.iter().map(|field| &field.column))
            .chain(&self.outcome);
        let mut told = BTreeSet::new();
        all.map(String::as_str).filter(|column| told.insert(*column)).collect()
    }

    /// Every name that a column of the map may have in a header.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let others = self.aliases.values().flatten().map(String::as_str);
        self.columns().into_iter().chain(others)
    }

    /// How a file under this map is read as CSV.
    pub fn options(&self) -> csv::Options {
        csv::Options {
            encoding: self.encoding,
            delimiter: self.delimiter,
            skip: self.skip,
            comment: self.comment.clone(),
            expected: self.names().map(str::to_owned).collect(),
            columns: self.named_columns.clone(),
        }
    }

    /// Whether a trimmed cell says that nothing is known.
    pub fn is_null(&self, trimmed: &str) -> bool {
        trimmed.is_empty() || self.nulls.iter().any(|word| word == trimmed)
    }
}
