//! A conversation with somebody outside, without a socket: what is to be called next, given what
//! came of the call before.
//!
//! One attempt at an errand is one conversation. Whoever has sockets and files (the courier) makes
//! each call once and hands over what came of it; a test plays the other side with values alone. A
//! conversation that is cut short is not gone on with: the next attempt begins another one, so each
//! of its calls must be safe to make again. The errand's id is the key that makes it so.
//!
//! Mail is to be one more kind of [`Call`]. Whoever makes calls matches on the kinds in one place.

#[cfg(test)]
mod tests;

use std::path::PathBuf;

use domain::errand::Answer;
use domain::reason::Code;
use domain::{DeliveryId, Moment};

/// The most calls of one conversation. More than a vendor needs, and few enough that one which goes
/// round in a circle ends.
pub const CALLS_MAX: usize = 16;

/// What is said to one destination about one errand.
pub trait Conversation: Send {
    /// What comes next. The first time there is no response yet; each later time there is that to the
    /// call before.
    fn next(&mut self, now: Moment, response: Option<Response>) -> Step;
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Make this call, and go on with what came of it.
    Call(Call),
    /// The conversation is over.
    Done(Answer),
}

/// A call to make once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// A request over HTTP. No redirect is followed.
    Http(HttpCall),
    /// A line at the end of a file.
    File(FileCall),
}

/// A request over HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpCall {
    /// `POST` and so on.
    pub method: &'static str,
    /// Where to. Whether the address may be called is looked at when the call is made.
    pub url: String,
    /// Names in lower case, and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// How many bytes of the answer's body are wanted at most; with 0 its status and headers alone.
    pub answer_bytes_max: usize,
}

/// A line at the end of a file. It is on the disk when the call is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileCall {
    /// Which file. It is made where there is none.
    pub path: PathBuf,
    /// What the line says.
    pub body: Vec<u8>,
    /// Nothing is written where a whole line tells of this delivery already.
    pub unless: Option<DeliveryId>,
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Response {
    /// Somebody answered over HTTP.
    Http(HttpResponse),
    /// The line is in the file.
    Written,
    /// Nobody answered.
    Failed(Failure),
}

/// An answer over HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpResponse {
    /// Its status.
    pub status: u16,
    /// Names in lower case, and those of the values that are text.
    pub headers: Vec<(String, String)>,
    /// As much of the body as the call wanted; a longer one is [`Failure::Broken`].
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// The first value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Why nobody answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The address is not one that may be called.
    Forbidden,
    /// The call cannot be made as it stands: its URL is none, or a header is not one.
    Unfit,
    /// Nobody is there.
    Unreachable,
    /// It took too long. The effect may be there.
    TimedOut,
    /// The line broke, or the file could not be written. The effect may be there.
    Broken,
}

impl Failure {
    /// What it means for the errand, unless the conversation knows better.
    pub fn answer(self) -> Answer {
        let later = |code| Answer::Later { code, status: None, not_before: None };
        match self {
            Self::Forbidden => Answer::Never { code: Code::AddressForbidden, status: None },
            Self::Unfit => Answer::Never { code: Code::DestinationUnknown, status: None },
            Self::Unreachable => later(Code::DestinationUnreachable),
            Self::TimedOut => later(Code::DestinationTimeout),
            Self::Broken => later(Code::DestinationFailed),
        }
    }
}
