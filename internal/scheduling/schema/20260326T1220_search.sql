-- A search for a better schedule that runs in the background, and how it went so far. id: the job's.
CREATE TABLE aps_search (
  id       BIGINT PRIMARY KEY,
  site_id  BIGINT NOT NULL,
  name     TEXT NOT NULL,
  seconds  BIGINT NOT NULL,
  began_ms BIGINT NOT NULL DEFAULT 0,          -- 0 = it waits
  ended_ms BIGINT NOT NULL DEFAULT 0,
  stop     BOOLEAN NOT NULL DEFAULT FALSE,     -- somebody has seen enough: keep the best
  state    TEXT NOT NULL DEFAULT 'waiting',    -- waiting running done failed
  points   TEXT NOT NULL DEFAULT '[]',         -- JSON, see SearchPoint
  bound    TEXT NOT NULL DEFAULT '{}',         -- JSON, see Parts
  draft_id BIGINT NOT NULL DEFAULT 0,
  error    TEXT NOT NULL DEFAULT '',           -- JSON, see web errors: code and words
  actor    TEXT NOT NULL,
  made_ms  BIGINT NOT NULL
);
CREATE INDEX aps_search_made ON aps_search (site_id, made_ms);
