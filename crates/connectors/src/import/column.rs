//! How the cells of a column are read: their type, and what is mended before.

use std::borrow::Cow;
use std::collections::BTreeMap;

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

    /// The formats of dates and moments; none for other types.
    pub const fn formats(&self) -> Option<&Vec<Format>> {
        match self {
            Self::Date(formats) | Self::Moment(formats) => Some(formats),
            Self::Text
            | Self::Integer
            | Self::Decimal
            | Self::Money(_)
            | Self::Boolean
            | Self::List(_) => None,
        }
    }

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repair {
    /// Blanks at both ends go.
    Trim,
    /// Letters become small ones.
    Lower,
    /// A comma is the decimal mark, a point separates thousands.
    DecimalComma,
    /// A point is the decimal mark, a comma separates thousands.
    DecimalPoint,
    /// The first e-mail address in the text is taken out of it: of a name with an address behind it,
    /// or of several addresses.
    Address,
    /// This prefix goes, once, with the blanks before and behind it.
    Without(String),
}

impl Repair {
    /// The names of the repairs that are a word.
    pub const NAMES: [&'static str; 5] =
        ["trim", "lower", "address", "decimal-comma", "decimal-point"];
    /// The name of the repair that has a prefix with it.
    pub const WITHOUT: &'static str = "without";

    /// Reads the name in maps.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "trim" => Some(Self::Trim),
            "lower" => Some(Self::Lower),
            "address" => Some(Self::Address),
            "decimal-comma" => Some(Self::DecimalComma),
            "decimal-point" => Some(Self::DecimalPoint),
            _ => None,
        }
    }
}

/// What is mended in the cells of a column, whatever they are read as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cleaning {
    /// Repairs, in order.
    pub repair: Vec<Repair>,
    /// Cells and what stands for them; none stands for nothing known.
    pub values: BTreeMap<String, Option<String>>,
}

impl Cleaning {
    /// The cell after repairs and the table of values; none where nothing is known.
    pub fn apply<'c>(
        &'c self,
        cell: &'c str,
        is_null: impl Fn(&str) -> bool,
    ) -> Option<Cow<'c, str>> {
        if is_null(cell.trim()) {
            return None;
        }
        let mut text = Cow::Borrowed(cell);
        for repair in &self.repair {
            text = repaired(repair, text);
        }
        if !self.values.is_empty()
            && let Some(instead) = self.values.get(text.trim())
        {
            text = Cow::Borrowed(instead.as_deref()?);
        }
        let untouched = self.repair.is_empty() && self.values.is_empty();
        (untouched || !is_null(text.trim())).then_some(text)
    }
}

fn repaired<'c>(repair: &Repair, text: Cow<'c, str>) -> Cow<'c, str> {
    match repair {
        Repair::Trim => part(text, str::trim),
        Repair::Address => part(text, first_address),
        Repair::Lower => Cow::Owned(text.to_lowercase()),
        Repair::Without(prefix) => part(text, |text| {
            text.trim_start().strip_prefix(prefix.as_str()).map_or(text, str::trim)
        }),
        Repair::DecimalComma | Repair::DecimalPoint => text,
    }
}

/// The first part of a text that looks like an e-mail address; the text as it is where none does.
fn first_address(text: &str) -> &str {
    let ends = |sign: char| sign.is_whitespace() || "<>(),;|'\"[]".contains(sign);
    let parts = text.split(ends).map(|part| part.trim_end_matches(['.', ':', ',']));
    let parts = parts.map(|part| part.strip_prefix("mailto:").unwrap_or(part));
    let fits = |part: &&str| {
        let halves = part.rsplit_once('@');
        halves.is_some_and(|(local, domain)| {
            !local.is_empty() && domain.trim_matches('.').contains('.')
        })
    };
    let mut found = parts.filter(fits);
    found.next().unwrap_or_else(|| text.trim())
}

/// A part of a text, without a copy where the text is borrowed.
fn part(text: Cow<'_, str>, of: impl Fn(&str) -> &str) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(of(text)),
        Cow::Owned(text) => Cow::Owned(of(&text).to_owned()),
    }
}

/// What is done with a cell that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// What it would say is left out and told; the row is taken.
    LeaveOut,
    /// The row is quarantined.
    Hold,
}

impl Unreadable {
    /// The names in maps.
    pub const NAMES: [&'static str; 2] = ["leave out", "hold"];

    /// Reads the name in maps.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "leave out" => Some(Self::LeaveOut),
            "hold" => Some(Self::Hold),
            _ => None,
        }
    }
}
