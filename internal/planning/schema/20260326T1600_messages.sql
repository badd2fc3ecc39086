-- What became of a message: did = changed, cancelled or asked; request = the buyer's change request that it waits for.
ALTER TABLE mrp_message ADD COLUMN did TEXT NOT NULL DEFAULT '';
ALTER TABLE mrp_message ADD COLUMN request TEXT NOT NULL DEFAULT '';
ALTER TABLE mrp_message ADD COLUMN judged_by TEXT NOT NULL DEFAULT '';
ALTER TABLE mrp_message ADD COLUMN judged_ms BIGINT NOT NULL DEFAULT 0;
CREATE INDEX mrp_message_request ON mrp_message (request) WHERE request <> '';
