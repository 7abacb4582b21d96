//! `replay`: whatever is lost of the rows, the journal gives it back.

use std::collections::BTreeMap;
use std::path::Path;

use crank::{EntryFault, Repair, Replayed, TurnReport};
use domain::errand::Answer;
use domain::fact::{By, Entry, Fact, Note};
use domain::handoff::{MemberId, Owner, State};
use domain::signal::IdentifierKind::{self, Cookie, Email, ExternalId, Phone};
use domain::{HandoffId, PersonId, Span, Value};
use engine::event::Deed;
use rusqlite::Connection;
use rusqlite::types::Value as Cell;
use sha2::Digest;
use store::EntryRow;
use store::chance::Chance;
use store::sqlite::{DATABASE, Reader, SqliteStore};

use crate::folder::Folder;
use crate::office::{by_ann, undo_merge};

/// The tables that a replay writes, and what is compared of each.
const TABLES: [(&str, &str); 11] = [
    ("aggregates", "n, id, last, sealed, person, account, flags"),
    ("handoffs", "*"),
    (
        "outbox",
        "id, kind, aggregate, destination, correlation, attempt, due, claimed_until, ready, queued_at",
    ),
    ("timers", "*"),
    ("identifiers", "*"),
    ("account_names", "*"),
    ("forwarding", "*"),
    ("inbox", "*"),
    ("entries", "*"),
    ("found", "*"),
    ("erased", "*"),
];

type Rows = BTreeMap<&'static str, Vec<String>>;

/// Everything that the tables hold, byte for byte, but the place of an errand among errands.
fn rows(data: &Path) -> Rows {
    let db = Connection::open(data.join(DATABASE)).expect("opens");
    let mut all = Rows::new();
    for (table, columns) in TABLES {
        let mut read = db.prepare(&format!("SELECT {columns} FROM {table}")).expect(table);
        let width = read.column_count();
        let cells = |row: &rusqlite::Row<'_>| -> rusqlite::Result<String> {
            let cells = (0..width).map(|at| row.get::<_, Cell>(at));
            Ok(format!("{:?}", cells.collect::<Result<Vec<_>, _>>()?))
        };
        let rows = read.query_map([], cells).expect(table);
        let mut rows: Vec<String> = rows.collect::<Result<_, _>>().expect(table);
        rows.sort_unstable();
        all.insert(table, rows);
    }
    all
}

fn replay(data: &Path, dry_run: bool) -> Replayed {
    let store = SqliteStore::open(data, Chance::seeded(9)).expect("opens");
    crank::replay(store, dry_run, &mut |_| {}).expect("replays")
}

fn damage(data: &Path, sql: &str) {
    let db = Connection::open(data.join(DATABASE)).expect("opens");
    db.execute_batch(sql).expect("the damage is done");
}

fn person_of(folder: &Folder, by: (IdentifierKind, &str)) -> PersonId {
    let known = crate::office::signal(0, "x", &[by], &[], folder.now);
    let keys = engine::identity::identifiers(&known.source, &known.content).keys;
    folder.crank.person_by(&keys).expect("reads").expect("somebody")
}

fn act(folder: &mut Folder, handoff: HandoffId, deed: &Deed) {
    let now = folder.now;
    let done = folder.group(|crank| crank.act(handoff, deed, domain::handoff::Actor::Person, now));
    done.expect("may be done");
}

fn deliver(folder: &mut Folder, answer: &Answer) {
    let now = folder.now;
    let attempts = folder.crank.take_claims(now, 100).expect("claims");
    for attempt in attempts {
        let errand = attempt.row.errand;
        folder
            .group(|crank| crank.answered(errand, attempt.attempt, answer, now))
            .expect("answers");
    }
}

fn handoff(taken: &TurnReport) -> HandoffId {
    taken.handoff.expect("a handoff")
}

/// A folder in which everything happened that rows are made of: merges and one that was taken back, an
/// erasure, somebody who moved, what was held, repaired, released and thrown away, deliveries in each
/// state, clocks in each state, and signals that wait.
fn folder() -> Folder {
    let mut folder = Folder::open();
    people(&mut folder);
    work(&mut folder);
    held(&mut folder);
    folder.now = folder.now + Span::minutes(45);
    let now = folder.now;
    folder.crank.take_timers(now, 100).expect("fires");
    let waits = [
        folder.signal("page.viewed", "ada@acme.com"),
        folder.signal("form.submitted", "new@waits.example"),
    ];
    folder.accept(&waits).expect("accepted");
    folder
}

fn people(folder: &mut Folder) {
    folder.sends("page.viewed", &[(Cookie, "c-1")], &[]);
    folder.sends("page.viewed", &[(Cookie, "c-1"), (Email, "ada@acme.com")], &[]);
    folder.sends("page.viewed", &[(ExternalId, "u1")], &[]);
    folder.sends("page.viewed", &[(ExternalId, "u1"), (Email, "ada@acme.com")], &[]);
    folder.sends("page.viewed", &[(Email, "ben@gmail.com")], &[]);
    folder.sends("page.viewed", &[(Phone, "+493012345678")], &[]);
    folder.sends("page.viewed", &[(Email, "ben@gmail.com"), (Phone, "+493012345678")], &[]);
    // Two who were thought to be one, and are two again.
    folder.sends("page.viewed", &[(Email, "eve@other.example")], &[]);
    folder.sends("page.viewed", &[(ExternalId, "u2")], &[]);
    let (one, two) =
        (person_of(folder, (Email, "eve@other.example")), person_of(folder, (ExternalId, "u2")));
    folder.sends("page.viewed", &[(ExternalId, "u2"), (Email, "eve@other.example")], &[]);
    let now = folder.now + Span::minutes(1);
    folder.now = now;
    folder
        .group(|crank| undo_merge(crank, (one.min(two), one.max(two)), now))
        .expect("they were merged");
    // Somebody of nowhere tells where they are: their old account is forwarded.
    folder.sends("page.viewed", &[(ExternalId, "u3")], &[]);
    folder.sends("page.viewed", &[(ExternalId, "u3"), (Email, "kim@somewhere.example")], &[]);
}

fn work(folder: &mut Folder) {
    let delivered = Answer::Delivered { status: Some(200) };
    let ada = handoff(&folder.sends("form.submitted", &[(Email, "ada@acme.com")], &[]));
    deliver(folder, &delivered);
    deliver(folder, &delivered);
    let bob = Owner::Person(MemberId("bob".into()));
    let note = || Some(Note::new(b"speaks Polish".to_vec()));
    act(folder, ada, &Deed::Reassign { note: note(), to: bob, by: Some(by_ann()) });
    act(folder, ada, &Deed::Accept { note: note(), member: None, by: Some(by_ann()) });
    let lea = handoff(&folder.sends("form.submitted", &[(Email, "lea@third.example")], &[]));
    let not_now = domain::reason::Code::NotNow;
    act(folder, lea, &Deed::Reject { note: note(), reason: not_now, by: Some(by_ann()) });
    act(folder, lea, &Deed::Reassign { note: note(), to: Owner::Engine, by: Some(by_ann()) });
    let code = domain::reason::Code::DestinationBusy;
    let later = Answer::Later { code, status: Some(503), not_before: None };
    let kim = handoff(&folder.sends("form.submitted", &[(Email, "kim@somewhere.example")], &[]));
    deliver(folder, &later);
    let won = State::Won;
    let eve = handoff(&folder.sends("form.submitted", &[(Email, "eve@other.example")], &[]));
    let outcome =
        Deed::Outcome { outcome: won, occurred: None, returns: None, note: None, by: None };
    act(folder, eve, &outcome);
    // Somebody who is forgotten, with what was sent for them.
    folder.sends("form.submitted", &[(Email, "gone@gone.example"), (ExternalId, "u9")], &[]);
    let gone = person_of(folder, (Email, "gone@gone.example"));
    let now = folder.now + Span::minutes(1);
    folder.now = now;
    folder.crank.erase(gone, &By::Operator, now).expect("known");
    folder.sends("page.viewed", &[(Email, "kim@somewhere.example")], &[]);
    assert_eq!(folder.handoff(kim).state, State::Offered);
    // Attempts that nobody has answered yet.
    folder.now = folder.now + Span::minutes(2);
    let now = folder.now;
    folder.crank.take_claims(now, 100).expect("claims");
}

fn held(folder: &mut Folder) {
    let unread = |_: &SqliteStore, _: &EntryRow, _: &domain::fact::Raw| {
        Err(vec![EntryFault::whole(domain::reason::Code::Unreadable, "not asked for")])
    };
    let now = folder.now;
    let title = |value: &str| Repair { field: "person.title".to_owned(), value: value.to_owned() };
    let released =
        folder.sends("quote.asked", &[(Email, "lea@acme.com")], &[]).entry.expect("held");
    folder
        .group(|crank| {
            crank.repair(released, &[title("Head")], &unread, now)?;
            crank.release(released, &unread, now)
        })
        .expect("repaired");
    let repaired =
        folder.sends("quote.asked", &[(Email, "mia@acme.com")], &[]).entry.expect("held");
    folder
        .group(|crank| crank.repair(repaired, &[title("Boss, boss@acme.example")], &unread, now))
        .expect("open");
    let discarded =
        folder.sends("quote.asked", &[(Email, "ned@acme.com")], &[]).entry.expect("held");
    folder.group(|crank| crank.discard(discarded, now)).expect("open");
    folder.sends("quote.asked", &[(Email, "oda@acme.com")], &[("person.name", Value::from("Oda"))]);
}

#[test]
fn a_replay_of_a_whole_folder_changes_nothing() {
    let (_, ()) = folder().while_closed(|data| {
        let before = rows(data);
        for (table, kept) in &before {
            assert!(!kept.is_empty(), "{table} has rows");
        }
        for dry_run in [true, false] {
            let replayed = replay(data, dry_run);
            assert!(replayed.is_same(), "{replayed:#?}");
            assert_eq!(rows(data), before);
        }
        assert!(store::sqlite::doctor::examine(data).expect("looks").is_empty());
    });
}

/// What is done to a table, and which tables have to be named for it.
const DAMAGES: [(&str, &[&str]); 22] = [
    ("DELETE FROM handoffs", &["handoffs"]),
    ("UPDATE handoffs SET state = 9", &["handoffs"]),
    ("UPDATE handoffs SET owner = 'nobody', owner_kind = 1", &["handoffs"]),
    ("UPDATE handoffs SET person = zeroblob(10), version = 1", &["handoffs"]),
    ("DELETE FROM outbox", &["outbox"]),
    ("UPDATE outbox SET attempt = 0, claimed_until = NULL", &["outbox"]),
    ("DELETE FROM timers", &["timers"]),
    ("UPDATE timers SET due = due - 1000000", &["timers"]),
    ("INSERT INTO timers SELECT due, x'8202820000', account FROM timers LIMIT 1", &["timers"]),
    ("DELETE FROM identifiers", &["identifiers", "aggregates"]),
    ("UPDATE identifiers SET node = 1", &["identifiers"]),
    ("UPDATE aggregates SET flags = 0", &["aggregates"]),
    ("UPDATE aggregates SET person = NULL, account = NULL", &["aggregates"]),
    ("UPDATE aggregates SET last = 0, sealed = 0", &["aggregates"]),
    ("DELETE FROM aggregates", &["aggregates"]),
    (
        "DELETE FROM account_names WHERE account IN (SELECT account FROM aggregates WHERE flags > 0)",
        &["account_names"],
    ),
    ("DELETE FROM forwarding", &["forwarding"]),
    ("INSERT INTO forwarding VALUES (zeroblob(10), zeroblob(10))", &["forwarding"]),
    ("DELETE FROM inbox", &["inbox"]),
    ("INSERT INTO inbox VALUES (1)", &["inbox"]),
    ("UPDATE entries SET state = 0, raw_at = 1", &["entries"]),
    ("DELETE FROM erased", &["erased"]),
];

#[test]
fn whatever_is_lost_of_the_rows_the_journal_gives_it_back() {
    let mut folder = folder();
    for (sql, named) in DAMAGES {
        let (whole, ()) = folder.while_closed(|data| {
            let before = rows(data);
            damage(data, sql);
            let found = replay(data, true);
            let differs = found.tables.iter().filter(|one| !one.is_none());
            let tables: Vec<&str> = differs.clone().map(|one| one.table).collect();
            for table in named {
                // What leads to nodes stands in two tables: the one that is whole is not named.
                let twice = *table == "aggregates" && sql.contains("identifiers");
                assert!(twice || tables.contains(table), "{sql}: {tables:?}");
            }
            assert!(differs.clone().all(|one| !one.places.is_empty()), "{sql}: each is named");
            assert!(!tables.is_empty(), "{sql}");
            replay(data, false);
            let after = rows(data);
            for (table, kept) in &before {
                assert_eq!(after.get(table), Some(kept), "{table} after {sql}");
            }
            let ailments = store::sqlite::doctor::examine(data).expect("looks");
            assert!(ailments.is_empty(), "{sql}: {ailments:#?}");
        });
        folder = whole;
    }
}

fn missing(data: &Path) -> Vec<crank::MissingTimer> {
    Reader::open(data).expect("opens").at_one_moment(crank::missing_timers).expect("folds")
}

/// Timers other than those of clocks are of chains and of looks for an owner: no row says that they are
/// there, but what the handoff waits for does.
#[test]
fn found_timers_whatever_a_handoff_waits_for_is_missed_where_it_has_no_timer() {
    let (_, ()) = folder().while_closed(|data| {
        assert_eq!(missing(data), []);
        let timers: Vec<Vec<u8>> = {
            let db = Connection::open(data.join(DATABASE)).expect("opens");
            let mut read = db.prepare("SELECT wake FROM timers").expect("reads");
            let wakes = read.query_map([], |row| row.get(0)).expect("reads");
            wakes.collect::<Result<_, _>>().expect("reads")
        };
        let mut kinds = std::collections::BTreeSet::new();
        for wake in &timers {
            let db = Connection::open(data.join(DATABASE)).expect("opens");
            db.execute("DELETE FROM timers WHERE wake = ?1", [wake]).expect("deleted");
            drop(db);
            let [missed] = missing(data)[..] else { panic!("{:?}", missing(data)) };
            kinds.insert(missed.waits_for());
            assert!(missed.due.is_some(), "{missed:?}");
            assert!(!replay(data, false).is_same(), "it is written anew");
            assert_eq!(missing(data), []);
        }
        assert!(kinds.len() >= 3, "{kinds:?}");
        // One that is due too early is as good as none: it fires before its time, and then is gone.
        damage(data, "UPDATE timers SET due = due - 1");
        assert_eq!(missing(data).len(), timers.len());
        damage(data, "UPDATE timers SET due = due + 5");
        assert_eq!(missing(data), [], "what was put off is there");
    });
}

#[test]
fn quarantine_entries_that_are_gone_come_back_but_for_what_no_fact_holds() {
    let (_, ()) = folder().while_closed(|data| {
        let before = rows(data);
        damage(data, "DELETE FROM entries; DELETE FROM found");
        replay(data, false);
        let after = rows(data);
        assert_eq!(after["entries"], before["entries"]);
        assert_eq!(after["found"], before["found"], "whom an erasure has to find");
    });
}

#[test]
fn what_is_in_force_comes_back() {
    let (folder, ()) = folder().while_closed(|data| {
        damage(data, "DELETE FROM settings WHERE name = 'force'");
        assert!(replay(data, true).force);
        assert!(replay(data, false).force);
        assert!(!replay(data, true).force);
    });
    assert!(folder.crank.strategies().in_force().is_some());
}

#[test]
fn a_planted_row_is_named_and_a_dry_run_changes_nothing() {
    let (_, ()) = folder().while_closed(|data| {
        damage(data, "UPDATE handoffs SET owner = 'zoe' WHERE n = 1");
        let planted = rows(data);
        let found = replay(data, true);
        let handoffs = found.tables.iter().find(|one| one.table == "handoffs").expect("compared");
        assert_eq!((handoffs.missing, handoffs.stray, handoffs.different), (0, 0, 1));
        let id = crate::replayed::first_handoff(data);
        assert_eq!(handoffs.places, [(id.to_string(), "its `owner` is another".to_owned())]);
        assert_eq!(rows(data), planted);
    });
}

fn first_handoff(data: &Path) -> HandoffId {
    let db = Connection::open(data.join(DATABASE)).expect("opens");
    let id = db.query_row("SELECT id FROM handoffs WHERE n = 1", [], |row| row.get(0));
    HandoffId::from_bytes(id.expect("a row"))
}

#[test]
fn a_journal_that_is_not_whole_is_not_replayed() {
    let (_, ()) = folder().while_closed(|data| {
        damage(
            data,
            "UPDATE journal SET leaf = zeroblob(32) WHERE position = 9; DELETE FROM timers",
        );
        let before = rows(data);
        let store = SqliteStore::open(data, Chance::seeded(9)).expect("opens");
        let refused = crank::replay(store, false, &mut |_| {}).expect_err("it is damaged");
        assert!(refused.to_string().contains("entry 9"), "{refused}");
        assert_eq!(rows(data), before, "nothing was changed");
    });
}

fn check(data: &Path) -> crank::Checked {
    let store = SqliteStore::open(data, Chance::seeded(9)).expect("opens");
    crank::check(store, store::Position(1), &mut |_| {}).expect("checks")
}

#[test]
fn turns_that_are_taken_again_say_what_they_said() {
    let (_, checked) = folder().while_closed(|data| {
        let before = rows(data);
        let checked = check(data);
        assert_eq!(rows(data), before, "nothing was changed");
        checked
    });
    assert_eq!(checked.different, 0, "{:#?}", checked.first);
    assert!(checked.turns > 40, "{checked:#?}");
    assert_eq!((checked.other_versions, checked.without_strategy), (0, 0));
    assert!(checked.not_again.contains_key("person-erased"), "{checked:#?}");
}

/// Writes an entry in place of another, with a leaf that fits; what was there.
fn rewrite(data: &Path, position: i64, change: impl FnOnce(&mut Entry)) -> (Vec<u8>, Vec<u8>) {
    let db = Connection::open(data.join(DATABASE)).expect("opens");
    let sql = "SELECT body, parts, leaf FROM journal WHERE position = ?1";
    let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let (body, parts, leaf): (Vec<u8>, Vec<u8>, Vec<u8>) =
        db.query_row(sql, [position], row).expect("an entry");
    let mut entry = Entry::read(&body).expect("an entry");
    change(&mut entry);
    let mut changed = Vec::new();
    entry.write(&[], &mut changed);
    let fits = sha2::Sha256::new().chain_update([0]).chain_update(&changed).chain_update(&parts);
    put(data, position, &(changed, fits.finalize().to_vec()));
    (body, leaf)
}

fn put(data: &Path, position: i64, (body, leaf): &(Vec<u8>, Vec<u8>)) {
    let db = Connection::open(data.join(DATABASE)).expect("opens");
    db.execute(
        "UPDATE journal SET body = ?2, leaf = ?3 WHERE position = ?1",
        (position, body, leaf),
    )
    .expect("rewritten");
}

/// The first entry of a score alone.
fn scored(data: &Path) -> i64 {
    let db = Connection::open(data.join(DATABASE)).expect("opens");
    let mut read =
        db.prepare("SELECT position, body FROM journal ORDER BY position").expect("reads");
    let mut entries = read.query([]).expect("reads");
    while let Some(row) = entries.next().expect("reads") {
        let body: Vec<u8> = row.get(1).expect("a body");
        let entry = Entry::read(&body).expect("an entry");
        let has = |kind| entry.facts.iter().any(|fact| fact.kind() == kind);
        if has("lead-scored") && !has("delivery-queued") {
            return row.get(0).expect("a position");
        }
    }
    panic!("nobody was scored");
}

#[test]
fn a_planted_difference_is_found_and_named() {
    let (_, ()) = folder().while_closed(|data| {
        let position = scored(data);
        let before = rewrite(data, position, |entry| {
            for fact in &mut entry.facts {
                if let Fact::LeadScored { score, .. } = fact {
                    std::sync::Arc::make_mut(score).fit += 100;
                }
            }
        });
        let checked = check(data);
        assert_eq!(checked.different, 1);
        let first = checked.first.expect("a difference");
        assert_eq!(first.position.0, position as u64);
        let (stored, again) = (first.stored.expect("one"), first.again.expect("one"));
        assert_eq!((stored.kind(), again.kind()), ("lead-scored", "lead-scored"));
        assert_ne!(stored, again);
        // A turn of another version is told apart, and is no difference.
        put(data, position, &before);
        let before = rewrite(data, position, |entry| entry.header.engine = Some(999));
        let checked = check(data);
        assert_eq!((checked.different, checked.first), (0, None));
        assert!(checked.other_versions > 0);
        put(data, position, &before);
        // So is one whose strategy is not kept.
        damage(data, "UPDATE strategies SET version = zeroblob(16)");
        let checked = check(data);
        assert_eq!((checked.different, checked.turns > 0), (0, true));
        assert!(checked.without_strategy > 10, "{checked:#?}");
        damage(data, "UPDATE strategies SET version = (SELECT substr(value, 1, 16) FROM settings WHERE name = 'force')");
    });
}
