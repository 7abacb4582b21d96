-- What the chain of an aggregate came to at a position: nothing that is not in the journal as well, so
-- any row may go. `version`: what wrote it; `part`: sealed under a key derived from the master key.
CREATE TABLE snapshots (
    n         INTEGER PRIMARY KEY,
    aggregate INTEGER NOT NULL,
    position  INTEGER NOT NULL,
    moment    INTEGER NOT NULL,
    version   TEXT    NOT NULL,
    part      BLOB    NOT NULL
) STRICT;
CREATE UNIQUE INDEX snapshots_place ON snapshots (aggregate, position);

-- What is known of the nodes in a snapshot, each sealed under its own key.
CREATE TABLE snapshot_nodes (
    n        INTEGER PRIMARY KEY,
    snapshot INTEGER NOT NULL,
    owner    INTEGER NOT NULL,
    bytes    BLOB    NOT NULL
) STRICT;
CREATE INDEX snapshot_nodes_snapshot ON snapshot_nodes (snapshot);
CREATE INDEX snapshot_nodes_owner ON snapshot_nodes (owner);
