-- What another site brings is suggested as a transfer from it.
ALTER TABLE mrp_suggestion ADD COLUMN from_site_id BIGINT NOT NULL DEFAULT 0;
