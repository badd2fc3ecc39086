-- What customers supply: an item that one of them owns is his and nobody else's, in every balance and plan.
CREATE TABLE inv_owned_item (
  item_id  BIGINT PRIMARY KEY,
  owner_id BIGINT NOT NULL,               -- partner
  since_ms BIGINT NOT NULL,
  actor    TEXT NOT NULL
);
CREATE INDEX inv_owned_item_owner ON inv_owned_item (owner_id);

-- The virtual warehouse of a customer at a site: only what he owns goes in.
CREATE TABLE inv_owner_house (
  warehouse_id BIGINT PRIMARY KEY,
  site_id      BIGINT NOT NULL,
  owner_id     BIGINT NOT NULL
);
CREATE UNIQUE INDEX inv_owner_house_of ON inv_owner_house (site_id, owner_id);

CREATE VIEW v_owned_item AS SELECT item_id, owner_id, since_ms FROM inv_owned_item;
