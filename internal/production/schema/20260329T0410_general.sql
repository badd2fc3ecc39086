-- A substitute that is approved in general comes with the order (general_id): it holds for all that the component needs,
-- however that changes.
ALTER TABLE wo_substitute ADD COLUMN general_id BIGINT NOT NULL DEFAULT 0;
