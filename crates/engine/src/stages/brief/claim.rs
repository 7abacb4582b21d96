//! What a brief is made of: claims, each bound to its evidence, and what nobody knows.

use std::borrow::Cow;
use std::fmt;

use domain::signal::SourceName;
use domain::{AccountId, HandoffId, Moment, SignalId};
use smallvec::SmallVec;

use super::remarks::{ClaimRemark, Remark};
use super::section::{About, Section};
use super::sentence::Sentence;
use super::sightings::Sightings;
use crate::state::Touchpoint;

/// What the new owner reads.
#[derive(Clone, Debug)]
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
    /// How often the people there were seen, and what they did more than once.
    pub(crate) sightings: Sightings,
    /// What people said of the handoff in words before, the oldest first.
    pub remarks: Vec<Remark>,
    /// Which brief of the handoff it is, as whoever reads it names it; none for one that is being sent.
    pub number: Option<u32>,
    /// What readers say of its claims, the oldest first.
    pub feedback: Vec<ClaimRemark>,
}

/// One sentence, and what it rests on.
#[derive(Clone, Debug)]
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
    /// Whether nobody vouches for what it says.
    pub claimed: bool,
    /// What it says, as a value.
    pub(crate) sentence: Sentence<'a>,
    /// Which claim of its brief it is, from 1, as whoever reads it names it. It stays when another one is gone.
    pub ordinal: u16,
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

/// What nobody knows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unknown<'a> {
    /// Where it would stand.
    pub section: Section,
    /// What is not known.
    pub text: Cow<'a, str>,
    /// The same as a part of a sentence, where it can be asked.
    pub(crate) gap: Option<&'static str>,
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
