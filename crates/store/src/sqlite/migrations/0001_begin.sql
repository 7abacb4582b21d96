-- The data folder's database as it begins. docs/JOURNAL.md says what the bytes mean.
-- Rows grow at the end of their tables; `dedupe`, `identifiers` and other keyed hashes alone fall
-- anywhere.

-- How far the journal goes, and the chained hash of all leaves so far.
CREATE TABLE head (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    position INTEGER NOT NULL,
    hash     BLOB    NOT NULL
) STRICT;
INSERT INTO head VALUES (1, 0, zeroblob(32));

-- Whatever has a chain of entries or a key of its own. `last`: its last position in the journal;
-- `sealed`: its last sealed part. A node points to a person and an account; `flags` holds the
-- kinds of identifier that lead to it (bits 0-7) and whether one of them is verified (bit 8).
CREATE TABLE aggregates (
    n       INTEGER PRIMARY KEY,
    id      BLOB    NOT NULL,
    last    INTEGER NOT NULL,
    sealed  INTEGER NOT NULL,
    person  BLOB,
    account BLOB,
    flags   INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX aggregates_id ON aggregates (id);
CREATE INDEX aggregates_person ON aggregates (person) WHERE person IS NOT NULL;

-- The facts. `prev`: the position before in the aggregate's chain; `parts`: SHA-256 of each sealed
-- part, in order.
CREATE TABLE journal (
    position  INTEGER PRIMARY KEY,
    aggregate INTEGER NOT NULL,
    prev      INTEGER NOT NULL,
    moment    INTEGER NOT NULL,
    body      BLOB    NOT NULL,
    parts     BLOB    NOT NULL,
    leaf      BLOB    NOT NULL
) STRICT;

-- Sealed parts. `key`: position * 65536 + place of the fact in its entry; `prev`: the key of the
-- owner's sealed part before; `bytes`: NULL after an erasure.
CREATE TABLE sealed (
    key   INTEGER PRIMARY KEY,
    owner INTEGER NOT NULL,
    prev  INTEGER NOT NULL,
    bytes BLOB
) STRICT;

-- Accepted signals that no turn has taken.
CREATE TABLE inbox (position INTEGER PRIMARY KEY) STRICT;

-- Every id ever accepted. `body` is NULL once its person is erased.
CREATE TABLE dedupe (
    id       BLOB PRIMARY KEY,
    body     BLOB,
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE identifiers (
    name     BLOB    NOT NULL,
    verified INTEGER NOT NULL,
    node     INTEGER NOT NULL,
    PRIMARY KEY (name, verified)
) STRICT, WITHOUT ROWID;
CREATE INDEX identifiers_node ON identifiers (node);

CREATE TABLE account_names (
    name    BLOB PRIMARY KEY,
    account BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE forwarding (
    account BLOB PRIMARY KEY,
    next    BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE suppressed (
    name   BLOB PRIMARY KEY,
    moment INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Owners whose keys are destroyed, or are to be (`settled` = 0).
CREATE TABLE erased (
    owner   INTEGER PRIMARY KEY,
    settled INTEGER NOT NULL
) STRICT;

-- Quarantine entries; `n` is that of `aggregates`.
CREATE TABLE entries (
    n      INTEGER PRIMARY KEY,
    id     BLOB    NOT NULL,
    source TEXT    NOT NULL,
    cause  TEXT    NOT NULL,
    field  TEXT,
    line   INTEGER,
    import BLOB,
    signal BLOB,
    since  INTEGER NOT NULL,
    state  INTEGER NOT NULL,
    raw_at INTEGER NOT NULL,
    item   BLOB
) STRICT;
CREATE UNIQUE INDEX entries_item ON entries (item) WHERE item IS NOT NULL;
CREATE INDEX entries_state ON entries (state, n);

CREATE TABLE found (
    name  BLOB    NOT NULL,
    entry INTEGER NOT NULL,
    PRIMARY KEY (name, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX found_entry ON found (entry);

-- Current state, rebuildable from the journal.
CREATE TABLE handoffs (
    n              INTEGER PRIMARY KEY,
    id             BLOB    NOT NULL,
    account        BLOB    NOT NULL,
    person         BLOB    NOT NULL,
    node           BLOB    NOT NULL,
    kind           TEXT    NOT NULL,
    state          INTEGER NOT NULL,
    owner_kind     INTEGER NOT NULL,
    owner          TEXT    NOT NULL,
    version        INTEGER NOT NULL,
    opened         INTEGER NOT NULL,
    changed        INTEGER NOT NULL,
    accept_by      INTEGER,
    first_touch_by INTEGER,
    correlation    BLOB    NOT NULL
) STRICT;
CREATE UNIQUE INDEX handoffs_id ON handoffs (id);
CREATE INDEX handoffs_state ON handoffs (state, n);
CREATE INDEX handoffs_owner ON handoffs (owner_kind, owner, n);

-- `ready`: when the delivery can be claimed.
CREATE TABLE outbox (
    n             INTEGER PRIMARY KEY,
    id            BLOB    NOT NULL,
    handoff       BLOB    NOT NULL,
    account       BLOB    NOT NULL,
    node          BLOB    NOT NULL,
    destination   TEXT    NOT NULL,
    step          INTEGER NOT NULL,
    state         INTEGER NOT NULL,
    attempt       INTEGER NOT NULL,
    due           INTEGER NOT NULL,
    claimed_until INTEGER,
    ready         INTEGER NOT NULL,
    queued_at     INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX outbox_id ON outbox (id);
CREATE INDEX outbox_ready ON outbox (ready, n);

CREATE TABLE timers (
    due     INTEGER NOT NULL,
    wake    BLOB    NOT NULL,
    account BLOB    NOT NULL,
    PRIMARY KEY (due, wake)
) STRICT, WITHOUT ROWID;

CREATE TABLE strategies (
    n       INTEGER PRIMARY KEY,
    version BLOB    NOT NULL UNIQUE,
    files   BLOB    NOT NULL,
    since   INTEGER NOT NULL
) STRICT;

CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE counters (
    name  TEXT PRIMARY KEY,
    count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Answers under idempotency keys; `name` is a keyed hash, `body` is sealed.
CREATE TABLE answers (
    name    BLOB PRIMARY KEY,
    request BLOB    NOT NULL,
    status  INTEGER NOT NULL,
    body    BLOB    NOT NULL,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX answers_expires ON answers (expires);

CREATE TABLE api_keys (
    n       INTEGER PRIMARY KEY,
    id      BLOB    NOT NULL UNIQUE,
    name    TEXT    NOT NULL,
    scopes  TEXT    NOT NULL,
    source  TEXT,
    hash    BLOB    NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    revoked INTEGER
) STRICT;
