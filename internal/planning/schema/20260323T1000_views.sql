-- Planned orders for other rooms; n is the number that people see.
CREATE VIEW v_planned_order AS
SELECT o.run_id, r.site_id, r.live, o.n + 1 AS n, o.item_id, o.kind, o.qty, o.start, o.due, o.possible, o.past, o.supplier_id, o.state, o.doc_kind, o.doc_number
FROM mrp_order o JOIN mrp_run r ON r.id = o.run_id;
