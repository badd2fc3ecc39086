package inventory

import (
	"context"
	"fmt"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
)

// Verify checks what the room promises and names the first record of each promise that is broken.
func (m *Module) Verify(ctx context.Context, q db.Querier) []error {
	var out []error
	for _, check := range []func(context.Context, db.Querier) error{verifyBalances, verifyReservations, verifyPieces, verifyMirrors, verifyLots, verifyContainers, verifyOwners, verifyOwed} {
		if err := check(ctx, q); err != nil {
			out = append(out, err)
		}
	}
	return out
}

// verifyBalances: every balance is the sum of its moves. As a move leaves one place for another by its form, the sum
// of an item over all places is then zero.
func verifyBalances(ctx context.Context, q db.Querier) error {
	type bad struct {
		Item   db.ID   `db:"item_id"`
		Kind   string  `db:"kind"`
		Ref    db.ID   `db:"ref"`
		Status string  `db:"status"`
		Lot    db.ID   `db:"lot_id"`
		Off    num.Dec `db:"off"`
	}
	b, ok, err := db.Get[bad](ctx, q, `SELECT item_id, kind, ref, status, lot_id, CAST(sum(qty) AS BIGINT) AS off FROM (
			SELECT item_id, to_kind AS kind, to_ref AS ref, to_status AS status, lot_id, owner_id, to_container_id AS container_id, CASE WHEN to_kind = 'transit' THEN 0 ELSE site_id END AS site_id, qty FROM inv_move WHERE to_kind IN ('stock', 'wip', 'subcontractor', 'transit') AND `+unpublished+`
			UNION ALL
			SELECT item_id, from_kind, from_ref, from_status, lot_id, owner_id, container_id, CASE WHEN from_kind = 'transit' THEN 0 ELSE site_id END, -qty FROM inv_move WHERE from_kind IN ('stock', 'wip', 'subcontractor', 'transit') AND `+unpublished+`
			UNION ALL
			SELECT item_id, place_kind, place_ref, status, lot_id, owner_id, container_id, site_id, -qty FROM inv_balance WHERE `+unpublished+`
		) s GROUP BY item_id, kind, ref, status, lot_id, owner_id, container_id, site_id HAVING sum(qty) <> 0 ORDER BY item_id, kind, ref, status, lot_id LIMIT 1`)
	if err == nil && ok {
		err = fmt.Errorf("inv_balance: item %s at %s %s (%s), lot %s: the moves give %s more than the balance", b.Item, b.Kind, b.Ref, b.Status, b.Lot, b.Off)
	}
	return err
}

func verifyReservations(ctx context.Context, q db.Querier) error {
	type bad struct {
		ID  db.ID   `db:"id"`
		Off num.Dec `db:"off"`
	}
	b, ok, err := db.Get[bad](ctx, q, `SELECT id, CAST(sum(qty) AS BIGINT) AS off FROM (
			SELECT id, reserved AS qty FROM inv_balance WHERE reserved <> 0
			UNION ALL SELECT balance_id, -qty FROM inv_reservation
		) s GROUP BY id HAVING sum(qty) <> 0 ORDER BY id LIMIT 1`)
	if err == nil && ok {
		err = fmt.Errorf("inv_balance %s: reserved is %s more than its reservations", b.ID, b.Off)
	}
	if err != nil {
		return err
	}
	id, ok, err := db.Get[db.ID](ctx, q, `SELECT id FROM inv_balance WHERE reserved > qty OR qty < 0 OR reserved < 0 ORDER BY id LIMIT 1`)
	if err == nil && ok {
		err = fmt.Errorf("inv_balance %s: more is reserved than there is", id)
	}
	return err
}

// verifyPieces: of an item with serial numbers, each balance has as many pieces.
func verifyPieces(ctx context.Context, q db.Querier) error {
	type bad struct {
		Item db.ID   `db:"item_id"`
		Kind string  `db:"place_kind"`
		Ref  db.ID   `db:"place_ref"`
		Off  num.Dec `db:"off"`
	}
	b, ok, err := db.Get[bad](ctx, q, `SELECT item_id, place_kind, place_ref, CAST(sum(qty) AS BIGINT) AS off FROM (
			SELECT s.item_id, s.place_kind, s.place_ref, s.status, s.lot_id, s.container_id, CAST(1000000 AS BIGINT) AS qty FROM inv_serial s WHERE s.place_kind IN ('stock', 'wip', 'subcontractor', 'transit') AND s.`+unpublished+`
			UNION ALL
			SELECT b.item_id, b.place_kind, b.place_ref, b.status, b.lot_id, b.container_id, -b.qty FROM inv_balance b JOIN v_item i ON i.id = b.item_id WHERE i.tracking = 'serial' AND b.`+unpublished+`
		) s GROUP BY item_id, place_kind, place_ref, status, lot_id, container_id HAVING sum(qty) <> 0 ORDER BY item_id, place_kind, place_ref LIMIT 1`)
	if err == nil && ok {
		err = fmt.Errorf("inv_serial: item %s at %s %s: %s pieces more than the balance", b.Item, b.Kind, b.Ref, b.Off)
	}
	return err
}

// verifyMirrors: what undoes a move is its exact mirror.
func verifyMirrors(ctx context.Context, q db.Querier) error {
	id, ok, err := db.Get[db.ID](ctx, q, `SELECT r.id FROM inv_move r LEFT JOIN inv_move o ON o.id = r.reverses
		WHERE r.reverses <> 0 AND (o.id IS NULL OR o.item_id <> r.item_id OR o.lot_id <> r.lot_id OR o.qty <> r.qty OR o.order_id <> r.order_id
			OR o.from_kind <> r.to_kind OR o.from_ref <> r.to_ref OR o.from_status <> r.to_status OR o.to_kind <> r.from_kind OR o.to_ref <> r.from_ref OR o.to_status <> r.from_status
			OR o.container_id <> r.to_container_id OR o.to_container_id <> r.container_id)
		ORDER BY r.id LIMIT 1`)
	if err == nil && ok {
		err = fmt.Errorf("inv_move %s: is not the mirror of the move that it undoes", id)
	}
	return err
}

// verifyLots: a lot is of the item that it moves with.
func verifyLots(ctx context.Context, q db.Querier) error {
	id, ok, err := db.Get[db.ID](ctx, q, `SELECT m.id FROM inv_move m LEFT JOIN inv_lot l ON l.id = m.lot_id WHERE m.lot_id <> 0 AND (l.id IS NULL OR l.item_id <> m.item_id) ORDER BY m.id LIMIT 1`)
	if err == nil && ok {
		err = fmt.Errorf("inv_move %s: its lot is not one of its item", id)
	}
	return err
}

// verifyContainers: what is in a container lies where the container stands.
func verifyContainers(ctx context.Context, q db.Querier) error {
	code, ok, err := db.Get[string](ctx, q, `SELECT coalesce(c.code, CAST(b.container_id AS TEXT)) FROM inv_balance b LEFT JOIN inv_container c ON c.id = b.container_id
		WHERE b.container_id <> 0 AND b.qty > 0 AND (c.id IS NULL OR b.place_kind <> 'stock' OR b.place_ref <> c.location_id) ORDER BY b.id LIMIT 1`)
	if err == nil && ok {
		err = fmt.Errorf("inv_container %s: something of what is in it lies elsewhere", code)
	}
	return err
}
