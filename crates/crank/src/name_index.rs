//! Finding by names: the index follows the journal, some entries behind, so that no signal waits for it.
//!
//! A rehearsal has no index: its store has none.

use domain::NodeId;
use domain::fact::{Aggregate, Entry, Fact, Verdict};
use engine::identity::beginnings_said;
use store::sqlite::SqliteStore;
use store::{Position, Purpose, Read};

use crate::crank::Crank;
use crate::error::{CrankError, GroupError};

/// What an entry says of the names of a node.
enum NamesSaid {
    /// A signal came, or was repaired: names may be in its sealed content.
    Content,
    /// What was said of the node counts no more; what still counts is said again after it.
    TakenBack,
    Nothing,
}

impl Crank<SqliteStore> {
    /// How many entries of the journal may say names that are not indexed.
    pub fn names_unindexed(&self) -> Result<u64, CrankError> {
        let indexed = self.store.names_indexed()?;
        Ok(self.store.head()?.position.0.saturating_sub(indexed.0))
    }

    /// Indexes the names in the next entries of the journal, at most so many, in a group of its own; whether
    /// there are more.
    pub fn index_names(&mut self, entries: usize) -> Result<bool, GroupError> {
        self.in_group(|crank| crank.index_some(entries))
    }

    fn index_some(&mut self, entries: usize) -> Result<bool, CrankError> {
        let after = self.store.names_indexed()?.0;
        let end = self.store.head()?.position.0;
        let last = end.min(after.saturating_add(entries as u64));
        for position in after + 1..=last {
            match self.index_entry(Position(position)) {
                // What is damaged is told by others. Nobody is found by it, and the rest goes on.
                Err(CrankError::Store(error)) if !error.is_full() && !error.is_fatal() => {}
                indexed => indexed?,
            }
        }
        if last > after {
            self.store.put_names_indexed(Position(last))?;
        }
        Ok(last < end)
    }

    fn index_entry(&mut self, position: Position) -> Result<(), CrankError> {
        let Some(stored) = self.store.at(position, None)? else { return Ok(()) };
        let Aggregate::Node(node) = stored.entry.header.aggregate else { return Ok(()) };
        match names_said(&stored.entry) {
            NamesSaid::TakenBack => Ok(self.store.forget_names(node)?),
            NamesSaid::Content => self.index_contents(node, position),
            NamesSaid::Nothing => Ok(()),
        }
    }

    fn index_contents(&mut self, node: NodeId, position: Position) -> Result<(), CrankError> {
        let stored = self.store.at(position, Some(&Purpose::NAMES))?;
        for fact in stored.iter().flat_map(|stored| &stored.entry.facts) {
            if let Fact::SignalArrived { content: Some(content), .. }
            | Fact::CheckpointReached { repaired: Some(content), .. } = fact
            {
                self.store.add_names(node, &beginnings_said(content))?;
            }
        }
        Ok(())
    }
}

fn names_said(entry: &Entry) -> NamesSaid {
    let any = |says: fn(&Fact) -> bool| entry.facts.iter().any(says);
    if any(|fact| matches!(fact, Fact::SignalsTakenBack { .. })) {
        return NamesSaid::TakenBack;
    }
    let is_content = |fact: &Fact| {
        matches!(
            fact,
            Fact::SignalArrived { .. } | Fact::CheckpointReached { verdict: Verdict::Repaired, .. }
        )
    };
    if any(is_content) { NamesSaid::Content } else { NamesSaid::Nothing }
}
