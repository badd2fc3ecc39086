-- An item that runs low, and what to order of it. One is open for each item of a site.
CREATE TABLE mrp_suggestion (
  id          BIGINT PRIMARY KEY,
  site_id     BIGINT NOT NULL,
  item_id     BIGINT NOT NULL,
  kind        TEXT NOT NULL,              -- buy subcontract make
  supplier_id BIGINT NOT NULL,            -- 0 = the buyer finds one
  available   BIGINT NOT NULL,            -- usable stock
  coming      BIGINT NOT NULL,            -- ordered, asked for, in work, firm
  needed      BIGINT NOT NULL,            -- by documents that fall due within the lead time
  line        BIGINT NOT NULL,            -- reorder point, or safety stock where there is none
  line_kind   TEXT NOT NULL,              -- reorder safety
  max_stock   BIGINT,
  suggested   BIGINT NOT NULL,            -- by the rule
  qty         BIGINT NOT NULL CHECK (qty > 0), -- by the rule, or what a person made of it
  due         TEXT NOT NULL,
  changed     BOOLEAN NOT NULL DEFAULT FALSE, -- a person's: the rule does not touch qty, due and supplier any more
  state       TEXT NOT NULL,              -- open ordered dropped closed: its cause is gone
  reason      TEXT NOT NULL DEFAULT '',
  holds       BOOLEAN NOT NULL DEFAULT FALSE, -- dismissed, and the item is still low
  until       TEXT NOT NULL DEFAULT '',   -- dismissed up to this day; '' = until it is no longer low
  doc_kind    TEXT NOT NULL DEFAULT '',
  doc_number  TEXT NOT NULL DEFAULT '',
  version     BIGINT NOT NULL DEFAULT 1,
  made_ms     BIGINT NOT NULL,
  checked_ms  BIGINT NOT NULL,
  decided_ms  BIGINT NOT NULL DEFAULT 0,
  decided_by  TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX mrp_suggestion_open ON mrp_suggestion (site_id, item_id) WHERE state = 'open';
CREATE INDEX mrp_suggestion_holds ON mrp_suggestion (site_id, item_id) WHERE holds;
CREATE INDEX mrp_suggestion_state ON mrp_suggestion (state, made_ms);
CREATE INDEX mrp_suggestion_decided ON mrp_suggestion (site_id, decided_ms);

-- Stock levels proposed from what was used: what went into the formula, and what became of the proposal.
CREATE TABLE mrp_level (
  id           BIGINT PRIMARY KEY,
  site_id      BIGINT NOT NULL,
  item_id      BIGINT NOT NULL,
  days         BIGINT NOT NULL,           -- of history
  used         BIGINT NOT NULL,           -- in these days
  daily        BIGINT NOT NULL,           -- on average
  sigma        BIGINT NOT NULL,           -- of daily use
  lead         BIGINT NOT NULL,           -- days, on average
  lead_sigma   BIGINT NOT NULL,
  leads        BIGINT NOT NULL,           -- receipts it was seen in; 0 = the item's own lead time
  service      TEXT NOT NULL,             -- percent
  z            BIGINT NOT NULL,
  safety       BIGINT NOT NULL,           -- proposed
  reorder      BIGINT NOT NULL,
  max_stock    BIGINT NOT NULL,
  safety_was   BIGINT NOT NULL,
  reorder_was  BIGINT,
  max_was      BIGINT,
  state        TEXT NOT NULL,             -- proposed approved cancelled superseded
  note         TEXT NOT NULL DEFAULT '',
  made_ms      BIGINT NOT NULL,
  made_by      TEXT NOT NULL,
  decided_ms   BIGINT NOT NULL DEFAULT 0,
  decided_by   TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX mrp_level_open ON mrp_level (site_id, item_id) WHERE state = 'proposed';
CREATE INDEX mrp_level_item ON mrp_level (item_id, made_ms);
