-- process parameters that people record at a step: JSON, see Param
ALTER TABLE md_routing_op ADD COLUMN params TEXT NOT NULL DEFAULT '';
