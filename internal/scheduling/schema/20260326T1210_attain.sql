-- A publication: until when it was the live one, and by how much an operation may be later than it says and still counts
-- as done as planned.
ALTER TABLE aps_run ADD COLUMN superseded_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE aps_run ADD COLUMN tol_ms BIGINT NOT NULL DEFAULT 0;

-- The plan of a day: what was to end on it by the schedule that was live when it began. It is kept once and never
-- changed, so that a schedule that is made anew at noon does not make the morning look better. id: the slot's.
CREATE TABLE aps_day (
  id             BIGINT PRIMARY KEY,
  site_id        BIGINT NOT NULL,
  day            TEXT NOT NULL,
  run_id         BIGINT NOT NULL,
  order_id       BIGINT NOT NULL,
  op_id          BIGINT NOT NULL,
  work_center_id BIGINT NOT NULL,
  machine        TEXT NOT NULL,
  start_ms       BIGINT NOT NULL,
  end_ms         BIGINT NOT NULL,
  limit_ms       BIGINT NOT NULL,              -- done by then is done as planned
  qty            BIGINT NOT NULL
);
CREATE INDEX aps_day_of ON aps_day (site_id, day);
CREATE INDEX aps_day_op ON aps_day (op_id);

-- up to which day the plans of days were kept
CREATE TABLE aps_day_kept (
  site_id BIGINT PRIMARY KEY,
  day     TEXT NOT NULL
);
