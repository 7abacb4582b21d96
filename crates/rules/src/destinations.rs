//! Destinations: what leaves, when, in which order, and what takes it back.
//!
//! The names of destinations are those of `baton.toml`, which this crate does not know; each stands
//! here with its place, so that whoever knows both can tell.

mod manner;
mod read;

use std::collections::BTreeSet;

use domain::handoff::{MemberId, Occasion, State};
use jiff::civil::{DateTime, Time};
use notation::Spanned;

use crate::canonical::{Canonical, canonical};

pub use manner::PURPOSES;
pub use read::parse;

/// What `destinations.yaml` says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Destinations {
    /// The steps, in the order in which they are made.
    pub steps: Vec<Step>,
    /// How people are told at a destination, where anything is said of it.
    pub manners: Vec<Manner>,
}

/// How people are told at a destination.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Manner {
    /// The destination: a name of `baton.toml`.
    pub to: Spanned<String>,
    /// When nobody is to be disturbed there.
    pub quiet: Option<Quiet>,
    /// How often messages to one person leave together.
    pub digest: Option<Spanned<Digest>>,
    /// How many messages one person gets there.
    pub rate: Option<Spanned<Rate>>,
    /// What personal data is sent there for; as the owner reads it, without.
    pub purpose: Option<Spanned<String>>,
}

impl Manner {
    /// Whether messages to one person leave as one where several are due.
    pub const fn bundles(&self) -> bool {
        self.digest.is_some() || self.rate.is_some()
    }
}

/// Messages to one person are collected, and leave together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Digest {
    /// How long each collects, counted from midnight of whoever is told; at most a day.
    pub every: domain::Span,
}

/// So many messages to one person in so long a time at most.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rate {
    /// How many.
    pub messages_max: u16,
    /// In how long a time.
    pub within: domain::Span,
}

/// Hours of each day in which nobody is to be disturbed, in the zone of whoever is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Quiet {
    /// When they begin.
    pub from: Time,
    /// When they end; on the next day where that is not later.
    pub until: Time,
}

impl Quiet {
    /// When the quiet hours end that a time lies in; none where it lies in none.
    pub fn end(self, wall: DateTime) -> Option<DateTime> {
        let (time, date) = (wall.time(), wall.date());
        if self.from < self.until {
            let within = self.from <= time && time < self.until;
            return within.then(|| date.to_datetime(self.until));
        }
        if time < self.until {
            return Some(date.to_datetime(self.until));
        }
        let tomorrow = (time >= self.from).then(|| date.tomorrow().ok()).flatten()?;
        Some(tomorrow.to_datetime(self.until))
    }
}

/// One effect on one outside system.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// Its name, as the receiver sees it.
    pub step: Spanned<String>,
    /// Where to: a name of `baton.toml`.
    pub to: Spanned<String>,
    /// In which state of the handoff, or at which occasion.
    pub when: Spanned<Trigger>,
    /// Who is told; none where the step serves a system.
    pub tell: Option<Spanned<Tell>>,
    /// Whether whoever delays or mutes messages is to let this one through. It is passed on in the body.
    pub must: bool,
    /// What is sent besides what a message says. A step that tells somebody may send nothing more.
    pub send: Vec<Part>,
    /// What is sent to take it back; nothing can take it back without.
    pub undo: Option<Spanned<String>>,
}

/// What a step waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trigger {
    /// The handoff comes into this state.
    State(State),
    /// Something else that people are told of.
    Occasion(Occasion),
}

/// Whom a step tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Tell {
    /// Who has the handoff; for a queue, who answers for it.
    Owner,
    /// The manager of whoever has it.
    Manager,
    /// Who had it before.
    PreviousOwner,
    /// Who answers for the queue that has it, else for the queue of what found nobody.
    QueueOwner,
    /// This member of the team.
    Member(MemberId),
    /// A channel (`#sales`) or an address that no one person has (`revops@acme.example`).
    Channel(String),
}

/// A part of what a step sends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// The handoff as the API has it.
    Handoff,
    /// The brief.
    Brief,
}

impl Destinations {
    /// Every destination that is named, with its place.
    pub fn names(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.steps.iter().map(|step| &step.to)
    }

    /// How people are told at a destination, where anything is said of it.
    pub fn manner_at(&self, destination: &str) -> Option<&Manner> {
        self.manners.iter().find(|manner| manner.to.value == destination)
    }

    /// Whether a step waits for an occasion.
    pub fn hears(&self, occasion: Occasion) -> bool {
        self.steps.iter().any(|step| step.when.value == Trigger::Occasion(occasion))
    }

    /// Whether any step waits for an occasion.
    pub fn hears_any(&self) -> bool {
        self.steps.iter().any(|step| matches!(step.when.value, Trigger::Occasion(_)))
    }

    /// The names that nobody has configured, each once, in their order.
    pub fn missing(&self, is_configured: impl Fn(&str) -> bool) -> BTreeSet<&str> {
        let names = self.names().map(|name| name.value.as_str());
        names.filter(|name| !is_configured(name)).collect()
    }
}

impl Step {
    /// Whether it sends the handoff.
    pub fn sends_handoff(&self) -> bool {
        self.send.contains(&Part::Handoff)
    }

    /// Whether people read what it sends: it tells somebody, or sends a brief without its handoff. A system
    /// has claims and the handoff.
    pub fn is_for_people(&self) -> bool {
        self.tell.is_some() || (self.sends_brief() && !self.sends_handoff())
    }

    /// Whether it sends the brief.
    pub fn sends_brief(&self) -> bool {
        self.send.contains(&Part::Brief)
    }
}

impl Canonical for Destinations {
    fn canonical(&self, out: &mut Vec<u8>) {
        self.steps.canonical(out);
        // What a strategy does not have changes nothing of what it means.
        if !self.manners.is_empty() {
            self.manners.canonical(out);
        }
    }
}

impl Canonical for Manner {
    fn canonical(&self, out: &mut Vec<u8>) {
        self.to.canonical(out);
        self.quiet.canonical(out);
        // What came later is written where it is said, so that what does not say it is the same.
        if let Some(digest) = &self.digest {
            (1_u8, digest.value.every.0).canonical(out);
        }
        if let Some(Rate { messages_max, within }) = self.rate.as_ref().map(|rate| rate.value) {
            (2_u8, (u64::from(messages_max), within.0)).canonical(out);
        }
        if let Some(purpose) = &self.purpose {
            (3_u8, purpose.value.clone()).canonical(out);
        }
    }
}

impl Canonical for Quiet {
    fn canonical(&self, out: &mut Vec<u8>) {
        for time in [self.from, self.until] {
            (i64::from(time.hour()) * 60 + i64::from(time.minute())).canonical(out);
        }
    }
}
canonical!(Step { step, to, when, tell, must, send, undo });

impl Canonical for Trigger {
    fn canonical(&self, out: &mut Vec<u8>) {
        match self {
            Self::State(state) => (0_u8, state.as_str().to_owned()).canonical(out),
            Self::Occasion(occasion) => (1_u8, occasion.as_str().to_owned()).canonical(out),
        }
    }
}

impl Canonical for Tell {
    fn canonical(&self, out: &mut Vec<u8>) {
        match self {
            Self::Owner => 0_u8.canonical(out),
            Self::Manager => 1_u8.canonical(out),
            Self::PreviousOwner => 2_u8.canonical(out),
            Self::QueueOwner => 3_u8.canonical(out),
            Self::Member(member) => (4_u8, member.0.to_string()).canonical(out),
            Self::Channel(channel) => (5_u8, channel.clone()).canonical(out),
        }
    }
}

impl Canonical for Part {
    fn canonical(&self, out: &mut Vec<u8>) {
        matches!(self, Self::Brief).canonical(out);
    }
}
