-- Who may sign in. `name`: a keyed hash of their address; `sealed`: the address and the hash of their
-- password, under a key of their own in the key store; `link`: the hash of what signs them in once.
CREATE TABLE users (
    n            INTEGER PRIMARY KEY,
    id           BLOB    NOT NULL UNIQUE,
    name         BLOB    NOT NULL UNIQUE,
    role         INTEGER NOT NULL,
    member       TEXT,
    generation   INTEGER NOT NULL,
    added        INTEGER NOT NULL,
    revoked      INTEGER,
    link         BLOB,
    link_expires INTEGER,
    sealed       BLOB    NOT NULL
) STRICT;
