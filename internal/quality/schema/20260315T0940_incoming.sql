-- Which goods wait for a judgement when they come in: of an item, of a supplier, of a family, or of both. The most
-- exact row decides; inspect = FALSE is an exception from a wider one.
CREATE TABLE qa_incoming_rule (
  id          BIGINT PRIMARY KEY,
  item_id     BIGINT NOT NULL,              -- 0 = any
  supplier_id BIGINT NOT NULL,              -- 0 = any
  family      TEXT NOT NULL,                -- '' = any
  inspect     BOOLEAN NOT NULL,
  note        TEXT NOT NULL,
  set_ms      BIGINT NOT NULL,
  set_by      TEXT NOT NULL
);
CREATE UNIQUE INDEX qa_incoming_rule_key ON qa_incoming_rule (item_id, supplier_id, family);

-- Pieces that were judged by number, as ranges with commas.
ALTER TABLE qa_judgement ADD COLUMN passed_serials TEXT NOT NULL DEFAULT '';
ALTER TABLE qa_judgement ADD COLUMN failed_serials TEXT NOT NULL DEFAULT '';
