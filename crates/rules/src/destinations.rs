//! Destinations: what leaves, when, in which order, and what takes it back.
//!
//! The names of destinations are those of `baton.toml`, which this crate does not know; each stands
//! here with its place, so that whoever knows both can tell.

mod read;

use std::collections::BTreeSet;

use domain::handoff::{MemberId, Occasion, State};
use notation::Spanned;

use crate::canonical::{Canonical, canonical};

pub use read::parse;

/// What `destinations.yaml` says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Destinations {
    /// The steps, in the order in which they are made.
    pub steps: Vec<Step>,
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

    /// Whether it sends the brief.
    pub fn sends_brief(&self) -> bool {
        self.send.contains(&Part::Brief)
    }
}

canonical!(Destinations { steps });
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
