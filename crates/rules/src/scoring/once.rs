//! Signals of which only one counts: one for each value of a field, as of one mail that is opened three
//! times, or one in a stretch of time, as of a form that is sent twice by a double click.

use std::borrow::Cow;

use domain::{Moment, Span as Time, Value};
use notation::{Diagnostic, Diagnostics, Node};

use crate::name::Own;
use crate::scene::Touch;

/// The longest stretch of which only one counts.
const STRETCH_MAX: Time = Time::days(366);

/// Of which signals only one counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OncePer {
    /// Of all that have one value of a field: the newest. One without a value counts.
    Value(Own),
    /// Of all that are not as long apart as this, counted from the newest.
    Stretch(Time),
}

impl OncePer {
    /// Reads `signal.mail` or `1h`.
    pub(super) fn read(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        let word = node.word(out)?;
        let length = notation::duration(word).and_then(|length| length.elapsed());
        if let Some(length) = length.filter(|length| (Time(1)..=STRETCH_MAX).contains(length)) {
            return Some(Self::Stretch(length));
        }
        let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
        let path = word.strip_prefix("signal.").filter(|path| {
            path.starts_with(|c: char| c.is_ascii_alphabetic()) && path.chars().all(letter)
        });
        if path.is_none() {
            let says = "this is neither a field of the signal nor a length of time";
            let help = "write `signal.mail`, of which each value counts once, or `1h`; working days are \
                        no such length, and it is at most 366d";
            out.push(Diagnostic::error("once-unreadable", node.span, says).help(help));
        }
        path.map(|path| Self::Value(Own::named(path)))
    }
}

/// What has counted so far, from the newest signal to the oldest.
pub(super) struct Counted<'r, 't> {
    once_per: &'r OncePer,
    values: Vec<Cow<'t, Value>>,
    last: Option<Moment>,
}

impl<'r, 't> Counted<'r, 't> {
    pub(super) const fn new(once_per: &'r OncePer) -> Self {
        Self { once_per, values: Vec::new(), last: None }
    }

    /// Whether a signal counts, which is not newer than those before.
    pub(super) fn counts(&mut self, touch: &Touch<'t>) -> bool {
        match self.once_per {
            OncePer::Value(own) => {
                let Some(value) = touch.own(own) else { return true };
                let new = !self.values.contains(&value);
                if new {
                    self.values.push(value);
                }
                new
            }
            OncePer::Stretch(length) => {
                let apart = self.last.is_none_or(|last| last - touch.moment >= *length);
                if apart {
                    self.last = Some(touch.moment);
                }
                apart
            }
        }
    }
}
