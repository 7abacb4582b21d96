//! A webhook: the request to send, and what its answer means.
//!
//! The body is the same bytes at each attempt and `webhook-id` is the errand's id, so that the
//! destination can tell an attempt from a second delivery. The courier follows no redirect.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use domain::errand::Answer;
use domain::reason::Code;
use domain::{Moment, Span};
use jiff::fmt::{rfc2822, strtime};
use jiff::tz::TimeZone;

use crate::destination::{Destination, Key, Kind, Outbound, Takes};
use crate::standard_webhooks::{self, Secret};
use crate::talk::{Call, Conversation, Failure, HttpCall, HttpResponse, Response, Step};

/// How a section of this kind is read.
pub const KIND: Kind = Kind {
    name: "webhook",
    keys: &[
        Key { name: "endpoint", takes: Takes::Address, needed: true },
        Key { name: "credential", takes: Takes::Secrets, needed: false },
    ],
    unfit: |_| None,
    make: |mut values| {
        let endpoint = values.text("endpoint");
        Arc::new(Webhook { endpoint, secret: values.secret("credential") })
    },
};

/// A webhook.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Where to.
    pub endpoint: String,
    /// What signs it; unsigned without.
    pub secret: Option<Secret>,
}

impl Destination for Webhook {
    fn converse(&self, errand: Outbound) -> Box<dyn Conversation> {
        Box::new(Posting { webhook: self.clone(), errand })
    }
}

/// One call, and its answer is that of the errand.
struct Posting {
    webhook: Webhook,
    errand: Outbound,
}

impl Conversation for Posting {
    fn next(&mut self, now: Moment, response: Option<Response>) -> Step {
        match response {
            None => Step::Call(Call::Http(self.request(now))),
            Some(Response::Http(response)) => Step::Done(read_response(&response, now)),
            Some(Response::Failed(failure)) => Step::Done(failure.answer()),
            Some(Response::Written | Response::Mail(_)) => Step::Done(Failure::Broken.answer()),
        }
    }
}

impl Posting {
    /// The request for an attempt at `now`. Without a secret it is not signed.
    fn request(&mut self, now: Moment) -> HttpCall {
        let id = self.errand.errand.to_string();
        let body = std::mem::take(&mut self.errand.body);
        let mut headers = vec![
            ("content-type", "application/json".to_owned()),
            ("user-agent", concat!("Baton/", env!("CARGO_PKG_VERSION")).to_owned()),
            (standard_webhooks::TIMESTAMP, now.seconds().to_string()),
        ];
        if let Some(secret) = &self.webhook.secret {
            let signature = standard_webhooks::sign(secret, &id, now, &body);
            headers.push((standard_webhooks::SIGNATURE, signature));
        }
        if let Some(signal) = &self.errand.correlation {
            headers.push(("baton-correlation", signal.to_string()));
        }
        headers.push((standard_webhooks::ID, id));
        let url = self.webhook.endpoint.clone();
        HttpCall { method: "POST", url, headers, body, answer_bytes_max: 0 }
    }
}

/// What a status means, and a `Retry-After` beside it: not before that moment, never behind, and as
/// far ahead as it likes. How much of it is obeyed is for who keeps the schedule.
pub fn read_response(response: &HttpResponse, now: Moment) -> Answer {
    let status = Some(response.status);
    let later = |code| {
        let not_before = response.header("retry-after").and_then(|text| wait(text, now));
        Answer::Later { code, status, not_before }
    };
    match response.status {
        200..=299 => Answer::Delivered { status },
        408 | 425 | 429 | 503 => later(Code::DestinationBusy),
        // A redirect is not followed: it could lead where nobody allowed us to go.
        300..=499 => Answer::Never { code: Code::DestinationRefused, status },
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
