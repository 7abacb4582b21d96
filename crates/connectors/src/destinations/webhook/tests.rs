//! What is sent, and what answers mean.

use domain::{DeliveryId, SignalId};

use super::*;
use crate::notice::Links;
use crate::standard_webhooks::{Headers, verify};

fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

fn delivery() -> DeliveryId {
    DeliveryId::caused_by(&[b"delivery"])
}

fn response(status: u16, retry_after: Option<&str>) -> HttpResponse {
    let header = |text: &str| ("retry-after".to_owned(), text.to_owned());
    HttpResponse {
        status,
        headers: retry_after.map(header).into_iter().collect(),
        body: Vec::new(),
    }
}

/// The call of an attempt.
fn called(secret: Option<&Secret>, correlation: Option<SignalId>, now: Moment) -> HttpCall {
    let endpoint = "https://crm.example.com/hook".to_owned();
    let webhook = Webhook { endpoint, secret: secret.cloned() };
    let errand = Outbound {
        errand: delivery().into(),
        attempt: 1,
        correlation,
        body: b"{}".to_vec(),
        links: Links::default(),
    };
    match webhook.converse(errand).next(now, None) {
        Step::Call(Call::Http(call)) => call,
        other @ (Step::Call(Call::File(_) | Call::Mail(_)) | Step::Done(_)) => panic!("{other:?}"),
    }
}

#[test]
fn each_attempt_has_the_same_body_and_id_and_a_signature_of_its_own() {
    let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    let signal = SignalId::caused_by(&[b"signal"]);
    let attempt = |text: &str| called(Some(&secret), Some(signal), moment(text));
    let (one, two) = (attempt("2026-11-20T12:00:00Z"), attempt("2026-11-20T12:00:05Z"));
    let header = |call: &HttpCall, name: &str| {
        call.headers.iter().find(|header| header.0 == name).unwrap().1.clone()
    };
    assert_eq!((one.method, &*one.url), ("POST", "https://crm.example.com/hook"));
    assert_eq!(one.body, two.body);
    assert_eq!(header(&one, "webhook-id"), delivery().to_string());
    assert_eq!(header(&one, "webhook-id"), header(&two, "webhook-id"));
    assert_eq!(header(&one, "baton-correlation"), signal.to_string());
    assert_ne!(header(&one, "webhook-signature"), header(&two, "webhook-signature"));
    let headers = two.headers.iter().map(|(name, value)| (*name, value.as_bytes()));
    let found = Headers::find(headers).unwrap();
    verify(&[secret], &found, &two.body, moment("2026-11-20T12:00:06Z")).unwrap();
    let unsigned = called(None, None, moment("2026-11-20T12:00:00Z"));
    let names: Vec<&str> = unsigned.headers.iter().map(|header| header.0).collect();
    assert_eq!(names, ["content-type", "user-agent", "webhook-timestamp", "webhook-id"]);
}

#[test]
fn one_call_is_the_whole_conversation() {
    let now = moment("2026-11-20T12:00:00Z");
    for (came, expected) in [
        (Response::Http(response(204, None)), Answer::Delivered { status: Some(204) }),
        (Response::Failed(Failure::TimedOut), Failure::TimedOut.answer()),
        (Response::Failed(Failure::Forbidden), Failure::Forbidden.answer()),
        (Response::Written, Failure::Broken.answer()),
    ] {
        let webhook = Webhook { endpoint: "https://crm.example.com".to_owned(), secret: None };
        let (errand, correlation) = (delivery().into(), None);
        let mut talk = webhook.converse(Outbound {
            errand,
            attempt: 1,
            correlation,
            body: Vec::new(),
            links: Links::default(),
        });
        assert!(matches!(talk.next(now, None), Step::Call(Call::Http(_))));
        assert_eq!(talk.next(now, Some(came)), Step::Done(expected));
    }
}

#[test]
fn answers_mean_done_later_or_never() {
    let now = moment("2026-11-20T12:00:00Z");
    for (status, code) in [
        (200, None),
        (204, None),
        (299, None),
        (301, Some(Code::DestinationRefused)),
        (307, Some(Code::DestinationRefused)),
        (400, Some(Code::DestinationRefused)),
        (401, Some(Code::DestinationRefused)),
        (404, Some(Code::DestinationRefused)),
        (408, Some(Code::DestinationBusy)),
        (410, Some(Code::DestinationRefused)),
        (425, Some(Code::DestinationBusy)),
        (429, Some(Code::DestinationBusy)),
        (500, Some(Code::DestinationFailed)),
        (503, Some(Code::DestinationBusy)),
        (599, Some(Code::DestinationFailed)),
        (0, Some(Code::DestinationFailed)),
        (999, Some(Code::DestinationFailed)),
    ] {
        let expected = match code {
            None => Answer::Delivered { status: Some(status) },
            Some(code @ Code::DestinationRefused) => Answer::Never { code, status: Some(status) },
            Some(code) => Answer::Later { code, status: Some(status), not_before: None },
        };
        assert_eq!(read_response(&response(status, None), now), expected, "{status}");
    }
}

#[test]
fn found_a7_a_destination_says_when() {
    let now = moment("2026-11-20T12:00:00Z");
    for (asked, expected) in [
        ("0", Some("2026-11-20T12:00:00Z")),
        (" 30 ", Some("2026-11-20T12:00:30Z")),
        ("300", Some("2026-11-20T12:05:00Z")),
        ("3600", Some("2026-11-20T13:00:00Z")),
        ("86400", Some("2026-11-21T12:00:00Z")),
        ("Fri, 20 Nov 2026 12:10:00 GMT", Some("2026-11-20T12:10:00Z")),
        ("Fri, 20 Nov 2026 11:00:00 GMT", Some("2026-11-20T12:00:00Z")),
        ("Sat, 20 Nov 2027 12:10:00 GMT", Some("2027-11-20T12:10:00Z")),
        ("Friday, 20-Nov-26 12:10:00 GMT", Some("2026-11-20T12:10:00Z")),
        ("Fri Nov 20 12:10:00 2026", Some("2026-11-20T12:10:00Z")),
        ("Sun Nov  1 12:10:00 2026", Some("2026-11-20T12:00:00Z")),
        ("Sat, 20 Nov 2027", None),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("1.5", None),
    ] {
        let answer = read_response(&response(429, Some(asked)), now);
        let Answer::Later { not_before, .. } = answer else { panic!("later") };
        assert_eq!(not_before, expected.map(moment), "{asked}");
    }
    let endless = read_response(&response(503, Some("99999999999999999999999")), now);
    let Answer::Later { not_before: Some(at), .. } = endless else { panic!("later") };
    assert!(at > moment("9999-01-01T00:00:00Z"), "how much of it is obeyed is not said here");
}
