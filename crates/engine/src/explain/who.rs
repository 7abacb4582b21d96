//! Who did something, from the fact that says so.

use std::fmt;

use domain::fact::{By, Fact};
use domain::handoff::{Actor, State};
use domain::reason::Code;
use serde::Serialize;

use crate::as_of::Recorded;
use crate::names::Names;
use crate::stages::brief::words;

/// Who did something.
#[derive(Serialize, Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// `member`, `key`, `operator`, `source`, `former` or `behalf`; where the fact has nobody, the part that the
    /// turn was begun in: `person`, `operator` or `source`.
    pub kind: &'static str,
    /// Their id, where the fact has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What people call them.
    pub name: String,
}

impl Who {
    /// Who did what a fact says; none where it followed from the rules or from time.
    pub(super) fn of(recorded: &Recorded, names: &dyn Names) -> Option<Self> {
        match said_by(&recorded.fact) {
            Some(by) => Some(Self::named(by, names)),
            None if is_deed(&recorded.fact) => Self::unnamed(recorded.actor),
            None => None,
        }
    }

    fn named(by: &By, names: &dyn Names) -> Self {
        // Nothing that may reach somebody belongs into an explanation.
        let id = match by {
            By::Member(member) | By::Behalf { member, .. } => {
                Some(member.to_string()).filter(|id| !words::text_may_reach(id))
            }
            By::Key(_) | By::User(_) | By::Source(_) => Some(by.to_string()),
            By::Operator | By::Former(_) => None,
        };
        Self { kind: by.kind(), id, name: words::doer(by, names) }
    }

    fn unnamed(actor: Actor) -> Option<Self> {
        let name = match actor {
            Actor::Person => "somebody who is not named",
            Actor::Operator => "the operator of the machine",
            Actor::Source => "a source",
            Actor::Engine | Actor::Destination | Actor::Clock => return None,
        };
        Some(Self { kind: actor.as_str(), id: None, name: name.to_owned() })
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Who a fact says did it.
const fn said_by(fact: &Fact) -> Option<&By> {
    if let Fact::OwnerAssigned { by, .. }
    | Fact::HandoffMoved { by, .. }
    | Fact::Touched { by, .. }
    | Fact::OutcomeRecorded { by, .. }
    | Fact::DeedUndone { by, .. }
    | Fact::ClaimJudged { by, .. }
    | Fact::Debriefed { by, .. } = fact
    {
        by.as_ref()
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
    matches!(
        fact,
        Fact::Touched { .. }
            | Fact::OutcomeRecorded { .. }
            | Fact::Debriefed { .. }
            | Fact::ClaimJudged { .. }
            | Fact::DeedUndone { .. }
    )
}
