-- What a lot cost, for other rooms; whoever shows it masks it as cost.
CREATE VIEW v_lot_cost AS
SELECT id, item_id, unit_cost FROM inv_lot WHERE batch_id NOT IN (SELECT id FROM kit_batch);
