//! Calls to mail servers: one message in one conversation of SMTP.
//!
//! The address is looked at after its name was resolved, as for HTTP. Nothing of a message or of whom it
//! is for is in an error: a reply's code and how far the conversation came are all that is told.

use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use connectors::talk::{Failure, MailCall, MailReply, MailServer, MailStage, MailTls};
use lettre::Address;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, MultiPartKind, SinglePart};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};

use crate::config::Range;
use crate::config::callable::may_call;

/// A conversation of SMTP goes to and fro a dozen times: it may take as long as so many calls.
const ROUNDS: u32 = 3;

/// What a server said last, or how the line failed.
type Outcome = Result<MailReply, Failure>;

/// Hands messages to mail servers that may be called.
pub(super) struct Mailer {
    allowed: Vec<Range>,
    timeout: Duration,
}

impl Mailer {
    /// One that may call public addresses and these, and waits so long for a connection.
    pub(super) fn new(allowed: Vec<Range>, timeout: Duration) -> Self {
        Self { allowed, timeout }
    }

    /// Makes a call once.
    pub(super) async fn call(&self, call: &MailCall) -> Outcome {
        let message = composed(call).ok_or(Failure::Unfit)?;
        let to: Address = call.to.parse::<Mailbox>().map_err(|_| Failure::Unfit)?.email;
        let from: Address = call.from.parse::<Mailbox>().map_err(|_| Failure::Unfit)?.email;
        let place = self.resolved(&call.server).await?;
        let conversation = self.converse(call, place, (from, to), &message);
        match tokio::time::timeout(self.timeout * ROUNDS, conversation).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Failure::TimedOut),
        }
    }

    /// The first address behind the name that may be called.
    async fn resolved(&self, server: &MailServer) -> Result<SocketAddr, Failure> {
        let found = tokio::net::lookup_host((server.host.as_str(), server.port)).await;
        let found: Vec<SocketAddr> = found.map_err(|_| Failure::Unreachable)?.collect();
        let here = |address: &SocketAddr| {
            server.tls != MailTls::None || address.ip().to_canonical().is_loopback()
        };
        let fit = |address: &&SocketAddr| may_call(address.ip(), &self.allowed) && here(address);
        found.iter().find(fit).copied().ok_or(Failure::Forbidden)
    }

    async fn converse(
        &self,
        call: &MailCall,
        place: SocketAddr,
        (from, to): (Address, Address),
        message: &[u8],
    ) -> Outcome {
        let mut line = match self.connected(&call.server, place).await {
            Ok(line) => line,
            Err(error) => return outcome(&error, MailStage::Session),
        };
        let sent = envelope_and_message(&mut line, from, to, message).await;
        match sent {
            // What it says to a farewell changes nothing.
            Ok(_) => drop(tokio::time::timeout(self.timeout, line.quit()).await),
            Err(_) => line.abort().await,
        }
        sent
    }

    /// A session in which a message may be sent.
    async fn connected(
        &self,
        server: &MailServer,
        place: SocketAddr,
    ) -> Result<AsyncSmtpConnection, Error> {
        let (hello, timeout) = (ClientId::default(), Some(self.timeout));
        let private = || -> Result<TlsParameters, Error> {
            let mut tls = TlsParameters::builder(server.host.clone());
            if let Some(pem) = &server.authority {
                tls = tls.add_root_certificate(Certificate::from_pem(pem)?);
            }
            tls.build_rustls()
        };
        let at_once = match server.tls {
            MailTls::Tls => Some(private()?),
            MailTls::StartTls | MailTls::None => None,
        };
        let mut line =
            AsyncSmtpConnection::connect_tokio1(place, timeout, &hello, at_once, None).await?;
        if server.tls == MailTls::StartTls {
            line.starttls(private()?, &hello).await?;
        }
        if let Some(login) = &server.login {
            let known = Credentials::new(login.username.clone(), login.password.to_string());
            line.auth(DEFAULT_MECHANISMS, &known).await?;
        }
        Ok(line)
    }
}

async fn envelope_and_message(
    line: &mut AsyncSmtpConnection,
    from: Address,
    to: Address,
    message: &[u8],
) -> Outcome {
    let mut parameters = Vec::new();
    let beyond_ascii = |address: &Address| !AsRef::<str>::as_ref(address).is_ascii();
    if beyond_ascii(&from) || beyond_ascii(&to) {
        if !line.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Ok(MailReply { code: 553, stage: MailStage::Recipient });
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    if !message.is_ascii() {
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    if let Err(error) = line.command(Mail::new(Some(from), parameters)).await {
        return outcome(&error, MailStage::Sender);
    }
    if let Err(error) = line.command(Rcpt::new(to, Vec::new())).await {
        return outcome(&error, MailStage::Recipient);
    }
    if let Err(error) = line.command(Data).await {
        return outcome(&error, MailStage::Message);
    }
    match line.message(message).await {
        Ok(reply) => Ok(MailReply { code: reply.code().into(), stage: MailStage::Message }),
        Err(error) => outcome(&error, MailStage::Message),
    }
}

/// What an error of the conversation is: what the server answered, else how the line failed.
fn outcome(error: &Error, stage: MailStage) -> Outcome {
    if let Some(code) = error.status() {
        return Ok(MailReply { code: code.into(), stage });
    }
    // The server does not do what the configuration asks for: no STARTTLS, no way to log in.
    Err(if error.is_client() {
        Failure::Unfit
    } else if error.is_timeout() {
        Failure::TimedOut
    } else if stage == MailStage::Session {
        Failure::Unreachable
    } else {
        Failure::Broken
    })
}

/// The message as it goes over the line; none where a header of it is not one.
fn composed(call: &MailCall) -> Option<Vec<u8>> {
    let seconds = u64::try_from(call.date.seconds()).ok()?;
    let date: SystemTime = UNIX_EPOCH + Duration::from_secs(seconds);
    // Parts are kept apart by a line that is made of the delivery's id, so that each attempt sends the
    // same message.
    let boundary = format!("baton-{}", call.message_id.split('@').next()?);
    let part =
        |kind: ContentType, body: &str| SinglePart::builder().header(kind).body(body.to_owned());
    let parts = MultiPart::builder()
        .kind(MultiPartKind::Alternative)
        .boundary(boundary)
        .singlepart(part(ContentType::TEXT_PLAIN, &call.text))
        .singlepart(part(ContentType::TEXT_HTML, &call.html));
    let name = HeaderName::new_from_ascii("Baton-Delivery".to_owned()).ok()?;
    let ids: Vec<String> = call.deliveries.iter().map(ToString::to_string).collect();
    let mut message = Message::builder()
        .message_id(Some(format!("<{}>", call.message_id)))
        .date(date)
        .from(call.from.parse().ok()?)
        .to(call.to.parse().ok()?)
        .subject(call.subject.clone())
        .multipart(parts)
        .ok()?;
    let headers = message.headers_mut();
    headers.insert_raw(HeaderValue::new(name, ids.join(" ")));
    // Nobody's automatic answer is wanted.
    let automatic = HeaderName::new_from_ascii("Auto-Submitted".to_owned()).ok()?;
    headers.insert_raw(HeaderValue::new(automatic, "auto-generated".to_owned()));
    Some(message.formatted())
}
