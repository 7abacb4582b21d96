//! How many signals and turns a second a data folder takes, in groups of 1,000.
//!
//! `cargo bench -p store -- FOLDER` measures in a folder of choice: what counts is its disk.
#![expect(clippy::print_stdout, reason = "a bench tells its figures")]

use std::path::PathBuf;
use std::time::Duration;

use domain::fact::{Aggregate, Fact};
use domain::{AccountId, Moment, Value};
use store::chance::Chance;
use store::sqlite::{Reader, SqliteStore, audit};
use store::{Acceptance, Accepted, Arrival, Position, Purpose, Read, Store, story};

const SIGNALS: usize = 100_000;
const GROUP: usize = 1_000;
/// Signals a person.
const EACH: usize = 3;

fn main() {
    let beside = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let folder = beside.map_or_else(
        || tempfile::tempdir().map(tempfile::TempDir::keep),
        |path| Ok(PathBuf::from(path)),
    );
    let path = folder.expect("a folder").join("bench-data");
    let mut store = SqliteStore::open(&path, Chance::seeded(7)).expect("opens");
    let signals: Vec<_> = (0..SIGNALS).map(signal).collect();

    let mut accepted = Vec::with_capacity(SIGNALS);
    let took = timed(|| {
        for group in signals.chunks(GROUP) {
            story::group(&mut store, |store| {
                accepted.extend(group.iter().map(|it| accept(store, it)));
            });
        }
    });
    tell("signals accepted", SIGNALS, took);
    let beside = plain::accept(&path.with_file_name("bench-plain"), SIGNALS, GROUP, EACH);
    tell("by a loop beside it: the same rows, keys and syncs", SIGNALS, beside);
    println!(
        "{:>11.2}  of the loop beside it (at least 0.5)",
        beside.as_secs_f64() / took.as_secs_f64()
    );

    let took = timed(|| {
        for group in signals.chunks(GROUP) {
            story::group(&mut store, |store| {
                for (incoming, key) in group {
                    let outcome =
                        story::offer(store, incoming, std::slice::from_ref(key), story::NOON);
                    assert!(matches!(outcome, Acceptance::Duplicate { .. }));
                }
            });
        }
    });
    tell("duplicates refused", SIGNALS, took);

    let took = timed(|| {
        for group in accepted.chunks(GROUP) {
            story::group(&mut store, |store| group.iter().for_each(|it| turn(store, it)));
        }
    });
    tell("handoffs written (2 entries, 9 facts, row, delivery, timer)", SIGNALS, took);

    let took = timed(|| {
        for it in &accepted[..20_000] {
            let node = Aggregate::Node(it.node);
            let history = store.history(node, Position::START, None, Some(&Purpose::TURN));
            assert!(!history.expect("reads").is_empty());
        }
    });
    tell("histories of a node read", 20_000, took);

    store.sync_head().expect("syncs");
    let took = timed(|| store.checkpoint_idle().expect("checkpoints"));
    tell("checkpoints", 1, took);
    let reader = Reader::open(&path).expect("opens");
    let mut entries = 0;
    let took = timed(|| entries = audit::verify(&reader).expect("audits").entries as usize);
    tell("entries audited", entries, took);
    drop((store, reader));
    std::fs::remove_dir_all(&path).expect("cleans up");
}

/// The loop beside it: rows of the same sizes into the same tables, out of prepared bytes.
mod plain {
    use std::path::Path;
    use std::time::Duration;

    use rusqlite::Connection;
    use store::chance::Chance;
    use store::sqlite::{DATABASE, KEYS, SqliteStore};

    pub(super) fn accept(path: &Path, signals: usize, group: usize, each: usize) -> Duration {
        SqliteStore::open(path, Chance::seeded(7)).expect("opens").close().expect("closes");
        let open = |name| {
            let db = Connection::open(path.join(name)).expect("opens");
            let settings = "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; \
                 PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; \
                 PRAGMA wal_autocheckpoint = 16384";
            db.execute_batch(settings).expect("sets");
            db
        };
        let (data, keys) = (open(DATABASE), open(KEYS));
        let mut chance = Chance::seeded(9);
        let names: Vec<[u8; 16]> =
            (0..signals * 3).map(|_| chance.draw().expect("draws")).collect();
        let took = super::timed(|| write(&data, &keys, &names, signals, group, each));
        drop((data, keys));
        std::fs::remove_dir_all(path).expect("cleans up");
        took
    }

    fn write(
        data: &Connection,
        keys: &Connection,
        names: &[[u8; 16]],
        signals: usize,
        group: usize,
        each: usize,
    ) {
        let prepare = |sql| data.prepare(sql).expect("prepares");
        let mut dedupe = prepare("INSERT INTO dedupe VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING");
        let mut find = prepare("SELECT node FROM identifiers WHERE name = ?1 AND verified = 1");
        let mut lead = prepare("INSERT INTO identifiers VALUES (?1, 1, ?2)");
        let mut add = prepare("INSERT INTO aggregates VALUES (?1, ?2, 1, 1, NULL, NULL, 258)");
        let mut change = prepare("UPDATE aggregates SET last = ?2, sealed = ?2 WHERE n = ?1");
        let mut sealed = prepare("INSERT INTO sealed VALUES (?1, ?2, ?3, ?4)");
        let mut journal = prepare("INSERT INTO journal VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
        let mut inbox = prepare("INSERT INTO inbox VALUES (?1)");
        let mut head = prepare("UPDATE head SET position = ?1, hash = ?2");
        let mut key = keys.prepare("INSERT INTO keys VALUES (?1, ?2)").expect("prepares");
        for first in (0..signals).step_by(group) {
            data.execute_batch("BEGIN IMMEDIATE").expect("begins");
            keys.execute_batch("BEGIN IMMEDIATE").expect("begins");
            for at in first..first + group {
                let (node, position) = (at / each + 1, at + 1);
                let name = &names[signals + node][..];
                dedupe.execute((&names[at][..], &names[at][..], position as i64)).expect("writes");
                if find.exists([name]).expect("looks up") {
                    change.execute((node as i64, position as i64)).expect("writes");
                } else {
                    lead.execute((name, node as i64)).expect("writes");
                    add.execute((node as i64, &names[2 * signals + node][..11])).expect("writes");
                    key.execute((node as i64, [7u8; 72].as_slice())).expect("writes");
                }
                let part = (position as i64) << 16;
                sealed
                    .execute((part, node as i64, part - 1, [7u8; 560].as_slice()))
                    .expect("writes");
                let (body, hash) = ([7u8; 70].as_slice(), [7u8; 32].as_slice());
                journal
                    .execute((
                        position as i64,
                        node as i64,
                        0,
                        1_790_000_000_000_000_i64,
                        body,
                        hash,
                        hash,
                    ))
                    .expect("writes");
                inbox.execute([position as i64]).expect("writes");
            }
            head.execute((first as i64, [7u8; 32].as_slice())).expect("writes");
            keys.execute_batch("COMMIT").expect("commits");
            data.execute_batch("COMMIT").expect("commits");
        }
    }
}

/// A signal of about 500 bytes.
fn signal(n: usize) -> (domain::signal::Incoming, store::Key) {
    let address = format!("person-{}@company-{}.example", n / EACH, n / 50);
    let mut incoming = story::form(&format!("f-{n}"), &address, &format!("message {n}"));
    for field in ["person.title", "person.phone", "account.industry", "path", "campaign"] {
        let value = format!("{field} of the signal {n}, as long as such things are");
        incoming.content.fields.insert(field.to_owned(), Value::from(value.as_str()));
    }
    (incoming, story::email(&address))
}

fn accept(
    store: &mut SqliteStore,
    (incoming, key): &(domain::signal::Incoming, store::Key),
) -> Accepted {
    let signal = story::signal_id(&incoming.content.source_id);
    let keys = std::slice::from_ref(key);
    let arrival =
        Arrival { signal, incoming, keys, moment: story::NOON, import: None, again: None };
    match store.accept(&arrival).expect("accepts") {
        Acceptance::Accepted(accepted) => accepted,
        other @ (Acceptance::Duplicate { .. }
        | Acceptance::Reused { .. }
        | Acceptance::Erased
        | Acceptance::KeyDamaged) => {
            panic!("was {other:?}")
        }
    }
}

/// What a handed-off lead writes.
fn turn(store: &mut SqliteStore, accepted: &Accepted) {
    let node = accepted.node;
    let account = AccountId::caused_by(&[node.bytes()]);
    let fact = Fact::BriefWritten {
        handoff: story::handoff(node),
        claims: 5,
        unknown: 2,
        renderer: None,
        says: None,
    };
    let of_node =
        story::entry(Aggregate::Node(node), story::noon(1), vec![fact.clone(), fact.clone()]);
    store.append(&of_node).expect("appends");
    store.point(node, story::person(node), account).expect("points");
    let mut facts = story::handed_off(node, &"what the CRM gets ".repeat(20));
    facts.push(fact);
    let at = store.append(&story::entry(Aggregate::Account(account), story::noon(1), facts));
    let row = story::handoff_row(
        node,
        domain::handoff::State::Offered,
        domain::handoff::Owner::Engine,
        1,
    );
    store.put_handoff(&row).expect("puts");
    store.outbox_put(&story::outbox_row(node, at.expect("appends"))).expect("puts");
    let due = Moment(story::noon(300).0 + accepted.position.0 as i64);
    store.timer_put(&store::Timer { due, ..story::due_timer(node) }).expect("sets");
    store.done(accepted.position).expect("takes out");
}

#[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
fn timed(work: impl FnOnce()) -> Duration {
    let start = std::time::Instant::now();
    work();
    start.elapsed()
}

fn tell(what: &str, many: usize, took: Duration) {
    let each = took.as_secs_f64() * 1e6 / many as f64;
    println!("{:>9.0}/s {each:>8.2} µs  {what}", many as f64 / took.as_secs_f64());
}
