-- Files hang on a count: who looks whether it is there reads this.
CREATE VIEW v_count AS SELECT id, number, site_id FROM inv_count;
