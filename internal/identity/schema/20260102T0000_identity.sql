CREATE TABLE id_user (
  id            BIGINT PRIMARY KEY,
  login         TEXT NOT NULL UNIQUE,          -- lower case
  name          TEXT NOT NULL,
  locale        TEXT NOT NULL DEFAULT 'zh',
  password_hash TEXT NOT NULL DEFAULT '',      -- PHC text; '' = no log-in by password
  must_change   BOOLEAN NOT NULL DEFAULT FALSE,
  disabled      BOOLEAN NOT NULL DEFAULT FALSE,
  partner_id    BIGINT NOT NULL DEFAULT 0,     -- an outside party's person
  worker_id     BIGINT NOT NULL DEFAULT 0,
  badge         TEXT NOT NULL DEFAULT '',
  pin_hash      TEXT NOT NULL DEFAULT '',
  created_ms    BIGINT NOT NULL,
  changed_ms    BIGINT NOT NULL,
  batch_id      BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX id_user_badge ON id_user (badge) WHERE badge <> '';
CREATE UNIQUE INDEX id_user_worker ON id_user (worker_id) WHERE worker_id <> 0;
CREATE INDEX id_user_batch ON id_user (batch_id) WHERE batch_id <> 0;

CREATE TABLE id_user_role (
  id       BIGINT PRIMARY KEY,
  user_id  BIGINT NOT NULL REFERENCES id_user (id),
  role     TEXT NOT NULL,                      -- a default role of the program or id_role.name
  batch_id BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX id_user_role_once ON id_user_role (user_id, role);
CREATE INDEX id_user_role_role ON id_user_role (role);
CREATE INDEX id_user_role_batch ON id_user_role (batch_id) WHERE batch_id <> 0;

CREATE TABLE id_user_site (
  user_id BIGINT NOT NULL REFERENCES id_user (id),
  site_id BIGINT NOT NULL,
  PRIMARY KEY (user_id, site_id)
);

CREATE TABLE id_role (                         -- the company's own roles; default roles are the program's
  id         BIGINT PRIMARY KEY,
  name       TEXT NOT NULL UNIQUE,
  title      TEXT NOT NULL,
  created_ms BIGINT NOT NULL,
  changed_ms BIGINT NOT NULL
);
CREATE TABLE id_role_perm (
  role_id BIGINT NOT NULL REFERENCES id_role (id),
  perm    TEXT NOT NULL,
  PRIMARY KEY (role_id, perm)
);

CREATE TABLE id_device (
  id          BIGINT PRIMARY KEY,
  name        TEXT NOT NULL,
  token_hash  TEXT NOT NULL UNIQUE,
  badge_only  BOOLEAN NOT NULL,
  enrolled_by TEXT NOT NULL,
  enrolled_ms BIGINT NOT NULL
);

CREATE TABLE id_session (
  id         BIGINT PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,             -- SHA-256; the token itself is known to the browser alone
  user_id    BIGINT NOT NULL REFERENCES id_user (id),
  kind       TEXT NOT NULL,                    -- password badge
  device_id  BIGINT NOT NULL DEFAULT 0,
  device     TEXT NOT NULL,
  ip         TEXT NOT NULL,
  agent      TEXT NOT NULL,
  created_ms BIGINT NOT NULL,
  seen_ms    BIGINT NOT NULL,
  idle_ms    BIGINT NOT NULL,                  -- may be unused for so long
  expires_ms BIGINT NOT NULL
);
CREATE INDEX id_session_user ON id_session (user_id);
CREATE INDEX id_session_expires ON id_session (expires_ms);

CREATE TABLE id_try (                          -- log-ins that failed; a restart forgets none of them
  key     TEXT PRIMARY KEY,                    -- hashed: people type passwords into the wrong field
  fails   BIGINT NOT NULL,
  next_ms BIGINT NOT NULL,                     -- no attempt before
  last_ms BIGINT NOT NULL
);
CREATE INDEX id_try_last ON id_try (last_ms);

CREATE TABLE id_key (
  id         BIGINT PRIMARY KEY,
  name       TEXT NOT NULL UNIQUE,
  token_hash TEXT NOT NULL UNIQUE,
  hint       TEXT NOT NULL,                    -- the first characters, to recognise it by
  roles      TEXT NOT NULL,                    -- words
  perms      TEXT NOT NULL,                    -- words
  partner_id BIGINT NOT NULL DEFAULT 0,
  expires_ms BIGINT NOT NULL,
  made_by    TEXT NOT NULL,
  made_ms    BIGINT NOT NULL,
  used_ms    BIGINT NOT NULL DEFAULT 0,
  revoked_ms BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE id_module (                       -- a module without a row is on
  name       TEXT PRIMARY KEY,
  is_on      BOOLEAN NOT NULL,
  changed_ms BIGINT NOT NULL
);

CREATE VIEW v_user AS
  SELECT id, login, name, locale, disabled, partner_id, worker_id FROM id_user
  WHERE batch_id NOT IN (SELECT id FROM kit_batch);
