//! Reading what a field may hold: the values it is told, and the pattern it must look like.

use domain::Value;
use notation::{Diagnostic, Diagnostics, Node};
use regex::RegexBuilder;

use super::field::{Kind, Pattern};

/// Bytes of a pattern, and of what it compiles to.
const PATTERN_MAX: usize = 2_000;
const COMPILED_MAX: usize = 256 << 10;
/// Values that one field may be told to have.
const VALUES_MAX: usize = 10_000;

/// Compiles a pattern. It takes time in proportion to the text, whatever it says, so that
/// `(a+)+$` is harmless; what would compile to more than is allowed is refused.
pub(super) fn pattern(node: &Node, out: &mut Diagnostics) -> Option<Pattern> {
    let text = node.word(out)?;
    let mut refuse = |code, says: String, help: &str| {
        out.push(Diagnostic::error(code, node.span, says).help(help));
        None
    };
    if text.len() > PATTERN_MAX {
        let says = format!("a pattern has at most {PATTERN_MAX} bytes");
        return refuse("pattern-too-large", says, "write a shorter one");
    }
    let built =
        RegexBuilder::new(text).size_limit(COMPILED_MAX).dfa_size_limit(COMPILED_MAX << 2).build();
    match built {
        Ok(regex) => Some(Pattern { text: text.to_owned(), regex }),
        Err(_) if looks_around(text) => refuse(
            "pattern-unsupported",
            "a pattern cannot look around itself or back at what it found".to_owned(),
            "write it without `(?=`, `(?!`, `(?<=`, `(?<!` and without `\\1`",
        ),
        Err(regex::Error::CompiledTooBig(_)) => refuse(
            "pattern-too-large",
            "the pattern grows too large".to_owned(),
            "repeat less often, or use `maxLength` for the length",
        ),
        Err(error) => {
            let last = error.to_string();
            let last = last.lines().last().unwrap_or("").trim_start_matches("error: ").to_owned();
            refuse(
                "pattern-unreadable",
                format!("the pattern cannot be read: {last}"),
                "write a `\\` before a sign that is meant as it is",
            )
        }
    }
}

fn looks_around(text: &str) -> bool {
    let back = |digit: char| text.contains(&format!("\\{digit}"));
    ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|sign| text.contains(sign)) || ('1'..='9').any(back)
}

/// The values that a field may have.
pub(super) fn values(node: &Node, kind: &Kind, out: &mut Diagnostics) -> Vec<Value> {
    let nodes = node.list(out).unwrap_or_default();
    if nodes.len() > VALUES_MAX {
        let says = format!("a field lists at most {VALUES_MAX} values");
        out.push(Diagnostic::error("list-too-long", node.span, says));
        return Vec::new();
    }
    nodes.iter().filter_map(|node| value(node, kind, out)).collect()
}

/// A value of a field, which reads as the field's kind.
pub(super) fn value(node: &Node, kind: &Kind, out: &mut Diagnostics) -> Option<Value> {
    match kind {
        Kind::Number { .. } => node.decimal(out).map(|number| {
            i64::try_from(number)
                .ok()
                .filter(|_| number.fract().is_zero())
                .map_or(Value::Decimal(number.normalize()), Value::Integer)
        }),
        Kind::Boolean => node.boolean(out).map(Value::Boolean),
        Kind::Date(_) | Kind::Time(_) | Kind::Moment { .. } => node.word(out).map(Value::from),
        Kind::Any
        | Kind::Text { .. }
        | Kind::Money { .. }
        | Kind::List { .. }
        | Kind::Record { .. } => node.text(out).map(Value::from),
    }
}
