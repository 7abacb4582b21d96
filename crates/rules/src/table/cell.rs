//! A cell: DMN's unary tests, as people write them in a spreadsheet.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what a test does not speak of, it cannot tell"
)]

use std::cmp::Ordering;

use domain::Moment;
use rust_decimal::Decimal;

use crate::expression::frame::{Cell as Slot, Test};
use crate::expression::tree::Compare;
use crate::expression::{Frame, Names, Type};
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
    Text { text: String, test: u32 },
    Number(Compare, Decimal),
    Moment(Compare, Moment),
    Within { low: Decimal, with_low: bool, high: Decimal, with_high: bool },
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

    pub(super) fn read(text: &str, of: Type, names: &mut Names) -> Result<Self, Fault> {
        let kind = Reader { of, names }.cell(text.trim())?;
        Ok(Self { text: text.trim().to_owned(), kind })
    }

    /// What kind of value a cell speaks of, for a column of which nothing else says it.
    pub(super) fn speaks_of(text: &str) -> Type {
        let text = text.trim();
        let inner =
            text.strip_prefix("not(").and_then(|rest| rest.strip_suffix(')')).unwrap_or(text);
        match inner.trim() {
            "-" | "unknown" | "" => Type::Any,
            "true" | "false" => Type::Boolean,
            inner => {
                let bare = inner.trim_start_matches(['<', '>', '=', '!', '[', ']', '(', ' ', '-']);
                if bare.starts_with(|c: char| c.is_ascii_digit()) {
                    Type::Number
                } else {
                    Type::Text
                }
            }
        }
    }

    pub(crate) fn holds(&self, _names: &Names, frame: &Frame, slot: u32) -> Truth {
        let Kind::Tests { tests, none } = &self.kind else { return Truth::Yes };
        let value = frame.cell(slot);
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
    fn holds(&self, value: Slot) -> Truth {
        let holds = match (self, value) {
            (Self::Unknown, value) => value == Slot::Unknown,
            (Self::Boolean(wanted), Slot::Boolean(boolean)) => *wanted == boolean,
            (Self::Text { test, .. }, Slot::Text(symbol)) => *test == symbol,
            (Self::Number(compare, bound), Slot::Number(number)) => {
                compare.accepts(number.cmp(bound))
            }
            (Self::Moment(compare, bound), Slot::Moment(moment)) => {
                compare.accepts(moment.cmp(&bound.0))
            }
            (Self::Within { low, with_low, high, with_high }, Slot::Number(number)) => {
                let above = matches!(
                    (number.cmp(low), with_low),
                    (Ordering::Greater, _) | (Ordering::Equal, true)
                );
                let below = matches!(
                    (number.cmp(high), with_high),
                    (Ordering::Less, _) | (Ordering::Equal, true)
                );
                above && below
            }
            _ => return Truth::Unknown,
        };
        holds.into()
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
        for (mark, compare) in [
            ("<=", Compare::AtMost),
            (">=", Compare::AtLeast),
            ("==", Compare::Same),
            ("!=", Compare::Other),
            ("<", Compare::Less),
            (">", Compare::More),
            ("=", Compare::Same),
        ] {
            if let Some(rest) = text.strip_prefix(mark) {
                return self.compared(compare, rest.trim());
            }
        }
        if text.contains("..") && text.starts_with(['[', '(', ']']) {
            return self.interval(text);
        }
        self.value(text)
    }

    fn compared(&mut self, compare: Compare, text: &str) -> Result<Unary, Fault> {
        match self.of {
            Type::Moment => moment(text).map(|moment| Unary::Moment(compare, moment)),
            Type::Number | Type::Any => number(text).map(|number| Unary::Number(compare, number)),
            Type::Text | Type::Boolean if compare == Compare::Same => self.value(text),
            of => fault(
                format!("the column is {}, which has no order", of.says()),
                "write the value alone, or not(…) for all others",
            ),
        }
    }

    fn interval(&mut self, text: &str) -> Result<Unary, Fault> {
        if !matches!(self.of, Type::Number | Type::Any) {
            let says = format!("the column is {}, and an interval is of numbers", self.of.says());
            return fault(says, "write the values, with commas between");
        }
        let open = text.chars().next().unwrap_or('[');
        let close = text.chars().next_back().unwrap_or(']');
        let inner = text.get(1..text.len() - 1).and_then(|inner| inner.split_once(".."));
        let (Some((low, high)), ']' | ')' | '[') = (inner, close) else {
            return fault("the interval is never closed", "write it like [500..5000)");
        };
        let (low, high) = (number(low.trim())?, number(high.trim())?);
        let (with_low, with_high) = (open == '[', close == ']');
        if low > high || low == high && !(with_low && with_high) {
            return fault("nothing lies in this interval", "write the smaller number first");
        }
        Ok(Unary::Within { low, with_low, high, with_high })
    }

    fn value(&mut self, text: &str) -> Result<Unary, Fault> {
        match self.of {
            Type::Boolean => match text {
                "true" => Ok(Unary::Boolean(true)),
                "false" => Ok(Unary::Boolean(false)),
                _ => fault("the column is yes or no", "write `true`, `false`, `unknown` or `-`"),
            },
            Type::Number => number(text).map(|number| Unary::Number(Compare::Same, number)),
            Type::Moment => moment(text).map(|moment| Unary::Moment(Compare::Same, moment)),
            Type::Text | Type::Any => {
                let text = unquoted(text)?;
                let Test::Text(test) = self.names.text(text) else {
                    return fault("the text cannot be compared", "write it in quotes");
                };
                Ok(Unary::Text { text: text.to_owned(), test })
            }
            of @ (Type::Money | Type::Time | Type::List) => fault(
                format!("a cell does not test {}", of.says()),
                "make the column a comparison, as in `account.pipeline > money(\"1\", \"EUR\")`",
            ),
        }
    }
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
    match crate::expression::moment(unquoted(text)?) {
        Some(moment) => Ok(moment),
        None => fault("a moment is expected", "write it like >= \"2026-11-20\""),
    }
}
