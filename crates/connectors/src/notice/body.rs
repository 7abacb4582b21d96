//! The body of a delivery as a notice.

use std::borrow::Cow;

use domain::handoff::Occasion;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::content::{
    LINE_CHARS, LINES_MAX, Line, Notice, Section, TITLE_CHARS, Told, Tone, one_line,
};
use super::links::Links;

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
    about: Option<Cow<'a, str>>,
    because: Option<Cow<'a, str>>,
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
    letter: Option<Letter<'a>>,
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
    /// Whether nobody vouches for it.
    #[serde(default)]
    claimed: bool,
}

/// The brief as a person would write it.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Letter<'a> {
    about: Cow<'a, str>,
    headline: Vec<Written<'a>>,
    parts: Vec<Part<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Part<'a> {
    section: Cow<'a, str>,
    title: Cow<'a, str>,
    lines: Vec<Written<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Written<'a> {
    text: Cow<'a, str>,
    tone: Option<Cow<'a, str>>,
}

/// Bodies of deliveries that leave as one message.
#[derive(Deserialize)]
struct Bundle<'a> {
    #[serde(borrow)]
    bundle: Vec<&'a RawValue>,
}

/// Reads a body: of one delivery, or of several that leave as one message.
pub fn read_all(bytes: &[u8], links: &Links) -> Vec<Notice> {
    match serde_json::from_slice::<Bundle<'_>>(bytes) {
        Ok(Bundle { bundle }) if bundle.len() > 1 => {
            // Each in short: whole briefs of a day would be read by nobody.
            let short = |body: &&RawValue| Notice {
                sections: Vec::new(),
                ..read(body.get().as_bytes(), links)
            };
            bundle.iter().map(short).collect()
        }
        Ok(_) | Err(_) => vec![read(bytes, links)],
    }
}

/// Reads the body of a delivery. A body that is none of ours tells no more than that something came.
pub fn read(bytes: &[u8], links: &Links) -> Notice {
    let body: Body<'_> = serde_json::from_slice(bytes).unwrap_or_default();
    let title = one_line(&title(&body), TITLE_CHARS);
    let (headline, sections) = match (&body.sends.letter, &body.sends.brief) {
        (Some(letter), _) => letter_of(letter),
        // A body of an older version, or of a step that serves a system.
        (None, Some(brief)) => (Vec::new(), claims_of(brief)),
        (None, None) => (Vec::new(), Vec::new()),
    };
    let delivery = body.delivery.as_deref().and_then(|id| id.parse().ok());
    Notice {
        delivery,
        page: body.handoff.as_deref().and_then(|handoff| links.page(handoff)),
        accept: delivery.and_then(|delivery| links.accept.get(&delivery)).cloned(),
        told: body
            .message
            .as_ref()
            .and_then(|message| message.to.as_ref())
            .map(told)
            .unwrap_or_default(),
        title,
        facts: facts(&body),
        headline,
        sections,
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
    let about = body.sends.letter.as_ref().map(|letter| &*letter.about);
    let message = body.message.as_ref().and_then(|message| message.about.as_deref());
    let about = about.or(message).filter(|about| !about.is_empty());
    let about = about.map_or_else(|| format!("lead {handoff}"), str::to_owned);
    format!("{}: {about}", happened(body))
}

fn happened(body: &Body<'_>) -> String {
    if let Some(undo) = &body.undo {
        return capital(undo);
    }
    let because = body.message.as_ref().and_then(|message| message.because.as_deref());
    let taken_by_nobody = because.is_some_and(|because| because != "nobody-found");
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
            "unrouted" if taken_by_nobody => "Left to a queue",
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
    let name = owner.and_then(|owner| owner.name.as_deref().or(owner.id.as_deref()));
    let letter = body.sends.letter.as_ref();
    // A letter needs no list of what it says in sentences.
    let said =
        |name: &&str| letter.is_some() && message.says.as_deref().unwrap_or("").contains(name);
    facts.extend(name.filter(|name| !said(name)).map(|name| format!("Owner: {name}")));
    let due = |(what, by): (&str, &Option<Cow<'_, str>>)| {
        Some(format!("{what}: {}", stamp(by.as_deref()?)))
    };
    // A step that waits for a state has no target of its own: the targets below say its deadline.
    let has_targets =
        letter.is_some_and(|letter| letter.parts.iter().any(|part| part.section == "sla"));
    let told_below = handoff.accept_by.is_some() || has_targets;
    let is_occasion = body.occasion.as_deref().and_then(Occasion::named).is_some();
    if is_occasion || !told_below {
        facts.extend(due(("Due", &message.due)));
    }
    if !has_targets {
        let targets = [
            ("Accept by", &handoff.accept_by),
            ("First touch by", &handoff.first_touch_by),
            ("Qualify by", &handoff.qualify_by),
        ];
        facts.extend(targets.into_iter().filter_map(due));
    }
    if let Some(kind) = handoff.kind.as_deref().filter(|_| letter.is_none()) {
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

/// The letter, bounded in its lines.
fn letter_of(letter: &Letter<'_>) -> (Vec<Line>, Vec<Section>) {
    let mut room = LINES_MAX;
    let mut lines = |written: &[Written<'_>]| {
        let (mut steps, mut lines) = (0, Vec::new());
        for line in written.iter().take(room) {
            let tone = match line.tone.as_deref() {
                Some("unknown") => Tone::Unknown,
                Some("step") => {
                    steps += 1;
                    Tone::Step(steps)
                }
                Some(_) | None => Tone::Known,
            };
            lines.push(Line { text: one_line(&line.text, LINE_CHARS), tone });
        }
        room -= lines.len();
        lines.retain(|line| !line.text.is_empty());
        lines
    };
    let headline = lines(&letter.headline);
    let parts = letter.parts.iter().take(LINES_MAX).map(|part| Section {
        title: one_line(&part.title, TITLE_CHARS),
        lines: lines(&part.lines),
    });
    (headline, parts.filter(|part| !part.lines.is_empty()).collect())
}

/// The claims by their sections, in the order in which the brief has them.
fn claims_of(brief: &Brief<'_>) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let known = brief.claims.iter().map(|claim| (claim.section.as_deref(), claim, Tone::Known));
    let unknown =
        brief.unknown.iter().map(|claim| (claim.section.as_deref(), claim, Tone::Unknown));
    let steps = brief.steps.iter().enumerate();
    let steps = steps.map(|(at, step)| (Some("next-steps"), step, Tone::Step(at + 1)));
    for (section, claim, tone) in known.chain(unknown).chain(steps).take(LINES_MAX) {
        let title = section.map_or("Brief".to_owned(), |name| capital(&name.replace('-', " ")));
        let title = one_line(&title, TITLE_CHARS);
        let line = Line { text: line(claim), tone };
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
    if claim.claimed {
        line.push_str(" (claimed)");
    }
    if let Some(when) = claim.when.as_deref() {
        line = format!("{line} ({when})");
    }
    one_line(&line, LINE_CHARS)
}
