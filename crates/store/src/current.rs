//! Small rows of current state. Turns change them, and all of them can be rebuilt from the journal.

use domain::errand::Wake;
use domain::fact::StrategyVersion;
use domain::handoff::{DeliveryState, Owner, State};
use domain::{AccountId, DeliveryId, HandoffId, KeyId, Moment, NodeId, PersonId, SignalId};

use crate::journal::Position;

/// A handoff as it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HandoffRow {
    /// Which.
    pub handoff: HandoffId,
    /// Whose account. Follows the node when it moves.
    pub account: AccountId,
    /// Whose.
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

/// A delivery that is not closed. Its body is sealed in the journal at `queued_at`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutboxRow {
    /// Which.
    pub delivery: DeliveryId,
    /// For which handoff.
    pub handoff: HandoffId,
    /// Whose account.
    pub account: AccountId,
    /// Under whose key its body is.
    pub node: NodeId,
    /// Where to, as configured.
    pub destination: String,
    /// Which step of `destinations.yaml`, by its place.
    pub step: u16,
    /// Where it is. A closed one is deleted.
    pub state: DeliveryState,
    /// Attempts recorded so far.
    pub attempt: u32,
    /// Not before.
    pub due: Moment,
    /// Somebody is at it until then; later the claim counts as given up.
    pub claimed_until: Option<Moment>,
    /// The entry whose `DeliveryQueued` fact holds the body.
    pub queued_at: Position,
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
    /// When.
    pub due: Moment,
    /// Whose account.
    pub account: AccountId,
    /// What for.
    pub wake: Wake,
}

/// A strategy that is kept, with its files as they were applied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StrategyRow {
    /// Which.
    pub version: StrategyVersion,
    /// When it was first kept.
    pub since: Moment,
}

/// What is in force.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Force {
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
pub struct Given {
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
    /// Which.
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
    /// Accounts.
    Account,
    /// People.
    Person,
    /// Handoffs.
    Handoff,
    /// Open deliveries.
    Delivery,
    /// Quarantine entries.
    Entry,
}
