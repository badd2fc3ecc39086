-- A document leads back to the planned orders that it came from.
CREATE INDEX mrp_order_document ON mrp_order (doc_kind, doc_number) WHERE doc_number <> '';
