-- What the floor really takes, beside what is planned: one row for each step of a product at a work center (kind run,
-- setup) and for each work center (kind efficiency; item 0). Minutes, or per cent. Found anew by LearnTimes; what was
-- decided stands in aps_time_act.
CREATE TABLE aps_time (
  id             BIGINT PRIMARY KEY,
  site_id        BIGINT NOT NULL,
  kind           TEXT NOT NULL,                -- run, setup, efficiency
  item_id        BIGINT NOT NULL DEFAULT 0,
  op             BIGINT NOT NULL DEFAULT 0,
  work_center_id BIGINT NOT NULL,
  routing        TEXT NOT NULL DEFAULT '',     -- version in force that planned comes from
  planned        BIGINT NOT NULL,
  q1             BIGINT NOT NULL,
  median         BIGINT NOT NULL,
  q3             BIGINT NOT NULL,
  n              BIGINT NOT NULL,              -- reports, set-ups; outliers are not among them
  pieces         BIGINT NOT NULL DEFAULT 0,
  outliers       BIGINT NOT NULL DEFAULT 0,
  diff_pct       BIGINT NOT NULL,              -- of median against planned; 100 where nothing is planned
  open_orders    BIGINT NOT NULL DEFAULT 0,
  effect_ms      BIGINT NOT NULL DEFAULT 0,    -- what open orders take longer (shorter: below zero) than planned
  state          TEXT NOT NULL,                -- open, near, few, declined, asked
  declined_at    BIGINT NOT NULL DEFAULT 0,    -- the median that was declined
  made_ms        BIGINT NOT NULL
);
CREATE UNIQUE INDEX aps_time_of ON aps_time (site_id, kind, item_id, op, work_center_id);
CREATE INDEX aps_time_state ON aps_time (state, diff_pct);

-- Decisions: what was adopted or declined, by whom and why. Never changed.
CREATE TABLE aps_time_act (
  id             BIGINT PRIMARY KEY,
  site_id        BIGINT NOT NULL,
  kind           TEXT NOT NULL,
  item_id        BIGINT NOT NULL DEFAULT 0,
  op             BIGINT NOT NULL DEFAULT 0,
  work_center_id BIGINT NOT NULL,
  act            TEXT NOT NULL,                -- adopted, asked (by a change), declined
  was            BIGINT NOT NULL,
  found          BIGINT NOT NULL,              -- the median
  n              BIGINT NOT NULL,
  pieces         BIGINT NOT NULL,
  document       TEXT NOT NULL DEFAULT '',     -- routing version or number of the change
  reason         TEXT NOT NULL DEFAULT '',
  actor          TEXT NOT NULL,
  recorded_ms    BIGINT NOT NULL
);
CREATE INDEX aps_time_act_recorded ON aps_time_act (recorded_ms, id);
CREATE INDEX aps_time_act_of ON aps_time_act (site_id, kind, item_id, op, work_center_id);
