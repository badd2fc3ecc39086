-- A hold is a fact beside the status: what is held keeps its place in its life and goes on from there.
ALTER TABLE wo_order ADD COLUMN hold_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE wo_order ADD COLUMN hold_reason TEXT NOT NULL DEFAULT '';
-- how it was closed: '' in full, short, failed
ALTER TABLE wo_order ADD COLUMN end_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE wo_order ADD COLUMN version_answer TEXT NOT NULL DEFAULT '';
-- since when somebody sets the operation up, 0 = nobody
ALTER TABLE wo_op ADD COLUMN setting_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE wo_run ADD COLUMN work TEXT NOT NULL DEFAULT 'run';
ALTER TABLE wo_run ADD COLUMN override TEXT NOT NULL DEFAULT '';

CREATE TABLE wo_hold (
  id          BIGINT PRIMARY KEY,
  order_id    BIGINT NOT NULL,
  kind        TEXT NOT NULL,                     -- hold, unhold
  reason      TEXT NOT NULL,
  recorded_ms BIGINT NOT NULL,
  actor       TEXT NOT NULL
);
CREATE INDEX wo_hold_order ON wo_hold (order_id);

-- The genealogy of orders: what was split off which, and what went into which.
CREATE TABLE wo_link (
  id          BIGINT PRIMARY KEY,
  kind        TEXT NOT NULL,                     -- split, merge
  from_id     BIGINT NOT NULL,
  to_id       BIGINT NOT NULL,
  qty         BIGINT NOT NULL,
  reason      TEXT NOT NULL,
  recorded_ms BIGINT NOT NULL,
  actor       TEXT NOT NULL
);
CREATE INDEX wo_link_from ON wo_link (from_id);
CREATE INDEX wo_link_to ON wo_link (to_id);

-- What became of material that was still at an order when it ended.
CREATE TABLE wo_leftover (
  id          BIGINT PRIMARY KEY,
  order_id    BIGINT NOT NULL,
  item_id     BIGINT NOT NULL,
  lot         TEXT NOT NULL,
  qty         BIGINT NOT NULL CHECK (qty > 0),
  act         TEXT NOT NULL,                     -- return, scrap
  location    TEXT NOT NULL,
  reason      TEXT NOT NULL,
  recorded_ms BIGINT NOT NULL,
  actor       TEXT NOT NULL
);
CREATE INDEX wo_leftover_order ON wo_leftover (order_id);

-- What happens when the stock of an item is short at a report; an item without a row follows the company's setting.
CREATE TABLE wo_item_policy (
  item_id     BIGINT PRIMARY KEY,
  policy      TEXT NOT NULL,                     -- block, allow, ask
  recorded_ms BIGINT NOT NULL,
  actor       TEXT NOT NULL
);

-- Pieces were reported and their material was not there: what the reports owe. A variance is never changed: what
-- settles it, writes it off or undoes it is a further row; its rows add up to what is open.
CREATE TABLE wo_variance (
  id           BIGINT PRIMARY KEY,
  variance_id  BIGINT NOT NULL,                  -- the row that opened it, itself when it is that
  kind         TEXT NOT NULL,                    -- open, settle, write_off, undo
  order_id     BIGINT NOT NULL,
  component_id BIGINT NOT NULL,
  item_id      BIGINT NOT NULL,
  report_id    BIGINT NOT NULL,
  qty          BIGINT NOT NULL,                  -- above zero when it opens, below when it shrinks
  reason       TEXT NOT NULL DEFAULT '',
  recorded_ms  BIGINT NOT NULL,
  actor        TEXT NOT NULL
);
CREATE INDEX wo_variance_order ON wo_variance (order_id);
CREATE INDEX wo_variance_item ON wo_variance (item_id);
CREATE INDEX wo_variance_of ON wo_variance (variance_id);

-- Working time that a report alone does not tell: of several people, and of setting up. One worker's report is its
-- own fact and has no row here.
CREATE TABLE wo_labour (
  id          BIGINT PRIMARY KEY,
  order_id    BIGINT NOT NULL,
  op_id       BIGINT NOT NULL,
  report_id   BIGINT NOT NULL,                   -- 0 = set-up
  worker_id   BIGINT NOT NULL,
  kind        TEXT NOT NULL,                     -- setup, run
  start_ms    BIGINT NOT NULL,
  end_ms      BIGINT NOT NULL,
  ms          BIGINT NOT NULL CHECK (ms >= 0),
  rule        TEXT NOT NULL,                     -- even, minutes, setup
  recorded_ms BIGINT NOT NULL
);
CREATE INDEX wo_labour_order ON wo_labour (order_id);
CREATE INDEX wo_labour_report ON wo_labour (report_id) WHERE report_id <> 0;
CREATE INDEX wo_labour_worker ON wo_labour (worker_id, end_ms);

CREATE VIEW v_wo_labour AS
SELECT l.id, l.order_id, l.op_id, l.report_id, l.worker_id, l.kind, l.start_ms, l.end_ms, l.ms, l.rule
FROM wo_labour l
WHERE l.report_id = 0 OR NOT EXISTS (SELECT 1 FROM wo_report x WHERE x.reverses = l.report_id AND x.reverses <> 0)
UNION ALL
SELECT r.id, r.order_id, r.op_id, r.id AS report_id, r.worker_id, 'run' AS kind, r.start_ms, r.happened_ms AS end_ms, r.happened_ms - r.start_ms AS ms, 'alone' AS rule
FROM wo_report r
WHERE r.kind IN ('report', 'rework') AND r.worker_id <> 0
  AND NOT EXISTS (SELECT 1 FROM wo_report x WHERE x.reverses = r.id AND x.reverses <> 0)
  AND NOT EXISTS (SELECT 1 FROM wo_labour l WHERE l.report_id = r.id AND l.report_id <> 0);

CREATE VIEW v_wo_variance AS
SELECT v.variance_id AS id, v.order_id, v.component_id, v.item_id, v.report_id, CAST(sum(v.qty) AS BIGINT) AS qty, min(v.recorded_ms) AS opened_ms
FROM wo_variance v GROUP BY v.variance_id, v.order_id, v.component_id, v.item_id, v.report_id;

DROP VIEW v_wo_op;
-- qty_in: what the report point before has passed on, for the first one the order's quantity.
-- status: planned, hold, waiting_previous, waiting_material, ready, running, paused, done, closed, cancelled.
CREATE VIEW v_wo_op AS
SELECT p.id, p.order_id, o.number AS order_number, o.site_id, o.item_id, o.qty AS order_qty, p.due, o.start, p.priority, o.status AS order_status,
       p.op, p.name, p.work_center_id, p.setup_ms, p.run_min, p.batch_min, p.run_ms, p.transfer_lot, p.report, p.inspection, p.tool, p.skill, p.alternatives,
       p.report_id, p.prev_id, r.good, r.scrap, r.rework, r.good + r.scrap + r.rework AS done,
       CASE WHEN p.prev_id <> 0 THEN b.good WHEN r.good + r.scrap + r.rework > o.qty THEN r.good + r.scrap + r.rework ELSE o.qty END AS qty_in,
       r.started_ms, CASE WHEN r.running_ms > 0 THEN r.running_ms ELSE 0 END AS running_ms, r.done_ms, p.done_ms AS own_done_ms, p.running_ms AS own_running_ms,
       CASE WHEN o.status IN ('cancelled', 'closed') THEN o.status
            WHEN r.done_ms > 0 THEN 'done'
            WHEN o.hold_ms > 0 THEN 'hold'
            WHEN o.status = 'planned' THEN 'planned'
            WHEN r.running_ms > 0 THEN 'running'
            WHEN p.prev_id <> 0 AND r.rework = 0 AND (b.good - (r.good + r.scrap + r.rework) <= 0
              OR (b.done_ms = 0 AND (b.transfer_lot = 0 OR b.good - (r.good + r.scrap + r.rework) < b.transfer_lot))) THEN 'waiting_previous'
            WHEN EXISTS (SELECT 1 FROM wo_component c WHERE c.order_id = p.order_id AND c.report_id = p.report_id AND c.issue = 'pick' AND c.role = 'component'
              AND c.covered <= r.good + r.scrap + r.rework) THEN 'waiting_material'
            WHEN r.running_ms < 0 THEN 'paused'
            ELSE 'ready' END AS status,
       r.setting_ms, o.hold_ms
FROM wo_op p
JOIN wo_order o ON o.id = p.order_id
JOIN wo_op r ON r.id = p.report_id
LEFT JOIN wo_op b ON b.id = p.prev_id
WHERE o.batch_id NOT IN (SELECT id FROM kit_batch);
