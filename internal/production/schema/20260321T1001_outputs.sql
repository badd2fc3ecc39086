-- Co- and by-products go into stock by receipts of their own: component_id is the line of the order's bill that they
-- stand in (0 = the finished goods), with_id the receipt of finished goods that brought them along (0 = on their own).
ALTER TABLE wo_receipt ADD COLUMN component_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE wo_receipt ADD COLUMN with_id BIGINT NOT NULL DEFAULT 0;
CREATE INDEX wo_receipt_with ON wo_receipt (with_id) WHERE with_id <> 0;
-- of a co- or by-product: the sum of its receipts
ALTER TABLE wo_component ADD COLUMN received BIGINT NOT NULL DEFAULT 0;
