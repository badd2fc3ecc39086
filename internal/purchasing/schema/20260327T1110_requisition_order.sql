-- Which order a requisition became.
CREATE VIEW v_requisition_order AS
SELECT r.id, r.number AS requisition, r.site_id, r.item_id, o.number AS order_number, r.line FROM po_requisition r JOIN po_order o ON o.id = r.order_id WHERE r.state = 'ordered';
