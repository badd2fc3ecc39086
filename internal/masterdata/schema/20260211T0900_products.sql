-- a conversion is a ratio: per of this unit = own of the item's own unit; factor stays the rounded quotient
ALTER TABLE md_uom ADD COLUMN own BIGINT NOT NULL DEFAULT 0;
ALTER TABLE md_uom ADD COLUMN per BIGINT NOT NULL DEFAULT 1000000;
ALTER TABLE md_uom ADD COLUMN decimals BIGINT NOT NULL DEFAULT 6; -- of quantities in this unit
UPDATE md_uom SET own = factor;

-- the file that shows the item, 0 = none
ALTER TABLE md_item ADD COLUMN picture BIGINT NOT NULL DEFAULT 0;

DROP VIEW v_uom;
CREATE VIEW v_uom AS
  SELECT item_id, uom, factor, own, per, decimals FROM md_uom WHERE batch_id NOT IN (SELECT id FROM kit_batch);
