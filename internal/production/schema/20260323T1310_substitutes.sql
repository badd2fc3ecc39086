-- Asking to use another item in the place of a component, and the answer. qty: how much of the component it may stand
-- for; what was used of it is in wo_issue and in the ledger. state: open, approved, refused.
CREATE TABLE wo_substitute (
  id           BIGINT PRIMARY KEY,
  order_id     BIGINT NOT NULL,
  component_id BIGINT NOT NULL,
  item_id      BIGINT NOT NULL,                  -- of the component
  sub_id       BIGINT NOT NULL,                  -- what stands for it
  qty          BIGINT NOT NULL CHECK (qty > 0),
  listed       BOOLEAN NOT NULL,                 -- the bill names it as a substitute
  reason       TEXT NOT NULL,
  state        TEXT NOT NULL DEFAULT 'open',
  asked_ms     BIGINT NOT NULL,
  asked_by     TEXT NOT NULL,
  asked_id     BIGINT NOT NULL,
  decided_ms   BIGINT NOT NULL DEFAULT 0,
  decided_by   TEXT NOT NULL DEFAULT '',
  answer       TEXT NOT NULL DEFAULT ''
);
CREATE INDEX wo_substitute_order ON wo_substitute (order_id);
CREATE INDEX wo_substitute_component ON wo_substitute (component_id);
CREATE INDEX wo_substitute_state ON wo_substitute (state, asked_ms);
