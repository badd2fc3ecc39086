-- The later hand-over of the same person that took the place of one that nobody had taken over.
ALTER TABLE wo_handover ADD COLUMN replaced_by TEXT NOT NULL DEFAULT '';
