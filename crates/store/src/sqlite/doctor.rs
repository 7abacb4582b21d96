//! The doctor: everything that can be wrong with a data folder. It changes nothing, but that keys of
//! erased people which came back are destroyed again.

use std::path::Path;

use super::audit;
use super::erase;
use super::folder::{self, DATABASE, KEYS, MASTER_KEY, missing};
use super::head;
use super::keyring::Keyring;
use super::reader::Reader;
use super::session::Session;
use super::settings;
use crate::error::StoreError;
use crate::folder_problem::{FolderProblem, FolderProblems};
use crate::journal::Position;

mod expected_state;
mod keys;
mod pointers;
mod rows;
mod timers;

use expected_state::ExpectedState;

/// Looks a folder over. An error means that it could not even be looked at; damage never is one.
pub fn examine(path: &Path) -> Result<Vec<FolderProblem>, StoreError> {
    let mut told = look_over(path)?;
    let is_damage = |problem: &FolderProblem| !SURROUNDINGS.contains(&problem.code);
    if told.iter().any(is_damage) && !was_used(path) && !has_entries(path) {
        told.retain(|problem| !is_damage(problem));
        let mut problems = FolderProblems::default();
        let says = "a first start was cut short, and nothing had been kept yet";
        problems.tell("store-first-start", "the folder", says);
        told.extend(problems.finish());
    }
    Ok(told)
}

/// What is wrong around a folder, whatever is in it.
const SURROUNDINGS: [&str; 4] =
    ["store-open-to-others", "store-newer", "store-older-form", "store-master-key-wrong"];

fn look_over(path: &Path) -> Result<Vec<FolderProblem>, StoreError> {
    let mut problems = FolderProblems::default();
    match folder::check_modes(path) {
        Err(StoreError::OpenToOthers { path, mode, .. }) => {
            let says = format!("others may use it (mode {mode:o})");
            problems.tell("store-open-to-others", path.display(), &says);
        }
        checked => drop(problems.note("the folder", checked)?),
    }
    let Some(reader) = open(path, &mut problems)? else { return Ok(problems.finish()) };
    if !is_under_its_key(&reader, &mut problems)? {
        return Ok(problems.finish());
    }
    destroy_revived(&reader.session, path, &mut problems)?;
    let settled = keys::check_settled(&reader.session, &mut problems);
    problems.note(KEYS, settled)?;
    let mut told = problems.finish();
    told.extend(audit::verify(&reader)?.problems);
    if told.iter().any(|problem| problem.code == "store-newer") {
        // What cannot be read may have changed any of the rows.
        return Ok(told);
    }
    let mut problems = FolderProblems::default();
    compare(&reader, &mut problems)?;
    told.extend(problems.finish());
    Ok(told)
}

/// What is damaged in the files and the journal of a folder, whatever its rows say.
pub(super) fn damage(path: &Path) -> Result<Vec<FolderProblem>, StoreError> {
    let mut problems = FolderProblems::default();
    let Some(reader) = open(path, &mut problems)? else { return Ok(problems.finish()) };
    if !is_under_its_key(&reader, &mut problems)? {
        return Ok(problems.finish());
    }
    let mut told = problems.finish();
    told.extend(audit::verify(&reader)?.problems);
    Ok(told)
}

/// Whether the master key is the one that the keys are wrapped under. Under another one nothing that is
/// sealed opens, and neither head is known: there is no more to say until the right one is there.
fn is_under_its_key(reader: &Reader, problems: &mut FolderProblems) -> Result<bool, StoreError> {
    let checked = reader.session.keys.check_under(&reader.session.vault, &reader.folder);
    let wrong = matches!(checked, Err(StoreError::MasterKeyWrong { .. }));
    problems.note(if wrong { MASTER_KEY } else { KEYS }, checked)?;
    Ok(!wrong)
}

/// Opens a folder, if its files let themselves be opened.
fn open(path: &Path, problems: &mut FolderProblems) -> Result<Option<Reader>, StoreError> {
    if !folder::is_begun(path, DATABASE) && !was_used(path) {
        return Err(StoreError::NoFolder(path.to_owned()));
    }
    let mut whole = true;
    for name in [DATABASE, KEYS] {
        whole &= keys::check_file(path, name, problems)?;
    }
    match Reader::open_under_any_key(path) {
        // What was used holds an empty database in place of its own.
        Err(StoreError::NoFolder(_)) => problems.note("the folder", Err(missing(DATABASE))),
        // What ails a file was told of the file.
        Err(StoreError::Database(_) | StoreError::OlderTables) if !whole => Ok(None),
        opened => problems.note("the folder", opened),
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
fn destroy_revived(
    session: &Session,
    path: &Path,
    problems: &mut FolderProblems,
) -> Result<(), StoreError> {
    match erase::destroy_revived(session, path) {
        Err(StoreError::Full | StoreError::File { .. }) => {
            let says = "it holds keys of what was erased, and they could not be destroyed here";
            problems.tell("store-erasure-revived", KEYS, says);
        }
        destroyed => {
            if let Some(destroyed) = problems.note(KEYS, destroyed)? {
                erase::tell_revived(destroyed, problems);
            }
        }
    }
    Ok(())
}

/// What is looked at, and how.
type Check<'a> = (&'a str, &'a dyn Fn(&mut FolderProblems) -> Result<(), StoreError>);

/// Compares keys and rows with what the journal says.
fn compare(reader: &Reader, problems: &mut FolderProblems) -> Result<(), StoreError> {
    let session = &reader.session;
    // One snapshot: a server that goes on meanwhile would differ from what was read before.
    let snapshot = session.snapshot();
    let Some(_snapshot) = problems.note(DATABASE, snapshot)? else { return Ok(()) };
    let begun = ExpectedState::begin(session);
    let Some(mut known) = problems.note("erased", begun)? else { return Ok(()) };
    let walked = audit::walk(session, |line| {
        known.line(&line);
        Ok(())
    });
    problems.note("journal", walked)?;
    let checks: [Check<'_>; 11] = [
        (KEYS, &|problems| keys::check_keys(session, problems)),
        ("erased", &|problems| keys::check_erased(session, &known, problems)),
        ("handoffs", &|problems| rows::check_handoffs(reader, &known, problems)),
        ("outbox", &|problems| rows::check_deliveries(session, &known, problems)),
        ("bodies", &|problems| rows::check_bodies(reader, &known, problems)),
        ("timers", &|problems| timers::check_timers(session, &known, problems)),
        ("dedupe", &|problems| rows::check_acceptance(session, &known, problems)),
        ("identifiers", &|problems| rows::check_identifiers(session, problems)),
        ("entries", &|problems| rows::check_entries(reader, &known, problems)),
        ("aggregates", &|problems| pointers::check_pointers(reader, &known, problems)),
        ("settings", &|problems| pointers::check_force(reader, &known, problems)),
    ];
    for (place, check) in checks {
        let checked = check(problems);
        problems.note(place, checked)?;
    }
    Ok(())
}
