-- What adopting did with each assumption, and what it left for whom.
ALTER TABLE mrp_scenario ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
