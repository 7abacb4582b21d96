//! A map bound to the header of a file: where each column that it names stands.

use std::collections::{BTreeMap, BTreeSet};

use notation::nearest;

use super::body::{Body, Occurrences};
use super::map::{Country, FieldMap, FileMap, SubjectColumn};
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
        let mut places = Places::of(header);
        let told: BTreeSet<&str> = map.fields.iter().map(|field| field.column.as_str()).collect();
        let untold = map.outcome.iter().filter(|column| !told.contains(column.as_str()));
        let bound = Self {
            map,
            header: header.clone(),
            delimiter,
            id: map.id.as_deref().map(|column| places.find(column)),
            time: (map.time_columns().iter().flat_map(|time| &time.columns))
                .map(|column| places.find(column))
                .collect(),
            subject: map.subject.iter().map(|subject| places.subject(subject)).collect(),
            fields: map.fields.iter().map(|field| (places.find(&field.column), field)).collect(),
            outcome: untold.map(|column| (places.find(column), column.as_str())).collect(),
            body: Body::of(header, map.id.is_some()),
            occurrences: Occurrences::default(),
        };
        places.refused().map_or(Ok(bound), Err)
    }

    /// Reads on as if the row to come were the `nth` of its like.
    pub(super) fn begin_at(&mut self, nth: u32) {
        self.occurrences = Occurrences::from(nth);
    }
}

/// Where the names of a header stand, and what was looked for in vain.
struct Places<'h> {
    header: &'h Header,
    by_name: BTreeMap<&'h str, ColumnLookup>,
    missing: Vec<(String, Option<String>)>,
    twice: Vec<String>,
}

impl<'h> Places<'h> {
    fn of(header: &'h Header) -> Self {
        Self { header, by_name: header.places(), missing: Vec::new(), twice: Vec::new() }
    }

    /// The place of a column. What is not there is noted, so that all of it is told at once.
    fn find(&mut self, column: &str) -> usize {
        if self.header.is_empty() {
            return 0;
        }
        match self.by_name.get(column).copied().unwrap_or(ColumnLookup::Missing) {
            ColumnLookup::At(at) => return at,
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
        0
    }

    fn subject<'m>(&mut self, column: &'m SubjectColumn) -> BoundSubject<'m> {
        let country_at = match &column.country {
            Some(Country::Column { column, .. }) => Some(self.find(column)),
            Some(Country::Code(_)) | None => None,
        };
        BoundSubject { at: self.find(&column.column), country_at, column }
    }

    fn refused(self) -> Option<HeaderRefused> {
        let Self { missing, twice, .. } = self;
        (!missing.is_empty() || !twice.is_empty()).then_some(HeaderRefused { missing, twice })
    }
}
