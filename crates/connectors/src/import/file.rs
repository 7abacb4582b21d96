//! A file under a map: opened, and read row by row.

use std::io::Read;

use domain::Moment;

use super::bound::BoundMap;
use super::map::ImportMap;
use super::oddities::Oddities;
use super::refused::{FileRefused, HeaderSeen};
use super::row::RowResult;
use crate::csv::{OpenError, Reader, Row};

/// How many rows were read, and how many of them became quarantine entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All rows: the signals and the quarantined.
    pub read: u64,
    /// Those that are signals, duplicates among them.
    pub signals: u64,
    /// Those that could not be taken.
    pub quarantined: u64,
}

/// The rows of a file. Memory is bounded, but for a file whose map names no id (16 bytes a row).
pub struct FileRows<'m, R> {
    name: String,
    reader: Reader<R>,
    bound: BoundMap<'m>,
    row: Row,
    counts: Counts,
}

impl ImportMap {
    /// Opens a file by its name: finds what the map says of it, recognises what it is, and fits its
    /// header. No row is read yet.
    pub fn open<R: Read>(&self, name: &str, input: R) -> Result<FileRows<'_, R>, FileRefused> {
        let map = self.file_for(name)?;
        let file = super::map::base_name(name).to_owned();
        let reader = match Reader::open(input, &map.options()) {
            Ok(reader) => reader,
            Err(error) => return Err(refusal(file, error)),
        };
        match BoundMap::new(map, reader.header(), reader.delimiter()) {
            Ok(bound) => {
                let (row, counts) = (Row::default(), Counts::default());
                Ok(FileRows { name: file, reader, bound, row, counts })
            }
            Err(refused) => {
                let (header, lines) = (reader.header(), reader.first_lines());
                let wanted: Vec<&str> = map.names().collect();
                let seen = HeaderSeen::of(header, reader.delimiter(), lines, &wanted);
                Err(FileRefused::Header { file, refused, seen: Box::new(seen) })
            }
        }
    }
}

fn refusal(file: String, error: OpenError) -> FileRefused {
    match error {
        OpenError::NotCsv { looks_like } => FileRefused::NotCsv { file, looks_like },
        OpenError::HeaderUnreadable { line, code } => {
            FileRefused::HeaderUnreadable { file, line, code }
        }
        OpenError::Read(source) => FileRefused::Read { file, source },
    }
}

impl<R: Read> FileRows<'_, R> {
    /// The next row; none at the end.
    pub fn next_row(&mut self) -> Result<Option<RowResult>, FileRefused> {
        match self.reader.read(&mut self.row) {
            Ok(false) => Ok(None),
            Ok(true) => {
                let result = self.bound.read(&self.row);
                self.counts.read += 1;
                match &result {
                    RowResult::Signal(_) => self.counts.signals += 1,
                    RowResult::Quarantine(_) => self.counts.quarantined += 1,
                }
                Ok(Some(result))
            }
            Err(source) => Err(FileRefused::Read { file: self.name.clone(), source }),
        }
    }

    /// Begins to look for what is odd about the rows to come.
    pub fn oddities(&self, now: Moment) -> Oddities {
        Oddities::of(&self.bound, now)
    }

    /// Looks at the last row and what it was read as.
    pub fn look(&self, odd: &mut Oddities, result: &RowResult) {
        odd.look(self.bound.map, &self.row, result);
    }

    /// The file's base name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The bytes of the last row as a quarantine entry keeps them: for a reused id.
    pub fn raw(&self) -> Vec<u8> {
        self.bound.raw(&self.row)
    }

    /// Rows so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Bytes so far, for progress.
    pub fn bytes_read(&self) -> u64 {
        self.reader.bytes_read()
    }
}
