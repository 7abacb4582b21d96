-- The moment of an entry stands in its header; nothing is found by it. From here on an id that an
-- entry names again is a reference to where it stood first, so that older programs must not read on.
ALTER TABLE journal DROP COLUMN moment;
