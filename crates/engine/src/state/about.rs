//! Which handoffs a fact speaks of. Each fact is named, so that a new one cannot be forgotten.

use domain::fact::Fact;
use domain::{DeliveryId, HandoffId, NodeId};

use super::account::Account;

/// What a fact is about, as far as handoffs go.
enum About<'a> {
    /// One handoff.
    Handoff(HandoffId),
    /// The handoff of a delivery.
    Delivery(DeliveryId),
    /// The handoffs over these nodes: whose they are changes.
    Nodes(&'a [NodeId]),
    /// No handoff of the account whose fact it is.
    Nothing,
}

/// The handoff that a fact of this account speaks of.
pub fn spoken_of(account: &Account, fact: &Fact) -> Option<HandoffId> {
    match about(fact) {
        About::Handoff(handoff) => Some(handoff),
        About::Delivery(delivery) => account.handoff_of(delivery).map(|handoff| handoff.id),
        About::Nodes(_) | About::Nothing => None,
    }
}

/// All handoffs of the account that a fact changes.
pub fn handoffs_spoken_of(account: &Account, fact: &Fact) -> Vec<HandoffId> {
    match about(fact) {
        About::Nodes(nodes) => {
            let over = account.handoffs.values().filter(|handoff| nodes.contains(&handoff.node));
            over.map(|handoff| handoff.id).collect()
        }
        About::Handoff(_) | About::Delivery(_) | About::Nothing => {
            spoken_of(account, fact).into_iter().collect()
        }
    }
}

fn about(fact: &Fact) -> About<'_> {
    match fact {
        Fact::HandoffProposed { handoff, .. }
        | Fact::OwnerWanted { handoff, .. }
        | Fact::OwnerAssigned { handoff, .. }
        | Fact::HandoffMoved { handoff, .. }
        | Fact::ClockStarted { handoff, .. }
        | Fact::ClockStopped { handoff, .. }
        | Fact::SlaWarned { handoff, .. }
        | Fact::SlaBreached { handoff, .. }
        | Fact::Escalated { handoff, .. }
        | Fact::Touched { handoff, .. }
        | Fact::OutcomeRecorded { handoff, .. }
        | Fact::Debriefed { handoff, .. }
        | Fact::BriefWritten { handoff, .. }
        | Fact::DeliveryQueued { handoff, .. } => About::Handoff(*handoff),
        Fact::DeliveryAttempted { delivery, .. } | Fact::DeliveryMoved { delivery, .. } => {
            About::Delivery(*delivery)
        }
        Fact::PeopleMerged { nodes, .. } | Fact::MergeUndone { nodes, .. } => About::Nodes(nodes),
        Fact::SignalArrived { .. }
        | Fact::SignalQuarantined { .. }
        | Fact::QuarantineRepaired { .. }
        | Fact::QuarantineReleased { .. }
        | Fact::QuarantineDiscarded { .. }
        | Fact::SubjectResolved { .. }
        | Fact::NodeJoined { .. }
        | Fact::NodeLeft { .. }
        | Fact::CheckpointReached { .. }
        | Fact::LeadScored { .. }
        | Fact::DecisionMade { .. }
        // Of the desk, the registry and governance.
        | Fact::TurnTaken { .. }
        | Fact::WorkEnded { .. }
        | Fact::MemberPaused { .. }
        | Fact::MemberResumed { .. }
        | Fact::CreditGiven { .. }
        | Fact::StrategyApplied { .. }
        | Fact::PersonErased { .. }
        | Fact::Unsealed { .. } => About::Nothing,
    }
}
