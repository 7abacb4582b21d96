//! What people said of who is who is said again of those who were taken again.

use domain::{NodeId, PersonId};
use engine::event::Unmerge;
use store::Store;

use crate::by_hand::pointers;
use crate::clock::JournalMoment;
use crate::concerned::{DeedByHand, DeedsByHand, Said};
use crate::crank::Crank;
use crate::error::CrankError;

impl<S: Store> Crank<S> {
    /// What somebody said of these nodes holds after they were taken again, too.
    pub(super) fn repeat_by_hand(
        &mut self,
        deeds: &DeedsByHand,
        nodes: &[NodeId],
        at: JournalMoment,
    ) -> Result<(), CrankError> {
        let here = |deed: &&DeedByHand| nodes.contains(&deed.stays);
        for deed in deeds.said().iter().filter(here) {
            self.repeat(deed, at)?;
        }
        Ok(())
    }

    fn repeat(&mut self, deed: &DeedByHand, at: JournalMoment) -> Result<(), CrankError> {
        let Some(ours) = self.person_of(deed.stays)? else { return Ok(()) };
        for node in &deed.nodes {
            let Some(theirs) = self.person_of(*node)? else { continue };
            match deed.said {
                Said::One if theirs != ours => {
                    self.join_people((ours, theirs), deed.reason, &deed.by, at.get())?;
                    return Ok(());
                }
                Said::Two { apart } if theirs == ours => {
                    return self.part_again(deed, ours, apart, at);
                }
                Said::One | Said::Two { .. } => {}
            }
        }
        Ok(())
    }

    fn part_again(
        &mut self,
        deed: &DeedByHand,
        winner: PersonId,
        is_split: bool,
        at: JournalMoment,
    ) -> Result<(), CrankError> {
        let strategy = self.strategies.in_force().cloned().ok_or(CrankError::NoStrategy)?;
        let cluster = self.store.cluster(winner)?;
        let is_here = |node: &&NodeId| cluster.iter().any(|row| row.node == **node);
        let merged: Vec<NodeId> = deed.nodes.iter().filter(is_here).copied().collect();
        let mut parts: Vec<&[u8]> = vec![b"parted", winner.bytes()];
        parts.extend(merged.iter().map(|node| node.bytes().as_slice()));
        let loser = PersonId::caused_by(&parts);
        let (reason, by) = (deed.reason, deed.by.clone());
        let pointers = pointers(&cluster);
        let unmerge = Unmerge { winner, loser, merged, cluster: pointers, is_split, reason, by };
        self.part(&unmerge, &cluster, &strategy, at.get())?;
        Ok(())
    }

    /// Whose a node is.
    pub(super) fn person_of(&self, node: NodeId) -> Result<Option<PersonId>, CrankError> {
        let row = self.store.node(node)?;
        Ok(row.and_then(|row| row.pointer).map(|pointer| pointer.person))
    }
}
