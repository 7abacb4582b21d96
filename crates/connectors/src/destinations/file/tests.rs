//! Lines, whole and torn.

use domain::HandoffId;

use super::*;
use crate::notice::Links;

/// A body with line ends in it.
fn body(cause: &[u8]) -> (DeliveryId, Vec<u8>) {
    let id = DeliveryId::caused_by(&[cause]);
    let handoff = HandoffId::caused_by(&[cause]);
    let data = "{\"part\":{\n\"x\": {}\r\n}}";
    let text = format!(
        "{{\"delivery\":\"{id}\",\"step\":\"archive\",\"handoff\":\"{handoff}\",\"data\":{data}}}"
    );
    (id, text.into_bytes())
}

#[test]
fn an_attempt_that_may_have_been_made_before_looks_first() {
    let (delivery, body) = body(b"one");
    for (attempt, unless) in [(1, None), (2, Some(delivery)), (720, Some(delivery))] {
        let file = LinesOfFile { path: "/tmp/archive.jsonl".into() };
        let (errand, correlation, body) = (delivery.into(), None, body.clone());
        let mut talk = file.converse(Outbound {
            errand,
            attempt,
            correlation,
            body: body.clone(),
            links: Links::default(),
        });
        let path = file.path.clone();
        let call = Step::Call(Call::File(FileCall { path, body, unless }));
        assert_eq!(talk.next(Moment::EPOCH, None), call);
        let done = talk.next(Moment::EPOCH, Some(Response::Written));
        assert_eq!(done, Step::Done(Answer::Delivered { status: None }));
    }
}

#[test]
fn a_delivery_is_one_line() {
    let (id, body) = body(b"one");
    let line = line(&body, None);
    assert_eq!(line.iter().position(|byte| *byte == b'\n'), Some(line.len() - 1));
    assert!(line.ends_with(b"}\n"));
    assert_eq!(delivery(&line), Some(id));
    let value: serde_json::Value = serde_json::from_slice(&line).unwrap();
    assert_eq!(value["delivery"], id.to_string());
}

#[test]
fn a_whole_line_is_found_and_a_torn_one_is_not() {
    let ((one, first), (two, second)) = (body(b"one"), body(b"two"));
    let whole = line(&first, None);
    assert!(holds(&whole, &one));
    assert!(!holds(&whole, &two));
    for cut in 0..whole.len() {
        let torn = &whole[..cut];
        assert!(!holds(torn, &one), "cut at {cut}");
        // What is written next ends the torn line, which is still not whole.
        let more = [torn, &line(&second, torn.last().copied())].concat();
        assert_eq!(holds(&more, &one), cut == whole.len() - 1, "cut at {cut}");
        assert!(holds(&more, &two), "cut at {cut}");
    }
}

#[test]
fn other_lines_are_no_deliveries() {
    for other in
        ["", "{}", "{\"delivery\":\"d-", "{\"delivery\":\"d-iiiiiiiiiiiiiiii\"}", "\u{1f600}"]
    {
        assert_eq!(delivery(other.as_bytes()), None);
    }
}
