-- News for a person, or for everybody who holds a permission. Its words are made when it is read, in the reader's
-- language, from kind and params.
CREATE TABLE kit_notice (
  id         BIGINT PRIMARY KEY,
  kind       TEXT NOT NULL,
  user_id    BIGINT NOT NULL,           -- 0 = everybody who holds perm
  perm       TEXT NOT NULL,
  site_id    BIGINT NOT NULL,           -- 0 = whatever site they see
  unique_key TEXT NOT NULL,             -- of the cause; while open there is one for each
  params     TEXT NOT NULL,             -- JSON, texts by name
  link       TEXT NOT NULL,             -- page in the office
  severity   TEXT NOT NULL,             -- info warning urgent
  todo       BOOLEAN NOT NULL,          -- stays until it is done
  made_ms    BIGINT NOT NULL,
  made_by    TEXT NOT NULL,
  done_ms    BIGINT NOT NULL DEFAULT 0,
  done_by    TEXT NOT NULL DEFAULT '',  -- '' with done_ms: the cause is gone
  done_note  TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX kit_notice_once ON kit_notice (kind, unique_key, user_id) WHERE unique_key <> '' AND done_ms = 0;
CREATE INDEX kit_notice_open ON kit_notice (made_ms) WHERE done_ms = 0;
CREATE INDEX kit_notice_made ON kit_notice (made_ms, id);
CREATE INDEX kit_notice_user ON kit_notice (user_id, made_ms) WHERE user_id <> 0;

CREATE TABLE kit_notice_read (
  notice_id BIGINT NOT NULL REFERENCES kit_notice (id),
  user_id   BIGINT NOT NULL,
  read_ms   BIGINT NOT NULL,
  PRIMARY KEY (notice_id, user_id)
);

-- Where a person wants mail, and which news by it.
CREATE TABLE kit_mail_person (
  user_id    BIGINT PRIMARY KEY,
  email      TEXT NOT NULL,
  changed_ms BIGINT NOT NULL
);
CREATE TABLE kit_mail_choice (
  user_id BIGINT NOT NULL,
  kind    TEXT NOT NULL,
  mail    TEXT NOT NULL,                -- now daily off
  PRIMARY KEY (user_id, kind)
);

-- The server that takes our mail; one row. Its password lies in kit_secret.
CREATE TABLE kit_mail_server (
  id         BIGINT PRIMARY KEY,
  host       TEXT NOT NULL,             -- '' = no mail
  port       BIGINT NOT NULL,
  tls        TEXT NOT NULL,             -- starttls tls none
  username   TEXT NOT NULL,
  sender     TEXT NOT NULL,
  base_url   TEXT NOT NULL,             -- of our pages, for links
  changed_by TEXT NOT NULL,
  changed_ms BIGINT NOT NULL
);
-- Never in a dump, an export, an event or a log.
CREATE TABLE kit_secret (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

-- One notice on its way to one person.
CREATE TABLE kit_mail (
  id        BIGINT PRIMARY KEY,
  notice_id BIGINT NOT NULL,
  user_id   BIGINT NOT NULL,
  address   TEXT NOT NULL,
  locale    TEXT NOT NULL,
  mode      TEXT NOT NULL,              -- now daily: those of a day go in one message
  state     TEXT NOT NULL,              -- waiting sent failed cancelled
  tries     BIGINT NOT NULL DEFAULT 0,
  next_ms   BIGINT NOT NULL,            -- not before; also the claim of who sends it
  error     TEXT NOT NULL DEFAULT '',
  made_ms   BIGINT NOT NULL,
  ended_ms  BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX kit_mail_once ON kit_mail (notice_id, user_id);
CREATE INDEX kit_mail_due ON kit_mail (next_ms) WHERE state = 'waiting';
CREATE INDEX kit_mail_made ON kit_mail (made_ms);
