//! A conversation with somebody outside, without a socket: what is to be called next, given what
//! came of the call before.
//!
//! One attempt at an errand is one conversation. Whoever has sockets and files (the courier) makes
//! each call once and hands over what came of it; a test plays the other side with values alone. A
//! conversation that is cut short is not gone on with: the next attempt begins another one, so each
//! of its calls must be safe to make again. The errand's id is the key that makes it so.
//!
//! Whoever makes calls matches on the kinds of [`Call`] in one place.

#[cfg(test)]
mod tests;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use domain::errand::Answer;
use domain::reason::Code;
use domain::{DeliveryId, Moment};
use zeroize::Zeroizing;

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
    /// A message to a mail server.
    Mail(Box<MailCall>),
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

/// A message to hand to a mail server, in one conversation of SMTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailCall {
    /// Which server, and how it is spoken to.
    pub server: Arc<MailServer>,
    /// Who sends: an address, with or without a name before it.
    pub from: String,
    /// The address that it goes to.
    pub to: String,
    /// One line without control characters.
    pub subject: String,
    /// The message as plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// The same at each attempt, without angle brackets.
    pub message_id: String,
    /// The deliveries that it tells of.
    pub deliveries: Vec<DeliveryId>,
    /// When it is written.
    pub date: Moment,
}

/// A mail server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailServer {
    /// Its name or address, which its certificate is made out to.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the line is made private.
    pub tls: MailTls,
    /// Who we are to it; without one it is not asked to log us in.
    pub login: Option<MailLogin>,
    /// Certificates in PEM of an authority that is trusted beside the system's.
    pub authority: Option<Vec<u8>>,
}

/// How the line to a mail server is made private.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTls {
    /// It begins in clear, and nothing is said before it is private.
    StartTls,
    /// It is private from the first byte.
    Tls,
    /// It stays in clear: to this machine alone.
    None,
}

impl MailTls {
    /// The words in `baton.toml`.
    pub const WORDS: &'static [&'static str] = &["starttls", "tls", "none"];

    /// What a word stands for.
    pub fn named(word: &str) -> Option<Self> {
        match word {
            "starttls" => Some(Self::StartTls),
            "tls" => Some(Self::Tls),
            "none" => Some(Self::None),
            _ => None,
        }
    }
}

/// A name and a password. The password prints as `****`.
#[derive(Clone, PartialEq, Eq)]
pub struct MailLogin {
    /// The name.
    pub username: String,
    /// The password.
    pub password: Zeroizing<String>,
}

impl fmt::Debug for MailLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("****")
    }
}

/// What a mail server said last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailReply {
    /// Its code: 250 and so on.
    pub code: u16,
    /// What it was said to.
    pub stage: MailStage,
}

/// How far a conversation with a mail server came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailStage {
    /// Greeting, privacy and login: what is said to us whatever we send.
    Session,
    /// Whether we may send in that name.
    Sender,
    /// Whether it takes mail to that address.
    Recipient,
    /// The message itself.
    Message,
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Response {
    /// Somebody answered over HTTP.
    Http(HttpResponse),
    /// The line is in the file.
    Written,
    /// A mail server answered.
    Mail(MailReply),
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
    /// The call cannot be made as it stands: its URL is none, a header is not one, or the server does
    /// not do what the configuration asks of it.
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
            // Both are mended in the configuration: what is to be sent waits for that.
            Self::Forbidden => later(Code::AddressForbidden),
            Self::Unfit => later(Code::DestinationSettings),
            Self::Unreachable => later(Code::DestinationUnreachable),
            Self::TimedOut => later(Code::DestinationTimeout),
            Self::Broken => later(Code::DestinationFailed),
        }
    }
}
