-- process parameters of the operation, copied from the routing: JSON, see masterdata.Param
ALTER TABLE wo_op ADD COLUMN params TEXT NOT NULL DEFAULT '';

-- what was measured: facts, never changed. Those of a report that was taken back stay, and say so by its mirror.
CREATE TABLE wo_reading (
  id          BIGINT PRIMARY KEY,
  order_id    BIGINT NOT NULL,
  op_id       BIGINT NOT NULL,
  report_id   BIGINT NOT NULL DEFAULT 0,         -- 0 = at the start
  taken       TEXT NOT NULL,                     -- start, report
  name        TEXT NOT NULL,
  unit        TEXT NOT NULL,
  value       BIGINT NOT NULL,
  lower_limit BIGINT,                            -- limits as they were
  upper_limit BIGINT,
  target      BIGINT,
  outside     BOOLEAN NOT NULL,
  reason      TEXT NOT NULL DEFAULT '',          -- why, where it is outside
  worker      TEXT NOT NULL,
  machine_id  BIGINT NOT NULL DEFAULT 0,
  happened_ms BIGINT NOT NULL,
  recorded_ms BIGINT NOT NULL,
  actor       TEXT NOT NULL
);
CREATE INDEX wo_reading_order ON wo_reading (order_id);
CREATE INDEX wo_reading_op ON wo_reading (op_id);
CREATE INDEX wo_reading_happened ON wo_reading (happened_ms, id);

-- what was measured while work orders were made
CREATE VIEW v_wo_reading AS
SELECT x.id, x.order_id, x.op_id, x.report_id, x.taken, x.name, x.unit, x.value, x.lower_limit, x.upper_limit, x.target, x.outside, x.reason, x.worker, x.machine_id, x.happened_ms, x.recorded_ms, x.actor,
       EXISTS (SELECT 1 FROM wo_report r WHERE r.reverses = x.report_id AND r.reverses <> 0) AS reversed
FROM wo_reading x;
