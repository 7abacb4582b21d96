//! Heads that are gone, tails that are gone, files that are damaged or not what they should be.

use std::fs;
use std::os::unix::fs::symlink;

use store::chance::Chance;
use store::sqlite::{SqliteStore, audit};
use store::{Read, Store, story};

use super::{
    FILES, another, codes, data, keep, lived_in, open, put_back, refused, somebody_comes, sql,
    try_open,
};

const PAGE: usize = 8192;

#[test]
fn found_a19_a_second_head_that_is_gone_is_missed() {
    let folder = lived_in();
    fs::remove_file(data(&folder).join("head")).unwrap();
    assert_eq!(codes(&folder), ["store-head-missing"]);
    assert_eq!(refused(&folder), "store-head-missing");
    assert!(!data(&folder).join("head").exists(), "nobody makes another");
    put_back(&folder, "head", b"");
    assert_eq!(codes(&folder), ["store-head-missing"]);
    assert_eq!(refused(&folder), "store-head-missing");
}

#[test]
fn found_a19_an_older_database_without_its_head_is_refused() {
    let folder = lived_in();
    let older = keep(&folder, "baton.db");
    let mut store = open(&folder);
    story::group(&mut store, |store| story::accepted(store, "f-3", "bob@acme.example", "again"));
    store.close().unwrap();
    put_back(&folder, "baton.db", &older);
    assert_eq!(refused(&folder), "store-tail-lost");
    fs::remove_file(data(&folder).join("head")).unwrap();
    assert_eq!(refused(&folder), "store-head-missing");
}

#[test]
fn found_a19_a_first_start_has_a_second_head() {
    let folder = tempfile::tempdir().unwrap();
    open(&folder).close().unwrap();
    fs::remove_file(data(&folder).join("head")).unwrap();
    assert_eq!(refused(&folder), "store-head-missing");
}

#[test]
fn found_a19_a_deleted_tail_is_found_and_not_written_over() {
    for damage in [
        "DELETE FROM journal WHERE position = 6",
        "DELETE FROM journal WHERE position > 2",
        "DELETE FROM journal",
        "DELETE FROM journal WHERE position = 6; UPDATE aggregates SET last = 0 WHERE last = 6",
    ] {
        let folder = lived_in();
        let end = open(&folder).head().unwrap().position.0;
        let damage = damage.replace('6', &end.to_string());
        sql(&folder, "baton.db", &damage);
        assert!(codes(&folder).contains(&"store-tail-lost"), "{damage}");
        assert_eq!(refused(&folder), "store-tail-lost", "{damage}");
    }
}

#[test]
fn found_a19_the_head_of_another_folder_is_told_from_ours() {
    let (folder, other) = (lived_in(), lived_in());
    let mut store = open(&other);
    somebody_comes(&mut store, "cyd");
    store.close().unwrap();
    put_back(&folder, "head", &keep(&other, "head"));
    assert_eq!(codes(&folder), ["store-head-differs"]);
    assert_eq!(refused(&folder), "store-head-differs");
}

#[test]
fn found_a19_a_page_that_is_zeros_anywhere_is_named() {
    let whole = lived_in();
    for name in ["baton.db", "keys.db"] {
        let bytes = keep(&whole, name);
        for page in 0..bytes.len() / PAGE {
            let folder = another(&whole);
            let mut bytes = bytes.clone();
            bytes[page * PAGE..(page + 1) * PAGE].fill(0);
            put_back(&folder, name, &bytes);
            let found = codes(&folder);
            assert!(!found.is_empty(), "page {page} of {name}");
            assert!(!found.contains(&"store-failed"), "page {page} of {name}: {found:?}");
        }
    }
}

#[test]
fn found_a19_noise_in_a_page_anywhere_is_named_or_harmless() {
    let whole = lived_in();
    for name in ["baton.db", "keys.db"] {
        let bytes = keep(&whole, name);
        for page in 0..bytes.len() / PAGE {
            for at in [0, 3, 8, 100, PAGE / 2, PAGE - 9] {
                let folder = another(&whole);
                let mut bytes = bytes.clone();
                for byte in bytes.iter_mut().skip(page * PAGE + at).take(8) {
                    *byte ^= 0xa5;
                }
                put_back(&folder, name, &bytes);
                let found = codes(&folder);
                assert!(!found.contains(&"store-failed"), "{page}+{at} of {name}: {found:?}");
            }
        }
    }
}

#[test]
fn found_a19_files_that_are_cut_are_named() {
    let whole = lived_in();
    for name in FILES {
        let bytes = keep(&whole, name);
        let last_page = bytes.len().saturating_sub(PAGE);
        for cut in [0, 1, 30, PAGE, bytes.len() / 2, last_page] {
            let folder = another(&whole);
            put_back(&folder, name, &bytes[..cut.min(bytes.len() - 2)]);
            // Of the second head one of two places is enough.
            if name != "head" || cut < 30 {
                assert!(!codes(&folder).is_empty(), "{name} cut to {cut}");
            }
            if cut < bytes.len() / 2 && name != "head" {
                let error = try_open(&folder).expect_err("it is refused");
                assert_ne!(error.code(), "store-failed", "{name} cut to {cut}: {error}");
            }
        }
    }
}

#[test]
fn found_a19_files_that_are_gone_are_named_and_not_made_again() {
    for name in FILES {
        let folder = lived_in();
        fs::remove_file(data(&folder).join(name)).unwrap();
        let named = if name == "head" { "store-head-missing" } else { "store-damaged" };
        assert_eq!(codes(&folder), [named], "{name}");
        assert_eq!(refused(&folder), named, "{name}");
        assert!(!data(&folder).join(name).exists(), "{name}");
    }
}

#[test]
fn found_a19_swapped_databases_are_named() {
    let folder = lived_in();
    let (database, keys) = (keep(&folder, "baton.db"), keep(&folder, "keys.db"));
    put_back(&folder, "baton.db", &keys);
    put_back(&folder, "keys.db", &database);
    assert_eq!(codes(&folder), ["store-damaged"]);
    assert_eq!(refused(&folder), "store-damaged");
    assert_eq!(keep(&folder, "keys.db"), database, "nothing was written into them");
}

#[test]
fn a_log_that_is_gone_is_a_lost_tail() {
    let lived = lived_in();
    let mut store = open(&lived);
    somebody_comes(&mut store, "cyd");
    store.sync_head().unwrap();
    // As a process leaves it that was killed: the newest is in the logs alone.
    let folder = another(&lived);
    drop(store);
    fs::remove_file(data(&folder).join("baton.db-wal")).unwrap();
    assert_eq!(refused(&folder), "store-tail-lost");
    assert!(codes(&folder).contains(&"store-tail-lost"));
}

#[test]
fn found_a19_links_that_lead_nowhere_are_named() {
    for name in FILES {
        let folder = lived_in();
        let file = data(&folder).join(name);
        fs::remove_file(&file).unwrap();
        symlink(folder.path().join("gone"), &file).unwrap();
        assert!(codes(&folder).contains(&"store-damaged"), "{name}");
        assert_eq!(refused(&folder), "store-damaged", "{name}");
        assert!(!folder.path().join("gone").exists(), "nothing is made where it leads");
    }
}

#[test]
fn found_a19_a_file_that_is_replaced_under_a_server_ends_it() {
    let folder = lived_in();
    let bytes = keep(&folder, "keys.db");
    let mut store = open(&folder);
    store.sync_head().unwrap();
    let file = data(&folder).join("keys.db");
    fs::rename(&file, folder.path().join("old")).unwrap();
    fs::write(&file, bytes).unwrap();
    assert_eq!(store.sync_head().unwrap_err().code(), "store-damaged");
}

#[test]
fn going_on_counts_what_is_there() {
    let folder = lived_in();
    let older = keep(&folder, "baton.db");
    let mut store = open(&folder);
    somebody_comes(&mut store, "cyd");
    store.close().unwrap();
    put_back(&folder, "baton.db", &older);
    assert_eq!(refused(&folder), "store-tail-lost");
    SqliteStore::open_after_loss(&data(&folder), Chance::system()).unwrap().close().unwrap();
    assert_eq!(codes(&folder), [""; 0]);
    let mut store = open(&folder);
    somebody_comes(&mut store, "cyd");
    store.close().unwrap();
    assert_eq!(codes(&folder), [""; 0], "what is sent again is taken in");
}

#[test]
fn found_a5_going_on_after_a_deleted_tail_leaves_nothing_of_it() {
    let folder = lived_in();
    let mut store = open(&folder);
    for who in ["cyd", "dan"] {
        somebody_comes(&mut store, who);
    }
    let end = store.head().unwrap().position.0;
    store.close().unwrap();
    sql(&folder, "baton.db", &format!("DELETE FROM journal WHERE position >= {}", end - 1));
    assert_eq!(refused(&folder), "store-tail-lost");
    let store = SqliteStore::open_after_loss(&data(&folder), Chance::system()).unwrap();
    assert_eq!(store.head().unwrap().position.0, end - 2);
    store.close().unwrap();
    let mut store = open(&folder);
    for who in ["dan", "cyd"] {
        somebody_comes(&mut store, who);
    }
    store.close().unwrap();
    let reader = store::sqlite::Reader::open(&data(&folder)).unwrap();
    assert!(audit::verify(&reader).unwrap().is_sound());
}

#[test]
fn found_a5_nobody_goes_on_over_a_gap() {
    let folder = lived_in();
    let end = open(&folder).head().unwrap().position.0;
    sql(&folder, "baton.db", &format!("DELETE FROM journal WHERE position IN (2, {end})"));
    let refused = SqliteStore::open_after_loss(&data(&folder), Chance::system()).unwrap_err();
    assert_eq!(refused.code(), "store-damaged", "{refused}");
}
