-- What was scanned, as it was entered in another unit of the item; 0 and '' = in the item's own. It stands on the first
-- lot of an act and names all of it.
ALTER TABLE wo_issue ADD COLUMN entered_qty BIGINT NOT NULL DEFAULT 0;
ALTER TABLE wo_issue ADD COLUMN entered_uom TEXT NOT NULL DEFAULT '';
