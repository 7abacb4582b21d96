//! The body of a delivery made again, from the claims of its brief, the handoff as it stood, and its
//! step.

use domain::fact::BodyMac;
use rules::strategy::Strategy;

use super::undo_of;
use crate::VERSION;
use crate::as_of::QueuedDelivery;
use crate::names::Versions;
use crate::stages::brief::{self, Draft};
use crate::view::{self, RENDERER};

/// What came of making a body again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Again {
    /// These bytes.
    Made(Vec<u8>),
    /// Something that it told was erased since.
    Erased,
    /// It cannot be made: its claims were not kept, or its strategy is not at hand.
    NotKept,
}

/// What the bytes that were made again say of those that were sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BodyVerdict {
    /// They are the same.
    Same,
    /// They are others, and so is the version of the program that made those.
    LaterVersion,
    /// Something that was told was erased since.
    Erased,
    /// Nothing is kept that could be compared: it is of form 1, or was queued for somebody erased.
    NotKept,
    /// Its claims or its key are there and do not open.
    Damaged,
    /// They are others though the same version made them: what is kept was changed.
    Different,
}

impl BodyVerdict {
    /// All of them, the worst last.
    pub const ALL: [Self; 6] = [
        Self::Same,
        Self::LaterVersion,
        Self::Erased,
        Self::NotKept,
        Self::Damaged,
        Self::Different,
    ];

    /// The word in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::LaterVersion => "later-version",
            Self::Erased => "erased",
            Self::NotKept => "not-kept",
            Self::Damaged => "damaged",
            Self::Different => "different",
        }
    }

    /// What it says, for people.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Same => "in the same bytes",
            Self::LaterVersion => "rendered by a later version",
            Self::Erased => "erased",
            Self::NotKept => "not kept",
            Self::Damaged => "that do not open",
            Self::Different => "in other bytes",
        }
    }
}

/// Makes the body of a delivery again.
pub fn body_again(queued: &QueuedDelivery, versions: &dyn Versions) -> Again {
    let Some(strategy) = versions.version(queued.strategy) else { return Again::NotKept };
    match queued.undoes {
        Some(_) => undo_again(queued, strategy).map_or(Again::NotKept, Again::Made),
        None => sent_again(queued, strategy),
    }
}

/// Judges bytes that were made again by what is kept of those that were sent; `mac` is theirs, none
/// where the key is gone.
pub fn judged(queued: &QueuedDelivery, mac: Option<BodyMac>) -> BodyVerdict {
    let Some(kept) = queued.mac else { return BodyVerdict::NotKept };
    let older =
        queued.renderer.is_some_and(|version| version < RENDERER) || queued.engine != Some(VERSION);
    match mac {
        None => BodyVerdict::Erased,
        Some(mac) if mac == kept => BodyVerdict::Same,
        Some(_) if older => BodyVerdict::LaterVersion,
        Some(_) => BodyVerdict::Different,
    }
}

fn sent_again(queued: &QueuedDelivery, strategy: &Strategy) -> Again {
    let (known, delivery) = (queued.known(), queued.delivery);
    let Some(step) = strategy.destinations.steps.get(usize::from(queued.step)) else {
        return Again::NotKept;
    };
    let body = |brief: Option<&Draft<'_>>| {
        view::delivery_body(known, strategy, delivery, (step, queued.notice.as_ref()), brief)
    };
    if !step.sends_brief() {
        return Again::Made(body(None));
    }
    match (brief::recalled(known, strategy), queued.renderer) {
        (Some(recalled), _) if recalled.is_whole => Again::Made(body(Some(&recalled.draft))),
        (Some(_), _) | (None, Some(_)) => Again::Erased,
        (None, None) => Again::NotKept,
    }
}

fn undo_again(queued: &QueuedDelivery, strategy: &Strategy) -> Option<Vec<u8>> {
    let handoff = queued.known().handoff();
    let original = handoff.delivery(queued.undoes?)?;
    let undo = undo_of(strategy, original)?;
    Some(view::undo_body(handoff.id, queued.delivery, original.id, &undo.step, &undo.word))
}
