//! The one table of types: which there are, which compare and how, and what computes to what. The
//! check, the evaluation, the cells of tables and the proofs all follow it.

use domain::Moment;
use jiff::civil::Date;

use super::tree::{Compare, Compute};

/// What an expression is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Type {
    /// Yes or no.
    Boolean,
    /// A number.
    Number,
    /// A text.
    Text,
    /// An amount in a currency.
    Money,
    /// A moment.
    Moment,
    /// A length of time.
    Time,
    /// Several values.
    List,
    /// Nothing says what.
    Any,
}

impl Type {
    /// The type with its article, for a sentence.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Boolean => "yes or no",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::Money => "an amount of money",
            Self::Moment => "a moment",
            Self::Time => "a length of time",
            Self::List => "a list",
            Self::Any => "anything",
        }
    }

    /// The type of a word, as a column of a table and a map have it.
    pub(crate) fn named(word: &str) -> Option<Self> {
        let known = WORDS.iter().find(|(known, _)| *known == word);
        known.map(|(_, of)| *of)
    }

    const fn bit(self) -> u8 {
        match self {
            Self::Boolean => 1,
            Self::Number => 1 << 1,
            Self::Text => 1 << 2,
            Self::Money => 1 << 3,
            Self::Moment => 1 << 4,
            Self::Time => 1 << 5,
            Self::List => 1 << 6,
            Self::Any => 0x7f,
        }
    }
}

/// What people call the types of values.
pub(crate) const WORDS: [(&str, Type); 9] = [
    ("boolean", Type::Boolean),
    ("number", Type::Number),
    ("integer", Type::Number),
    ("decimal", Type::Number),
    ("text", Type::Text),
    ("money", Type::Money),
    ("moment", Type::Moment),
    ("date", Type::Moment),
    ("list", Type::List),
];

/// Types that something may be of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct TypeSet(u8);

impl TypeSet {
    pub(crate) const ALL: Self = Self::of(Type::Any);
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const TEXT: Self = Self::of(Type::Text);
    /// What a text that reads like a date may be.
    pub(crate) const DATED: Self = Self::TEXT.or(Self::of(Type::Moment));
    /// What a value that somebody sends may be: there is no length of time among them.
    pub(crate) const VALUES: Self = Self(0x7f & !Type::Time.bit());
    /// What an item of a list may be.
    pub(crate) const ITEMS: Self = Self(Self::VALUES.0 & !Type::List.bit());
    /// What has more and less.
    const ORDERED: Self = Self::of(Type::Number)
        .or(Self::of(Type::Money))
        .or(Self::of(Type::Moment))
        .or(Self::of(Type::Time));

    pub(crate) const fn of(of: Type) -> Self {
        Self(of.bit())
    }

    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) const fn has(self, of: Type) -> bool {
        self.0 & of.bit() != 0
    }

    pub(crate) fn types(self) -> impl Iterator<Item = Type> {
        const EACH: [Type; 7] = [
            Type::Boolean,
            Type::Number,
            Type::Text,
            Type::Money,
            Type::Moment,
            Type::Time,
            Type::List,
        ];
        EACH.into_iter().filter(move |of| self.has(*of))
    }

    /// The one type that it is, or a text where it is a text or a date; anything else is open.
    pub(crate) fn settled(self) -> Type {
        if self == Self::DATED {
            return Type::Text;
        }
        let mut types = self.types();
        match (types.next(), types.next()) {
            (Some(only), None) => only,
            _ => Type::Any,
        }
    }

    /// The types with their articles, for a sentence.
    pub(crate) fn says(self) -> String {
        if self == Self::ALL || self == Self::VALUES {
            return Type::Any.says().to_owned();
        }
        self.types().map(Type::says).collect::<Vec<_>>().join(" or ")
    }
}

/// What can be compared like this: everything for being the same, what has an order for the rest.
pub(crate) const fn comparable(compare: Compare) -> TypeSet {
    match compare {
        Compare::Same | Compare::Other => TypeSet::ALL,
        Compare::Less | Compare::AtMost | Compare::More | Compare::AtLeast => TypeSet::ORDERED,
    }
}

/// What computes: the sign, the left side, the right side, and what comes out.
pub(crate) const COMPUTES: [(Compute, Type, Type, Type); 15] = [
    (Compute::Plus, Type::Number, Type::Number, Type::Number),
    (Compute::Minus, Type::Number, Type::Number, Type::Number),
    (Compute::Times, Type::Number, Type::Number, Type::Number),
    (Compute::Over, Type::Number, Type::Number, Type::Number),
    (Compute::Plus, Type::Money, Type::Money, Type::Money),
    (Compute::Minus, Type::Money, Type::Money, Type::Money),
    (Compute::Times, Type::Money, Type::Number, Type::Money),
    (Compute::Times, Type::Number, Type::Money, Type::Money),
    (Compute::Over, Type::Money, Type::Number, Type::Money),
    (Compute::Minus, Type::Moment, Type::Moment, Type::Time),
    (Compute::Plus, Type::Moment, Type::Time, Type::Moment),
    (Compute::Minus, Type::Moment, Type::Time, Type::Moment),
    (Compute::Plus, Type::Time, Type::Moment, Type::Moment),
    (Compute::Plus, Type::Time, Type::Time, Type::Time),
    (Compute::Minus, Type::Time, Type::Time, Type::Time),
];

/// What a text that is written out may be.
pub(crate) fn of_text(text: &str) -> TypeSet {
    if moment(text).is_some() {
        TypeSet::DATED
    } else if length(text).is_some() {
        TypeSet::TEXT.or(TypeSet::of(Type::Time))
    } else {
        TypeSet::TEXT
    }
}

/// A moment, or the first of a date in UTC.
pub(crate) fn moment(text: &str) -> Option<Moment> {
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    if let Ok(moment) = text.parse() {
        return Some(moment);
    }
    let date: Date = (text.len() == 10).then(|| text.parse().ok()).flatten()?;
    format!("{date}T00:00:00Z").parse().ok()
}

/// A length of time that does not depend on a calendar.
pub(crate) fn length(text: &str) -> Option<domain::Span> {
    notation::duration(text).and_then(|length| length.elapsed())
}
