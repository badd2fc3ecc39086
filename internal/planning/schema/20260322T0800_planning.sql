-- A run is a plan of one site. Its rows are written under a batch nobody sees; publishing makes it the live one and
-- the one before superseded, in one short transaction: a run that fails leaves the old plan.
CREATE TABLE mrp_run (
  id          BIGINT PRIMARY KEY,
  site_id     BIGINT NOT NULL,
  live        BOOLEAN NOT NULL DEFAULT FALSE,
  today       TEXT NOT NULL,              -- the day on which the plan stands
  items       BIGINT NOT NULL,
  demands     BIGINT NOT NULL,
  supplies    BIGINT NOT NULL,
  orders      BIGINT NOT NULL,            -- planned
  past        BIGINT NOT NULL,            -- of these, those that should have begun before today
  late        BIGINT NOT NULL,            -- demands that cannot be served on their day
  messages    BIGINT NOT NULL,
  expedite    BIGINT NOT NULL,            -- days
  actor       TEXT NOT NULL,
  took_ms     BIGINT NOT NULL,
  recorded_ms BIGINT NOT NULL,
  batch_id    BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX mrp_run_live ON mrp_run (site_id) WHERE live;
CREATE INDEX mrp_run_recorded ON mrp_run (recorded_ms, id);

-- A planned order. It becomes a document only when it is released.
CREATE TABLE mrp_order (
  id          BIGINT PRIMARY KEY,
  run_id      BIGINT NOT NULL,
  n           BIGINT NOT NULL,            -- its number in the run
  item_id     BIGINT NOT NULL,
  kind        TEXT NOT NULL,              -- make buy subcontract shortage
  qty         BIGINT NOT NULL,            -- to start
  yield       BIGINT NOT NULL,            -- good pieces expected
  start       TEXT NOT NULL,
  due         TEXT NOT NULL,
  possible    TEXT NOT NULL,              -- when it can be there if nothing can begin before today; '' = never
  past        BOOLEAN NOT NULL,
  priority    BIGINT NOT NULL,
  level       BIGINT NOT NULL,            -- low-level code
  bom_version TEXT NOT NULL,
  supplier_id BIGINT NOT NULL,
  wanted_for  TEXT NOT NULL,              -- the first documents that it is for, for people
  state       TEXT NOT NULL DEFAULT 'planned', -- planned firm released
  doc_kind    TEXT NOT NULL DEFAULT '',   -- what it became
  doc_number  TEXT NOT NULL DEFAULT '',
  batch_id    BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX mrp_order_n ON mrp_order (run_id, n);
CREATE INDEX mrp_order_item ON mrp_order (item_id, run_id);
CREATE INDEX mrp_order_batch ON mrp_order (batch_id) WHERE batch_id <> 0;

-- What should happen to a document that exists, or what could not be planned soundly.
CREATE TABLE mrp_message (
  id         BIGINT PRIMARY KEY,
  run_id     BIGINT NOT NULL,
  item_id    BIGINT NOT NULL,
  act        TEXT NOT NULL,               -- expedite defer cancel reduce past_due below_safety no_bom overflow start_past late
  doc_kind   TEXT NOT NULL,
  doc_number TEXT NOT NULL,
  doc_line   BIGINT NOT NULL,
  doc_id     BIGINT NOT NULL,
  from_day   TEXT NOT NULL,
  to_day     TEXT NOT NULL,
  qty        BIGINT NOT NULL,
  cause      TEXT NOT NULL,               -- what makes it so, for people
  state      TEXT NOT NULL DEFAULT 'open', -- open done ignored
  note       TEXT NOT NULL DEFAULT '',
  batch_id   BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX mrp_message_run ON mrp_message (run_id, state, act);
CREATE INDEX mrp_message_batch ON mrp_message (batch_id) WHERE batch_id <> 0;

-- The netting of one item: its needs, supplies and who takes what, as JSON (see page.go).
CREATE TABLE mrp_item (
  id        BIGINT PRIMARY KEY,
  run_id    BIGINT NOT NULL,
  item_id   BIGINT NOT NULL,
  stock     BIGINT NOT NULL,
  needed    BIGINT NOT NULL,
  coming    BIGINT NOT NULL,              -- of documents that exist
  planned   BIGINT NOT NULL,
  short_on  TEXT NOT NULL,                -- first day that stock and documents do not cover; '' = they do
  body      TEXT NOT NULL,
  batch_id  BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX mrp_item_run ON mrp_item (run_id, item_id);
CREATE INDEX mrp_item_batch ON mrp_item (batch_id) WHERE batch_id <> 0;

-- A planned order that the planner holds to: every later run takes it as supply. sources says what it was merged from.
CREATE TABLE mrp_firm (
  id          BIGINT PRIMARY KEY,
  number      TEXT NOT NULL,
  site_id     BIGINT NOT NULL,
  item_id     BIGINT NOT NULL,
  kind        TEXT NOT NULL,              -- make buy subcontract
  qty         BIGINT NOT NULL,
  start       TEXT NOT NULL,
  due         TEXT NOT NULL,
  priority    BIGINT NOT NULL,
  supplier_id BIGINT NOT NULL,
  note        TEXT NOT NULL,
  sources     TEXT NOT NULL,
  state       TEXT NOT NULL,              -- firm released withdrawn
  doc_kind    TEXT NOT NULL DEFAULT '',
  doc_number  TEXT NOT NULL DEFAULT '',
  version     BIGINT NOT NULL DEFAULT 1,
  made_ms     BIGINT NOT NULL,
  made_by     TEXT NOT NULL
);
CREATE UNIQUE INDEX mrp_firm_number ON mrp_firm (number);
CREATE INDEX mrp_firm_state ON mrp_firm (site_id, state);

-- A need that the planner entered.
CREATE TABLE mrp_demand (
  id      BIGINT PRIMARY KEY,
  site_id BIGINT NOT NULL,
  item_id BIGINT NOT NULL,
  due     TEXT NOT NULL,
  qty     BIGINT NOT NULL,
  note    TEXT NOT NULL,
  made_ms BIGINT NOT NULL,
  made_by TEXT NOT NULL
);
CREATE INDEX mrp_demand_due ON mrp_demand (site_id, due);
