-- Which members have or had a handoff: by it a reader who sees a part of all handoffs lists that part. The
-- triggers keep it, so that it follows from the rows of handoffs alone. They look first: what the statement that
-- fires a trigger says of conflicts counts inside it too, so that `OR IGNORE` would fail where one comes back.
CREATE TABLE handoff_members (
    member  TEXT NOT NULL,
    handoff BLOB NOT NULL,
    PRIMARY KEY (member, handoff)
) STRICT, WITHOUT ROWID;
INSERT INTO handoff_members (member, handoff) SELECT owner, id FROM handoffs WHERE owner_kind = 1;
CREATE TRIGGER handoff_members_first AFTER INSERT ON handoffs WHEN NEW.owner_kind = 1
BEGIN
    INSERT INTO handoff_members (member, handoff) SELECT NEW.owner, NEW.id
    WHERE NOT EXISTS (SELECT 1 FROM handoff_members WHERE member = NEW.owner AND handoff = NEW.id);
END;
CREATE TRIGGER handoff_members_next AFTER UPDATE ON handoffs
WHEN NEW.owner_kind = 1 AND (OLD.owner_kind <> 1 OR OLD.owner <> NEW.owner)
BEGIN
    INSERT INTO handoff_members (member, handoff) SELECT NEW.owner, NEW.id
    WHERE NOT EXISTS (SELECT 1 FROM handoff_members WHERE member = NEW.owner AND handoff = NEW.id);
END;
