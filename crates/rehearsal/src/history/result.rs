//! What became of a lead: exactly one of a few results, so that they add up to all leads.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

/// What became of a lead.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum LeadResult {
    /// A person or a queue has it, or has had its person already.
    Routed,
    /// A person is asked what to do with it.
    Review,
    /// It waits in the line of a pool whose members were all away or had reached a cap.
    Waiting,
    /// A route keeps it on purpose.
    Held,
    /// It was to reach somebody, and nobody was found.
    Unrouted,
    /// A contract did not let it through.
    Stopped,
    /// It is not ready yet.
    Nurtured,
    /// Its person must not be contacted.
    Suppressed,
    /// A sequence of touches comes first.
    Sequence,
    /// A meeting is to be asked for.
    Meeting,
    /// More must be known first.
    Enrichment,
}

impl LeadResult {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Routed,
        Self::Review,
        Self::Waiting,
        Self::Held,
        Self::Unrouted,
        Self::Stopped,
        Self::Nurtured,
        Self::Suppressed,
        Self::Sequence,
        Self::Meeting,
        Self::Enrichment,
    ];

    /// The word in JSON and on the terminal.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Routed => "routed",
            Self::Review => "review",
            Self::Waiting => "waiting",
            Self::Held => "held",
            Self::Unrouted => "unrouted",
            Self::Stopped => "stopped",
            Self::Nurtured => "nurtured",
            Self::Suppressed => "suppressed",
            Self::Sequence => "sequence",
            Self::Meeting => "meeting",
            Self::Enrichment => "enrichment",
        }
    }

    /// What it means, as a sentence.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Routed => "A person or a queue has it.",
            Self::Review => "A person is asked what to do with it.",
            Self::Waiting => "Everybody who may have it was away or had reached a cap to the end.",
            Self::Held => "A route keeps it on purpose.",
            Self::Unrouted => "It was to be handed over, and nobody was found.",
            Self::Stopped => "A contract did not let it through.",
            Self::Nurtured => "Not ready for sales yet.",
            Self::Suppressed => "Its person must not be contacted.",
            Self::Sequence => "A sequence of touches comes first.",
            Self::Meeting => "A meeting is to be asked for.",
            Self::Enrichment => "More must be known first.",
        }
    }

    /// Whether nobody has it although somebody was to.
    pub const fn is_left_over(self) -> bool {
        match self {
            Self::Waiting | Self::Unrouted | Self::Stopped => true,
            Self::Routed
            | Self::Review
            | Self::Held
            | Self::Nurtured
            | Self::Suppressed
            | Self::Sequence
            | Self::Meeting
            | Self::Enrichment => false,
        }
    }
}

impl Serialize for LeadResult {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

/// How many leads came to each result; those to which none came stand there with 0.
pub(super) fn counted(results: impl Iterator<Item = LeadResult>) -> BTreeMap<LeadResult, u64> {
    let mut counts: BTreeMap<_, _> = LeadResult::ALL.into_iter().map(|one| (one, 0)).collect();
    for result in results {
        *counts.entry(result).or_default() += 1;
    }
    counts
}
