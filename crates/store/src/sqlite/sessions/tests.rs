use std::fs;
use std::path::Path;

use domain::{Moment, UserId};
use rusqlite::Connection;

use super::{SESSIONS, SessionFile, SessionRow};

fn row(byte: u8, user: &str) -> SessionRow {
    let user = UserId::caused_by(&[user.as_bytes()]);
    SessionRow { hash: [byte; 32], user, generation: 2, expires: Moment(1_790_000_000_000_000) }
}

/// What stands in a folder's file after the process that held it is gone.
#[track_caller]
fn left_in(folder: &Path) -> Vec<SessionRow> {
    SessionFile::open(folder).expect("it opens").1
}

#[test]
fn what_was_kept_is_found_again_and_what_was_ended_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut file, before) = SessionFile::open(folder.path()).expect("it begins");
    assert_eq!(before, []);
    for session in [row(1, "ann"), row(2, "ann"), row(3, "bob"), row(4, "bob")] {
        file.put(&session).expect("kept");
    }
    file.end(&[[3; 32], [9; 32]]).expect("ended");
    file.end_all_of(row(1, "ann").user).expect("ended");
    drop(file);
    assert_eq!(left_in(folder.path()), [row(4, "bob")]);
    let (file, _) = SessionFile::open(folder.path()).expect("it opens");
    file.discard().expect("gone");
    assert_eq!(left_in(folder.path()), []);
}

#[test]
fn a_copy_a_damaged_file_and_another_versions_sign_nobody_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(SESSIONS);
    let begin = || {
        let (mut file, _) = SessionFile::open(folder.path()).expect("it begins");
        file.put(&row(1, "ann")).expect("kept");
    };
    begin();
    assert_eq!(left_in(folder.path()).len(), 1, "it is there to begin with");
    // As a backup is put back: the old file stays there until the new one has its name.
    let copy = folder.path().join("copy");
    fs::copy(&path, &copy).expect("copied");
    fs::rename(&copy, &path).expect("put back");
    assert_eq!(left_in(folder.path()), [], "a copy");
    begin();
    fs::write(&path, [7; 9_000]).expect("written");
    assert_eq!(left_in(folder.path()), [], "no database");
    begin();
    let db = Connection::open(&path).expect("a database");
    db.pragma_update(None, "user_version", 9).expect("set");
    drop(db);
    assert_eq!(left_in(folder.path()), [], "another version's");
}
