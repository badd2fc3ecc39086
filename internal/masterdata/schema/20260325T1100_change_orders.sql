-- An engineering change: what is proposed, and the facts of its life; the state is computed from these. effect: date,
-- use_up (when the part that goes out is used up), immediate. effective_on: the day it is meant for, of use_up the
-- estimate, '' = nobody knows; once it is effective, the day it became so.
CREATE TABLE md_change (
  id           BIGINT PRIMARY KEY,
  number       TEXT NOT NULL,
  title        TEXT NOT NULL,
  reason       TEXT NOT NULL,
  effect       TEXT NOT NULL,
  wanted_on    TEXT NOT NULL DEFAULT '',         -- effect date: as asked for
  effective_on TEXT NOT NULL DEFAULT '',
  use_up_id    BIGINT NOT NULL DEFAULT 0,        -- effect use_up: the item
  made_ms      BIGINT NOT NULL,
  made_by      TEXT NOT NULL,
  requested_ms BIGINT NOT NULL DEFAULT 0,
  requested_by TEXT NOT NULL DEFAULT '',
  requester_id BIGINT NOT NULL DEFAULT 0,
  approved_ms  BIGINT NOT NULL DEFAULT 0,
  approved_by  TEXT NOT NULL DEFAULT '',
  rejected_ms  BIGINT NOT NULL DEFAULT 0,
  rejected_by  TEXT NOT NULL DEFAULT '',
  withdrawn_ms BIGINT NOT NULL DEFAULT 0,
  withdrawn_by TEXT NOT NULL DEFAULT '',
  effective_ms BIGINT NOT NULL DEFAULT 0,
  effective_by TEXT NOT NULL DEFAULT '',
  answer       TEXT NOT NULL DEFAULT '',         -- of who approved, rejected or withdrew
  problem      TEXT NOT NULL DEFAULT '',         -- why it could not become effective, last time that was tried
  state        TEXT GENERATED ALWAYS AS (CASE WHEN withdrawn_ms > 0 THEN 'withdrawn' WHEN rejected_ms > 0 THEN 'rejected' WHEN effective_ms > 0 THEN 'effective'
                 WHEN approved_ms > 0 THEN 'approved' WHEN requested_ms > 0 THEN 'requested' ELSE 'draft' END) STORED,
  rev          BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX md_change_number ON md_change (number);
CREATE INDEX md_change_state ON md_change (state, id);

-- What a change proposes for one item: a new version of its bill or routing, or other values of the item.
CREATE TABLE md_change_part (
  id        BIGINT PRIMARY KEY,
  change_id BIGINT NOT NULL,
  line      BIGINT NOT NULL,
  kind      TEXT NOT NULL,                       -- bom routing item
  item_id   BIGINT NOT NULL,
  version   TEXT NOT NULL,                       -- that is to be
  base      TEXT NOT NULL,                       -- that it comes from, '' = there was none
  base_rev  BIGINT NOT NULL,                     -- of it (of the item), as the proposal saw it
  site_id   BIGINT NOT NULL DEFAULT 0,           -- routing: whose work centers; item: whose planning values
  proposal  JSONB NOT NULL
);
CREATE INDEX md_change_part_change ON md_change_part (change_id, line);
CREATE INDEX md_change_part_item ON md_change_part (item_id);

CREATE VIEW v_change AS
  SELECT id, number, title, state, effect, effective_on, effective_ms FROM md_change;
CREATE VIEW v_change_part AS
  SELECT id, change_id, line, kind, item_id, version, base FROM md_change_part;
