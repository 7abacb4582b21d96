//! What is sent, and what answers mean.

use serde_json::value::to_raw_value;

use super::*;
use crate::standard_webhooks::{Headers, verify};

fn delivery() -> DeliveryId {
    DeliveryId::caused_by(&[b"delivery"])
}

fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

#[test]
fn the_body_holds_what_was_promised() {
    let handoff = HandoffId::caused_by(&[b"handoff"]);
    let (one, other) = (to_raw_value(&1).unwrap(), to_raw_value(&["x"]).unwrap());
    let made = || body(&delivery(), "notify", &handoff, &[("b", &one), ("a", &other)]);
    let expected = format!(
        r#"{{"delivery":"{}","step":"notify","handoff":"{handoff}","data":{{"b":1,"a":["x"]}}}}"#,
        delivery()
    );
    assert_eq!(String::from_utf8(made()).unwrap(), expected);
    assert_eq!(made(), made());
}

#[test]
fn each_attempt_has_the_same_body_and_id_and_a_signature_of_its_own() {
    let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    let signal = SignalId::caused_by(&[b"signal"]);
    let attempt =
        |text: &str| request(&delivery(), Some(&signal), Some(&secret), b"{}", moment(text));
    let (one, two) = (attempt("2026-11-20T12:00:00Z"), attempt("2026-11-20T12:00:05Z"));
    let header = |request: &Request<'_>, name: &str| {
        request.headers.iter().find(|header| header.0 == name).unwrap().1.clone()
    };
    assert_eq!(one.body, two.body);
    assert_eq!(header(&one, "webhook-id"), delivery().to_string());
    assert_eq!(header(&one, "webhook-id"), header(&two, "webhook-id"));
    assert_eq!(header(&one, "baton-correlation"), signal.to_string());
    assert_ne!(header(&one, "webhook-signature"), header(&two, "webhook-signature"));
    let headers = two.headers.iter().map(|(name, value)| (*name, value.as_bytes()));
    let found = Headers::find(headers).unwrap();
    verify(&[secret], &found, two.body, moment("2026-11-20T12:00:06Z")).unwrap();
    let unsigned = request(&delivery(), None, None, b"{}", moment("2026-11-20T12:00:00Z"));
    assert!(unsigned.headers.iter().all(|header| header.0 != "webhook-signature"));
}

#[test]
fn answers_mean_done_later_or_never() {
    let now = moment("2026-11-20T12:00:00Z");
    let later = |code| Answer::Later { code, at: None };
    let never = Answer::Never { code: Code::DestinationRefused };
    for (status, expected) in [
        (200, Answer::Delivered { status: 200 }),
        (204, Answer::Delivered { status: 204 }),
        (301, never),
        (307, never),
        (400, never),
        (401, never),
        (404, never),
        (408, later(Code::DestinationBusy)),
        (410, never),
        (425, later(Code::DestinationBusy)),
        (429, later(Code::DestinationBusy)),
        (500, later(Code::DestinationFailed)),
        (503, later(Code::DestinationBusy)),
        (599, later(Code::DestinationFailed)),
        (0, later(Code::DestinationFailed)),
        (999, later(Code::DestinationFailed)),
    ] {
        assert_eq!(read_response(status, None, now), expected, "{status}");
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
        let Answer::Later { at, .. } = read_response(429, Some(asked), now) else {
            panic!("later");
        };
        assert_eq!(at, expected.map(moment), "{asked}");
    }
    let endless = read_response(503, Some("99999999999999999999999"), now);
    let Answer::Later { at: Some(at), .. } = endless else { panic!("later") };
    assert!(at > moment("9999-01-01T00:00:00Z"), "how much of it is obeyed is not said here");
}
