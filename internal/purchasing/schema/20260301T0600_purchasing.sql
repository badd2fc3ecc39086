CREATE TABLE po_order (
  id           BIGINT PRIMARY KEY,
  number       TEXT NOT NULL,
  kind         TEXT NOT NULL,               -- purchase subcontract
  site_id      BIGINT NOT NULL,
  supplier_id  BIGINT NOT NULL,             -- 0 = not named yet
  note         TEXT NOT NULL,
  client_key   TEXT,
  ordered_ms   BIGINT NOT NULL,
  ordered_by   TEXT NOT NULL,
  batch_id     BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX po_order_number ON po_order (number);
CREATE UNIQUE INDEX po_order_key ON po_order (client_key);
CREATE INDEX po_order_supplier ON po_order (supplier_id);
CREATE INDEX po_order_ordered ON po_order (ordered_ms);

CREATE TABLE po_line (
  id           BIGINT PRIMARY KEY,
  order_id     BIGINT NOT NULL,
  line         BIGINT NOT NULL,
  kind         TEXT NOT NULL,               -- purchase subcontract
  item_id      BIGINT NOT NULL,
  qty          BIGINT NOT NULL CHECK (qty >= 0),
  received     BIGINT NOT NULL DEFAULT 0 CHECK (received >= 0), -- the sum of its receipts, undone ones taken off
  due          TEXT NOT NULL,
  unit_price   BIGINT,
  bom_version  TEXT NOT NULL DEFAULT '',
  closed       BOOLEAN NOT NULL DEFAULT FALSE, -- nothing more is expected
  ord          BIGINT NOT NULL DEFAULT 0,
  batch_id     BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX po_line_place ON po_line (order_id, line);
CREATE INDEX po_line_item ON po_line (item_id);
CREATE INDEX po_line_due ON po_line (due);

-- One goods receipt is one scan: a quantity of one item that came in. A row that reverses another is its mirror.
CREATE TABLE po_receipt (
  id           BIGINT PRIMARY KEY,
  number       TEXT NOT NULL,
  order_id     BIGINT NOT NULL,             -- 0 = came without an order
  line_id      BIGINT NOT NULL,
  site_id      BIGINT NOT NULL,
  supplier_id  BIGINT NOT NULL,
  item_id      BIGINT NOT NULL,
  lot          TEXT NOT NULL,
  supplier_lot TEXT NOT NULL,
  expires_on   TEXT NOT NULL,
  location_id  BIGINT NOT NULL,
  qty          BIGINT NOT NULL CHECK (qty > 0),
  reason       TEXT NOT NULL,
  client_key   TEXT,
  happened_ms  BIGINT NOT NULL,
  recorded_ms  BIGINT NOT NULL,
  posting_date TEXT NOT NULL,
  shift        TEXT NOT NULL,
  actor        TEXT NOT NULL,
  reverses     BIGINT NOT NULL
);
CREATE UNIQUE INDEX po_receipt_number ON po_receipt (number);
CREATE UNIQUE INDEX po_receipt_key ON po_receipt (client_key);
CREATE UNIQUE INDEX po_receipt_reverses ON po_receipt (reverses) WHERE reverses <> 0;
CREATE INDEX po_receipt_line ON po_receipt (line_id);
CREATE INDEX po_receipt_recorded ON po_receipt (recorded_ms);

-- Components sent to a subcontractor; what went is in the stock ledger under its id.
CREATE TABLE po_send (
  id           BIGINT PRIMARY KEY,
  number       TEXT NOT NULL,
  order_id     BIGINT NOT NULL,
  line_id      BIGINT NOT NULL,
  site_id      BIGINT NOT NULL,
  supplier_id  BIGINT NOT NULL,
  back         BOOLEAN NOT NULL,            -- left-overs that came back
  reason       TEXT NOT NULL,
  client_key   TEXT,
  happened_ms  BIGINT NOT NULL,
  recorded_ms  BIGINT NOT NULL,
  posting_date TEXT NOT NULL,
  shift        TEXT NOT NULL,
  actor        TEXT NOT NULL,
  reverses     BIGINT NOT NULL
);
CREATE UNIQUE INDEX po_send_number ON po_send (number);
CREATE UNIQUE INDEX po_send_key ON po_send (client_key);
CREATE UNIQUE INDEX po_send_reverses ON po_send (reverses) WHERE reverses <> 0;
CREATE INDEX po_send_of_line ON po_send (line_id);

CREATE TABLE po_send_line (
  id       BIGINT PRIMARY KEY,
  send_id  BIGINT NOT NULL,
  item_id  BIGINT NOT NULL,
  lot      TEXT NOT NULL,
  qty      BIGINT NOT NULL
);
CREATE INDEX po_send_line_send ON po_send_line (send_id);

CREATE VIEW v_purchase_line AS
SELECT l.id, l.order_id, o.number AS order_number, o.site_id, o.supplier_id, l.line, l.kind, l.item_id, l.qty, l.received, l.due, l.closed
FROM po_line l JOIN po_order o ON o.id = l.order_id
WHERE l.batch_id NOT IN (SELECT id FROM kit_batch);
