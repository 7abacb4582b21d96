//! What a row says: columns that become fields.

use domain::Value;
use domain::usual_fields::shadowed;
use notation::{Data, Diagnostic, Diagnostics, Fields, Node, Span, nearest};

use super::super::cell;
use super::super::column::{Cleaning, Repair, Type, Unreadable};
use super::super::map::{FieldMap, FileMap};
use super::super::number::is_currency;
use super::super::time::Format;
use super::cleaning::{cleaning, unreadable};
use super::time::formats;
use super::words::{column, or_tell, unknown};

/// Adds the fields of `node` to a file's map.
pub(super) fn fields(node: &Node, map: &mut FileMap, out: &mut Diagnostics) {
    for (key, node) in node.map(out).map(|mut all| all.rest()).unwrap_or_default() {
        check_name(&key.text, key.span, out);
        map.fields.extend(field(&key.text, node, map, out));
    }
}

fn check_name(name: &str, span: Span, out: &mut Diagnostics) {
    let part = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    };
    if name.len() > 80 || !name.split('.').all(part) {
        let says = "a field's name has letters, digits, `_`, `-`, and dots between parts";
        out.push(Diagnostic::error("map-field", span, says).help("write person.job_title"));
        return;
    }
    if let Some(help) = shadowed(name) {
        let says = format!("`{name}` is the name of something that Baton knows itself");
        out.push(Diagnostic::warning("field-shadowed", span, says).help(help));
    }
    let owners = ["person", "account", "consent"];
    let owner = name.split_once('.').map(|(owner, _)| owner);
    if let Some(owner) = owner.filter(|owner| !owners.contains(owner)) {
        let help = match nearest(owner, owners) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "before a dot stands person, account or consent".to_owned(),
        };
        let says = format!("a field of `{owner}` is nobody's");
        out.push(Diagnostic::error("map-field", span, says).help(help));
    }
}

/// A text of the signal's own, trimmed.
pub(super) fn text_field(name: &str, column: String, file: &FileMap) -> FieldMap {
    FieldMap {
        name: name.to_owned(),
        outcome: file.outcome.contains(&column),
        column,
        kind: Type::Text,
        cleaning: Cleaning { repair: vec![Repair::Trim], ..Cleaning::default() },
        default: None,
        unreadable: unless_said(name),
    }
}

/// A consent that cannot be read may be a no, and a handoff is what the row is about: the row is
/// held. Any other field is left out.
fn unless_said(name: &str) -> Unreadable {
    if name.starts_with("consent.") || name == "handoff" {
        Unreadable::Hold
    } else {
        Unreadable::LeaveOut
    }
}

/// `origin: text`, or the long form.
fn field(name: &str, node: &Node, file: &FileMap, out: &mut Diagnostics) -> Option<FieldMap> {
    let mut read = text_field(name, name.to_owned(), file);
    read.cleaning = Cleaning::default();
    if matches!(node.data, Data::Scalar(_)) {
        read.kind = plain_type(node, out)?;
        return Some(read);
    }
    let mut long = node.map(out)?;
    if let Some(node) = long.optional("column") {
        read.column = column(node, out)?;
        read.outcome = file.outcome.contains(&read.column);
    }
    if let Some(node) = long.optional("type") {
        read.kind = plain_type(node, out)?;
    }
    refine(&mut read.kind, &mut long, out);
    let (cleaning, default) = cleaning(&mut long, out);
    read.cleaning = cleaning;
    let default = long.optional("default").or(default);
    read.unreadable = unreadable(&mut long, out).unwrap_or(read.unreadable);
    long.finish(out);
    read.default = default.and_then(|node| sample(node, &read, file, out));
    check_values(&read, file, node.span, out);
    Some(read)
}

fn plain_type(node: &Node, out: &mut Diagnostics) -> Option<Type> {
    let name = node.text(out)?;
    let kind = match name {
        "text" => Type::Text,
        "integer" => Type::Integer,
        "decimal" => Type::Decimal,
        "money" => Type::Money(None),
        "date" => Type::Date(Format::usual()),
        "moment" => Type::Moment(Format::usual()),
        "boolean" => Type::Boolean,
        "list" => Type::List(None),
        other if nearest(other, Type::NAMES).is_none() => {
            let shown: String = other.chars().take(40).collect();
            let says = format!("there is no type `{shown}`");
            let types = Type::NAMES.join(", ");
            let help =
                format!("a column of that name is `{{ column: {shown} }}`; types are {types}");
            out.push(Diagnostic::error("map-setting", node.span, says).help(help));
            return None;
        }
        other => {
            unknown("type", other, node.span, &Type::NAMES, out);
            return None;
        }
    };
    Some(kind)
}

/// What a type needs to know besides its name.
fn refine(kind: &mut Type, long: &mut Fields<'_>, out: &mut Diagnostics) {
    match kind {
        Type::Date(known) | Type::Moment(known) => {
            if let Some(node) = long.optional("formats") {
                *known = formats(node, out);
            }
        }
        Type::Money(known) => {
            *known = long.optional("currency").and_then(|node| {
                let text = node.text(out)?;
                let code = is_currency(text).then(|| text.to_owned());
                let help = "write three capital letters, as in EUR";
                or_tell(code, node.span, "this is no code of a currency", help, out)
            });
        }
        Type::List(known) => {
            let node = long.optional("separator");
            *known = node
                .and_then(|node| node.word(out))
                .filter(|text| !text.is_empty())
                .map(str::to_owned);
        }
        Type::Text | Type::Integer | Type::Decimal | Type::Boolean => {}
    }
}

/// The value of a default, which must fit its field's type.
fn sample(node: &Node, field: &FieldMap, file: &FileMap, out: &mut Diagnostics) -> Option<Value> {
    let value = cell::value(node.word(out)?, field, file).ok().map(|(value, _)| value);
    let says = format!("the default does not fit the type {}", field.kind.name());
    or_tell(value, node.span, &says, "write one that can be read as that type", out)
}

fn check_values(field: &FieldMap, file: &FileMap, span: Span, out: &mut Diagnostics) {
    let misfit =
        |text: &&String| !file.is_null(text.trim()) && cell::value(text, field, file).is_err();
    if field.cleaning.values.values().flatten().any(|text| misfit(&text)) {
        let says = format!("a value of the table does not fit the type {}", field.kind.name());
        or_tell(None::<()>, span, &says, "write what can be read as that type", out);
    }
}
