-- A what-if: the plan as it would be with other demands, dates, stock and parameters. Nothing real moves by it.
CREATE TABLE mrp_scenario (
  id         BIGINT PRIMARY KEY,
  number     TEXT NOT NULL,
  site_id    BIGINT NOT NULL,
  name       TEXT NOT NULL,
  changes    TEXT NOT NULL,               -- JSON, see scenario.go
  run_id     BIGINT NOT NULL,             -- its plan; 0 = not run yet
  base_id    BIGINT NOT NULL,             -- the live plan that it was run beside
  state      TEXT NOT NULL,               -- open adopted dropped
  version    BIGINT NOT NULL DEFAULT 1,
  made_ms    BIGINT NOT NULL,
  made_by    TEXT NOT NULL
);
CREATE UNIQUE INDEX mrp_scenario_number ON mrp_scenario (number);
CREATE INDEX mrp_scenario_state ON mrp_scenario (site_id, state);
ALTER TABLE mrp_run ADD COLUMN scenario_id BIGINT NOT NULL DEFAULT 0;
