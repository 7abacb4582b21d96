//! Names that somebody probably meant otherwise: of fields, and of kinds of handoff. People and accounts have whatever fields
//! their sources bring, so a name is never wrong; one that almost is a usual one is doubtful.

use std::collections::BTreeSet;

use domain::usual_fields::USUAL_FIELDS;
use notation::{Diagnostic, Diagnostics, nearest};

use crate::contract::Contract;
use crate::expression::Types;
use crate::readiness::Readiness;

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

/// Tells of fields whose names are almost those of others.
pub(super) fn tell(types: &Types, contracts: &[Contract], out: &mut Diagnostics) {
    let objects = contracts.iter().flat_map(|contract| &contract.objects);
    let promised = objects.flat_map(|object| &object.fields).map(|field| field.name.as_str());
    let known: BTreeSet<&str> = USUAL_FIELDS.into_iter().chain(promised).collect();
    for (field, span) in &types.places {
        let (name, path) = (field.to_string(), field.path());
        if known.contains(name.as_str()) || path.len() < LETTERS_MIN {
            continue;
        }
        let begins = format!("{}.", field.root().as_str());
        let paths = known.iter().filter_map(|known| known.strip_prefix(begins.as_str()));
        let alike = paths.filter(|other| other.len().abs_diff(path.len()) <= 1);
        if let Some(near) = nearest(path, alike) {
            let says = format!("`{name}` is almost `{begins}{near}`");
            let help =
                format!("did you mean `{begins}{near}`? If not, name the field in a contract");
            out.push(Diagnostic::warning("name-doubtful", *span, says).help(help));
        }
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
