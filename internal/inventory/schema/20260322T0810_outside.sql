-- ours that lies at subcontractors
CREATE VIEW v_stock_outside AS
SELECT id, item_id, site_id, place_ref AS partner_id, lot_id, qty
FROM inv_balance
WHERE place_kind = 'subcontractor' AND qty > 0 AND batch_id NOT IN (SELECT id FROM kit_batch);
