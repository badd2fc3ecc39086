-- A quantity as it was entered in another unit of the item; 0 and '' = in the item's own.
ALTER TABLE so_line ADD COLUMN entered_qty BIGINT NOT NULL DEFAULT 0;
ALTER TABLE so_line ADD COLUMN entered_uom TEXT NOT NULL DEFAULT '';
