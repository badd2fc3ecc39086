-- Capacity is learned too: how much of its hours a machine is really there for (kind available), and when a work center,
-- or a machine with a calendar of its own, really works (kind calendar: one weekday of its calendar; planned and median in
-- hours, n of weeks).
ALTER TABLE aps_time ADD COLUMN machine_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE aps_time ADD COLUMN weekday BIGINT NOT NULL DEFAULT 0;         -- 1 = Monday
ALTER TABLE aps_time ADD COLUMN weeks BIGINT NOT NULL DEFAULT 0;           -- weeks that were looked at
ALTER TABLE aps_time ADD COLUMN hours_planned BIGINT NOT NULL DEFAULT 0;   -- a working day has by the calendar
ALTER TABLE aps_time ADD COLUMN hours_real BIGINT NOT NULL DEFAULT 0;      -- of them really
ALTER TABLE aps_time ADD COLUMN hours_was TEXT NOT NULL DEFAULT '';        -- spans of the weekday by the calendar
ALTER TABLE aps_time ADD COLUMN hours_is TEXT NOT NULL DEFAULT '';         -- and as it is worked
ALTER TABLE aps_time_act ADD COLUMN machine_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE aps_time_act ADD COLUMN weekday BIGINT NOT NULL DEFAULT 0;
ALTER TABLE aps_time_act ADD COLUMN weeks BIGINT NOT NULL DEFAULT 0;
ALTER TABLE aps_time_act ADD COLUMN hours_was TEXT NOT NULL DEFAULT '';
ALTER TABLE aps_time_act ADD COLUMN hours_is TEXT NOT NULL DEFAULT '';
DROP INDEX aps_time_key;
CREATE UNIQUE INDEX aps_time_one ON aps_time (site_id, kind, item_id, op, work_center_id, from_family, to_family, machine_id, weekday);
