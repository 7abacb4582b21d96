//! What a fold asks of the journal.

use domain::fact::Aggregate;
use domain::{AccountId, HandoffId, Moment};

use super::cut::PositionedEntry;
use crate::state::Base;

/// The journal as folds read it. Everything that one answer is folded from is read from one state of
/// the journal.
pub trait Journal {
    /// What can go wrong.
    type Error;

    /// The newest snapshot of an account that is not behind a position and was known by a moment; none
    /// where there is none that can be read.
    fn base(
        &self,
        account: AccountId,
        position: u64,
        until: Option<Moment>,
    ) -> Result<Option<Base>, Self::Error>;

    /// The entries of an aggregate behind a position that were known by a moment, in order.
    fn entries(
        &self,
        aggregate: Aggregate,
        after: u64,
        until: Option<Moment>,
    ) -> Result<Vec<PositionedEntry>, Self::Error>;

    /// The newest entries of an aggregate that are not behind a position, newest first, at most so many.
    fn newest(
        &self,
        aggregate: Aggregate,
        position: u64,
        limit: usize,
    ) -> Result<Vec<PositionedEntry>, Self::Error>;

    /// The entries of an account that speak of a handoff, in order. Others may be among them.
    fn entries_of_handoff(
        &self,
        account: AccountId,
        handoff: HandoffId,
    ) -> Result<Vec<PositionedEntry>, Self::Error>;
}
