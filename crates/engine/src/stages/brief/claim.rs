//! What a brief is made of: claims, each bound to its evidence, and what nobody knows.

use std::borrow::Cow;
use std::fmt;

use domain::signal::SourceName;
use domain::{AccountId, HandoffId, Moment, SignalId};
use smallvec::SmallVec;

use crate::state::Touchpoint;

/// What the new owner reads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Brief<'a> {
    /// Of which handoff.
    pub handoff: HandoffId,
    /// Whose account.
    pub account: AccountId,
    /// What was known then is what it says.
    pub as_of: Moment,
    /// What is said, in the order of the sections.
    pub claims: Vec<Claim<'a>>,
    /// What nobody knows, and the owner should ask.
    pub unknown: Vec<Unknown<'a>>,
    /// What to do next, as the playbook says.
    pub steps: Vec<Step<'a>>,
    /// What to send, as the playbook says.
    pub assets: Vec<Asset<'a>>,
}

/// One sentence, and what it rests on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claim<'a> {
    /// Where it stands.
    pub section: Section,
    /// What it says. Counts and totals stand in `figure`, so that it reads the same with one
    /// signal less.
    pub text: String,
    /// The count or total that belongs to it.
    pub figure: Option<String>,
    /// What it rests on; never empty.
    pub evidence: SmallVec<[Evidence<'a>; 1]>,
    /// Whether it names or quotes somebody.
    pub personal: bool,
}

/// A signal that a claim rests on, and which part of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Evidence<'a> {
    /// The signal, as the context keeps it.
    pub touch: &'a Touchpoint,
    /// The configured source, as it was called when the claim was made.
    pub source: &'a SourceName,
    /// The part of the signal.
    pub field: Place<'a>,
}

/// A part of a signal: `person.title`, `account.industry`, `path`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place<'a> {
    /// What the field is about.
    pub about: About,
    /// Its name.
    pub name: &'a str,
}

impl Place<'_> {
    /// What happened: most claims rest on that part of their signals.
    pub const KIND: Self = Self { about: About::Signal, name: "kind" };
}

/// What a field of a signal is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum About {
    /// The signal itself.
    Signal,
    /// The person.
    Person,
    /// The account.
    Account,
    /// What somebody agreed to.
    Consent,
}

/// What nobody knows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unknown<'a> {
    /// Where it would stand.
    pub section: Section,
    /// What is not known.
    pub text: Cow<'a, str>,
}

/// What to do next.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Step<'a> {
    /// The step in words.
    pub text: Cow<'a, str>,
    /// When, as the playbook says.
    pub when: Option<Cow<'a, str>>,
    /// The signals that made the playbook fit.
    pub evidence: Vec<SignalId>,
}

/// What to send.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Asset<'a> {
    /// Its name.
    pub name: Cow<'a, str>,
    /// The signals that made the playbook fit.
    pub evidence: Vec<SignalId>,
}

/// The parts of a brief, in the order that they are read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Section {
    /// What happened that made this a handoff.
    WhyNow,
    /// Who it is.
    Who,
    /// Where they work.
    Account,
    /// Who else is there.
    Committee,
    /// What hurts.
    Pain,
    /// What they want to come to.
    Outcome,
    /// What they decide by.
    Criteria,
    /// Until when.
    Timing,
    /// What happened, newest first.
    Timeline,
    /// What the score is made of.
    Score,
    /// What to do next.
    NextSteps,
    /// What to send.
    Assets,
    /// Why it went to this owner.
    Owner,
    /// Until when the owner must act.
    Sla,
}

impl Section {
    /// All of them, in order.
    pub const ALL: [Self; 14] = [
        Self::WhyNow,
        Self::Who,
        Self::Account,
        Self::Committee,
        Self::Pain,
        Self::Outcome,
        Self::Criteria,
        Self::Timing,
        Self::Timeline,
        Self::Score,
        Self::NextSteps,
        Self::Assets,
        Self::Owner,
        Self::Sla,
    ];

    /// The number in the stored form. It never changes its meaning.
    pub(super) const fn number(self) -> i64 {
        match self {
            Self::WhyNow => 0,
            Self::Who => 1,
            Self::Account => 2,
            Self::Committee => 3,
            Self::Pain => 4,
            Self::Outcome => 5,
            Self::Criteria => 6,
            Self::Timing => 7,
            Self::Timeline => 8,
            Self::Score => 9,
            Self::NextSteps => 10,
            Self::Assets => 11,
            Self::Owner => 12,
            Self::Sla => 13,
        }
    }

    /// Reads a number of the stored form.
    pub(super) fn numbered(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.number() == number)
    }

    /// The word in JSON and in `brief.yaml`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WhyNow => "why-now",
            Self::Who => "who",
            Self::Account => "account",
            Self::Committee => "committee",
            Self::Pain => "pain",
            Self::Outcome => "outcome",
            Self::Criteria => "criteria",
            Self::Timing => "timing",
            Self::Timeline => "timeline",
            Self::Score => "score",
            Self::NextSteps => "next-steps",
            Self::Assets => "assets",
            Self::Owner => "owner",
            Self::Sla => "sla",
        }
    }

    /// The heading that people read.
    pub const fn title(self) -> &'static str {
        match self {
            Self::WhyNow => "Why now",
            Self::Who => "Who",
            Self::Account => "Account",
            Self::Committee => "Committee",
            Self::Pain => "Pain",
            Self::Outcome => "Outcome sought",
            Self::Criteria => "Criteria",
            Self::Timing => "Timing",
            Self::Timeline => "Timeline",
            Self::Score => "Score",
            Self::NextSteps => "Next steps",
            Self::Assets => "Assets",
            Self::Owner => "Why this owner",
            Self::Sla => "SLA",
        }
    }

    /// Reads the word; what people write with spaces has hyphens here.
    pub fn named(word: &str) -> Option<Self> {
        let hyphened = |byte: u8| if matches!(byte, b' ' | b'_') { b'-' } else { byte };
        let is_meant = |known: &Self| known.as_str().bytes().eq(word.bytes().map(hyphened));
        Self::ALL.into_iter().find(is_meant)
    }
}

impl<'a> Brief<'a> {
    /// What a section says.
    pub fn section(&self, section: Section) -> impl Iterator<Item = &Claim<'a>> {
        self.claims.iter().filter(move |claim| claim.section == section)
    }
}

/// What stands in place of personal data.
pub const REDACTED: &str = "redacted";

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.about {
            About::Signal => f.write_str(self.name),
            About::Person => write!(f, "person.{}", self.name),
            About::Account => write!(f, "account.{}", self.name),
            About::Consent => write!(f, "consent.{}", self.name),
        }
    }
}

impl serde::Serialize for Place<'_> {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl serde::Serialize for Section {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}
