-- An inspection asks for a judgement of a quantity; judgements are facts, appended, reversed by a mirror. passed and
-- failed beside the request are their sums.
CREATE TABLE qa_inspection (
  id            BIGINT PRIMARY KEY,
  number        TEXT NOT NULL,
  kind          TEXT NOT NULL,                 -- final, incoming
  site_id       BIGINT NOT NULL,
  item_id       BIGINT NOT NULL,
  lot_id        BIGINT NOT NULL DEFAULT 0,
  order_id      BIGINT NOT NULL DEFAULT 0,     -- work order or purchase order that it is for
  op            BIGINT NOT NULL DEFAULT 0,
  qty           BIGINT NOT NULL CHECK (qty > 0),
  passed        BIGINT NOT NULL DEFAULT 0 CHECK (passed >= 0),
  failed        BIGINT NOT NULL DEFAULT 0 CHECK (failed >= 0),
  doc_kind      TEXT NOT NULL,                 -- what asked for it
  doc_id        BIGINT NOT NULL,
  doc_number    TEXT NOT NULL,
  requested_ms  BIGINT NOT NULL,
  requested_by  TEXT NOT NULL,
  judged_ms     BIGINT NOT NULL DEFAULT 0,     -- the last judgement
  cancelled_ms  BIGINT NOT NULL DEFAULT 0,
  cancel_reason TEXT NOT NULL DEFAULT '',
  status        TEXT GENERATED ALWAYS AS (CASE WHEN cancelled_ms > 0 THEN 'cancelled' WHEN passed + failed >= qty THEN 'judged' ELSE 'open' END) STORED,
  CHECK (passed + failed <= qty)
);
CREATE UNIQUE INDEX qa_inspection_number ON qa_inspection (number);
CREATE INDEX qa_inspection_status ON qa_inspection (status, requested_ms, id);
CREATE INDEX qa_inspection_requested ON qa_inspection (requested_ms, id);
CREATE INDEX qa_inspection_order ON qa_inspection (order_id) WHERE order_id <> 0;
CREATE INDEX qa_inspection_lot ON qa_inspection (lot_id) WHERE lot_id <> 0;
CREATE INDEX qa_inspection_doc ON qa_inspection (doc_id);

CREATE TABLE qa_judgement (
  id            BIGINT PRIMARY KEY,
  key           TEXT NOT NULL,                 -- the client's, for ever
  inspection_id BIGINT NOT NULL,
  passed        BIGINT NOT NULL,
  failed        BIGINT NOT NULL,
  reason        TEXT NOT NULL DEFAULT '',
  note          TEXT NOT NULL DEFAULT '',
  happened_ms   BIGINT NOT NULL,
  recorded_ms   BIGINT NOT NULL,
  worker_id     BIGINT NOT NULL DEFAULT 0,
  actor         TEXT NOT NULL,
  reverses      BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX qa_judgement_key ON qa_judgement (key);
CREATE UNIQUE INDEX qa_judgement_reverses ON qa_judgement (reverses) WHERE reverses <> 0;
CREATE INDEX qa_judgement_inspection ON qa_judgement (inspection_id);

CREATE VIEW v_inspection AS
SELECT id, number, kind, site_id, item_id, lot_id, order_id, op, qty, passed, failed, doc_kind, doc_id, doc_number, requested_ms, requested_by, judged_ms, status
FROM qa_inspection;
