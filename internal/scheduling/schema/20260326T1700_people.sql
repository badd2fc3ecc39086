-- When people are there: the calendar that a worker works by at a site, and when he is absent, at whichever site.
CREATE TABLE aps_shift (
  id          BIGINT PRIMARY KEY,
  site_id     BIGINT NOT NULL,
  worker_id   BIGINT NOT NULL,
  calendar_id BIGINT NOT NULL,               -- 0 = whenever the machine works
  actor       TEXT NOT NULL,
  recorded_ms BIGINT NOT NULL
);
CREATE UNIQUE INDEX aps_shift_worker ON aps_shift (site_id, worker_id);

CREATE TABLE aps_absence (
  id          BIGINT PRIMARY KEY,
  worker_id   BIGINT NOT NULL,
  from_ms     BIGINT NOT NULL,
  to_ms       BIGINT NOT NULL,
  reason      TEXT NOT NULL,
  actor       TEXT NOT NULL,
  recorded_ms BIGINT NOT NULL,
  ended_ms    BIGINT NOT NULL DEFAULT 0,     -- taken back
  ended_by    TEXT NOT NULL DEFAULT ''
);
CREATE INDEX aps_absence_worker ON aps_absence (worker_id, to_ms);
CREATE INDEX aps_absence_to ON aps_absence (to_ms);
