-- A run is a schedule of one site. Its rows are written under a batch nobody sees; publishing makes it the live one
-- and the one before superseded, in one short transaction.
CREATE TABLE aps_run (
  id          BIGINT PRIMARY KEY,
  site_id     BIGINT NOT NULL,
  rule        TEXT NOT NULL,
  live        BOOLEAN NOT NULL DEFAULT FALSE,
  now_ms      BIGINT NOT NULL,               -- the moment it plans from
  end_ms      BIGINT NOT NULL,
  orders      BIGINT NOT NULL,
  ops         BIGINT NOT NULL,
  late        BIGINT NOT NULL,               -- orders that end after their due date
  late_ms     BIGINT NOT NULL,               -- all of their lateness
  unplaced    BIGINT NOT NULL,
  conflicts   BIGINT NOT NULL,
  took_ms     BIGINT NOT NULL,
  actor       TEXT NOT NULL,
  recorded_ms BIGINT NOT NULL,
  batch_id    BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX aps_run_live ON aps_run (site_id) WHERE live;
CREATE INDEX aps_run_recorded ON aps_run (recorded_ms, id);

CREATE TABLE aps_slot (
  id             BIGINT PRIMARY KEY,
  run_id         BIGINT NOT NULL,
  order_id       BIGINT NOT NULL,
  op_id          BIGINT NOT NULL,
  work_center_id BIGINT NOT NULL,
  machine        TEXT NOT NULL,
  start_ms       BIGINT NOT NULL,
  end_ms         BIGINT NOT NULL,
  setup_ms       BIGINT NOT NULL,
  qty            BIGINT NOT NULL,
  state          TEXT NOT NULL,              -- free, started, unplaced
  conflict       BOOLEAN NOT NULL DEFAULT FALSE,
  batch_id       BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX aps_slot_run ON aps_slot (run_id, work_center_id, start_ms);
CREATE INDEX aps_slot_order ON aps_slot (order_id);
CREATE INDEX aps_slot_batch ON aps_slot (batch_id) WHERE batch_id <> 0;

CREATE TABLE aps_end (
  id       BIGINT PRIMARY KEY,
  run_id   BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  start_ms BIGINT NOT NULL,
  end_ms   BIGINT NOT NULL,
  due_ms   BIGINT NOT NULL,
  late_ms  BIGINT NOT NULL,
  batch_id BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX aps_end_run ON aps_end (run_id, late_ms);
CREATE INDEX aps_end_order ON aps_end (order_id);
CREATE INDEX aps_end_batch ON aps_end (batch_id) WHERE batch_id <> 0;

CREATE TABLE aps_load (
  id             BIGINT PRIMARY KEY,
  run_id         BIGINT NOT NULL,
  work_center_id BIGINT NOT NULL,
  busy_ms        BIGINT NOT NULL,
  setup_ms       BIGINT NOT NULL,
  available_ms   BIGINT NOT NULL,
  batch_id       BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX aps_load_run ON aps_load (run_id);

-- when an open work order begins and ends by the live schedule
CREATE VIEW v_schedule AS
SELECT e.order_id, e.start_ms, e.end_ms, e.due_ms, e.late_ms, r.id AS run_id
FROM aps_end e JOIN aps_run r ON r.id = e.run_id
WHERE r.live;

CREATE VIEW v_slot AS
SELECT s.id, s.order_id, s.op_id, s.work_center_id, s.machine, s.start_ms, s.end_ms, s.setup_ms, s.qty, s.state, s.conflict
FROM aps_slot s JOIN aps_run r ON r.id = s.run_id
WHERE r.live;
