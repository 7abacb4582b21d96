//! What the courier does with attempts, over real sockets.

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use connectors::destinations::webhook::Webhook;
use connectors::talk::Conversation;
use domain::fact::Aggregate;
use domain::{AccountId, DeliveryId, Moment};
use store::{OutboxRow, Position};
use tokio::runtime::Runtime;

use super::*;

/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(20);

fn attempt(destination: &str, number: u32) -> Attempt {
    let row = OutboxRow {
        errand: ErrandId::Delivery(DeliveryId::caused_by(&[b"one"])),
        aggregate: Aggregate::Account(AccountId::caused_by(&[b"acme"])),
        destination: destination.to_owned(),
        correlation: None,
        attempt: number,
        due: Moment::EPOCH,
        claimed_until: None,
        queued_at: Position::START,
        recipient: None,
        bundle: None,
    };
    Attempt { row, attempt: number, body: b"{}".to_vec(), offers: Vec::new() }
}

fn courier(destinations: Vec<(&str, Arc<dyn Destination>)>) -> (Runtime, Courier, Arc<Mailbox>) {
    let mut config = ServeConfig::new("data".into(), ([127, 0, 0, 1], 0).into());
    config.allow_private.push("127.0.0.0/8".parse().unwrap());
    config.timeouts.call = LONG;
    for (name, destination) in destinations {
        config.destinations.insert(name.to_owned(), destination);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mailbox = Arc::new(Mailbox::default());
    let handle = runtime.handle().clone();
    let shared = Arc::new(SharedState::default());
    let courier = Courier::new(Arc::new(config), shared, Arc::clone(&mailbox), handle).unwrap();
    (runtime, courier, mailbox)
}

/// The next answer, with the attempt that it is for.
fn answered(mailbox: &Mailbox) -> Option<(u32, Answer)> {
    let command = mailbox.drain(1, 1, LONG).pop()?;
    let Command::Answered(Answered { attempt, answer, .. }) = command else { return None };
    Some((attempt, answer))
}

/// A destination that tells of each call, and answers 200 when it is told to.
fn slow() -> (String, Receiver<()>, Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}/hook", listener.local_addr().unwrap());
    let ((called, calls), (answer, may_answer)) = (channel(), channel());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            take(&stream);
            if called.send(()).is_err() || may_answer.recv().is_err() {
                return;
            }
            (&stream)
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                .unwrap();
        }
    });
    (endpoint, calls, answer)
}

/// Reads a request whose body has two bytes.
fn take(stream: &TcpStream) {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
        line.clear();
    }
    reader.read_exact(&mut [0; 2]).unwrap();
}

#[test]
fn an_errand_is_under_way_once_whatever_became_of_its_claim() {
    let (endpoint, calls, answer) = slow();
    let webhook: Arc<dyn Destination> = Arc::new(Webhook { endpoint, secret: None });
    let (_runtime, courier, mailbox) = courier(vec![("crm", webhook)]);
    courier.send(attempt("crm", 1));
    calls.recv_timeout(LONG).unwrap();
    // The clock was put forward: the claim ran out, and the errand is claimed again.
    courier.send(attempt("crm", 2));
    assert_eq!(courier.under_way(), 1);
    answer.send(()).unwrap();
    let delivered = Answer::Delivered { status: Some(200) };
    let answer_to_both = Some((2, delivered.clone()));
    assert_eq!(answered(&mailbox), answer_to_both, "it closes the claim of today");
    assert!(calls.try_recv().is_err(), "there was one call");
    while courier.under_way() > 0 {
        std::thread::yield_now();
    }
    courier.send(attempt("crm", 3));
    answer.send(()).unwrap();
    assert_eq!(answered(&mailbox), Some((3, delivered)), "afterwards there may be another");
}

/// Says something wrong with its conversation.
#[derive(Debug)]
enum Odd {
    /// It never ends.
    Circle,
    /// It fails.
    Panic,
}

impl Destination for Odd {
    fn converse(&self, _: Outbound) -> Box<dyn Conversation> {
        match self {
            Self::Circle => Box::new(Circle),
            Self::Panic => panic!("planted"),
        }
    }
}

struct Circle;

impl Conversation for Circle {
    fn next(&mut self, _: Moment, _: Option<Response>) -> Step {
        let (url, headers, body) = ("no address".to_owned(), Vec::new(), Vec::new());
        let call =
            connectors::talk::HttpCall { method: "POST", url, headers, body, answer_bytes_max: 0 };
        Step::Call(Call::Http(call))
    }
}

#[test]
fn a_conversation_that_goes_wrong_ends_and_leaves_nothing_under_way() {
    let (_runtime, courier, mailbox) =
        courier(vec![("circle", Arc::new(Odd::Circle)), ("panic", Arc::new(Odd::Panic))]);
    courier.send(attempt("circle", 1));
    assert_eq!(answered(&mailbox), Some((1, Failure::Broken.answer())));
    while courier.under_way() > 0 {
        std::thread::yield_now();
    }
    courier.send(attempt("panic", 2));
    while courier.under_way() > 0 {
        std::thread::yield_now();
    }
    assert!(mailbox.is_empty(), "its claim runs out");
    courier.send(attempt("nobody", 3));
    let unknown = Answer::Later { code: Code::DestinationUnknown, status: None, not_before: None };
    assert_eq!(answered(&mailbox), Some((3, unknown)));
}
