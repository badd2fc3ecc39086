-- Which piece sits in which unit. A binding ends when it is loosed; it counts only while the part has not come back.
CREATE TABLE inv_bound (
  id        BIGINT PRIMARY KEY,
  unit_id   BIGINT NOT NULL,               -- inv_serial of the unit
  part_id   BIGINT NOT NULL,               -- inv_serial of what is in it
  order_id  BIGINT NOT NULL,               -- for which both were moved
  bound_ms  BIGINT NOT NULL,
  bound_by  TEXT NOT NULL,
  loosed_ms BIGINT NOT NULL DEFAULT 0,
  loosed_by TEXT NOT NULL DEFAULT '',
  reason    TEXT NOT NULL DEFAULT ''       -- why it was loosed
);
CREATE UNIQUE INDEX inv_bound_part ON inv_bound (part_id) WHERE loosed_ms = 0;
CREATE INDEX inv_bound_unit ON inv_bound (unit_id);
CREATE INDEX inv_bound_order ON inv_bound (order_id);
CREATE VIEW v_bound AS
SELECT b.id, b.unit_id, b.part_id, b.order_id, b.bound_ms, b.bound_by, u.item_id AS unit_item_id, u.number AS unit, p.item_id AS part_item_id, p.number AS part
FROM inv_bound b JOIN inv_serial u ON u.id = b.unit_id JOIN inv_serial p ON p.id = b.part_id
WHERE b.loosed_ms = 0 AND p.place_kind IN ('wip', 'consumed') AND u.place_kind <> 'produced';
