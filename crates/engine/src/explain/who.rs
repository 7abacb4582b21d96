//! Who did something, from the fact that says so.

use std::fmt;

use domain::fact::Fact;
use domain::handoff::{Actor, State};
use domain::reason::Code;
use serde::Serialize;

use crate::as_of::Recorded;
use crate::names::Names;
use crate::stages::brief::words;

/// The most characters of who somebody says that they are.
const ID_CHARS_MAX: usize = 60;

/// Who did something.
#[derive(Serialize, Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// In which part.
    pub kind: Actor,
    /// Their id, where the fact has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What people call them, where they are of the team.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Who {
    /// Who did what a fact says; none where it followed from the rules or from time.
    pub(super) fn of(recorded: &Recorded, names: &dyn Names) -> Option<Self> {
        let by = said_by(&recorded.fact);
        let somebody = matches!(recorded.actor, Actor::Person | Actor::Operator | Actor::Source);
        if by.is_none() && !(somebody && is_deed(&recorded.fact)) {
            return None;
        }
        let name = by.as_deref().and_then(|by| names.member(by)).map(str::to_owned);
        // Nothing that may reach somebody belongs into an explanation.
        let id = by.filter(|by| name.is_some() || !words::text_may_reach(by));
        let id = id.map(|by| words::plain(&by, ID_CHARS_MAX).into_owned());
        Some(Self { kind: recorded.actor, id, name })
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(known) = self.name.as_deref().or(self.id.as_deref()) {
            return f.write_str(known);
        }
        f.write_str(match self.kind {
            Actor::Person => "somebody who is not named",
            Actor::Operator => "the operator of the machine",
            Actor::Source => "a source",
            Actor::Engine => "the engine",
            Actor::Destination => "a destination",
            Actor::Clock => "the clock",
        })
    }
}

/// Who a fact says did it.
pub(super) fn said_by(fact: &Fact) -> Option<String> {
    if let Fact::OwnerAssigned { by, .. }
    | Fact::HandoffMoved { by, .. }
    | Fact::Touched { by, .. }
    | Fact::OutcomeRecorded { by, .. }
    | Fact::Debriefed { by, .. } = fact
    {
        by.as_ref().map(ToString::to_string)
    } else {
        None
    }
}

/// Whether a fact is somebody's deed, and not what follows from one.
pub(super) fn is_deed(fact: &Fact) -> bool {
    if let Fact::OwnerAssigned { routing, .. } = fact {
        return routing.reasons.iter().any(|reason| reason.code == Code::ManagerAsked);
    }
    if let Fact::HandoffMoved { state, .. } = fact {
        return matches!(state, State::Accepted | State::Rejected | State::Recycled);
    }
    matches!(fact, Fact::Touched { .. } | Fact::OutcomeRecorded { .. } | Fact::Debriefed { .. })
}
