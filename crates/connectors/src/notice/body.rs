//! The body of a delivery as a notice.

use std::borrow::Cow;

use serde::Deserialize;

use super::content::{LINE_CHARS, LINES_MAX, Notice, Section, TITLE_CHARS, Told, one_line};

/// A body, as far as people are told of it. All else in it is for programs.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Body<'a> {
    delivery: Option<Cow<'a, str>>,
    step: Option<Cow<'a, str>>,
    handoff: Option<Cow<'a, str>>,
    occasion: Option<Cow<'a, str>>,
    message: Option<Message<'a>>,
    undo: Option<Cow<'a, str>>,
    test: bool,
    sends: Sends<'a>,
}

/// What a step that tells somebody says besides what it sends.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Message<'a> {
    to: Option<Addressee<'a>>,
    says: Option<Cow<'a, str>>,
    due: Option<Cow<'a, str>>,
    owner: Option<Owner<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Addressee<'a> {
    kind: Option<Cow<'a, str>>,
    id: Option<Cow<'a, str>>,
    name: Option<Cow<'a, str>>,
    email: Option<Cow<'a, str>>,
    slack: Option<Cow<'a, str>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Sends<'a> {
    handoff: Option<Handoff<'a>>,
    brief: Option<Brief<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Handoff<'a> {
    kind: Option<Cow<'a, str>>,
    state: Option<Cow<'a, str>>,
    owner: Option<Owner<'a>>,
    accept_by: Option<Cow<'a, str>>,
    first_touch_by: Option<Cow<'a, str>>,
    qualify_by: Option<Cow<'a, str>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Owner<'a> {
    kind: Option<Cow<'a, str>>,
    id: Option<Cow<'a, str>>,
    name: Option<Cow<'a, str>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Brief<'a> {
    headline: Option<Cow<'a, str>>,
    claims: Vec<Claim<'a>>,
    unknown: Vec<Claim<'a>>,
    steps: Vec<Claim<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Claim<'a> {
    text: Cow<'a, str>,
    section: Option<Cow<'a, str>>,
    figure: Option<Cow<'a, str>>,
    when: Option<Cow<'a, str>>,
}

/// Reads the body of a delivery. A body that is none of ours tells no more than that something came.
pub fn read(bytes: &[u8]) -> Notice {
    let body: Body<'_> = serde_json::from_slice(bytes).unwrap_or_default();
    let title = one_line(&title(&body), TITLE_CHARS);
    Notice {
        delivery: body.delivery.as_deref().and_then(|id| id.parse().ok()),
        told: body
            .message
            .as_ref()
            .and_then(|message| message.to.as_ref())
            .map(told)
            .unwrap_or_default(),
        title,
        facts: facts(&body),
        sections: body.sends.brief.as_ref().map(sections).unwrap_or_default(),
        handoff: body.handoff.as_deref().map(|id| one_line(id, TITLE_CHARS)),
    }
}

fn told(tell: &Addressee<'_>) -> Told {
    let owned = |text: &Option<Cow<'_, str>>| text.as_deref().map(str::to_owned);
    // A channel that is an address is where mail goes.
    let channel = tell.kind.as_deref() == Some("channel");
    let address = tell.id.as_deref().filter(|id| channel && id.contains('@'));
    Told {
        name: owned(&tell.name),
        email: owned(&tell.email).or_else(|| address.map(str::to_owned)),
        slack: owned(&tell.slack),
    }
}

/// What happened, and to whom.
fn title(body: &Body<'_>) -> String {
    if body.test {
        return "Baton: a test message".to_owned();
    }
    let handoff = body.handoff.as_deref().unwrap_or("a handoff");
    let about = body.sends.brief.as_ref().and_then(|brief| brief.headline.as_deref());
    let about = about.map_or_else(|| format!("lead {handoff}"), str::to_owned);
    format!("{}: {about}", happened(body))
}

fn happened(body: &Body<'_>) -> String {
    if let Some(undo) = &body.undo {
        return capital(undo);
    }
    let known = |word: &str| {
        Some(match word {
            "offered" => "New lead",
            "queued" => "Lead in a queue",
            "accepted" => "Accepted",
            "warned" => "Time is running out",
            "breached" => "Overdue",
            "reminded" => "Reminder",
            "escalated" => "Escalated",
            "waiting" => "Waiting for somebody",
            "unrouted" => "Nobody found",
            "reassigned" => "Reassigned",
            "reviewed" => "To be reviewed",
            _ => return None,
        })
    };
    let state = body.sends.handoff.as_ref().and_then(|handoff| handoff.state.as_deref());
    let word = body.occasion.as_deref().or(state).or(body.step.as_deref()).unwrap_or("Baton");
    known(word).map_or_else(|| capital(&word.replace('-', " ")), str::to_owned)
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Whose it is and until when, each moment with its zone.
fn facts(body: &Body<'_>) -> Vec<String> {
    let mut facts = Vec::new();
    if body.test {
        facts.push("If you can read this, the destination works.".to_owned());
    }
    let nothing = (Message::default(), Handoff::default());
    let message = body.message.as_ref().unwrap_or(&nothing.0);
    let handoff = body.sends.handoff.as_ref().unwrap_or(&nothing.1);
    facts.extend(message.says.as_deref().map(str::to_owned));
    let owner = message.owner.as_ref().or(handoff.owner.as_ref());
    let owner = owner.filter(|owner| owner.kind.as_deref() != Some("engine"));
    if let Some(name) = owner.and_then(|owner| owner.name.as_deref().or(owner.id.as_deref())) {
        facts.push(format!("Owner: {name}"));
    }
    for (what, by) in [
        ("Due", &message.due),
        ("Accept by", &handoff.accept_by),
        ("First touch by", &handoff.first_touch_by),
        ("Qualify by", &handoff.qualify_by),
    ] {
        facts.extend(by.as_deref().map(|moment| format!("{what}: {}", stamp(moment))));
    }
    if let Some(kind) = handoff.kind.as_deref() {
        facts.push(format!("Kind: {}", kind.replace('-', " ")));
    }
    facts.iter().map(|fact| one_line(fact, LINE_CHARS)).collect()
}

/// `2026-11-30T16:00:00.000000Z` as `2026-11-30 16:00 UTC`.
fn stamp(moment: &str) -> String {
    match (moment.get(..10), moment.get(11..16)) {
        (Some(date), Some(time)) if moment.ends_with('Z') => format!("{date} {time} UTC"),
        _ => moment.to_owned(),
    }
}

/// The claims by their sections, in the order in which the brief has them.
fn sections(brief: &Brief<'_>) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let steps = brief.steps.iter().map(|step| (Some("next-steps"), step));
    let claims = brief.claims.iter().chain(&brief.unknown);
    let claims = claims.map(|claim| (claim.section.as_deref(), claim)).chain(steps);
    for (section, claim) in claims.take(LINES_MAX) {
        let title = section.map_or("Brief".to_owned(), |name| capital(&name.replace('-', " ")));
        let title = one_line(&title, TITLE_CHARS);
        let line = line(claim);
        match sections.iter_mut().find(|known| known.title == title) {
            Some(known) => known.lines.push(line),
            None => sections.push(Section { title, lines: vec![line] }),
        }
    }
    sections
}

fn line(claim: &Claim<'_>) -> String {
    let mut line = claim.text.to_string();
    if let Some(figure) = claim.figure.as_deref() {
        line = format!("{line}: {figure}");
    }
    if let Some(when) = claim.when.as_deref() {
        line = format!("{line} ({when})");
    }
    one_line(&line, LINE_CHARS)
}
