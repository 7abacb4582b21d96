-- The key store. A key is destroyed by overwriting it with zeros in place, so that no row moves
-- and no copy stays behind in a page.
CREATE TABLE keys (
    owner   INTEGER PRIMARY KEY,
    wrapped BLOB NOT NULL
) STRICT;

-- Which master key the keys are wrapped under, by a value derived from it.
CREATE TABLE master (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    derived BLOB NOT NULL
) STRICT;
