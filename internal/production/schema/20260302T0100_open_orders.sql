-- What is open, in the order in which it is worked on: few rows among the many that are done.
CREATE INDEX wo_order_open ON wo_order (priority, due, id) WHERE status IN ('released', 'started');
