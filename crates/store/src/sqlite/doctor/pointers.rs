//! Nodes point where facts say, and what is in force is what the registry says.

use domain::fact::Aggregate;

use super::super::reader::Reader;
use super::super::vault::Label;
use super::expected_state::ExpectedState;
use crate::error::StoreError;
use crate::folder_problem::FolderProblems;
use crate::identity::Pointer;
use crate::traits::Read;

/// Whose each node is, and where.
pub(super) fn check_pointers(
    reader: &Reader,
    known: &ExpectedState,
    problems: &mut FolderProblems,
) -> Result<(), StoreError> {
    let session = &reader.session;
    for (node, (person, account)) in &known.pointers {
        let row = session.row_cache.labelled(&session.db, &Label::of(Aggregate::Node(*node)))?;
        let wanted = Pointer { person: *person, account: *account };
        if row.is_none_or(|row| row.pointer != Some(wanted)) {
            let says = "it points to another person or account than facts say";
            problems.tell("store-aggregate-differs", node, says);
        }
    }
    Ok(())
}

/// The strategy that was applied last is in force.
pub(super) fn check_force(
    reader: &Reader,
    known: &ExpectedState,
    problems: &mut FolderProblems,
) -> Result<(), StoreError> {
    let row = reader.force()?;
    if row != known.force {
        let says = match (&row, &known.force) {
            (None, _) => "a strategy was applied, and none is in force",
            (Some(_), None) => "a strategy is in force, and none was applied",
            (Some(_), Some(_)) => "another strategy is in force than the one applied last",
        };
        problems.tell("store-force-differs", "settings", says);
    }
    Ok(())
}
