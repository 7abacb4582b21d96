//! From a row to a signal, as a map says.

use std::collections::{BTreeMap, BTreeSet};

use domain::Fields;
use std::fmt;

use domain::reason::{Code, Finding, Severity};
use domain::signal::{Content, Identifier, IdentifierKind, Incoming};
use domain::{HandoffId, Moment, Value};
use notation::nearest;

use super::body::{self, Body, Hash, Occurrences};
use super::cell;
use super::map::{DEBRIEF_KIND, FieldMap, FileMap, OUTCOME_KIND, SubjectColumn};
use super::quarantined_row::{self, QuarantinedRow};
use super::refused::HeaderRefused;
use super::time;
use crate::csv::header::ColumnLookup;
use crate::csv::row::ROW_BYTES_MAX;
use crate::csv::{Header, Row};
use crate::mapping::workplaces;

/// What a row became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowResult {
    /// A signal; whether it is a duplicate is the store's to say.
    Signal(Box<RowRead>),
    /// A quarantine entry; whether it came before is the store's to say.
    Quarantine(Box<QuarantinedRow>),
}

/// A row that could be read.
#[derive(Clone, PartialEq, Eq)]
pub struct RowRead {
    /// The physical line where it begins.
    pub line: u64,
    /// Whether it is a lead.
    pub lead: bool,
    /// The signal, without what is known only afterwards.
    pub incoming: Incoming,
    /// What is to be said of it.
    pub findings: Vec<Finding>,
    /// What is known only afterwards, by field or else by column.
    pub outcome: Fields,
    /// Whether, besides id, time and subject, nothing but outcome is mapped.
    pub outcome_only: bool,
    /// Whether the id looks like a number that a spreadsheet shortened: `1E+05`.
    pub id_mangled: bool,
}

impl fmt::Debug for RowRead {
    /// Without what is known afterwards: it may name somebody, and debug output reaches logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row(line {}, {:?}, {:?})", self.line, self.incoming.content, self.findings)
    }
}

impl RowRead {
    /// The signal with what is known only afterwards, for where recorded behaviour is asked for.
    pub fn recorded(mut self) -> Incoming {
        self.incoming.content.fields.extend(std::mem::take(&mut self.outcome));
        self.incoming
    }
}

/// A map bound to the header of a file.
pub struct BoundMap<'m> {
    map: &'m FileMap,
    header: Header,
    delimiter: u8,
    id: Option<usize>,
    time: Option<usize>,
    subject: Vec<(usize, &'m SubjectColumn)>,
    fields: Vec<(usize, &'m FieldMap)>,
    /// Columns of the outcome that no field reads.
    outcome: Vec<(usize, &'m str)>,
    body: Body,
    occurrences: Occurrences,
}

/// What is wrong with a row.
struct Fault {
    code: Code,
    field: Option<String>,
    detail: String,
}

impl Fault {
    fn new(code: Code) -> Self {
        Self { code, field: None, detail: code.says().to_owned() }
    }

    fn at(code: Code, field: &str) -> Self {
        let says = code.says().trim_end_matches('.');
        let detail = format!("{says} (`{field}`).");
        Self { code, field: Some(field.to_owned()), detail }
    }
}

impl<'m> BoundMap<'m> {
    /// Finds the columns of a map in a header. The empty header of an empty file fits every map.
    pub fn new(map: &'m FileMap, header: &Header, delimiter: u8) -> Result<Self, HeaderRefused> {
        let places = header.places();
        let find = |column: &str| {
            if header.is_empty() { Ok(0) } else { find(header, &places, column) }
        };
        let told: BTreeSet<&str> = map.fields.iter().map(|field| field.column.as_str()).collect();
        let untold = map.outcome.iter().filter(|column| !told.contains(column.as_str()));
        Ok(Self {
            map,
            header: header.clone(),
            delimiter,
            id: map.id.as_deref().map(find).transpose()?,
            time: map.time.as_ref().map(|time| find(&time.column)).transpose()?,
            subject: map
                .subject
                .iter()
                .map(|subject| Ok((find(&subject.column)?, subject)))
                .collect::<Result<_, _>>()?,
            fields: map
                .fields
                .iter()
                .map(|field| Ok((find(&field.column)?, field)))
                .collect::<Result<_, _>>()?,
            outcome: untold
                .map(|column| Ok((find(column)?, column.as_str())))
                .collect::<Result<_, _>>()?,
            body: Body::of(header),
            occurrences: Occurrences::default(),
        })
    }

    /// Reads a row. Call it for each row of the file in order: rows without an id are told apart by
    /// how often they occurred.
    pub fn read(&mut self, row: &Row) -> RowResult {
        let body =
            if row.fault().is_some() { self.body.hash_raw(row) } else { self.body.hash(row) };
        let id = self.id_of(row);
        let (source_id, nth) = if let Some(id) = &id {
            (Some(self.source_id(id, &body)), 0)
        } else {
            let nth = self.occurrences.next(&body);
            let hashed = || format!("{}:{}-{nth}", self.map.kind, body::short(&body));
            (self.map.id.is_none().then(hashed), nth)
        };
        match self.signal(row, source_id.as_deref(), body) {
            Ok(mut read) => {
                read.id_mangled = id.as_deref().is_some_and(looks_mangled);
                RowResult::Signal(Box::new(read))
            }
            Err(fault) => {
                let key = body::nth(&self.map.kind, &body, nth);
                RowResult::Quarantine(Box::new(self.held(row, fault, source_id, key)))
            }
        }
    }

    /// Reads on as if the row to come were the `nth` of its like.
    pub(super) fn begin_at(&mut self, nth: u32) {
        self.occurrences = Occurrences::from(nth);
    }

    fn held(
        &self,
        row: &Row,
        fault: Fault,
        source_id: Option<String>,
        key: Hash,
    ) -> QuarantinedRow {
        let mut raw = self.raw(row);
        let cut = row.is_cut() || raw.len() > ROW_BYTES_MAX;
        raw.truncate(ROW_BYTES_MAX);
        let Fault { code, field, detail } = fault;
        QuarantinedRow { line: row.line(), code, field, detail, source_id, key, raw, cut }
    }

    /// The bytes of a row as a quarantine entry keeps them, for a row whose id turns out to be reused.
    pub fn raw(&self, row: &Row) -> Vec<u8> {
        quarantined_row::raw(&self.header, self.delimiter, row)
    }

    /// Puts other text into cells, by column or field.
    pub(super) fn repair(&self, row: &mut Row, repairs: &[(String, String)]) {
        let mut cells: Vec<String> = row.cells().map(str::to_owned).collect();
        let mut changed = false;
        for (name, value) in repairs {
            let mapped = self.fields.iter().find(|(_, field)| field.name == *name);
            let place = match self.header.find(name) {
                ColumnLookup::At(at) => Some(at),
                ColumnLookup::Missing | ColumnLookup::Twice => mapped.map(|(at, _)| *at),
            };
            let Some(place) = place else { continue };
            if cells.len() <= place {
                cells.resize(place + 1, String::new());
            }
            cells[place].clone_from(value);
            changed = true;
        }
        if changed {
            row.replace(cells.iter().map(String::as_str));
        }
    }

    /// The id, trimmed, where it can be read.
    fn id_of(&self, row: &Row) -> Option<String> {
        let id = row.cell(self.id?)?.trim();
        let readable = !self.map.is_null(id) && !id.contains([char::REPLACEMENT_CHARACTER, '\0']);
        readable.then(|| id.to_owned())
    }

    fn source_id(&self, id: &str, body: &Hash) -> String {
        let kind = &self.map.kind;
        if self.map.snapshot {
            format!("{kind}:{id}:{}", body::short(body))
        } else {
            format!("{kind}:{id}")
        }
    }

    fn signal(&self, row: &Row, source_id: Option<&str>, body: Hash) -> Result<RowRead, Fault> {
        if let Some(code) = row.fault() {
            return Err(Fault::new(code));
        }
        self.check_shape(row)?;
        let id_column = self.map.id.as_deref().unwrap_or_default();
        let source_id = source_id.ok_or_else(|| Fault::at(Code::IdMissing, id_column))?;
        let mut findings = Vec::new();
        let occurred = self.occurred(row, &mut findings)?;
        let mut subject = self.subjects(row)?;
        let (fields, outcome) = self.told(row, &mut findings)?;
        for (kind, value) in workplaces(&subject, fields.iter()) {
            subject.push(self.map.verifies.identifier(kind, value));
        }
        self.check_handoff(&fields)?;
        Ok(RowRead {
            line: row.line(),
            lead: self.map.lead,
            incoming: Incoming {
                source: self.map.source.clone(),
                content: Content {
                    kind: self.map.kind.clone().into(),
                    origin: self.map.source.as_str().into(),
                    source_id: source_id.into(),
                    occurred,
                    subject,
                    fields,
                },
                body,
            },
            findings,
            outcome,
            outcome_only: self.map.outcome_only(),
            id_mangled: false,
        })
    }

    fn check_shape(&self, row: &Row) -> Result<(), Fault> {
        let surplus = row.cells().skip(self.header.len()).any(|cell| !cell.trim().is_empty());
        if surplus {
            return Err(Fault::new(Code::RowTooLong));
        }
        let missing = |place: Option<usize>| place.filter(|at| *at >= row.len());
        match missing(self.id).or(missing(self.time)) {
            Some(at) => Err(Fault::at(Code::RowTooShort, &self.header.names()[at])),
            None => Ok(()),
        }
    }

    fn occurred(&self, row: &Row, findings: &mut Vec<Finding>) -> Result<Option<Moment>, Fault> {
        let (Some(at), Some(column)) = (self.time, &self.map.time) else { return Ok(None) };
        let cell = row.cell(at).unwrap_or_default().trim();
        if self.map.is_null(cell) {
            return Ok(None);
        }
        let (moment, says) = time::moment(cell, &column.formats, &self.map.zone)
            .map_err(|code| Fault::at(code, &column.column))?;
        findings.extend(says.map(|code| finding(code, &column.column)));
        Ok(Some(moment))
    }

    fn subjects(&self, row: &Row) -> Result<Vec<Identifier>, Fault> {
        let mut subjects = Vec::with_capacity(self.subject.len());
        for (at, subject) in &self.subject {
            let text = row.cell(*at).unwrap_or_default().trim();
            if self.map.is_null(text) {
                continue;
            }
            let code = match subject.kind {
                IdentifierKind::Email if !cell::is_email(text) => Some(Code::AddressUnreadable),
                IdentifierKind::Phone if !cell::is_phone(text) => Some(Code::PhoneUnreadable),
                IdentifierKind::Email
                | IdentifierKind::Phone
                | IdentifierKind::ExternalId
                | IdentifierKind::Cookie
                | IdentifierKind::Domain
                | IdentifierKind::Company => None,
            };
            if let Some(code) = code {
                return Err(Fault::at(code, &subject.column));
            }
            let value = text.to_owned();
            subjects.push(Identifier {
                kind: subject.kind,
                value: value.into(),
                verified: subject.verified,
            });
        }
        Ok(subjects)
    }

    /// The fields, and apart from them what is known only afterwards.
    fn told(&self, row: &Row, findings: &mut Vec<Finding>) -> Result<(Fields, Fields), Fault> {
        let (mut fields, mut outcome) = (Fields::new(), Fields::new());
        for (at, field) in &self.fields {
            let text = row.cell(*at).unwrap_or_default();
            let (value, says) =
                cell::read(field, text, self.map).map_err(|code| Fault::at(code, &field.column))?;
            findings.extend(says.map(|code| finding(code, &field.name)));
            let Some(value) = value else { continue };
            if field.outcome { &mut outcome } else { &mut fields }
                .insert(field.name.as_str(), value);
        }
        for (at, column) in &self.outcome {
            let text = row.cell(*at).unwrap_or_default().trim();
            if !self.map.is_null(text) {
                outcome.insert(*column, Value::from(text));
            }
        }
        Ok((fields, outcome))
    }

    fn check_handoff(&self, fields: &Fields) -> Result<(), Fault> {
        if !matches!(self.map.kind.as_str(), OUTCOME_KIND | DEBRIEF_KIND) {
            return Ok(());
        }
        match fields.get("handoff").map(|value| value.text()) {
            None => Err(Fault::at(Code::AttributeMissing, "handoff")),
            Some(Some(id)) if HandoffId::prefix(id.trim()).is_ok() => Ok(()),
            Some(_) => Err(Fault::at(Code::ValueUnreadable, "handoff")),
        }
    }
}

fn find(
    header: &Header,
    places: &BTreeMap<&str, ColumnLookup>,
    column: &str,
) -> Result<usize, HeaderRefused> {
    match places.get(column).copied().unwrap_or(ColumnLookup::Missing) {
        ColumnLookup::At(at) => Ok(at),
        ColumnLookup::Twice => Err(HeaderRefused::Twice { column: column.to_owned() }),
        ColumnLookup::Missing => Err(HeaderRefused::Missing {
            column: column.to_owned(),
            nearest: nearest(column, header.names().iter().map(String::as_str))
                .map(|name| name.chars().take(80).collect()),
        }),
    }
}

fn finding(code: Code, field: &str) -> Finding {
    Finding { code, severity: Severity::Warning, field: Some(field.to_owned()) }
}

/// Whether an id is written as spreadsheets write large numbers: `1E+05`, `1.23457E+11`.
fn looks_mangled(id: &str) -> bool {
    let Some((mantissa, exponent)) = id.split_once(['E', 'e']) else { return false };
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, "0"));
    digits(whole) && whole.len() == 1 && digits(fraction) && digits(exponent) && exponent.len() <= 3
}
