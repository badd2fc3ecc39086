CREATE TABLE kit_event (
  id          BIGINT PRIMARY KEY,
  seq         BIGINT,               -- its place in the chain; on PostgreSQL given after the commit
  tx_id       BIGINT NOT NULL,
  ord         BIGINT NOT NULL,
  name        TEXT NOT NULL,
  version     BIGINT NOT NULL,
  subject     TEXT NOT NULL,
  site_id     BIGINT NOT NULL,
  partner_id  BIGINT NOT NULL,
  happened_ms BIGINT NOT NULL,
  recorded_ms BIGINT NOT NULL,
  actor_id    BIGINT NOT NULL,
  actor       TEXT NOT NULL,
  device      TEXT NOT NULL,
  origin      TEXT NOT NULL,
  request     TEXT NOT NULL,
  reason      TEXT NOT NULL,
  payload     TEXT NOT NULL,        -- TEXT, not JSONB: the hash covers these exact bytes
  hash        TEXT NOT NULL
);
CREATE UNIQUE INDEX kit_event_seq ON kit_event (seq);
CREATE INDEX kit_event_unsealed ON kit_event (tx_id, ord) WHERE seq IS NULL;
CREATE INDEX kit_event_subject ON kit_event (subject, seq);

CREATE TABLE kit_cursor (
  subscriber TEXT PRIMARY KEY,
  seq        BIGINT NOT NULL,
  moved_ms   BIGINT NOT NULL
);
CREATE TABLE kit_parked (
  id         BIGINT PRIMARY KEY,
  subscriber TEXT NOT NULL,
  seq        BIGINT NOT NULL,
  error      TEXT NOT NULL,
  tries      BIGINT NOT NULL,
  parked_ms  BIGINT NOT NULL,
  solved_ms  BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX kit_parked_seq ON kit_parked (subscriber, seq);

CREATE TABLE kit_once (
  scope      TEXT NOT NULL,
  key        TEXT NOT NULL,
  input_hash TEXT NOT NULL,
  result     TEXT NOT NULL,
  created_ms BIGINT NOT NULL,
  PRIMARY KEY (scope, key)
);
CREATE INDEX kit_once_created ON kit_once (created_ms);

CREATE TABLE kit_number (
  series TEXT PRIMARY KEY,
  next   BIGINT NOT NULL
);
CREATE TABLE kit_batch (
  id         BIGINT PRIMARY KEY,
  name       TEXT NOT NULL,
  started_ms BIGINT NOT NULL,
  alive_ms   BIGINT NOT NULL
);
CREATE TABLE kit_setting (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

CREATE TABLE kit_job (
  id          BIGINT PRIMARY KEY,
  kind        TEXT NOT NULL,
  unique_key  TEXT NOT NULL DEFAULT '',
  input       TEXT NOT NULL,
  state       TEXT NOT NULL,        -- waiting running done failed cancelled
  run_ms      BIGINT NOT NULL,      -- not before
  lease_ms    BIGINT NOT NULL DEFAULT 0,
  holder      TEXT NOT NULL DEFAULT '',
  tries       BIGINT NOT NULL DEFAULT 0,
  done        BIGINT NOT NULL DEFAULT 0,
  total       BIGINT NOT NULL DEFAULT 0,
  note        TEXT NOT NULL DEFAULT '',
  result      TEXT NOT NULL DEFAULT '',
  error       TEXT NOT NULL DEFAULT '',
  cancel      BOOLEAN NOT NULL DEFAULT FALSE,
  actor_id    BIGINT NOT NULL DEFAULT 0,
  actor       TEXT NOT NULL DEFAULT '',
  created_ms  BIGINT NOT NULL,
  finished_ms BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX kit_job_due ON kit_job (state, run_ms);
CREATE UNIQUE INDEX kit_job_unique ON kit_job (kind, unique_key) WHERE unique_key <> '' AND state IN ('waiting', 'running');
