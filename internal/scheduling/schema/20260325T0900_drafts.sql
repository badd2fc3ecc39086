-- A draft is a run that is not live: what would be if. Publishing makes it the live one.
ALTER TABLE aps_run ADD COLUMN draft BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE aps_run ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE aps_run ADD COLUMN base_id BIGINT NOT NULL DEFAULT 0;   -- the live run that it was made beside
ALTER TABLE aps_run ADD COLUMN changes TEXT NOT NULL DEFAULT '';    -- JSON, see Change
ALTER TABLE aps_run ADD COLUMN goal TEXT NOT NULL DEFAULT '';       -- parts, the first decides
ALTER TABLE aps_run ADD COLUMN setup_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE aps_run ADD COLUMN waiting_ms BIGINT NOT NULL DEFAULT 0; -- orders lying between two operations
ALTER TABLE aps_run ADD COLUMN moved BIGINT NOT NULL DEFAULT 0;      -- operations at another time or machine than in the base
ALTER TABLE aps_run ADD COLUMN upset_ms BIGINT NOT NULL DEFAULT 0;
CREATE INDEX aps_run_draft ON aps_run (site_id, recorded_ms) WHERE draft;

-- what an operation could not start earlier for, and who does it
ALTER TABLE aps_slot ADD COLUMN why TEXT NOT NULL DEFAULT '';
ALTER TABLE aps_slot ADD COLUMN by_op BIGINT NOT NULL DEFAULT 0;
ALTER TABLE aps_slot ADD COLUMN worker TEXT NOT NULL DEFAULT '';

-- What people have told the schedule: an operation keeps its place, a machine stops or works longer, an order is
-- urgent, parts come later. It counts until it is ended.
CREATE TABLE aps_told (
  id          BIGINT PRIMARY KEY,
  site_id     BIGINT NOT NULL,
  kind        TEXT NOT NULL,               -- pin down overtime rush parts
  order_id    BIGINT NOT NULL DEFAULT 0,
  op_id       BIGINT NOT NULL DEFAULT 0,
  machine     TEXT NOT NULL DEFAULT '',
  from_ms     BIGINT NOT NULL DEFAULT 0,
  to_ms       BIGINT NOT NULL DEFAULT 0,
  note        TEXT NOT NULL DEFAULT '',
  actor       TEXT NOT NULL,
  recorded_ms BIGINT NOT NULL,
  ended_by    TEXT NOT NULL DEFAULT '',
  ended_ms    BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX aps_told_open ON aps_told (site_id, kind) WHERE ended_ms = 0;
CREATE INDEX aps_told_op ON aps_told (op_id);
