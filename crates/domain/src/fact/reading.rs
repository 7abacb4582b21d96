//! What is asked of a fact of any kind: its name, what it is about, what it seals.

use super::about::{About, EntryChange, Sealed};
use super::kinds::Fact;
use super::parts::BodyMac;
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
}
