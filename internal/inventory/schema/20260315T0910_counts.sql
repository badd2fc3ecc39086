-- A stock-take: a list of what should be where, and what was found. The difference of a line is against the books at
-- the moment in which that line was counted, so the work may go on meanwhile.
CREATE TABLE inv_count (
  id           BIGINT PRIMARY KEY,
  number       TEXT NOT NULL,
  site_id      BIGINT NOT NULL,
  scope        TEXT NOT NULL,              -- what was asked for: RM, RM/A-1, M-1178, A
  blind        BOOLEAN NOT NULL,           -- who counts does not see what the books say
  client_key   TEXT,
  made_ms      BIGINT NOT NULL,
  made_by      TEXT NOT NULL,
  approved_ms  BIGINT NOT NULL DEFAULT 0,
  approved_by  TEXT NOT NULL DEFAULT '',
  cancelled_ms BIGINT NOT NULL DEFAULT 0,
  reason       TEXT NOT NULL DEFAULT '',
  document     TEXT NOT NULL DEFAULT '',   -- stock document of the corrections
  status       TEXT GENERATED ALWAYS AS (CASE WHEN cancelled_ms > 0 THEN 'cancelled' WHEN approved_ms > 0 THEN 'approved' ELSE 'open' END) STORED
);
CREATE UNIQUE INDEX inv_count_number ON inv_count (number);
CREATE UNIQUE INDEX inv_count_key ON inv_count (client_key);
CREATE INDEX inv_count_made ON inv_count (made_ms);

-- counted and book are those of the last round; rounds = 0 is not counted yet.
CREATE TABLE inv_count_line (
  id           BIGINT PRIMARY KEY,
  count_id     BIGINT NOT NULL,
  item_id      BIGINT NOT NULL,
  location_id  BIGINT NOT NULL,
  lot          TEXT NOT NULL,
  container_id BIGINT NOT NULL,
  listed       BIGINT NOT NULL,            -- in the books when the list was made
  found        BOOLEAN NOT NULL,           -- somebody found it, it was not on the list
  rounds       BIGINT NOT NULL DEFAULT 0,
  again        BOOLEAN NOT NULL DEFAULT FALSE, -- somebody wants it counted once more
  counted      BIGINT NOT NULL DEFAULT 0,
  book         BIGINT NOT NULL DEFAULT 0,
  counted_ms   BIGINT NOT NULL DEFAULT 0,
  counted_by   TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX inv_count_line_key ON inv_count_line (count_id, location_id, item_id, lot, container_id);

-- What was found, once for each round; never altered.
CREATE TABLE inv_counted (
  id         BIGINT PRIMARY KEY,
  line_id    BIGINT NOT NULL,
  round      BIGINT NOT NULL,
  qty        BIGINT NOT NULL CHECK (qty >= 0),
  book       BIGINT NOT NULL,
  missing    TEXT NOT NULL,                -- pieces in the books that are not there, as ranges with commas
  extra      TEXT NOT NULL,                -- pieces that are there and not in the books of this place
  client_key TEXT,
  counted_ms BIGINT NOT NULL,
  actor      TEXT NOT NULL
);
CREATE UNIQUE INDEX inv_counted_round ON inv_counted (line_id, round);
CREATE UNIQUE INDEX inv_counted_key ON inv_counted (client_key);

-- Why stock was corrected, held, released or taken out: a list that people keep.
CREATE TABLE inv_reason (
  id      BIGINT PRIMARY KEY,
  kind    TEXT NOT NULL,                   -- adjust hold release return scrap
  code    TEXT NOT NULL,
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  active  BOOLEAN NOT NULL,
  ord     BIGINT NOT NULL
);
CREATE UNIQUE INDEX inv_reason_code ON inv_reason (kind, code);
INSERT INTO inv_reason (id, kind, code, name_zh, name_en, active, ord) VALUES
  (1, 'adjust', 'counted', '盘点差异', 'Counted', TRUE, 1),
  (2, 'adjust', 'damaged', '破损', 'Damaged', TRUE, 2),
  (3, 'adjust', 'lost', '丢失', 'Lost', TRUE, 3),
  (4, 'adjust', 'found', '多出', 'Found', TRUE, 4),
  (5, 'adjust', 'sample', '取样', 'Sample', TRUE, 5),
  (6, 'adjust', 'entry', '录入错误', 'Entry error', TRUE, 6),
  (7, 'hold', 'doubt', '质量存疑', 'Quality in doubt', TRUE, 1),
  (8, 'hold', 'damaged', '外观破损', 'Damaged', TRUE, 2),
  (9, 'hold', 'papers', '资料不全', 'Papers missing', TRUE, 3),
  (10, 'hold', 'complaint', '客户投诉', 'Customer complaint', TRUE, 4),
  (11, 'release', 'passed', '检验合格', 'Inspected and good', TRUE, 1),
  (12, 'release', 'concession', '让步接收', 'Concession', TRUE, 2),
  (13, 'release', 'mistake', '误冻结', 'Held by mistake', TRUE, 3),
  (14, 'return', 'dimension', '尺寸不符', 'Out of dimension', TRUE, 1),
  (15, 'return', 'surface', '外观不良', 'Surface defect', TRUE, 2),
  (16, 'return', 'wrong', '送错货', 'Wrong goods', TRUE, 3),
  (17, 'return', 'damaged', '运输损坏', 'Damaged in transit', TRUE, 4),
  (18, 'scrap', 'worthless', '不值得退回', 'Not worth sending back', TRUE, 1),
  (19, 'scrap', 'agreed', '供应商同意报废', 'Supplier agrees to scrap', TRUE, 2),
  (20, 'transfer', 'putaway', '上架', 'Put away', TRUE, 1),
  (21, 'transfer', 'tidy', '整理库位', 'Tidying up', TRUE, 2),
  (22, 'transfer', 'supply', '补充线边', 'Supply the line', TRUE, 3);
ALTER TABLE inv_entry ADD COLUMN reason_code TEXT NOT NULL DEFAULT '';
