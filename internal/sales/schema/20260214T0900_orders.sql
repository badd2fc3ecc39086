-- What a person decides about a line after it was ordered.
ALTER TABLE so_line ADD COLUMN version_answer TEXT NOT NULL DEFAULT '';  -- '' not asked or not answered, named, effective
ALTER TABLE so_line ADD COLUMN bom_use TEXT NOT NULL DEFAULT '';         -- the version to build by, once answered
ALTER TABLE so_line ADD COLUMN supply TEXT NOT NULL DEFAULT '';          -- '' as it comes, stock, make, both: stock first
ALTER TABLE so_line ADD COLUMN closed_ms BIGINT NOT NULL DEFAULT 0;      -- nothing more is delivered: within tolerance, or a person said so
ALTER TABLE so_line ADD COLUMN close_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE so_line ADD COLUMN most BIGINT NOT NULL DEFAULT 0;           -- the most that tolerance allowed when more than ordered was shipped
ALTER TABLE so_line ADD COLUMN split_from BIGINT NOT NULL DEFAULT 0;     -- the line that this one was split off
ALTER TABLE so_order ADD COLUMN merged_into BIGINT NOT NULL DEFAULT 0;   -- the order that took its lines
ALTER TABLE so_order ADD COLUMN split_from BIGINT NOT NULL DEFAULT 0;
CREATE INDEX so_order_merged ON so_order (merged_into) WHERE merged_into <> 0;

-- How much more or less than ordered a customer takes, in percent; who has no row goes by the company's setting.
CREATE TABLE so_customer (
  customer_id   BIGINT PRIMARY KEY,
  tolerance_pct BIGINT NOT NULL CHECK (tolerance_pct >= 0)
);

-- A work order that is made for several lines at once, and how much of it is for each. One that is made for one line
-- says so itself (sales_line_id).
CREATE TABLE so_peg (
  id       BIGINT PRIMARY KEY,
  order_id BIGINT NOT NULL,                 -- work order
  line_id  BIGINT NOT NULL,                 -- 0 = to stock from now on
  qty      BIGINT NOT NULL CHECK (qty > 0),
  rank     BIGINT NOT NULL                  -- what is received serves the lines in this order
);
CREATE INDEX so_peg_order ON so_peg (order_id, rank);
CREATE INDEX so_peg_line ON so_peg (line_id);

-- How sales order lines become work orders. The first rule that fits is the one; '' fits all.
CREATE TABLE so_work_rule (
  id          BIGINT PRIMARY KEY,
  rank        BIGINT NOT NULL,
  name        TEXT NOT NULL,
  active      BOOLEAN NOT NULL DEFAULT TRUE,
  item        TEXT NOT NULL DEFAULT '',     -- item code
  family      TEXT NOT NULL DEFAULT '',
  customer    TEXT NOT NULL DEFAULT '',     -- partner code
  channel     TEXT NOT NULL DEFAULT '',
  site        TEXT NOT NULL DEFAULT '',     -- where it is made; '' = the order's site
  work_center TEXT NOT NULL DEFAULT '',     -- line that does it where the routing names it as an alternative
  priority    BIGINT NOT NULL DEFAULT 0,    -- 0 = the line's
  grouping    TEXT NOT NULL DEFAULT 'line', -- line, order, item_day
  release     BOOLEAN NOT NULL DEFAULT FALSE,
  changed_ms  BIGINT NOT NULL
);
CREATE INDEX so_work_rule_rank ON so_work_rule (rank, id);

-- What is taken from the shelves for one or several orders, in the order in which a person walks.
CREATE TABLE so_pick (
  id           BIGINT PRIMARY KEY,
  number       TEXT NOT NULL,
  site_id      BIGINT NOT NULL,
  made_ms      BIGINT NOT NULL,
  made_by      TEXT NOT NULL,
  cancelled_ms BIGINT NOT NULL DEFAULT 0,
  client_key   TEXT
);
CREATE UNIQUE INDEX so_pick_number ON so_pick (number);
CREATE UNIQUE INDEX so_pick_key ON so_pick (client_key);
CREATE INDEX so_pick_made ON so_pick (made_ms, id);
CREATE TABLE so_pick_line (
  id          BIGINT PRIMARY KEY,
  pick_id     BIGINT NOT NULL REFERENCES so_pick (id),
  pos         BIGINT NOT NULL,
  order_id    BIGINT NOT NULL,
  line_id     BIGINT NOT NULL REFERENCES so_line (id),
  item_id     BIGINT NOT NULL,
  lot_id      BIGINT NOT NULL,
  lot         TEXT NOT NULL,
  location_id BIGINT NOT NULL,
  qty         BIGINT NOT NULL CHECK (qty > 0),
  serials     TEXT NOT NULL DEFAULT '',     -- those to take, separated by blanks
  picked      BIGINT NOT NULL DEFAULT 0,
  taken       TEXT NOT NULL DEFAULT '',     -- serials that were scanned
  short       BIGINT NOT NULL DEFAULT 0,    -- not found
  why         TEXT NOT NULL DEFAULT '',
  CHECK (picked >= 0 AND short >= 0 AND picked + short <= qty)
);
CREATE UNIQUE INDEX so_pick_line_pos ON so_pick_line (pick_id, pos);
CREATE INDEX so_pick_line_line ON so_pick_line (line_id);

-- The cartons of a shipment and what is in each.
CREATE TABLE so_carton (
  id          BIGINT PRIMARY KEY,
  shipment_id BIGINT NOT NULL REFERENCES so_shipment (id),
  no          BIGINT NOT NULL,
  weight      TEXT NOT NULL DEFAULT '',     -- as read off the scale, with its unit
  note        TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX so_carton_no ON so_carton (shipment_id, no);
CREATE TABLE so_carton_line (
  id        BIGINT PRIMARY KEY,
  carton_id BIGINT NOT NULL REFERENCES so_carton (id),
  line_id   BIGINT NOT NULL,
  lot       TEXT NOT NULL,
  qty       BIGINT NOT NULL CHECK (qty > 0),
  serials   TEXT NOT NULL DEFAULT ''
);
CREATE INDEX so_carton_line_carton ON so_carton_line (carton_id);

-- Links that show a customer one order. The token itself is stored nowhere: who has it, has it from the person who made it.
CREATE TABLE so_link (
  id         BIGINT PRIMARY KEY,
  order_id   BIGINT NOT NULL REFERENCES so_order (id),
  hash       TEXT NOT NULL,                 -- SHA-256 of the token
  prices     BOOLEAN NOT NULL DEFAULT FALSE,
  made_ms    BIGINT NOT NULL,
  made_by    TEXT NOT NULL,
  expires_ms BIGINT NOT NULL,
  revoked_ms BIGINT NOT NULL DEFAULT 0,
  opened_ms  BIGINT NOT NULL DEFAULT 0,     -- last time
  opened     BIGINT NOT NULL DEFAULT 0      -- how often, at most once in ten minutes
);
CREATE UNIQUE INDEX so_link_hash ON so_link (hash);
CREATE INDEX so_link_order ON so_link (order_id);

DROP VIEW v_sales_line;
CREATE VIEW v_sales_line AS
  SELECT l.id, l.order_id, o.number AS order_number, l.line, o.site_id, o.customer_id, o.channel, l.item_id, l.qty, l.due, l.priority,
         CASE WHEN l.version_answer <> '' THEN l.bom_use ELSE l.bom_version END AS bom_version, l.version_answer, l.supply, l.shipped,
         CASE WHEN o.cancelled_ms > 0 OR l.cancelled_ms > 0 OR l.closed_ms > 0 THEN TRUE ELSE FALSE END AS cancelled
  FROM so_line l JOIN so_order o ON o.id = l.order_id
  WHERE l.batch_id NOT IN (SELECT id FROM kit_batch);
