//! The sentences of a brief: what each claim says, as a value, and how it becomes text.
//!
//! A stage writes them from what is known; a brief that is read later takes them out of the sealed
//! claims. Text is made here alone, so the same sentence reads the same at any time.

use std::borrow::Cow;

use domain::fact::ScoreGroup;
use domain::handoff::Target;
use domain::{Moment, Value};

use super::claim::{About, Section};
use super::{owner, topic, words};
use crate::names::Versions;
use crate::state::{Handoff, Touchpoint};

/// What one claim says.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sentence<'a> {
    /// The signal that began the handoff.
    Began(&'a Touchpoint),
    /// So many other people at the account were active.
    OthersActive(usize),
    /// A row of the timeline.
    Row { touch: &'a Touchpoint, theirs: bool },
    /// A field of the person, the account or somebody else there.
    Field { section: Section, about: About, name: &'a str, value: &'a Value },
    /// A consent that was given or withdrawn.
    Consent { name: &'a str, given: bool },
    /// A field of a signal of the person's.
    Said { section: Section, name: &'a str, value: &'a Value },
    /// The score, in hundredths of a point.
    Score { fit: i32, engagement: i32 },
    /// A part of the score.
    ScorePart { group: ScoreGroup, rule: Option<u16>, points: i32 },
    /// Why this owner.
    Owner(owner::Line),
    /// A deadline.
    Due { target: Target, due: Moment },
}

/// A sentence in words.
pub(super) struct SentenceText<'a> {
    pub(super) text: Cow<'a, str>,
    /// The count or total that belongs to it.
    pub(super) figure: Option<String>,
    /// Whether it names or quotes somebody.
    pub(super) personal: bool,
}

impl<'a> SentenceText<'a> {
    fn plain(text: impl Into<Cow<'a, str>>) -> Self {
        Self { text: text.into(), figure: None, personal: false }
    }

    fn quoting((text, personal): (String, bool)) -> Self {
        Self { text: text.into(), figure: None, personal }
    }
}

impl<'a> Sentence<'a> {
    /// Where it stands.
    pub(super) const fn section(&self) -> Section {
        match self {
            Self::Began(_) | Self::OthersActive(_) => Section::WhyNow,
            Self::Row { .. } => Section::Timeline,
            Self::Field { section, .. } | Self::Said { section, .. } => *section,
            Self::Consent { .. } => Section::Who,
            Self::Score { .. } | Self::ScorePart { .. } => Section::Score,
            Self::Owner(_) => Section::Owner,
            Self::Due { .. } => Section::Sla,
        }
    }

    /// Whether it tells what a source said, and not what was decided or counted.
    pub(super) const fn quotes(&self) -> bool {
        match self {
            Self::Began(_)
            | Self::Row { .. }
            | Self::Field { .. }
            | Self::Consent { .. }
            | Self::Said { .. } => true,
            Self::OthersActive(_)
            | Self::Score { .. }
            | Self::ScorePart { .. }
            | Self::Owner(_)
            | Self::Due { .. } => false,
        }
    }

    /// Says it, with so many signals that it rests on.
    pub(super) fn tell(
        &self,
        evidence: usize,
        handoff: &Handoff,
        versions: &'a dyn Versions,
    ) -> SentenceText<'a> {
        match *self {
            Self::Began(touch) => SentenceText::quoting(told(String::new(), touch)),
            Self::OthersActive(people) => {
                let touches = plural(evidence, "touch", "touches");
                let people = plural(people, "other person", "other people");
                let figure = Some(format!("{touches} of {people}"));
                let text = "Others at the account were active in the seven days before";
                SentenceText { figure, ..SentenceText::plain(text) }
            }
            Self::Row { touch, theirs } => {
                let mut text = words::stamp(touch.moment);
                text.push_str(if theirs { " " } else { " somebody else there: " });
                SentenceText::quoting(told(text, touch))
            }
            Self::Field { section, name, value, .. } => field(section, name, value),
            Self::Consent { name, given } => {
                let given = if given { "given" } else { "withdrawn" };
                let name = words::plain(name, 40).replace('_', " ");
                SentenceText::plain(format!("Consent to {name} {given}"))
            }
            Self::Said { name, value, .. } => {
                let mut text = words::label(name);
                text.push_str(": ");
                words::quote(&mut text, value);
                SentenceText::quoting((text, true))
            }
            Self::Score { fit, engagement } => {
                let figure = format!(
                    "{}: fit {}, engagement {}",
                    hundredths(fit + engagement),
                    hundredths(fit),
                    hundredths(engagement)
                );
                SentenceText { figure: Some(figure), ..SentenceText::plain("Score") }
            }
            Self::ScorePart { group, rule, points } => {
                let name = versions.names(handoff.strategy).rule(group, rule);
                let sign = if points < 0 { "" } else { "+" };
                let figure = Some(format!("{sign}{}", hundredths(points)));
                SentenceText { figure, ..SentenceText::plain(part(group, rule, name)) }
            }
            Self::Owner(line) => SentenceText::plain(owner::tell(line, handoff, versions)),
            Self::Due { target, due } => {
                let what = match target {
                    Target::Accept => "Accept by",
                    Target::FirstTouch => "First touch by",
                    Target::Qualify => "Qualify by",
                };
                SentenceText::plain(format!("{what} {} UTC", words::stamp(due)))
            }
        }
    }
}

fn field<'a>(section: Section, name: &str, value: &Value) -> SentenceText<'a> {
    let mut text = String::with_capacity(64);
    if section == Section::Committee {
        text.push_str("Also there: ");
    }
    words::push_label(&mut text, name);
    text.push_str(": ");
    words::quote(&mut text, value);
    let personal = match section {
        Section::Who | Section::Committee => !topic::is_work(name),
        Section::Account => false,
        // Pain, outcome, criteria, timing: somebody's own words.
        Section::WhyNow
        | Section::Pain
        | Section::Outcome
        | Section::Criteria
        | Section::Timing
        | Section::Timeline
        | Section::Score
        | Section::NextSteps
        | Section::Assets
        | Section::Owner
        | Section::Sla => true,
    };
    SentenceText::quoting((text, personal || words::may_reach_somebody(value)))
}

fn part(group: ScoreGroup, rule: Option<u16>, name: Option<&str>) -> Cow<'_, str> {
    match (name, rule, group) {
        (Some(name), _, _) => words::plain(name, words::QUOTE_CHARS_MAX),
        (None, None, ScoreGroup::Fit) => "Cap of fit".into(),
        (None, None, ScoreGroup::Engagement) => "Cap of engagement".into(),
        (None, Some(rule), ScoreGroup::Fit) => format!("Fit rule {}", rule + 1).into(),
        (None, Some(rule), ScoreGroup::Engagement) => {
            format!("Engagement rule {}", rule + 1).into()
        }
    }
}

/// What a signal says of itself, after what is there, and whether that may name somebody.
fn told(mut text: String, touch: &Touchpoint) -> (String, bool) {
    words::push_label(&mut text, &touch.kind);
    let mut details = topic::details().iter();
    let Some((name, value)) = details.find_map(|name| Some((*name, touch.fields.get(name)?)))
    else {
        return (text, false);
    };
    text.push_str(": ");
    match (name, value) {
        // What follows a path is for machines, and may name somebody.
        ("path" | "page" | "url", Value::Text(path)) => {
            let end = path.find(['?', '#']).unwrap_or(path.len());
            words::quote_text(&mut text, &path[..end]);
        }
        _ => words::quote(&mut text, value),
    }
    let words_of_theirs = matches!(name, "subject" | "name" | "text" | "note");
    (text, words_of_theirs || words::may_reach_somebody(value))
}

fn hundredths(points: i32) -> String {
    words::hundredths(i64::from(points))
}

fn plural(count: usize, one: &str, several: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {several}") }
}
