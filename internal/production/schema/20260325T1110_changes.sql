-- An order that adopts another bill in the middle keeps what its pieces have used: shift is what they used beyond the
-- norm of the line as it is now (below zero: less). used = norm(pieces reported) + adjust + shift,
-- required = norm(order) + shift. A line with qty 0 went out; required is what was used of it.
ALTER TABLE wo_component ADD COLUMN shift BIGINT NOT NULL DEFAULT 0;

-- An engineering change became effective while the order was not over: told, and what was decided. decision: '' open,
-- keep, adopt. diff: the difference line by line, as it was when it was told and again when it was decided.
CREATE TABLE wo_change (
  id          BIGINT PRIMARY KEY,
  change_id   BIGINT NOT NULL,
  change      TEXT NOT NULL,                     -- its number
  title       TEXT NOT NULL,
  order_id    BIGINT NOT NULL,
  bom         TEXT NOT NULL,                     -- version of the bill to adopt, '' = the bill stays
  routing     TEXT NOT NULL,                     -- version of the routing to adopt, '' = the routing stays
  told_ms     BIGINT NOT NULL,
  decision    TEXT NOT NULL DEFAULT '',
  reason      TEXT NOT NULL DEFAULT '',
  decided_ms  BIGINT NOT NULL DEFAULT 0,
  decided_by  TEXT NOT NULL DEFAULT '',
  diff        JSONB NOT NULL DEFAULT '{}'
);
CREATE UNIQUE INDEX wo_change_order ON wo_change (change_id, order_id);
CREATE INDEX wo_change_open ON wo_change (order_id) WHERE decision = '';
