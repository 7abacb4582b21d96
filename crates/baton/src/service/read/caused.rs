//! What an import caused: who was touched by it, and the handoffs that began with it.

use std::collections::BTreeSet;

use domain::fact::{Aggregate, Fact};
use domain::handoff::Owner;
use domain::{HandoffId, ImportId, NodeId, SignalId};
use serde::Serialize;
use store::{Cursor, HandoffFilter, HandoffRow, Position, Read, StoreError};

use super::imports::ListedImport;

/// Entries, and rows, that are read at once.
const PAGE: usize = 512;
/// So many open handoffs are told one by one, the latest first.
const HANDOFFS_MAX: usize = 200;

/// An import, and what it caused.
#[derive(Debug, Serialize)]
pub struct ImportDetail {
    /// As it is listed.
    #[serde(flatten)]
    pub import: ListedImport,
    /// What it caused so far.
    pub caused: Caused,
}

/// What an import caused so far.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Caused {
    /// Signals that it brought.
    pub signals: u64,
    /// People whom they are about, as far as it was decided who they are.
    pub people: u64,
    /// Accounts that these people are in.
    pub accounts: u64,
    /// Handoffs that began with one of its signals.
    pub handoffs: u64,
    /// Those of them that are open.
    pub open: u64,
    /// Those of the open ones that somebody has accepted.
    pub accepted: u64,
    /// The open ones, one by one: the latest, and no more than 200.
    pub listed: Vec<CausedHandoff>,
}

/// An open handoff that began with an import.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct CausedHandoff {
    /// Its id.
    pub id: HandoffId,
    /// Where it is.
    pub state: &'static str,
    /// Who has it: a member, `queue:NAME`, or `engine`.
    pub owner: String,
}

/// What an import caused. It reads the journal from where the import began.
pub fn caused(store: &impl Read, import: &ListedImport) -> Result<Caused, StoreError> {
    let before = Position(import.begun.0.saturating_sub(1));
    let (signals, nodes) = brought(store, import.import, before)?;
    let mut caused = Caused { signals: signals.len() as u64, ..Caused::default() };
    let (mut people, mut accounts) = (BTreeSet::new(), BTreeSet::new());
    for node in nodes {
        if let Some(pointer) = store.node(node)?.and_then(|row| row.pointer) {
            people.insert(pointer.person);
            accounts.insert(pointer.account);
        }
    }
    (caused.people, caused.accounts) = (people.len() as u64, accounts.len() as u64);
    let mut cursor: Option<Cursor> = None;
    loop {
        let page = store.handoffs(&HandoffFilter::default(), cursor, PAGE)?;
        let begun = page.rows.iter().filter(|row| signals.contains(&row.correlation));
        begun.for_each(|row| caused.take(row));
        cursor = page.next;
        if cursor.is_none() {
            return Ok(caused);
        }
    }
}

impl Caused {
    fn take(&mut self, row: &HandoffRow) {
        self.handoffs += 1;
        if row.state.is_terminal() {
            return;
        }
        self.open += 1;
        self.accepted += u64::from(row.state.is_active_work());
        if self.listed.len() < HANDOFFS_MAX {
            let owner = match &row.owner {
                Owner::Person(member) => member.to_string(),
                Owner::Queue(queue) => format!("queue:{queue}"),
                Owner::Engine => "engine".to_owned(),
            };
            self.listed.push(CausedHandoff { id: row.handoff, state: row.state.as_str(), owner });
        }
    }
}

/// The signals that an import brought, and where they are.
fn brought(
    store: &impl Read,
    import: ImportId,
    mut after: Position,
) -> Result<(BTreeSet<SignalId>, BTreeSet<NodeId>), StoreError> {
    let (mut signals, mut nodes) = (BTreeSet::new(), BTreeSet::new());
    loop {
        let page = store.journal(after, PAGE, None)?;
        let Some(last) = page.last() else { return Ok((signals, nodes)) };
        after = last.position;
        for stored in &page {
            let Aggregate::Node(node) = stored.entry.header.aggregate else { continue };
            for fact in &stored.entry.facts {
                if let Fact::SignalArrived { signal, import: Some(by), .. } = fact
                    && *by == import
                {
                    signals.insert(*signal);
                    nodes.insert(node);
                }
            }
        }
    }
}
