-- A quantity as it was entered in another unit of the item; 0 and '' = in the item's own.
ALTER TABLE inv_entry ADD COLUMN entered_qty BIGINT NOT NULL DEFAULT 0;
ALTER TABLE inv_entry ADD COLUMN entered_uom TEXT NOT NULL DEFAULT '';
ALTER TABLE inv_count_line ADD COLUMN entered_qty BIGINT NOT NULL DEFAULT 0;
ALTER TABLE inv_count_line ADD COLUMN entered_uom TEXT NOT NULL DEFAULT '';
ALTER TABLE inv_counted ADD COLUMN entered_qty BIGINT NOT NULL DEFAULT 0;
ALTER TABLE inv_counted ADD COLUMN entered_uom TEXT NOT NULL DEFAULT '';
