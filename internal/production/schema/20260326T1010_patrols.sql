-- A report point where somebody goes round: how many pieces were made and when a patrol was last asked for, the number
-- of the one that nobody has judged, and since when the operation is stopped because one failed. Orders that were there
-- before keep none.
ALTER TABLE wo_op ADD COLUMN patrol BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE wo_op ADD COLUMN patrol_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE wo_op ADD COLUMN patrol_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE wo_op ADD COLUMN patrol_open TEXT NOT NULL DEFAULT '';
ALTER TABLE wo_op ADD COLUMN patrol_bad BIGINT NOT NULL DEFAULT 0;
CREATE INDEX wo_op_patrol ON wo_op (running_ms) WHERE patrol AND running_ms > 0;

DROP VIEW v_wo_op;
-- qty_in: what the report point before has passed on (good and, where it is judged, passed), for the first one the
-- order's quantity.
-- status: planned, hold, waiting_inspection, waiting_previous, waiting_material, ready, running, paused, done, closed, cancelled.
CREATE VIEW v_wo_op AS
SELECT p.id, p.order_id, o.number AS order_number, o.site_id, o.item_id, o.qty AS order_qty, p.due, o.start, p.priority, o.status AS order_status,
       p.op, p.name, p.work_center_id, p.setup_ms, p.run_min, p.batch_min, p.run_ms, p.transfer_lot, p.report, p.inspection, p.tool, p.skill, p.alternatives,
       p.report_id, p.prev_id, r.good, r.scrap, r.rework, r.good + r.scrap + r.rework AS done,
       CASE WHEN p.prev_id <> 0 THEN b.good - b.unjudged WHEN r.good + r.scrap + r.rework > o.qty THEN r.good + r.scrap + r.rework ELSE o.qty END AS qty_in,
       r.started_ms, CASE WHEN r.running_ms > 0 THEN r.running_ms ELSE 0 END AS running_ms, r.done_ms, p.done_ms AS own_done_ms, p.running_ms AS own_running_ms,
       CASE WHEN o.status IN ('cancelled', 'closed') THEN o.status
            WHEN r.done_ms > 0 THEN 'done'
            WHEN o.hold_ms > 0 THEN 'hold'
            WHEN o.status = 'planned' THEN 'planned'
            WHEN r.unjudged > 0 AND (r.gate = 'first' OR (r.rework = 0 AND CASE WHEN p.prev_id <> 0 THEN b.good - b.unjudged ELSE o.qty END <= r.good + r.scrap + r.rework)) THEN 'waiting_inspection'
            WHEN r.patrol_bad > 0 THEN 'waiting_inspection'
            WHEN r.running_ms > 0 THEN 'running'
            WHEN p.prev_id <> 0 AND r.rework = 0 AND (b.good - b.unjudged - (r.good + r.scrap + r.rework) <= 0
              OR (b.done_ms = 0 AND (b.transfer_lot = 0 OR b.good - b.unjudged - (r.good + r.scrap + r.rework) < b.transfer_lot))) THEN 'waiting_previous'
            WHEN EXISTS (SELECT 1 FROM wo_component c WHERE c.order_id = p.order_id AND c.report_id = p.report_id AND c.issue = 'pick' AND c.role = 'component'
              AND c.covered <= r.good + r.scrap + r.rework) THEN 'waiting_material'
            WHEN r.running_ms < 0 THEN 'paused'
            ELSE 'ready' END AS status,
       r.setting_ms, o.hold_ms, r.gate, r.unjudged
FROM wo_op p
JOIN wo_order o ON o.id = p.order_id
JOIN wo_op r ON r.id = p.report_id
LEFT JOIN wo_op b ON b.id = p.prev_id
WHERE o.batch_id NOT IN (SELECT id FROM kit_batch);
