//! How files would be read that nobody imports yet: the first rows as they are read, and what looks odd
//! about all of them. Nothing is written.

use std::collections::BTreeMap;
use std::io::Read;

use connectors::import::{FileRefused, FileRows, OddKind, Oddity, RowFault, RowResult, cure};
use domain::{Moment, Value};
use serde::Serialize;

/// How files would be read.
#[derive(Debug, Default, Serialize)]
pub struct DryRun {
    /// The first rows of each file.
    pub rows: Vec<ShownRow>,
    /// What looks odd about all rows.
    pub odd: Vec<ShownOddity>,
    /// How many rows there are, and what would become of them.
    pub counts: Counts,
}

/// How many rows there are, and what would become of them.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Counts {
    /// All of them.
    pub read: u64,
    /// Those that can be read.
    pub readable: u64,
    /// Those that would be quarantined.
    pub quarantined: u64,
    /// Of those that can be read, how many say neither who nor where: nobody could be called.
    #[serde(skip_serializing_if = "is_none")]
    pub nameless: u64,
    /// Whether there are rows that were not looked at.
    #[serde(skip_serializing_if = "is_no")]
    pub more: bool,
}

/// Whether a count is none.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a field over by reference")]
const fn is_none(count: &u64) -> bool {
    *count == 0
}

/// Whether something is not so.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a field over by reference")]
const fn is_no(flag: &bool) -> bool {
    !*flag
}

/// A row as it is read.
#[derive(Debug, Serialize)]
pub struct ShownRow {
    /// The file's base name.
    pub file: String,
    /// The line where it begins.
    pub line: u64,
    /// The source's id of it.
    pub id: Option<String>,
    /// What happened.
    pub kind: Option<String>,
    /// When it happened, as RFC 3339; none where the row does not say.
    pub time: Option<String>,
    /// Whose it is.
    pub subject: Vec<ShownIdentifier>,
    /// What it says.
    pub fields: BTreeMap<String, Value>,
    /// What is known only afterwards.
    pub outcome: BTreeMap<String, Value>,
    /// What it would be taken without.
    pub left_out: Vec<ShownFault>,
    /// Why it would be quarantined; empty for a row that can be read.
    pub quarantined: Vec<ShownFault>,
}

/// An identifier of a row.
#[derive(Debug, Serialize)]
pub struct ShownIdentifier {
    /// Its kind.
    pub kind: &'static str,
    /// Its value.
    pub value: String,
    /// Whether the map vouches for it.
    pub verified: bool,
}

/// What is wrong with a cell.
#[derive(Debug, Serialize)]
pub struct ShownFault {
    /// The code of the reason.
    pub reason: &'static str,
    /// The field or column.
    pub field: Option<String>,
    /// What stands there.
    pub value: Option<String>,
    /// What helps.
    pub help: String,
}

/// Something that looks odd about rows of a file.
#[derive(Debug, Serialize)]
pub struct ShownOddity {
    /// The file's base name.
    pub file: String,
    /// What kind of oddity.
    pub kind: &'static str,
    /// The column that it is about.
    pub column: Option<String>,
    /// How many rows.
    pub rows: u64,
    /// The line of the first of them.
    pub line: Option<u64>,
    /// What stands there.
    pub value: Option<String>,
    /// In words.
    pub says: String,
}

impl DryRun {
    /// Reads a file, at most so many rows of it, and shows the first ones.
    pub fn take<R: Read>(
        &mut self,
        mut rows: FileRows<'_, R>,
        (shown, most): (u32, u64),
        now: Moment,
    ) -> Result<(), FileRefused> {
        let mut odd = rows.oddities(now);
        let mut left = shown;
        while let Some(row) = rows.next_row()? {
            if rows.counts().read > most {
                self.counts.more = true;
                break;
            }
            rows.look(&mut odd, &row);
            self.counts.read += 1;
            match &row {
                RowResult::Signal(_) => self.counts.readable += 1,
                RowResult::Quarantine(_) => self.counts.quarantined += 1,
            }
            if left > 0 {
                left -= 1;
                self.rows.push(ShownRow::of(rows.name(), &row));
            }
        }
        let odd = odd.found();
        let nobody = odd.iter().filter(|odd| odd.kind == OddKind::NoIdentifier);
        self.counts.nameless += nobody.map(|odd| odd.rows).sum::<u64>();
        self.odd.extend(odd.into_iter().map(|odd| ShownOddity::of(rows.name(), odd)));
        Ok(())
    }
}

impl ShownRow {
    fn of(file: &str, row: &RowResult) -> Self {
        let mut shown = Self {
            file: file.to_owned(),
            line: 0,
            id: None,
            kind: None,
            time: None,
            subject: Vec::new(),
            fields: BTreeMap::new(),
            outcome: BTreeMap::new(),
            left_out: Vec::new(),
            quarantined: Vec::new(),
        };
        match row {
            RowResult::Quarantine(held) => {
                shown.line = held.line;
                shown.id.clone_from(&held.source_id);
                shown.quarantined = held.faults.iter().map(ShownFault::of).collect();
            }
            RowResult::Signal(read) => {
                let content = &read.incoming.content;
                shown.line = read.line;
                shown.id = Some(content.source_id.to_string());
                shown.kind = Some(content.kind.to_string());
                shown.time = content.occurred.map(|moment| moment.to_string());
                shown.subject = content.subject.iter().map(ShownIdentifier::of).collect();
                let known =
                    |(name, value): (&domain::Text, &Value)| (name.to_string(), value.clone());
                shown.fields = content.fields.iter().map(known).collect();
                shown.outcome = read.outcome.iter().map(known).collect();
                shown.left_out = read.left_out.iter().map(ShownFault::of).collect();
            }
        }
        shown
    }
}

impl ShownIdentifier {
    fn of(one: &domain::signal::Identifier) -> Self {
        Self { kind: one.kind.name(), value: one.value.to_string(), verified: one.verified }
    }
}

impl ShownFault {
    fn of(fault: &RowFault) -> Self {
        Self {
            reason: fault.code.as_str(),
            field: fault.field.clone(),
            value: fault.value.clone(),
            help: cure(fault),
        }
    }
}

impl ShownOddity {
    fn of(file: &str, odd: Oddity) -> Self {
        let Oddity { kind, column, rows, line, value, says } = odd;
        Self { file: file.to_owned(), kind: kind.name(), column, rows, line, value, says }
    }
}
