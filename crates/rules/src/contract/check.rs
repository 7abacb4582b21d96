//! The check: what crosses a seam against what its contract says.

use std::iter::Peekable;

use domain::fact::Verdict;
use domain::reason::{Code, Finding, Severity};
use domain::signal::{Content, IdentifierKind};
use domain::{Moment, Text, Value};

use super::field::{Field, holds_personal};
use super::seen::Seen;
use super::{Contract, Fields, Object, OnFailure, Said, Unknown, weight};

/// What came of a check.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checked<T> {
    /// What happens with it.
    pub verdict: Verdict,
    /// What there is to say.
    pub findings: Vec<Finding>,
    /// It, put right; none where nothing was changed.
    pub repaired: Option<T>,
}

/// Findings of one check; more are left out, and the verdict counts them all.
const FINDINGS_MAX: usize = 100;

impl Contract {
    /// Checks a signal that was accepted at `accepted`.
    pub fn check(&self, content: &Content, accepted: Moment) -> Checked<Content> {
        signal(self, content, accepted)
    }

    /// Checks the fields of anything else that crosses a seam.
    pub fn check_fields(&self, kind: &str, fields: &Fields) -> Checked<Fields> {
        self::fields(self, kind, fields)
    }
}

/// Checks a signal.
fn signal(contract: &Contract, content: &Content, accepted: Moment) -> Checked<Content> {
    let mut run = Run::default();
    if let (Some(limit), Some(occurred)) = (contract.freshness, content.occurred)
        && accepted - occurred > limit
    {
        run.fail(Code::Stale, Some("occurred"), contract.on_stale);
    }
    if let Some(object) = contract.object(&content.kind) {
        run.object(object, &content.fields, |name| special(content, name));
    }
    let (changes, (verdict, findings)) = run.end();
    let repaired = (!changes.is_empty()).then(|| mended(content, changes));
    Checked { verdict, findings, repaired }
}

/// Checks the fields of anything else that crosses a seam.
fn fields(contract: &Contract, kind: &str, fields: &Fields) -> Checked<Fields> {
    let mut run = Run::default();
    if let Some(object) = contract.object(kind) {
        run.object(object, fields, |_| None);
    }
    let (changes, (verdict, findings)) = run.end();
    let repaired = (!changes.is_empty()).then(|| {
        let mut fields = fields.clone();
        apply(&mut fields, changes);
        fields
    });
    Checked { verdict, findings, repaired }
}

/// What a signal has beside its fields, by the names that contracts use.
fn special<'a>(content: &'a Content, name: &str) -> Option<Special<'a>> {
    match name {
        "occurred" => Some(Special::One(content.occurred.map(Seen::Moment))),
        "kind" => Some(Special::One(Some(Seen::Text(&content.kind)))),
        "origin" => Some(Special::One(Some(Seen::Text(&content.origin)))),
        _ => {
            let kind = IdentifierKind::named(name.strip_prefix("subject.")?)?;
            Some(Special::Identifiers(content, kind))
        }
    }
}

/// Something of a signal that is no field of its content.
#[derive(Clone, Copy)]
enum Special<'a> {
    One(Option<Seen<'a>>),
    Identifiers(&'a Content, IdentifierKind),
}

/// What a repair changes: the field's name and its value, or none to leave it out.
type Change = (String, Option<Value>);

fn mended(content: &Content, changes: Vec<Change>) -> Content {
    let mut content = content.clone();
    let (of_subject, of_fields): (Vec<Change>, Vec<Change>) =
        changes.into_iter().partition(|(name, _)| name.starts_with("subject."));
    for (name, value) in of_subject {
        let kind = name.strip_prefix("subject.").and_then(IdentifierKind::named);
        match value {
            Some(Value::Text(text)) => {
                let found = content.subject.iter_mut().find(|known| Some(known.kind) == kind);
                if let Some(identifier) = found {
                    identifier.value = text;
                }
            }
            _ => content.subject.retain(|known| Some(known.kind) != kind),
        }
    }
    for (name, value) in of_fields {
        match (name.as_str(), value) {
            ("occurred", Some(Value::Moment(moment))) => content.occurred = Some(moment),
            ("occurred", _) => content.occurred = None,
            ("kind" | "origin", _) => {}
            (_, value) => apply(&mut content.fields, vec![(name, value)]),
        }
    }
    content
}

fn apply(fields: &mut Fields, changes: Vec<Change>) {
    for (name, value) in changes {
        match value {
            Some(value) => {
                fields.insert(name, value);
            }
            None => {
                fields.remove(&name);
            }
        }
    }
}

/// A check under way.
#[derive(Default)]
struct Run {
    findings: Vec<Finding>,
    worst: Option<Verdict>,
    changes: Vec<Change>,
}

impl Run {
    fn end(self) -> (Vec<Change>, Said) {
        (self.changes, (self.worst.unwrap_or(Verdict::Passed), self.findings))
    }

    /// Both lists are in the order of names, so that one walk over both finds every pair.
    fn object<'a>(
        &mut self,
        object: &'a Object,
        fields: &'a Fields,
        special: impl Fn(&str) -> Option<Special<'a>>,
    ) {
        let mut values = fields.iter().peekable();
        let (mut filled, mut asked) = (0_u32, 0_u32);
        for field in &object.fields {
            let there = match special(&field.name) {
                Some(Special::One(seen)) => self.field(field, seen),
                Some(Special::Identifiers(content, kind)) => self.identifiers(field, content, kind),
                None => {
                    self.unknown_before(object, &field.name, &mut values);
                    let value = values.next_if(|(name, _)| **name == field.name);
                    self.field(field, value.map(|(_, value)| value.into()))
                }
            };
            if !field.prohibited {
                asked += 1;
                filled += u32::from(there);
            }
        }
        for (name, value) in values {
            self.unknown(object, name, value);
        }
        self.completeness(object, filled, asked);
    }

    fn completeness(&mut self, object: &Object, filled: u32, asked: u32) {
        if let Some(completeness) = object.completeness
            && filled * 100 < asked * u32::from(completeness.percent)
        {
            self.fail(Code::Incomplete, None, completeness.on_failure);
        }
    }

    fn unknown_before<'a>(
        &mut self,
        object: &Object,
        name: &str,
        values: &mut Peekable<impl Iterator<Item = (&'a Text, &'a Value)>>,
    ) {
        while let Some((unknown, value)) = values.next_if(|(unknown, _)| unknown.as_str() < name) {
            self.unknown(object, unknown, value);
        }
    }

    /// The name of an unknown field comes from outside and is not repeated.
    fn unknown(&mut self, object: &Object, name: &str, value: &Value) {
        if object.free_of_personal_data && holds_personal(value.into()) {
            self.fail(Code::PersonalData, None, OnFailure::Quarantine);
        }
        match object.unknown {
            Unknown::Allow => {}
            Unknown::Fail(OnFailure::Repair) => {
                self.find(Code::FieldUnknown, Severity::Note, None);
                self.change(name, None);
            }
            Unknown::Fail(on_failure) => self.fail(Code::FieldUnknown, None, on_failure),
        }
    }

    /// Every identifier of the kind meets the rules; the first that does not is told.
    fn identifiers(&mut self, field: &Field, content: &Content, kind: IdentifierKind) -> bool {
        let mut there = false;
        for identifier in content.subject.iter().filter(|known| known.kind == kind) {
            there |= self.field(field, Some(Seen::Text(&identifier.value)));
        }
        there || self.field(field, None)
    }

    /// Checks one field; tells whether it is filled.
    fn field(&mut self, field: &Field, seen: Option<Seen<'_>>) -> bool {
        let Some(seen) = seen.filter(|seen| !field.is_missing(*seen)) else {
            self.missing(field, seen.is_some());
            return false;
        };
        if field.prohibited {
            self.fail_field(field, Code::FieldProhibited);
            return true;
        }
        let mut mended: Option<Value> = None;
        for repair in &field.repairs {
            let current = mended.as_ref().map_or(seen, Seen::from);
            if let Some(value) = repair.mend(current, field.kind.repair_target()) {
                mended = Some(value);
            }
        }
        let current = mended.as_ref().map_or(seen, Seen::from);
        if field.is_missing(current) {
            self.missing(field, true);
            return false;
        }
        if let Some(code) = field.unmet(current) {
            self.fail_field(field, code);
        } else if mended.is_some() {
            self.find(Code::Repaired, Severity::Note, Some(&field.name));
            self.change(&field.name, mended);
        }
        true
    }

    /// `marked`: something is there that counts as no value.
    fn missing(&mut self, field: &Field, marked: bool) {
        if let Some(default) = &field.default {
            self.find(Code::Repaired, Severity::Note, Some(&field.name));
            self.change(&field.name, Some(default.clone()));
        } else if field.required {
            let on_failure = match field.on_failure {
                OnFailure::Repair => OnFailure::Quarantine,
                other @ (OnFailure::Warn | OnFailure::Quarantine | OnFailure::Reject) => other,
            };
            self.fail(Code::FieldRequired, Some(&field.name), on_failure);
        } else if marked {
            self.find(Code::Repaired, Severity::Note, Some(&field.name));
            self.change(&field.name, None);
        }
    }

    fn fail_field(&mut self, field: &Field, code: Code) {
        let mendable = field.default.is_some() || !field.required;
        match field.on_failure {
            OnFailure::Repair if mendable => {
                self.find(code, Severity::Warning, Some(&field.name));
                self.find(Code::Repaired, Severity::Note, Some(&field.name));
                let default = if field.prohibited { None } else { field.default.clone() };
                self.change(&field.name, default);
            }
            OnFailure::Repair => self.fail(code, Some(&field.name), OnFailure::Quarantine),
            other @ (OnFailure::Warn | OnFailure::Quarantine | OnFailure::Reject) => {
                self.fail(code, Some(&field.name), other);
            }
        }
    }

    fn fail(&mut self, code: Code, field: Option<&str>, on_failure: OnFailure) {
        let (severity, verdict) = match on_failure {
            OnFailure::Warn => (Severity::Warning, Verdict::Warned),
            OnFailure::Repair | OnFailure::Quarantine => (Severity::Error, Verdict::Quarantined),
            OnFailure::Reject => (Severity::Error, Verdict::Rejected),
        };
        self.find(code, severity, field);
        self.worsen(verdict);
    }

    fn change(&mut self, name: &str, value: Option<Value>) {
        self.changes.push((name.to_owned(), value));
        self.worsen(Verdict::Repaired);
    }

    fn find(&mut self, code: Code, severity: Severity, field: Option<&str>) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(Finding { code, severity, field: field.map(str::to_owned) });
        }
    }

    fn worsen(&mut self, verdict: Verdict) {
        if weight(self.worst.unwrap_or(Verdict::Passed)) < weight(verdict) {
            self.worst = Some(verdict);
        }
    }
}
