-- Who let somebody without the demanded skill begin, when he said so at the other's tablet.
ALTER TABLE wo_run ADD COLUMN override_by TEXT NOT NULL DEFAULT '';
