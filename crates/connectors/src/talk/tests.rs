//! A made-up vendor of three calls, played with values alone: a token, a look-up, an upsert. Whatever
//! fails in the middle, the next attempt begins again, and in the end there is one object.

use std::collections::BTreeMap;

use domain::errand::ErrandId;

use super::*;
use crate::destination::{Destination, Outbound};
use crate::notice::Links;

const NOW: Moment = Moment::from_seconds(1_790_000_000);

/// The destination: a CRM whose tokens run out, whose objects name their owner by the CRM's own id, and
/// which knows an object by a key of ours.
#[derive(Debug)]
struct Crm;

impl Destination for Crm {
    fn converse(&self, errand: Outbound) -> Box<dyn Conversation> {
        Box::new(Upserting {
            errand,
            token: None,
            owner: None,
            renewed: false,
            asked: Asked::Token,
        })
    }
}

/// What was asked last.
#[derive(Clone, Copy)]
enum Asked {
    Token,
    Owner,
    Upsert,
}

struct Upserting {
    errand: Outbound,
    token: Option<String>,
    owner: Option<String>,
    /// A token that was refused is renewed once.
    renewed: bool,
    asked: Asked,
}

impl Conversation for Upserting {
    fn next(&mut self, _: Moment, response: Option<Response>) -> Step {
        let response = match response {
            None => return self.ask(Asked::Token),
            Some(Response::Http(response)) => response,
            Some(Response::Failed(failure)) => return Step::Done(failure.answer()),
            Some(Response::Written | Response::Mail(_)) => {
                return Step::Done(Failure::Broken.answer());
            }
        };
        let text = String::from_utf8(response.body.clone()).expect("text");
        match (response.status, self.asked) {
            (200, Asked::Token) => {
                self.token = Some(text);
                self.ask(if self.owner.is_some() { Asked::Upsert } else { Asked::Owner })
            }
            (200, Asked::Owner) => {
                self.owner = Some(text);
                self.ask(Asked::Upsert)
            }
            (200 | 201, Asked::Upsert) => {
                Step::Done(Answer::Delivered { status: Some(response.status) })
            }
            (401, Asked::Owner | Asked::Upsert) if !self.renewed => {
                self.renewed = true;
                self.ask(Asked::Token)
            }
            _ => Step::Done(crate::destinations::webhook::read_response(&response, NOW)),
        }
    }
}

impl Upserting {
    fn ask(&mut self, asked: Asked) -> Step {
        self.asked = asked;
        let (method, path, body) = match asked {
            Asked::Token => ("POST", "token".to_owned(), Vec::new()),
            Asked::Owner => ("GET", "owners/sam".to_owned(), Vec::new()),
            Asked::Upsert => {
                let owner = self.owner.as_deref().expect("it was looked up");
                let text = String::from_utf8_lossy(&self.errand.body);
                ("PUT", format!("deals/{}", self.errand.errand), format!("{owner} {text}").into())
            }
        };
        let headers = self.token.iter().map(|token| ("authorization", token.clone())).collect();
        let url = format!("https://crm.example/{path}");
        Step::Call(Call::Http(HttpCall { method, url, headers, body, answer_bytes_max: 1 << 10 }))
    }
}

/// What becomes of a call on its way.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    /// It never got there.
    Lost,
    /// It got there, and the answer did not get back.
    Unheard,
    /// The program ended after the call and before the answer was taken in.
    Crash,
    /// The token had run out.
    Expired,
    /// The vendor is busy.
    Busy,
}

/// The vendor's side.
#[derive(Default)]
struct Vendor {
    tokens: u32,
    objects: BTreeMap<String, String>,
    /// What was called, in order.
    calls: Vec<String>,
    /// What becomes of the call with this number, from 0.
    planted: Option<(usize, Fate)>,
}

impl Vendor {
    /// Takes a call; `None` where the program ends before the answer is taken in.
    fn call(&mut self, call: &HttpCall) -> Option<Response> {
        let number = self.calls.len();
        self.calls.push(format!(
            "{} {}",
            call.method,
            call.url.rsplit('/').next().expect("a path")
        ));
        let fate = self.planted.filter(|(at, _)| *at == number).map(|(_, fate)| fate);
        let says = |status, body: &str| {
            let body = body.as_bytes().to_vec();
            Some(Response::Http(HttpResponse { status, headers: Vec::new(), body }))
        };
        match fate {
            Some(Fate::Lost) => return Some(Response::Failed(Failure::Unreachable)),
            Some(Fate::Busy) => return says(429, ""),
            Some(Fate::Expired) => self.tokens += 1,
            Some(Fate::Unheard | Fate::Crash) | None => {}
        }
        let token = format!("token-{}", self.tokens);
        let known = call.headers.iter().any(|(_, value)| *value == token);
        let answer = match (call.method, call.url.as_str()) {
            ("POST", _) => says(200, &token),
            _ if !known => says(401, ""),
            ("GET", _) => says(200, "owner-7"),
            (_, url) => {
                let body = String::from_utf8(call.body.clone()).expect("text");
                let before = self.objects.insert(url.to_owned(), body);
                says(if before.is_none() { 201 } else { 200 }, "")
            }
        };
        match fate {
            Some(Fate::Unheard) => Some(Response::Failed(Failure::TimedOut)),
            Some(Fate::Crash) => None,
            Some(Fate::Lost | Fate::Expired | Fate::Busy) | None => answer,
        }
    }

    /// Plays one attempt; `None` where the program ended in it.
    fn attempt(&mut self, errand: ErrandId, attempt: u32) -> Option<Answer> {
        let body = b"the lead".to_vec();
        let outbound =
            Outbound { errand, attempt, correlation: None, body, links: Links::default() };
        let mut conversation = Crm.converse(outbound);
        let mut response = None;
        for _ in 0..CALLS_MAX {
            match conversation.next(NOW, response.take()) {
                Step::Done(answer) => return Some(answer),
                Step::Call(Call::Http(call)) => response = Some(self.call(&call)?),
                Step::Call(other @ (Call::File(_) | Call::Mail(_))) => panic!("{other:?}"),
            }
        }
        panic!("it goes round in a circle: {:?}", self.calls)
    }
}

/// How many attempts it takes, and what was called, with one thing planted.
fn played(planted: Option<(usize, Fate)>) -> (u32, Vec<String>) {
    let errand = ErrandId::Delivery(DeliveryId::caused_by(&[b"a"]));
    let mut vendor = Vendor { planted, ..Vendor::default() };
    for attempt in 1..=3 {
        match vendor.attempt(errand, attempt) {
            Some(Answer::Delivered { .. }) => {
                let held: Vec<&String> = vendor.objects.values().collect();
                assert_eq!(held, ["owner-7 the lead"], "one object, as it was meant: {planted:?}");
                return (attempt, vendor.calls);
            }
            Some(Answer::Later { .. }) | None => {}
            Some(never @ Answer::Never { .. }) => panic!("{never:?} for {planted:?}"),
        }
    }
    panic!("never delivered: {planted:?}")
}

#[test]
fn three_calls_are_one_conversation() {
    let (attempts, calls) = played(None);
    assert_eq!(attempts, 1);
    let delivery = DeliveryId::caused_by(&[b"a"]);
    assert_eq!(calls, ["POST token", "GET sam", &format!("PUT {delivery}")]);
}

#[test]
fn whatever_fails_in_the_middle_there_is_one_object_in_the_end() {
    for at in 0..3 {
        for fate in [Fate::Lost, Fate::Unheard, Fate::Crash, Fate::Busy] {
            let (attempts, calls) = played(Some((at, fate)));
            assert_eq!(attempts, 2, "the second attempt begins again: {fate:?} at {at}");
            assert_eq!(calls.len(), at + 1 + 3, "each call until then is repeated: {calls:?}");
        }
    }
}

#[test]
fn a_token_that_runs_out_is_renewed_within_the_conversation() {
    for (at, more) in [(1, 2), (2, 2)] {
        let (attempts, calls) = played(Some((at, Fate::Expired)));
        assert_eq!((attempts, calls.len()), (1, 3 + more), "{calls:?}");
    }
}

#[test]
fn each_failure_means_something_for_the_errand() {
    for (failure, code) in [
        (Failure::Forbidden, Code::AddressForbidden),
        (Failure::Unfit, Code::DestinationSettings),
        (Failure::Unreachable, Code::DestinationUnreachable),
        (Failure::TimedOut, Code::DestinationTimeout),
        (Failure::Broken, Code::DestinationFailed),
    ] {
        let expected = Answer::Later { code, status: None, not_before: None };
        assert_eq!(failure.answer(), expected, "{failure:?}");
    }
}
