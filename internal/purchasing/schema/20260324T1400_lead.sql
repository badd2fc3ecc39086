-- how long goods took from the order to each receipt that stands
CREATE VIEW v_lead AS
SELECT r.id, r.item_id, r.site_id, r.supplier_id, o.ordered_ms, r.happened_ms AS received_ms
FROM po_receipt r JOIN po_order o ON o.id = r.order_id
WHERE r.reverses = 0 AND NOT EXISTS (SELECT 1 FROM po_receipt b WHERE b.reverses = r.id) AND o.batch_id NOT IN (SELECT id FROM kit_batch);
