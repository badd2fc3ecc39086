-- What went into stock and what was split off, as it was entered in another unit of the item; 0 and '' = in its own.
ALTER TABLE wo_receipt ADD COLUMN entered_qty BIGINT NOT NULL DEFAULT 0;
ALTER TABLE wo_receipt ADD COLUMN entered_uom TEXT NOT NULL DEFAULT '';
ALTER TABLE wo_link ADD COLUMN entered_qty BIGINT NOT NULL DEFAULT 0;
ALTER TABLE wo_link ADD COLUMN entered_uom TEXT NOT NULL DEFAULT '';
