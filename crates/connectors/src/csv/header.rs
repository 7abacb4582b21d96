//! The header: the names of the columns, trimmed and without byte order mark.

use std::collections::BTreeMap;

use super::row::Row;

/// The names of the columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    names: Vec<String>,
    line: u64,
}

/// Where a name stands in a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnLookup {
    /// Once, at this place.
    At(usize),
    /// It stands nowhere.
    Missing,
    /// More than once.
    Twice,
}

impl Header {
    /// A header of these names.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self { names: names.into_iter().map(plain).collect(), line: 1 }
    }

    pub(super) fn of(row: &Row) -> Self {
        Self { line: row.line(), ..Self::new(row.cells()) }
    }

    /// The names in order. Some may be empty or there twice.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The physical line where it begins; 0 where the file has none because it is empty.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// How many columns there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is no header: the file is empty.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Where each name stands: for whoever looks for many.
    pub fn places(&self) -> BTreeMap<&str, ColumnLookup> {
        let mut places = BTreeMap::new();
        for (at, name) in self.names.iter().enumerate() {
            let first = ColumnLookup::At(at);
            places
                .entry(name.as_str())
                .and_modify(|found| *found = ColumnLookup::Twice)
                .or_insert(first);
        }
        places
    }

    /// Where a column stands. Names are compared exactly, after trimming.
    pub fn find(&self, name: &str) -> ColumnLookup {
        let wanted = plain(name);
        let mut places = self.names.iter().enumerate().filter(|(_, known)| **known == wanted);
        match (places.next(), places.next()) {
            (None, _) => ColumnLookup::Missing,
            (Some((at, _)), None) => ColumnLookup::At(at),
            (Some(_), Some(_)) => ColumnLookup::Twice,
        }
    }
}

fn plain(name: &str) -> String {
    let blank = |character: char| character.is_whitespace() || character == '\u{feff}';
    name.trim_matches(blank).to_owned()
}
