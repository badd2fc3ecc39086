-- What was sent to a subcontractor, as it was entered in another unit of the item; 0 and '' = in its own. It stands on
-- the first lot of an act and names the whole.
ALTER TABLE po_send_line ADD COLUMN entered_qty BIGINT NOT NULL DEFAULT 0;
ALTER TABLE po_send_line ADD COLUMN entered_uom TEXT NOT NULL DEFAULT '';
