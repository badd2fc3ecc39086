-- Slow-moving stock as it stood at the last look at a site: one row an item, made anew each time.
CREATE TABLE mrp_slow (
  id        BIGINT PRIMARY KEY,
  site_id   BIGINT NOT NULL,
  item_id   BIGINT NOT NULL,
  class     TEXT NOT NULL,               -- A B C by the value of what is in stock
  last_use  TEXT NOT NULL,               -- '' = never used
  idle_days BIGINT NOT NULL,             -- since the last use; never used: since the oldest came
  limit_days BIGINT NOT NULL,            -- of the class
  age_days  BIGINT NOT NULL,             -- of the oldest lot
  qty       BIGINT NOT NULL,
  age_90    BIGINT NOT NULL,             -- came within 90 days
  age_180   BIGINT NOT NULL,
  age_365   BIGINT NOT NULL,
  older     BIGINT NOT NULL,
  expiring  BIGINT NOT NULL,             -- expires within the setting, or has expired
  needed    BIGINT NOT NULL,             -- by the live plan
  excess    BIGINT NOT NULL,             -- in stock and not needed by it
  value     BIGINT NOT NULL,
  idle      BOOLEAN NOT NULL,
  made_ms   BIGINT NOT NULL
);
CREATE UNIQUE INDEX mrp_slow_item ON mrp_slow (site_id, item_id);
-- What somebody decided to do with it; never changed, the newest counts.
CREATE TABLE mrp_slow_decision (
  id       BIGINT PRIMARY KEY,
  site_id  BIGINT NOT NULL,
  item_id  BIGINT NOT NULL,
  decision TEXT NOT NULL,                -- keep use_up return scrap
  due      TEXT NOT NULL,
  reason   TEXT NOT NULL,
  made_ms  BIGINT NOT NULL,
  made_by  TEXT NOT NULL
);
CREATE INDEX mrp_slow_decision_item ON mrp_slow_decision (site_id, item_id, id);
