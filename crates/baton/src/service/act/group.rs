//! A change in a group of its own: it is kept, or, where it was only to be told what would come of it,
//! told and forgotten.

use crank::{Crank, CrankError, GroupError};
use store::{Store, StoreError};

use crate::service::setback::{Setback, judge};

/// Why a change is not made.
pub enum Undone {
    /// It may not be.
    Refused(Setback),
    /// The store failed.
    Failed(StoreError),
}

impl From<Setback> for Undone {
    fn from(setback: Setback) -> Self {
        Self::Refused(setback)
    }
}

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

impl From<CrankError> for Undone {
    fn from(error: CrankError) -> Self {
        judge(error).map_or_else(Self::Failed, Self::Refused)
    }
}

/// Why a group is forgotten.
enum Forgotten<T> {
    /// It was only to be told.
    Told(T),
    Undone(Undone),
}

/// Makes a change, or tells what would come of it. The outer error says that the group failed.
pub(super) fn change<S: Store, T>(
    crank: &mut Crank<S>,
    is_dry_run: bool,
    make: impl FnOnce(&mut Crank<S>) -> Result<T, Undone>,
) -> Result<Result<T, Setback>, GroupError> {
    let made = crank.grouped(|crank| {
        let made = make(crank).map_err(Forgotten::Undone)?;
        if is_dry_run { Err(Forgotten::Told(made)) } else { Ok(made) }
    })?;
    match made {
        Ok(made) | Err(Forgotten::Told(made)) => Ok(Ok(made)),
        Err(Forgotten::Undone(Undone::Refused(setback))) => Ok(Err(setback)),
        Err(Forgotten::Undone(Undone::Failed(error))) => Err(GroupError::Inside(error.into())),
    }
}
