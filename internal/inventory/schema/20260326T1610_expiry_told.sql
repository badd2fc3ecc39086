-- Lots that somebody was told of because they will expire, with the day that was told: each is told once.
CREATE TABLE inv_expiry_told (
  lot_id     BIGINT NOT NULL,
  site_id    BIGINT NOT NULL,
  expires_on TEXT NOT NULL,
  PRIMARY KEY (lot_id, site_id)
);
