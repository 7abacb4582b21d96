//! Kinds of signals that tell of a handoff.

/// The kind of a signal that says what came of a handoff.
pub(crate) const OUTCOME: &str = "handoff.outcome";
/// The kind of a signal that says what the new owner thinks of a handoff.
pub(crate) const DEBRIEF: &str = "handoff.debrief";

/// Whether a signal of this kind tells of a handoff, so that not every source may send it.
pub fn tells_of_handoff(kind: &str) -> bool {
    matches!(kind, OUTCOME | DEBRIEF)
}
