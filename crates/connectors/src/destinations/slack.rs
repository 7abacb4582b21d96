//! Slack: an incoming webhook, which writes into the one channel that it was made for.
//!
//! A webhook of Slack has no idempotency key: `block_id` is the delivery's id, the same at each attempt,
//! so that a message which came twice can be known for one. What people wrote outside is
//! `plain_text`, in which Slack sees neither mentions nor links, and is escaped besides.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use domain::errand::{Answer, ErrandId};
use domain::reason::Code;
use domain::{DeliveryId, Moment};
use serde_json::{Value as Json, json};
use zeroize::Zeroizing;

use super::webhook::read_response;
use crate::destination::{Destination, Key, Kind, Outbound, Takes};
use crate::notice::{self, Notice, Section, Tone};
use crate::talk::{Call, Conversation, Failure, HttpCall, HttpResponse, Response, Step};

/// How a section of this kind is read.
pub const KIND: Kind = Kind {
    name: "slack",
    keys: &[Key { name: "endpoint", takes: Takes::SecretAddress, needed: true }],
    unfit: |_| None,
    make: |mut values| {
        let endpoint = values.password("endpoint").expect("a section has what its kind needs");
        Arc::new(Slack { endpoint })
    },
};

/// The most blocks of a message are 50. Where it tells of several, each takes two or, with links, three, and
/// two more say how many are left and who is meant.
const NOTICES_MAX: usize = 24;
const NOTICES_WITH_LINKS_MAX: usize = 16;
/// The most sections of a brief, where a message tells of one thing alone; a brief has fewer.
const SECTIONS_MAX: usize = 40;
/// The most characters of a text in a block are 3,000; counted as those who count most of them do, in
/// units of UTF-16.
const BLOCK_CHARS: usize = 2_800;
/// The most characters of a header.
const HEADER_CHARS: usize = 140;

/// A channel of Slack.
#[derive(Clone)]
pub struct Slack {
    /// The address of its webhook: whoever has it may write.
    pub endpoint: Zeroizing<String>,
}

impl std::fmt::Debug for Slack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Slack(****)")
    }
}

impl Destination for Slack {
    fn converse(&self, errand: Outbound) -> Box<dyn Conversation> {
        Box::new(Posting { slack: self.clone(), errand })
    }

    fn is_read_by_people(&self) -> bool {
        true
    }
}

/// One message.
struct Posting {
    slack: Slack,
    errand: Outbound,
}

impl Conversation for Posting {
    fn next(&mut self, now: Moment, response: Option<Response>) -> Step {
        match response {
            None => Step::Call(Call::Http(self.request())),
            Some(Response::Http(response)) => Step::Done(read_answer(&response, now)),
            Some(Response::Failed(failure)) => Step::Done(failure.answer()),
            Some(Response::Written | Response::Mail(_)) => Step::Done(Failure::Broken.answer()),
        }
    }
}

impl Posting {
    fn request(&self) -> HttpCall {
        let ErrandId::Delivery(delivery) = self.errand.errand;
        let notices = notice::read_all(&self.errand.body, &self.errand.links);
        let message = message(delivery, &notices);
        HttpCall {
            method: "POST",
            url: self.slack.endpoint.to_string(),
            headers: vec![
                ("content-type", "application/json; charset=utf-8".to_owned()),
                ("user-agent", concat!("Baton/", env!("CARGO_PKG_VERSION")).to_owned()),
            ],
            body: serde_json::to_vec(&message).expect("texts and numbers"),
            answer_bytes_max: 0,
        }
    }
}

/// The message: for each notice a block with its title and facts and one with what its brief says first;
/// where there is one notice alone, a block for each section of the brief as well.
fn message(delivery: DeliveryId, notices: &[Notice]) -> Json {
    let has_links = notices.iter().any(|notice| !notice.links().is_empty());
    let most = if has_links { NOTICES_WITH_LINKS_MAX } else { NOTICES_MAX };
    let mut blocks = Vec::new();
    for notice in notices.iter().take(most) {
        let id = notice.delivery.unwrap_or(delivery);
        blocks.push(section(&id.to_string(), &head(notice)));
        blocks.extend(links(&format!("{id}.links"), notice));
        if !notice.headline.is_empty() {
            let says = cut(&escaped(&notice.paragraph()), BLOCK_CHARS);
            blocks.push(section(&format!("{id}.brief"), &says));
        }
    }
    if let [one] = notices {
        let id = one.delivery.unwrap_or(delivery);
        for (at, part) in one.sections.iter().take(SECTIONS_MAX).enumerate() {
            blocks.push(section(&format!("{id}.brief.{}", at + 1), &part_text(part)));
        }
    }
    if let Some(more) = notices.len().checked_sub(most).filter(|more| *more > 0) {
        let says = format!("and {more} more: baton handoffs lists them");
        blocks.push(section(&format!("{delivery}.more"), &says));
    }
    if let Some(mention) = notices.iter().find_map(mention) {
        let text = json!({ "type": "mrkdwn", "text": mention, "verbatim": true });
        blocks.push(
            json!({ "type": "section", "block_id": format!("{delivery}.who"), "text": text }),
        );
    }
    json!({
        // Shown in notifications. No text from outside is in it, since Slack reads it as markup.
        "text": summary(notices),
        "blocks": blocks,
        "unfurl_links": false,
        "unfurl_media": false,
    })
}

fn summary(notices: &[Notice]) -> String {
    match notices {
        [one] => {
            let handoff = one.handoff.as_deref().map(escaped).unwrap_or_default();
            format!("Baton has a message for you {handoff}").trim_end().to_owned()
        }
        several => notice::title(several),
    }
}

/// `<@U0123>` for whoever is told, where their id is one.
fn mention(notice: &Notice) -> Option<String> {
    let id = notice.told.slack.as_deref()?;
    let sound = (2..=32).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    sound.then(|| format!("<@{id}>"))
}

fn section(id: &str, text: &str) -> Json {
    let text = json!({ "type": "plain_text", "text": text, "emoji": false });
    json!({ "type": "section", "block_id": id, "text": text })
}

/// What can be done from here, as markup: addresses of ours, with nothing from outside in them.
fn links(id: &str, notice: &Notice) -> Option<Json> {
    let links = notice.links();
    let written: Vec<String> =
        links.iter().map(|(says, address)| format!("<{}|{says}>", escaped(address))).collect();
    let text = json!({ "type": "mrkdwn", "text": written.join(" · "), "verbatim": true });
    let block = json!({ "type": "section", "block_id": id, "text": text });
    (!written.is_empty()).then_some(block)
}

fn head(notice: &Notice) -> String {
    let title = cut(&escaped(&notice.title), HEADER_CHARS);
    let mut lines = vec![title];
    lines.extend(notice.facts.iter().map(|fact| escaped(fact)));
    lines.extend(notice.more().map(|more| escaped(&more)));
    cut(&lines.join("\n"), BLOCK_CHARS)
}

fn part_text(part: &Section) -> String {
    let mut lines = vec![escaped(&part.title)];
    lines.extend(part.lines.iter().map(|line| match line.tone {
        Tone::Step(number) => format!("{number}. {}", escaped(&line.text)),
        Tone::Known | Tone::Unknown => format!("• {}", escaped(&line.text)),
    }));
    cut(&lines.join("\n"), BLOCK_CHARS)
}

/// The three characters that Slack's markup is made of.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// At most so many characters, never half of an escape.
fn cut(text: &str, chars_max: usize) -> String {
    if text.encode_utf16().count() <= chars_max {
        return text.to_owned();
    }
    let mut units = 0;
    let fits = |c: &char| {
        units += c.len_utf16();
        units < chars_max
    };
    let mut kept: String = text.chars().take_while(fits).collect();
    if let Some(at) = kept.rfind('&').filter(|at| !kept[*at..].contains(';')) {
        kept.truncate(at);
    }
    kept.push('…');
    kept
}

/// What Slack's answer means: as of any webhook, but that a channel or webhook which is gone is no
/// matter of the message.
pub fn read_answer(response: &HttpResponse, now: Moment) -> Answer {
    match response.status {
        401 | 403 | 404 | 410 => Answer::Later {
            code: Code::DestinationSettings,
            status: Some(response.status),
            not_before: None,
        },
        _ => read_response(response, now),
    }
}
