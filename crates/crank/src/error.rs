//! What can go wrong in the loop, and what to do about it.

use domain::{AccountId, HandoffId, NodeId, PersonId, QuarantineId};
use store::StoreError;

/// Why the crank could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum CrankError {
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nobody knows the handoff.
    #[error("there is no handoff `{0}`")]
    NoHandoff(HandoffId),
    /// Nobody knows the account.
    #[error("there is no account `{0}`")]
    NoAccount(AccountId),
    /// Nobody knows the person.
    #[error("there is no person `{0}`")]
    NoPerson(PersonId),
    /// Nobody knows the quarantine entry.
    #[error("there is no quarantine entry `{0}`")]
    NoEntry(QuarantineId),
    /// The entry is released, discarded or erased already.
    #[error("the quarantine entry `{0}` is closed: it was released, discarded or erased")]
    EntryClosed(QuarantineId),
    /// The entry's bytes cannot be read even so.
    #[error("the entry cannot be read yet: {0}")]
    Unreadable(String),
    /// There is no strategy in force.
    #[error("no strategy is in force; run `baton apply DIR`")]
    NoStrategy,
    /// A strategy that is kept does not compile with this program.
    #[error(
        "the strategy `{0}` does not compile with this program; run `baton check` on its folder"
    )]
    StrategyBroken(String),
    /// A contract says something else than it did under the same version.
    #[error("a contract says something else than it did under the same id and version")]
    ContractReused,
    /// There is nothing to go back to.
    #[error("there is no earlier strategy to go back to")]
    NothingBefore,
    /// What was asked does not fit the handoff's state.
    #[error(transparent)]
    Refused(#[from] engine::stages::follow_up::Refusal),
    /// The two are not one person.
    #[error("`{0}` was not merged into `{1}`")]
    NotMerged(PersonId, PersonId),
    /// A node points to nobody.
    #[error("the node `{0}` belongs to nobody yet")]
    NodeUnresolved(NodeId),
}
