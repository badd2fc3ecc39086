-- Goods that failed at the incoming inspection and left: back to the supplier, who owes them again, or as scrap. A row
-- that reverses another is its mirror. received of the order's line is the sum of receipts less what went back.
CREATE TABLE po_return (
  id           BIGINT PRIMARY KEY,
  number       TEXT NOT NULL,
  receipt_id   BIGINT NOT NULL,
  order_id     BIGINT NOT NULL,
  line_id      BIGINT NOT NULL,
  site_id      BIGINT NOT NULL,
  supplier_id  BIGINT NOT NULL,
  item_id      BIGINT NOT NULL,
  lot          TEXT NOT NULL,
  act          TEXT NOT NULL,               -- return scrap
  qty          BIGINT NOT NULL CHECK (qty > 0),
  reason       TEXT NOT NULL,
  serials      TEXT NOT NULL,               -- ranges with commas
  client_key   TEXT,
  happened_ms  BIGINT NOT NULL,
  recorded_ms  BIGINT NOT NULL,
  posting_date TEXT NOT NULL,
  shift        TEXT NOT NULL,
  actor        TEXT NOT NULL,
  reverses     BIGINT NOT NULL
);
CREATE UNIQUE INDEX po_return_number ON po_return (number);
CREATE UNIQUE INDEX po_return_key ON po_return (client_key);
CREATE UNIQUE INDEX po_return_reverses ON po_return (reverses) WHERE reverses <> 0;
CREATE INDEX po_return_receipt ON po_return (receipt_id);
CREATE INDEX po_return_of_line ON po_return (line_id) WHERE line_id <> 0;
CREATE INDEX po_return_recorded ON po_return (recorded_ms);

-- What a receipt has failed and lost since: derived from judgements and returns, and the row on which two who send the
-- same goods back meet.
CREATE TABLE po_reject (
  id          BIGINT PRIMARY KEY,
  receipt_id  BIGINT NOT NULL,
  lot_id      BIGINT NOT NULL,
  failed      BIGINT NOT NULL DEFAULT 0 CHECK (failed >= 0),
  gone        BIGINT NOT NULL DEFAULT 0 CHECK (gone >= 0),
  reason      TEXT NOT NULL,
  changed_ms  BIGINT NOT NULL,
  CHECK (gone <= failed)
);
CREATE UNIQUE INDEX po_reject_key ON po_reject (receipt_id, lot_id);
