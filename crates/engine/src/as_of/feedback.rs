//! What readers say of the claims of a handoff's present brief.

use domain::fact::{About, By, Fact, Feedback, Note, StrategyVersion};
use domain::handoff::MemberId;
use domain::{HandoffId, Moment};

use super::cut::{Cut, PositionedEntry};

/// What one reader says of a claim, or of what is missing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SaidOfClaim {
    /// Which claim, from 1; none where something is missing.
    pub claim: Option<u16>,
    /// What is said.
    pub feedback: Feedback,
    /// Who says so, where the fact has somebody.
    pub by: Option<By>,
    /// When we knew of it.
    pub moment: Moment,
    /// The strategy that was in force.
    pub strategy: Option<StrategyVersion>,
    /// In words. What was erased is not there.
    pub note: Option<Note>,
}

/// What readers say of the present brief before a cut, the oldest first: of each reader what they said last of a
/// claim. What was taken back is not there.
pub(super) fn feedback_of(
    own: &[PositionedEntry],
    handoff: HandoffId,
    cut: Cut,
) -> Vec<SaidOfClaim> {
    let (mut said, mut before_deed): (Vec<SaidOfClaim>, Vec<SaidOfClaim>) = <_>::default();
    for placed in own {
        let header = &placed.entry.header;
        for fact in cut.kept(placed) {
            if fact.about() != About::Handoff(handoff) {
                continue;
            }
            if let Fact::OwnerAssigned { .. } = fact {
                // Whoever has it now reads another brief.
                said.clear();
            } else if let Fact::UndoOffered { .. } = fact {
                before_deed.clone_from(&said);
            } else if let Fact::DeedUndone { .. } = fact {
                said = std::mem::take(&mut before_deed);
            } else if let Fact::ClaimJudged { claim, feedback, by, note, .. } = fact {
                let by = by.as_ref();
                let same = |known: &SaidOfClaim| {
                    known.claim == *claim && reader(known.by.as_ref()) == reader(by)
                };
                said.retain(|known| !same(known));
                said.push(SaidOfClaim {
                    claim: *claim,
                    feedback: *feedback,
                    by: by.cloned(),
                    moment: header.moment,
                    strategy: header.strategy,
                    note: note.as_deref().cloned(),
                });
            }
        }
    }
    said
}

/// Who says something: through whom it was said for a member makes no difference.
fn reader(by: Option<&By>) -> (Option<&MemberId>, Option<&By>) {
    match by.and_then(By::member) {
        Some(member) => (Some(member), None),
        None => (None, by),
    }
}
