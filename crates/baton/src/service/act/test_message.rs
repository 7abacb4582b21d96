//! A test message to a destination: what is sent, and what came of it.

use domain::errand::Answer;
use domain::reason::Code;
use domain::{DeliveryId, Moment};
use serde::Serialize;
use serde_json::json;

/// A message that belongs to no handoff.
#[derive(Debug)]
pub struct TestMessage {
    /// Its id.
    pub delivery: DeliveryId,
    /// What is sent.
    pub body: Vec<u8>,
}

impl TestMessage {
    /// A message at a moment; for a destination that sends mail, to this address.
    pub fn new(mailbox: Option<&str>, now: Moment) -> Self {
        let delivery = DeliveryId::caused_by(&[b"test", &now.0.to_be_bytes()]);
        let body = json!({
            "delivery": delivery,
            "step": "test",
            "test": true,
            "message": mailbox.map(|address| json!({ "to": { "email": address } })),
            "sends": {},
        });
        Self { delivery, body: body.to_string().into_bytes() }
    }
}

/// What came of a test message.
#[derive(Debug, Serialize)]
pub struct TestResult<'a> {
    /// The destination.
    pub name: &'a str,
    /// Whether it arrived.
    pub delivered: bool,
    /// Why not.
    pub code: Option<&'static str>,
    /// The status that it gave, if it did.
    pub status: Option<u16>,
    /// What came of it, in words.
    pub says: &'static str,
}

impl<'a> TestResult<'a> {
    /// What a destination's answer to it means.
    pub fn new(name: &'a str, answer: &Answer) -> Self {
        let (code, status) = match answer {
            Answer::Delivered { status } => (None, *status),
            Answer::Later { code, status, .. } | Answer::Never { code, status } => {
                (Some(*code), *status)
            }
        };
        let says = code.map_or("the test message was taken", Code::says);
        Self { name, delivered: code.is_none(), code: code.map(Code::as_str), status, says }
    }
}
