-- which of the customer's addresses the goods go to; '' = the one for deliveries, else the customer's own
ALTER TABLE so_order ADD COLUMN ship_to TEXT NOT NULL DEFAULT '';
