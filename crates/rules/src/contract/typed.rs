//! What a person writes for a field, as the kind of value that its contract asks for.

use domain::{Money, Value};
use rust_decimal::Decimal;

use super::field::{Field, Kind};
use super::repair;

impl Field {
    /// What a text says as this field's kind; none where it says no such thing. Texts stay as they are,
    /// and dates and times of day are texts.
    pub fn typed(&self, text: &str) -> Option<Value> {
        let trimmed = text.trim();
        match &self.kind {
            Kind::Any | Kind::Text { .. } | Kind::Date(_) | Kind::Moment { .. } | Kind::Time(_) => {
                Some(Value::Text(text.into()))
            }
            Kind::Number { .. } => number(trimmed),
            Kind::Money { currencies, .. } => money(trimmed, currencies),
            Kind::Boolean => repair::boolean(trimmed).map(Value::Boolean),
            Kind::List { items, .. } => list(trimmed, items.as_deref()),
            Kind::Record { .. } => None,
        }
    }
}

fn number(text: &str) -> Option<Value> {
    if let Ok(integer) = text.parse() {
        return Some(Value::Integer(integer));
    }
    Decimal::from_str_exact(text).ok().map(|number| Value::Decimal(number.normalize()))
}

/// An amount with its currency before or after it. Where only one currency is allowed, the number alone
/// will do.
fn money(text: &str, currencies: &[String]) -> Option<Value> {
    let is_code = |code: &str| code.len() == 3 && code.bytes().all(|b| b.is_ascii_alphabetic());
    let (amount, currency) = match (text.split_once(' '), currencies) {
        (Some((code, amount)), _) if is_code(code) => (amount, code),
        (Some((amount, code)), _) if is_code(code) => (amount, code),
        (None, [only]) => (text, only.as_str()),
        (Some(_) | None, _) => return None,
    };
    let amount = Decimal::from_str_exact(amount.trim()).ok()?;
    Some(Value::Money(Money { amount, currency: currency.to_ascii_uppercase() }))
}

fn list(text: &str, items: Option<&Field>) -> Option<Value> {
    let separator = if text.contains(';') { ';' } else { ',' };
    let told = text.split(separator).map(str::trim).filter(|item| !item.is_empty());
    let item = |text: &str| items.map_or_else(|| Some(text.into()), |field| field.typed(text));
    told.map(item).collect::<Option<Vec<Value>>>().map(Value::List)
}
