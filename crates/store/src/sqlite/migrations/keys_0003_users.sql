-- The keys of users, by their ids, wrapped as those of nodes.
CREATE TABLE user_keys (
    n       INTEGER PRIMARY KEY,
    user    BLOB NOT NULL UNIQUE,
    wrapped BLOB NOT NULL
) STRICT;
