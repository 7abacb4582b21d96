//! What people are told: plain texts, each of one line and bounded.

use domain::DeliveryId;

use super::links::SecretLink;

/// What one delivery tells somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The delivery that brings it, where the body names one.
    pub delivery: Option<DeliveryId>,
    /// Whom it is for.
    pub told: Told,
    /// What it is about, in one line without control characters.
    pub title: String,
    /// What has to be known first: until when, whose it is, since when.
    pub facts: Vec<String>,
    /// What the brief says first: who asked for what, why now, and what nobody knows.
    pub headline: Vec<Line>,
    /// The rest of the brief, in its sections.
    pub sections: Vec<Section>,
    /// The handoff that it is about.
    pub handoff: Option<String>,
    /// The address of its page.
    pub page: Option<String>,
    /// Where whoever is told accepts it.
    pub accept: Option<SecretLink>,
}

/// Lines under a heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// What they are about.
    pub title: String,
    /// In their order.
    pub lines: Vec<Line>,
}

/// A line of a brief.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it says, in one line.
    pub text: String,
    /// How it is told.
    pub tone: Tone,
}

/// How a line is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As what is known.
    Known,
    /// As what nobody knows.
    Unknown,
    /// As a step to take, with its number.
    Step(usize),
}

impl Section {
    /// Whether its lines are steps, one after the other.
    pub fn is_steps(&self) -> bool {
        self.lines.iter().any(|line| matches!(line.tone, Tone::Step(_)))
    }
}

impl Notice {
    /// The headline as one paragraph.
    pub fn paragraph(&self) -> String {
        let lines: Vec<&str> = self.headline.iter().map(|line| line.text.as_str()).collect();
        lines.join(" ")
    }

    /// What can be done from here: what it is called, and its address.
    pub fn links(&self) -> Vec<(&'static str, &str)> {
        let accept = self.accept.as_ref().map(|link| ("Accept this lead", link.reveal()));
        let page = self.page.as_deref().map(|page| ("Open it in Baton", page));
        accept.into_iter().chain(page).collect()
    }

    /// Where there is more to read, and how it is asked for.
    pub fn more(&self) -> Option<String> {
        let handoff = self.handoff.as_ref()?;
        let told = !(self.headline.is_empty() && self.sections.is_empty());
        let evidence = format!("; what it rests on: baton brief {handoff} --evidence");
        Some(format!("All about it: baton why {handoff}{}", if told { &evidence } else { "" }))
    }
}

/// Whom a delivery is for, as far as its body says so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The name that people read.
    pub name: Option<String>,
    /// The mail address.
    pub email: Option<String>,
    /// The id at Slack.
    pub slack: Option<String>,
}

/// The most characters of a title.
pub(super) const TITLE_CHARS: usize = 140;
/// The most characters of a line.
pub(super) const LINE_CHARS: usize = 2_000;
/// The most lines of a notice, so that a long history makes no endless message.
pub(super) const LINES_MAX: usize = 120;

/// The title of several that go out as one message.
pub fn title(notices: &[Notice]) -> String {
    match notices {
        [one] => one.title.clone(),
        several => format!("{} messages from Baton", several.len()),
    }
}

/// One line: no control characters, no marks that turn the direction of text, and not too long.
pub(super) fn one_line(text: &str, chars_max: usize) -> String {
    let odd = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let plain: String = text.chars().map(|c| if odd(c) { ' ' } else { c }).collect();
    let words: Vec<&str> = plain.split(' ').filter(|word| !word.is_empty()).collect();
    let joined = words.join(" ");
    if joined.chars().count() <= chars_max {
        return joined;
    }
    let mut cut: String = joined.chars().take(chars_max - 1).collect();
    cut.push('…');
    cut
}
