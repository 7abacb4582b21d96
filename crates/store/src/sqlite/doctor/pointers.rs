//! Nodes point where facts say, and what is in force is what the registry says.

use domain::fact::Aggregate;

use super::super::reader::Reader;
use super::super::vault::Label;
use super::known::Known;
use crate::ailment::Ailments;
use crate::error::StoreError;
use crate::identity::Pointer;
use crate::narrow::Read;

/// Whose each node is, and where.
pub(super) fn check_pointers(
    reader: &Reader,
    known: &Known,
    ailments: &mut Ailments,
) -> Result<(), StoreError> {
    let shelf = &reader.shelf;
    for (node, (person, account)) in &known.pointers {
        let row = shelf.working.labelled(&shelf.db, &Label::of(Aggregate::Node(*node)))?;
        let wanted = Pointer { person: *person, account: *account };
        if row.is_none_or(|row| row.pointer != Some(wanted)) {
            let says = "it points to another person or account than facts say";
            ailments.tell("store-aggregate-differs", node, says);
        }
    }
    Ok(())
}

/// The strategy that was applied last is in force.
pub(super) fn check_force(
    reader: &Reader,
    known: &Known,
    ailments: &mut Ailments,
) -> Result<(), StoreError> {
    let row = reader.force()?;
    if row != known.force {
        let says = match (&row, &known.force) {
            (None, _) => "a strategy was applied, and none is in force",
            (Some(_), None) => "a strategy is in force, and none was applied",
            (Some(_), Some(_)) => "another strategy is in force than the one applied last",
        };
        ailments.tell("store-force-differs", "settings", says);
    }
    Ok(())
}
