//! What a fold asks of the journal.

use domain::fact::Aggregate;
use domain::{AccountId, HandoffId, Moment};

use super::cut::Placed;

/// The journal as folds read it. Everything that one answer is folded from is read from one state of
/// the journal.
pub trait Journal {
    /// What can go wrong.
    type Error;

    /// The entries of an aggregate that were known by a moment, in order.
    fn entries(
        &self,
        aggregate: Aggregate,
        until: Option<Moment>,
    ) -> Result<Vec<Placed>, Self::Error>;

    /// The entries of an account that speak of a handoff, in order. Others may be among them.
    fn entries_of_handoff(
        &self,
        account: AccountId,
        handoff: HandoffId,
    ) -> Result<Vec<Placed>, Self::Error>;
}
