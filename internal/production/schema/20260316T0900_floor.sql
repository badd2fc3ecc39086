-- Why an operation stands still. The factory keeps the list; wo_run.reason holds the code.
CREATE TABLE wo_pause_reason (
  code    TEXT PRIMARY KEY,
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  active  BOOLEAN NOT NULL DEFAULT TRUE,
  rank    BIGINT NOT NULL
);
INSERT INTO wo_pause_reason (code, name_zh, name_en, rank) VALUES
  ('material', '待料', 'Waiting for material', 10),
  ('tool', '待工装', 'Waiting for a tool', 20),
  ('machine', '设备故障', 'Machine breakdown', 30),
  ('quality', '质量问题', 'Quality problem', 40),
  ('setup', '换型调机', 'Changeover', 50),
  ('break', '休息', 'Break', 60),
  ('shift_end', '交接班', 'Shift end', 70),
  ('other', '其他', 'Other', 90);
CREATE INDEX wo_run_op ON wo_run (op_id, recorded_ms);
CREATE INDEX wo_run_recorded ON wo_run (recorded_ms, id);

-- Somebody on the floor calls for help. Who called, who is asked, who came, when it was solved stand in
-- wo_call_fact and are never changed; the columns behind the line are their newest state, checked by Verify.
CREATE TABLE wo_call (
  id             BIGINT PRIMARY KEY,
  order_id       BIGINT NOT NULL,
  op_id          BIGINT NOT NULL,
  point_id       BIGINT NOT NULL,                -- the report point that it concerns
  work_center_id BIGINT NOT NULL,
  site_id        BIGINT NOT NULL,
  kind           TEXT NOT NULL,                  -- material, machine, quality, tool, other
  item_id        BIGINT NOT NULL DEFAULT 0,      -- the part that is short
  qty            BIGINT NOT NULL DEFAULT 0,
  text           TEXT NOT NULL DEFAULT '',
  blocks         BOOLEAN NOT NULL,               -- no start and no report until it is resolved
  worker_id      BIGINT NOT NULL,
  actor_id       BIGINT NOT NULL,
  actor          TEXT NOT NULL,
  called_ms      BIGINT NOT NULL,
  -- ---------------------------------------------
  role           TEXT NOT NULL,                  -- who is asked now
  level          BIGINT NOT NULL DEFAULT 0,      -- how often it was passed on
  escalated_ms   BIGINT NOT NULL DEFAULT 0,
  taken_ms       BIGINT NOT NULL DEFAULT 0,
  taken_by       TEXT NOT NULL DEFAULT '',
  resolved_ms    BIGINT NOT NULL DEFAULT 0,
  resolved_by    TEXT NOT NULL DEFAULT '',
  note           TEXT NOT NULL DEFAULT '',
  state          TEXT GENERATED ALWAYS AS (CASE WHEN resolved_ms > 0 THEN 'resolved' WHEN taken_ms > 0 THEN 'taken'
                   WHEN level > 0 THEN 'escalated' ELSE 'called' END) STORED
);
CREATE INDEX wo_call_open ON wo_call (called_ms, id) WHERE resolved_ms = 0;
CREATE INDEX wo_call_blocks ON wo_call (point_id) WHERE resolved_ms = 0 AND blocks;
CREATE INDEX wo_call_order ON wo_call (order_id);
CREATE INDEX wo_call_called ON wo_call (called_ms, id);

CREATE TABLE wo_call_fact (
  id       BIGINT PRIMARY KEY,
  key      TEXT NOT NULL,
  call_id  BIGINT NOT NULL,
  kind     TEXT NOT NULL,                        -- called, escalated, taken, resolved
  role     TEXT NOT NULL,                        -- who is asked from then on
  actor_id BIGINT NOT NULL,
  actor    TEXT NOT NULL,
  note     TEXT NOT NULL DEFAULT '',
  at_ms    BIGINT NOT NULL
);
CREATE UNIQUE INDEX wo_call_fact_key ON wo_call_fact (key);
CREATE UNIQUE INDEX wo_call_fact_once ON wo_call_fact (call_id, kind, role);

-- What one shift leaves to the next: body is what both saw when it was signed.
CREATE TABLE wo_handover (
  id           BIGINT PRIMARY KEY,
  key          TEXT NOT NULL,
  number       TEXT NOT NULL,
  site_id      BIGINT NOT NULL,
  work_centers TEXT NOT NULL,                    -- codes, by spaces
  day          TEXT NOT NULL,
  shift        TEXT NOT NULL DEFAULT '',
  note         TEXT NOT NULL DEFAULT '',
  body         TEXT NOT NULL,
  out_id       BIGINT NOT NULL,
  out_by       TEXT NOT NULL,
  out_ms       BIGINT NOT NULL,
  in_id        BIGINT NOT NULL DEFAULT 0,        -- written once, by the one who takes over
  in_by        TEXT NOT NULL DEFAULT '',
  in_ms        BIGINT NOT NULL DEFAULT 0,
  in_note      TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX wo_handover_key ON wo_handover (key);
CREATE UNIQUE INDEX wo_handover_number ON wo_handover (number);
CREATE INDEX wo_handover_out ON wo_handover (out_ms, id);

CREATE VIEW v_wo_call AS
SELECT c.id, c.order_id, o.number AS order_number, c.op_id, p.op, c.site_id, c.work_center_id, c.kind, c.item_id, c.qty, c.blocks, c.state, c.role,
       c.called_ms, c.escalated_ms, c.taken_ms, c.resolved_ms
FROM wo_call c JOIN wo_order o ON o.id = c.order_id JOIN wo_op p ON p.id = c.op_id;
