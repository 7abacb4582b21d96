//! Values: what a field of a signal, a person or an account can hold.

use std::fmt;

use rust_decimal::Decimal;

use crate::by_name::ByName;
use crate::moment::Moment;
use crate::text::Text;

#[cfg(test)]
mod tests;

mod decimal_text;
mod stored;

/// What a field holds. Absence is not a value: a field that nobody knows is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Text, in Unicode NFC.
    Text(Text),
    /// A whole number.
    Integer(i64),
    /// An exact decimal.
    Decimal(Decimal),
    /// Yes or no.
    Boolean(bool),
    /// A moment.
    Moment(Moment),
    /// An amount in a currency.
    Money(Money),
    /// Several values in order.
    List(Vec<Self>),
    /// Named values.
    Record(Fields),
}

/// Fields of a signal, a person, an account: named values in the order of their names.
pub type Fields = ByName<Value>;

/// An amount in a currency (ISO 4217). Amounts of different currencies do not compare.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    minicbor::Encode,
    minicbor::Decode,
    serde::Serialize,
    serde::Deserialize,
)]
pub struct Money {
    /// How much, in units of the currency.
    #[n(0)]
    #[cbor(with = "decimal_text")]
    pub amount: Decimal,
    /// Three letters, upper case.
    #[n(1)]
    pub currency: String,
}

impl Value {
    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The number as a decimal, if it is one.
    pub fn decimal(&self) -> Option<Decimal> {
        match self {
            Self::Integer(integer) => Some(Decimal::from(*integer)),
            Self::Decimal(decimal) => Some(*decimal),
            Self::Text(_)
            | Self::Boolean(_)
            | Self::Moment(_)
            | Self::Money(_)
            | Self::List(_)
            | Self::Record(_) => None,
        }
    }

    /// The kind of the value in one word, for people.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Integer(_) => "integer",
            Self::Decimal(_) => "decimal",
            Self::Boolean(_) => "boolean",
            Self::Moment(_) => "moment",
            Self::Money(_) => "money",
            Self::List(_) => "list",
            Self::Record(_) => "record",
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<i64> for Value {
    fn from(integer: i64) -> Self {
        Self::Integer(integer)
    }
}

impl From<bool> for Value {
    fn from(boolean: bool) -> Self {
        Self::Boolean(boolean)
    }
}

impl fmt::Display for Value {
    /// The value as people read it: a list with commas, a record with names.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Integer(integer) => write!(f, "{integer}"),
            Self::Decimal(decimal) => write!(f, "{decimal}"),
            Self::Boolean(boolean) => write!(f, "{boolean}"),
            Self::Moment(moment) => write!(f, "{moment}"),
            Self::Money(money) => write!(f, "{} {}", money.amount, money.currency),
            Self::List(values) => {
                for (at, value) in values.iter().enumerate() {
                    let comma = if at == 0 { "" } else { ", " };
                    write!(f, "{comma}{value}")?;
                }
                Ok(())
            }
            Self::Record(fields) => {
                for (at, (name, value)) in fields.iter().enumerate() {
                    let comma = if at == 0 { "" } else { ", " };
                    write!(f, "{comma}{name}: {value}")?;
                }
                Ok(())
            }
        }
    }
}

impl serde::Serialize for Value {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => s.serialize_str(text),
            Self::Integer(integer) => s.serialize_i64(*integer),
            Self::Decimal(decimal) => s.collect_str(decimal),
            Self::Boolean(boolean) => s.serialize_bool(*boolean),
            Self::Moment(moment) => moment.serialize(s),
            Self::Money(money) => money.serialize(s),
            Self::List(values) => values.serialize(s),
            Self::Record(fields) => fields.serialize(s),
        }
    }
}
