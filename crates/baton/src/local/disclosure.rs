//! Reading personal data in clear is recorded: once for a reader, purpose and batch.

use crank::{Crank, CrankError, Reading};
use domain::Moment;
use domain::fact::{By, Note, ReadFor};
use domain::handoff::Actor;
use store::sqlite::SqliteStore;

use super::group::group;

/// Records that personal data is about to be read.
pub(super) fn record(
    crank: &mut Crank<SqliteStore>,
    purpose: &str,
    reason: Option<String>,
    nodes: u64,
    now: Moment,
) -> Result<(), CrankError> {
    let purpose = ReadFor::named(purpose).unwrap_or(ReadFor::Stated);
    group(crank, move |crank| {
        let reason = reason.map(|words| Note::new(words.into_bytes()));
        let (reader, actor) = (By::Operator, Actor::Operator);
        crank.record_reading(Reading { reader, purpose, nodes, reason, actor }, now)
    })
}
