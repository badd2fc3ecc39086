-- Goods that go from one site to another: what was asked for, and each step of it. A step is a stock document of its own;
-- one that was undone counts no more.
CREATE TABLE inv_site_transfer (
  id           BIGINT PRIMARY KEY,
  number       TEXT NOT NULL,
  from_site_id BIGINT NOT NULL,
  to_site_id   BIGINT NOT NULL,
  ship_on      TEXT NOT NULL,
  due          TEXT NOT NULL,
  source       TEXT NOT NULL,              -- planning, '' = a person
  wanted_for   TEXT NOT NULL,
  note         TEXT NOT NULL,
  client_key   TEXT,
  made_ms      BIGINT NOT NULL,
  made_by      TEXT NOT NULL,
  closed_ms    BIGINT NOT NULL DEFAULT 0,  -- nothing more is sent
  closed_by    TEXT NOT NULL DEFAULT '',
  reason       TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX inv_site_transfer_number ON inv_site_transfer (number);
CREATE UNIQUE INDEX inv_site_transfer_key ON inv_site_transfer (client_key);
CREATE TABLE inv_site_transfer_line (
  id          BIGINT PRIMARY KEY,
  transfer_id BIGINT NOT NULL,
  line        BIGINT NOT NULL,
  item_id     BIGINT NOT NULL,
  qty         BIGINT NOT NULL CHECK (qty > 0)
);
CREATE UNIQUE INDEX inv_site_transfer_line_key ON inv_site_transfer_line (transfer_id, line);
CREATE INDEX inv_site_transfer_line_item ON inv_site_transfer_line (item_id);
CREATE TABLE inv_site_transfer_step (
  id          BIGINT PRIMARY KEY,          -- the stock document
  transfer_id BIGINT NOT NULL,
  line_id     BIGINT NOT NULL,
  kind        TEXT NOT NULL,               -- site_send site_receive site_over site_back site_lost
  number      TEXT NOT NULL,
  lot         TEXT NOT NULL,
  location    TEXT NOT NULL,
  qty         BIGINT NOT NULL CHECK (qty > 0),
  reason      TEXT NOT NULL,
  recorded_ms BIGINT NOT NULL,
  actor       TEXT NOT NULL
);
CREATE INDEX inv_site_transfer_step_line ON inv_site_transfer_step (line_id);
CREATE INDEX inv_site_transfer_step_transfer ON inv_site_transfer_step (transfer_id);
CREATE VIEW v_site_transfer_line AS
SELECT l.id, l.transfer_id, t.number, l.line, t.from_site_id, t.to_site_id, l.item_id, l.qty, t.ship_on, t.due, t.source, t.wanted_for, t.made_ms, t.closed_ms,
  CAST(coalesce((SELECT sum(s.qty) FROM inv_site_transfer_step s WHERE s.line_id = l.id AND s.kind = 'site_send' AND NOT EXISTS (SELECT 1 FROM inv_entry e WHERE e.undoes_id = s.id AND e.undoes_id <> 0)), 0) AS BIGINT) AS sent,
  CAST(coalesce((SELECT sum(s.qty) FROM inv_site_transfer_step s WHERE s.line_id = l.id AND s.kind = 'site_receive' AND NOT EXISTS (SELECT 1 FROM inv_entry e WHERE e.undoes_id = s.id AND e.undoes_id <> 0)), 0) AS BIGINT) AS received,
  CAST(coalesce((SELECT sum(s.qty) FROM inv_site_transfer_step s WHERE s.line_id = l.id AND s.kind = 'site_over' AND NOT EXISTS (SELECT 1 FROM inv_entry e WHERE e.undoes_id = s.id AND e.undoes_id <> 0)), 0) AS BIGINT) AS over,
  CAST(coalesce((SELECT sum(s.qty) FROM inv_site_transfer_step s WHERE s.line_id = l.id AND s.kind = 'site_back' AND NOT EXISTS (SELECT 1 FROM inv_entry e WHERE e.undoes_id = s.id AND e.undoes_id <> 0)), 0) AS BIGINT) AS back,
  CAST(coalesce((SELECT sum(s.qty) FROM inv_site_transfer_step s WHERE s.line_id = l.id AND s.kind = 'site_lost' AND NOT EXISTS (SELECT 1 FROM inv_entry e WHERE e.undoes_id = s.id AND e.undoes_id <> 0)), 0) AS BIGINT) AS lost
FROM inv_site_transfer_line l JOIN inv_site_transfer t ON t.id = l.transfer_id;
