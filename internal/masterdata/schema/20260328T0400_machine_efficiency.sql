-- What a machine is really there for of its hours, where that differs from the others of its work center; 0 = as the work
-- center.
ALTER TABLE md_machine ADD COLUMN efficiency_pct BIGINT NOT NULL DEFAULT 0;
