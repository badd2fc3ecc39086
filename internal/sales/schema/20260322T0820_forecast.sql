CREATE VIEW v_forecast AS
SELECT id, site_id, item_id, date, qty FROM so_forecast WHERE batch_id NOT IN (SELECT id FROM kit_batch);
