//! What a newer version wrote is called that, and never damage.

use rusqlite::Connection;
use sha2::{Digest, Sha256};
use store::sqlite::Reader;
use store::{Position, Read};
use tempfile::TempDir;

use super::{codes, data, lived_in, refused, sql, try_open};

/// Puts other bytes in place of the last entry's, as somebody would have written them who knew what
/// they mean: with the leaf and the heads of such bytes.
fn write_last(folder: &TempDir, change: impl Fn(&mut Vec<u8>)) {
    let db = Connection::open(data(folder).join("baton.db")).unwrap();
    let last = "SELECT max(position) FROM journal";
    let position: i64 = db.query_row(last, [], |row| row.get(0)).unwrap();
    let (mut body, parts): (Vec<u8>, Vec<u8>) = db
        .query_row("SELECT body, parts FROM journal WHERE position = ?1", [position], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    change(&mut body);
    let leaf = Sha256::new().chain_update([0]).chain_update(&body).chain_update(&parts).finalize();
    db.execute(
        "UPDATE journal SET body = ?2, leaf = ?3 WHERE position = ?1",
        (position, &body, leaf.as_slice()),
    )
    .unwrap();
    let mut statement = db.prepare("SELECT leaf FROM journal ORDER BY position").unwrap();
    let leaves = statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
    let head = leaves.fold(vec![0; 32], |head, leaf| {
        Sha256::new().chain_update(head).chain_update(leaf.unwrap()).finalize().to_vec()
    });
    db.execute("UPDATE head SET hash = ?1", [&head]).unwrap();
    let words = format!("{position} {}", hex(&head));
    let check = hex(&Sha256::digest(&words)[..4]);
    std::fs::write(data(folder).join("head"), format!("{:<128}", format!("{words} {check}\n")))
        .unwrap();
    drop(statement);
    sql(folder, "keys.db", "DELETE FROM stand");
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The place of the schema in an entry: behind the heads of two arrays.
const SCHEMA_AT: usize = 2;

#[test]
fn found_a17_a_fact_of_a_newer_schema_is_not_altered() {
    let folder = lived_in();
    write_last(&folder, |body| body[SCHEMA_AT] = 23);
    assert_eq!(codes(&folder), ["store-newer"]);
    assert_eq!(refused(&folder), "store-newer");
    let reader = Reader::open(&data(&folder)).unwrap();
    let last = reader.head().unwrap().position;
    assert_eq!(reader.at(last, None).unwrap_err().code(), "store-newer");
    assert_eq!(reader.journal(Position::START, 99, None).unwrap_err().code(), "store-newer");
}

#[test]
fn found_a17_a_kind_of_fact_that_nobody_knows_yet_is_not_altered() {
    let folder = lived_in();
    write_last(&folder, |body| {
        // Facts follow the header: an array of one, a choice, its number.
        let at = body.windows(2).position(|two| two == [0x81, 0x82]).expect("a fact");
        body.splice(at + 2..=at + 2, [0x19, 0x03, 0xe7]);
    });
    assert_eq!(codes(&folder), ["store-newer"]);
    assert_eq!(refused(&folder), "store-newer");
}

#[test]
fn a_flipped_bit_is_still_damage() {
    let folder = lived_in();
    sql(
        &folder,
        "baton.db",
        "UPDATE journal SET body = CAST(x'8286ff' || substr(body, 4) AS BLOB) WHERE position = 2",
    );
    let found = codes(&folder);
    assert!(found.contains(&"store-entry-altered"), "{found:?}");
    assert!(!found.contains(&"store-newer"), "{found:?}");
    let reader = Reader::open(&data(&folder)).unwrap();
    assert_eq!(reader.at(Position(2), None).unwrap_err().code(), "store-entry-altered");
}

#[test]
fn a_last_entry_that_cannot_be_read_keeps_nobody_out() {
    let folder = lived_in();
    let last = "UPDATE journal SET body = x'00' \
                WHERE position = (SELECT max(position) FROM journal)";
    sql(&folder, "baton.db", last);
    let store = try_open(&folder).expect("damage to one entry is the doctor's business");
    let last = store.head().unwrap().position;
    assert_eq!(store.at(last, None).unwrap_err().code(), "store-entry-altered");
}

#[test]
fn found_a17_an_older_program_stays_out() {
    for (file, newer) in [
        ("baton.db", "UPDATE settings SET value = x'0063' WHERE name = 'fact-schema'"),
        ("baton.db", "PRAGMA user_version = 99"),
        ("keys.db", "PRAGMA user_version = 99"),
    ] {
        let folder = lived_in();
        sql(&folder, file, newer);
        assert_eq!(refused(&folder), "store-newer", "{newer}");
        assert_eq!(Reader::open(&data(&folder)).unwrap_err().code(), "store-newer", "{newer}");
    }
}
