//! Uploads: what is put in comes out, nobody else reads it, and what was discarded is gone from the disk.

use std::fs;

use domain::{ImportId, Moment};

use super::{UPLOADS, UploadFile};
use crate::chance::Chance;
use crate::sqlite::SqliteStore;

const PLAIN: &[u8] = b"ada@ada-works.example,Ada,Ada Works";

fn import(name: &str) -> ImportId {
    ImportId::caused_by(&[name.as_bytes()])
}

fn folder() -> (tempfile::TempDir, SqliteStore) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(&folder.path().join("data"), Chance::seeded(7)).expect("a store");
    (folder, store)
}

/// Whether any file of the folder has these bytes somewhere.
fn holds(folder: &std::path::Path, bytes: &[u8]) -> bool {
    let files = fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path());
    files.into_iter().any(|file| {
        let content = fs::read(file).expect("its bytes");
        content.windows(bytes.len()).any(|part| part == bytes)
    })
}

#[test]
fn parts_come_out_as_they_were_put_in_and_lie_sealed() {
    let (folder, _store) = folder();
    let mut file = UploadFile::open(&folder.path().join("data")).expect("uploads");
    file.begin(import("a"), b"leads.csv", 70, Moment(5)).expect("begun");
    assert!(file.put(import("a"), 2, PLAIN).expect("kept"));
    assert!(!file.put(import("b"), 1, PLAIN).expect("nobody's"));
    drop(file);
    assert!(
        !holds(&folder.path().join("data"), PLAIN)
            && !holds(&folder.path().join("data"), b"leads.csv")
    );

    // A start later it goes on, and to begin it again changes nothing.
    let mut file = UploadFile::open(&folder.path().join("data")).expect("uploads");
    file.begin(import("a"), b"another.csv", 3, Moment(9)).expect("there");
    assert!(file.put(import("a"), 1, b"email,name,company\n").expect("kept"));
    let listed = file.list().expect("a list");
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (&*listed[0].head, listed[0].bytes, listed[0].begun),
        (&b"leads.csv"[..], 70, Moment(5))
    );
    assert_eq!(listed[0].parts, [1, 2].into());
    assert_eq!(file.part(import("a"), 2).expect("read").as_deref(), Some(PLAIN));
    assert_eq!(file.part(import("a"), 3).expect("read"), None);
}

#[test]
fn what_was_discarded_is_gone_from_the_disk() {
    let (folder, _store) = folder();
    let mut file = UploadFile::open(&folder.path().join("data")).expect("uploads");
    file.begin(import("a"), b"leads.csv", 70, Moment(5)).expect("begun");
    file.put(import("a"), 1, PLAIN).expect("kept");
    let wrapped: Vec<u8> =
        file.db.query_row("SELECT wrapped FROM uploads", [], |row| row.get(0)).expect("a key");
    assert!(holds(&folder.path().join("data"), &wrapped));
    file.discard(import("a")).expect("discarded");
    assert!(!holds(&folder.path().join("data"), &wrapped), "the key is left somewhere");
    assert_eq!(file.list().expect("a list"), Vec::new());
    assert_eq!(file.part(import("a"), 1).expect("read"), None);
    // Nothing is there to discard, and that is no failure.
    file.discard(import("a")).expect("discarded");
}

#[test]
fn what_another_key_sealed_is_thrown_away_when_the_folder_is_opened() {
    let ((one, _one), (other, _other)) = (folder(), folder());
    let mut file = UploadFile::open(&one.path().join("data")).expect("uploads");
    file.begin(import("a"), b"leads.csv", 70, Moment(5)).expect("begun");
    file.put(import("a"), 1, PLAIN).expect("kept");
    drop(file);
    // A copy of the file in a folder with a master key of its own.
    fs::write(other.path().join("data").join(crate::sqlite::MASTER_KEY), "7".repeat(64))
        .expect("a key");
    fs::copy(one.path().join("data").join(UPLOADS), other.path().join("data").join(UPLOADS))
        .expect("copied");
    let file = UploadFile::open(&other.path().join("data")).expect("uploads");
    assert_eq!(file.list().expect("a list"), Vec::new());
}

#[test]
fn a_file_of_another_version_or_of_no_database_begins_anew() {
    let (folder, _store) = folder();
    let path = folder.path().join("data").join(UPLOADS);
    for damage in [b"no database at all".to_vec(), Vec::new()] {
        fs::write(&path, damage).expect("written");
        let mut file = UploadFile::open(&folder.path().join("data")).expect("uploads");
        assert_eq!(file.list().expect("a list"), Vec::new());
        file.begin(import("a"), b"leads.csv", 70, Moment(5)).expect("begun");
        file.db.pragma_update(None, "user_version", 99).expect("changed");
        drop(file);
        assert_eq!(
            UploadFile::open(&folder.path().join("data")).expect("uploads").list().expect("a list"),
            Vec::new()
        );
    }
}
