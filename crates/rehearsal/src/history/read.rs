//! Reading: people's exports become rows in the order of the files, each row once.
//!
//! Files are read side by side. What is a duplicate is settled afterwards in the order of the files,
//! so that the number of threads changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use connectors::import::{FileRefused, FileRows, ImportMap, RowResult};
use domain::reason::Code;
use domain::signal::{Incoming, SourceName};
use domain::{Fields, Text};
use engine::identity::identifiers;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::{Progress, threads};

/// How many rows are read between two words about progress.
const ROWS_BETWEEN: u64 = 2_048;

/// Somebody's history.
#[derive(Debug)]
pub struct History {
    /// The source of the map.
    pub source: SourceName,
    /// The base names of the files, in their order.
    pub files: Vec<String>,
    /// The rows that could be read, each once, in the order of the files.
    pub rows: Vec<Row>,
    /// What was read.
    pub counts: Counts,
}

/// A row that could be read.
#[derive(Clone, Debug)]
pub struct Row {
    /// Which file, by its place.
    pub file: usize,
    /// The physical line where it begins.
    pub line: u64,
    /// Whether it is a lead.
    pub lead: bool,
    /// Whether, besides id, time and subject, it says nothing that was known then.
    pub outcome_only: bool,
    /// Whether what it says was known before everything else.
    pub at_start: bool,
    /// What was known then.
    pub incoming: Incoming,
    /// What is known only afterwards, by field or else by column.
    pub outcome: Fields,
}

impl History {
    /// Signals that were accepted already, each once, in the order in which they came, and whether each is a
    /// lead.
    pub fn of_signals(
        source: SourceName,
        name: &str,
        signals: impl IntoIterator<Item = (Incoming, bool)>,
    ) -> Self {
        let row = |(at, (incoming, lead)): (u64, (Incoming, bool))| Row {
            file: 0,
            line: at,
            lead,
            outcome_only: false,
            at_start: false,
            incoming,
            outcome: Fields::default(),
        };
        let rows: Vec<Row> = (1..).zip(signals).map(row).collect();
        let undated = rows.iter().filter(|row| row.is_undated()).count() as u64;
        let counts = Counts { read: rows.len() as u64, undated, ..Counts::default() };
        Self { source, files: vec![name.to_owned()], rows, counts }
    }
}

impl Row {
    /// Whether nobody knows when it happened: it follows at the end.
    pub fn is_undated(&self) -> bool {
        self.incoming.content.occurred.is_none() && !self.at_start
    }
}

/// What was read. Every row that was read is among the rows, a duplicate or quarantined.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All of them.
    pub read: u64,
    /// The same id with the same body, or the same quarantined row.
    pub duplicates: u64,
    /// Those that could not be taken, by why.
    pub quarantined: BTreeMap<Code, u64>,
    /// Those that say no time. They are played last.
    pub undated: u64,
}

impl Counts {
    /// How many were quarantined, whatever for.
    pub fn quarantined(&self) -> u64 {
        self.quarantined.values().sum()
    }
}

/// What a row of one file became, before it is known whether it came before.
enum Piece {
    Row(Box<Row>),
    Quarantined { code: Code, key: [u8; 32] },
}

/// Reads files, each with its name, under a map. All of them are opened before any is read, so that a
/// file that does not fit refuses the whole call.
pub fn read<R: io::Read + Send>(
    map: &ImportMap,
    files: Vec<(String, R)>,
    threads: usize,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<History, FileRefused> {
    let mut opened = Vec::with_capacity(files.len());
    for (name, input) in files {
        opened.push(map.open(&name, input)?);
    }
    let names = opened.iter().map(|rows| rows.name().to_owned()).collect();
    let pieces = read_all(opened, threads, progress)?;
    Ok(settle(map.source.clone(), names, pieces))
}

fn read_all<R: io::Read + Send>(
    files: Vec<FileRows<'_, R>>,
    threads: usize,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Vec<Vec<Piece>>, FileRefused> {
    let so_far = ReadProgress { rows: AtomicU64::new(0), bytes: AtomicU64::new(0), progress };
    let numbered: Vec<_> = files.into_iter().enumerate().collect();
    match threads::pool(threads) {
        Some(pool) => pool.install(|| {
            numbered.into_par_iter().map(|(at, file)| read_one(at, file, &so_far)).collect()
        }),
        None => numbered.into_iter().map(|(at, file)| read_one(at, file, &so_far)).collect(),
    }
}

/// How far all files together have been read.
struct ReadProgress<'p> {
    rows: AtomicU64,
    bytes: AtomicU64,
    progress: &'p (dyn Fn(Progress) + Sync),
}

impl ReadProgress<'_> {
    fn tell(&self, rows: u64, bytes: u64) {
        let rows = self.rows.fetch_add(rows, Ordering::Relaxed) + rows;
        let bytes = self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        (self.progress)(Progress::Reading { rows, bytes });
    }
}

fn read_one<R: io::Read>(
    file: usize,
    mut rows: FileRows<'_, R>,
    so_far: &ReadProgress<'_>,
) -> Result<Vec<Piece>, FileRefused> {
    let mut read = Vec::new();
    let (mut told_rows, mut told_bytes) = (0, 0);
    while let Some(result) = rows.next_row()? {
        read.push(prepared(file, result));
        let count = read.len() as u64;
        if count - told_rows >= ROWS_BETWEEN {
            so_far.tell(count - told_rows, rows.bytes_read() - told_bytes);
            (told_rows, told_bytes) = (count, rows.bytes_read());
        }
    }
    so_far.tell(read.len() as u64 - told_rows, rows.bytes_read() - told_bytes);
    Ok(read)
}

fn prepared(file: usize, result: RowResult) -> Piece {
    let row = match result {
        RowResult::Signal(row) => row,
        RowResult::Quarantine(held) => {
            return Piece::Quarantined { code: held.code, key: held.key };
        }
    };
    // An import quarantines a cell that should hold an address and does not; so does a rehearsal.
    let found = identifiers(&row.incoming.source, &row.incoming.content);
    if found.codes.contains(&Code::AddressUnreadable) {
        return Piece::Quarantined { code: Code::AddressUnreadable, key: row.incoming.body };
    }
    Piece::Row(Box::new(Row {
        file,
        line: row.line,
        lead: row.lead,
        outcome_only: row.outcome_only,
        at_start: row.at_start,
        incoming: row.incoming,
        outcome: row.outcome,
    }))
}

/// Says in the order of the files which rows came before.
fn settle(source: SourceName, files: Vec<String>, pieces: Vec<Vec<Piece>>) -> History {
    let mut settling = Deduplication::default();
    settling.rows.reserve(pieces.iter().map(Vec::len).sum());
    for piece in pieces.into_iter().flatten() {
        settling.counts.read += 1;
        match piece {
            Piece::Quarantined { code, key } => settling.quarantine(code, key),
            Piece::Row(row) => settling.take(*row),
        }
    }
    History { source, files, rows: settling.rows, counts: settling.counts }
}

#[derive(Default)]
struct Deduplication {
    rows: Vec<Row>,
    counts: Counts,
    bodies: BTreeMap<Text, [u8; 32]>,
    apart: BTreeSet<[u8; 32]>,
}

impl Deduplication {
    fn take(&mut self, row: Row) {
        let (id, body) = (&row.incoming.content.source_id, row.incoming.body);
        match self.bodies.get(id) {
            None => {
                self.bodies.insert(id.clone(), body);
                self.counts.undated += u64::from(row.is_undated());
                self.rows.push(row);
            }
            Some(known) if *known == body => self.counts.duplicates += 1,
            Some(_) => self.quarantine(Code::IdReused, body),
        }
    }

    fn quarantine(&mut self, code: Code, key: [u8; 32]) {
        if self.apart.insert(key) {
            *self.counts.quarantined.entry(code).or_default() += 1;
        } else {
            self.counts.duplicates += 1;
        }
    }
}
