//! Deliveries to a webhook: the request to send, and what its answer means.
//!
//! The body is the same bytes at each attempt and `webhook-id` is the delivery's id, so that the
//! destination can tell an attempt from a second delivery. The courier follows no redirect.

#[cfg(test)]
mod tests;

use domain::reason::Code;
use domain::{DeliveryId, HandoffId, Moment, SignalId, Span};
use jiff::fmt::{rfc2822, strtime};
use jiff::tz::TimeZone;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use crate::standard_webhooks::{self, Secret};

/// What the courier sends, as POST.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request<'b> {
    /// Names in lower case, and values.
    pub headers: Vec<(&'static str, String)>,
    /// The delivery's body.
    pub body: &'b [u8],
}

/// What an answer means for the delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The effect is there.
    Delivered {
        /// The status that said so.
        status: u16,
    },
    /// Try again. How long a destination may put us off is for who keeps the schedule.
    Later {
        /// Why.
        code: Code,
        /// Not before, as `Retry-After` says it: never behind, and as far ahead as it likes.
        at: Option<Moment>,
    },
    /// Never again.
    Never {
        /// Why.
        code: Code,
    },
}

/// The request for an attempt at `now`. Without a secret it is not signed.
pub fn request<'b>(
    delivery: &DeliveryId,
    correlation: Option<&SignalId>,
    secret: Option<&Secret>,
    body: &'b [u8],
    now: Moment,
) -> Request<'b> {
    let id = delivery.to_string();
    let mut headers = vec![
        ("content-type", "application/json".to_owned()),
        ("user-agent", concat!("Baton/", env!("CARGO_PKG_VERSION")).to_owned()),
        (standard_webhooks::TIMESTAMP, now.seconds().to_string()),
    ];
    if let Some(secret) = secret {
        let signature = standard_webhooks::sign(secret, &id, now, body);
        headers.push((standard_webhooks::SIGNATURE, signature));
    }
    if let Some(signal) = correlation {
        headers.push(("baton-correlation", signal.to_string()));
    }
    headers.push((standard_webhooks::ID, id));
    Request { headers, body }
}

/// What a status means, and a `Retry-After` beside it.
pub fn read_response(status: u16, retry_after: Option<&str>, now: Moment) -> Answer {
    let later = |code| Answer::Later { code, at: retry_after.and_then(|text| wait(text, now)) };
    match status {
        200..=299 => Answer::Delivered { status },
        408 | 425 | 429 | 503 => later(Code::DestinationBusy),
        // A redirect is not followed: it could lead where nobody allowed us to go.
        300..=499 => Answer::Never { code: Code::DestinationRefused },
        _ => later(Code::DestinationFailed),
    }
}

/// When `Retry-After` asks us to come back: seconds, or a date in one of the three forms of HTTP.
fn wait(text: &str, now: Moment) -> Option<Moment> {
    let text = text.trim();
    let asked = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit are a very long time.
        let seconds = text.parse::<i64>().unwrap_or(i64::MAX);
        Moment(now.0.saturating_add(seconds.saturating_mul(Span::SECOND.0)))
    } else {
        http_date(text)?
    };
    Some(asked.max(now))
}

/// A date of HTTP: the form of mail, and the two older ones that are to be read as well.
fn http_date(text: &str) -> Option<Moment> {
    if let Ok(date) = rfc2822::DateTimeParser::new().parse_timestamp(text) {
        return Some(Moment::from_timestamp(date));
    }
    let older = ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];
    let read = older.into_iter().find_map(|form| strtime::parse(form, text).ok())?;
    let date = read.to_datetime().ok()?.to_zoned(TimeZone::UTC).ok()?;
    Some(Moment::from_timestamp(date.timestamp()))
}

/// A delivery's body: its id, the step, the handoff's id, and as `data` what the step sends, in
/// the order given. The same arguments give the same bytes, in one line if the parts are.
pub fn body(
    delivery: &DeliveryId,
    step: &str,
    handoff: &HandoffId,
    data: &[(&str, &RawValue)],
) -> Vec<u8> {
    let body = Body { delivery, step, handoff, data: Parts(data) };
    serde_json::to_vec(&body).expect("texts and JSON are JSON")
}

#[derive(serde::Serialize)]
struct Body<'a> {
    // First, so that a destination's file can be searched for it without being parsed.
    delivery: &'a DeliveryId,
    step: &'a str,
    handoff: &'a HandoffId,
    data: Parts<'a>,
}

struct Parts<'a>(&'a [(&'a str, &'a RawValue)]);

impl Serialize for Parts<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut map = s.serialize_map(Some(self.0.len()))?;
        for (name, part) in self.0 {
            map.serialize_entry(name, part)?;
        }
        map.end()
    }
}
