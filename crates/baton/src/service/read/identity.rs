//! Who is who: people whom what signals say did not join, and the nodes of a person.

use domain::fact::{Aggregate, Fact};
use domain::reason::Code;
use domain::signal::IdentifierKind;
use domain::{AccountId, Moment, NodeId, PersonId, SignalId};
use serde::Serialize;
use store::sqlite::Reader;
use store::{NodeRow, Position, Read, StoreError};

/// Entries that are read at once.
const PAGE: u64 = 4_096;
/// The kinds of identifiers that a node may be found by.
const KINDS: [IdentifierKind; 6] = [
    IdentifierKind::ExternalId,
    IdentifierKind::Email,
    IdentifierKind::Phone,
    IdentifierKind::Cookie,
    IdentifierKind::Domain,
    IdentifierKind::Company,
];

/// Two people who have an identifier in common and were not joined.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct WithheldJoin {
    /// When it was found.
    pub since: Moment,
    /// The signal that both have something in common by.
    pub signal: SignalId,
    /// Why they were not joined.
    pub reasons: Vec<Code>,
    /// Both sides.
    pub people: [Side; 2],
}

/// Somebody, as far as their nodes say.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Side {
    /// The id of the person.
    pub person: PersonId,
    /// Their nodes.
    pub nodes: Vec<NodeOfPerson>,
}

/// A node of somebody.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct NodeOfPerson {
    /// The node.
    pub node: NodeId,
    /// The account that it is in.
    pub account: Option<AccountId>,
    /// The kinds of identifiers that it is found by.
    pub found_by: Vec<&'static str>,
    /// Whether one of them is verified.
    pub verified: bool,
}

impl From<NodeRow> for NodeOfPerson {
    fn from(row: NodeRow) -> Self {
        let found_by = KINDS.into_iter().filter(|kind| row.kinds.has(*kind));
        Self {
            node: row.node,
            account: row.pointer.map(|pointer| pointer.account),
            found_by: found_by.map(IdentifierKind::name).collect(),
            verified: row.verified,
        }
    }
}

/// The nodes of a person, oldest first.
pub fn side(store: &impl Read, person: PersonId) -> Result<Side, StoreError> {
    let nodes = store.cluster(person)?;
    Ok(Side { person, nodes: nodes.into_iter().map(Into::into).collect() })
}

/// At most `limit` pairs who wait for somebody to say whether they are one person, newest first. Pairs that
/// were joined since, or of whom one was erased, wait no more.
pub fn withheld_joins(store: &Reader, limit: usize) -> Result<Vec<WithheldJoin>, StoreError> {
    let mut end = store.head()?.position.0;
    let mut found: Vec<WithheldJoin> = Vec::new();
    while end > 0 && found.len() < limit {
        let begin = end.saturating_sub(PAGE);
        let page = store.journal(Position(begin), (end - begin) as usize, None)?;
        for stored in page.iter().rev().filter(|stored| stored.position.0 <= end) {
            if !matches!(stored.entry.header.aggregate, Aggregate::Node(_)) {
                continue;
            }
            for fact in &stored.entry.facts {
                let said = said(store, stored.entry.header.moment, fact)?;
                let is_new = |one: &WithheldJoin| {
                    found.iter().all(|known| pair(known) != pair(one)) && found.len() < limit
                };
                found.extend(said.filter(is_new));
            }
        }
        end = begin;
    }
    Ok(found)
}

/// Who they are, whichever was found first.
fn pair(join: &WithheldJoin) -> (PersonId, PersonId) {
    let [one, other] = &join.people;
    (one.person.min(other.person), one.person.max(other.person))
}

fn said(store: &Reader, since: Moment, fact: &Fact) -> Result<Option<WithheldJoin>, StoreError> {
    let Fact::SubjectResolved {
        signal, person: Some(person), withheld: Some(other), reasons, ..
    } = fact
    else {
        return Ok(None);
    };
    let people = [side(store, *person)?, side(store, *other)?];
    let are_there = people.iter().all(|side| !side.nodes.is_empty());
    let reasons = reasons.iter().map(|reason| reason.code).collect();
    Ok(are_there.then_some(WithheldJoin { since, signal: *signal, reasons, people }))
}
