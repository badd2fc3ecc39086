-- On how many machines at most an operation may be done at the same time, and how many pieces each does at least; copied
-- from the routing.
ALTER TABLE wo_op ADD COLUMN split_max BIGINT NOT NULL DEFAULT 1;
ALTER TABLE wo_op ADD COLUMN split_min BIGINT NOT NULL DEFAULT 0;

CREATE VIEW v_wo_split AS
SELECT id AS op_id, split_max, split_min FROM wo_op WHERE split_max > 1;
