-- The good pieces of a report as they were counted in another unit of the item; 0 and '' = in its own.
ALTER TABLE wo_report ADD COLUMN entered_qty BIGINT NOT NULL DEFAULT 0;
ALTER TABLE wo_report ADD COLUMN entered_uom TEXT NOT NULL DEFAULT '';
