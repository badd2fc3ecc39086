-- Material that was scrapped at a station, one row a component line; a row is never changed, a mistake has its mirror.
-- What lay at the order leaves what was issued to it, so that more may be brought; what is drawn by itself leaves the stock.
CREATE TABLE wo_scrap (
  id           BIGINT PRIMARY KEY,
  scrap_id     BIGINT NOT NULL,          -- the act, and its document in the ledger
  key          TEXT NOT NULL,
  order_id     BIGINT NOT NULL,
  component_id BIGINT NOT NULL,
  item_id      BIGINT NOT NULL,          -- a substitute's own
  source       TEXT NOT NULL,            -- wip stock
  qty          BIGINT NOT NULL,          -- of a mirror below zero
  lot          TEXT NOT NULL,
  reason_code  TEXT NOT NULL,
  reason       TEXT NOT NULL,
  reverses     BIGINT NOT NULL DEFAULT 0,
  recorded_ms  BIGINT NOT NULL,
  actor        TEXT NOT NULL
);
CREATE UNIQUE INDEX wo_scrap_key ON wo_scrap (key);
CREATE UNIQUE INDEX wo_scrap_reverses ON wo_scrap (reverses) WHERE reverses <> 0;
CREATE INDEX wo_scrap_order ON wo_scrap (order_id);
CREATE INDEX wo_scrap_of ON wo_scrap (scrap_id);
