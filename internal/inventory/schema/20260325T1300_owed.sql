-- Goods that were taken although the books had none, by the policy of their item: the books presume that they were
-- there and owe the find. A row is never changed: what opened it, what the next receipt settled, what a count made
-- true, what was written off or taken back, each is a row of its own.
CREATE TABLE inv_owed (
  id          BIGINT PRIMARY KEY,        -- the document of the presumed find, or of the goods that settled it
  owed_id     BIGINT NOT NULL,           -- the row that opened it, itself when it is that
  kind        TEXT NOT NULL,             -- open settle count write_off undo
  item_id     BIGINT NOT NULL,
  site_id     BIGINT NOT NULL,
  location_id BIGINT NOT NULL,
  lot_id      BIGINT NOT NULL,
  qty         BIGINT NOT NULL,           -- below zero when less is owed afterwards
  doc_kind    TEXT NOT NULL,             -- what took the goods; of a settlement, what brought them
  doc_id      BIGINT NOT NULL,
  doc_number  TEXT NOT NULL,
  order_id    BIGINT NOT NULL,
  reason      TEXT NOT NULL DEFAULT '',
  recorded_ms BIGINT NOT NULL,
  actor       TEXT NOT NULL
);
CREATE INDEX inv_owed_of ON inv_owed (owed_id);
CREATE INDEX inv_owed_item ON inv_owed (item_id, site_id);
CREATE INDEX inv_owed_doc ON inv_owed (doc_id);
CREATE VIEW v_owed AS
SELECT o.owed_id AS id, o.item_id, o.site_id, o.location_id, o.lot_id, CAST(sum(o.qty) AS BIGINT) AS qty, min(o.recorded_ms) AS opened_ms
FROM inv_owed o GROUP BY o.owed_id, o.item_id, o.site_id, o.location_id, o.lot_id HAVING sum(o.qty) <> 0;
