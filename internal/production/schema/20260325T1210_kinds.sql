-- normal; toll = from material that the customer owner_id supplies; rework = consumes the product itself and gives it back.
ALTER TABLE wo_order ADD COLUMN kind TEXT NOT NULL DEFAULT 'normal';
ALTER TABLE wo_order ADD COLUMN owner_id BIGINT NOT NULL DEFAULT 0;
-- Of a rework order: the pieces keep their lot and serial numbers; why; the order or document that they come from.
ALTER TABLE wo_order ADD COLUMN keep_number BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE wo_order ADD COLUMN rework_why TEXT NOT NULL DEFAULT '';
ALTER TABLE wo_order ADD COLUMN rework_of TEXT NOT NULL DEFAULT '';
-- Pieces that failed the final inspection and were handed to rework orders.
ALTER TABLE wo_order ADD COLUMN aside BIGINT NOT NULL DEFAULT 0 CHECK (aside >= 0);
CREATE INDEX wo_order_rework ON wo_order (id) WHERE kind = 'rework';
CREATE INDEX wo_order_owner ON wo_order (owner_id) WHERE owner_id <> 0;

CREATE VIEW v_wo_kind AS SELECT id AS order_id, number, kind, owner_id, rework_of FROM wo_order;
