//! From a row to a signal, as a map says.

use std::borrow::Cow;
use std::fmt;

use domain::Fields;
use domain::reason::{Code, Finding, Severity};
use domain::signal::{Content, Identifier, IdentifierKind, Incoming};
use domain::{HandoffId, Moment, Value};

use super::body::{self, Hash};
use super::bound::{BoundMap, BoundSubject};
use super::cell;
use super::column::Unreadable;
use super::fault::RowFault;
use super::map::{Country, DEBRIEF_KIND, OUTCOME_KIND, TimeMap};
use super::phone;
use super::quarantined_row::{self, QuarantinedRow};
use super::structure;
use super::time;
use crate::csv::Row;
use crate::csv::header::ColumnLookup;
use crate::csv::row::ROW_BYTES_MAX;
use crate::mapping::{host, workplaces};

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
    /// Whether what it says was known before everything else of a history.
    pub at_start: bool,
    /// What is to be said of it.
    pub findings: Vec<Finding>,
    /// Cells that could not be read and were left out; each is among the findings.
    pub left_out: Vec<RowFault>,
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

impl BoundMap<'_> {
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
            (self.id.is_none().then(hashed), nth)
        };
        match self.signal(row, source_id.as_deref(), body) {
            Ok(mut read) => {
                read.id_mangled = id.as_deref().is_some_and(looks_mangled);
                RowResult::Signal(Box::new(read))
            }
            Err(faults) => {
                let key = body::nth(&self.map.kind, &body, nth);
                RowResult::Quarantine(Box::new(self.held(row, faults, source_id, key)))
            }
        }
    }

    fn held(
        &self,
        row: &Row,
        faults: Vec<RowFault>,
        source_id: Option<String>,
        key: Hash,
    ) -> QuarantinedRow {
        let mut raw = self.raw(row);
        let cut = row.is_cut() || raw.len() > ROW_BYTES_MAX;
        raw.truncate(ROW_BYTES_MAX);
        let details: Vec<&str> = faults.iter().map(|fault| fault.detail.as_str()).collect();
        let detail = details.join(" ");
        let first = faults.first();
        let code = first.map_or(Code::Unreadable, |fault| fault.code);
        let field = first.and_then(|fault| fault.field.clone());
        QuarantinedRow { line: row.line(), code, field, detail, faults, source_id, key, raw, cut }
    }

    /// The bytes of a row as a quarantine entry keeps them, for a row whose id turns out to be reused.
    pub fn raw(&self, row: &Row) -> Vec<u8> {
        quarantined_row::raw(&self.header, self.delimiter, row)
    }

    /// Puts other text into cells, and gives back the repairs that no cell takes.
    pub fn repair(&self, row: &mut Row, repairs: &[(String, String)]) -> Vec<(String, String)> {
        let mut cells: Vec<String> = row.cells().map(str::to_owned).collect();
        let mut unplaced = Vec::new();
        let mut changed = false;
        for (name, value) in repairs {
            let Some(place) = self.place_of(name) else {
                unplaced.push((name.clone(), value.clone()));
                continue;
            };
            if cells.len() <= place {
                cells.resize(place + 1, String::new());
            }
            cells[place].clone_from(value);
            changed = true;
        }
        if changed {
            row.replace(cells.iter().map(String::as_str));
        }
        unplaced
    }

    /// The cell of a column, of a field, of an identifier as in `email` or `subject.email`, or of a column
    /// by the name that the map has for it.
    fn place_of(&self, name: &str) -> Option<usize> {
        if let ColumnLookup::At(at) = self.header.find(name) {
            return Some(at);
        }
        let field =
            self.fields.iter().find(|(_, field)| field.name == name || field.column == name);
        let kind = IdentifierKind::named(name.strip_prefix("subject.").unwrap_or(name));
        let subject = || {
            let of_it = |bound: &&BoundSubject<'_>| {
                Some(bound.column.kind) == kind || bound.column.column == name
            };
            self.subject.iter().find(of_it).map(|bound| bound.at)
        };
        let time = || {
            let columns = self.map.time_columns()?;
            let named = columns.columns.iter().position(|column| column == name);
            let alone = (name == "time" && columns.columns.len() == 1).then_some(0);
            self.time.get(named.or(alone)?).copied()
        };
        let id = || self.id.filter(|_| self.map.id.as_deref() == Some(name));
        field.map(|(at, _)| *at).or_else(subject).or_else(time).or_else(id)
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

    fn signal(
        &self,
        row: &Row,
        source_id: Option<&str>,
        body: Hash,
    ) -> Result<RowRead, Vec<RowFault>> {
        if let Some(code) = row.fault() {
            return Err(vec![RowFault::row(code)]);
        }
        let needed = self.id.into_iter().chain(self.time.first().copied());
        if let Some(fault) = structure::fault(&self.header, self.delimiter, row, needed) {
            return Err(vec![fault]);
        }
        let mut notes = Notes::default();
        if source_id.is_none() {
            let column = self.map.id.as_deref().unwrap_or_default();
            notes.faults.push(RowFault::missing(Code::IdMissing, column));
        }
        let occurred = self.occurred(row, &mut notes);
        let mut subject = self.subjects(row, &mut notes);
        let (fields, outcome) = self.told(row, &mut notes);
        for (kind, value) in workplaces(&subject, fields.iter()) {
            subject.push(self.map.verifies.identifier(kind, value));
        }
        self.check_handoff(&fields, &mut notes);
        let Some(source_id) = source_id.filter(|_| notes.faults.is_empty()) else {
            return Err(notes.faults);
        };
        Ok(RowRead {
            line: row.line(),
            lead: self.map.lead,
            at_start: matches!(self.map.time, Some(TimeMap::Start)),
            incoming: Incoming {
                source: self.map.source.clone(),
                content: Content {
                    kind: self.map.kind.clone().into(),
                    origin: self.map.source.as_str().into(),
                    source_id: source_id.into(),
                    occurred,
                    subject,
                    fields,
                    vouched: Some(self.map.verifies.vouches()),
                },
                body,
            },
            findings: notes.findings,
            left_out: notes.left_out,
            outcome,
            outcome_only: self.map.outcome_only(),
            id_mangled: false,
        })
    }

    fn occurred(&self, row: &Row, notes: &mut Notes) -> Option<Moment> {
        let columns = self.map.time_columns()?;
        let name = columns.columns.first()?;
        let mut joined = Cow::Borrowed("");
        for at in &self.time {
            let cell = row.cell(*at).unwrap_or_default();
            let Some(text) = columns.cleaning.apply(cell, |text| self.map.is_null(text)) else {
                continue;
            };
            if joined.is_empty() {
                joined = text;
            } else {
                joined = Cow::Owned(format!("{} {}", joined.trim(), text.trim()));
            }
        }
        if joined.trim().is_empty() {
            return None;
        }
        match time::moment(&joined, &columns.formats, &self.map.zone) {
            Ok((moment, says)) => {
                notes.findings.extend(says.map(|code| finding(code, name)));
                Some(moment)
            }
            Err(code) => {
                notes.unreadable(columns.unreadable, RowFault::cell(code, name, &joined), name);
                None
            }
        }
    }

    fn subjects(&self, row: &Row, notes: &mut Notes) -> Vec<Identifier> {
        let mut subjects = Vec::with_capacity(self.subject.len());
        for bound in &self.subject {
            let subject = bound.column;
            let cell = row.cell(bound.at).unwrap_or_default();
            let Some(text) = subject.cleaning.apply(cell, |text| self.map.is_null(text)) else {
                continue;
            };
            let text = text.trim();
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
                let fault = RowFault::cell(code, &subject.column, text);
                notes.unreadable(subject.unreadable, fault, &subject.column);
                continue;
            }
            let abroad = self.with_country(bound, text, row);
            let text = if subject.kind == IdentifierKind::Domain { host(text) } else { text };
            let value = abroad.as_deref().unwrap_or(text).into();
            let known = |one: &Identifier| one.kind == subject.kind && one.value == value;
            if !subjects.iter().any(known) {
                subjects.push(Identifier { kind: subject.kind, value, verified: subject.verified });
            }
        }
        subjects
    }

    /// A phone number that names no country, in the form of the country that the map says.
    fn with_country(&self, bound: &BoundSubject<'_>, text: &str, row: &Row) -> Option<String> {
        let country = bound.column.country.as_ref()?;
        if phone::names_its_country(text) {
            return None;
        }
        let code = match country {
            Country::Code(code) => Some(code.as_str()),
            Country::Column { cleaning, otherwise, .. } => {
                let cell = row.cell(bound.country_at?).unwrap_or_default();
                let said = cleaning.apply(cell, |text| self.map.is_null(text));
                said.and_then(|said| phone::country(&said)).or(otherwise.as_deref())
            }
        };
        phone::international(text, code?)
    }

    /// The fields, and apart from them what is known only afterwards.
    fn told(&self, row: &Row, notes: &mut Notes) -> (Fields, Fields) {
        let (mut fields, mut outcome) = (Fields::new(), Fields::new());
        for (at, field) in &self.fields {
            let text = row.cell(*at).unwrap_or_default();
            let value = match cell::read(field, text, self.map) {
                Ok((value, says)) => {
                    notes.findings.extend(says.map(|code| finding(code, &field.name)));
                    value
                }
                Err(code) => {
                    let fault = RowFault::cell(code, &field.column, text.trim());
                    notes.unreadable(field.unreadable, fault, &field.name);
                    None
                }
            };
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
        (fields, outcome)
    }

    fn check_handoff(&self, fields: &Fields, notes: &mut Notes) {
        if !matches!(self.map.kind.as_str(), OUTCOME_KIND | DEBRIEF_KIND) {
            return;
        }
        match fields.get("handoff").map(|value| value.text()) {
            None => notes.faults.push(RowFault::missing(Code::AttributeMissing, "handoff")),
            Some(Some(id)) if HandoffId::prefix(id.trim()).is_ok() => {}
            Some(id) => {
                let id = id.unwrap_or_default();
                notes.faults.push(RowFault::cell(Code::ValueUnreadable, "handoff", id));
            }
        }
    }
}

/// What is to be said of a row.
#[derive(Default)]
struct Notes {
    findings: Vec<Finding>,
    left_out: Vec<RowFault>,
    faults: Vec<RowFault>,
}

impl Notes {
    /// A cell that cannot be read: the row is held, or goes without what `name` would say.
    fn unreadable(&mut self, instead: Unreadable, fault: RowFault, name: &str) {
        match instead {
            Unreadable::Hold => self.faults.push(fault),
            Unreadable::LeaveOut => {
                self.findings.push(finding(fault.code, name));
                self.left_out.push(fault);
            }
        }
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
