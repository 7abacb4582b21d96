//! A cell: DMN's unary tests, as people write them in a spreadsheet.

use domain::Moment;
use rust_decimal::Decimal;

use crate::expression::frame::Held;
use crate::expression::names::Test;
use crate::expression::tree::Compare;
use crate::expression::typing::moment as moment_of;
use crate::expression::{Frame, Names, Type, TypeSet};
use crate::scene::Truth;

/// Tests in one cell.
const TESTS_MAX: usize = 1_000;

/// A cell of a table.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    text: String,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Anything,
    /// One of these, or none of them.
    Tests {
        tests: Vec<Unary>,
        none: bool,
    },
}

#[derive(Clone, PartialEq, Debug)]
pub(super) enum Unary {
    Unknown,
    Boolean(bool),
    /// A text; where it reads like a date, that date too. `same` is whether it is asked for, rather
    /// than all others.
    Text {
        text: String,
        test: Test,
        same: bool,
    },
    Number(Compare, Decimal),
    Moment(Compare, Moment),
    Within(Interval),
}

/// Numbers, or moments in microseconds, from one to another.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Interval {
    pub(super) of_moments: bool,
    pub(super) low: Decimal,
    pub(super) with_low: bool,
    pub(super) high: Decimal,
    pub(super) with_high: bool,
}

impl Interval {
    pub(super) fn holds(&self, number: Decimal) -> bool {
        let above = number > self.low || self.with_low && number == self.low;
        let below = number < self.high || self.with_high && number == self.high;
        above && below
    }
}

/// What the tests of a cell look like: what they are taken for where nothing else says what the
/// column is of, and what they can be where something does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Looks {
    pub(super) likely: TypeSet,
    pub(super) possible: TypeSet,
}

impl Looks {
    /// Of a test that any column may have, or that cannot be read and is told later.
    pub(super) const ANYTHING: Self = Self { likely: TypeSet::ALL, possible: TypeSet::ALL };

    const fn only(of: TypeSet) -> Self {
        Self { likely: of, possible: of }
    }

    pub(super) const fn and(self, other: Self) -> Self {
        Self { likely: self.likely.and(other.likely), possible: self.possible.and(other.possible) }
    }
}

/// What is wrong with a cell.
pub(super) struct Fault {
    pub(super) says: String,
    pub(super) help: Option<String>,
}

fn fault<T>(says: impl Into<String>, help: impl Into<String>) -> Result<T, Fault> {
    Err(Fault { says: says.into(), help: Some(help.into()) })
}

impl Cell {
    /// The cell as it was written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The texts that it tests for.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        let tests = match &self.kind {
            Kind::Anything => &[][..],
            Kind::Tests { tests, .. } => tests,
        };
        tests.iter().filter_map(|test| match test {
            Unary::Text { text, .. } => Some(text.as_str()),
            Unary::Unknown
            | Unary::Boolean(_)
            | Unary::Number(..)
            | Unary::Moment(..)
            | Unary::Within(_) => None,
        })
    }

    /// Reads a cell of a column that is of one of these types.
    pub(super) fn read(text: &str, set: TypeSet, names: &mut Names) -> Result<Self, Fault> {
        let kind = Reader { of: set.settled(), names }.cell(text.trim())?;
        Ok(Self { text: text.trim().to_owned(), kind })
    }

    /// What a cell looks like.
    pub(super) fn looks(text: &str) -> Looks {
        let text = text.trim();
        let inner =
            text.strip_prefix("not(").and_then(|rest| rest.strip_suffix(')')).unwrap_or(text);
        split(inner).into_iter().map(|part| look(part.trim())).fold(Looks::ANYTHING, Looks::and)
    }

    /// Whether a test of the cell asks about moments.
    pub(super) fn asks_moments(&self) -> bool {
        let Kind::Tests { tests, .. } = &self.kind else { return false };
        tests.iter().any(|test| match test {
            Unary::Moment(..) => true,
            Unary::Within(interval) => interval.of_moments,
            Unary::Unknown | Unary::Boolean(_) | Unary::Text { .. } | Unary::Number(..) => false,
        })
    }

    /// Whether it tests anything.
    pub(super) const fn tests(&self) -> bool {
        matches!(self.kind, Kind::Tests { .. })
    }

    pub(crate) fn holds(&self, frame: &Frame<'_>, slot: u32) -> Truth {
        let Kind::Tests { tests, none } = &self.kind else { return Truth::Yes };
        let value = frame.held(slot);
        let mut any = Truth::No;
        for test in tests {
            any = any.or(test.holds(value));
            if any == Truth::Yes {
                break;
            }
        }
        if *none { !any } else { any }
    }
}

impl Unary {
    fn holds(&self, value: Held) -> Truth {
        let holds = match (self, value) {
            (Self::Unknown, value) => value == Held::Unknown,
            (Self::Boolean(wanted), Held::Boolean(boolean)) => *wanted == boolean,
            (
                Self::Text { test: Test::Text(of) | Test::Dated(of, _), same, .. },
                Held::Text(is),
            ) => (*of == is) == *same,
            (Self::Text { test: Test::Dated(_, of), same, .. }, Held::Moment(is)) => {
                (*of == is) == *same
            }
            (Self::Number(compare, bound), Held::Number(number)) => {
                compare.accepts(number.cmp(bound))
            }
            (Self::Moment(compare, bound), Held::Moment(moment)) => {
                compare.accepts(moment.cmp(&bound.0))
            }
            (Self::Within(interval), Held::Number(number)) if !interval.of_moments => {
                interval.holds(number)
            }
            (Self::Within(interval), Held::Moment(moment)) if interval.of_moments => {
                interval.holds(moment.into())
            }
            _ => return Truth::Unknown,
        };
        holds.into()
    }
}

/// The signs before what a test compares with, longer ones first.
const SIGNS: [(&str, Compare); 7] = [
    ("<=", Compare::AtMost),
    (">=", Compare::AtLeast),
    ("==", Compare::Same),
    ("!=", Compare::Other),
    ("<", Compare::Less),
    (">", Compare::More),
    ("=", Compare::Same),
];

fn signed(text: &str) -> Option<(Compare, &str)> {
    SIGNS.iter().find_map(|(sign, compare)| Some((*compare, text.strip_prefix(sign)?.trim())))
}

/// What one test looks like.
fn look(text: &str) -> Looks {
    if matches!(text, "" | "-" | "unknown") {
        return Looks::ANYTHING;
    }
    if let Some((compare, operand)) = signed(text) {
        let looks = look_of_value(operand);
        return match compare {
            Compare::Same | Compare::Other => looks,
            Compare::Less | Compare::AtMost | Compare::More | Compare::AtLeast => ordered(looks),
        };
    }
    if let Some((low, _)) = bounds(text) {
        return ordered(look_of_value(low));
    }
    look_of_value(text)
}

/// Whether digits begin with a zero that no number needs.
fn is_padded(text: &str) -> bool {
    let mut digits = text.trim_start_matches('-').bytes();
    digits.next() == Some(b'0') && digits.next().is_some_and(|next| next.is_ascii_digit())
}

/// What has more and less: a number, or a date.
fn ordered(looks: Looks) -> Looks {
    let [number, moment] = [Type::Number, Type::Moment].map(TypeSet::of);
    let either = looks.possible.and(number.or(moment));
    if either.is_empty() { Looks::ANYTHING } else { Looks::only(either) }
}

fn look_of_value(text: &str) -> Looks {
    let bare =
        |of: Type| Looks { likely: TypeSet::of(of), possible: TypeSet::of(of).or(TypeSet::TEXT) };
    match (unquoted(text), text) {
        (Err(_), _) => Looks::ANYTHING,
        (_, "true" | "false") => bare(Type::Boolean),
        // Nobody writes a number as 01067: that is a postcode.
        (_, text) if number(text).is_ok() && !is_padded(text) => bare(Type::Number),
        (Ok(inner), _) if moment_of(inner).is_some() => Looks::only(TypeSet::DATED),
        (Ok(_), _) => Looks::only(TypeSet::TEXT),
    }
}

struct Reader<'a> {
    of: Type,
    names: &'a mut Names,
}

impl Reader<'_> {
    fn cell(&mut self, text: &str) -> Result<Kind, Fault> {
        if text == "-" {
            return Ok(Kind::Anything);
        }
        if text.is_empty() {
            return fault(
                "the cell is empty",
                "write `-` for anything, `unknown` for what nobody knows",
            );
        }
        if let Some(rest) = text.strip_prefix("not(") {
            let Some(inner) = rest.strip_suffix(')') else {
                return fault("the bracket after `not` is never closed", "write not(\"DE\")");
            };
            return Ok(Kind::Tests { tests: self.tests(inner)?, none: true });
        }
        Ok(Kind::Tests { tests: self.tests(text)?, none: false })
    }

    fn tests(&mut self, text: &str) -> Result<Vec<Unary>, Fault> {
        let parts = split(text);
        if parts.len() > TESTS_MAX {
            return fault(
                format!("a cell has at most {TESTS_MAX} tests"),
                "use a list in lists/*.csv",
            );
        }
        parts.into_iter().map(|part| self.test(part.trim())).collect()
    }

    fn test(&mut self, text: &str) -> Result<Unary, Fault> {
        if text.is_empty() {
            return fault("a test is missing beside the comma", "take the comma out");
        }
        if text == "unknown" {
            return Ok(Unary::Unknown);
        }
        if let Some((compare, operand)) = signed(text) {
            return self.compared(compare, operand);
        }
        if text.contains("..") && text.starts_with(['[', '(', ']']) {
            return self.interval(text);
        }
        self.value(text, true)
    }

    fn compared(&mut self, compare: Compare, text: &str) -> Result<Unary, Fault> {
        match self.of {
            Type::Moment => moment(text).map(|moment| Unary::Moment(compare, moment)),
            Type::Number | Type::Any => number(text).map(|number| Unary::Number(compare, number)),
            Type::Text | Type::Boolean if matches!(compare, Compare::Same | Compare::Other) => {
                self.value(text, compare == Compare::Same)
            }
            of @ (Type::Text | Type::Boolean | Type::Money | Type::Time | Type::List) => fault(
                format!("the column is {}, which has no order", of.says()),
                "write the value alone, or not(…) for all others",
            ),
        }
    }

    fn interval(&mut self, text: &str) -> Result<Unary, Fault> {
        if !matches!(self.of, Type::Number | Type::Moment | Type::Any) {
            let says =
                format!("the column is {}, and an interval is of numbers or dates", self.of.says());
            return fault(says, "write the values, with commas between");
        }
        let Some((low, high)) = bounds(text) else {
            return fault("the interval is never closed", "write it like [500..5000)");
        };
        let of_moments = self.of == Type::Moment;
        let bound = |text: &str| {
            if of_moments { moment(text).map(|moment| moment.0.into()) } else { number(text) }
        };
        let (low, high) = (bound(low)?, bound(high)?);
        let (with_low, with_high) = (text.starts_with('['), text.ends_with(']'));
        if low > high || low == high && !(with_low && with_high) {
            return fault("nothing lies in this interval", "write the smaller one first");
        }
        Ok(Unary::Within(Interval { of_moments, low, with_low, high, with_high }))
    }

    /// A value alone; `same` is whether it is asked for, rather than all others.
    fn value(&mut self, text: &str, same: bool) -> Result<Unary, Fault> {
        match self.of {
            Type::Boolean => match text {
                "true" => Ok(Unary::Boolean(same)),
                "false" => Ok(Unary::Boolean(!same)),
                _ => fault("the column is yes or no", "write `true`, `false`, `unknown` or `-`"),
            },
            Type::Number => number(text).map(|number| Unary::Number(Compare::Same, number)),
            Type::Moment => moment(text).map(|moment| Unary::Moment(Compare::Same, moment)),
            Type::Text | Type::Any => {
                let text = unquoted(text)?;
                Ok(Unary::Text { text: text.to_owned(), test: self.names.text(text), same })
            }
            of @ (Type::Money | Type::Time | Type::List) => fault(
                format!("a cell does not test {}", of.says()),
                "make the column a comparison, as in `account.pipeline > money(\"1\", \"EUR\")`",
            ),
        }
    }
}

/// The ends of an interval, as they were written.
fn bounds(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix(['[', '(', ']'])?.strip_suffix([']', ')', '['])?;
    let (low, high) = inner.split_once("..")?;
    Some((low.trim(), high.trim()))
}

/// Splits at commas outside quotes and brackets.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut from, mut quoted) = (Vec::new(), 0, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted => {
                parts.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    parts
}

fn unquoted(text: &str) -> Result<&str, Fault> {
    let Some(rest) = text.strip_prefix('"') else {
        if text.contains(['"', '(', ')', '[', ']', '<', '>', '=']) {
            return fault("this is no test", "put a text in quotes, as in \"energy\"");
        }
        return Ok(text);
    };
    match rest.strip_suffix('"') {
        Some(inner) if !inner.contains('"') => Ok(inner),
        _ => fault("the quote is never closed", "write it like \"energy\", \"utilities\""),
    }
}

fn number(text: &str) -> Result<Decimal, Fault> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    match Decimal::from_str_exact(text) {
        Ok(number) if plain => Ok(number),
        _ => fault("a number is expected", "write it like >= 500, [500..5000) or 1000"),
    }
}

fn moment(text: &str) -> Result<Moment, Fault> {
    match moment_of(unquoted(text)?) {
        Some(moment) => Ok(moment),
        None => fault("a moment is expected", "write it like >= \"2026-11-20\""),
    }
}
