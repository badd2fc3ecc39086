-- A file as people know it. Several may share one content.
CREATE TABLE kit_blob (
  id         BIGINT PRIMARY KEY,
  content_id BIGINT NOT NULL,
  sha256     TEXT NOT NULL,
  size       BIGINT NOT NULL,
  name       TEXT NOT NULL,
  mime       TEXT NOT NULL,
  actor_id   BIGINT NOT NULL,
  actor      TEXT NOT NULL,
  created_ms BIGINT NOT NULL
);
CREATE UNIQUE INDEX kit_blob_sha ON kit_blob (sha256, name, mime);
CREATE INDEX kit_blob_content ON kit_blob (content_id);

-- data is the last column: looking for abandoned uploads reads the columns before it only.
CREATE TABLE kit_blob_chunk (
  id         BIGINT PRIMARY KEY,
  content_id BIGINT NOT NULL,
  ord        BIGINT NOT NULL,
  at_ms      BIGINT NOT NULL,
  data       BYTEA NOT NULL
);
CREATE UNIQUE INDEX kit_blob_chunk_ord ON kit_blob_chunk (content_id, ord);
CREATE INDEX kit_blob_chunk_at ON kit_blob_chunk (content_id, at_ms);

CREATE TABLE kit_attachment (
  id         BIGINT PRIMARY KEY,
  subject    TEXT NOT NULL,
  blob_id    BIGINT NOT NULL REFERENCES kit_blob (id),
  note       TEXT NOT NULL,
  actor_id   BIGINT NOT NULL,
  actor      TEXT NOT NULL,
  created_ms BIGINT NOT NULL,
  removed_ms BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX kit_attachment_subject ON kit_attachment (subject, id);
CREATE UNIQUE INDEX kit_attachment_once ON kit_attachment (subject, blob_id) WHERE removed_ms = 0;
