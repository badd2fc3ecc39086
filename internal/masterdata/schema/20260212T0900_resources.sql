-- Lists that texts of other rows name by code: a routing step's tool and skill, a worker's team and skills. Whatever
-- a load names stands in its list afterwards, so a text never leads nowhere.
CREATE TABLE md_skill (
  id       BIGINT PRIMARY KEY,
  code     TEXT NOT NULL UNIQUE,
  name     TEXT NOT NULL,
  note     TEXT NOT NULL,
  active   BOOLEAN NOT NULL DEFAULT TRUE,
  rev      BIGINT NOT NULL DEFAULT 1,
  batch_id BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE md_team (
  id        BIGINT PRIMARY KEY,
  code      TEXT NOT NULL UNIQUE,
  name      TEXT NOT NULL,
  leader_id BIGINT NOT NULL,                 -- a worker, 0 = nobody
  active    BOOLEAN NOT NULL DEFAULT TRUE,
  rev       BIGINT NOT NULL DEFAULT 1,
  batch_id  BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE md_tool (
  id         BIGINT PRIMARY KEY,
  site_id    BIGINT NOT NULL,
  code       TEXT NOT NULL,
  name       TEXT NOT NULL,
  kind       TEXT NOT NULL,                  -- mold die fixture cutter gauge other
  life_count BIGINT NOT NULL,                -- 0 = not counted
  life_unit  TEXT NOT NULL,                  -- shots pieces hours
  quantity   BIGINT NOT NULL,                -- how many of it there are
  location   TEXT NOT NULL,                  -- where it is kept, as people say it
  active     BOOLEAN NOT NULL DEFAULT TRUE,
  ord        BIGINT NOT NULL DEFAULT 0,      -- 0 = made because a routing named it
  rev        BIGINT NOT NULL DEFAULT 1,
  ext        JSONB NOT NULL DEFAULT '{}',
  batch_id   BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX md_tool_code ON md_tool (code, site_id);

-- what a tool fits; a tool without rows fits whatever names it
CREATE TABLE md_tool_use (
  id       BIGINT PRIMARY KEY,
  tool_id  BIGINT NOT NULL,
  item_id  BIGINT NOT NULL,
  op       BIGINT NOT NULL,                  -- 0 = every step of the item
  ord      BIGINT NOT NULL DEFAULT 0,
  batch_id BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX md_tool_use_tool ON md_tool_use (tool_id);
CREATE INDEX md_tool_use_item ON md_tool_use (item_id);

-- until when a worker's skill counts; md_worker.skills says who has it
CREATE TABLE md_worker_skill (
  id          BIGINT PRIMARY KEY,
  worker_id   BIGINT NOT NULL,
  skill       TEXT NOT NULL,
  valid_until TEXT NOT NULL,                 -- inclusive, '9999-12-31' = open
  batch_id    BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX md_worker_skill_worker ON md_worker_skill (worker_id);

ALTER TABLE md_calendar ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE md_calendar_hours ADD COLUMN shift TEXT NOT NULL DEFAULT '';
ALTER TABLE md_calendar_day ADD COLUMN shift TEXT NOT NULL DEFAULT '';
ALTER TABLE md_calendar_day ADD COLUMN note TEXT NOT NULL DEFAULT '';

ALTER TABLE md_location ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE md_location ADD COLUMN ord BIGINT NOT NULL DEFAULT 0;  -- 0 = made because stock or a warehouse named it
ALTER TABLE md_location ADD COLUMN rev BIGINT NOT NULL DEFAULT 1;

ALTER TABLE md_partner ADD COLUMN carrier_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE md_partner ADD COLUMN over_pct BIGINT;                 -- NULL = nobody agreed on anything
ALTER TABLE md_partner ADD COLUMN under_pct BIGINT;
ALTER TABLE md_partner ADD COLUMN terms TEXT NOT NULL DEFAULT '';

CREATE TABLE md_partner_contact (
  id         BIGINT PRIMARY KEY,
  partner_id BIGINT NOT NULL,
  name       TEXT NOT NULL,
  role       TEXT NOT NULL,
  phone      TEXT NOT NULL,
  email      TEXT NOT NULL,
  ord        BIGINT NOT NULL DEFAULT 0,
  batch_id   BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX md_partner_contact_partner ON md_partner_contact (partner_id);

CREATE TABLE md_partner_address (
  id         BIGINT PRIMARY KEY,
  partner_id BIGINT NOT NULL,
  label      TEXT NOT NULL,
  contact    TEXT NOT NULL,
  phone      TEXT NOT NULL,
  address    TEXT NOT NULL,
  ship_to    BOOLEAN NOT NULL,               -- where goods go when nobody says otherwise; one per partner at most
  ord        BIGINT NOT NULL DEFAULT 0,
  batch_id   BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX md_partner_address_partner ON md_partner_address (partner_id);

-- who made a choice of the company last
CREATE TABLE md_setting_mark (
  name       TEXT PRIMARY KEY,
  actor      TEXT NOT NULL,
  changed_ms BIGINT NOT NULL
);

-- what is there already stands in the lists too; the ids are small, those of the application are not
INSERT INTO md_skill (id, code, name, note)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600),
  said(t) AS (SELECT DISTINCT ';' || skills || ';' FROM md_worker WHERE skills <> '' UNION SELECT DISTINCT ';' || skill || ';' FROM md_routing_op WHERE skill <> ''),
  cut(t, i) AS (SELECT s.t, n.i FROM said s JOIN n ON n.i <= length(s.t) AND substr(s.t, n.i, 1) = ';'),
  word(code) AS (SELECT DISTINCT substr(a.t, a.i + 1, (SELECT min(b.i) FROM cut b WHERE b.t = a.t AND b.i > a.i) - a.i - 1) FROM cut a WHERE a.i < length(a.t))
SELECT row_number() OVER (ORDER BY code), code, code, '' FROM word WHERE code <> '';
INSERT INTO md_team (id, code, name, leader_id)
SELECT row_number() OVER (ORDER BY team), team, team, 0 FROM (SELECT DISTINCT team FROM md_worker WHERE team <> '') AS t;
INSERT INTO md_tool (id, site_id, code, name, kind, life_count, life_unit, quantity, location)
SELECT row_number() OVER (ORDER BY site_id, tool), site_id, tool, tool, 'other', 0, 'shots', 1, ''
FROM (SELECT DISTINCT r.site_id, o.tool FROM md_routing_op o JOIN md_routing r ON r.id = o.routing_id WHERE o.tool <> '') AS t;

CREATE VIEW v_skill AS
  SELECT id, code, name, active FROM md_skill WHERE batch_id NOT IN (SELECT id FROM kit_batch);
CREATE VIEW v_team AS
  SELECT id, code, name, leader_id, active FROM md_team WHERE batch_id NOT IN (SELECT id FROM kit_batch);
CREATE VIEW v_tool AS
  SELECT id, site_id, code, name, kind, life_count, life_unit, quantity, location, active FROM md_tool WHERE batch_id NOT IN (SELECT id FROM kit_batch);
CREATE VIEW v_tool_use AS
  SELECT tool_id, item_id, op FROM md_tool_use WHERE batch_id NOT IN (SELECT id FROM kit_batch);
CREATE VIEW v_worker_skill AS
  SELECT w.id AS worker_id, s.code AS skill, s.name AS skill_name, coalesce(u.valid_until, '9999-12-31') AS valid_until
  FROM md_worker w JOIN md_skill s ON replace(';' || w.skills || ';', ';' || s.code || ';', '') <> ';' || w.skills || ';'
    LEFT JOIN md_worker_skill u ON u.worker_id = w.id AND u.skill = s.code
  WHERE w.batch_id NOT IN (SELECT id FROM kit_batch) AND s.batch_id NOT IN (SELECT id FROM kit_batch);
CREATE VIEW v_partner_trade AS
  SELECT p.id AS partner_id, p.over_pct, p.under_pct, p.carrier_id, p.terms FROM md_partner p WHERE p.batch_id NOT IN (SELECT id FROM kit_batch);
CREATE VIEW v_partner_contact AS
  SELECT partner_id, name, role, phone, email, ord FROM md_partner_contact WHERE batch_id NOT IN (SELECT id FROM kit_batch);
CREATE VIEW v_partner_address AS
  SELECT partner_id, label, contact, phone, address, ship_to, ord FROM md_partner_address WHERE batch_id NOT IN (SELECT id FROM kit_batch);
