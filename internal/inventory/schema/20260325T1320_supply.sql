-- Which part stands at which place of a work center's line side, and between what quantities: a kanban loop.
CREATE TABLE inv_supply (
  id             BIGINT PRIMARY KEY,
  site_id        BIGINT NOT NULL,
  work_center_id BIGINT NOT NULL,
  item_id        BIGINT NOT NULL,
  location_id    BIGINT NOT NULL,          -- in a warehouse of kind line
  least          BIGINT NOT NULL,          -- below it the loop calls
  most           BIGINT NOT NULL,          -- up to it the loop is filled
  itself         BOOLEAN NOT NULL,         -- calls by itself
  active         BOOLEAN NOT NULL,
  rev            BIGINT NOT NULL DEFAULT 1,
  changed_ms     BIGINT NOT NULL,
  changed_by     TEXT NOT NULL
);
CREATE UNIQUE INDEX inv_supply_part ON inv_supply (work_center_id, item_id);
CREATE INDEX inv_supply_place ON inv_supply (location_id);
-- A call for goods; open until it is delivered or called off. There is one open call of a loop at a time.
CREATE TABLE inv_supply_call (
  id         BIGINT PRIMARY KEY,
  number     TEXT NOT NULL,
  supply_id  BIGINT NOT NULL,
  site_id    BIGINT NOT NULL,
  qty        BIGINT NOT NULL CHECK (qty > 0),
  how        TEXT NOT NULL,                -- scan itself
  client_key TEXT,
  called_ms  BIGINT NOT NULL,
  called_by  TEXT NOT NULL,
  ended_ms   BIGINT NOT NULL DEFAULT 0,
  ended_by   TEXT NOT NULL DEFAULT '',
  cancelled  BOOLEAN NOT NULL DEFAULT FALSE,
  reason     TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX inv_supply_call_number ON inv_supply_call (number);
CREATE UNIQUE INDEX inv_supply_call_key ON inv_supply_call (client_key);
CREATE UNIQUE INDEX inv_supply_call_open ON inv_supply_call (supply_id) WHERE ended_ms = 0;
-- What was brought for a call: a transfer each. One that was undone counts no more.
CREATE TABLE inv_supply_brought (
  id       BIGINT PRIMARY KEY,             -- the transfer
  call_id  BIGINT NOT NULL,
  qty      BIGINT NOT NULL CHECK (qty > 0)
);
CREATE INDEX inv_supply_brought_call ON inv_supply_brought (call_id);
CREATE VIEW v_line_side AS
SELECT id, site_id, work_center_id, item_id, location_id, least, most FROM inv_supply WHERE active;
CREATE VIEW v_supply_call AS
SELECT c.id, c.number, c.supply_id, c.site_id, c.qty, c.how, c.called_ms, c.called_by, c.ended_ms, c.cancelled, s.work_center_id, s.item_id, s.location_id,
  CAST(coalesce((SELECT sum(b.qty) FROM inv_supply_brought b WHERE b.call_id = c.id AND NOT EXISTS (SELECT 1 FROM inv_entry e WHERE e.undoes_id = b.id AND e.undoes_id <> 0)), 0) AS BIGINT) AS brought
FROM inv_supply_call c JOIN inv_supply s ON s.id = c.supply_id;
