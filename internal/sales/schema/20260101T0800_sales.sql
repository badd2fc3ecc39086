CREATE TABLE so_order (
  id          BIGINT PRIMARY KEY,
  batch_id    BIGINT NOT NULL DEFAULT 0,
  site_id     BIGINT NOT NULL,
  number      TEXT NOT NULL,
  customer_id BIGINT NOT NULL DEFAULT 0,
  channel     TEXT NOT NULL DEFAULT '',
  note        TEXT NOT NULL DEFAULT '',
  ordered_ms  BIGINT NOT NULL,
  cancelled_ms BIGINT NOT NULL DEFAULT 0,
  client_key  TEXT,                       -- the sender's idempotency key, for ever
  ext         JSONB NOT NULL DEFAULT '{}'
);
CREATE UNIQUE INDEX so_order_number ON so_order (number);
CREATE UNIQUE INDEX so_order_key ON so_order (client_key);
CREATE INDEX so_order_customer ON so_order (customer_id, number);
CREATE INDEX so_order_batch ON so_order (batch_id) WHERE batch_id <> 0;

CREATE TABLE so_line (
  id          BIGINT PRIMARY KEY,
  batch_id    BIGINT NOT NULL DEFAULT 0,
  order_id    BIGINT NOT NULL REFERENCES so_order (id),
  line        BIGINT NOT NULL,
  item_id     BIGINT NOT NULL,
  qty         BIGINT NOT NULL CHECK (qty > 0),
  due         TEXT NOT NULL,
  priority    BIGINT NOT NULL,
  unit_price  BIGINT,
  bom_version TEXT NOT NULL DEFAULT '',
  note        TEXT NOT NULL DEFAULT '',
  shipped     BIGINT NOT NULL DEFAULT 0,  -- sum of its shipment lines; `verify` compares
  cancelled_ms BIGINT NOT NULL DEFAULT 0,
  ext         JSONB NOT NULL DEFAULT '{}'
);
CREATE UNIQUE INDEX so_line_no ON so_line (order_id, line);
CREATE INDEX so_line_item ON so_line (item_id, due);
CREATE INDEX so_line_due ON so_line (due, id);
CREATE INDEX so_line_batch ON so_line (batch_id) WHERE batch_id <> 0;

CREATE TABLE so_forecast (
  id       BIGINT PRIMARY KEY,
  batch_id BIGINT NOT NULL DEFAULT 0,
  site_id  BIGINT NOT NULL,
  item_id  BIGINT NOT NULL,
  date     TEXT NOT NULL,
  qty      BIGINT NOT NULL
);
CREATE INDEX so_forecast_item ON so_forecast (site_id, item_id, date);

CREATE TABLE so_shipment (
  id          BIGINT PRIMARY KEY,
  number      TEXT NOT NULL,
  site_id     BIGINT NOT NULL,
  order_id    BIGINT NOT NULL REFERENCES so_order (id),
  customer_id BIGINT NOT NULL,
  carrier_id  BIGINT NOT NULL DEFAULT 0,
  waybill     TEXT NOT NULL DEFAULT '',
  cartons     BIGINT NOT NULL DEFAULT 1,
  note        TEXT NOT NULL DEFAULT '',
  shipped_ms  BIGINT NOT NULL,
  shipped_by  TEXT NOT NULL,
  reversed_ms BIGINT NOT NULL DEFAULT 0,
  client_key  TEXT
);
CREATE UNIQUE INDEX so_shipment_number ON so_shipment (number);
CREATE UNIQUE INDEX so_shipment_key ON so_shipment (client_key);
CREATE INDEX so_shipment_order ON so_shipment (order_id);
CREATE INDEX so_shipment_at ON so_shipment (shipped_ms, id);

CREATE TABLE so_shipment_line (
  id          BIGINT PRIMARY KEY,
  shipment_id BIGINT NOT NULL REFERENCES so_shipment (id),
  line_id     BIGINT NOT NULL REFERENCES so_line (id),
  item_id     BIGINT NOT NULL,
  lot_id      BIGINT NOT NULL,
  lot         TEXT NOT NULL,
  location_id BIGINT NOT NULL,
  qty         BIGINT NOT NULL,
  serials     TEXT NOT NULL DEFAULT ''    -- separated by blanks
);
CREATE INDEX so_shipment_line_shipment ON so_shipment_line (shipment_id);
CREATE INDEX so_shipment_line_line ON so_shipment_line (line_id);

CREATE VIEW v_sales_line AS
  SELECT l.id, l.order_id, o.number AS order_number, l.line, o.site_id, o.customer_id, l.item_id, l.qty, l.due, l.priority, l.bom_version, l.shipped,
         CASE WHEN o.cancelled_ms > 0 OR l.cancelled_ms > 0 THEN TRUE ELSE FALSE END AS cancelled
  FROM so_line l JOIN so_order o ON o.id = l.order_id
  WHERE l.batch_id NOT IN (SELECT id FROM kit_batch);
