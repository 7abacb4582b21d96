-- By which beginnings of the words of their names people and companies are found. `beginning`: a keyed hash under a
-- key of its own; `node`: that of `aggregates`. Nothing that is not in the journal as well.
CREATE TABLE names (
    beginning BLOB    NOT NULL,
    node      INTEGER NOT NULL,
    PRIMARY KEY (beginning, node)
) STRICT, WITHOUT ROWID;

-- The hashes of each node in one row, in order, so that they go with it.
CREATE TABLE named (
    node       INTEGER PRIMARY KEY,
    beginnings BLOB NOT NULL
) STRICT;
