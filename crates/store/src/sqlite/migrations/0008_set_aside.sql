-- Identifiers that led to a node before an import was taken back, with whose it was: an erasure finds by
-- them what lies under the node's key.
CREATE TABLE set_aside (
    name   BLOB    NOT NULL,
    node   INTEGER NOT NULL,
    person BLOB,
    PRIMARY KEY (name, node)
) STRICT, WITHOUT ROWID;
CREATE INDEX set_aside_node ON set_aside (node);
CREATE INDEX set_aside_person ON set_aside (person) WHERE person IS NOT NULL;
