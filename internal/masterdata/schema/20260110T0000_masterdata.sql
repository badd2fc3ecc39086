-- Rows of a bulk load carry the load's batch_id and stay unseen while kit_batch holds it (every view says so).
-- There are no foreign keys between these tables: an abandoned load is swept table by table, in no order that
-- foreign keys would allow, and masterdata alone writes here.
-- rev counts the changes of a row: who edits names the rev that was looked at.
-- ord is the place of a row in the file that it came from, so that an export keeps the order.

CREATE TABLE md_site (
  id         BIGINT PRIMARY KEY,
  code       TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL,
  time_zone  TEXT NOT NULL,
  currency   TEXT NOT NULL,
  today      TEXT NOT NULL,                  -- date at which an imported pack was to be read, '' = the real one
  implicit   BOOLEAN NOT NULL DEFAULT FALSE, -- made because a pack named no site; no file ever said it
  rev        BIGINT NOT NULL DEFAULT 1,
  batch_id   BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE md_item (
  id              BIGINT PRIMARY KEY,
  code            TEXT NOT NULL UNIQUE,
  name            TEXT NOT NULL,
  spec            TEXT NOT NULL,
  uom             TEXT NOT NULL,
  kind            TEXT NOT NULL,             -- make buy subcontract phantom customer
  tracking        TEXT NOT NULL,             -- none lot serial
  family          TEXT NOT NULL,
  decimals        BIGINT NOT NULL,
  shelf_life_days BIGINT NOT NULL,           -- 0 = keeps for ever
  gtin            TEXT NOT NULL,
  barcode         TEXT NOT NULL,
  home_site       BIGINT NOT NULL,           -- whose planning values v_item shows
  active          BOOLEAN NOT NULL DEFAULT TRUE,
  rev             BIGINT NOT NULL DEFAULT 1,
  ext             JSONB NOT NULL DEFAULT '{}',
  created_ms      BIGINT NOT NULL,
  updated_ms      BIGINT NOT NULL,
  batch_id        BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX md_item_gtin ON md_item (gtin) WHERE gtin <> '';
CREATE INDEX md_item_barcode ON md_item (barcode) WHERE barcode <> '';

-- what one site plans and pays for an item
CREATE TABLE md_item_site (
  id             BIGINT PRIMARY KEY,
  item_id        BIGINT NOT NULL,
  site_id        BIGINT NOT NULL,
  lead_days      BIGINT NOT NULL,
  safety_stock   BIGINT NOT NULL,
  min_lot        BIGINT NOT NULL,
  lot_multiple   BIGINT NOT NULL,
  max_lot        BIGINT NOT NULL,
  lot_rule       TEXT NOT NULL,
  fixed_lot      BIGINT NOT NULL,
  period_days    BIGINT NOT NULL,
  reorder_point  BIGINT,
  max_stock      BIGINT,
  yield_pct      BIGINT NOT NULL,
  standard_cost  BIGINT,
  purchase_price BIGINT,
  supplier_id    BIGINT NOT NULL,
  ord            BIGINT NOT NULL DEFAULT 0,
  rev            BIGINT NOT NULL DEFAULT 1,
  batch_id       BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX md_item_site_item ON md_item_site (item_id, site_id);
CREATE INDEX md_item_site_ord ON md_item_site (site_id, ord);

CREATE TABLE md_uom (
  id       BIGINT PRIMARY KEY,
  item_id  BIGINT NOT NULL,
  uom      TEXT NOT NULL,
  factor   BIGINT NOT NULL,                  -- 1 of this unit = factor of the item's own
  ord      BIGINT NOT NULL DEFAULT 0,
  rev      BIGINT NOT NULL DEFAULT 1,
  batch_id BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX md_uom_item ON md_uom (item_id, uom);

CREATE TABLE md_bom (
  id             BIGINT PRIMARY KEY,
  item_id        BIGINT NOT NULL,
  version        TEXT NOT NULL,
  effective_from TEXT NOT NULL,              -- '' = always has been
  effective_to   TEXT NOT NULL,              -- inclusive, '9999-12-31' = open
  rev            BIGINT NOT NULL DEFAULT 1,
  batch_id       BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX md_bom_item ON md_bom (item_id, version);

CREATE TABLE md_bom_line (
  id             BIGINT PRIMARY KEY,
  bom_id         BIGINT NOT NULL,
  line           BIGINT NOT NULL,
  role           TEXT NOT NULL,              -- component coproduct byproduct
  item_id        BIGINT NOT NULL,
  qty            BIGINT NOT NULL,            -- per one product
  scrap_pct      BIGINT NOT NULL,
  op             BIGINT NOT NULL,            -- 0 = no step named
  issue          TEXT NOT NULL,              -- pick backflush none
  substitutes    TEXT NOT NULL,              -- item ids by priority, ';' between
  cost_share_pct BIGINT,
  ord            BIGINT NOT NULL DEFAULT 0,
  batch_id       BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX md_bom_line_bom ON md_bom_line (bom_id, line);
CREATE INDEX md_bom_line_item ON md_bom_line (item_id);
CREATE INDEX md_bom_line_batch ON md_bom_line (batch_id);

CREATE TABLE md_routing (
  id             BIGINT PRIMARY KEY,
  item_id        BIGINT NOT NULL,
  version        TEXT NOT NULL,
  site_id        BIGINT NOT NULL,            -- whose work centers it names
  effective_from TEXT NOT NULL DEFAULT '',
  effective_to   TEXT NOT NULL DEFAULT '9999-12-31',
  rev            BIGINT NOT NULL DEFAULT 1,
  batch_id       BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX md_routing_item ON md_routing (item_id, version);

CREATE TABLE md_routing_op (
  id             BIGINT PRIMARY KEY,
  routing_id     BIGINT NOT NULL,
  op             BIGINT NOT NULL,
  name           TEXT NOT NULL,
  work_center_id BIGINT NOT NULL,
  setup_min      BIGINT NOT NULL,
  run_min        BIGINT NOT NULL,            -- per one product
  batch_min      BIGINT NOT NULL,
  transfer_lot   BIGINT NOT NULL,            -- 0 = all pieces together
  report         BOOLEAN NOT NULL,
  inspection     TEXT NOT NULL,              -- none first patrol final each
  piece_rate     BIGINT NOT NULL,
  tool           TEXT NOT NULL,
  skill          TEXT NOT NULL,
  alternatives   TEXT NOT NULL,              -- work center id:run minutes, ';' between
  ord            BIGINT NOT NULL DEFAULT 0,
  batch_id       BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX md_routing_op_routing ON md_routing_op (routing_id, op);
CREATE INDEX md_routing_op_center ON md_routing_op (work_center_id);
CREATE INDEX md_routing_op_batch ON md_routing_op (batch_id);

CREATE TABLE md_work_center (
  id             BIGINT PRIMARY KEY,
  site_id        BIGINT NOT NULL,
  code           TEXT NOT NULL,
  name           TEXT NOT NULL,
  calendar_id    BIGINT NOT NULL,            -- 0 = works every minute
  cost_per_hour  BIGINT NOT NULL,
  efficiency_pct BIGINT NOT NULL,
  kind           TEXT NOT NULL,              -- machine line hand batch subcontract
  capacity       BIGINT NOT NULL,
  active         BOOLEAN NOT NULL DEFAULT TRUE,
  ord            BIGINT NOT NULL DEFAULT 0,
  rev            BIGINT NOT NULL DEFAULT 1,
  batch_id       BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX md_work_center_code ON md_work_center (code, site_id);

CREATE TABLE md_machine (
  id             BIGINT PRIMARY KEY,
  site_id        BIGINT NOT NULL,
  code           TEXT NOT NULL,
  name           TEXT NOT NULL,
  work_center_id BIGINT NOT NULL,
  calendar_id    BIGINT NOT NULL,            -- 0 = the work center's
  speed_pct      BIGINT NOT NULL,
  batch_capacity BIGINT NOT NULL,            -- 0 = no limit
  active         BOOLEAN NOT NULL DEFAULT TRUE,
  ord            BIGINT NOT NULL DEFAULT 0,
  rev            BIGINT NOT NULL DEFAULT 1,
  batch_id       BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX md_machine_code ON md_machine (code, site_id);
CREATE INDEX md_machine_center ON md_machine (work_center_id);

CREATE TABLE md_changeover (
  id             BIGINT PRIMARY KEY,
  work_center_id BIGINT NOT NULL,
  from_family    TEXT NOT NULL,              -- '*' = any
  to_family      TEXT NOT NULL,
  minutes        BIGINT NOT NULL,
  ord            BIGINT NOT NULL DEFAULT 0,
  rev            BIGINT NOT NULL DEFAULT 1,
  batch_id       BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX md_changeover_pair ON md_changeover (work_center_id, from_family, to_family);

-- a calendar without hours works every minute
CREATE TABLE md_calendar (
  id       BIGINT PRIMARY KEY,
  site_id  BIGINT NOT NULL,
  code     TEXT NOT NULL,
  rev      BIGINT NOT NULL DEFAULT 1,        -- counts changes of hours and days too
  batch_id BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX md_calendar_code ON md_calendar (code, site_id);

CREATE TABLE md_calendar_hours (
  id          BIGINT PRIMARY KEY,
  calendar_id BIGINT NOT NULL,
  weekday     BIGINT NOT NULL,               -- 1 = Monday
  from_time   TEXT NOT NULL,                 -- HH:MM on the wall
  to_time     TEXT NOT NULL,
  ord         BIGINT NOT NULL DEFAULT 0,
  batch_id    BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX md_calendar_hours_calendar ON md_calendar_hours (calendar_id);

CREATE TABLE md_calendar_day (
  id          BIGINT PRIMARY KEY,
  calendar_id BIGINT NOT NULL,
  date        TEXT NOT NULL,
  from_time   TEXT NOT NULL,                 -- both '' = closed
  to_time     TEXT NOT NULL,
  ord         BIGINT NOT NULL DEFAULT 0,
  batch_id    BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX md_calendar_day_calendar ON md_calendar_day (calendar_id, date);

CREATE TABLE md_partner (
  id         BIGINT PRIMARY KEY,
  code       TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL,
  kinds      TEXT NOT NULL,                  -- customer supplier subcontractor carrier, ';' between
  phone      TEXT NOT NULL,
  email      TEXT NOT NULL,
  address    TEXT NOT NULL,
  active     BOOLEAN NOT NULL DEFAULT TRUE,
  rev        BIGINT NOT NULL DEFAULT 1,
  ext        JSONB NOT NULL DEFAULT '{}',
  batch_id   BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE md_warehouse (
  id         BIGINT PRIMARY KEY,
  site_id    BIGINT NOT NULL,
  code       TEXT NOT NULL,
  name       TEXT NOT NULL,
  kind       TEXT NOT NULL,                  -- normal line customer_owned quarantine
  in_costing BOOLEAN NOT NULL,
  implicit   BOOLEAN NOT NULL DEFAULT FALSE, -- holds stock whose warehouse no file named
  active     BOOLEAN NOT NULL DEFAULT TRUE,
  ord        BIGINT NOT NULL DEFAULT 0,
  rev        BIGINT NOT NULL DEFAULT 1,
  batch_id   BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX md_warehouse_code ON md_warehouse (code, site_id);

CREATE TABLE md_location (
  id           BIGINT PRIMARY KEY,
  site_id      BIGINT NOT NULL,
  warehouse_id BIGINT NOT NULL,
  code         TEXT NOT NULL,                -- what is scanned: RM, the warehouse's own place, or RM/A-19-1
  place        TEXT NOT NULL,                -- '' or A-19-1
  active       BOOLEAN NOT NULL DEFAULT TRUE,
  batch_id     BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX md_location_code ON md_location (code, site_id);
CREATE INDEX md_location_warehouse ON md_location (warehouse_id);

CREATE TABLE md_worker (
  id       BIGINT PRIMARY KEY,
  code     TEXT NOT NULL UNIQUE,
  name     TEXT NOT NULL,
  badge    TEXT NOT NULL,
  team     TEXT NOT NULL,
  skills   TEXT NOT NULL,                    -- ';' between
  active   BOOLEAN NOT NULL DEFAULT TRUE,
  rev      BIGINT NOT NULL DEFAULT 1,
  ext      JSONB NOT NULL DEFAULT '{}',
  batch_id BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX md_worker_badge ON md_worker (badge) WHERE badge <> '';

-- partners and workers belong to the company; this says which of them a site's files named, and in what order
CREATE TABLE md_site_use (
  id       BIGINT PRIMARY KEY,
  site_id  BIGINT NOT NULL,
  kind     TEXT NOT NULL,                    -- partner worker
  ref_id   BIGINT NOT NULL,
  ord      BIGINT NOT NULL DEFAULT 0,
  batch_id BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX md_site_use_ref ON md_site_use (site_id, kind, ref_id);

CREATE VIEW v_site AS
  SELECT id, code, name, time_zone, currency, today FROM md_site WHERE batch_id NOT IN (SELECT id FROM kit_batch);
CREATE VIEW v_item AS
  SELECT i.id, i.code, i.name, i.spec, i.uom, i.decimals, i.kind, i.tracking, i.family, i.shelf_life_days,
    coalesce(s.yield_pct, 100000000) AS yield_pct, i.gtin, i.barcode, coalesce(s.lead_days, 0) AS lead_days, coalesce(s.supplier_id, 0) AS supplier_id, i.active
  FROM md_item i LEFT JOIN md_item_site s ON s.item_id = i.id AND s.site_id = i.home_site
  WHERE i.batch_id NOT IN (SELECT id FROM kit_batch);
CREATE VIEW v_item_site AS
  SELECT s.item_id, s.site_id, s.lead_days, s.safety_stock, s.min_lot, s.lot_multiple, s.max_lot, s.lot_rule, s.fixed_lot, s.period_days,
    s.reorder_point, s.max_stock, s.yield_pct, s.standard_cost, s.purchase_price, s.supplier_id
  FROM md_item_site s WHERE s.batch_id NOT IN (SELECT id FROM kit_batch);
CREATE VIEW v_uom AS
  SELECT item_id, uom, factor FROM md_uom WHERE batch_id NOT IN (SELECT id FROM kit_batch);
CREATE VIEW v_bom AS
  SELECT id, item_id, version, effective_from, effective_to FROM md_bom WHERE batch_id NOT IN (SELECT id FROM kit_batch);
CREATE VIEW v_bom_line AS
  SELECT id, bom_id, line, role, item_id, qty, scrap_pct, op, issue, substitutes, cost_share_pct FROM md_bom_line WHERE batch_id NOT IN (SELECT id FROM kit_batch);
CREATE VIEW v_routing AS
  SELECT id, item_id, version, site_id, effective_from, effective_to FROM md_routing WHERE batch_id NOT IN (SELECT id FROM kit_batch);
CREATE VIEW v_routing_op AS
  SELECT id, routing_id, op, name, work_center_id, setup_min, run_min, batch_min, transfer_lot, report, inspection, piece_rate, tool, skill FROM md_routing_op WHERE batch_id NOT IN (SELECT id FROM kit_batch);
CREATE VIEW v_work_center AS
  SELECT id, site_id, code, name, kind, calendar_id, capacity, efficiency_pct, cost_per_hour, active FROM md_work_center WHERE batch_id NOT IN (SELECT id FROM kit_batch);
CREATE VIEW v_machine AS
  SELECT id, work_center_id, code, name, speed_pct, site_id, calendar_id, batch_capacity, active FROM md_machine WHERE batch_id NOT IN (SELECT id FROM kit_batch);
CREATE VIEW v_changeover AS
  SELECT work_center_id, from_family, to_family, minutes FROM md_changeover WHERE batch_id NOT IN (SELECT id FROM kit_batch);
CREATE VIEW v_calendar AS
  SELECT id, site_id, code FROM md_calendar WHERE batch_id NOT IN (SELECT id FROM kit_batch);
CREATE VIEW v_partner AS
  SELECT id, code, name, kinds, phone, email, address, active FROM md_partner WHERE batch_id NOT IN (SELECT id FROM kit_batch);
CREATE VIEW v_warehouse AS
  SELECT id, site_id, code, name, kind, in_costing, implicit, active FROM md_warehouse WHERE batch_id NOT IN (SELECT id FROM kit_batch);
CREATE VIEW v_location AS
  SELECT l.id, l.site_id, l.warehouse_id, w.kind AS warehouse_kind, l.code, w.code AS warehouse, l.place, w.in_costing, w.implicit, l.active
  FROM md_location l JOIN md_warehouse w ON w.id = l.warehouse_id WHERE l.batch_id NOT IN (SELECT id FROM kit_batch);
CREATE VIEW v_worker AS
  SELECT id, code, name, badge, team, skills, active FROM md_worker WHERE batch_id NOT IN (SELECT id FROM kit_batch);
