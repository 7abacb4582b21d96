//! Mail: the message to hand to a mail server, and what its reply means.
//!
//! SMTP has no idempotency key. `Message-ID` is made of the delivery's id and is the same at each
//! attempt, so that a message which came twice, since its first answer was lost, can be known for one.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use domain::errand::{Answer, ErrandId};
use domain::reason::Code;
use domain::{DeliveryId, Moment};

use crate::destination::{Destination, Key, Kind, Outbound, Takes, Unfit};
use crate::notice;
use crate::talk::{
    Call, Conversation, Failure, MailCall, MailLogin, MailReply, MailServer, MailStage, MailTls,
    Response, Step,
};

/// How a section of this kind is read.
pub const KIND: Kind = Kind {
    name: "smtp",
    keys: &[
        Key { name: "host", takes: Takes::Host, needed: true },
        Key { name: "port", takes: Takes::Port, needed: false },
        Key { name: "tls", takes: Takes::Word(MailTls::WORDS), needed: true },
        Key { name: "username", takes: Takes::Name, needed: false },
        Key { name: "password", takes: Takes::Password, needed: false },
        Key { name: "from", takes: Takes::Mailbox, needed: true },
        Key { name: "to", takes: Takes::Mailbox, needed: false },
        Key { name: "ca_file", takes: Takes::Certificates, needed: false },
    ],
    unfit: |texts| {
        let has = |key: &str| texts.contains_key(key);
        let clear = texts.get("tls").is_some_and(|word| *word == "none");
        let here = texts.get("host").is_none_or(|host| is_here(host));
        if clear && !here {
            return Some(Unfit {
                key: "tls",
                says: "`none` sends mail and password in clear, which goes to this machine alone",
                help: "write `starttls` (most servers, port 587) or `tls` (port 465)",
            });
        }
        (has("username") != has("password")).then_some(Unfit {
            key: if has("username") { "username" } else { "password" },
            says: "a login is a `username` and a `password`",
            help: "write both, or neither where the server wants no login",
        })
    },
    make: |mut values| {
        let tls = MailTls::named(&values.text("tls")).expect("one of the words of the key");
        let usual = match tls {
            MailTls::StartTls => 587,
            MailTls::Tls => 465,
            MailTls::None => 25,
        };
        let username = values.optional_text("username");
        let login = username.zip(values.password("password"));
        let server = MailServer {
            host: values.text("host"),
            port: values.port("port").unwrap_or(usual),
            tls,
            login: login.map(|(username, password)| MailLogin { username, password }),
            authority: values.file("ca_file"),
        };
        let (from, to) = (values.text("from"), values.optional_text("to"));
        Arc::new(Smtp { server: Arc::new(server), from, to })
    },
};

/// Whether a host is this machine by its very name.
fn is_here(host: &str) -> bool {
    let address = host.parse::<std::net::IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

/// A mail server that takes messages from us.
#[derive(Clone, Debug)]
pub struct Smtp {
    /// Which one.
    pub server: Arc<MailServer>,
    /// Who sends.
    pub from: String,
    /// Who gets what is for nobody in particular.
    pub to: Option<String>,
}

impl Destination for Smtp {
    fn converse(&self, errand: Outbound) -> Box<dyn Conversation> {
        Box::new(Mailing { smtp: self.clone(), errand })
    }

    fn is_read_by_people(&self) -> bool {
        true
    }
}

/// One message.
struct Mailing {
    smtp: Smtp,
    errand: Outbound,
}

impl Conversation for Mailing {
    fn next(&mut self, now: Moment, response: Option<Response>) -> Step {
        match response {
            None => match self.message(now) {
                Some(call) => Step::Call(Call::Mail(Box::new(call))),
                None => Step::Done(Answer::Never { code: Code::AddressMissing, status: None }),
            },
            Some(Response::Mail(reply)) => Step::Done(read_reply(reply)),
            Some(Response::Failed(failure)) => Step::Done(failure.answer()),
            Some(Response::Http(_) | Response::Written) => Step::Done(Failure::Broken.answer()),
        }
    }
}

impl Mailing {
    /// The message; none where nobody is told whose address is known.
    fn message(&self, now: Moment) -> Option<MailCall> {
        let notices = notice::read_all(&self.errand.body, &self.errand.links);
        let told = notices.iter().find_map(|notice| notice.told.email.clone());
        let deliveries: Vec<DeliveryId> =
            notices.iter().filter_map(|notice| notice.delivery).collect();
        let ErrandId::Delivery(delivery) = self.errand.errand;
        Some(MailCall {
            server: Arc::clone(&self.smtp.server),
            from: self.smtp.from.clone(),
            to: told.or_else(|| self.smtp.to.clone())?,
            subject: notice::title(&notices),
            text: notice::text(&notices),
            html: notice::html(&notices),
            message_id: message_id(delivery, &self.smtp.from),
            deliveries: if deliveries.is_empty() { vec![delivery] } else { deliveries },
            date: now,
        })
    }
}

/// The delivery's id at the domain of the sender.
pub fn message_id(delivery: DeliveryId, from: &str) -> String {
    let address = from.rsplit_once('<').map_or(from, |(_, address)| address);
    let domain = address.trim_end_matches(['>', ' ']).rsplit_once('@').map(|(_, domain)| domain);
    format!("{delivery}@{}", domain.unwrap_or("baton.invalid"))
}

/// What a reply means. What a server says of our session or of our name is said whatever we send, so
/// that it is a matter of the configuration; what it says of a recipient or a message is for good
/// with 5xx, and for later with 4xx.
pub fn read_reply(reply: MailReply) -> Answer {
    let status = Some(reply.code);
    let later = |code| Answer::Later { code, status, not_before: None };
    match (reply.code, reply.stage) {
        (200..=299, MailStage::Message) => Answer::Delivered { status },
        (500..=599, MailStage::Session | MailStage::Sender) => later(Code::DestinationSettings),
        (500..=599, MailStage::Recipient | MailStage::Message) => {
            Answer::Never { code: Code::DestinationRefused, status }
        }
        (400..=499, _) => later(Code::DestinationBusy),
        _ => later(Code::DestinationFailed),
    }
}
