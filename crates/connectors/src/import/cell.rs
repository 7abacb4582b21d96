//! From a cell to a value.

use domain::reason::Code;
use domain::{Moment, Value};

use super::column::{Repair, Type};
use super::map::{FieldMap, FileMap};
use super::number::{self, DecimalStyle};
use super::time::{self, Format};

/// A value, where something is known, and what is to be said of it.
pub type Read = (Option<Value>, Option<Code>);

/// Reads a cell as its field says.
pub fn read(field: &FieldMap, cell: &str, file: &FileMap) -> Result<Read, Code> {
    match field.cleaning.apply(cell, |text| file.is_null(text)) {
        None => Ok((field.default.clone(), None)),
        Some(text) => value(&text, field, file).map(|(value, says)| (Some(value), says)),
    }
}

/// Reads a text as its field's type says.
pub fn value(text: &str, field: &FieldMap, file: &FileMap) -> Result<(Value, Option<Code>), Code> {
    let marks = marks(field);
    let moment = |formats: &[Format]| {
        let (moment, says) = time::moment(text, formats, &file.zone)?;
        Ok((Value::Moment(moment), says))
    };
    let value = match &field.kind {
        Type::Text => Value::Text(text.into()),
        Type::Integer => Value::Integer(number::integer(text, marks)?),
        Type::Decimal => Value::Decimal(number::decimal(text, marks)?),
        Type::Money(currency) => Value::Money(number::money(text, marks, currency.as_deref())?),
        Type::Date(formats) => {
            let (read, _) = time::moment(text, formats, &file.zone)?;
            return Ok((Value::Moment(day_of(read, file)), None));
        }
        Type::Moment(formats) => return moment(formats),
        Type::Boolean => Value::Boolean(boolean(text).ok_or(Code::ValueUnreadable)?),
        Type::List(separator) => list(text, separator.as_deref()),
    };
    Ok((value, None))
}

fn marks(field: &FieldMap) -> DecimalStyle {
    let declared = |repair: &Repair| match repair {
        Repair::DecimalComma => Some(DecimalStyle::Comma),
        Repair::DecimalPoint => Some(DecimalStyle::Point),
        Repair::Trim | Repair::Lower | Repair::Address | Repair::Without(_) => None,
    };
    field.cleaning.repair.iter().find_map(declared).unwrap_or_default()
}

fn day_of(moment: Moment, file: &FileMap) -> Moment {
    let day = moment.timestamp().to_zoned(file.zone.clone());
    day.start_of_day().map_or(moment, |start| Moment::from_timestamp(start.timestamp()))
}

fn boolean(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "true" | "yes" | "y" | "t" | "1" | "on" => Some(true),
        "false" | "no" | "n" | "f" | "0" | "off" => Some(false),
        _ => None,
    }
}

fn list(text: &str, separator: Option<&str>) -> Value {
    let usual = if text.contains(';') { ";" } else { "," };
    let items = text.split(separator.unwrap_or(usual)).map(str::trim);
    Value::List(items.filter(|item| !item.is_empty()).map(Value::from).collect())
}

/// Whether a text can be an e-mail address at all; the engine looks closer.
pub fn is_email(text: &str) -> bool {
    // A display name may stand before it, as in `Ada <ada@acme.com>`.
    let alone = text.strip_suffix('>').and_then(|text| text.rsplit_once('<'));
    let text = alone.map_or(text, |(_, address)| address.trim());
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let quoted = local.len() >= 2 && local.starts_with('"') && local.ends_with('"');
    let odd = |character: char| {
        character.is_whitespace() || character.is_control() || "<>()[],;:\\\"@".contains(character)
    };
    let labels = domain.split('.').all(|label| !label.is_empty() && !label.contains(odd));
    (1..=64).contains(&local.len())
        && domain.len() <= 255
        && labels
        && domain.contains('.')
        && (quoted || !local.contains(odd))
}

/// Whether a text can be a phone number at all; the engine looks closer.
pub fn is_phone(text: &str) -> bool {
    let text = text.strip_prefix("tel:").unwrap_or(text);
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let known = |character: char| {
        character.is_ascii_digit()
            || " +-./()\u{a0}".contains(character)
            || "extEXT#;=".contains(character)
    };
    (4..=25).contains(&digits) && text.len() <= 64 && text.chars().all(known)
}
