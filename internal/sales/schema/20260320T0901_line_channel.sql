-- The channel belongs to the line: one order may be gathered from several. The order's own is that of its first line.
ALTER TABLE so_line ADD COLUMN channel TEXT NOT NULL DEFAULT '';
UPDATE so_line SET channel = coalesce((SELECT o.channel FROM so_order o WHERE o.id = so_line.order_id), '');

DROP VIEW v_sales_line;
CREATE VIEW v_sales_line AS
  SELECT l.id, l.order_id, o.number AS order_number, l.line, o.site_id, o.customer_id, l.channel, l.item_id, l.qty, l.due, l.priority,
         CASE WHEN l.version_answer <> '' THEN l.bom_use ELSE l.bom_version END AS bom_version, l.version_answer, l.supply, l.shipped,
         CASE WHEN o.cancelled_ms > 0 OR l.cancelled_ms > 0 OR l.closed_ms > 0 THEN TRUE ELSE FALSE END AS cancelled
  FROM so_line l JOIN so_order o ON o.id = l.order_id
  WHERE l.batch_id NOT IN (SELECT id FROM kit_batch);
