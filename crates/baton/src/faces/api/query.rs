//! Query parameters: known ones, each once, as they were typed.
//!
//! In an address that a browser makes of a form, a plus sign is a space (URL Standard,
//! application/x-www-form-urlencoded). Callers of the API write plus signs of addresses and of zones as they are, so
//! there it stays one.

use std::fmt::Write as _;

use axum::http::Uri;
use domain::Moment;

use super::problem::Problem;

/// The parameters of a request.
pub(in crate::faces) struct Query<'u> {
    pairs: Vec<(&'u str, &'u str)>,
    /// What stands for a space besides `%20`.
    plus: Plus,
}

/// What a plus sign stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Plus {
    Itself,
    Space,
}

impl<'u> Query<'u> {
    /// The parameters, which must be among these.
    pub(in crate::faces) fn of(uri: &'u Uri, known: &[&str]) -> Result<Self, Problem> {
        let pairs = uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        let pairs: Vec<_> = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect();
        if pairs.iter().all(|(name, _)| known.contains(name)) {
            Ok(Self { pairs, plus: Plus::Itself })
        } else {
            Err(Problem::new(
                400,
                "query-unknown",
                format!("known query parameters are: {}", known.join(", ")),
            ))
        }
    }

    /// The same, in the address of a page: a form may have written it.
    pub(in crate::faces) fn of_page(uri: &'u Uri, known: &[&str]) -> Result<Self, Problem> {
        Ok(Self { plus: Plus::Space, ..Self::of(uri, known)? })
    }

    /// The parameters that somebody else's server wrote, whatever they are.
    pub(in crate::faces) fn of_others(uri: &'u Uri) -> Self {
        let pairs = uri.query().unwrap_or_default().split('&');
        let pairs = pairs.filter_map(|pair| pair.split_once('=')).collect();
        Self { pairs, plus: Plus::Itself }
    }

    /// A parameter, unescaped; an empty one counts as none.
    pub(in crate::faces) fn text(&self, name: &str) -> Result<Option<String>, Problem> {
        let found = self.pairs.iter().find(|(known, _)| *known == name);
        let Some((_, value)) = found.filter(|(_, value)| !value.is_empty()) else {
            return Ok(None);
        };
        unescape(value, self.plus).map(Some).ok_or_else(|| unfit(name, "text"))
    }

    /// A parameter of another kind.
    pub(in crate::faces) fn read<T>(
        &self,
        name: &str,
        expected: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        match self.text(name)? {
            None => Ok(None),
            Some(text) => read(&text).map(Some).ok_or_else(|| unfit(name, expected)),
        }
    }

    /// A moment.
    pub(in crate::faces) fn moment(&self, name: &str) -> Result<Option<Moment>, Problem> {
        self.read(name, "a moment like 2026-11-20T13:38:02.911Z", |text| text.parse().ok())
    }

    /// How many are asked for, at most 200.
    pub(in crate::faces) fn limit(&self, otherwise: usize) -> Result<usize, Problem> {
        let limit = self.read("limit", "a number from 1 to 200", |text| {
            digits(text)?.parse().ok().filter(|limit| (1..=200).contains(limit))
        })?;
        Ok(limit.unwrap_or(otherwise))
    }
}

/// A text as part of a query.
pub(in crate::faces) fn escape_query(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A number without a sign.
pub(in crate::faces) fn digits(text: &str) -> Option<&str> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then_some(text)
}

fn unfit(name: &str, expected: &str) -> Problem {
    Problem::new(400, "query-unfit", format!("`{name}` is {expected}"))
}

/// Takes percent signs away; `None` for what is no text then.
fn unescape(value: &str, plus: Plus) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        match first {
            b'%' => {
                let (digits, tail) = tail.split_at_checked(2)?;
                let digit = |byte: u8| char::from(byte).to_digit(16);
                bytes.push((digit(digits[0])? << 4 | digit(digits[1])?) as u8);
                rest = tail;
            }
            b'+' if plus == Plus::Space => bytes.push(b' '),
            other => bytes.push(*other),
        }
    }
    let text = String::from_utf8(bytes).ok()?;
    (!text.chars().any(char::is_control)).then_some(text)
}

#[cfg(test)]
mod tests;
