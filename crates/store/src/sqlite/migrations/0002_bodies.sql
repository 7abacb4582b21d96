-- What is to be sent, sealed to the node of its handoff, apart from the facts, so that it can be
-- deleted: at once when the delivery is confirmed or withdrawn, and after `until` where it failed.
-- In form 1 a body was a sealed part of its fact; those stay where they are.
CREATE TABLE bodies (
    n        INTEGER PRIMARY KEY,
    delivery BLOB    NOT NULL,
    owner    INTEGER NOT NULL,
    bytes    BLOB    NOT NULL,
    until    INTEGER
) STRICT;
CREATE UNIQUE INDEX bodies_delivery ON bodies (delivery);
CREATE INDEX bodies_owner ON bodies (owner);
CREATE INDEX bodies_until ON bodies (until) WHERE until IS NOT NULL;
