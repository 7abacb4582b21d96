//! The doctor: everything that can be wrong with a data folder. It changes nothing, but that keys of
//! erased people which came back are destroyed again.

use std::path::Path;

use super::audit;
use super::erase;
use super::folder::{self, DATABASE, KEYS, missing};
use super::head;
use super::keyring::Keyring;
use super::reader::Reader;
use super::settings;
use super::shelf::Shelf;
use crate::ailment::{Ailment, Ailments};
use crate::error::StoreError;
use crate::journal::Position;

mod keys;
mod known;
mod pointers;
mod rows;
mod timers;

use known::Known;

/// Looks a folder over. An error means that it could not even be looked at; damage never is one.
pub fn examine(path: &Path) -> Result<Vec<Ailment>, StoreError> {
    let mut told = look_over(path)?;
    let is_damage = |ailment: &Ailment| !SURROUNDINGS.contains(&ailment.code);
    if told.iter().any(is_damage) && !was_used(path) && !has_entries(path) {
        told.retain(|ailment| !is_damage(ailment));
        let mut ailments = Ailments::default();
        let says = "a first start was cut short, and nothing had been kept yet";
        ailments.tell("store-first-start", "the folder", says);
        told.extend(ailments.finish());
    }
    Ok(told)
}

/// What is wrong around a folder, whatever is in it.
const SURROUNDINGS: [&str; 3] = ["store-open-to-others", "store-newer", "store-older-form"];

fn look_over(path: &Path) -> Result<Vec<Ailment>, StoreError> {
    let mut ailments = Ailments::default();
    match folder::check_modes(path) {
        Err(StoreError::OpenToOthers { path, mode, .. }) => {
            let says = format!("others may use it (mode {mode:o})");
            ailments.tell("store-open-to-others", path.display(), &says);
        }
        checked => drop(ailments.note("the folder", checked)?),
    }
    let Some(reader) = open(path, &mut ailments)? else { return Ok(ailments.finish()) };
    destroy_revived(&reader.shelf, path, &mut ailments)?;
    let under = reader.shelf.keys.are_under(&reader.shelf.vault);
    if ailments.note(KEYS, under)? == Some(false) {
        ailments.tell("store-damaged", KEYS, "it is not wrapped under this master key");
    }
    let settled = keys::check_settled(&reader.shelf, &mut ailments);
    ailments.note(KEYS, settled)?;
    let mut told = ailments.finish();
    told.extend(audit::verify(&reader)?.ailments);
    if told.iter().any(|ailment| ailment.code == "store-newer") {
        // What cannot be read may have changed any of the rows.
        return Ok(told);
    }
    let mut ailments = Ailments::default();
    compare(&reader, &mut ailments)?;
    told.extend(ailments.finish());
    Ok(told)
}

/// What is damaged in the files and the journal of a folder, whatever its rows say.
pub(super) fn damage(path: &Path) -> Result<Vec<Ailment>, StoreError> {
    let mut ailments = Ailments::default();
    let reader = open(path, &mut ailments)?;
    let mut told = ailments.finish();
    if let Some(reader) = reader {
        told.extend(audit::verify(&reader)?.ailments);
    }
    Ok(told)
}

/// Opens a folder, if its files let themselves be opened.
fn open(path: &Path, ailments: &mut Ailments) -> Result<Option<Reader>, StoreError> {
    if !folder::is_begun(path, DATABASE) && !was_used(path) {
        return Err(StoreError::NoFolder(path.to_owned()));
    }
    let mut whole = true;
    for name in [DATABASE, KEYS] {
        whole &= keys::check_file(path, name, ailments)?;
    }
    match Reader::open(path) {
        // What was used holds an empty database in place of its own.
        Err(StoreError::NoFolder(_)) => ailments.note("the folder", Err(missing(DATABASE))),
        // What ails a file was told of the file.
        Err(StoreError::Database(_)) if !whole => Ok(None),
        opened => ailments.note("the folder", opened),
    }
}

/// Whether something was kept here before: a first start that was cut short left nothing.
fn was_used(path: &Path) -> bool {
    let reached = head::read(path).ok().and_then(|kept| kept.head());
    let had_keys = || {
        let db = settings::reader(&path.join(KEYS)).ok()?;
        Keyring::new(db).is_empty().ok()
    };
    reached.is_some_and(|head| head.position > Position::START) || had_keys() == Some(false)
}

/// Whether the journal holds anything. One that cannot be read may.
fn has_entries(path: &Path) -> bool {
    if !folder::is_begun(path, DATABASE) {
        return false;
    }
    let ask = || {
        let db = settings::reader(&path.join(DATABASE)).ok()?;
        let ask = |question: &str| db.query_row(question, [], |row| row.get::<_, bool>(0)).ok();
        let is_made = ask("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'journal')")?;
        Some(is_made && ask("SELECT EXISTS (SELECT 1 FROM journal)")?)
    };
    ask().unwrap_or(true)
}

/// Erased people's keys that are there again are destroyed again, wherever they are found.
fn destroy_revived(shelf: &Shelf, path: &Path, ailments: &mut Ailments) -> Result<(), StoreError> {
    match erase::destroy_revived(shelf, path) {
        Err(StoreError::Full | StoreError::File { .. }) => {
            let says = "it holds keys of what was erased, and they could not be destroyed here";
            ailments.tell("store-erasure-revived", KEYS, says);
        }
        destroyed => {
            if let Some(destroyed) = ailments.note(KEYS, destroyed)? {
                erase::tell_revived(destroyed, ailments);
            }
        }
    }
    Ok(())
}

/// What is looked at, and how.
type Check<'a> = (&'a str, &'a dyn Fn(&mut Ailments) -> Result<(), StoreError>);

/// Compares keys and rows with what the journal says.
fn compare(reader: &Reader, ailments: &mut Ailments) -> Result<(), StoreError> {
    let shelf = &reader.shelf;
    // One snapshot: a server that goes on meanwhile would differ from what was read before.
    let snapshot = shelf.snapshot();
    let Some(_snapshot) = ailments.note(DATABASE, snapshot)? else { return Ok(()) };
    let begun = Known::begin(shelf);
    let Some(mut known) = ailments.note("erased", begun)? else { return Ok(()) };
    let walked = audit::walk(shelf, |line| {
        known.line(&line);
        Ok(())
    });
    ailments.note("journal", walked)?;
    let checks: [Check<'_>; 11] = [
        (KEYS, &|ailments| keys::check_keys(shelf, ailments)),
        ("erased", &|ailments| keys::check_erased(shelf, &known, ailments)),
        ("handoffs", &|ailments| rows::check_handoffs(reader, &known, ailments)),
        ("outbox", &|ailments| rows::check_deliveries(shelf, &known, ailments)),
        ("bodies", &|ailments| rows::check_bodies(reader, &known, ailments)),
        ("timers", &|ailments| timers::check_timers(shelf, &known, ailments)),
        ("dedupe", &|ailments| rows::check_acceptance(shelf, &known, ailments)),
        ("identifiers", &|ailments| rows::check_identifiers(shelf, ailments)),
        ("entries", &|ailments| rows::check_entries(reader, &known, ailments)),
        ("aggregates", &|ailments| pointers::check_pointers(reader, &known, ailments)),
        ("settings", &|ailments| pointers::check_force(reader, &known, ailments)),
    ];
    for (place, check) in checks {
        let checked = check(ailments);
        ailments.note(place, checked)?;
    }
    Ok(())
}
