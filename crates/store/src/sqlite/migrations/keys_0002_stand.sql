-- How far the journal was when keys were made: a witness beside the second head. `position` and
-- `hash` are its head after the last group that made keys (keys are durable before their group is,
-- so that one may never have come to the journal), `before_…` after a group before it that did.
CREATE TABLE stand (
    one             INTEGER PRIMARY KEY CHECK (one = 1),
    position        INTEGER NOT NULL,
    hash            BLOB    NOT NULL,
    before_position INTEGER NOT NULL,
    before_hash     BLOB    NOT NULL
) STRICT;
