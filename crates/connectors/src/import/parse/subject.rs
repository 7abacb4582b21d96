//! Whose a row is: columns that hold identifiers, and the country of phone numbers.

use domain::signal::IdentifierKind;
use notation::{Data, Diagnostic, Diagnostics, Node};

use super::super::column::{Cleaning, Unreadable};
use super::super::map::{Country, SubjectColumn};
use super::cleaning::{cleaning, unreadable};
use super::settings::Settings;
use super::words::{KINDS, column, country_code, listed, unknown};

/// `email: COLUMN`, or `email: { column, repair, values, country, unreadable }`.
pub(super) fn subjects(
    node: &Node,
    settings: &Settings,
    out: &mut Diagnostics,
) -> Vec<SubjectColumn> {
    let mut subjects = Vec::new();
    let pairs = node.map(out).map(|mut map| map.rest()).unwrap_or_default();
    for (key, node) in pairs {
        let Some(kind) = IdentifierKind::named(&key.text) else {
            unknown("identifier", &key.text, key.span, &KINDS, out);
            continue;
        };
        // A kind of identifier may stand in several columns.
        for node in listed(node) {
            subjects.extend(subject(kind, node, settings, out));
        }
    }
    subjects
}

fn subject(
    kind: IdentifierKind,
    node: &Node,
    settings: &Settings,
    out: &mut Diagnostics,
) -> Option<SubjectColumn> {
    let verified = settings.verifies.as_deref().is_none_or(|kinds| kinds.contains(&kind));
    let above = settings.phone_country.clone().filter(|_| kind == IdentifierKind::Phone);
    let mut read = SubjectColumn {
        kind,
        column: String::new(),
        verified,
        cleaning: Cleaning::default(),
        country: above.map(Country::Code),
        unreadable: Unreadable::Hold,
    };
    if matches!(node.data, Data::Scalar(_)) {
        read.column = column(node, out)?;
        return Some(read);
    }
    let mut long = node.map(out)?;
    let named = long.required("column", out).and_then(|node| column(node, out));
    (read.cleaning, _) = cleaning(&mut long, out);
    read.unreadable = unreadable(&mut long, out).unwrap_or(Unreadable::Hold);
    if let Some(node) = long.optional("country") {
        if kind == IdentifierKind::Phone {
            read.country = country(node, settings, out);
        } else {
            let says = format!("`{}` has no country", kind.name());
            let help = "a country tells how a phone number without one is read";
            out.push(Diagnostic::error("map-setting", node.span, says).help(help));
        }
    }
    long.finish(out);
    read.column = named?;
    Some(read)
}

/// A code, or `{ column, repair, values }`. Where the column says nothing, the map's country counts.
fn country(node: &Node, settings: &Settings, out: &mut Diagnostics) -> Option<Country> {
    if matches!(node.data, Data::Scalar(_)) {
        return country_code(node, out).map(Country::Code);
    }
    let mut long = node.map(out)?;
    let named = long.required("column", out).and_then(|node| column(node, out));
    let (cleaning, default) = cleaning(&mut long, out);
    let default = long.optional("default").or(default);
    long.finish(out);
    let otherwise = default.and_then(|node| country_code(node, out));
    let otherwise = otherwise.or_else(|| settings.phone_country.clone());
    Some(Country::Column { column: named?, cleaning, otherwise })
}
