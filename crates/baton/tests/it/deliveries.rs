//! Deliveries over real sockets: a receiver that does what was asked and then does not say so.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use baton::config::resolved::ServeConfig;
use connectors::destination::{Destination, Outbound};
use connectors::destinations::file::LinesOfFile;
use connectors::destinations::webhook::Webhook;
use connectors::standard_webhooks::{Headers, Secret, verify};
use connectors::talk::{self, Conversation, HttpCall, Response, Step};
use domain::Moment;
use domain::errand::Answer;

use crate::house::{Force, House};

const SECRET: &str = "whsec_ZGVsaXZlcmllcy1hcmUtc2lnbmVkLWJ5LWJhdG9uIQ==";

/// What a receiver does with a call.
#[derive(Clone, Copy)]
enum Act {
    /// Keeps it and answers so.
    Status(u16),
    /// Answers so, and asks to wait a second.
    Busy,
    /// Keeps it and answers with a body.
    Says(&'static str),
    /// Keeps it and says nothing.
    Silence,
    /// Keeps it and closes the line.
    Close,
}

/// A receiver with a ledger of its own.
#[derive(Clone)]
struct Receiver {
    address: SocketAddr,
    calls: Arc<Mutex<Vec<Call>>>,
    script: Arc<Mutex<VecDeque<Act>>>,
}

#[derive(Clone)]
struct Call {
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Receiver {
    fn open(script: &[Act]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let receiver = Self {
            address: listener.local_addr().unwrap(),
            calls: Arc::default(),
            script: Arc::new(Mutex::new(script.iter().copied().collect())),
        };
        let own = receiver.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let receiver = own.clone();
                thread::spawn(move || receiver.answer(stream));
            }
        });
        receiver
    }

    fn answer(&self, mut stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut headers = BTreeMap::new();
        let mut line = String::new();
        while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
            if let Some((name, value)) = line.split_once(':') {
                headers.insert(name.to_lowercase(), value.trim().to_owned());
            }
            line.clear();
        }
        let Some(length) = headers.get("content-length").and_then(|text| text.parse().ok()) else {
            return;
        };
        let mut body = vec![0; length];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        self.calls.lock().unwrap().push(Call { headers, body });
        let act = self.script.lock().unwrap().pop_front().unwrap_or(Act::Status(200));
        let say = |stream: &mut TcpStream, status: u16, more: &str| {
            let answer = format!(
                "HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n{more}\r\n"
            );
            let _ = stream.write_all(answer.as_bytes());
        };
        match act {
            Act::Status(status) => say(&mut stream, status, ""),
            Act::Says(body) => {
                let length = body.len();
                let head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ";
                let _ = stream.write_all(format!("{head}{length}\r\n\r\n{body}").as_bytes());
            }
            Act::Busy => say(&mut stream, 429, "Retry-After: 1\r\n"),
            // Until the other side gives up.
            Act::Silence => drop(stream.read(&mut [0])),
            Act::Close => {}
        }
    }

    fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    fn at(&self, config: &mut ServeConfig, folder: &std::path::Path) {
        let secret = Some(Secret::parse(SECRET).unwrap());
        let endpoint = format!("http://{}/hook", self.address);
        config.destinations.insert("crm".to_owned(), Arc::new(Webhook { endpoint, secret }));
        let path = folder.join("archive.jsonl");
        config.destinations.insert("archive".to_owned(), Arc::new(LinesOfFile { path }));
        config.timeouts.call = Duration::from_millis(300);
    }
}

fn state(house: &House, handoff: &str, destination: &str) -> Option<String> {
    let shown = house.get(&format!("/v1/handoffs/{handoff}")).json();
    let deliveries = shown["deliveries"].as_array().unwrap();
    let found = deliveries.iter().find(|one| one["destination"] == destination)?;
    found["state"].as_str().map(str::to_owned)
}

#[test]
fn a_receiver_that_commits_and_then_fails_sees_one_delivery() {
    let outside = tempfile::tempdir().unwrap();
    let script = [Act::Silence, Act::Busy, Act::Status(500), Act::Close];
    let receiver = Receiver::open(&script);
    let house = House::with(Force::Strategy, |config| receiver.at(config, outside.path()));
    let handoff = house.handoff("ada");
    house.until("the delivery", |house| {
        (state(house, &handoff, "crm")? == "delivered").then_some(())
    });

    let calls = receiver.calls();
    assert_eq!(calls.len(), script.len() + 1);
    let ids: std::collections::BTreeSet<_> =
        calls.iter().map(|call| &call.headers["webhook-id"]).collect();
    assert_eq!(ids.len(), 1, "one effect by its id");
    assert!(calls.iter().all(|call| call.body == calls[0].body), "the same bytes each time");
    let secret = [Secret::parse(SECRET).unwrap()];
    for call in &calls {
        let headers = call.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        let signed = Headers::find(headers).unwrap();
        verify(&secret, &signed, &call.body, baton::runtime::clock::now()).unwrap();
    }
    let body: serde_json::Value = serde_json::from_slice(&calls[0].body).unwrap();
    assert_eq!(body["handoff"], handoff);
    assert_eq!(&body["delivery"], calls[0].headers["webhook-id"].as_str());
}

/// A destination of two calls: what the first one answers goes into the second.
#[derive(Debug)]
struct TwoCalls {
    endpoint: String,
}

impl Destination for TwoCalls {
    fn converse(&self, errand: Outbound) -> Box<dyn Conversation> {
        Box::new(Second { endpoint: self.endpoint.clone(), body: errand.body, asked: false })
    }
}

struct Second {
    endpoint: String,
    body: Vec<u8>,
    asked: bool,
}

impl Conversation for Second {
    fn next(&mut self, _: Moment, response: Option<Response>) -> Step {
        let mut token = Vec::new();
        match response {
            None => {}
            Some(Response::Http(response)) if self.asked => {
                return Step::Done(Answer::Delivered { status: Some(response.status) });
            }
            Some(Response::Http(response)) => {
                self.asked = true;
                token.push(("authorization", String::from_utf8(response.body).unwrap()));
            }
            Some(Response::Failed(failure)) => return Step::Done(failure.answer()),
            Some(Response::Written | Response::Mail(_)) => unreachable!("it asks for neither"),
        }
        Step::Call(talk::Call::Http(HttpCall {
            method: "PUT",
            url: self.endpoint.clone(),
            headers: token,
            body: self.body.clone(),
            answer_bytes_max: 8,
        }))
    }
}

#[test]
fn a_conversation_of_several_calls_is_one_attempt_and_reads_no_more_than_it_asks_for() {
    // The first answer is longer than was asked for: the attempt fails with its first call.
    let script = [Act::Says("longer than eight"), Act::Says("token-7"), Act::Status(201)];
    let receiver = Receiver::open(&script);
    let house = House::with(Force::Strategy, |config| {
        let endpoint = format!("http://{}/deals", receiver.address);
        config.destinations.insert("crm".to_owned(), Arc::new(TwoCalls { endpoint }));
    });
    let handoff = house.handoff("ada");
    house.until("the delivery", |house| {
        (state(house, &handoff, "crm")? == "delivered").then_some(())
    });
    let calls = receiver.calls();
    let tokens: Vec<_> = calls.iter().map(|call| call.headers.get("authorization")).collect();
    assert_eq!(tokens, [None, None, Some(&"token-7".to_owned())]);
    assert!(calls.iter().all(|call| call.body == calls[0].body), "the same bytes each time");
    let shown = house.get(&format!("/v1/handoffs/{handoff}")).json();
    assert_eq!(shown["deliveries"][0]["attempts"], 2, "{shown}");
}

#[test]
fn a_delivery_reaches_the_archive_once() {
    let outside = tempfile::tempdir().unwrap();
    let receiver = Receiver::open(&[]);
    let house = House::with(Force::Strategy, |config| receiver.at(config, outside.path()));
    let handoff = house.handoff("ada");
    let path = format!("/v1/handoffs/{handoff}/accept");
    let reply = house.post(&path, &[("Authorization", "Bearer key-revops")], b"");
    assert_eq!(reply.status, 200, "{}", reply.text());
    house.until("the archive", |house| {
        (state(house, &handoff, "archive")? == "delivered").then_some(())
    });
    let text = std::fs::read_to_string(outside.path().join("archive.jsonl")).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.contains(&handoff));
}

#[test]
fn a_refusal_is_not_tried_again() {
    let outside = tempfile::tempdir().unwrap();
    let receiver = Receiver::open(&[Act::Status(422)]);
    let house = House::with(Force::Strategy, |config| receiver.at(config, outside.path()));
    let handoff = house.handoff("ada");
    house.until("the failure", |house| (state(house, &handoff, "crm")? == "failed").then_some(()));
    assert_eq!(receiver.calls().len(), 1);
}

#[test]
fn found_e9_a_private_address_is_not_called_unless_it_is_allowed_and_the_handoff_waits() {
    let outside = tempfile::tempdir().unwrap();
    let receiver = Receiver::open(&[]);
    for endpoint in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::]",
        "0.0.0.0",
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "169.254.169.254",
        "[fe80::1]",
    ] {
        let house = House::with(Force::Strategy, |config| {
            receiver.at(config, outside.path());
            config.allow_private.clear();
            let endpoint = format!("http://{endpoint}:{}/hook", receiver.address.port());
            config
                .destinations
                .insert("crm".to_owned(), Arc::new(Webhook { endpoint, secret: None }));
        });
        let handoff = house.handoff("ada");
        let shown = house.until("the answer", |house| {
            let shown = house.get(&format!("/v1/handoffs/{handoff}")).json();
            (!shown["deliveries"][0]["code"].is_null()).then_some(shown)
        });
        assert_eq!(shown["deliveries"][0]["code"], "address-forbidden", "{endpoint}: {shown}");
        // Found E9: it is a matter of the configuration, and its owner has the handoff meanwhile.
        assert_eq!(shown["deliveries"][0]["state"], "queued", "{endpoint}: {shown}");
        assert_eq!(shown["state"], "offered", "{endpoint}: {shown}");
    }
    assert!(receiver.calls().is_empty());
}

#[test]
fn a_redirect_is_not_followed() {
    let outside = tempfile::tempdir().unwrap();
    let receiver = Receiver::open(&[Act::Status(302)]);
    let house = House::with(Force::Strategy, |config| receiver.at(config, outside.path()));
    let handoff = house.handoff("ada");
    house.until("the failure", |house| (state(house, &handoff, "crm")? == "failed").then_some(()));
    assert_eq!(receiver.calls().len(), 1);
}

#[test]
fn what_goes_to_a_destination_that_is_not_configured_waits_for_it() {
    let outside = tempfile::tempdir().unwrap();
    let house = House::with(Force::Strategy, |config| config.destinations.clear());
    let handoff = house.handoff("ada");
    let waiting = house.until("the first attempt", |house| {
        let shown = house.get(&format!("/v1/handoffs/{handoff}")).json();
        (shown["deliveries"][0]["code"] == "destination-unknown").then_some(shown)
    });
    assert_eq!(waiting["state"], "offered", "the owner has it meanwhile: {waiting}");
    assert_eq!(waiting["deliveries"][0]["state"], "queued");
    let folder = house.close();

    let receiver = Receiver::open(&[]);
    let mut config = crate::house::config(folder.path().join("data"));
    receiver.at(&mut config, outside.path());
    let running = baton::faces::serving::serve(config, baton::faces::serving::Signals::Left)
        .unwrap()
        .wait_ready()
        .unwrap();
    crate::house::wait_for("the delivery", || (!receiver.calls().is_empty()).then_some(()));
    running.stop();
    running.join().unwrap();
    assert_eq!(receiver.calls().len(), 1);
}

#[test]
fn what_was_under_way_at_the_end_is_delivered_after_the_next_start() {
    let outside = tempfile::tempdir().unwrap();
    let receiver = Receiver::open(&[Act::Status(503)]);
    let house = House::with(Force::Strategy, |config| receiver.at(config, outside.path()));
    let handoff = house.handoff("ada");
    house.until("the first call", |_| (!receiver.calls().is_empty()).then_some(()));
    let folder = house.close();

    let mut config = crate::house::config(folder.path().join("data"));
    receiver.at(&mut config, outside.path());
    let running = baton::faces::serving::serve(config, baton::faces::serving::Signals::Left)
        .unwrap()
        .wait_ready()
        .unwrap();
    crate::house::wait_for("the delivery", || {
        let read = [("Authorization", "Bearer key-read")];
        let path = format!("/v1/handoffs/{handoff}");
        let shown = crate::house::call(running.address(), "GET", &path, &read, b"").json();
        (shown["deliveries"][0]["state"] == "delivered").then_some(())
    });
    running.stop();
    running.join().unwrap();
}
