//! The newest entries of the journal, in order: for figures that need no more than the recent past.

use domain::Moment;
use store::sqlite::Reader;
use store::{Position, Read, StoreError, Stored};

/// Entries that are looked at, from the end of the journal.
pub(super) const ENTRIES_MAX: u64 = 100_000;
/// Entries that are read in one go.
const STRIDE: usize = 500;

/// Shows the newest entries, oldest first; the moment of the first one where there are older ones besides.
pub(super) fn newest(
    reader: &Reader,
    mut show: impl FnMut(&Stored) -> Result<(), StoreError>,
) -> Result<Option<Moment>, StoreError> {
    let end = reader.head()?.position;
    let mut after = Position(end.0.saturating_sub(ENTRIES_MAX));
    let is_whole = after == Position::START;
    let mut since = None;
    while after < end {
        let page = reader.journal(after, STRIDE, None)?;
        let Some(last) = page.last() else { break };
        after = last.position;
        since = since.or_else(|| page.first().map(|first| first.entry.header.moment));
        for stored in page.iter().filter(|stored| stored.position <= end) {
            show(stored)?;
        }
    }
    Ok(since.filter(|_| !is_whole))
}
