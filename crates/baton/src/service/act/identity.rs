//! Who is who, as people say: two are joined, nodes are split off a person, a merge is taken back. What it
//! changes is told first, since a group that was only to tell is forgotten.

use crank::{ByHand, Crank, CrankError, FoundMerge, GroupError};
use domain::fact::By;
use domain::handoff::State;
use domain::reason::Code;
use domain::{AccountId, HandoffId, Moment, NodeId, PersonId};
use serde::{Deserialize, Serialize};
use store::{Position, Store};

use super::group::{self, Undone};
use super::wanted::reason_word;
use crate::service::setback::Setback;

/// Why two are joined or parted: words of a closed list.
pub const REASONS: [Code; 3] = [Code::BadData, Code::ManagerAsked, Code::OtherReason];

/// What is wanted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "wanted", rename_all = "kebab-case")]
pub enum IdentityChange {
    /// Two are one person.
    Join {
        /// One of them.
        one: PersonId,
        /// The other.
        other: PersonId,
    },
    /// Nodes are somebody else's.
    Split {
        /// Whose they are so far.
        person: PersonId,
        /// The nodes.
        nodes: Vec<NodeId>,
    },
    /// A merge was wrong.
    Undo {
        /// Who stays.
        winner: PersonId,
        /// Who is somebody of their own again.
        loser: PersonId,
        /// The position of the entry that says the merge. Whoever asks has looked for it.
        at: u64,
        /// Up to where they looked that nothing had taken it back.
        read_up_to: u64,
    },
}

/// What changed, or would.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct IdentityChanged {
    /// Who stays.
    pub winner: PersonId,
    /// Who is the winner from here on, or somebody of their own.
    pub loser: PersonId,
    /// The nodes that change from one to the other.
    pub nodes: Vec<NodeId>,
    /// Nodes that change their account.
    pub moved: Vec<MovedNode>,
    /// Open handoffs that end.
    pub withdrawn: Vec<HandoffId>,
}

/// A node that changes its account.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MovedNode {
    /// The node.
    pub node: NodeId,
    /// Where it was.
    pub from: Option<AccountId>,
    /// Where it is.
    pub to: AccountId,
}

/// The code of a reason that somebody types.
pub fn reason(typed: &str) -> Result<Code, Setback> {
    REASONS.into_iter().find(|code| reason_word(*code) == typed).ok_or_else(|| {
        let known = REASONS.map(reason_word).join(", ");
        Setback::refused(422, "unknown-word", format!("the reason is one of {known}"))
    })
}

/// Changes who is who, in a group of its own. The outer error says that the group failed.
pub fn change<S: Store>(
    crank: &mut Crank<S>,
    change: &IdentityChange,
    why: Option<&str>,
    (by, is_dry_run): (&By, bool),
    now: Moment,
) -> Result<Result<IdentityChanged, Setback>, GroupError> {
    let reason = match why.map(reason).transpose() {
        Ok(reason) => reason,
        Err(setback) => return Ok(Err(setback)),
    };
    group::change(crank, is_dry_run, |crank| done(crank, change, reason, by, now))
}

fn done<S: Store>(
    crank: &mut Crank<S>,
    change: &IdentityChange,
    reason: Option<Code>,
    by: &By,
    now: Moment,
) -> Result<IdentityChanged, Undone> {
    let people = match change {
        IdentityChange::Join { one, other } => vec![*one, *other],
        IdentityChange::Split { person, .. } => vec![*person],
        IdentityChange::Undo { winner, .. } => vec![*winner],
    };
    let open = open_handoffs(crank, &people)?;
    let ByHand { winner, loser, nodes, moves } = match change {
        IdentityChange::Join { one, other } => {
            crank.join_people((*one, *other), reason, by, now)?
        }
        IdentityChange::Split { person, nodes } => {
            crank.split_person(*person, nodes, reason, by, now)?
        }
        IdentityChange::Undo { winner, loser, at, read_up_to } => {
            let found = FoundMerge { at: Position(*at), read_up_to: Position(*read_up_to) };
            crank.undo_merge(*winner, *loser, found, by, now)?
        }
    };
    let mut withdrawn = Vec::new();
    for handoff in open {
        if crank.store().handoff(handoff)?.is_some_and(|row| row.state == State::Withdrawn) {
            withdrawn.push(handoff);
        }
    }
    let moved = moves.iter().filter(|moved| moved.from != Some(moved.to));
    let moved = moved.map(|one| MovedNode { node: one.node, from: one.from, to: one.to });
    Ok(IdentityChanged { winner, loser, nodes, moved: moved.collect(), withdrawn })
}

/// The open handoffs of people.
pub(super) fn open_handoffs<S: Store>(
    crank: &mut Crank<S>,
    people: &[PersonId],
) -> Result<Vec<HandoffId>, CrankError> {
    let mut accounts = Vec::new();
    for person in people {
        let cluster = crank.store().cluster(*person)?;
        accounts.extend(cluster.iter().filter_map(|row| Some(row.pointer?.account)));
    }
    accounts.sort_unstable();
    accounts.dedup();
    let mut open = Vec::new();
    for account in accounts {
        let known = crank.account(account)?;
        let theirs = known.handoffs().filter(|one| one.is_open() && people.contains(&one.person));
        open.extend(theirs.map(|handoff| handoff.id));
    }
    Ok(open)
}
