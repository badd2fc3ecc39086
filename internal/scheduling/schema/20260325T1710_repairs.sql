-- What happened on the floor and touches the live schedule, and the draft that was made of it by itself. One open row
-- for each cause.
CREATE TABLE aps_repair (
  id          BIGINT PRIMARY KEY,
  site_id     BIGINT NOT NULL,
  kind        TEXT NOT NULL,                   -- machine, material, quality, slow
  cause       TEXT NOT NULL,                   -- machine:PRESS-2, material:RM-1, quality:WO-7, slow:WO-7/20
  machine     TEXT NOT NULL DEFAULT '',
  item_id     BIGINT NOT NULL DEFAULT 0,
  order_id    BIGINT NOT NULL DEFAULT 0,
  op          BIGINT NOT NULL DEFAULT 0,
  document    TEXT NOT NULL DEFAULT '',        -- purchase orders that are late
  since_ms    BIGINT NOT NULL,
  until_ms    BIGINT NOT NULL DEFAULT 0,       -- what the draft supposes: machine up again, material there
  note        TEXT NOT NULL DEFAULT '',
  draft_id    BIGINT NOT NULL DEFAULT 0,
  live_id     BIGINT NOT NULL DEFAULT 0,       -- the live schedule that it was judged against
  moved       BIGINT NOT NULL DEFAULT 0,
  new_late    BIGINT NOT NULL DEFAULT 0,       -- orders that become late or later
  worse_ms    BIGINT NOT NULL DEFAULT 0,       -- by how much, all of them
  ends        TEXT NOT NULL DEFAULT '[]',      -- JSON, see EndMoved; the worst first
  state       TEXT NOT NULL,                   -- open, calm (nothing moves), adopted, auto, dismissed, gone
  reason      TEXT NOT NULL DEFAULT '',
  actor       TEXT NOT NULL DEFAULT '',
  found_ms    BIGINT NOT NULL,
  decided_ms  BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX aps_repair_cause ON aps_repair (site_id, cause) WHERE decided_ms = 0;
CREATE INDEX aps_repair_found ON aps_repair (found_ms, id);
