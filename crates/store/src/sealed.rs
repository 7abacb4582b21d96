//! Sealed parts: which facts have one, whose key it is under, and its plain bytes.

use domain::fact::{Entry, Fact, Note, Raw, Sealed};
use domain::handoff::DeliveryState;
use domain::{DeliveryId, HandoffId, Moment, QuarantineId, Span};
use minicbor::decode::Error as DecodeError;

/// Whose key a fact's sealed part is under, as far as the fact itself says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SealOwner {
    /// The node that the entry's chain belongs to; for governance the organisation.
    Chain,
    /// The quarantine entry.
    Entry(QuarantineId),
    /// The node of the handoff.
    Handoff(HandoffId),
}

/// Whose the sealed part is; `None` for a fact that never has one.
#[expect(clippy::wildcard_enum_match_arm, reason = "most facts have no sealed part")]
pub(crate) fn seal_owner(fact: &Fact) -> Option<SealOwner> {
    match fact {
        Fact::SignalArrived { .. }
        | Fact::CheckpointReached { .. }
        | Fact::Unsealed { .. }
        | Fact::ImportRecorded { .. } => Some(SealOwner::Chain),
        Fact::SignalQuarantined { entry, .. } | Fact::QuarantineRepaired { entry, .. } => {
            Some(SealOwner::Entry(*entry))
        }
        Fact::OutcomeRecorded { handoff, .. }
        | Fact::Debriefed { handoff, .. }
        | Fact::ClaimJudged { handoff, .. }
        | Fact::BriefWritten { handoff, .. } => Some(SealOwner::Handoff(*handoff)),
        _ => None,
    }
}

/// Writes the plain bytes of the sealed part, if the fact carries one. It is asked of facts that have
/// a [`seal_owner`]: a body is none of theirs.
pub(crate) fn plain(fact: &Fact, into: &mut Vec<u8>) -> bool {
    match fact.sealed() {
        Sealed::Content(Some(content)) => encode(content, into),
        Sealed::Raw(Some(raw)) => encode(raw, into),
        Sealed::Words(_, Some(note)) => encode(note, into),
        Sealed::Claims(Some(claims)) => encode(claims, into),
        Sealed::Nothing
        | Sealed::Content(None)
        | Sealed::Raw(None)
        | Sealed::Words(_, None)
        | Sealed::Claims(None) => false,
    }
}

/// Puts a sealed part back into its fact. In form 1 the body of a delivery was one.
#[expect(clippy::wildcard_enum_match_arm, reason = "most facts have no sealed part")]
pub(crate) fn restore(fact: &mut Fact, plain: &[u8]) -> Result<(), DecodeError> {
    match fact {
        Fact::SignalArrived { content, .. } | Fact::CheckpointReached { repaired: content, .. } => {
            *content = Some(minicbor::decode(plain)?);
        }
        Fact::SignalQuarantined { raw, .. } | Fact::QuarantineRepaired { raw, .. } => {
            *raw = Some(minicbor::decode(plain)?);
        }
        Fact::OutcomeRecorded { note, .. }
        | Fact::Debriefed { note, .. }
        | Fact::ClaimJudged { note, .. } => {
            *note = Some(minicbor::decode(plain)?);
        }
        Fact::DeliveryQueued { body: note, .. }
        | Fact::Unsealed { reason: note, .. }
        | Fact::ImportRecorded { names: note, .. } => {
            *note = Some(minicbor::decode(plain)?);
        }
        Fact::BriefWritten { says, .. } => *says = Some(minicbor::decode(plain)?),
        _ => return Err(DecodeError::message("this fact has no sealed part")),
    }
    Ok(())
}

/// Takes the sealed part out of a fact.
#[expect(clippy::wildcard_enum_match_arm, reason = "most facts have no sealed part")]
pub(crate) fn strip(fact: &mut Fact) {
    match fact {
        Fact::SignalArrived { content, .. } | Fact::CheckpointReached { repaired: content, .. } => {
            *content = None;
        }
        Fact::SignalQuarantined { raw, .. } | Fact::QuarantineRepaired { raw, .. } => *raw = None,
        Fact::OutcomeRecorded { note, .. }
        | Fact::Debriefed { note, .. }
        | Fact::ClaimJudged { note, .. } => *note = None,
        Fact::DeliveryQueued { body: note, .. }
        | Fact::Unsealed { reason: note, .. }
        | Fact::ImportRecorded { names: note, .. } => {
            *note = None;
        }
        Fact::BriefWritten { says, .. } => *says = None,
        _ => {}
    }
}

/// The delivery that a fact queues, with its body and whose it is.
pub(crate) fn queued(fact: &Fact) -> Option<(DeliveryId, HandoffId, &Note)> {
    let Fact::DeliveryQueued { delivery, handoff, body: Some(body), .. } = fact else {
        return None;
    };
    Some((*delivery, *handoff, body))
}

/// How long the body of a delivery that failed is kept.
pub(crate) const FAILED_BODY_KEPT: Span = Span::days(30);

/// What becomes of a body when its delivery moves.
pub(crate) enum BodyFate {
    /// The delivery is open, or there is no body any more.
    Stays,
    /// It is not needed again.
    Dropped,
    /// A person may want it until then.
    KeptUntil(Moment),
}

/// What becomes of the body of a delivery that is in this state since `moment`.
pub(crate) fn fate(state: DeliveryState, moment: Moment) -> BodyFate {
    match state {
        DeliveryState::Queued | DeliveryState::Attempting => BodyFate::Stays,
        DeliveryState::Delivered | DeliveryState::Compensated | DeliveryState::Withdrawn => {
            BodyFate::Dropped
        }
        DeliveryState::Failed => BodyFate::KeptUntil(moment + FAILED_BODY_KEPT),
    }
}

/// The node of a handoff that is proposed in the entry itself.
pub(crate) fn proposed_in(entry: &Entry, wanted: HandoffId) -> Option<domain::NodeId> {
    entry.facts.iter().find_map(|fact| {
        let Fact::HandoffProposed { handoff, node, .. } = fact else { return None };
        (*handoff == wanted).then_some(*node)
    })
}

/// CBOR into memory cannot fail.
pub(crate) fn encode<T: minicbor::Encode<()>>(value: &T, into: &mut Vec<u8>) -> bool {
    minicbor::encode(value, into).expect("a vector takes all that is written");
    true
}

/// The raw bytes of a quarantine entry as this journal entry holds them.
pub(crate) fn raw_of(entry: Entry, wanted: QuarantineId) -> Option<Raw> {
    entry.facts.into_iter().find_map(|fact| {
        let (Fact::SignalQuarantined { entry, raw, .. }
        | Fact::QuarantineRepaired { entry, raw, .. }) = fact
        else {
            return None;
        };
        if entry == wanted { raw.map(|raw| *raw) } else { None }
    })
}

/// Where the fact that queued a delivery says that its body is.
pub(crate) enum BodyPlace {
    /// In the fact itself, as form 1 had it.
    InFact(Vec<u8>),
    /// Apart, sealed to the node of this handoff.
    Apart(HandoffId),
    /// Nowhere: nobody could seal it, or it was erased.
    Nowhere,
}

/// Where the body of a delivery is.
pub(crate) fn body_place(entry: Entry, wanted: DeliveryId) -> BodyPlace {
    let found = entry.facts.into_iter().find_map(|fact| {
        let Fact::DeliveryQueued { delivery, handoff, body, mac, .. } = fact else { return None };
        (delivery == wanted).then_some(match (body, mac) {
            (Some(body), _) => BodyPlace::InFact(body.bytes),
            (None, Some(_)) => BodyPlace::Apart(handoff),
            (None, None) => BodyPlace::Nowhere,
        })
    });
    found.unwrap_or(BodyPlace::Nowhere)
}
