//! What taking an import back comes to, in two lists: what goes, and what stays.

use domain::ImportId;
use domain::fact::UndoneImport;
use pages::import_undo::UndoneView;

use crate::local::request::UndoneTold;

/// What it comes to, in two lists.
pub(super) fn view(undone: &UndoneTold) -> UndoneView {
    let UndoneTold { signals, fields, scores, withdrawn, kept, erased, outcomes, left, .. } =
        *undone;
    let figure = |says: &str, many: u64| (says.to_owned(), many);
    let mut stays = vec![
        figure("Handoffs that somebody works", kept),
        figure("Outcomes and debriefs", outcomes),
        figure("Signals of people who were erased", erased),
    ];
    let left = [
        ("Signals: a handoff of these people is being worked", left.handoff_taken),
        ("Signals: somebody split these people by hand", left.split_by_hand),
        ("Signals: part of these people's data does not open", left.unreadable),
    ];
    stays.extend(
        left.into_iter().filter(|(_, many)| *many > 0).map(|(says, many)| figure(says, many)),
    );
    UndoneView {
        goes: vec![
            figure("Signals that count no more", signals),
            figure("Fields that they told", fields),
            figure("People who are scored again", scores),
            figure("Handoffs withdrawn", withdrawn),
        ],
        stays,
    }
}

/// What it came to, as the journal keeps it.
pub(super) fn kept(import: ImportId, undone: UndoneImport) -> UndoneView {
    view(&UndoneTold::of(import, undone))
}
