-- Plans of sites that bring each other items are made together: one group. A transfer names the site that sends.
ALTER TABLE mrp_run ADD COLUMN group_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE mrp_order ADD COLUMN from_site_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE mrp_firm ADD COLUMN from_site_id BIGINT NOT NULL DEFAULT 0;
CREATE INDEX mrp_run_group ON mrp_run (group_id) WHERE group_id <> 0;
