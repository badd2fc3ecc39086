-- toll = made from material that the customer supplies; '' = an ordinary line.
ALTER TABLE so_line ADD COLUMN kind TEXT NOT NULL DEFAULT '';

-- What customers bring of their own material, and what goes back to them.
CREATE TABLE so_supply (
  id          BIGINT PRIMARY KEY,
  number      TEXT NOT NULL,
  kind        TEXT NOT NULL,               -- receive return
  site_id     BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  ref         TEXT NOT NULL DEFAULT '',    -- the customer's own delivery note
  note        TEXT NOT NULL DEFAULT '',
  at_ms       BIGINT NOT NULL,
  actor       TEXT NOT NULL,
  undone_ms   BIGINT NOT NULL DEFAULT 0,
  undone_by   TEXT NOT NULL DEFAULT '',
  undone_why  TEXT NOT NULL DEFAULT '',
  client_key  TEXT
);
CREATE UNIQUE INDEX so_supply_number ON so_supply (number);
CREATE UNIQUE INDEX so_supply_key ON so_supply (client_key);
CREATE INDEX so_supply_customer ON so_supply (customer_id, at_ms);

CREATE TABLE so_supply_line (
  id          BIGINT PRIMARY KEY,
  supply_id   BIGINT NOT NULL,
  line        BIGINT NOT NULL,
  item_id     BIGINT NOT NULL,
  lot         TEXT NOT NULL,
  location    TEXT NOT NULL,
  qty         BIGINT NOT NULL,
  serials     TEXT NOT NULL DEFAULT '',    -- as ranges
  entered_qty BIGINT NOT NULL DEFAULT 0,
  entered_uom TEXT NOT NULL DEFAULT ''
);
CREATE INDEX so_supply_line_of ON so_supply_line (supply_id, line);

-- A customer complains about goods.
CREATE TABLE so_complaint (
  id          BIGINT PRIMARY KEY,
  number      TEXT NOT NULL,
  site_id     BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  order_id    BIGINT NOT NULL DEFAULT 0,
  shipment_id BIGINT NOT NULL DEFAULT 0,
  item_id     BIGINT NOT NULL,
  lot_id      BIGINT NOT NULL DEFAULT 0,
  lot         TEXT NOT NULL DEFAULT '',
  serial      TEXT NOT NULL DEFAULT '',
  qty         BIGINT NOT NULL,
  symptom     TEXT NOT NULL,
  severity    TEXT NOT NULL,               -- minor major critical
  contact     TEXT NOT NULL DEFAULT '',
  at_ms       BIGINT NOT NULL,
  actor       TEXT NOT NULL,
  cause       TEXT NOT NULL DEFAULT '',    -- material process handling none
  cause_text  TEXT NOT NULL DEFAULT '',
  cause_ms    BIGINT NOT NULL DEFAULT 0,
  cause_by    TEXT NOT NULL DEFAULT '',
  answer      TEXT NOT NULL DEFAULT '',    -- what the customer was told
  closed_ms   BIGINT NOT NULL DEFAULT 0,
  closed_by   TEXT NOT NULL DEFAULT '',
  client_key  TEXT
);
CREATE UNIQUE INDEX so_complaint_number ON so_complaint (number);
CREATE UNIQUE INDEX so_complaint_key ON so_complaint (client_key);
CREATE INDEX so_complaint_at ON so_complaint (at_ms, id);
CREATE INDEX so_complaint_lot ON so_complaint (lot_id) WHERE lot_id <> 0;

-- Goods that come back. The line keeps the sums of its facts.
CREATE TABLE so_return (
  id           BIGINT PRIMARY KEY,
  number       TEXT NOT NULL,
  site_id      BIGINT NOT NULL,
  customer_id  BIGINT NOT NULL,
  order_id     BIGINT NOT NULL,
  shipment_id  BIGINT NOT NULL,
  complaint_id BIGINT NOT NULL DEFAULT 0,
  reason       TEXT NOT NULL,
  wish         TEXT NOT NULL,              -- replace credit repair none
  at_ms        BIGINT NOT NULL,
  actor        TEXT NOT NULL,
  closed_ms    BIGINT NOT NULL DEFAULT 0,  -- nothing more is expected
  close_reason TEXT NOT NULL DEFAULT '',
  credit_ms    BIGINT NOT NULL DEFAULT 0,  -- the ERP is asked for a credit note
  credit_note  TEXT NOT NULL DEFAULT '',
  replaced_by  TEXT NOT NULL DEFAULT '',   -- the order that replaces the goods
  client_key   TEXT
);
CREATE UNIQUE INDEX so_return_number ON so_return (number);
CREATE UNIQUE INDEX so_return_key ON so_return (client_key);
CREATE INDEX so_return_shipment ON so_return (shipment_id);
CREATE INDEX so_return_complaint ON so_return (complaint_id) WHERE complaint_id <> 0;

CREATE TABLE so_return_line (
  id               BIGINT PRIMARY KEY,
  return_id        BIGINT NOT NULL,
  line             BIGINT NOT NULL,
  shipment_line_id BIGINT NOT NULL,
  order_line       BIGINT NOT NULL,
  item_id          BIGINT NOT NULL,
  lot_id           BIGINT NOT NULL,
  lot              TEXT NOT NULL,
  serials          TEXT NOT NULL DEFAULT '',  -- expected, as ranges
  qty              BIGINT NOT NULL CHECK (qty > 0),
  received         BIGINT NOT NULL DEFAULT 0 CHECK (received >= 0 AND received <= qty),
  passed           BIGINT NOT NULL DEFAULT 0 CHECK (passed >= 0),
  failed           BIGINT NOT NULL DEFAULT 0 CHECK (failed >= 0 AND passed + failed <= received),
  stocked          BIGINT NOT NULL DEFAULT 0 CHECK (stocked >= 0 AND stocked <= passed),
  reworked         BIGINT NOT NULL DEFAULT 0 CHECK (reworked >= 0),
  scrapped         BIGINT NOT NULL DEFAULT 0 CHECK (scrapped >= 0),
  sent_back        BIGINT NOT NULL DEFAULT 0 CHECK (sent_back >= 0),
  CHECK (stocked + reworked + scrapped + sent_back <= passed + failed)
);
CREATE INDEX so_return_line_of ON so_return_line (return_id, line);
CREATE INDEX so_return_line_shipped ON so_return_line (shipment_line_id);

-- Facts: appended, undone by a mirror.
CREATE TABLE so_return_fact (
  id          BIGINT PRIMARY KEY,
  return_id   BIGINT NOT NULL,
  line_id     BIGINT NOT NULL,
  act         TEXT NOT NULL,               -- receive stock rework scrap back
  qty         BIGINT NOT NULL,
  serials     TEXT NOT NULL DEFAULT '',
  location    TEXT NOT NULL DEFAULT '',
  location_id BIGINT NOT NULL DEFAULT 0,
  document    TEXT NOT NULL DEFAULT '',    -- inspection or rework order that came of it
  reason      TEXT NOT NULL DEFAULT '',
  at_ms       BIGINT NOT NULL,
  actor       TEXT NOT NULL,
  reverses    BIGINT NOT NULL DEFAULT 0,
  client_key  TEXT
);
CREATE UNIQUE INDEX so_return_fact_key ON so_return_fact (client_key);
CREATE UNIQUE INDEX so_return_fact_reverses ON so_return_fact (reverses) WHERE reverses <> 0;
CREATE INDEX so_return_fact_of ON so_return_fact (return_id, at_ms);

CREATE VIEW v_complaint AS SELECT id, number, site_id, customer_id, item_id, lot_id, serial, qty, severity, cause, at_ms, cause_ms, closed_ms FROM so_complaint;
CREATE VIEW v_sales_return AS SELECT r.id, r.number, r.site_id, r.customer_id, r.complaint_id, l.item_id, l.lot_id, l.qty, l.received, l.passed, l.failed, l.stocked, l.reworked, l.scrapped, l.sent_back, r.at_ms, r.closed_ms, r.credit_ms
  FROM so_return r JOIN so_return_line l ON l.return_id = r.id;
