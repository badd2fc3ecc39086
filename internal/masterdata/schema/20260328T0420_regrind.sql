-- A tool whose life is used up is reground and away for that time; what it has done counts since it was reground last.
ALTER TABLE md_tool ADD COLUMN regrind_hours BIGINT NOT NULL DEFAULT 0; -- 0 = it is not reground
ALTER TABLE md_tool ADD COLUMN reground_ms BIGINT NOT NULL DEFAULT 0;   -- last time; 0 = never said
DROP VIEW v_tool;
CREATE VIEW v_tool AS
  SELECT id, site_id, code, name, kind, life_count, life_unit, quantity, location, active, regrind_hours, reground_ms FROM md_tool WHERE batch_id NOT IN (SELECT id FROM kit_batch);
