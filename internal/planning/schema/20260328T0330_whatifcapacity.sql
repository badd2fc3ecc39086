-- What work centers say of a what-if, rough-cut, before and after, as JSON.
ALTER TABLE mrp_scenario ADD COLUMN capacity TEXT NOT NULL DEFAULT '';
