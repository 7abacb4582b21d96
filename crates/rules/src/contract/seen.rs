//! What a check looks at.

use domain::{Moment, Value};

/// Something that is there, wherever it stands.
#[derive(Clone, Copy)]
pub(super) enum Seen<'a> {
    Text(&'a str),
    Moment(Moment),
    Other(&'a Value),
}

impl<'a> From<&'a Value> for Seen<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Text(text) => Self::Text(text),
            Value::Moment(moment) => Self::Moment(*moment),
            Value::Integer(_)
            | Value::Decimal(_)
            | Value::Boolean(_)
            | Value::Money(_)
            | Value::List(_)
            | Value::Record(_) => Self::Other(value),
        }
    }
}
