-- The outbox holds errands of any kind. `kind`: 0 a delivery; `aggregate`: whose turn asked for it and
-- takes in what comes of it, labelled as in `aggregates`; `destination`: whom it is for, as
-- configured; `correlation`: the signal that it began with; `ready`: when it can be claimed. An
-- attempt is under way until `claimed_until`. The columns change in place, so that no page is left free.
ALTER TABLE outbox ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN correlation BLOB;
UPDATE outbox SET
    correlation = (SELECT correlation FROM handoffs WHERE handoffs.id = outbox.handoff),
    account = CAST(x'01' || account AS BLOB);
ALTER TABLE outbox RENAME COLUMN account TO aggregate;
ALTER TABLE outbox DROP COLUMN handoff;
ALTER TABLE outbox DROP COLUMN node;
ALTER TABLE outbox DROP COLUMN step;
ALTER TABLE outbox DROP COLUMN state;
DROP INDEX outbox_id;
CREATE UNIQUE INDEX outbox_id ON outbox (id, kind);

-- Bodies are those of errands, by their ids.
ALTER TABLE bodies RENAME COLUMN delivery TO errand;
