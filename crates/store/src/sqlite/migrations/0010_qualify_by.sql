-- By when a lead is to be qualified. What older rows lack follows from the journal, which no step can fold:
-- the setting asks whoever folds next.
ALTER TABLE handoffs ADD COLUMN qualify_by INTEGER;
INSERT INTO settings (name, value)
    SELECT 'handoffs-lack', x'01' WHERE EXISTS (SELECT 1 FROM handoffs);
