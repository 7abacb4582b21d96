//! Sealed parts: which facts have one, whose key it is under, and its plain bytes.

use domain::fact::{Entry, Fact, Raw};
use domain::{DeliveryId, HandoffId, QuarantineId};
use minicbor::decode::Error as DecodeError;

/// Whose key a fact's sealed part is under, as far as the fact itself says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Whose {
    /// The node that the entry's chain belongs to.
    Chain,
    /// The quarantine entry.
    Entry(QuarantineId),
    /// The node of the handoff.
    Handoff(HandoffId),
}

/// Whose the sealed part is; `None` for a fact that never has one.
#[expect(clippy::wildcard_enum_match_arm, reason = "most facts have no sealed part")]
pub(crate) fn whose(fact: &Fact) -> Option<Whose> {
    match fact {
        Fact::SignalArrived { .. } | Fact::CheckpointReached { .. } => Some(Whose::Chain),
        Fact::SignalQuarantined { entry, .. } | Fact::QuarantineRepaired { entry, .. } => {
            Some(Whose::Entry(*entry))
        }
        Fact::OutcomeRecorded { handoff, .. }
        | Fact::Debriefed { handoff, .. }
        | Fact::DeliveryQueued { handoff, .. } => Some(Whose::Handoff(*handoff)),
        _ => None,
    }
}

/// Writes the plain bytes of the sealed part, if the fact carries one.
#[expect(clippy::wildcard_enum_match_arm, reason = "most facts have no sealed part")]
pub(crate) fn plain(fact: &Fact, into: &mut Vec<u8>) -> bool {
    match fact {
        Fact::SignalArrived { content: Some(content), .. }
        | Fact::CheckpointReached { repaired: Some(content), .. } => encode(content, into),
        Fact::SignalQuarantined { raw: Some(raw), .. }
        | Fact::QuarantineRepaired { raw: Some(raw), .. } => encode(raw, into),
        Fact::OutcomeRecorded { note: Some(note), .. }
        | Fact::Debriefed { note: Some(note), .. }
        | Fact::DeliveryQueued { body: Some(note), .. } => encode(note, into),
        _ => false,
    }
}

/// Puts a sealed part back into its fact.
#[expect(clippy::wildcard_enum_match_arm, reason = "most facts have no sealed part")]
pub(crate) fn restore(fact: &mut Fact, plain: &[u8]) -> Result<(), DecodeError> {
    match fact {
        Fact::SignalArrived { content, .. } | Fact::CheckpointReached { repaired: content, .. } => {
            *content = Some(minicbor::decode(plain)?);
        }
        Fact::SignalQuarantined { raw, .. } | Fact::QuarantineRepaired { raw, .. } => {
            *raw = Some(minicbor::decode(plain)?);
        }
        Fact::OutcomeRecorded { note, .. } | Fact::Debriefed { note, .. } => {
            *note = Some(minicbor::decode(plain)?);
        }
        Fact::DeliveryQueued { body, .. } => *body = Some(minicbor::decode(plain)?),
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
        Fact::OutcomeRecorded { note, .. } | Fact::Debriefed { note, .. } => *note = None,
        Fact::DeliveryQueued { body, .. } => *body = None,
        _ => {}
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
        let (Fact::SignalQuarantined { entry, raw, .. } | Fact::QuarantineRepaired { entry, raw }) =
            fact
        else {
            return None;
        };
        if entry == wanted { raw.map(|raw| *raw) } else { None }
    })
}

/// The body of a delivery as this journal entry holds it.
pub(crate) fn body_of(entry: Entry, wanted: DeliveryId) -> Option<Vec<u8>> {
    entry.facts.into_iter().find_map(|fact| {
        let Fact::DeliveryQueued { delivery, body, .. } = fact else { return None };
        if delivery == wanted { body.map(|note| note.0) } else { None }
    })
}
