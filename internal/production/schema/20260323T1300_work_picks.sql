-- Pick lists of one or several work orders. A stop (pos) is one lot at one location; its rows say how much of it is for
-- which line of which order, the most urgent first. What is picked is issued in the same transaction. location_id 0:
-- nobody has it, the row only says what is short.
CREATE TABLE wo_pick (
  id           BIGINT PRIMARY KEY,
  number       TEXT NOT NULL,
  site_id      BIGINT NOT NULL,
  made_ms      BIGINT NOT NULL,
  made_by      TEXT NOT NULL,
  cancelled_ms BIGINT NOT NULL DEFAULT 0,
  client_key   TEXT
);
CREATE UNIQUE INDEX wo_pick_number ON wo_pick (number);
CREATE UNIQUE INDEX wo_pick_key ON wo_pick (client_key);
CREATE INDEX wo_pick_made ON wo_pick (made_ms, id);
CREATE TABLE wo_pick_line (
  id           BIGINT PRIMARY KEY,
  pick_id      BIGINT NOT NULL,
  pos          BIGINT NOT NULL,
  rank         BIGINT NOT NULL,                  -- among the rows of a stop
  order_id     BIGINT NOT NULL,
  component_id BIGINT NOT NULL,
  item_id      BIGINT NOT NULL,
  lot_id       BIGINT NOT NULL,
  lot          TEXT NOT NULL,
  location_id  BIGINT NOT NULL,
  qty          BIGINT NOT NULL CHECK (qty > 0),
  picked       BIGINT NOT NULL DEFAULT 0,
  short        BIGINT NOT NULL DEFAULT 0,
  reason       TEXT NOT NULL DEFAULT '',
  why          TEXT NOT NULL DEFAULT '',         -- why this lot goes first
  others       TEXT NOT NULL DEFAULT '',         -- lots that were taken instead
  CHECK (picked >= 0 AND short >= 0 AND picked + short <= qty)
);
CREATE UNIQUE INDEX wo_pick_line_pos ON wo_pick_line (pick_id, pos, rank);
CREATE INDEX wo_pick_line_component ON wo_pick_line (component_id);
CREATE INDEX wo_pick_line_item ON wo_pick_line (item_id);
-- who allowed more than the norm, and by which pick list it came
ALTER TABLE wo_issue ADD COLUMN over_by TEXT NOT NULL DEFAULT '';
ALTER TABLE wo_issue ADD COLUMN pick_id BIGINT NOT NULL DEFAULT 0;
