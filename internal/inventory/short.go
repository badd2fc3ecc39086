package inventory

import (
	"context"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// stockRow is what a refusal looks at: all that there is of an item at a site, usable or not.
type stockRow struct {
	Number    string  `db:"number"`
	Expires   string  `db:"expires_on"`
	Status    string  `db:"status"`
	Warehouse string  `db:"warehouse_kind"`
	Location  string  `db:"location"`
	Ref       db.ID   `db:"place_ref"`
	Qty       num.Dec `db:"qty"`
	Reserved  num.Dec `db:"reserved"`
}

// whyShort says in words an operator understands what stands against a take, and what to do.
func whyShort(ctx context.Context, tx *db.Tx, doc Doc, t *Take, item masterdata.Item, short num.Dec, u use) error {
	with := func(e *fault.Error) *fault.Error {
		return e.With("item", item.Code).With("name", item.Name).With("uom", item.UoM).With("lot", t.Lot).With("short", short).With("need", t.Qty)
	}
	if s := sourceOf(t); s.kind != Stock {
		return with(fault.Conflict("inventory.short_at_order", "%s %s of %s are missing: not enough was issued", short, item.UoM, item.Code))
	}
	rows, err := db.All[stockRow](ctx, tx, `SELECT coalesce(l.number, '') AS number, coalesce(l.expires_on, '`+OpenEnd+`') AS expires_on, b.status, w.warehouse_kind, w.code AS location, b.place_ref, b.qty, b.reserved
		FROM inv_balance b LEFT JOIN inv_lot l ON l.id = b.lot_id JOIN v_location w ON w.id = b.place_ref
		WHERE b.item_id = $1 AND b.place_kind = 'stock' AND b.site_id = $2 AND b.qty > 0 AND b.`+unpublished+` ORDER BY w.code, l.number`, item.ID, doc.Site)
	if err != nil {
		return err
	}
	if t.Lot != "" {
		return whyNotLot(ctx, tx, t, item, rows, u, tx.Today(), with)
	}
	var have, held, reserved, other, expired num.Dec
	today := tx.Today()
	for i := range rows {
		r := &rows[i]
		switch {
		case t.From.Ref != 0 && r.Ref != t.From.Ref:
			other += r.Qty - r.Reserved
		case r.Status == Held || r.Warehouse == "quarantine":
			held += r.Qty
		case r.Expires <= today && !u.handling():
			expired += r.Qty
		default:
			reserved += r.Reserved
		}
	}
	have = t.Qty - short
	if expired > 0 {
		e := fault.Conflict("inventory.short_expired", "%s %s of %s missing: %s needed, %s usable, %s expired, %s held, %s promised to others", short, item.UoM, item.Code, t.Qty, have, expired, held, reserved)
		return with(e).With("have", have).With("expired", expired).With("held", held).With("reserved", reserved).With("elsewhere", other)
	}
	e := fault.Conflict("inventory.short", "%s %s of %s missing: %s needed, %s usable, %s held, %s promised to others", short, item.UoM, item.Code, t.Qty, have, held, reserved)
	return with(e).With("have", have).With("held", held).With("reserved", reserved).With("elsewhere", other)
}

func whyNotLot(ctx context.Context, q db.Querier, t *Take, item masterdata.Item, rows []stockRow, u use, today string, with func(*fault.Error) *fault.Error) error {
	if _, err := LotByNumber(ctx, q, item.ID, t.Lot); err != nil {
		return err
	}
	var here, held, reserved, expired, quarantine num.Dec
	var expires string
	var elsewhere []string
	for i := range rows {
		r := &rows[i]
		if r.Number != t.Lot {
			continue
		}
		if t.From.Ref != 0 && r.Ref != t.From.Ref {
			elsewhere = append(elsewhere, r.Location)
			continue
		}
		switch {
		case r.Status == Held:
			held += r.Qty
		case r.Warehouse == "quarantine" && !u.handling():
			quarantine += r.Qty
		case r.Expires <= today && !u.handling():
			expired += r.Qty
			expires = r.Expires
		default:
			here += r.Qty
			reserved += r.Reserved
		}
	}
	switch {
	case expired > 0 && here == 0:
		return with(fault.Conflict("inventory.expired", "lot %s of %s is past its expiry date %s; take another lot", t.Lot, item.Code, expires)).With("expires_on", expires).With("expired", expired)
	case held > 0 && t.Status != Held:
		return with(fault.Conflict("inventory.held", "lot %s of %s is on hold (%s %s); do not use it and ask quality", t.Lot, item.Code, held, item.UoM)).With("held", held)
	case quarantine > 0 && here == 0:
		return with(fault.Conflict("inventory.quarantine", "lot %s of %s is still in quarantine; ask quality to release it", t.Lot, item.Code))
	case here == 0 && len(elsewhere) > 0:
		return with(fault.Conflict("inventory.lot_elsewhere", "lot %s of %s lies at %s", t.Lot, item.Code, strings.Join(elsewhere, ", "))).With("places", strings.Join(elsewhere, ", "))
	case here > 0 && reserved > 0:
		return with(fault.Conflict("inventory.lot_reserved", "lot %s of %s has %s, of which %s are promised to others", t.Lot, item.Code, here, reserved)).With("have", here).With("reserved", reserved)
	case here > 0:
		return with(fault.Conflict("inventory.lot_short", "lot %s of %s has only %s %s left", t.Lot, item.Code, here, item.UoM)).With("have", here)
	}
	return with(fault.Conflict("inventory.lot_empty", "nothing of lot %s of %s is in stock any more; take another lot", t.Lot, item.Code))
}
