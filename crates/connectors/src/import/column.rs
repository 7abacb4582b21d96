//! How the cells of a column are read: their type, and what is mended before.

use super::time::Format;

/// How the cells of a column are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// As it stands.
    Text,
    /// A whole number.
    Integer,
    /// An exact decimal.
    Decimal,
    /// An amount; the currency is this one where the cell has none.
    Money(Option<String>),
    /// A date: the first moment of its day in the file's zone.
    Date(Vec<Format>),
    /// A moment.
    Moment(Vec<Format>),
    /// Yes or no.
    Boolean,
    /// Several texts. Where no separator is declared it is `;` if there is one, else `,`.
    List(Option<String>),
}

impl Type {
    /// The names of the types, in the order in which they are told.
    pub const NAMES: [&'static str; 8] =
        ["text", "integer", "decimal", "money", "date", "moment", "boolean", "list"];

    /// The name in maps.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Money(_) => "money",
            Self::Date(_) => "date",
            Self::Moment(_) => "moment",
            Self::Boolean => "boolean",
            Self::List(_) => "list",
        }
    }
}

/// What is mended in a cell before it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repair {
    /// Blanks at both ends go.
    Trim,
    /// Letters become small ones.
    Lower,
    /// A comma is the decimal mark, a point separates thousands.
    DecimalComma,
    /// A point is the decimal mark, a comma separates thousands.
    DecimalPoint,
}

impl Repair {
    /// The names of the repairs.
    pub const NAMES: [&'static str; 4] = ["trim", "lower", "decimal-comma", "decimal-point"];

    /// Reads the name in maps.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "trim" => Some(Self::Trim),
            "lower" => Some(Self::Lower),
            "decimal-comma" => Some(Self::DecimalComma),
            "decimal-point" => Some(Self::DecimalPoint),
            _ => None,
        }
    }
}
