-- A substitute that is approved in general comes with the order (general_id): it holds for all that the component needs,
-- however that changes. factor: how much of it is needed for one of the component.
ALTER TABLE wo_substitute ADD COLUMN general_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE wo_substitute ADD COLUMN factor BIGINT NOT NULL DEFAULT 1000000;
-- Of each substitute of the order's own line, how much is needed for one: as in the bill; '' = one for one.
ALTER TABLE wo_component ADD COLUMN factors TEXT NOT NULL DEFAULT '';
-- What an issue or a return stands for in the component's own units; NULL = as much as qty.
ALTER TABLE wo_issue ADD COLUMN stands BIGINT;
