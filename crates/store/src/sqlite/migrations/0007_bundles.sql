-- `recipient`: whose messages at its destination an errand may leave with, null where it leaves alone;
-- `bundle`: the delivery under whose id it left with others.
ALTER TABLE outbox ADD COLUMN recipient TEXT;
ALTER TABLE outbox ADD COLUMN bundle BLOB;
CREATE INDEX outbox_recipient ON outbox (recipient, destination, ready, n) WHERE recipient IS NOT NULL;
CREATE INDEX outbox_bundle ON outbox (bundle, n) WHERE bundle IS NOT NULL;
