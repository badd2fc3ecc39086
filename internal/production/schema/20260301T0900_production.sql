-- A work order carries its own copy of the bill of materials (wo_component) and of the routing (wo_op): a later
-- version changes nothing that has begun. Facts (wo_run, wo_report, wo_issue, wo_receipt) are appended; the totals
-- beside them are their sums, kept so that a report needs no aggregate, and checked by Verify.
CREATE TABLE wo_order (
  id              BIGINT PRIMARY KEY,
  number          TEXT NOT NULL,
  site_id         BIGINT NOT NULL,
  item_id         BIGINT NOT NULL,
  qty             BIGINT NOT NULL CHECK (qty > 0),
  due             TEXT NOT NULL,
  start           TEXT NOT NULL DEFAULT '',      -- planned start, '' = open
  priority        BIGINT NOT NULL DEFAULT 5,
  bom_version     TEXT NOT NULL DEFAULT '',      -- as the order names it, '' = the one effective at its creation
  routing_version TEXT NOT NULL DEFAULT '',
  bom_used        TEXT NOT NULL DEFAULT '',      -- what was copied
  routing_used    TEXT NOT NULL DEFAULT '',
  sales_line_id   BIGINT NOT NULL DEFAULT 0,
  sales_order     TEXT NOT NULL DEFAULT '',
  first_op_id     BIGINT NOT NULL DEFAULT 0,     -- first and last report point
  last_op_id      BIGINT NOT NULL DEFAULT 0,
  final_gate      BOOLEAN NOT NULL DEFAULT FALSE,
  received        BIGINT NOT NULL DEFAULT 0 CHECK (received >= 0),
  opening         BIGINT NOT NULL DEFAULT 0,     -- of received, what was in stock when the order was imported
  created_ms      BIGINT NOT NULL,
  released_ms     BIGINT NOT NULL DEFAULT 0,
  started_ms      BIGINT NOT NULL DEFAULT 0,
  completed_ms    BIGINT NOT NULL DEFAULT 0,
  closed_ms       BIGINT NOT NULL DEFAULT 0,
  cancelled_ms    BIGINT NOT NULL DEFAULT 0,
  end_reason      TEXT NOT NULL DEFAULT '',
  ord             BIGINT NOT NULL DEFAULT 0,     -- place in the file that it came from, 0 = made here
  status          TEXT GENERATED ALWAYS AS (CASE WHEN cancelled_ms > 0 THEN 'cancelled' WHEN closed_ms > 0 THEN 'closed'
                    WHEN completed_ms > 0 THEN 'completed' WHEN started_ms > 0 THEN 'started'
                    WHEN released_ms > 0 THEN 'released' ELSE 'planned' END) STORED,
  ext             JSONB NOT NULL DEFAULT '{}',
  batch_id        BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX wo_order_number ON wo_order (number);
CREATE INDEX wo_order_due ON wo_order (due, id);
CREATE INDEX wo_order_status ON wo_order (status, due, id);
CREATE INDEX wo_order_item ON wo_order (item_id, due);
CREATE INDEX wo_order_sales ON wo_order (sales_line_id) WHERE sales_line_id <> 0;
CREATE INDEX wo_order_batch ON wo_order (batch_id) WHERE batch_id <> 0;

CREATE TABLE wo_op (
  id             BIGINT PRIMARY KEY,
  order_id       BIGINT NOT NULL,
  op             BIGINT NOT NULL,
  name           TEXT NOT NULL,
  work_center_id BIGINT NOT NULL,
  setup_ms       BIGINT NOT NULL DEFAULT 0,
  run_min        BIGINT NOT NULL DEFAULT 0,      -- minutes a piece
  batch_min      BIGINT NOT NULL DEFAULT 0,
  run_ms         BIGINT NOT NULL DEFAULT 0,      -- run and batch time of the whole order
  transfer_lot   BIGINT NOT NULL DEFAULT 0,      -- 0 = all pieces together
  report         BOOLEAN NOT NULL,
  inspection     TEXT NOT NULL DEFAULT 'none',
  piece_rate     BIGINT NOT NULL DEFAULT 0,
  tool           TEXT NOT NULL DEFAULT '',
  skill          TEXT NOT NULL DEFAULT '',
  alternatives   TEXT NOT NULL DEFAULT '',       -- other work centers that can do it, id:minutes a piece, by spaces
  report_id      BIGINT NOT NULL,                -- the report point that counts for this operation, itself when it is one
  prev_id        BIGINT NOT NULL DEFAULT 0,      -- the report point before that one, 0 = the order's quantity comes in
  good           BIGINT NOT NULL DEFAULT 0 CHECK (good >= 0),
  scrap          BIGINT NOT NULL DEFAULT 0 CHECK (scrap >= 0),
  rework         BIGINT NOT NULL DEFAULT 0 CHECK (rework >= 0),
  started_ms     BIGINT NOT NULL DEFAULT 0,
  running_ms     BIGINT NOT NULL DEFAULT 0,      -- since when somebody works on it, 0 = nobody, -1 = paused
  done_ms        BIGINT NOT NULL DEFAULT 0,      -- no piece is left and none can come
  priority       BIGINT NOT NULL DEFAULT 5,      -- the order's, so that a station's list needs no sorting
  due            TEXT NOT NULL DEFAULT '',
  batch_id       BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX wo_op_order ON wo_op (order_id, op);
CREATE INDEX wo_op_station ON wo_op (work_center_id, priority, due, id) WHERE done_ms = 0;
CREATE INDEX wo_op_open ON wo_op (priority, due, id) WHERE done_ms = 0;
CREATE INDEX wo_op_running ON wo_op (work_center_id) WHERE running_ms > 0;
CREATE INDEX wo_op_batch ON wo_op (batch_id) WHERE batch_id <> 0;

CREATE TABLE wo_component (
  id          BIGINT PRIMARY KEY,
  order_id    BIGINT NOT NULL,
  line        BIGINT NOT NULL,
  item_id     BIGINT NOT NULL,
  role        TEXT NOT NULL,
  issue       TEXT NOT NULL,                     -- pick, backflush, none
  op          BIGINT NOT NULL,                   -- as the bill names it, 0 = none named
  report_id   BIGINT NOT NULL,                   -- the report point that uses it
  qty         BIGINT NOT NULL,                   -- per piece
  scrap_pct   BIGINT NOT NULL,
  decimals    BIGINT NOT NULL,
  required    BIGINT NOT NULL,                   -- for the order's quantity
  substitutes TEXT NOT NULL DEFAULT '',          -- item ids by priority, separated by spaces
  issued      BIGINT NOT NULL DEFAULT 0 CHECK (issued >= 0),
  covered     BIGINT NOT NULL DEFAULT 0,         -- pieces for which enough was issued
  adjust      BIGINT NOT NULL DEFAULT 0,         -- consumed beyond the norm of the pieces reported, after a reversal
  batch_id    BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX wo_component_order ON wo_component (order_id, line);
CREATE INDEX wo_component_item ON wo_component (item_id);
CREATE INDEX wo_component_batch ON wo_component (batch_id) WHERE batch_id <> 0;

-- somebody began or paused an operation
CREATE TABLE wo_run (
  id          BIGINT PRIMARY KEY,
  key         TEXT NOT NULL,
  order_id    BIGINT NOT NULL,
  op_id       BIGINT NOT NULL,
  kind        TEXT NOT NULL,                     -- start, pause
  worker_id   BIGINT NOT NULL,
  machine_id  BIGINT NOT NULL,
  reason      TEXT NOT NULL DEFAULT '',
  happened_ms BIGINT NOT NULL,
  recorded_ms BIGINT NOT NULL,
  actor       TEXT NOT NULL
);
CREATE UNIQUE INDEX wo_run_key ON wo_run (key);
CREATE INDEX wo_run_order ON wo_run (order_id);

CREATE TABLE wo_report (
  id            BIGINT PRIMARY KEY,
  key           TEXT NOT NULL,                   -- the client's, for ever
  order_id      BIGINT NOT NULL,
  op_id         BIGINT NOT NULL,
  kind          TEXT NOT NULL,                   -- report, rework (finishes reworked pieces), opening, reversal
  good          BIGINT NOT NULL,
  scrap         BIGINT NOT NULL,
  rework        BIGINT NOT NULL,
  before_qty    BIGINT NOT NULL,                 -- good + scrap + rework of the operation before this report
  scrap_reason  TEXT NOT NULL DEFAULT '',
  rework_reason TEXT NOT NULL DEFAULT '',
  note          TEXT NOT NULL DEFAULT '',
  worker_id     BIGINT NOT NULL,
  worker        TEXT NOT NULL,                   -- names as they were, of all who worked
  machine_id    BIGINT NOT NULL,
  start_ms      BIGINT NOT NULL,
  happened_ms   BIGINT NOT NULL,
  recorded_ms   BIGINT NOT NULL,
  posting_date  TEXT NOT NULL,
  shift         TEXT NOT NULL DEFAULT '',
  actor         TEXT NOT NULL,
  reverses      BIGINT NOT NULL DEFAULT 0,
  batch_id      BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX wo_report_key ON wo_report (key);
CREATE UNIQUE INDEX wo_report_reverses ON wo_report (reverses) WHERE reverses <> 0;
CREATE INDEX wo_report_order ON wo_report (order_id);
CREATE INDEX wo_report_recorded ON wo_report (recorded_ms, id);
CREATE INDEX wo_report_batch ON wo_report (batch_id) WHERE batch_id <> 0;

-- further people of a team report; the first one stands in wo_report
CREATE TABLE wo_report_worker (
  report_id BIGINT NOT NULL,
  worker_id BIGINT NOT NULL,
  PRIMARY KEY (report_id, worker_id)
);

CREATE TABLE wo_issue (
  id           BIGINT PRIMARY KEY,
  key          TEXT NOT NULL,
  order_id     BIGINT NOT NULL,
  component_id BIGINT NOT NULL,
  item_id      BIGINT NOT NULL,
  kind         TEXT NOT NULL,                    -- issue, return
  qty          BIGINT NOT NULL,                  -- a return is negative
  lot          TEXT NOT NULL DEFAULT '',
  over_reason  TEXT NOT NULL DEFAULT '',
  happened_ms  BIGINT NOT NULL,
  recorded_ms  BIGINT NOT NULL,
  actor        TEXT NOT NULL
);
CREATE UNIQUE INDEX wo_issue_key ON wo_issue (key);
CREATE INDEX wo_issue_order ON wo_issue (order_id);

CREATE TABLE wo_receipt (
  id          BIGINT PRIMARY KEY,
  key         TEXT NOT NULL,
  number      TEXT NOT NULL,
  order_id    BIGINT NOT NULL,
  item_id     BIGINT NOT NULL,
  qty         BIGINT NOT NULL,                   -- a reversal is negative
  lot         TEXT NOT NULL DEFAULT '',
  serials     TEXT NOT NULL DEFAULT '',          -- one a line
  location    TEXT NOT NULL,
  happened_ms BIGINT NOT NULL,
  recorded_ms BIGINT NOT NULL,
  actor       TEXT NOT NULL,
  reverses    BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX wo_receipt_key ON wo_receipt (key);
CREATE UNIQUE INDEX wo_receipt_number ON wo_receipt (number);
CREATE UNIQUE INDEX wo_receipt_reverses ON wo_receipt (reverses) WHERE reverses <> 0;
CREATE INDEX wo_receipt_order ON wo_receipt (order_id);

CREATE TABLE wo_reason (
  code    TEXT PRIMARY KEY,
  kind    TEXT NOT NULL,                         -- scrap, rework, both
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  rank    BIGINT NOT NULL
);
INSERT INTO wo_reason (code, kind, name_zh, name_en, rank) VALUES
  ('dimension', 'both', '尺寸超差', 'Out of dimension', 10),
  ('appearance', 'both', '外观不良', 'Appearance', 20),
  ('function', 'both', '功能不良', 'Function', 30),
  ('material', 'both', '来料不良', 'Bad material', 40),
  ('assembly', 'both', '装配错误', 'Wrongly assembled', 50),
  ('setup', 'scrap', '调机首件', 'Set-up pieces', 60),
  ('machine', 'both', '设备故障', 'Machine fault', 70),
  ('handling', 'both', '搬运碰伤', 'Handling damage', 80),
  ('other', 'both', '其他', 'Other', 90);

CREATE VIEW v_work_order AS
SELECT o.id, o.number, o.site_id, o.item_id, o.qty, o.due, o.start, o.priority, o.status, l.good,
       CAST((SELECT coalesce(sum(p.scrap), 0) FROM wo_op p WHERE p.order_id = o.id) AS BIGINT) AS scrap,
       o.received, o.bom_used AS bom_version, o.routing_used AS routing_version, o.final_gate, o.sales_line_id, o.sales_order,
       o.created_ms, o.released_ms, o.started_ms, o.completed_ms, o.closed_ms, o.cancelled_ms
FROM wo_order o JOIN wo_op l ON l.id = o.last_op_id
WHERE o.batch_id NOT IN (SELECT id FROM kit_batch);

-- qty_in: what the report point before has passed on, for the first one the order's quantity.
-- status: planned, waiting_previous, waiting_material, ready, running, paused, done, closed, cancelled.
CREATE VIEW v_wo_op AS
SELECT p.id, p.order_id, o.number AS order_number, o.site_id, o.item_id, o.qty AS order_qty, p.due, o.start, p.priority, o.status AS order_status,
       p.op, p.name, p.work_center_id, p.setup_ms, p.run_min, p.batch_min, p.run_ms, p.transfer_lot, p.report, p.inspection, p.tool, p.skill, p.alternatives,
       p.report_id, p.prev_id, r.good, r.scrap, r.rework, r.good + r.scrap + r.rework AS done,
       CASE WHEN p.prev_id <> 0 THEN b.good WHEN r.good + r.scrap + r.rework > o.qty THEN r.good + r.scrap + r.rework ELSE o.qty END AS qty_in,
       r.started_ms, CASE WHEN r.running_ms > 0 THEN r.running_ms ELSE 0 END AS running_ms, r.done_ms, p.done_ms AS own_done_ms, p.running_ms AS own_running_ms,
       CASE WHEN o.status IN ('cancelled', 'closed') THEN o.status
            WHEN r.done_ms > 0 THEN 'done'
            WHEN o.status = 'planned' THEN 'planned'
            WHEN r.running_ms > 0 THEN 'running'
            WHEN p.prev_id <> 0 AND r.rework = 0 AND (b.good - (r.good + r.scrap + r.rework) <= 0
              OR (b.done_ms = 0 AND (b.transfer_lot = 0 OR b.good - (r.good + r.scrap + r.rework) < b.transfer_lot))) THEN 'waiting_previous'
            WHEN EXISTS (SELECT 1 FROM wo_component c WHERE c.order_id = p.order_id AND c.report_id = p.report_id AND c.issue = 'pick' AND c.role = 'component'
              AND c.covered <= r.good + r.scrap + r.rework) THEN 'waiting_material'
            WHEN r.running_ms < 0 THEN 'paused'
            ELSE 'ready' END AS status
FROM wo_op p
JOIN wo_order o ON o.id = p.order_id
JOIN wo_op r ON r.id = p.report_id
LEFT JOIN wo_op b ON b.id = p.prev_id
WHERE o.batch_id NOT IN (SELECT id FROM kit_batch);

CREATE VIEW v_wo_report AS
SELECT r.id, r.order_id, o.number AS order_number, o.site_id, o.item_id, r.op_id, p.op, p.name AS op_name, p.work_center_id, p.piece_rate, r.kind,
       r.good, r.scrap, r.rework, r.scrap_reason, r.rework_reason, r.note, r.worker_id, r.worker, r.machine_id, r.start_ms, r.happened_ms,
       r.recorded_ms, r.posting_date, r.shift, r.actor, r.reverses,
       EXISTS (SELECT 1 FROM wo_report x WHERE x.reverses = r.id AND x.reverses <> 0) AS reversed
FROM wo_report r
JOIN wo_order o ON o.id = r.order_id
JOIN wo_op p ON p.id = r.op_id
WHERE o.batch_id NOT IN (SELECT id FROM kit_batch);

CREATE VIEW v_wo_component AS
SELECT c.id, c.order_id, o.number AS order_number, o.site_id, o.status AS order_status, c.line, c.item_id, c.role, c.issue, c.op, c.report_id,
       c.qty, c.scrap_pct, c.required, c.issued
FROM wo_component c
JOIN wo_order o ON o.id = c.order_id
WHERE o.batch_id NOT IN (SELECT id FROM kit_batch);

CREATE VIEW v_wo_run AS
SELECT n.id, n.order_id, n.op_id, n.kind, n.worker_id, n.machine_id, n.reason, n.happened_ms, n.recorded_ms, n.actor
FROM wo_run n;
