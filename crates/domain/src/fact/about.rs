//! What a fact is about, and what is sealed with it.

use super::claims::Claims;
use super::header::StrategyVersion;
use super::parts::{Note, Raw};
use crate::handoff::MemberId;
use crate::id::{
    DeliveryId, HandoffId, ImportId, NodeId, PersonId, QuarantineId, SignalId, UserId,
};
use crate::reason::Code;
use crate::signal::Content;

/// What becomes of a quarantine entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EntryChange<'a> {
    /// A person put it right.
    Repaired,
    /// A person put something right, and it is held all the same: for this cause, about this field.
    StillHeld(Code, Option<&'a str>),
    /// It was let in as this signal.
    Released(SignalId),
    /// It was thrown away.
    Discarded,
}

/// What a fact is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum About<'a> {
    /// A signal, on its way to a decision.
    Signal(SignalId),
    /// A quarantine entry, and what becomes of it; nothing yet where it has just come.
    Entry(QuarantineId, Option<EntryChange<'a>>),
    /// A node that comes to an account or leaves it.
    Node(NodeId),
    /// Who stays or stayed, and the nodes whose person changes.
    Merge(PersonId, &'a [NodeId]),
    /// A handoff.
    Handoff(HandoffId),
    /// A delivery, and its handoff where the fact names it.
    Delivery(DeliveryId, Option<HandoffId>),
    /// A handoff's place in somebody's hands, as the desk counts it.
    Work(HandoffId),
    /// A member of the team.
    Member(&'a MemberId),
    /// A strategy.
    Strategy(StrategyVersion),
    /// A person who was erased.
    Person(PersonId),
    /// That somebody read.
    Reading,
    /// An import.
    Import(ImportId),
    /// Somebody who signs in.
    User(UserId),
}

impl About<'_> {
    /// The handoff that it is about; for a delivery whose fact does not name it, the one that `of`
    /// knows.
    pub fn handoff(self, of: impl FnOnce(DeliveryId) -> Option<HandoffId>) -> Option<HandoffId> {
        match self {
            Self::Handoff(handoff) | Self::Delivery(_, Some(handoff)) => Some(handoff),
            Self::Delivery(delivery, None) => of(delivery),
            Self::Signal(_)
            | Self::Entry(..)
            | Self::Node(_)
            | Self::Merge(..)
            | Self::Work(_)
            | Self::Member(_)
            | Self::Strategy(_)
            | Self::Person(_)
            | Self::Reading
            | Self::Import(_)
            | Self::User(_) => None,
        }
    }
}

/// What is sealed with a fact.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sealed<'a> {
    /// Facts of this kind have nothing sealed.
    Nothing,
    /// What a signal says; none after an erasure.
    Content(Option<&'a Content>),
    /// What a quarantine entry is made of; none after an erasure.
    Raw(Option<&'a Raw>),
    /// Words of a person, with the name of their field; none where there were none, or after an
    /// erasure.
    Words(&'static str, Option<&'a Note>),
    /// What a brief says; none after an erasure.
    Claims(Option<&'a Claims>),
}

impl Sealed<'_> {
    /// Whether something is sealed with the fact, and was read.
    pub const fn is_there(&self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Content(content) => content.is_some(),
            Self::Raw(raw) => raw.is_some(),
            Self::Words(_, words) => words.is_some(),
            Self::Claims(claims) => claims.is_some(),
        }
    }
}
