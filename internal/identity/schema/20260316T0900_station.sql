-- The work centers that a tablet stands at: codes, by spaces; '' = not bound.
ALTER TABLE id_device ADD COLUMN stations TEXT NOT NULL DEFAULT '';
