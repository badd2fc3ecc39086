-- Since when a line waits for its lots without holding any; 0 = it does not.
ALTER TABLE so_line ADD COLUMN soft_ms BIGINT NOT NULL DEFAULT 0;
CREATE INDEX so_line_soft ON so_line (priority, due, id) WHERE soft_ms > 0;
