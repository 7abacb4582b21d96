//! The sentences of a brief: what each claim says, as a value, and how it becomes text.
//!
//! A stage writes them from what is known; a brief that is read later takes them out of the sealed
//! claims. Text is made here alone, so the same sentence reads the same at any time.

use std::fmt;

use domain::fact::ScoreGroup;
use domain::handoff::Target;
use domain::{Moment, PersonId, Value};

use super::section::{About, Section};
use super::{deed, owner, topic, words};
use crate::names::Versions;
use crate::state::{Handoff, Touchpoint};

/// What one claim says.
#[derive(Clone, Copy)]
pub(crate) enum Sentence<'a> {
    /// The signal that began the handoff.
    Began(&'a Touchpoint),
    /// So many other people at the account were active.
    OthersActive(usize),
    /// A row of the timeline.
    Row { touch: &'a Touchpoint, theirs: bool },
    /// A field of the person, the account or somebody else there, who is named then. It is claimed where
    /// nobody vouches for it.
    Field {
        section: Section,
        about: About,
        name: &'a str,
        value: &'a Value,
        other: Option<PersonId>,
        claimed: bool,
    },
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

/// A sentence in words. The room of one serves the next.
#[derive(Default, Debug)]
pub struct SentenceText {
    /// What it says.
    pub text: String,
    /// The count or total that belongs to it; empty where none does.
    pub figure: String,
}

/// Not what it says: that is for a reader whose purpose allows it.
impl fmt::Debug for Sentence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sentence of {:?}", self.section())
    }
}

impl SentenceText {
    /// With room for most sentences.
    pub fn with_room() -> Self {
        Self { text: String::with_capacity(128), figure: String::with_capacity(64) }
    }
}

impl Sentence<'_> {
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

    /// Whether nobody vouches for what it says. What somebody's own signal says is their own word.
    pub(super) const fn is_claimed(&self) -> bool {
        matches!(self, Self::Field { claimed: true, .. })
    }

    /// Whether it names or quotes somebody.
    pub(super) fn is_personal(&self) -> bool {
        match *self {
            Self::Began(touch) | Self::Row { touch, .. } => {
                deed::detail(touch).is_some_and(|(name, value)| {
                    let words_of_theirs = matches!(name, "subject" | "name" | "text" | "note");
                    words_of_theirs || words::may_reach_somebody(value)
                })
            }
            Self::Field { section, name, value, .. } => is_personal(section, name, value),
            Self::Said { .. } => true,
            Self::OthersActive(_)
            | Self::Consent { .. }
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
        versions: &dyn Versions,
        says: &mut SentenceText,
    ) {
        let SentenceText { text, figure } = says;
        text.clear();
        figure.clear();
        match *self {
            Self::Began(touch) => tell_touch(text, touch),
            Self::OthersActive(people) => {
                text.push_str("Others at the account were active in the seven days before");
                push_plural(figure, evidence, ("touch", "touches"));
                figure.push_str(" of ");
                push_plural(figure, people, ("other person", "other people"));
            }
            Self::Row { touch, theirs } => {
                words::push_stamp(text, touch.moment);
                text.push_str(if theirs { " " } else { " somebody else there: " });
                tell_touch(text, touch);
            }
            Self::Field { section, name, value, .. } => {
                if section == Section::Committee {
                    text.push_str("Also there: ");
                }
                tell_value(text, name, value);
            }
            Self::Consent { name, given } => {
                text.push_str("Consent to ");
                text.push_str(&words::plain(name, 40).replace('_', " "));
                text.push_str(if given { " given" } else { " withdrawn" });
            }
            Self::Said { name, value, .. } => tell_value(text, name, value),
            Self::Score { fit, engagement } => {
                text.push_str("Score");
                push_points(figure, fit + engagement);
                figure.push_str(": fit ");
                push_points(figure, fit);
                figure.push_str(", engagement ");
                push_points(figure, engagement);
            }
            Self::ScorePart { group, rule, points } => {
                tell_part(text, (group, rule), versions.names(handoff.strategy).rule(group, rule));
                if points >= 0 {
                    figure.push('+');
                }
                push_points(figure, points);
            }
            Self::Owner(line) => owner::tell(text, line, handoff, versions),
            Self::Due { target, due } => {
                text.push_str(match target {
                    Target::Accept => "Accept by ",
                    Target::FirstTouch => "First touch by ",
                    Target::Qualify => "Qualify by ",
                });
                words::push_stamp(text, due);
                text.push_str(" UTC");
            }
        }
    }
}

/// Whether a field names or quotes somebody.
fn is_personal(section: Section, name: &str, value: &Value) -> bool {
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
    personal || words::may_reach_somebody(value)
}

fn tell_value(text: &mut String, name: &str, value: &Value) {
    words::push_label(text, name);
    text.push_str(": ");
    words::quote(text, value);
}

fn tell_part(text: &mut String, part: (ScoreGroup, Option<u16>), name: Option<&str>) {
    let (before, rule) = match (name, part) {
        (Some(name), _) => {
            text.push_str(&words::plain(name, words::QUOTE_CHARS_MAX));
            return;
        }
        (None, (ScoreGroup::Fit, None)) => ("Cap of fit", None),
        (None, (ScoreGroup::Engagement, None)) => ("Cap of engagement", None),
        (None, (ScoreGroup::Fit, Some(rule))) => ("Fit rule ", Some(rule)),
        (None, (ScoreGroup::Engagement, Some(rule))) => ("Engagement rule ", Some(rule)),
    };
    text.push_str(before);
    if let Some(rule) = rule {
        words::push_number(text, u64::from(rule) + 1);
    }
}

/// Says what a signal says of itself.
fn tell_touch(text: &mut String, touch: &Touchpoint) {
    words::push_label(text, &touch.kind);
    let Some((name, value)) = deed::detail(touch) else { return };
    text.push_str(": ");
    deed::quote(text, (name, value));
}

fn push_points(text: &mut String, points: i32) {
    words::push_hundredths(text, i64::from(points));
}

fn push_plural(text: &mut String, count: usize, (one, several): (&str, &str)) {
    words::push_number(text, count as u64);
    text.push(' ');
    text.push_str(if count == 1 { one } else { several });
}
