-- A line of a transfer has days of its own once somebody changed them ('' = those of the transfer), and may end alone.
ALTER TABLE inv_site_transfer_line ADD COLUMN ship_on TEXT NOT NULL DEFAULT '';
ALTER TABLE inv_site_transfer_line ADD COLUMN due TEXT NOT NULL DEFAULT '';
ALTER TABLE inv_site_transfer_line ADD COLUMN closed_ms BIGINT NOT NULL DEFAULT 0;
DROP VIEW v_site_transfer_line;
CREATE VIEW v_site_transfer_line AS
SELECT l.id, l.transfer_id, t.number, l.line, t.from_site_id, t.to_site_id, l.item_id, l.qty, coalesce(nullif(l.ship_on, ''), t.ship_on) AS ship_on, coalesce(nullif(l.due, ''), t.due) AS due, t.source, t.wanted_for, t.made_ms,
  CASE WHEN t.closed_ms > 0 THEN t.closed_ms ELSE l.closed_ms END AS closed_ms,
  CAST(coalesce((SELECT sum(s.qty) FROM inv_site_transfer_step s WHERE s.line_id = l.id AND s.kind = 'site_send' AND NOT EXISTS (SELECT 1 FROM inv_entry e WHERE e.undoes_id = s.id AND e.undoes_id <> 0)), 0) AS BIGINT) AS sent,
  CAST(coalesce((SELECT sum(s.qty) FROM inv_site_transfer_step s WHERE s.line_id = l.id AND s.kind = 'site_receive' AND NOT EXISTS (SELECT 1 FROM inv_entry e WHERE e.undoes_id = s.id AND e.undoes_id <> 0)), 0) AS BIGINT) AS received,
  CAST(coalesce((SELECT sum(s.qty) FROM inv_site_transfer_step s WHERE s.line_id = l.id AND s.kind = 'site_over' AND NOT EXISTS (SELECT 1 FROM inv_entry e WHERE e.undoes_id = s.id AND e.undoes_id <> 0)), 0) AS BIGINT) AS over,
  CAST(coalesce((SELECT sum(s.qty) FROM inv_site_transfer_step s WHERE s.line_id = l.id AND s.kind = 'site_back' AND NOT EXISTS (SELECT 1 FROM inv_entry e WHERE e.undoes_id = s.id AND e.undoes_id <> 0)), 0) AS BIGINT) AS back,
  CAST(coalesce((SELECT sum(s.qty) FROM inv_site_transfer_step s WHERE s.line_id = l.id AND s.kind = 'site_lost' AND NOT EXISTS (SELECT 1 FROM inv_entry e WHERE e.undoes_id = s.id AND e.undoes_id <> 0)), 0) AS BIGINT) AS lost
FROM inv_site_transfer_line l JOIN inv_site_transfer t ON t.id = l.transfer_id;
