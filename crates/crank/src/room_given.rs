//! Whether a turn gave somebody room for a lead.

use domain::fact::{Aggregate, Entry, Fact};

/// Whether an entry of the desk says that somebody may have room. A pause takes room, and a credit
/// changes whose turn it is.
pub(crate) fn gives_room(entry: &Entry) -> bool {
    let frees = |fact: &Fact| {
        matches!(
            fact,
            Fact::WorkEnded { .. }
                | Fact::TurnUndone { .. }
                | Fact::MemberResumed { .. }
                | Fact::TurnTaken { instead_of: Some(_), .. }
        )
    };
    entry.header.aggregate == Aggregate::Desk && entry.facts.iter().any(frees)
}
