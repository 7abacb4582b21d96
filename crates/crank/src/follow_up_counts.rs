//! What occurred to handoffs since the start, counted for metrics once it is durable.

use domain::fact::Fact;

/// Occurrences by kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FollowUpCounts {
    /// Targets whose warning was reached.
    pub warned: u64,
    /// Targets that were missed.
    pub breached: u64,
    /// Steps of chains on silence, and queues that were late.
    pub escalated: u64,
    /// Messages that were queued because of an occasion.
    pub told: u64,
}

impl FollowUpCounts {
    fn add(&mut self, other: Self) {
        self.warned += other.warned;
        self.breached += other.breached;
        self.escalated += other.escalated;
        self.told += other.told;
    }
}

/// What occurred so far, and what the open group says besides.
#[derive(Debug, Default)]
pub(crate) struct FollowUpsSoFar {
    durable: FollowUpCounts,
    open: FollowUpCounts,
}

impl FollowUpsSoFar {
    pub(crate) fn note(&mut self, fact: &Fact) {
        if let Fact::SlaWarned { .. } = fact {
            self.open.warned += 1;
        } else if let Fact::SlaBreached { .. } = fact {
            self.open.breached += 1;
        } else if let Fact::Escalated { .. } = fact {
            self.open.escalated += 1;
        } else if let Fact::DeliveryQueued { notice: Some(notice), .. } = fact
            && notice.occasion.is_some()
        {
            self.open.told += 1;
        }
    }

    /// The open group is durable.
    pub(crate) fn committed(&mut self) {
        let open = std::mem::take(&mut self.open);
        self.durable.add(open);
    }

    /// The open group never was.
    pub(crate) fn forget(&mut self) {
        self.open = FollowUpCounts::default();
    }

    pub(crate) const fn counts(&self) -> FollowUpCounts {
        self.durable
    }
}
