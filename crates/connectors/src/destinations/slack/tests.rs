//! What is posted to Slack, and that no text from outside becomes a mention or a link.

use std::collections::BTreeSet;

use serde_json::json;

use super::*;
use crate::notice::Links;

const NOW: Moment = Moment::from_seconds(1_790_000_000);

fn posted(body: &Json) -> Json {
    let slack = Slack { endpoint: "https://hooks.slack.example/x".to_owned().into() };
    let errand = ErrandId::Delivery(DeliveryId::caused_by(&[b"one"]));
    let body = body.to_string().into_bytes();
    let outbound =
        Outbound { errand, attempt: 1, correlation: None, body, links: Links::default() };
    let Step::Call(Call::Http(call)) = slack.converse(outbound).next(NOW, None) else {
        panic!("no call")
    };
    assert_eq!(call.url, "https://hooks.slack.example/x");
    serde_json::from_slice(&call.body).expect("JSON")
}

fn body(text: &str, slack: &str) -> Json {
    json!({
        "delivery": DeliveryId::caused_by(&[b"one"]).to_string(),
        "occasion": "escalated",
        "handoff": text,
        "message": { "to": { "kind": "member", "id": "mia", "name": text, "slack": slack }, "says": text },
        "sends": { "letter": letter(text) },
    })
}

fn letter(text: &str) -> Json {
    let line = json!({ "text": text, "tone": "step" });
    let parts: Vec<Json> =
        (0..13).map(|_| json!({ "title": text, "lines": [line, line] })).collect();
    json!({ "about": text, "headline": [{ "text": text }], "parts": parts })
}

#[test]
fn a_message_mentions_whoever_is_told_and_has_the_delivery_s_id_in_its_blocks() {
    let message = posted(&body("A lead waits", "U0MIA7"));
    let id = DeliveryId::caused_by(&[b"one"]).to_string();
    assert_eq!(message["blocks"][0]["block_id"], id);
    assert_eq!(message["blocks"][0]["text"]["type"], "plain_text");
    let blocks = message["blocks"].as_array().expect("blocks");
    assert_eq!(blocks[1]["block_id"], format!("{id}.brief"));
    assert_eq!(blocks[2]["text"]["text"], "A lead waits\n1. A lead waits\n2. A lead waits");
    assert_eq!(blocks.last().expect("a block")["text"]["text"], "<@U0MIA7>");
    let ids: BTreeSet<&str> =
        blocks.iter().map(|block| block["block_id"].as_str().expect("an id")).collect();
    assert_eq!(ids.len(), blocks.len(), "Slack refuses a block id that stands twice");
    assert_eq!(message["unfurl_links"], false);
}

#[test]
fn no_outside_text_makes_a_mention_or_a_link() {
    for evil in [
        "<!channel>",
        "<!here> & <@U0BOSS>",
        "<https://evil.example|click here>",
        "https://evil.example/x",
        "&lt;!channel&gt;",
        "<#C012|general>",
    ] {
        // Neither as a text nor as the id that a team's file gives.
        let message = posted(&body(evil, evil));
        assert_eq!(message["blocks"].as_array().expect("blocks").len(), 15);
        for block in message["blocks"].as_array().expect("blocks") {
            let text = block["text"]["text"].as_str().expect("a text");
            assert_eq!(block["text"]["type"], "plain_text", "{text}");
            assert!(!text.contains(['<', '>']), "{text}");
        }
        let summary = message["text"].as_str().expect("a text");
        assert!(!summary.contains(['<', '>']), "{summary}");
    }
}

#[test]
fn blocks_keep_the_bounds_of_slack() {
    for long in ["<&>", "é", "𝕏", "a b "] {
        let message = posted(&body(&long.repeat(20_000), "U0MIA7"));
        let blocks = message["blocks"].as_array().expect("blocks");
        assert!(blocks.len() <= 50);
        for block in blocks {
            let text = block["text"]["text"].as_str().expect("a text");
            assert!((1..=3_000).contains(&text.encode_utf16().count()), "{}", text.len());
            assert!(block["block_id"].as_str().expect("an id").len() <= 255);
        }
    }
}

#[test]
fn found_e9_a_channel_that_is_gone_is_a_matter_of_the_configuration() {
    let answered = |status, headers: &[(&str, &str)]| {
        let headers = headers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        read_answer(&HttpResponse { status, headers, body: Vec::new() }, NOW)
    };
    for gone in [401, 403, 404, 410] {
        let Answer::Later { code: Code::DestinationSettings, .. } = answered(gone, &[]) else {
            panic!("{gone}")
        };
    }
    let asked = answered(429, &[("retry-after", "30")]);
    let until = Some(Moment(NOW.0 + 30_000_000));
    let busy = Answer::Later { code: Code::DestinationBusy, status: Some(429), not_before: until };
    assert_eq!(asked, busy);
    assert_eq!(answered(200, &[]), Answer::Delivered { status: Some(200) });
    let refused = Answer::Never { code: Code::DestinationRefused, status: Some(400) };
    assert_eq!(answered(400, &[]), refused, "blocks that it does not take");
}

#[test]
fn the_address_does_not_show() {
    let slack = Slack { endpoint: "https://hooks.slack.example/secret".to_owned().into() };
    assert!(!format!("{slack:?}").contains("secret"));
}

#[test]
fn found_e1_a_digest_of_hundreds_is_one_message_that_slack_takes() {
    let one = |at: usize| {
        let mut one = body(&format!("<!channel> lead {at} & more"), "U0MIA7");
        one["delivery"] = DeliveryId::caused_by(&[&at.to_be_bytes()]).to_string().into();
        one
    };
    for (count, shown) in [(2, 2), (24, 24), (25, 24), (400, 24)] {
        let bundle: Vec<Json> = (0..count).map(one).collect();
        let message = posted(&json!({ "delivery": bundle[0]["delivery"], "bundle": bundle }));
        let blocks = message["blocks"].as_array().expect("blocks");
        assert!(blocks.len() <= 50, "Slack takes no more than 50: {}", blocks.len());
        assert_eq!(blocks[0]["block_id"], bundle[0]["delivery"]);
        let ids: BTreeSet<&str> =
            blocks.iter().map(|block| block["block_id"].as_str().expect("an id")).collect();
        assert_eq!(ids.len(), blocks.len(), "each block has an id of its own");
        let told = bundle.iter().filter(|one| ids.contains(one["delivery"].as_str().expect("id")));
        assert_eq!(told.count(), shown, "of {count}");
        assert_eq!(message.to_string().contains("more: baton handoffs"), count > shown);
        assert!(!message.to_string().contains("<!channel>"), "nothing from outside is markup");
    }
}
