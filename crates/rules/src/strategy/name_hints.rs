//! Names that somebody probably meant otherwise: of fields, of kinds of handoff, and of kinds of signals
//! (`signals`). People and accounts have whatever fields their sources bring, so a name is never wrong;
//! one that almost is a usual one is doubtful.

mod signals;

use std::collections::BTreeSet;

use domain::usual_fields::USUAL_FIELDS;
use notation::{Diagnostic, Diagnostics, Span, nearest};

use super::Play;
use crate::brief::Briefing;
use crate::contract::Contract;
use crate::expression::Types;
use crate::name::{Field, Name, PersonName, Root};
use crate::readiness::Readiness;

pub(super) use signals::tell as tell_signals;

/// Kinds of handoff that most teams have.
const KINDS: [&str; 6] = [
    "marketing-to-sales",
    "sdr-to-ae",
    "sales-to-customer-success",
    "renewal-to-sales",
    "upsell-to-sales",
    "partner-to-sales",
];
/// Shorter names have too many neighbours.
const LETTERS_MIN: usize = 5;
/// Few consents are usual, so that those may be shorter.
const LETTERS_OF_CONSENT_MIN: usize = 4;

/// The names of fields that are not doubtful.
pub(super) struct FieldNames<'a>(BTreeSet<&'a str>);

impl<'a> FieldNames<'a> {
    /// Those that are usual, and those that contracts and maps name.
    pub(super) fn of(types: &'a Types, contracts: &'a [Contract]) -> Self {
        let objects = contracts.iter().flat_map(|contract| &contract.objects);
        let promised = objects.flat_map(|object| &object.fields).map(|field| field.name.as_str());
        let mapped = types.mapped_fields.iter().map(String::as_str);
        Self(USUAL_FIELDS.into_iter().chain(promised).chain(mapped).collect())
    }

    /// What somebody probably meant who wrote a name.
    fn meant(&self, name: &str) -> Option<String> {
        let (root, path) = name.split_once('.')?;
        let root = Root::named(root)?;
        let letters_min = match root {
            Root::Person | Root::Account => LETTERS_MIN,
            Root::Consent => LETTERS_OF_CONSENT_MIN,
            Root::Lead
            | Root::Score
            | Root::Handoff
            | Root::Owner
            | Root::Member
            | Root::Signal => return None,
        };
        if self.0.contains(name) || path.len() < letters_min {
            return None;
        }
        let begins = format!("{}.", root.as_str());
        let paths = self.0.iter().filter_map(|known| known.strip_prefix(begins.as_str()));
        let alike = paths.filter(|other| other.len().abs_diff(path.len()) <= 1);
        nearest(path, alike).map(|near| format!("{begins}{near}"))
    }

    fn tell(&self, name: &str, span: Span, out: &mut Diagnostics) {
        if let Some(near) = self.meant(name) {
            let says = format!("`{name}` is almost `{near}`");
            let help = format!("did you mean `{near}`? If not, name the field in a contract");
            out.push(Diagnostic::warning("name-doubtful", span, says).help(help));
        }
    }
}

/// Tells of fields whose names are almost those of others.
pub(super) fn tell(types: &Types, known: &FieldNames<'_>, out: &mut Diagnostics) {
    for (field, span) in &types.places {
        let built_in = matches!(
            field,
            Field::Of(
                Name::Work(_)
                    | Name::Person(
                        PersonName::FreeMail | PersonName::DisposableMail | PersonName::Verified
                    )
            )
        );
        if !built_in {
            known.tell(&field.to_string(), *span, out);
        }
    }
}

/// Tells of the same in playbooks: what is to be filled in and what is to be found out. What no contract
/// provides is told where there are contracts.
pub(super) fn tell_plays(
    plays: &[Play],
    contracts: &[Contract],
    known: &FieldNames<'_>,
    out: &mut Diagnostics,
) {
    let mut objects = contracts.iter().flat_map(|contract| &contract.objects);
    let promised = objects.any(|object| !object.fields.is_empty());
    for Play { playbook, .. } in plays {
        if !promised {
            for placeholder in playbook.placeholders() {
                known.tell(&placeholder.path.value, placeholder.path.span, out);
            }
        }
        for field in &playbook.collect {
            known.tell(&field.value, field.span, out);
        }
    }
}

/// Tells of the same in a brief, where a name that nobody fills keeps nothing from anybody.
pub(super) fn tell_personal(brief: &Briefing, known: &FieldNames<'_>, out: &mut Diagnostics) {
    for personal in &brief.personal {
        known.tell(&personal.field.value, personal.field.span, out);
    }
}

/// Tells of kinds of handoff whose names are almost those of others.
pub(super) fn tell_kinds(readiness: &Readiness, out: &mut Diagnostics) {
    let Some(at) = readiness.table.outputs.iter().position(|output| output == "kind") else {
        return;
    };
    for kind in readiness.table.rows.iter().filter_map(|row| row.says[at].as_ref()) {
        if !KINDS.contains(&kind.value.as_str())
            && let Some(near) = nearest(&kind.value, KINDS)
        {
            let says = format!("the kind of handoff `{}` is almost `{near}`", kind.value);
            let help = format!("did you mean `{near}`?");
            out.push(Diagnostic::warning("name-doubtful", kind.span, says).help(help));
        }
    }
}
