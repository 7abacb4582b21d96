//! The journal in order, with what its sealed parts say.

use store::sqlite::anew::Anew;
use store::{Position, Purpose, Read, Stored};

use crate::error::CrankError;

/// Entries that are read at once.
const AT_ONCE: usize = 500;

/// Reads it; `tell` hears how far it is.
pub(super) fn follow(
    anew: &mut Anew,
    tell: &mut dyn FnMut(u64),
    mut take: impl FnMut(&mut Anew, Stored) -> Result<(), CrankError>,
) -> Result<(), CrankError> {
    let mut at = Position::START;
    loop {
        let entries = anew.store().journal(at, AT_ONCE, Some(&Purpose::CARE))?;
        let Some(last) = entries.last() else { return Ok(()) };
        at = last.position;
        for stored in entries {
            take(anew, stored)?;
        }
        tell(at.0);
    }
}
