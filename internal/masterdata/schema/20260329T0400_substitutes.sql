-- In general approved substitutes: of a product, another item in the place of a component in every order. The bill lists
-- what may be asked for; one stands for one. planned: planning counts on its stock. state: open, approved, refused, ended.
CREATE TABLE md_substitute (
  id          BIGINT PRIMARY KEY,
  product_id  BIGINT NOT NULL,
  item_id     BIGINT NOT NULL,                  -- the component
  sub_id      BIGINT NOT NULL,                  -- what stands for it
  planned     BOOLEAN NOT NULL,
  valid_from  TEXT NOT NULL DEFAULT '',         -- '' = always has been
  valid_to    TEXT NOT NULL DEFAULT '9999-12-31',
  state       TEXT NOT NULL DEFAULT 'open',
  reason      TEXT NOT NULL,
  asked_ms    BIGINT NOT NULL,
  asked_by    TEXT NOT NULL,
  asked_id    BIGINT NOT NULL,
  decided_ms  BIGINT NOT NULL DEFAULT 0,
  decided_by  TEXT NOT NULL DEFAULT '',
  answer      TEXT NOT NULL DEFAULT '',
  ended_ms    BIGINT NOT NULL DEFAULT 0,
  ended_by    TEXT NOT NULL DEFAULT '',
  ended_why   TEXT NOT NULL DEFAULT ''
);
CREATE INDEX md_substitute_product ON md_substitute (product_id, item_id);
CREATE INDEX md_substitute_state ON md_substitute (state, asked_ms);
CREATE VIEW v_general_substitute AS
  SELECT id, product_id, item_id, sub_id, planned, valid_from, valid_to, reason, asked_ms, asked_by, asked_id, decided_ms, decided_by FROM md_substitute WHERE state = 'approved';
