//! What is answered when something is not done: a problem as RFC 9457 has it, with a stable code and
//! the page that helps.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use store::StoreError;
use tracing::error;

use crate::local::refusal::help_for;
use crate::service::setback::Setback;

/// What a client is told that sent no key that fits.
pub(super) const CHALLENGE: &str = "Bearer realm=\"baton\", Basic realm=\"baton\"";

/// Why something was not done. It holds no data of the one who asked.
#[derive(Debug)]
pub struct Problem {
    status: u16,
    code: &'static str,
    detail: Cow<'static, str>,
    /// Few problems have more members, and each answer of a route carries room for one.
    more: Box<Map<String, Value>>,
    headers: Vec<(header::HeaderName, HeaderValue)>,
}

impl Problem {
    /// A status, a code that has a page, and a sentence without data.
    pub fn new(status: u16, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        let detail = detail.into();
        Self { status, code, detail, more: Box::default(), headers: Vec::new() }
    }

    /// The same with one more member.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }

    /// The same with a header.
    #[must_use]
    pub fn header(mut self, name: header::HeaderName, value: &'static str) -> Self {
        self.headers.push((name, HeaderValue::from_static(value)));
        self
    }

    /// The same with the seconds after which to ask again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.headers.push((header::RETRY_AFTER, HeaderValue::from(seconds)));
        self
    }

    /// What it says. It quotes nobody.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The code.
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// There is nothing here.
    pub fn nothing_here() -> Self {
        Self::new(404, "route-missing", "there is nothing at this path")
    }

    /// Nobody may ask without a credential.
    pub fn unauthorised() -> Self {
        Self::new(401, "key-needed", "send a key as `Authorization: Bearer KEY`, or as Basic user")
            .header(header::WWW_AUTHENTICATE, CHALLENGE)
    }

    /// There is no such quarantine entry.
    pub fn no_entry() -> Self {
        Self::new(404, "entry-missing", "there is no such quarantine entry")
    }

    /// The path and what follows it are too long.
    pub fn target_too_long() -> Self {
        Self::new(414, "target-too-long", "path and query have at most 8 KiB")
    }

    /// The body is larger than so many bytes.
    pub fn too_large(most: usize) -> Self {
        let most = if most < 1 << 20 {
            format!("{} KiB", most >> 10)
        } else {
            format!("{} MiB", most >> 20)
        };
        Self::new(413, "body-too-large", format!("a body has at most {most} here, unpacked too"))
    }
}

impl From<Setback> for Problem {
    fn from(setback: Setback) -> Self {
        match setback {
            Setback::Overloaded { retry_after } => {
                let detail = "more waits than can be done in time; nothing was kept";
                Self::new(429, "overloaded", detail).retry_after(retry_after)
            }
            Setback::Recovering => {
                Self::new(503, "recovering", "it recovers; ask again in a moment")
                    .header(header::RETRY_AFTER, "1")
            }
            Setback::Ending => Self::new(503, "ending", "it ends; ask again in a moment")
                .header(header::RETRY_AFTER, "2"),
            Setback::Full => Self::new(
                507,
                "disk-full",
                "the disk is full; whether it was kept is unknown: send again with the same ids",
            )
            .header(header::RETRY_AFTER, "10"),
            Setback::Unknown => Self::new(
                503,
                "outcome-unknown",
                "whether it was kept is unknown: send again with the same ids",
            )
            .header(header::RETRY_AFTER, "2"),
            Setback::Refused { code, status, detail } => Self::new(status, code, detail),
            Setback::Stale { version } => {
                Self::new(412, "version-stale", "it changed since; look again before you decide")
                    .with("version", version)
            }
        }
    }
}

impl From<StoreError> for Problem {
    fn from(failure: StoreError) -> Self {
        error!("Could not answer a question: {failure}.");
        if failure.unreadable_entry().is_some() {
            // It says which entry and what to do, and asking again does not help.
            return Self::new(503, failure.code(), failure.to_string());
        }
        Self::new(503, "reading-failed", "the data could not be read; ask again in a moment")
    }
}

impl Problem {
    pub const fn status(&self) -> StatusCode {
        match StatusCode::from_u16(self.status) {
            Ok(status) => status,
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The last answer of a connection, as bytes.
    pub(super) fn on_the_wire(self) -> Vec<u8> {
        let status = self.status();
        let body = self.body();
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/problem+json\r\n\
             X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n\
             Connection: close\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        [head, body].concat().into_bytes()
    }

    fn body(self) -> String {
        let mut body = json!({
            "type": format!("urn:baton:problem:{}", self.code),
            "title": self.status().canonical_reason().unwrap_or("Problem"),
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "help": help_for(self.code),
        });
        if let Value::Object(members) = &mut body {
            members.extend(*self.more);
        }
        body.to_string()
    }
}

impl IntoResponse for Problem {
    fn into_response(mut self) -> Response {
        let (status, more) = (self.status(), std::mem::take(&mut self.headers));
        let mut response = Response::new(Body::from(self.body()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.extend(more);
        response
    }
}
