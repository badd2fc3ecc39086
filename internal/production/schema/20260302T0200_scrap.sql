-- Which operations have scrap at all: the list of orders adds it up for each page.
CREATE INDEX wo_op_scrap ON wo_op (order_id) WHERE scrap > 0;
