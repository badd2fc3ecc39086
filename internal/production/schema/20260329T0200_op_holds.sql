-- an operation that is held alone, while the rest of its order goes on: since when, why, and the report that caused it
ALTER TABLE wo_op ADD COLUMN held_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE wo_op ADD COLUMN held_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE wo_op ADD COLUMN held_by TEXT NOT NULL DEFAULT '';
ALTER TABLE wo_op ADD COLUMN held_report BIGINT NOT NULL DEFAULT 0;
CREATE INDEX wo_op_held ON wo_op (held_ms) WHERE held_ms > 0;
-- a hold of one operation; 0 = of the whole order
ALTER TABLE wo_hold ADD COLUMN op_id BIGINT NOT NULL DEFAULT 0;

-- which piece of the operation was measured, its serial number, and what a value beyond the limits did
ALTER TABLE wo_reading ADD COLUMN piece BIGINT NOT NULL DEFAULT 0;
ALTER TABLE wo_reading ADD COLUMN serial TEXT NOT NULL DEFAULT '';
ALTER TABLE wo_reading ADD COLUMN beyond TEXT NOT NULL DEFAULT '';
CREATE INDEX wo_reading_serial ON wo_reading (serial) WHERE serial <> '';

DROP VIEW v_wo_reading;
-- what was measured while work orders were made
CREATE VIEW v_wo_reading AS
SELECT x.id, x.order_id, x.op_id, x.report_id, x.taken, x.name, x.unit, x.value, x.lower_limit, x.upper_limit, x.target, x.outside, x.reason, x.worker, x.machine_id, x.happened_ms, x.recorded_ms, x.actor,
       EXISTS (SELECT 1 FROM wo_report r WHERE r.reverses = x.report_id AND r.reverses <> 0) AS reversed, x.piece, x.serial, x.beyond
FROM wo_reading x;

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
            WHEN o.hold_ms > 0 OR r.held_ms > 0 THEN 'hold'
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
