//! Groups: all of one is committed, or all of it is forgotten. One that fails is tried again in
//! halves, so that a single thing that cannot be taken does not hold up the rest.

use std::panic::{AssertUnwindSafe, catch_unwind};

use store::Store;

use crate::crank::Crank;
use crate::error::{CrankError, GroupError};
use crate::parked::ParkCause;

impl<S: Store> Crank<S> {
    /// Does something in a group of its own and commits it. Whatever fails in it, the program
    /// itself included, is a group that never was.
    pub fn grouped<T, E>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<Result<T, E>, GroupError> {
        self.begin().map_err(GroupError::Inside)?;
        // What the work left half done is forgotten below.
        let worked = catch_unwind(AssertUnwindSafe(|| work(self)));
        match worked {
            Ok(Ok(done)) => self.commit().map(|()| Ok(done)).map_err(GroupError::Commit),
            Ok(Err(error)) => {
                self.roll_back();
                Ok(Err(error))
            }
            Err(_panic) => {
                self.roll_back();
                Err(GroupError::Inside(CrankError::Fault))
            }
        }
    }

    /// The same where the work fails with an error of the crank's.
    pub(crate) fn in_group<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, CrankError>,
    ) -> Result<T, GroupError> {
        self.grouped(work)?.map_err(GroupError::Inside)
    }

    /// Does at most `limit` things in a group. When the group fails it is tried again in halves,
    /// and what fails alone is given to `park`, with why, in a group of its
    /// own.
    pub(crate) fn in_halves<T>(
        &mut self,
        limit: usize,
        mut work: impl FnMut(&mut Self, usize) -> Result<T, CrankError>,
        park: impl FnOnce(&mut Self, ParkCause) -> Result<T, GroupError>,
    ) -> Result<T, GroupError> {
        let mut limit = limit;
        let mut alone = false;
        loop {
            match self.in_group(|crank| work(crank, limit)) {
                Err(GroupError::Inside(error)) if error.is_of_one() && limit > 1 => limit /= 2,
                Err(GroupError::Inside(error)) if error.is_of_one() => {
                    // Once more: it may have been the moment and not the thing.
                    if std::mem::replace(&mut alone, true) {
                        return park(self, ParkCause::of(&error));
                    }
                }
                done => return done,
            }
        }
    }
}
