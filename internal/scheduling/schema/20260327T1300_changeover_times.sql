-- Changeovers are learned too (kind changeover): of a pair of families at a work center, or of a line of its matrix that
-- says * for any family.
ALTER TABLE aps_time ADD COLUMN from_family TEXT NOT NULL DEFAULT '';
ALTER TABLE aps_time ADD COLUMN to_family TEXT NOT NULL DEFAULT '';
ALTER TABLE aps_time_act ADD COLUMN from_family TEXT NOT NULL DEFAULT '';
ALTER TABLE aps_time_act ADD COLUMN to_family TEXT NOT NULL DEFAULT '';
DROP INDEX aps_time_of;
CREATE UNIQUE INDEX aps_time_key ON aps_time (site_id, kind, item_id, op, work_center_id, from_family, to_family);
