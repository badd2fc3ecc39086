-- what an operation waits for where it waits for parts: the item, the document that brings it, and when
ALTER TABLE aps_slot ADD COLUMN part_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE aps_slot ADD COLUMN part_doc TEXT NOT NULL DEFAULT '';
ALTER TABLE aps_slot ADD COLUMN part_ms BIGINT NOT NULL DEFAULT 0;
