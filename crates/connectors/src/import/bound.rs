//! A map bound to the header of a file: where each column that it names stands.

use std::collections::{BTreeMap, BTreeSet};

use notation::nearest;

use super::body::{Body, Occurrences};
use super::map::{Country, FieldMap, FileMap, Missing, SubjectColumn};
use super::refused::HeaderRefused;
use crate::csv::Header;
use crate::csv::header::ColumnLookup;

/// A column that says whose a row is, with the column that says its country.
pub(super) struct BoundSubject<'m> {
    pub(super) at: usize,
    pub(super) country_at: Option<usize>,
    pub(super) column: &'m SubjectColumn,
}

/// A map bound to the header of a file.
pub struct BoundMap<'m> {
    pub(super) map: &'m FileMap,
    pub(super) header: Header,
    pub(super) delimiter: u8,
    pub(super) id: Option<usize>,
    /// The columns of the time.
    pub(super) time: Vec<usize>,
    pub(super) subject: Vec<BoundSubject<'m>>,
    pub(super) fields: Vec<(usize, &'m FieldMap)>,
    /// Columns of the outcome that no field reads.
    pub(super) outcome: Vec<(usize, &'m str)>,
    pub(super) body: Body,
    pub(super) occurrences: Occurrences,
}

impl<'m> BoundMap<'m> {
    /// Finds the columns of a map in a header. The empty header of an empty file fits every map.
    pub fn new(map: &'m FileMap, header: &Header, delimiter: u8) -> Result<Self, HeaderRefused> {
        let mut places = Places::of(header, map);
        let told: BTreeSet<&str> = map.fields.iter().map(|field| field.column.as_str()).collect();
        let untold = map.outcome.iter().filter(|column| !told.contains(column.as_str()));
        let id = map.id.as_deref().and_then(|column| places.find(column));
        let bound = Self {
            map,
            header: header.clone(),
            delimiter,
            id,
            time: (map.time_columns().into_iter().flat_map(|time| &time.columns))
                .filter_map(|column| places.find(column))
                .collect(),
            subject: (map.subject.iter()).filter_map(|subject| places.subject(subject)).collect(),
            fields: (map.fields.iter())
                .filter_map(|field| Some((places.find(&field.column)?, field)))
                .collect(),
            outcome: untold
                .filter_map(|column| Some((places.find(column)?, column.as_str())))
                .collect(),
            body: Body::of(header, id.is_some()),
            occurrences: Occurrences::default(),
        };
        match places.refused(bound.subject.is_empty()) {
            Some(refused) => Err(refused),
            None => Ok(bound),
        }
    }

    /// The places of all columns that the map reads.
    pub(super) fn read_places(&self) -> BTreeSet<usize> {
        let subject = self.subject.iter().flat_map(|bound| [Some(bound.at), bound.country_at]);
        (self.id.into_iter())
            .chain(self.time.iter().copied())
            .chain(subject.flatten())
            .chain(self.fields.iter().map(|(at, _)| *at))
            .chain(self.outcome.iter().map(|(at, _)| *at))
            .collect()
    }

    /// Reads on as if the row to come were the `nth` of its like.
    pub(super) fn begin_at(&mut self, nth: u32) {
        self.occurrences = Occurrences::from(nth);
    }
}

/// Where the names of a header stand, and what was looked for in vain.
struct Places<'h> {
    header: &'h Header,
    map: &'h FileMap,
    by_name: BTreeMap<&'h str, ColumnLookup>,
    missing: Vec<(String, Option<String>)>,
    twice: Vec<String>,
}

impl<'h> Places<'h> {
    fn of(header: &'h Header, map: &'h FileMap) -> Self {
        let (missing, twice) = (Vec::new(), Vec::new());
        Self { header, map, by_name: header.places(), missing, twice }
    }

    /// Where a column stands, by its name or by the first of its other names that is there.
    fn look_up(&self, column: &str) -> ColumnLookup {
        let others = self.map.aliases.get(column).into_iter().flatten().map(String::as_str);
        let mut found = std::iter::once(column)
            .chain(others)
            .filter_map(|name| self.by_name.get(name).copied());
        found.next().unwrap_or(ColumnLookup::Missing)
    }

    /// The place of a column. What is not there is noted, so that all of it is told at once.
    fn find(&mut self, column: &str) -> Option<usize> {
        if self.header.is_empty() {
            return Some(0);
        }
        match self.look_up(column) {
            ColumnLookup::At(at) => return Some(at),
            ColumnLookup::Twice => {
                if self.twice.iter().all(|known| known != column) {
                    self.twice.push(column.to_owned());
                }
            }
            ColumnLookup::Missing => {
                if self.missing.iter().all(|(known, _)| known != column) {
                    let names = self.header.names().iter().map(String::as_str);
                    let near = nearest(column, names).map(|name| name.chars().take(80).collect());
                    self.missing.push((column.to_owned(), near));
                }
            }
        }
        None
    }

    fn subject<'m>(&mut self, column: &'m SubjectColumn) -> Option<BoundSubject<'m>> {
        let country_at = match &column.country {
            Some(Country::Column { column, .. }) => self.find(column),
            Some(Country::Code(_)) | None => None,
        };
        Some(BoundSubject { at: self.find(&column.column)?, country_at, column })
    }

    /// What the file is refused for. Where missing columns are passed over, one that says whose the
    /// rows are must be there: else it is another file.
    fn refused(mut self, nobody: bool) -> Option<HeaderRefused> {
        let another = nobody && !self.map.subject.is_empty();
        if self.map.missing == Missing::LeaveOut && !another {
            self.missing.clear();
        }
        let Self { missing, twice, .. } = self;
        (!missing.is_empty() || !twice.is_empty()).then_some(HeaderRefused { missing, twice })
    }
}
