//! What looks odd about the rows of a file: for a dry run, before anything is written.

use std::hash::BuildHasher;

use domain::{Moment, Span};
use rustc_hash::{FxBuildHasher, FxHashSet};

use super::bound::BoundMap;
use super::fault::RowFault;
use super::map::FileMap;
use super::row::{RowRead, RowResult};
use super::time::{self, Format};
use crate::csv::Row;

/// So many rows with one value are odd.
const ROWS_MIN: u64 = 5;
/// Nobody's lead is from before this year.
const YEAR_MIN: i16 = 1990;

/// What is odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OddKind {
    /// A row's time is later than now.
    InTheFuture,
    /// A row's time is long ago, as where a number was taken for a date.
    LongAgo,
    /// The day and the month of a date may be swapped.
    DayMonthSwap,
    /// A mapped column says the same in all rows.
    OneValue,
    /// A mapped column says nothing in any row.
    Empty,
    /// Columns of the file that the map does not read.
    ColumnUnread,
    /// An id is there more than once.
    IdTwice,
    /// An id looks like a number that a spreadsheet shortened.
    IdMangled,
    /// A row that says neither who nor where.
    NoIdentifier,
    /// A cell that cannot be read: it is left out.
    LeftOut,
    /// A row that cannot be read: it is quarantined.
    Quarantined,
}

impl OddKind {
    /// The name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::InTheFuture => "in-the-future",
            Self::LongAgo => "long-ago",
            Self::DayMonthSwap => "day-month-swap",
            Self::OneValue => "one-value",
            Self::Empty => "empty",
            Self::ColumnUnread => "column-unread",
            Self::IdTwice => "id-twice",
            Self::IdMangled => "id-mangled",
            Self::NoIdentifier => "no-identifier",
            Self::LeftOut => "left-out",
            Self::Quarantined => "quarantined",
        }
    }
}

/// Something odd, with the first row that shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Oddity {
    /// What it is.
    pub kind: OddKind,
    /// The column that it is about, where it is one.
    pub column: Option<String>,
    /// How many rows show it; 0 where it is about the file.
    pub rows: u64,
    /// The physical line of the first.
    pub line: Option<u64>,
    /// What stands there: for the terminal of whoever imports alone.
    pub value: Option<String>,
    /// In words, without the value.
    pub says: String,
}

/// Looks at the rows of a file one by one.
pub struct Oddities {
    now: Moment,
    columns: Vec<ColumnSeen>,
    dates: Vec<DateSeen>,
    /// Hashes of the ids so far: 8 bytes a row.
    ids: FxHashSet<u64>,
    found: Vec<Oddity>,
    rows: u64,
}

struct ColumnSeen {
    name: String,
    at: usize,
    is_read: bool,
    filled: u64,
    first: String,
    differs: bool,
}

/// A column with dates whose day and month could be swapped.
struct DateSeen {
    column: String,
    at: usize,
    formats: Vec<Format>,
    /// The same with day and month swapped.
    swapped: Vec<Format>,
    /// Cells that can only be read as the map says.
    proven: u64,
    /// Cells that can be read both ways, and differ.
    either: u64,
    first: Option<(u64, String)>,
    /// Cells that can only be read the other way.
    otherwise: u64,
    first_otherwise: Option<(u64, String)>,
}

impl Oddities {
    /// Begins with a file's columns.
    pub fn of(bound: &BoundMap<'_>, now: Moment) -> Self {
        let read = bound.read_places();
        let names = bound.header.names().iter().enumerate();
        let columns = names.filter(|(_, name)| !name.is_empty()).map(|(at, name)| ColumnSeen {
            name: name.clone(),
            at,
            is_read: read.contains(&at),
            filled: 0,
            first: String::new(),
            differs: false,
        });
        Self {
            now,
            columns: columns.collect(),
            dates: dates(bound),
            ids: FxHashSet::default(),
            found: Vec::new(),
            rows: 0,
        }
    }

    /// Looks at a row and at what it was read as.
    pub fn look(&mut self, map: &FileMap, row: &Row, result: &RowResult) {
        self.rows += 1;
        for column in &mut self.columns {
            column.look(row.cell(column.at).unwrap_or_default().trim(), map);
        }
        for date in &mut self.dates {
            date.look(row, map);
        }
        match result {
            RowResult::Signal(read) => self.look_read(read),
            RowResult::Quarantine(held) => {
                for fault in &held.faults {
                    self.fault(OddKind::Quarantined, held.line, fault);
                }
            }
        }
    }

    fn look_read(&mut self, read: &RowRead) {
        let content = &read.incoming.content;
        for fault in &read.left_out {
            self.fault(OddKind::LeftOut, read.line, fault);
        }
        if let Some(occurred) = content.occurred {
            let year = occurred.timestamp().to_zoned(jiff::tz::TimeZone::UTC).year();
            let shown = Some(occurred.to_string());
            if occurred > self.now + Span::DAY {
                self.note(OddKind::InTheFuture, None, read.line, shown, "happens in the future");
            } else if year < YEAR_MIN {
                self.note(OddKind::LongAgo, None, read.line, shown, "happened before 1990");
            }
        }
        if content.subject.is_empty() {
            let says = "says neither who nor where";
            self.note(OddKind::NoIdentifier, None, read.line, None, says);
        }
        let id = content.source_id.to_string();
        if read.id_mangled {
            let says = "has an id that a spreadsheet shortened";
            self.note(OddKind::IdMangled, None, read.line, Some(id.clone()), says);
        }
        if !self.ids.insert(FxBuildHasher.hash_one(&id)) {
            self.note(OddKind::IdTwice, None, read.line, Some(id), "has an id that came before");
        }
    }

    fn fault(&mut self, kind: OddKind, line: u64, fault: &RowFault) {
        let says = fault.code.says().trim_end_matches('.').to_owned();
        self.note(kind, fault.field.clone(), line, fault.value.clone(), &says);
    }

    fn note(
        &mut self,
        kind: OddKind,
        column: Option<String>,
        line: u64,
        value: Option<String>,
        says: &str,
    ) {
        let same = |one: &&mut Oddity| one.kind == kind && one.column == column && one.says == says;
        if let Some(known) = self.found.iter_mut().find(same) {
            known.rows += 1;
            return;
        }
        let says = says.to_owned();
        self.found.push(Oddity { kind, column, rows: 1, line: Some(line), value, says });
    }

    /// All that is odd, the worst first.
    pub fn found(mut self) -> Vec<Oddity> {
        for date in &self.dates {
            self.found.extend(date.odd());
        }
        if self.rows > 0 {
            let rows = self.rows;
            self.found.extend(self.columns.iter().filter_map(|column| column.odd(rows)));
        }
        self.found.sort_by_key(|odd| odd.kind);
        self.found
    }
}

impl ColumnSeen {
    fn look(&mut self, cell: &str, map: &FileMap) {
        if map.is_null(cell) {
            return;
        }
        self.filled += 1;
        if self.filled == 1 {
            cell.clone_into(&mut self.first);
        } else if !self.differs && self.first != cell {
            self.differs = true;
        }
    }

    fn odd(&self, rows: u64) -> Option<Oddity> {
        let odd = |kind, value, says: &str| {
            let column = Some(self.name.clone());
            Some(Oddity {
                kind,
                column,
                rows: self.filled,
                line: None,
                value,
                says: says.to_owned(),
            })
        };
        if !self.is_read {
            let says = "nothing in the map reads this column";
            return if self.filled > 0 { odd(OddKind::ColumnUnread, None, says) } else { None };
        }
        if self.filled == 0 {
            return odd(OddKind::Empty, None, "the column is empty in every row");
        }
        let same = !self.differs && self.filled == rows && rows >= ROWS_MIN;
        let shown: String = self.first.chars().take(60).collect();
        if same { odd(OddKind::OneValue, Some(shown), "all rows say the same") } else { None }
    }
}

/// The columns with dates whose formats have a day and a month in figures, side by side.
fn dates(bound: &BoundMap<'_>) -> Vec<DateSeen> {
    let time = bound.map.time_columns().zip(bound.time.first());
    let time = time.filter(|(columns, _)| columns.columns.len() == 1);
    let time = time.map(|(columns, at)| (columns.columns[0].as_str(), *at, &columns.formats));
    let fields = bound.fields.iter().filter_map(|(at, field)| {
        field.kind.formats().map(|formats| (field.column.as_str(), *at, formats))
    });
    let mut seen: Vec<DateSeen> = Vec::new();
    for (column, at, formats) in time.into_iter().chain(fields) {
        let swapped: Vec<Format> = formats.iter().filter_map(Format::swapped).collect();
        if !swapped.is_empty() && seen.iter().all(|known| known.at != at) {
            seen.push(DateSeen {
                column: column.to_owned(),
                at,
                formats: formats.clone(),
                swapped,
                proven: 0,
                either: 0,
                first: None,
                otherwise: 0,
                first_otherwise: None,
            });
        }
    }
    seen
}

impl DateSeen {
    fn look(&mut self, row: &Row, map: &FileMap) {
        let cell = row.cell(self.at).unwrap_or_default().trim();
        if map.is_null(cell) {
            return;
        }
        let read = time::moment(cell, &self.formats, &map.zone).ok();
        let other = time::moment(cell, &self.swapped, &map.zone).ok();
        let here = || Some((row.line(), cell.chars().take(60).collect()));
        match (read, other) {
            (Some(_), None) => self.proven += 1,
            (Some((read, _)), Some((other, _))) if read != other => {
                self.either += 1;
                self.first = self.first.take().or_else(here);
            }
            (None, Some(_)) => {
                self.otherwise += 1;
                self.first_otherwise = self.first_otherwise.take().or_else(here);
            }
            (Some(_), Some(_)) | (None, None) => {}
        }
    }

    fn odd(&self) -> Option<Oddity> {
        let (rows, first, says) = if self.otherwise > 0 {
            let says =
                "only fits with day and month swapped: the formats may have them the wrong way";
            (self.otherwise, &self.first_otherwise, says)
        } else if self.proven == 0 && self.either > 0 {
            let says = "fits with day and month swapped as well, and no row tells which is meant";
            (self.either, &self.first, says)
        } else {
            return None;
        };
        let (line, value) = first.clone().unzip();
        let column = Some(self.column.clone());
        Some(Oddity {
            kind: OddKind::DayMonthSwap,
            column,
            rows,
            line,
            value,
            says: says.to_owned(),
        })
    }
}
