//! Reading personal data in clear is recorded: once for a reader, purpose and batch.

use crank::{Crank, CrankError};
use domain::Moment;
use domain::fact::{Aggregate, By, Entry, Fact, Header, Note, ReadFor, SCHEMA};
use domain::handoff::Actor;
use store::sqlite::SqliteStore;
use store::{Read, Store};

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
        let head = crank.store().head()?;
        let last = crank.store().at(head.position, None)?;
        let last = last.map_or(Moment::EPOCH, |stored| stored.entry.header.moment);
        let header = Header {
            schema: SCHEMA,
            aggregate: Aggregate::Governance,
            moment: now.max(last),
            actor: Actor::Operator,
            correlation: None,
            strategy: None,
        };
        let reason = reason.map(|words| Box::new(Note::new(words.into_bytes())));
        let facts = vec![Fact::Unsealed { reader: By::Operator, purpose, nodes, reason }];
        crank.store_mut().append(&Entry { header, facts })?;
        Ok(())
    })
}
