-- Whether a run was setting up or making pieces: who learns times from the floor must tell them apart.
DROP VIEW v_wo_run;
CREATE VIEW v_wo_run AS
SELECT n.id, n.order_id, n.op_id, n.kind, n.worker_id, n.machine_id, n.reason, n.happened_ms, n.recorded_ms, n.actor, n.work
FROM wo_run n;
