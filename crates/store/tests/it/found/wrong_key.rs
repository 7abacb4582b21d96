//! A master key that is not the folder's: whoever reads or writes is told which one is wanted.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use store::StoreError;
use store::chance::Chance;
use store::sqlite::{Reader, audit, doctor, migrate};

use super::{codes, data, keep, lived_in, put_back, try_open};

const WRONG: &str = "store-master-key-wrong";

/// What an error says of the two keys.
fn fingerprints(error: &StoreError) -> (String, String) {
    let StoreError::MasterKeyWrong { expected, found, .. } = error else { panic!("{error}") };
    (expected.clone(), found.clone())
}

#[test]
fn found_key_a_master_key_of_another_folder_is_named_by_whoever_opens_the_folder() {
    let (folder, other) = (lived_in(), lived_in());
    let (own, foreign) = (keep(&folder, "master.key"), keep(&other, "master.key"));
    put_back(&folder, "master.key", &foreign);
    let read = Reader::open(&data(&folder)).map(drop).expect_err("nothing would open");
    assert_eq!(read.code(), WRONG);
    let (expected, found) = fingerprints(&read);
    let says = read.to_string();
    for told in [&expected, &found, &data(&folder).join("master.key").display().to_string()] {
        assert!(says.contains(told.as_str()), "{says}");
    }
    let write = try_open(&folder).map(drop).expect_err("nothing would open");
    assert_eq!(fingerprints(&write), (expected.clone(), found.clone()));
    assert_eq!(codes(&folder), [WRONG], "and nothing that follows from it");
    let problems = doctor::examine(&data(&folder)).unwrap();
    assert!(problems[0].says.contains(&expected) && problems[0].place == "master.key");

    // The other folder tells its key from this one's as well, the other way round.
    put_back(&other, "master.key", &own);
    let error = Reader::open(&data(&other)).map(drop).expect_err("nothing would open");
    assert_eq!(fingerprints(&error), (found, expected));

    put_back(&folder, "master.key", &own);
    assert_eq!(codes(&folder), [""; 0]);
    assert!(audit::verify(&Reader::open(&data(&folder)).unwrap()).unwrap().is_sound());
    try_open(&folder).unwrap().close().unwrap();
}

#[test]
fn found_key_a_folder_of_form_1_is_not_copied_under_a_wrong_key() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("data");
    fs::create_dir(&path).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o700)).unwrap();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/folder-1");
    for name in ["baton.db", "keys.db", "master.key", "head"] {
        fs::copy(golden.join(name), path.join(name)).unwrap();
        fs::set_permissions(path.join(name), Permissions::from_mode(0o600)).unwrap();
    }
    let own = fs::read(path.join("master.key")).unwrap();
    fs::write(path.join("master.key"), keep(&lived_in(), "master.key")).unwrap();
    let migrated = migrate::migrate(&path, true, Chance::seeded(1), &mut |_| {});
    let error = migrated.expect_err("a copy of what cannot be opened is no backup");
    assert!(error.to_string().contains("fingerprint"), "{error}");
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "nothing was begun");
    fs::write(path.join("master.key"), own).unwrap();
    migrate::migrate(&path, true, Chance::seeded(1), &mut |_| {}).unwrap();
}
