-- Where a plan lets stock of a substitute stand for a component, with the figures behind it. general: approved in general
-- for what is planned; else approved for the work order.
CREATE TABLE mrp_swap (
  id         BIGINT PRIMARY KEY,
  run_id     BIGINT NOT NULL,
  item_id    BIGINT NOT NULL,             -- what is short
  sub_id     BIGINT NOT NULL,
  product_id BIGINT NOT NULL,             -- whose order needs it
  doc_kind   TEXT NOT NULL,
  doc_number TEXT NOT NULL,               -- of a planned order #n
  n          BIGINT NOT NULL,             -- number of a planned order, else 0
  lot        TEXT NOT NULL,
  day        TEXT NOT NULL,
  needed     BIGINT NOT NULL,             -- of the item, by that order in all
  own        BIGINT NOT NULL,             -- what stock and orders of the item itself give it
  covered    BIGINT NOT NULL,             -- what this lot stands for, one for one
  sub_stock  BIGINT NOT NULL,             -- what there is of the substitute
  sub_needs  BIGINT NOT NULL,             -- what its own needs take of it
  sub_safety BIGINT NOT NULL,
  general    BOOLEAN NOT NULL,
  batch_id   BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX mrp_swap_run ON mrp_swap (run_id, item_id);
CREATE INDEX mrp_swap_batch ON mrp_swap (batch_id) WHERE batch_id <> 0;
-- Firm orders that stand, for other rooms.
CREATE VIEW v_firm_order AS
  SELECT id, number, site_id, item_id, kind, qty, start, due FROM mrp_firm WHERE state = 'firm';
