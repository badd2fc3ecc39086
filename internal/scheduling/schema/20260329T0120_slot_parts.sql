-- Which part of its operation a slot is (0 = all of it) and of how many, and which part it waits for; which part a pin is of.
ALTER TABLE aps_slot ADD COLUMN split_no BIGINT NOT NULL DEFAULT 0;
ALTER TABLE aps_slot ADD COLUMN split_of BIGINT NOT NULL DEFAULT 0;
ALTER TABLE aps_slot ADD COLUMN by_split BIGINT NOT NULL DEFAULT 0;
ALTER TABLE aps_told ADD COLUMN split_no BIGINT NOT NULL DEFAULT 0;

DROP VIEW v_slot;
CREATE VIEW v_slot AS
SELECT s.id, s.order_id, s.op_id, s.work_center_id, s.machine, s.start_ms, s.end_ms, s.setup_ms, s.qty, s.state, s.conflict, s.split_no, s.split_of
FROM aps_slot s JOIN aps_run r ON r.id = s.run_id
WHERE r.live;
