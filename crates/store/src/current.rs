//! Small rows of current state. Turns change them, and all of them can be rebuilt from the journal.

use domain::errand::{ErrandId, Wake};
use domain::fact::{Aggregate, StrategyVersion};
use domain::handoff::{Owner, State};
use domain::{AccountId, DeliveryId, HandoffId, KeyId, Moment, NodeId, PersonId, SignalId};

use crate::journal::Position;

/// A handoff as it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HandoffRow {
    /// The handoff that it is about.
    pub handoff: HandoffId,
    /// Whose account. Follows the node when it moves.
    pub account: AccountId,
    /// The person that it is about.
    pub person: PersonId,
    /// The node that its notes and bodies are sealed to.
    pub node: NodeId,
    /// Which kind of handoff.
    pub kind: String,
    /// Where it is.
    pub state: State,
    /// Who has it.
    pub owner: Owner,
    /// Rises with each change.
    pub version: u64,
    /// When it began.
    pub opened: Moment,
    /// When it changed last.
    pub changed: Moment,
    /// When its owner must have accepted.
    pub accept_by: Option<Moment>,
    /// When the first human touch is due.
    pub first_touch_by: Option<Moment>,
    /// When it must be known whether anything can come of it.
    pub qualify_by: Option<Moment>,
    /// The signal that it began with.
    pub correlation: SignalId,
}

/// Which handoffs a list wants. Empty: all.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct HandoffFilter {
    /// In this state.
    pub state: Option<State>,
    /// With this owner.
    pub owner: Option<Owner>,
}

/// Where a list goes on. Opaque to clients; a number that rises with age within one list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Cursor(pub u64);

/// Part of a list, newest first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Cursor>,
}

/// An errand that is not closed, of whatever kind. Its body is kept apart, sealed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutboxRow {
    /// Which, with its kind.
    pub errand: ErrandId,
    /// Whose turn asked for it and takes in what comes of it.
    pub aggregate: Aggregate,
    /// Whom it is for, as configured.
    pub destination: String,
    /// The signal that it all began with, where it began with one.
    pub correlation: Option<SignalId>,
    /// Attempts recorded so far.
    pub attempt: u32,
    /// Not before.
    pub due: Moment,
    /// An attempt is under way until then; later the claim counts as given up.
    pub claimed_until: Option<Moment>,
    /// The entry whose fact queued it.
    pub queued_at: Position,
    /// Whose messages at its destination it may leave with; none where it leaves alone.
    pub recipient: Option<String>,
    /// The delivery under whose id it left with others; none before its first attempt, and where it
    /// leaves alone.
    pub bundle: Option<DeliveryId>,
}

impl OutboxRow {
    /// When it can be claimed: when it is due, or when the claim on it runs out.
    pub fn claimable_at(&self) -> Moment {
        self.claimed_until.map_or(self.due, |until| until.max(self.due))
    }
}

/// A moment to come back at. The same wake at the same moment is one timer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Timer {
    /// The moment at which it fires.
    pub due: Moment,
    /// Whose account.
    pub account: AccountId,
    /// What for.
    pub wake: Wake,
}

/// A strategy that is kept, with its files as they were applied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StrategyRow {
    /// The version of the strategy.
    pub version: StrategyVersion,
    /// When it was first kept.
    pub since: Moment,
}

/// What is in force.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StrategyInForce {
    /// Which strategy.
    pub version: StrategyVersion,
    /// `live`, `shadow` or `canary=N`.
    pub mode: String,
    /// Since when.
    pub since: Moment,
}

/// The answer to a request with an idempotency key, to be kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// Whom the request was about: the answer goes with their erasure.
    pub node: NodeId,
    /// SHA-256 over what the request said. It is kept under a key: a plain hash would confirm
    /// guesses of what it said.
    pub request: [u8; 32],
    /// The status.
    pub status: u16,
    /// The body. Sealed where it is written.
    pub body: Vec<u8>,
    /// Forgotten after.
    pub expires: Moment,
}

/// An answer that was given under an idempotency key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredAnswer {
    /// Whether it was given to the same request: another one under the same key is refused.
    pub same: bool,
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// A credential for the API. Its secret is kept as a hash alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyRow {
    /// The id of the key.
    pub key: KeyId,
    /// What people call it.
    pub name: String,
    /// What it may do, as words.
    pub scopes: Vec<String>,
    /// The source of what it ingests.
    pub source: Option<String>,
    /// SHA-256 of the secret.
    pub hash: [u8; 32],
    /// Since when.
    pub created: Moment,
    /// Since when no longer.
    pub revoked: Option<Moment>,
}

/// Which ids a prefix is looked for among.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IdKind {
    /// Subject nodes.
    Node,
    /// The ids of accounts.
    Account,
    /// The ids of people.
    Person,
    /// The ids of handoffs.
    Handoff,
    /// Quarantine entries.
    Entry,
}
