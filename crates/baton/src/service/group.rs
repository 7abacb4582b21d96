//! A group of turns: all of it is committed, or all of it is forgotten.

use crank::{Crank, CrankError};
use store::sqlite::SqliteStore;

/// Does something in a group of its own.
pub fn group<T, E: From<CrankError>>(
    crank: &mut Crank<SqliteStore>,
    work: impl FnOnce(&mut Crank<SqliteStore>) -> Result<T, E>,
) -> Result<T, E> {
    crank.grouped(work).map_err(CrankError::from)?
}
