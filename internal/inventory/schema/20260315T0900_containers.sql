-- A box, pallet or tote with a number of its own. What is in it says so in its balance; it stands at one location and
-- its goods with it. rev is what two who handle it at once meet on.
CREATE TABLE inv_container (
  id          BIGINT PRIMARY KEY,
  code        TEXT NOT NULL,
  kind        TEXT NOT NULL,               -- box pallet tote
  site_id     BIGINT NOT NULL,
  location_id BIGINT NOT NULL,
  note        TEXT NOT NULL,
  made_ms     BIGINT NOT NULL,
  made_by     TEXT NOT NULL,
  rev         BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX inv_container_code ON inv_container (code);
CREATE INDEX inv_container_location ON inv_container (location_id);

-- container_id of a move is the one that the goods leave; no move before this one knew any.
ALTER TABLE inv_move ADD COLUMN to_container_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE inv_serial ADD COLUMN container_id BIGINT NOT NULL DEFAULT 0;
CREATE INDEX inv_balance_container ON inv_balance (container_id) WHERE container_id <> 0;
CREATE INDEX inv_move_container ON inv_move (to_container_id) WHERE to_container_id <> 0;
CREATE INDEX inv_move_left_container ON inv_move (container_id) WHERE container_id <> 0;
-- Where an item used to be put: asked for when a place for new goods is proposed.
CREATE INDEX inv_move_arrived ON inv_move (item_id, to_ref) WHERE to_kind = 'stock';
