-- How an item's lead time grows with the quantity of an order, and the site that it is brought from.
ALTER TABLE md_item_site ADD COLUMN lead_per BIGINT NOT NULL DEFAULT 0;          -- each begun so much takes lead_per_days more
ALTER TABLE md_item_site ADD COLUMN lead_per_days BIGINT NOT NULL DEFAULT 0;
ALTER TABLE md_item_site ADD COLUMN lead_from TEXT NOT NULL DEFAULT 'days';      -- days routing
ALTER TABLE md_item_site ADD COLUMN supply_site_id BIGINT NOT NULL DEFAULT 0;    -- 0 = obtained here
ALTER TABLE md_item_site ADD COLUMN transfer_days BIGINT NOT NULL DEFAULT 0;
CREATE INDEX md_item_site_supply ON md_item_site (supply_site_id) WHERE supply_site_id <> 0;
CREATE VIEW v_item_plan AS
  SELECT s.item_id, s.site_id, s.lead_per, s.lead_per_days, s.lead_from, s.supply_site_id, s.transfer_days
  FROM md_item_site s WHERE s.batch_id NOT IN (SELECT id FROM kit_batch);
