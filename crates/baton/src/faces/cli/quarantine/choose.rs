//! Which entries are meant: some by their ids, or all that have something in common.

use clap::Args;
use domain::reason::Code;
use domain::{ImportId, QuarantineId};
use store::sqlite::Reader;
use store::{EntryRow, EntryState, Purpose, Read};

use crate::faces::cli::ending::Failure;
use crate::service::read::find;

/// Entries that are read at once.
const AT_ONCE: usize = 500;

/// What entries have in common.
#[derive(Args, Default)]
pub(crate) struct Common {
    /// Those of this cause
    #[arg(long, value_name = "CODE", alias = "reason")]
    pub(crate) cause: Option<String>,
    /// Those about this field
    #[arg(long, value_name = "FIELD")]
    pub(crate) about: Option<String>,
    /// Those of this source
    #[arg(long, value_name = "NAME")]
    pub(crate) source: Option<String>,
    /// Those of this file, by its base name
    #[arg(long, value_name = "NAME")]
    pub(crate) file: Option<String>,
    /// Those that this import brought
    #[arg(long, value_name = "IMPORT")]
    pub(crate) import: Option<String>,
}

impl Common {
    /// Whether anything was said.
    pub(crate) const fn says_something(&self) -> bool {
        self.cause.is_some()
            || self.about.is_some()
            || self.source.is_some()
            || self.file.is_some()
            || self.import.is_some()
    }

    /// The entries that have it, oldest first. Closed ones too, if they are asked for.
    pub(crate) fn entries(&self, reader: &Reader, closed: bool) -> Result<Vec<EntryRow>, Failure> {
        let cause = self.cause.as_deref().map(cause).transpose()?;
        let import = self.import.as_deref().map(import).transpose()?;
        let fits = |row: &EntryRow| {
            (closed || row.state.is_open())
                && cause.is_none_or(|cause| row.cause == cause)
                && self.about.as_deref().is_none_or(|field| row.field.as_deref() == Some(field))
                && self.source.as_deref().is_none_or(|source| row.source.as_str() == source)
                && import.is_none_or(|(first, last)| {
                    row.import.is_some_and(|import| (first..=last).contains(import.bytes()))
                })
        };
        let mut chosen = Vec::new();
        let mut cursor = None;
        loop {
            let page = reader.entries(None, cursor, AT_ONCE)?;
            for row in page.rows.into_iter().filter(fits) {
                // The file's name is sealed: it is opened for those who ask for it.
                if let Some(wanted) = self.file.as_deref()
                    && file_of(reader, &row)?.as_deref() != Some(wanted)
                {
                    continue;
                }
                chosen.push(row);
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        chosen.reverse();
        Ok(chosen)
    }
}

/// The entries that ids, or what they have in common, name.
pub(super) fn meant(
    reader: &Reader,
    ids: &[String],
    common: &Common,
    all: bool,
) -> Result<Vec<QuarantineId>, Failure> {
    if !ids.is_empty() && (common.says_something() || all) {
        let says = "name entries, or say what they have in common, not both";
        return Err(Failure::wrong("entries-unnamed", says));
    }
    if !ids.is_empty() {
        let found = ids.iter().map(|typed| find::entry(reader, typed));
        return Ok(found.collect::<Result<_, _>>()?);
    }
    if !common.says_something() && !all {
        let says =
            "name an entry as in q-7f3a, or say which with --cause, --source, --file or --all";
        return Err(Failure::wrong("entries-unnamed", says));
    }
    Ok(common.entries(reader, false)?.into_iter().map(|row| row.entry).collect())
}

/// The file that an entry came in.
pub(super) fn file_of(reader: &Reader, row: &EntryRow) -> Result<Option<String>, Failure> {
    if row.state == EntryState::Erased {
        return Ok(None);
    }
    Ok(reader.raw(row.entry, &Purpose::CARE)?.and_then(|raw| raw.file))
}

fn cause(typed: &str) -> Result<Code, Failure> {
    Code::named(typed).ok_or_else(|| {
        let known = Code::ALL.iter().map(|code| code.as_str());
        let help = notation::or_meant(typed, known);
        Failure::wrong("unknown-word", format!("there is no cause of this name{help}"))
    })
}

fn import(typed: &str) -> Result<domain::id::Prefix, Failure> {
    ImportId::prefix(typed).map_err(|error| Failure::wrong("unknown-id", error.to_string()))
}
