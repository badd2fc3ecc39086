-- A lot is an identity of goods. Goods without a lot number that differ in expiry, receipt or cost get a nameless
-- lot, so that first-in-first-out and the value hold for them too. part tells apart deliveries of one number.
CREATE TABLE inv_lot (
  id           BIGINT PRIMARY KEY,
  item_id      BIGINT NOT NULL,
  number       TEXT NOT NULL,              -- '' = nameless
  part         BIGINT NOT NULL DEFAULT 0,
  expires_on   TEXT NOT NULL,              -- usable while the date is before it
  received_on  TEXT NOT NULL,              -- '9999-12-31' = not known
  supplier_lot TEXT NOT NULL DEFAULT '',
  partner_id   BIGINT NOT NULL DEFAULT 0,  -- who delivered it
  unit_cost    BIGINT,                     -- NULL = not known
  created_ms   BIGINT NOT NULL,
  batch_id     BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX inv_lot_number ON inv_lot (item_id, number, part) WHERE number <> '';
CREATE INDEX inv_lot_scanned ON inv_lot (number) WHERE number <> '';
CREATE INDEX inv_lot_nameless ON inv_lot (item_id, expires_on, received_on) WHERE number = '';
CREATE INDEX inv_lot_supplier ON inv_lot (supplier_lot) WHERE supplier_lot <> '';

-- What lies where now: derived from the moves, and the row on which takers meet. A row with slot >= 0 is one of
-- several that share a busy balance; slot -1 is the whole or a later addition.
CREATE TABLE inv_balance (
  id           BIGINT PRIMARY KEY,
  item_id      BIGINT NOT NULL,
  place_kind   TEXT NOT NULL,              -- stock wip subcontractor
  status       TEXT NOT NULL,              -- available hold
  slot         BIGINT NOT NULL,
  place_ref    BIGINT NOT NULL,            -- location, work order, partner
  lot_id       BIGINT NOT NULL,            -- 0 = no lot
  owner_id     BIGINT NOT NULL,            -- 0 = ours
  container_id BIGINT NOT NULL,
  site_id      BIGINT NOT NULL,
  batch_id     BIGINT NOT NULL DEFAULT 0,
  qty          BIGINT NOT NULL CHECK (qty >= 0),
  reserved     BIGINT NOT NULL DEFAULT 0 CHECK (reserved >= 0),
  ord          BIGINT NOT NULL DEFAULT 0,  -- line of the file that it came from, so that an export keeps the order
  CHECK (reserved <= qty)
);
CREATE UNIQUE INDEX inv_balance_key ON inv_balance (item_id, place_kind, status, slot, place_ref, lot_id, owner_id, container_id, site_id, batch_id);
CREATE INDEX inv_balance_place ON inv_balance (place_kind, place_ref);
CREATE INDEX inv_balance_lot ON inv_balance (lot_id) WHERE lot_id <> 0;

-- The ledger: each row leaves one place and enters another; never updated, never deleted. It is the genealogy edge
-- too: what was consumed for an order and what the order produced meet in order_id. The idempotency key stands on
-- the document that the moves belong to.
CREATE TABLE inv_move (
  id           BIGINT PRIMARY KEY,
  item_id      BIGINT NOT NULL,
  lot_id       BIGINT NOT NULL,
  qty          BIGINT NOT NULL CHECK (qty > 0),
  from_kind    TEXT NOT NULL,
  from_ref     BIGINT NOT NULL,
  from_status  TEXT NOT NULL,
  to_kind      TEXT NOT NULL,
  to_ref       BIGINT NOT NULL,
  to_status    TEXT NOT NULL,
  owner_id     BIGINT NOT NULL,
  container_id BIGINT NOT NULL,
  site_id      BIGINT NOT NULL,
  doc_kind     TEXT NOT NULL,
  doc_id       BIGINT NOT NULL,
  doc_number   TEXT NOT NULL,
  doc_line     BIGINT NOT NULL,
  order_id     BIGINT NOT NULL,
  happened_ms  BIGINT NOT NULL,
  recorded_ms  BIGINT NOT NULL,
  posting_date TEXT NOT NULL,
  shift        TEXT NOT NULL DEFAULT '',
  actor        TEXT NOT NULL,
  reason       TEXT NOT NULL,
  reverses     BIGINT NOT NULL,            -- the move that this one mirrors, 0 = none
  batch_id     BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX inv_move_reverses ON inv_move (reverses) WHERE reverses <> 0;
CREATE INDEX inv_move_doc ON inv_move (doc_id);
CREATE INDEX inv_move_order ON inv_move (order_id) WHERE order_id <> 0;
CREATE INDEX inv_move_lot ON inv_move (lot_id) WHERE lot_id <> 0;
CREATE INDEX inv_move_item ON inv_move (item_id, happened_ms);
CREATE INDEX inv_move_recorded ON inv_move (recorded_ms);

-- One piece with a number of its own, and where it is now.
CREATE TABLE inv_serial (
  id             BIGINT PRIMARY KEY,
  item_id        BIGINT NOT NULL,
  number         TEXT NOT NULL,
  lot_id         BIGINT NOT NULL,
  place_kind     TEXT NOT NULL,
  place_ref      BIGINT NOT NULL,
  status         TEXT NOT NULL,
  site_id        BIGINT NOT NULL,
  reservation_id BIGINT NOT NULL DEFAULT 0,
  ord            BIGINT NOT NULL DEFAULT 0,
  batch_id       BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX inv_serial_number ON inv_serial (item_id, number);
CREATE INDEX inv_serial_scanned ON inv_serial (number);
CREATE INDEX inv_serial_place ON inv_serial (item_id, place_kind, place_ref, status, lot_id);
CREATE INDEX inv_serial_reserved ON inv_serial (reservation_id) WHERE reservation_id <> 0;

-- Which pieces a move carried, as runs of identifiers that follow one another: ten thousand pieces made together
-- and moved together are a few rows. A run is never longer than 4,096.
CREATE TABLE inv_move_serial (
  move_id  BIGINT NOT NULL,
  first_id BIGINT NOT NULL,
  last_id  BIGINT NOT NULL,
  batch_id BIGINT NOT NULL DEFAULT 0,
  id       BIGINT PRIMARY KEY
);
CREATE INDEX inv_move_serial_move ON inv_move_serial (move_id);
CREATE INDEX inv_move_serial_piece ON inv_move_serial (first_id, last_id);

-- Stock promised to a document; reserved of the balance row is the sum of its rows here.
CREATE TABLE inv_reservation (
  id          BIGINT PRIMARY KEY,
  balance_id  BIGINT NOT NULL,
  item_id     BIGINT NOT NULL,
  lot_id      BIGINT NOT NULL,
  location_id BIGINT NOT NULL,
  site_id     BIGINT NOT NULL,
  qty         BIGINT NOT NULL CHECK (qty > 0),
  doc_kind    TEXT NOT NULL,
  doc_id      BIGINT NOT NULL,
  doc_number  TEXT NOT NULL,
  doc_line    BIGINT NOT NULL,
  made_ms     BIGINT NOT NULL
);
CREATE INDEX inv_reservation_doc ON inv_reservation (doc_id);
CREATE INDEX inv_reservation_balance ON inv_reservation (balance_id);

-- Inventory's own documents: adjustment, transfer, hold, release, undo.
CREATE TABLE inv_entry (
  id           BIGINT PRIMARY KEY,
  number       TEXT NOT NULL,
  kind         TEXT NOT NULL,
  site_id      BIGINT NOT NULL,
  reason       TEXT NOT NULL,
  undoes_id    BIGINT NOT NULL DEFAULT 0,
  client_key   TEXT,
  happened_ms  BIGINT NOT NULL,
  recorded_ms  BIGINT NOT NULL,
  posting_date TEXT NOT NULL,
  shift        TEXT NOT NULL DEFAULT '',
  actor        TEXT NOT NULL
);
CREATE UNIQUE INDEX inv_entry_number ON inv_entry (number);
CREATE UNIQUE INDEX inv_entry_key ON inv_entry (client_key);
CREATE INDEX inv_entry_recorded ON inv_entry (recorded_ms);

-- Views that other rooms may read. v_stock may give several rows for one key: add them up.
CREATE VIEW v_stock AS
SELECT id, item_id, site_id, place_ref AS location_id, lot_id, status, owner_id, qty, reserved
FROM inv_balance
WHERE place_kind = 'stock' AND qty > 0 AND batch_id NOT IN (SELECT id FROM kit_batch);

CREATE VIEW v_lot AS
SELECT l.id, l.item_id, l.number, l.expires_on, l.received_on, l.supplier_lot, l.partner_id,
  CASE WHEN EXISTS (SELECT 1 FROM inv_balance b WHERE b.lot_id = l.id AND b.lot_id <> 0 AND b.qty > 0 AND b.status = 'hold') THEN 'hold' ELSE 'available' END AS status
FROM inv_lot l
WHERE l.batch_id NOT IN (SELECT id FROM kit_batch);

CREATE VIEW v_move AS
SELECT m.id, m.item_id, m.lot_id, m.qty, m.from_kind, m.from_ref, m.from_status, m.to_kind, m.to_ref, m.to_status, m.owner_id, m.site_id,
  m.doc_kind, m.doc_id, m.doc_number, m.doc_line, m.order_id, m.happened_ms, m.recorded_ms, m.posting_date, m.shift, m.actor, m.reason, m.reverses,
  EXISTS (SELECT 1 FROM inv_move r WHERE r.reverses = m.id AND r.reverses <> 0) AS reversed
FROM inv_move m
WHERE m.batch_id NOT IN (SELECT id FROM kit_batch);

CREATE VIEW v_serial AS
SELECT id, item_id, number, lot_id, place_kind, place_ref, status, site_id, reservation_id
FROM inv_serial
WHERE batch_id NOT IN (SELECT id FROM kit_batch);

CREATE VIEW v_reservation AS
SELECT id, item_id, lot_id, location_id, site_id, qty, doc_kind, doc_id, doc_number, doc_line, made_ms
FROM inv_reservation;
