-- How a plan was made: of everything, or of what had changed since another; and what was looked at again, as JSON.
ALTER TABLE mrp_run ADD COLUMN mode TEXT NOT NULL DEFAULT 'regenerative';
ALTER TABLE mrp_run ADD COLUMN looked BIGINT NOT NULL DEFAULT 0;
ALTER TABLE mrp_run ADD COLUMN of_items BIGINT NOT NULL DEFAULT 0;
ALTER TABLE mrp_run ADD COLUMN net TEXT NOT NULL DEFAULT '';
-- What the live plan rests on, packed: the next net change tells from it what has changed (see netchange.go). Sites that
-- are planned together have one, under their group. data is the last column.
CREATE TABLE mrp_memory (
  id       BIGINT PRIMARY KEY,
  run_id   BIGINT NOT NULL,
  ord      BIGINT NOT NULL,
  batch_id BIGINT NOT NULL DEFAULT 0,
  data     BYTEA NOT NULL
);
CREATE UNIQUE INDEX mrp_memory_run ON mrp_memory (run_id, ord);
CREATE INDEX mrp_memory_batch ON mrp_memory (batch_id) WHERE batch_id <> 0;
