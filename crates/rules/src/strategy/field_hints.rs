//! Fields of signals that nothing declares. A source may bring any field, so that a name is never wrong; one
//! that is almost another is doubtful, and one that stands alone is proven by nothing.

use domain::Text;
use domain::usual_fields::{OWNERS, USUAL_FIELDS};
use notation::{Diagnostic, Diagnostics, Span, nearest};

use crate::contract::Contract;
use crate::expression::Types;

/// Shorter names have too many neighbours.
const LETTERS_MIN: usize = 4;
/// Fields that a message names.
const NAMED_MAX: usize = 3;

/// Tells of fields of signals that no contract and no map names.
pub(super) fn tell(types: &Types, contracts: &[Contract], out: &mut Diagnostics) {
    let objects = contracts.iter().flat_map(|contract| &contract.objects);
    let promised = objects.flat_map(|object| &object.fields).map(|field| field.name.as_str());
    let mapped = types.mapped_fields.iter().map(String::as_str);
    let declared: Vec<&str> = promised.chain(mapped).map(own).collect();
    let usual = USUAL_FIELDS.into_iter().filter(|name| !name.contains('.'));
    let known: Vec<&str> = declared.iter().copied().chain(usual).collect();
    let open = types.own_fields.iter().filter(|(name, _)| !known.contains(&name.as_str()));
    let mut unproven: Vec<(&Text, Span)> = Vec::new();
    for (name, span) in open {
        match meant(name, &known, types) {
            Some(near) => doubtful(name, near, *span, out),
            None => unproven.push((name, *span)),
        }
    }
    // In the order of the files, as people read them.
    unproven.sort_by_key(|(_, span)| (span.file, span.start));
    if let Some((_, first)) = unproven.first() {
        out.push(untold(&unproven, *first, declared.is_empty()));
    }
}

/// A field of a signal, as conditions name it behind `lead.`.
fn own(name: &str) -> &str {
    name.strip_prefix("lead.").unwrap_or(name)
}

/// What somebody probably meant: a field that is declared or usual, else one that stands beside it.
fn meant<'a>(name: &str, known: &[&'a str], types: &'a Types) -> Option<&'a str> {
    if name.len() < LETTERS_MIN {
        return None;
    }
    let alike = |other: &&str| {
        other.len() >= LETTERS_MIN
            && other.len().abs_diff(name.len()) <= 1
            && !OWNERS.iter().any(|owner| other.starts_with(owner))
    };
    if let Some(near) = nearest(name, known.iter().copied().filter(alike)) {
        return Some(near);
    }
    // Of two that nothing declares, the later one is told.
    let here = types.own_fields.get(name).map(|span| (span.file, span.start));
    let earlier = types.own_fields.iter().filter(|(_, span)| Some((span.file, span.start)) < here);
    let digits = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
    let earlier = earlier.map(|(other, _)| other.as_str()).filter(alike);
    nearest(name, earlier.filter(|other| !digits(name) && !digits(other)))
}

fn doubtful(name: &str, near: &str, span: Span, out: &mut Diagnostics) {
    let says = format!("`lead.{name}` is almost `lead.{near}`");
    let help = format!("did you mean `lead.{near}`? If not, name the field in a contract or a map");
    out.push(Diagnostic::warning("name-doubtful", span, says).help(help));
}

fn untold(unproven: &[(&Text, Span)], first: Span, nothing: bool) -> Diagnostic {
    let named = unproven.iter().take(NAMED_MAX).map(|(name, _)| format!("`lead.{name}`"));
    let named = named.collect::<Vec<_>>().join(", ");
    let more = match unproven.len().saturating_sub(NAMED_MAX) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let why = if nothing {
        "the folder has no contract and no map"
    } else {
        "no contract and no map names it"
    };
    let says = format!("nothing proves that a source brings {named}{more}: {why}");
    let help = "a name that no source brings is unknown for ever: keep the map of the source in maps/, or name \
                the field in a contract";
    Diagnostic::warning("field-unproven", first, says).help(help)
}
