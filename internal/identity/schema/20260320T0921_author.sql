-- What lets an enrolled tablet send the waiting acts of somebody who has left it in his own name.
CREATE TABLE id_author (
  id         BIGINT PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,             -- SHA-256; the token lies beside the waiting acts on the tablet
  user_id    BIGINT NOT NULL REFERENCES id_user (id),
  device_id  BIGINT NOT NULL,                  -- worth nothing without this tablet's own cookie
  session_id BIGINT NOT NULL,
  made_ms    BIGINT NOT NULL,
  until_ms   BIGINT NOT NULL                   -- 0 = taken away
);
CREATE INDEX id_author_session ON id_author (session_id);
CREATE INDEX id_author_made ON id_author (made_ms);

-- Somebody with more rights has said "do it" at another person's tablet: once, for one permission, for two minutes.
CREATE TABLE id_voucher (
  id         BIGINT PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  user_id    BIGINT NOT NULL REFERENCES id_user (id),  -- who vouches
  for_id     BIGINT NOT NULL,                  -- for whom: who is logged in there
  perm       TEXT NOT NULL,
  until_ms   BIGINT NOT NULL
);
CREATE INDEX id_voucher_until ON id_voucher (until_ms);
