//! A loop that writes the same rows: the same bytes under the same keys and indexes into a copy of
//! the same folder, with the same settings and one commit where ours has one. It decides, seals and
//! hashes nothing, and reads nothing: what to write is taken from our folder after each group,
//! outside the measured time. A row that ours writes twice in a group it writes once.

use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use rustc_hash::FxHashMap;
use store::sqlite::{DATABASE, KEYS};

/// What the writer of a folder sets, in a form that can be set at once.
const SETTINGS: &str = "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; \
    PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 16384; \
    PRAGMA journal_size_limit = 67108864";

/// A table that is looked at: its columns, and how many of them are its key.
struct Table {
    name: &'static str,
    columns: &'static [&'static str],
    key: usize,
    /// Whether rows are only ever put behind the last one.
    grows: bool,
    /// In which order new rows were written, near enough.
    order: &'static str,
}

const DATA: [Table; 12] = [
    Table {
        name: "dedupe",
        columns: &["position", "id", "body"],
        key: 1,
        grows: true,
        order: "position",
    },
    Table {
        name: "identifiers",
        columns: &["name", "verified", "node"],
        key: 2,
        grows: false,
        order: "node",
    },
    Table {
        name: "account_names",
        columns: &["name", "account"],
        key: 1,
        grows: false,
        order: "account",
    },
    Table {
        name: "journal",
        columns: &["position", "aggregate", "prev", "body", "parts", "leaf"],
        key: 1,
        grows: true,
        order: "position",
    },
    Table {
        name: "sealed",
        columns: &["key", "owner", "prev", "bytes"],
        key: 1,
        grows: true,
        order: "key",
    },
    Table {
        name: "aggregates",
        columns: &["n", "id", "last", "sealed", "person", "account", "flags"],
        key: 1,
        grows: false,
        order: "n",
    },
    Table {
        name: "handoffs",
        columns: &[
            "n",
            "id",
            "account",
            "person",
            "node",
            "kind",
            "state",
            "owner_kind",
            "owner",
            "version",
            "opened",
            "changed",
            "accept_by",
            "first_touch_by",
            "correlation",
            "qualify_by",
        ],
        key: 1,
        grows: false,
        order: "n",
    },
    Table {
        name: "outbox",
        columns: &[
            "n",
            "id",
            "aggregate",
            "destination",
            "attempt",
            "due",
            "claimed_until",
            "ready",
            "queued_at",
            "kind",
            "correlation",
        ],
        key: 1,
        grows: false,
        order: "n",
    },
    Table {
        name: "bodies",
        columns: &["n", "errand", "owner", "bytes", "until"],
        key: 1,
        grows: false,
        order: "n",
    },
    Table {
        name: "snapshots",
        columns: &["n", "aggregate", "position", "moment", "version", "part"],
        key: 1,
        grows: false,
        order: "n",
    },
    Table {
        name: "snapshot_nodes",
        columns: &["n", "snapshot", "owner", "bytes"],
        key: 1,
        grows: false,
        order: "n",
    },
    Table {
        name: "timers",
        columns: &["due", "wake", "account"],
        key: 2,
        grows: false,
        order: "wake",
    },
];

const OF_KEYS: Table =
    Table { name: "keys", columns: &["owner", "wrapped"], key: 1, grows: true, order: "owner" };

/// What a group changed.
#[derive(Default)]
pub(crate) struct Change {
    data: Vec<(String, Vec<Value>)>,
    keys: Vec<(String, Vec<Value>)>,
    inbox: Vec<i64>,
    /// Whether what arrived has had its turn.
    turned: bool,
    head: i64,
}

impl Change {
    /// What arrived waits for its turn.
    pub(crate) const fn leave_in_inbox(&mut self) {
        self.turned = false;
    }

    /// How many statements that is.
    pub(crate) fn statements(&self) -> usize {
        self.data.len() + self.keys.len() + 2 * self.inbox.len()
    }
}

/// Looks at our folder and says what each group changed.
pub(crate) struct Watch {
    data: Connection,
    keys: Connection,
    seen: Vec<Seen>,
    seen_keys: Seen,
    head: i64,
}

#[derive(Default)]
struct Seen {
    rows: FxHashMap<Vec<u8>, Vec<Value>>,
    last: i64,
}

impl Watch {
    /// Everything that is there counts as seen.
    pub(crate) fn begin(folder: &Path) -> Self {
        let mut watch = Self {
            data: Connection::open(folder.join(DATABASE)).expect("opens"),
            keys: Connection::open(folder.join(KEYS)).expect("opens"),
            seen: DATA.iter().map(|_| Seen::default()).collect(),
            seen_keys: Seen::default(),
            head: 0,
        };
        watch.look();
        watch
    }

    /// What changed since it looked last.
    pub(crate) fn look(&mut self) -> Change {
        let mut change = Change { turned: true, ..Change::default() };
        for (table, seen) in DATA.iter().zip(&mut self.seen) {
            look(&self.data, table, seen, &mut change.data);
        }
        look(&self.keys, &OF_KEYS, &mut self.seen_keys, &mut change.keys);
        change.head = self
            .data
            .query_row("SELECT position FROM head", [], |row| row.get(0))
            .expect("there is a head");
        // An accepted signal stands in the inbox until its turn: those of this group came and went.
        let mut arrived = self
            .data
            .prepare_cached("SELECT position FROM dedupe WHERE position > ?1 ORDER BY position")
            .expect("prepares");
        let arrived = arrived.query_map([self.head], |row| row.get(0)).expect("reads");
        change.inbox = arrived.collect::<Result<_, _>>().expect("reads");
        self.head = change.head;
        change
    }
}

fn look(db: &Connection, table: &Table, seen: &mut Seen, out: &mut Vec<(String, Vec<Value>)>) {
    let Table { name, columns, key, grows, order } = table;
    let names = columns.join(", ");
    let newer =
        if *grows { format!("WHERE {} > {}", columns[0], seen.last) } else { String::new() };
    let sql = format!("SELECT {names} FROM {name} {newer} ORDER BY {order}");
    let mut statement = db.prepare_cached(&sql).expect("prepares");
    let mut rows = statement.query([]).expect("reads");
    let mut there: FxHashMap<Vec<u8>, Vec<Value>> = FxHashMap::default();
    let marks = |from: usize| -> String {
        (from..from + columns.len()).map(|at| format!("?{at}")).collect::<Vec<_>>().join(", ")
    };
    while let Some(row) = rows.next().expect("reads") {
        let values: Vec<Value> =
            (0..columns.len()).map(|at| row.get(at).expect("a value")).collect();
        if *grows {
            if let Value::Integer(last) = values[0] {
                seen.last = seen.last.max(last);
            }
            out.push((format!("INSERT INTO {name} ({names}) VALUES ({})", marks(1)), values));
            continue;
        }
        let id = named(&values[..*key]);
        match seen.rows.remove(&id) {
            None => {
                let sql = format!("INSERT INTO {name} ({names}) VALUES ({})", marks(1));
                out.push((sql, values.clone()));
            }
            Some(before) if before != values => {
                let sets: Vec<String> = columns[*key..]
                    .iter()
                    .enumerate()
                    .map(|(at, column)| format!("{column} = ?{}", at + key + 1))
                    .collect();
                let sql = format!("UPDATE {name} SET {} WHERE {}", sets.join(", "), whose(table));
                out.push((sql, values.clone()));
            }
            Some(_) => {}
        }
        there.insert(id, values);
    }
    if !grows {
        for gone in std::mem::replace(&mut seen.rows, there).into_values() {
            let sql = format!("DELETE FROM {name} WHERE {}", whose(table));
            out.push((sql, gone[..*key].to_vec()));
        }
    }
}

fn whose(table: &Table) -> String {
    let keys = table.columns[..table.key].iter().enumerate();
    keys.map(|(at, column)| format!("{column} = ?{}", at + 1)).collect::<Vec<_>>().join(" AND ")
}

fn named(key: &[Value]) -> Vec<u8> {
    let mut name = Vec::new();
    for value in key {
        match value {
            Value::Integer(number) => name.extend_from_slice(&number.to_be_bytes()),
            Value::Blob(bytes) => name.extend_from_slice(bytes),
            Value::Text(text) => name.extend_from_slice(text.as_bytes()),
            Value::Null | Value::Real(_) => {}
        }
    }
    name
}

/// Writes what it is told into a folder of its own.
pub(crate) struct Writer {
    data: Connection,
    keys: Connection,
}

impl Writer {
    /// Opens a folder that a store made and closed.
    pub(crate) fn open(folder: &Path) -> Self {
        let open = |name| {
            let db = Connection::open(folder.join(name)).expect("opens");
            db.execute_batch(SETTINGS).expect("sets");
            db.set_prepared_statement_cache_capacity(160);
            db
        };
        Self { data: open(DATABASE), keys: open(KEYS) }
    }

    /// One group, one commit, keys first.
    pub(crate) fn write(&self, change: &Change) {
        let run = |db: &Connection, sql: &str, values: &[Value]| {
            let mut statement = db.prepare_cached(sql).expect("prepares");
            statement.execute(params_from_iter(values)).expect("writes");
        };
        self.data.prepare_cached("BEGIN IMMEDIATE").expect("prepares").execute([]).expect("begins");
        for position in &change.inbox {
            let values = [Value::Integer(*position)];
            run(&self.data, "INSERT INTO inbox (position) VALUES (?1)", &values);
        }
        for (sql, values) in &change.data {
            run(&self.data, sql, values);
        }
        for position in change.inbox.iter().filter(|_| change.turned) {
            let values = [Value::Integer(*position)];
            run(&self.data, "DELETE FROM inbox WHERE position = ?1", &values);
        }
        let head = [Value::Integer(change.head), Value::Blob(vec![7; 32])];
        run(&self.data, "UPDATE head SET position = ?1, hash = ?2", &head);
        if !change.keys.is_empty() {
            self.keys.execute_batch("BEGIN IMMEDIATE").expect("begins");
            for (sql, values) in &change.keys {
                run(&self.keys, sql, values);
            }
            self.keys.execute_batch("COMMIT").expect("commits");
        }
        self.data.prepare_cached("COMMIT").expect("prepares").execute([]).expect("commits");
    }
}
