//! What is asked of a fact of any kind: its name, what it is about, what it seals.

use super::about::{About, EntryChange, Sealed};
use super::kinds::Fact;
use super::parts::{BodyMac, Verdict};
use crate::id::QuarantineId;

impl Fact {
    /// The fact as it is written: without the body of a delivery, with what is kept of it.
    #[must_use]
    pub fn with_mac(&self, mac: Option<BodyMac>) -> Self {
        let Self::DeliveryQueued {
            delivery,
            handoff,
            step,
            destination,
            undoes,
            undo,
            notice,
            not_before,
            ..
        } = self
        else {
            return self.clone();
        };
        Self::DeliveryQueued {
            delivery: *delivery,
            handoff: *handoff,
            step: *step,
            destination: destination.clone(),
            undoes: *undoes,
            body: None,
            undo: undo.clone(),
            mac,
            notice: notice.clone(),
            not_before: *not_before,
        }
    }

    /// The kind of fact in kebab-case, as exports and pages name it.
    pub fn kind(&self) -> &'static str {
        self.described().0
    }

    /// What it is about.
    pub fn about(&self) -> About<'_> {
        self.described().1
    }

    /// What becomes of a quarantine entry that is there already, where the fact says so.
    pub fn of_entry(&self) -> Option<(QuarantineId, EntryChange<'_>)> {
        let About::Entry(entry, change) = self.about() else { return None };
        Some((entry, change?))
    }

    /// What is sealed with it.
    pub fn sealed(&self) -> Sealed<'_> {
        self.described().2
    }

    /// The one place that says of each kind what it is called, what it is about and what is sealed
    /// with it.
    fn described(&self) -> (&'static str, About<'_>, Sealed<'_>) {
        let nothing = Sealed::Nothing;
        match self {
            Self::SignalArrived { signal, content, .. } => {
                ("signal-arrived", About::Signal(*signal), Sealed::Content(content.as_deref()))
            }
            Self::SignalQuarantined { entry, raw, .. } => {
                ("signal-quarantined", About::Entry(*entry, None), Sealed::Raw(raw.as_deref()))
            }
            Self::QuarantineRepaired { entry, cause, field, raw } => {
                let held = |cause| EntryChange::StillHeld(cause, field.as_deref());
                let change = cause.map_or(EntryChange::Repaired, held);
                let about = About::Entry(*entry, Some(change));
                ("quarantine-repaired", about, Sealed::Raw(raw.as_deref()))
            }
            Self::QuarantineReleased { entry, signal } => (
                "quarantine-released",
                About::Entry(*entry, Some(EntryChange::Released(*signal))),
                nothing,
            ),
            Self::QuarantineDiscarded { entry } => (
                "quarantine-discarded",
                About::Entry(*entry, Some(EntryChange::Discarded)),
                nothing,
            ),
            Self::SignalsWitnessed { first, .. } => {
                ("signals-witnessed", About::Import(*first), nothing)
            }
            Self::ImportRecorded { import, names, .. } => (
                "import-recorded",
                About::Import(*import),
                Sealed::Words("names", names.as_deref()),
            ),
            Self::SubjectResolved { signal, .. } => {
                ("subject-resolved", About::Signal(*signal), nothing)
            }
            Self::NodeJoined { node, .. } => ("node-joined", About::Node(*node), nothing),
            Self::NodeLeft { node, .. } => ("node-left", About::Node(*node), nothing),
            Self::PeopleMerged { winner, nodes, .. } => {
                ("people-merged", About::Merge(*winner, nodes), nothing)
            }
            Self::MergeUndone { winner, nodes, .. } => {
                ("merge-undone", About::Merge(*winner, nodes), nothing)
            }
            Self::CheckpointReached { signal, verdict, repaired, .. } => {
                let content = Sealed::Content(repaired.as_deref());
                let is_repaired = *verdict == Verdict::Repaired || repaired.is_some();
                let sealed = if is_repaired { content } else { nothing };
                ("checkpoint-reached", About::Signal(*signal), sealed)
            }
            Self::LeadScored { signal, .. } => ("lead-scored", About::Signal(*signal), nothing),
            Self::DecisionMade { signal, .. } => ("decision-made", About::Signal(*signal), nothing),
            Self::HandoffProposed { handoff, .. } => {
                ("handoff-proposed", About::Handoff(*handoff), nothing)
            }
            Self::OwnerWanted { handoff, .. } => {
                ("owner-wanted", About::Handoff(*handoff), nothing)
            }
            Self::OwnerAssigned { handoff, .. } => {
                ("owner-assigned", About::Handoff(*handoff), nothing)
            }
            Self::HandoffMoved { handoff, .. } => {
                ("handoff-moved", About::Handoff(*handoff), nothing)
            }
            Self::ClockStarted { handoff, .. } => {
                ("clock-started", About::Handoff(*handoff), nothing)
            }
            Self::ClockStopped { handoff, .. } => {
                ("clock-stopped", About::Handoff(*handoff), nothing)
            }
            Self::SlaWarned { handoff, .. } => ("sla-warned", About::Handoff(*handoff), nothing),
            Self::SlaBreached { handoff, .. } => {
                ("sla-breached", About::Handoff(*handoff), nothing)
            }
            Self::Escalated { handoff, .. } => ("escalated", About::Handoff(*handoff), nothing),
            Self::Touched { handoff, .. } => ("touched", About::Handoff(*handoff), nothing),
            Self::OutcomeRecorded { handoff, note, .. } => (
                "outcome-recorded",
                About::Handoff(*handoff),
                Sealed::Words("note", note.as_deref()),
            ),
            Self::Debriefed { handoff, note, .. } => {
                ("debriefed", About::Handoff(*handoff), Sealed::Words("note", note.as_deref()))
            }
            Self::BriefWritten { handoff, renderer, says, .. } => {
                // Without a renderer its claims were never kept.
                let kept = |_| Sealed::Claims(says.as_deref());
                ("brief-written", About::Handoff(*handoff), renderer.map_or(nothing, kept))
            }
            Self::DeliveryQueued { delivery, handoff, body, .. } => {
                // In form 1 the body was sealed with its fact; now it is a row beside the journal.
                let of_form_1 = |body| Sealed::Words("body", Some(body));
                let sealed = body.as_deref().map_or(nothing, of_form_1);
                ("delivery-queued", About::Delivery(*delivery, Some(*handoff)), sealed)
            }
            Self::DeliveryAttempted { delivery, .. } => {
                ("delivery-attempted", About::Delivery(*delivery, None), nothing)
            }
            Self::DeliveryMoved { delivery, .. } => {
                ("delivery-moved", About::Delivery(*delivery, None), nothing)
            }
            Self::TurnTaken { handoff, .. } => ("turn-taken", About::Work(*handoff), nothing),
            Self::LineJoined { handoff, .. } => ("line-joined", About::Work(*handoff), nothing),
            Self::LineLeft { handoff, .. } => ("line-left", About::Work(*handoff), nothing),
            Self::WorkEnded { handoff, .. } => ("work-ended", About::Work(*handoff), nothing),
            Self::MemberPaused { member, .. } => ("member-paused", About::Member(member), nothing),
            Self::MemberResumed { member, .. } => {
                ("member-resumed", About::Member(member), nothing)
            }
            Self::CreditGiven { member, .. } => ("credit-given", About::Member(member), nothing),
            Self::StrategyApplied { version, .. } => {
                ("strategy-applied", About::Strategy(*version), nothing)
            }
            Self::PersonErased { person, .. } => ("person-erased", About::Person(*person), nothing),
            Self::Unsealed { reason, .. } => {
                ("unsealed", About::Reading, Sealed::Words("reason", reason.as_deref()))
            }
            Self::UserGranted { user, .. } => ("user-granted", About::User(*user), nothing),
            Self::UserRevoked { user, .. } => ("user-revoked", About::User(*user), nothing),
        }
    }
}
