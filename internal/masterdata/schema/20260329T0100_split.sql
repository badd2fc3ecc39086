-- A step may be done on several machines at the same time, each with a part of the pieces: on how many at most (1 = it is
-- not split), and how many pieces a part has at least.
ALTER TABLE md_routing_op ADD COLUMN split_max BIGINT NOT NULL DEFAULT 1;
ALTER TABLE md_routing_op ADD COLUMN split_min BIGINT NOT NULL DEFAULT 0;
