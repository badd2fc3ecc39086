-- What is begun and not wholly in stock: the list of orders to receive from reads these and no others.
CREATE INDEX wo_order_to_receive ON wo_order (due) WHERE received < qty AND started_ms > 0 AND closed_ms = 0 AND cancelled_ms = 0;
