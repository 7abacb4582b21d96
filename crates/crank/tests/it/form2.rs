//! A whole folder of form 2, as a program of that form left it: people merged and parted again, somebody
//! erased, a lead that changed hands, bodies that arrived and that are open, claims, notes, a reading,
//! something in quarantine.
//!
//! `BLESS=1 cargo test -p crank --test it form2` makes it where there is none. It is never rewritten: a
//! program that writes another form has another number for it, and a folder of its own beside this one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crank::{Crank, Disclosure, Ids, StrategyCache, bodies_checked};
use domain::fact::{By, Entry, Fact, Note, ReadFor, ReadOf, SCHEMA};
use domain::handoff::{Actor, Owner, State};
use domain::signal::IdentifierKind::{Cookie, Email, ExternalId};
use domain::signal::Key;
use domain::{HandoffId, KeyId, Moment, PersonId, Span};
use engine::event::{Answer, Deed};
use engine::stages::deliver::BodyVerdict;
use rusqlite::Connection;
use store::chance::Chance;
use store::sqlite::{DATABASE, KEYS, MASTER_KEY, Reader, SECOND_HEAD, SqliteStore, audit, doctor};
use store::{HandoffFilter, Position, Purpose, Read, Stored};
use tempfile::TempDir;

use crate::folder::Folder;
use crate::office::WEDNESDAY_NOON;

const FILES: [&str; 4] = [DATABASE, KEYS, MASTER_KEY, SECOND_HEAD];

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../store/tests/golden/folder-2")
}

/// The golden folder, as a copy that may be written.
pub(crate) fn copied() -> (TempDir, PathBuf) {
    let home = tempfile::tempdir().expect("a folder");
    let path = home.path().join("data");
    fs::create_dir(&path).expect("makes it");
    fs::set_permissions(&path, Permissions::from_mode(0o700)).expect("ours");
    for name in FILES {
        fs::copy(golden().join(name), path.join(name)).expect("copies");
        fs::set_permissions(path.join(name), Permissions::from_mode(0o600)).expect("ours");
    }
    (home, path)
}

// ---- how it was made --------------------------------------------------------------------------

/// A history with everything that a folder can hold.
fn history() -> Folder {
    let mut folder = Folder::open();
    // Two who turn out to be one, and are parted again.
    folder.does("form.submitted", "ada@acme.example");
    folder.sends("page.viewed", &[(ExternalId, "u-1")], &[("path", "/pricing".into())]);
    let both = [(ExternalId, "u-1"), (Email, "ada@acme.example")];
    folder.sends("page.viewed", &both, &[("path", "/docs".into())]);
    let (winner, loser) = merged(&folder);
    let now = folder.now;
    let undone = folder.group(|crank| crate::office::undo_merge(crank, (winner, loser), now));
    undone.expect("it was merged");
    // A lead with much to tell, that changes hands and is taken.
    let title = ("person.title", "Head of Sales".into());
    let pain = ("person.pain", "Nobody calls back".into());
    let consent = ("consent.email", true.into());
    let size = ("account.employees", domain::Value::Integer(900));
    later(&mut folder);
    let mei = [(Email, "mei@initech.example"), (Cookie, "c-1")];
    folder.sends("form.submitted", &mei, &[title, pain, consent, size]);
    deliver(&mut folder);
    let lead = newest(&folder);
    let bob = Owner::Person(domain::handoff::MemberId("bob".into()));
    let to = if folder.handoff(lead).owner == bob { "ann" } else { "bob" };
    let to = Owner::Person(domain::handoff::MemberId(to.into()));
    act(&mut folder, lead, &Deed::Reassign { note: None, to, by: Some(By::Operator) });
    deliver(&mut folder);
    act(&mut folder, lead, &Deed::Accept { note: None, member: None, by: None });
    let note = || Some(Note::new(b"called, wants a quote".to_vec()));
    let (outcome, occurred, returns) = (State::Working, None, None);
    act(&mut folder, lead, &Deed::Outcome { outcome, occurred, returns, note: note(), by: None });
    let (right, complaints) = (Some(true), 0);
    act(&mut folder, lead, &Deed::Debrief { right, complaints, note: note(), by: None });
    deliver(&mut folder);
    // Something in quarantine, somebody erased, a reading, and what is still to leave.
    folder.does("quote.asked", "kim@umbrella.example");
    later(&mut folder);
    folder.does("form.submitted", "eve@initech.example");
    deliver(&mut folder);
    let eve = newest(&folder);
    let eve = folder.crank.store().handoff(eve).expect("reads").expect("there").person;
    let now = folder.now;
    folder.crank.erase(eve, &By::Operator, now).expect("she is erased");
    let account = folder.crank.store().handoff(lead).expect("reads").expect("there").account;
    let reading = Disclosure {
        reader: By::Key(KeyId::caused_by(&[b"ann"])),
        purpose: ReadFor::Stated,
        reason: Some("an inquiry".to_owned()),
        of: ReadOf::Account(account),
        nodes: 1,
        actor: Actor::Person,
    };
    folder.crank.record_disclosure(&reading, now).expect("is recorded");
    later(&mut folder);
    folder.does("form.submitted", "bo@globex.example");
    folder
}

fn merged(folder: &Folder) -> (PersonId, PersonId) {
    let found = facts(folder.crank.store()).into_iter().find_map(|fact| {
        let Fact::PeopleMerged { winner, loser, .. } = fact else { return None };
        Some((winner, loser))
    });
    found.expect("they were merged")
}

fn newest(folder: &Folder) -> HandoffId {
    let page = folder.crank.store().handoffs(&HandoffFilter::default(), None, 200);
    let rows = page.expect("lists").rows;
    rows.iter().max_by_key(|row| row.opened).expect("there is one").handoff
}

fn later(folder: &mut Folder) {
    folder.now = folder.now + Span::minutes(1);
}

fn act(folder: &mut Folder, handoff: HandoffId, deed: &Deed) {
    later(folder);
    let now = folder.now;
    folder.group(|crank| crank.act(handoff, deed, Actor::Operator, now)).expect("allowed");
}

fn deliver(folder: &mut Folder) {
    later(folder);
    let now = folder.now;
    for _ in 0..4 {
        for attempt in folder.crank.take_claims(now, 100).expect("claims") {
            let answer = Answer::Delivered { status: Some(200) };
            let (errand, number) = (attempt.row.errand, attempt.attempt);
            folder.group(|crank| crank.answered(errand, number, &answer, now)).expect("answers");
        }
    }
}

#[test]
fn a_golden_folder_is_made_where_there_is_none() {
    if std::env::var_os("BLESS").is_none() || golden().exists() {
        assert!(golden().join(DATABASE).exists(), "run with BLESS=1");
        return;
    }
    let (_folder, ()) = history().while_closed(|path| {
        fs::create_dir_all(golden()).expect("makes it");
        for name in [DATABASE, KEYS] {
            let db = Connection::open(path.join(name)).expect("opens");
            db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("truncates");
        }
        for name in FILES {
            fs::copy(path.join(name), golden().join(name)).expect("copies");
        }
    });
}

// ---- what it says -----------------------------------------------------------------------------

fn stored(store: &impl Read) -> Vec<Stored> {
    store.journal(Position::START, 10_000, Some(&Purpose::CARE)).expect("reads")
}

fn facts(store: &impl Read) -> Vec<Fact> {
    stored(store).into_iter().flat_map(|stored| stored.entry.facts).collect()
}

#[test]
fn found_a20_the_golden_folder_is_sound_and_holds_what_a_folder_can_hold() {
    let (_home, path) = copied();
    let reader = Reader::open(&path).expect("opens");
    let verdict = audit::verify(&reader).expect("looks");
    assert!(verdict.is_sound() && verdict.entries > 40, "{:?}", verdict.problems);
    drop(reader);
    let ailments = doctor::examine(&path).expect("looks");
    assert!(ailments.is_empty(), "{ailments:?}");
    let reader = Reader::open(&path).expect("opens");
    let facts = facts(&reader);
    let has = |what: &str, wanted: &dyn Fn(&Fact) -> bool| {
        assert!(facts.iter().any(wanted), "nothing in it: {what}");
    };
    has("a merge", &|fact| matches!(fact, Fact::PeopleMerged { .. }));
    has("an undo", &|fact| matches!(fact, Fact::MergeUndone { .. }));
    has("what was erased", &|fact| matches!(fact, Fact::SignalArrived { content: None, .. }));
    has("a lead", &|fact| matches!(fact, Fact::SignalArrived { lead: Some(true), .. }));
    has("claims", &|fact| matches!(fact, Fact::BriefWritten { says: Some(_), .. }));
    has("erased claims", &|fact| {
        matches!(fact, Fact::BriefWritten { renderer: Some(_), says: None, .. })
    });
    has("a MAC", &|fact| matches!(fact, Fact::DeliveryQueued { mac: Some(_), body: None, .. }));
    has("quarantine", &|fact| matches!(fact, Fact::SignalQuarantined { raw: Some(_), .. }));
    has("a note", &|fact| matches!(fact, Fact::Debriefed { note: Some(_), .. }));
    has("who reassigned", &|fact| {
        matches!(fact, Fact::OwnerAssigned { by: Some(By::Operator), .. })
    });
    has("a reading", &|fact| {
        matches!(fact, Fact::Unsealed { of: Some(ReadOf::Account(_)), reason: Some(_), .. })
    });
    let verdicts = verdicts(&reader);
    // An earlier version wrote the folder, and its bodies had no person and no account. What takes
    // something back has the same bytes as then.
    assert_eq!(
        verdicts.keys().copied().collect::<Vec<_>>(),
        [BodyVerdict::Same, BodyVerdict::LaterVersion, BodyVerdict::Erased]
    );
    assert!(verdicts[&BodyVerdict::LaterVersion] > 5, "{verdicts:?}");
}

/// What comes of making the bodies again.
fn verdicts(store: &impl Read) -> BTreeMap<BodyVerdict, usize> {
    let (mut verdicts, mut strategies) = (BTreeMap::new(), StrategyCache::default());
    let page = store.handoffs(&HandoffFilter::default(), None, 200).expect("lists");
    for row in page.rows {
        let bodies = bodies_checked(store, row.handoff, &mut strategies).expect("reads");
        for body in bodies.expect("it is there") {
            *verdicts.entry(body.verdict).or_default() += 1;
        }
    }
    verdicts
}

#[test]
fn a_program_of_today_goes_on_with_the_golden_folder() {
    let (_home, path) = copied();
    let store = SqliteStore::open(&path, Chance::seeded(3)).expect("opens");
    let ada = Key {
        kind: Email,
        scope: domain::Text::default(),
        value: "ada@acme.example".into(),
        verified: true,
    };
    let found = store.candidates(&[ada]).expect("looks up");
    assert!(found[0].is_some(), "keyed hashes are those of today");
    let mut crank = Crank::open(store, Ids::Derived(7)).expect("opens");
    let waiting = crank.store().outbox_count().expect("counts");
    let now = WEDNESDAY_NOON + Span::HOUR;
    let claimed = crank.take_claims(now, 100).expect("claims");
    assert!(waiting > 0 && claimed.len() as u64 == waiting, "what was open leaves");
    let page = crank.store().handoffs(&HandoffFilter::default(), None, 200).expect("lists");
    for row in page.rows {
        let account = crank.account(row.account).expect("folds");
        let known = account.handoff(row.handoff).expect("of its account");
        assert_eq!((known.state, &known.owner), (row.state, &row.owner));
        assert_eq!(u64::from(known.version), row.version, "{}", row.handoff);
    }
}

// ---- today's form is that of the golden folder ------------------------------------------------

/// Bytes of a nonce and a tag.
const SEALING: usize = 24 + 16;

#[test]
fn found_a20_todays_program_writes_the_form_of_the_golden_folder() {
    let (_home, path) = copied();
    let reader = Reader::open(&path).expect("opens");
    let entries = stored(&reader);
    let db = Connection::open(path.join(DATABASE)).expect("opens");
    let mut sealed = 0;
    for Stored { position, entry, .. } in &entries {
        assert_eq!(entry.header.schema, SCHEMA, "the golden folder is of today's form");
        let written: Vec<u8> = db
            .query_row("SELECT body FROM journal WHERE position = ?1", [position.0 as i64], |row| {
                row.get(0)
            })
            .expect("there");
        let read = Entry::read(&written).expect("reads");
        let mut again = Vec::new();
        read.write(&[], &mut again);
        assert_eq!(again, written, "{position}: the clear part");
        for (place, fact) in entry.facts.iter().enumerate() {
            let Some(plain) = plain(fact) else { continue };
            let key = position.0 as i64 * 65_536 + place as i64;
            let sql = "SELECT length(bytes) FROM sealed WHERE key = ?1";
            let bytes: i64 = db.query_row(sql, [key], |row| row.get(0)).expect("there");
            assert_eq!(bytes as usize, plain.len() + SEALING, "{position}: {}", fact.kind());
            sealed += 1;
        }
    }
    assert!(sealed > 10, "{sealed}");
}

/// What is sealed with a fact, as this program writes it.
#[expect(clippy::wildcard_enum_match_arm, reason = "most facts have no sealed part")]
fn plain(fact: &Fact) -> Option<Vec<u8>> {
    let cbor = match fact {
        Fact::SignalArrived { content, .. } | Fact::CheckpointReached { repaired: content, .. } => {
            minicbor::to_vec(content.as_ref()?)
        }
        Fact::SignalQuarantined { raw, .. } | Fact::QuarantineRepaired { raw, .. } => {
            minicbor::to_vec(raw.as_ref()?)
        }
        Fact::OutcomeRecorded { note, .. }
        | Fact::Debriefed { note, .. }
        | Fact::ClaimJudged { note, .. }
        | Fact::Unsealed { reason: note, .. }
        | Fact::ImportRecorded { names: note, .. } => minicbor::to_vec(note.as_ref()?),
        Fact::BriefWritten { says, .. } => minicbor::to_vec(says.as_ref()?),
        _ => return None,
    };
    Some(cbor.expect("CBOR"))
}

/// Tables, columns and indexes of a database.
fn shape(path: &Path) -> BTreeSet<(String, String)> {
    let db = Connection::open(path).expect("opens");
    let sql = "SELECT m.name, coalesce(c.name, '') FROM sqlite_schema m \
               LEFT JOIN pragma_table_info(m.name) c WHERE m.name NOT LIKE 'sqlite_%'";
    let mut statement = db.prepare(sql).expect("reads");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.expect("reads").collect::<Result<_, _>>().expect("reads")
}

#[test]
fn a_folder_of_today_has_the_tables_that_the_golden_one_comes_to() {
    let (home, path) = copied();
    SqliteStore::open(&path, Chance::seeded(4)).expect("opens").close().expect("closes");
    let fresh = home.path().join("fresh");
    SqliteStore::open(&fresh, Chance::seeded(4)).expect("opens").close().expect("closes");
    for name in [DATABASE, KEYS] {
        assert_eq!(shape(&path.join(name)), shape(&fresh.join(name)), "{name}");
    }
}

#[test]
fn moments_of_the_golden_folder_are_virtual() {
    let (_home, path) = copied();
    let reader = Reader::open(&path).expect("opens");
    let (first, last) = (WEDNESDAY_NOON, WEDNESDAY_NOON + Span::DAY);
    let moments = stored(&reader).into_iter().map(|stored| stored.entry.header.moment);
    assert!(moments.clone().all(|moment: Moment| (first..=last).contains(&moment)));
    assert!(moments.is_sorted());
}
