//! A file that gets a line for each delivery, which begins with the delivery's id.
//!
//! A file has no idempotency key. Before an attempt whose outcome is unknown is tried again, the
//! courier looks for the id among the lines; a line that was cut off by a crash does not count.

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;

use domain::errand::{Answer, ErrandId};
use domain::{DeliveryId, Moment};

use crate::destination::{Destination, Key, Kind, Outbound, Takes};
use crate::talk::{Call, Conversation, Failure, FileCall, Response, Step};

/// How a section of this kind is read.
pub const KIND: Kind = Kind {
    name: "file",
    keys: &[Key { name: "path", takes: Takes::Path, needed: true }],
    unfit: |_| None,
    make: |mut values| Arc::new(LinesOfFile { path: values.path("path") }),
};

/// A file that gets a line for each delivery.
#[derive(Clone, Debug)]
pub struct LinesOfFile {
    /// The file that deliveries are written to.
    pub path: PathBuf,
}

impl Destination for LinesOfFile {
    fn converse(&self, errand: Outbound) -> Box<dyn Conversation> {
        Box::new(Appending { path: self.path.clone(), errand })
    }
}

/// One line.
struct Appending {
    path: PathBuf,
    errand: Outbound,
}

impl Conversation for Appending {
    fn next(&mut self, _: Moment, response: Option<Response>) -> Step {
        match response {
            None => {
                let ErrandId::Delivery(delivery) = self.errand.errand;
                Step::Call(Call::File(FileCall {
                    path: std::mem::take(&mut self.path),
                    body: std::mem::take(&mut self.errand.body),
                    unless: (self.errand.attempt > 1).then_some(delivery),
                }))
            }
            Some(Response::Written) => Step::Done(Answer::Delivered { status: None }),
            Some(Response::Failed(failure)) => Step::Done(failure.answer()),
            Some(Response::Http(_) | Response::Mail(_)) => Step::Done(Failure::Broken.answer()),
        }
    }
}

/// What the body of a delivery begins with.
const BEGIN: &[u8] = b"{\"delivery\":\"";
/// Bytes of an id as text.
const ID_BYTES: usize = domain::id::ID_CHARS + 2;

/// The line of a body, with its end. `behind` is the last byte of the file so far: where it ends
/// no line, the torn one before is ended first.
pub fn line(body: &[u8], behind: Option<u8>) -> Vec<u8> {
    let mut line = Vec::with_capacity(body.len() + 2);
    if behind.is_some_and(|byte| byte != b'\n') {
        line.push(b'\n');
    }
    // JSON has line ends only between its tokens.
    line.extend(body.iter().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { *byte }));
    line.push(b'\n');
    line
}

/// The delivery that a line without its end tells of. The line may still be torn.
pub fn delivery(line: &[u8]) -> Option<DeliveryId> {
    let id = line.strip_prefix(BEGIN)?.get(..ID_BYTES)?;
    std::str::from_utf8(id).ok()?.parse().ok()
}

/// Whether a whole line of these bytes tells of the delivery.
pub fn holds(bytes: &[u8], wanted: &DeliveryId) -> bool {
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n');
    lines.any(|line| delivery(line) == Some(*wanted) && is_whole(line))
}

/// A torn line may end with a bracket and, once the next was written, with a line end; it is no JSON.
fn is_whole(line: &[u8]) -> bool {
    line.ends_with(b"\n") && serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok()
}
