-- A wish to have an ordered line on another day, in another quantity or not at all. The buyer settles it with the
-- supplier: agreed, perhaps on another day, the line is changed; refused, the answer says why.
CREATE TABLE po_change (
  id          BIGINT PRIMARY KEY,
  number      TEXT NOT NULL,
  site_id     BIGINT NOT NULL,
  supplier_id BIGINT NOT NULL,
  order_id    BIGINT NOT NULL,
  line_id     BIGINT NOT NULL,
  line        BIGINT NOT NULL,
  item_id     BIGINT NOT NULL,
  was_qty     BIGINT NOT NULL,
  was_due     TEXT NOT NULL,
  qty         BIGINT NOT NULL,               -- wanted of the whole line; what has come = nothing more
  due         TEXT NOT NULL,
  reason      TEXT NOT NULL,
  wanted_for  TEXT NOT NULL,                 -- the documents behind it, for people
  state       TEXT NOT NULL,                 -- open agreed refused withdrawn
  answer      TEXT NOT NULL DEFAULT '',
  asked_ms    BIGINT NOT NULL,
  asked_by    TEXT NOT NULL,
  asker_id    BIGINT NOT NULL,
  answered_ms BIGINT NOT NULL DEFAULT 0,
  answered_by TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX po_change_number ON po_change (number);
CREATE UNIQUE INDEX po_change_open ON po_change (line_id) WHERE state = 'open';
CREATE INDEX po_change_state ON po_change (state, asked_ms);
CREATE INDEX po_change_order ON po_change (order_id);
