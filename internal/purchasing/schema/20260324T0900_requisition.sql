-- A wish to buy, or to have made outside, that waits for the buyer. Ordered, it names the order's line.
CREATE TABLE po_requisition (
  id           BIGINT PRIMARY KEY,
  number       TEXT NOT NULL,
  site_id      BIGINT NOT NULL,
  kind         TEXT NOT NULL,               -- purchase subcontract
  item_id      BIGINT NOT NULL,
  qty          BIGINT NOT NULL CHECK (qty > 0),
  due          TEXT NOT NULL,
  supplier_id  BIGINT NOT NULL,             -- proposed; 0 = the buyer finds one
  note         TEXT NOT NULL,
  source       TEXT NOT NULL,               -- manual planning replenishment shortage
  wanted_for   TEXT NOT NULL,               -- the documents behind it, for people
  state        TEXT NOT NULL,               -- open ordered dropped
  order_id     BIGINT NOT NULL DEFAULT 0,
  line         BIGINT NOT NULL DEFAULT 0,
  reason       TEXT NOT NULL DEFAULT '',    -- why it was dropped
  version      BIGINT NOT NULL DEFAULT 1,
  requested_ms BIGINT NOT NULL,
  requested_by TEXT NOT NULL
);
CREATE UNIQUE INDEX po_requisition_number ON po_requisition (number);
CREATE INDEX po_requisition_state ON po_requisition (state, due);
CREATE INDEX po_requisition_order ON po_requisition (order_id) WHERE order_id <> 0;

CREATE VIEW v_requisition AS
SELECT id, number, site_id, kind, item_id, qty, due, supplier_id, source, wanted_for FROM po_requisition WHERE state = 'open';
