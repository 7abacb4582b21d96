//! A mail server played with values: what is handed to it, and what its replies mean.

use serde_json::json;

use super::*;
use crate::notice::Links;

const NOW: Moment = Moment::from_seconds(1_790_000_000);

fn smtp(to: Option<&str>) -> Smtp {
    let server = MailServer {
        host: "smtp.acme.example".to_owned(),
        port: 587,
        tls: MailTls::StartTls,
        login: None,
        authority: None,
    };
    let from = "Baton <baton@acme.example>".to_owned();
    Smtp { server: Arc::new(server), from, to: to.map(str::to_owned) }
}

fn first(smtp: &Smtp, body: &serde_json::Value, attempt: u32) -> Step {
    let errand = ErrandId::Delivery(DeliveryId::caused_by(&[b"one"]));
    let body = body.to_string().into_bytes();
    smtp.converse(Outbound { errand, attempt, correlation: None, body, links: Links::default() })
        .next(NOW, None)
}

fn mail(smtp: &Smtp, body: &serde_json::Value, attempt: u32) -> MailCall {
    let Step::Call(Call::Mail(call)) = first(smtp, body, attempt) else { panic!("no mail") };
    *call
}

fn told(email: &str) -> serde_json::Value {
    json!({ "message": { "to": { "kind": "member", "id": "mia", "email": email }, "says": "x" } })
}

#[test]
fn each_attempt_hands_over_the_same_message_under_the_delivery_s_id() {
    let (smtp, body) = (smtp(None), told("mia@acme.example"));
    let (one, two) = (mail(&smtp, &body, 1), mail(&smtp, &body, 2));
    assert_eq!(one, two);
    let id = DeliveryId::caused_by(&[b"one"]);
    assert_eq!(one.message_id, format!("{id}@acme.example"));
    assert_eq!(one.deliveries, [id]);
    assert_eq!(one.to, "mia@acme.example");
}

#[test]
fn found_e1_a_digest_is_one_mail_that_lists_its_deliveries_and_tells_each_in_short() {
    let ids: Vec<DeliveryId> =
        (0..400_u32).map(|at| DeliveryId::caused_by(&[&at.to_be_bytes()])).collect();
    let one = |id: &DeliveryId| {
        let mut one = told("mia@acme.example");
        one["delivery"] = id.to_string().into();
        one["occasion"] = "escalated".into();
        one["handoff"] = "h-2xw9zd2vkfnds9ap\r\nBcc: all@evil.example".into();
        let line = json!({ "text": "a line of the brief" });
        one["sends"] = json!({ "letter": {
            "about": id.to_string(), "headline": [line], "parts": [{ "title": "Who", "lines": [line] }],
        } });
        one
    };
    let bundle: Vec<_> = ids.iter().map(one).collect();
    let body = json!({ "delivery": ids[0].to_string(), "bundle": bundle });
    let (first, again) = (mail(&smtp(None), &body, 1), mail(&smtp(None), &body, 2));
    assert_eq!(first, again, "the same message at each attempt");
    assert_eq!((first.to.as_str(), &first.deliveries), ("mia@acme.example", &ids));
    assert_eq!(first.subject, "400 messages from Baton");
    assert!(ids.iter().all(|id| first.text.contains(&format!("Escalated: {id}\n"))));
    assert!(!first.text.lines().any(|line| line.starts_with("Bcc")));
    assert!(!first.text.contains("\nWho\n"), "the sections of a brief are not in it");
    assert!(first.text.len() < 400 * 400, "{} bytes", first.text.len());
}

#[test]
fn whoever_is_told_gets_it_else_the_section_s_own_address_else_nobody() {
    assert_eq!(
        mail(&smtp(Some("all@acme.example")), &told("mia@acme.example"), 1).to,
        "mia@acme.example"
    );
    assert_eq!(mail(&smtp(Some("all@acme.example")), &json!({}), 1).to, "all@acme.example");
    let nobody = Step::Done(Answer::Never { code: Code::AddressMissing, status: None });
    assert_eq!(first(&smtp(None), &json!({}), 1), nobody);
}

#[test]
fn found_e9_what_a_server_says_of_us_waits_and_what_it_says_of_a_message_is_for_good() {
    let later = |code, status| Answer::Later { code, status: Some(status), not_before: None };
    for (code, stage, expected) in [
        (250, MailStage::Message, Answer::Delivered { status: Some(250) }),
        (
            550,
            MailStage::Recipient,
            Answer::Never { code: Code::DestinationRefused, status: Some(550) },
        ),
        (
            554,
            MailStage::Message,
            Answer::Never { code: Code::DestinationRefused, status: Some(554) },
        ),
        (450, MailStage::Recipient, later(Code::DestinationBusy, 450)),
        (421, MailStage::Session, later(Code::DestinationBusy, 421)),
        (452, MailStage::Message, later(Code::DestinationBusy, 452)),
        (535, MailStage::Session, later(Code::DestinationSettings, 535)),
        (530, MailStage::Session, later(Code::DestinationSettings, 530)),
        (553, MailStage::Sender, later(Code::DestinationSettings, 553)),
        (354, MailStage::Message, later(Code::DestinationFailed, 354)),
    ] {
        assert_eq!(read_reply(MailReply { code, stage }), expected, "{code} {stage:?}");
    }
}

#[test]
fn a_login_does_not_show_its_password() {
    let login = MailLogin { username: "baton".into(), password: "hunter2".to_owned().into() };
    assert_eq!(format!("{login:?}"), "****");
}
