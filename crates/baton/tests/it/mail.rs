//! Messages at a mail server and at a receiver of Slack's shape, counted by what each has for an id.
//!
//! The mail server speaks STARTTLS with a certificate by an authority of the test's own.

use std::collections::{BTreeSet, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use baton::config::resolved::ServeConfig;
use connectors::destinations::slack::Slack;
use connectors::destinations::smtp::Smtp;
use connectors::talk::{MailLogin, MailServer, MailTls};
use rustls::ServerConfig;

use crate::house::{Force, House};
use crate::tls::Authority;

/// What the server does with one message.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// Takes it and says so.
    Take,
    /// Takes it and closes the line after its final dot.
    Cut,
    /// Says so to the recipient.
    Recipient(&'static str),
    /// Says so to the login.
    Login(&'static str),
}

/// A mail server with a ledger of its own.
#[derive(Clone)]
pub(crate) struct Server {
    address: SocketAddr,
    taken: Arc<Mutex<Vec<String>>>,
    script: Arc<Mutex<VecDeque<Act>>>,
    offers_tls: bool,
    tls: Arc<ServerConfig>,
}

impl Server {
    pub(crate) fn open(authority: &Authority, offers_tls: bool, script: &[Act]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            taken: Arc::default(),
            script: Arc::new(Mutex::new(script.iter().copied().collect())),
            offers_tls,
            tls: Arc::new(authority.server()),
        };
        let own = server.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let server = own.clone();
                thread::spawn(move || server.serve(stream));
            }
        });
        server
    }

    /// What is said in clear: no more than how to make the line private.
    fn serve(&self, mut stream: TcpStream) -> Option<()> {
        let act = self.script.lock().unwrap().pop_front().unwrap_or(Act::Take);
        stream.write_all(b"220 test\r\n").ok()?;
        let offer = if self.offers_tls { "250-test\r\n250 STARTTLS\r\n" } else { "250 test\r\n" };
        loop {
            // A byte at a time: what follows STARTTLS is not ours to read.
            let line = line_of(&mut stream)?;
            match line.split(' ').next()? {
                "EHLO" => stream.write_all(offer.as_bytes()).ok()?,
                "STARTTLS" => break stream.write_all(b"220 go on\r\n").ok()?,
                "QUIT" => return stream.write_all(b"221 bye\r\n").ok(),
                _ => stream.write_all(b"530 make the line private first\r\n").ok()?,
            }
        }
        let connection = rustls::ServerConnection::new(Arc::clone(&self.tls)).ok()?;
        self.converse(BufReader::new(rustls::StreamOwned::new(connection, stream)), act)
    }

    fn converse<S: Read + Write>(&self, mut line: BufReader<S>, act: Act) -> Option<()> {
        let mut text = String::new();
        loop {
            text.clear();
            line.read_line(&mut text).ok().filter(|read| *read > 0)?;
            let says = match (text.split([' ', '\r']).next()?, act) {
                ("EHLO", _) => "250-test\r\n250 AUTH PLAIN",
                ("AUTH", Act::Login(says)) | ("RCPT", Act::Recipient(says)) => says,
                ("AUTH", _) => "235 welcome",
                ("DATA", _) => "354 go on",
                ("QUIT", _) => "221 bye",
                _ => "250 ok",
            };
            line.get_mut().write_all(format!("{says}\r\n").as_bytes()).ok()?;
            line.get_mut().flush().ok()?;
            if says.starts_with("354") {
                let mut message = String::new();
                while !message.ends_with("\r\n.\r\n") {
                    line.read_line(&mut message).ok().filter(|read| *read > 0)?;
                }
                self.taken.lock().unwrap().push(message);
                if act == Act::Cut {
                    return None;
                }
                line.get_mut().write_all(b"250 taken\r\n").ok()?;
                line.get_mut().flush().ok()?;
            }
        }
    }

    pub(crate) fn taken(&self) -> Vec<String> {
        self.taken.lock().unwrap().clone()
    }

    /// The house's only destination is this server.
    pub(crate) fn at(&self, config: &mut ServeConfig, authority: &Authority) {
        let login = MailLogin { username: "baton".into(), password: "pw".to_owned().into() };
        let server = MailServer {
            host: "127.0.0.1".to_owned(),
            port: self.address.port(),
            tls: MailTls::StartTls,
            login: Some(login),
            authority: Some(std::fs::read(authority.path("ca.pem")).unwrap()),
        };
        let from = "Baton <baton@acme.example>".to_owned();
        let to = Some("sales@acme.example".to_owned());
        config
            .destinations
            .insert("crm".to_owned(), Arc::new(Smtp { server: Arc::new(server), from, to }));
        config.timeouts.call = Duration::from_secs(2);
    }
}

fn line_of(stream: &mut TcpStream) -> Option<String> {
    let (mut line, mut byte) = (Vec::new(), [0]);
    while byte != *b"\n" {
        stream.read_exact(&mut byte).ok()?;
        line.extend_from_slice(&byte);
    }
    Some(String::from_utf8_lossy(&line).trim_end().to_owned())
}

fn header(message: &str, name: &str) -> String {
    let lines = message.lines().take_while(|line| !line.is_empty());
    let found = lines.filter_map(|line| line.split_once(": ")).find(|(known, _)| *known == name);
    found.unwrap_or_else(|| panic!("no {name} in {message}")).1.to_owned()
}

#[test]
fn mail_is_handed_over_once_as_text_and_html_over_a_private_line() {
    let Some(authority) = Authority::new("IP:127.0.0.1") else {
        crate::skipped_test::skipped("openssl is not installed, or too old to make a certificate");
        return;
    };
    let server = Server::open(&authority, true, &[]);
    let house = House::with(Force::Strategy, |config| server.at(config, &authority));
    let handoff = house.handoff("ada");
    house
        .until("the mail", |house| (house.first_delivery(&handoff).0 == "delivered").then_some(()));
    let taken = server.taken();
    assert_eq!(taken.len(), 1);
    let id = header(&taken[0], "Baton-Delivery");
    assert_eq!(header(&taken[0], "Message-ID"), format!("<{id}@acme.example>"));
    assert_eq!(header(&taken[0], "To"), "sales@acme.example");
    assert!(header(&taken[0], "Subject").contains(&handoff), "{}", taken[0]);
    assert!(taken[0].contains("text/plain") && taken[0].contains("text/html"), "{}", taken[0]);
}

#[test]
fn mail_whose_answer_was_lost_comes_at_most_once_more_under_one_message_id() {
    let Some(authority) = Authority::new("IP:127.0.0.1") else {
        crate::skipped_test::skipped("openssl is not installed, or too old to make a certificate");
        return;
    };
    let script = [Act::Recipient("451 later"), Act::Cut];
    let server = Server::open(&authority, true, &script);
    let house = House::with(Force::Strategy, |config| server.at(config, &authority));
    let handoff = house.handoff("ada");
    house
        .until("the mail", |house| (house.first_delivery(&handoff).0 == "delivered").then_some(()));
    let taken = server.taken();
    assert_eq!(taken.len(), 2, "once more than without faults");
    let ids: BTreeSet<String> = taken.iter().map(|mail| header(mail, "Message-ID")).collect();
    assert_eq!(ids.len(), 1, "one message by its id");
}

#[test]
fn a_recipient_that_is_refused_for_good_is_not_tried_again() {
    let Some(authority) = Authority::new("IP:127.0.0.1") else {
        crate::skipped_test::skipped("openssl is not installed, or too old to make a certificate");
        return;
    };
    let server = Server::open(&authority, true, &[Act::Recipient("550 nobody of this name")]);
    let house = House::with(Force::Strategy, |config| server.at(config, &authority));
    let handoff = house.handoff("ada");
    let failed = house.until("the refusal", |house| {
        let (state, code) = house.first_delivery(&handoff);
        (state == "failed").then_some(code)
    });
    assert_eq!(failed.as_deref(), Some("destination-refused"));
    assert!(server.taken().is_empty());
}

#[test]
fn found_e9_a_refused_login_and_a_missing_starttls_wait_and_fault_no_handoff() {
    let Some(authority) = Authority::new("IP:127.0.0.1") else {
        crate::skipped_test::skipped("openssl is not installed, or too old to make a certificate");
        return;
    };
    for (offers_tls, act) in [(true, Act::Login("535 wrong password")), (false, Act::Take)] {
        let server = Server::open(&authority, offers_tls, &[act; 8]);
        let house = House::with(Force::Strategy, |config| server.at(config, &authority));
        let handoff = house.handoff("ada");
        house.until("the answer", |house| {
            let known = house.first_delivery(&handoff);
            (known == ("queued".to_owned(), Some("destination-settings".to_owned()))).then_some(())
        });
        let shown = house.get(&format!("/v1/handoffs/{handoff}")).json();
        assert_eq!(shown["state"], "offered", "{shown}");
        assert!(server.taken().is_empty(), "nothing was said in clear");
    }
}

/// A receiver of Slack's shape: it keeps each message, and answers as it is told.
pub(crate) fn slack(
    script: &'static [&'static str],
) -> (SocketAddr, Arc<Mutex<Vec<serde_json::Value>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let kept: Arc<Mutex<Vec<serde_json::Value>>> = Arc::default();
    let own = Arc::clone(&kept);
    thread::spawn(move || {
        let mut script = script.iter();
        for mut stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut line, mut length) = (String::new(), 0);
            while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                if let Some(text) = line.to_lowercase().strip_prefix("content-length:") {
                    length = text.trim().parse().unwrap();
                }
                line.clear();
            }
            let mut body = vec![0; length];
            if reader.read_exact(&mut body).is_err() {
                continue;
            }
            let act = script.next().copied().unwrap_or("200 OK\r\n");
            if !act.starts_with("429") {
                own.lock().unwrap().push(serde_json::from_slice(&body).unwrap());
            }
            if act != "cut" {
                let head = "Content-Length: 0\r\nConnection: close\r\n\r\n";
                let _ = stream.write_all(format!("HTTP/1.1 {act}{head}").as_bytes());
            }
        }
    });
    (address, kept)
}

#[test]
fn a_message_of_slack_comes_once_and_after_a_lost_answer_once_more_with_one_block_id() {
    for (script, expected) in [
        (&[][..], 1),
        (&["429 X\r\nRetry-After: 1\r\n"][..], 1),
        (&["429 X\r\nRetry-After: 1\r\n", "cut"][..], 2),
    ] {
        let (address, kept) = slack(script);
        let house = House::with(Force::Strategy, |config| {
            let endpoint = format!("http://{address}/services/T/B/x").into();
            config.destinations.insert("crm".to_owned(), Arc::new(Slack { endpoint }));
        });
        let handoff = house.handoff("ada");
        house.until("the message", |house| {
            (house.first_delivery(&handoff).0 == "delivered").then_some(())
        });
        let kept = kept.lock().unwrap();
        assert_eq!(kept.len(), expected, "{script:?}");
        let ids: BTreeSet<&str> =
            kept.iter().map(|message| message["blocks"][0]["block_id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), 1, "one message by its id");
    }
}
