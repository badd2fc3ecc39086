package inventory

import (
	"context"
	"strings"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// Lot is an identity of goods.
type Lot struct {
	ID          db.ID    `db:"id" json:"id"`
	Item        db.ID    `db:"item_id" json:"item_id"`
	Number      string   `db:"number" json:"number"`
	Part        int64    `db:"part" json:"part" doc:"Tells apart deliveries of one number that differ in expiry, receipt or cost"`
	ExpiresOn   string   `db:"expires_on" json:"expires_on" doc:"9999-12-31 when it keeps for ever"`
	ReceivedOn  string   `db:"received_on" json:"received_on"`
	SupplierLot string   `db:"supplier_lot" json:"supplier_lot"`
	Partner     db.ID    `db:"partner_id" json:"partner_id"`
	UnitCost    *num.Dec `db:"unit_cost" json:"unit_cost,omitempty" mask:"cost"`
	CreatedMS   int64    `db:"created_ms" json:"created_ms"`
	Batch       db.ID    `db:"batch_id" json:"-"`
}

const lotColumns = `id, item_id, number, part, expires_on, received_on, supplier_lot, partner_id, unit_cost, created_ms, batch_id`

// LotByNumber finds a lot by what stands on its label. With item 0 any item's lot is meant, and a number that
// several items have is refused; with an item, the lot of another item is refused by saying which.
func LotByNumber(ctx context.Context, q db.Querier, item db.ID, number string) (Lot, error) {
	number = strings.TrimSpace(number)
	all, err := db.All[Lot](ctx, q, `SELECT `+lotColumns+` FROM inv_lot WHERE number = $1 AND number <> '' AND `+unpublished+` ORDER BY item_id, part`, number)
	if err != nil {
		return Lot{}, err
	}
	for _, l := range all {
		if l.Item == item || item == 0 && all[0].Item == all[len(all)-1].Item {
			return l, nil
		}
	}
	if len(all) == 0 {
		return Lot{}, fault.NotFound("inventory.lot_unknown", "there is no lot %s", number).With("lot", number)
	}
	other, err := masterdata.ItemByID(ctx, q, all[0].Item)
	if err != nil {
		return Lot{}, err
	}
	if item == 0 {
		return Lot{}, fault.Conflict("inventory.lot_ambiguous", "several items have a lot %s; scan the item first", number).With("lot", number)
	}
	mine, err := masterdata.ItemByID(ctx, q, item)
	if err != nil {
		return Lot{}, err
	}
	return Lot{}, fault.Conflict("inventory.lot_other_item", "lot %s is %s %s, not %s", number, other.Code, other.Name, mine.Code).
		With("lot", number).With("other", other.Code).With("other_name", other.Name).With("item", mine.Code).With("name", mine.Name)
}

// lotByID finds a lot; 0 is what has none.
func lotByID(ctx context.Context, q db.Querier, id db.ID) (Lot, error) {
	if id == 0 {
		return Lot{ExpiresOn: OpenEnd, ReceivedOn: OpenEnd}, nil
	}
	return db.One[Lot](ctx, q, `SELECT `+lotColumns+` FROM inv_lot WHERE id = $1`, id)
}

// Expiry is the first day on which goods received on a day are no longer used, OpenEnd when they keep for ever.
func Expiry(item masterdata.Item, receivedOn string) string {
	d, err := time.Parse(time.DateOnly, receivedOn)
	if item.ShelfLifeDays == 0 || err != nil {
		return OpenEnd
	}
	return d.AddDate(0, 0, item.ShelfLifeDays).Format(time.DateOnly)
}

// lotFor finds or makes the lot of a put.
func lotFor(ctx context.Context, tx *db.Tx, doc Doc, p *Put, item masterdata.Item, from Place) (Lot, error) {
	number := strings.TrimSpace(p.Lot)
	want := Lot{ID: tx.ID(), Item: item.ID, Number: number, ExpiresOn: p.ExpiresOn, ReceivedOn: p.ReceivedOn, SupplierLot: strings.TrimSpace(p.SupplierLot), Partner: p.Partner, CreatedMS: tx.NowMS()}
	if want.ReceivedOn == "" {
		want.ReceivedOn = tx.Today()
	}
	if want.ExpiresOn == "" {
		want.ExpiresOn = OpenEnd
	}
	for _, d := range []string{want.ExpiresOn, want.ReceivedOn} {
		if _, err := time.Parse(time.DateOnly, d); err != nil {
			return want, fault.Invalid("inventory.date_bad", "%q is not a date", d).With("date", d)
		}
	}
	if p.UnitCost > 0 {
		want.UnitCost = &p.UnitCost
	}
	if number == "" && item.Tracking == "lot" {
		n, err := tx.Number("lot")
		if err != nil {
			return want, err
		}
		want.Number = n
		return want, makeLot(ctx, tx, doc, p, item, want)
	}
	if number == "" {
		return nameless(ctx, tx, want, item, from)
	}
	if len(number) > 100 {
		return want, fault.Invalid("inventory.lot_long", "a lot number has at most 100 characters")
	}
	old, ok, err := db.Get[Lot](ctx, tx, `SELECT `+lotColumns+` FROM inv_lot WHERE item_id = $1 AND number = $2 AND number <> '' AND `+unpublished+` ORDER BY part LIMIT 1`, item.ID, number)
	if err != nil {
		return want, err
	}
	if !ok {
		return want, makeLot(ctx, tx, doc, p, item, want)
	}
	if p.ExpiresOn != "" && p.ExpiresOn != old.ExpiresOn {
		return want, fault.Conflict("inventory.lot_expiry_differs", "lot %s of %s expires on %s; goods that expire on %s need another lot number", number, item.Code, old.ExpiresOn, p.ExpiresOn).
			With("lot", number).With("item", item.Code).With("expires_on", old.ExpiresOn).With("given", p.ExpiresOn)
	}
	return old, nil
}

func makeLot(ctx context.Context, tx *db.Tx, doc Doc, p *Put, item masterdata.Item, l Lot) error {
	told := LotTold{Item: item.Code, Lot: l.Number, Qty: p.Qty, SupplierLot: l.SupplierLot, DocKind: doc.Kind, DocNumber: doc.Number}
	if l.ExpiresOn != OpenEnd {
		told.ExpiresOn = l.ExpiresOn
	}
	tx.Emit(db.Event{Name: EventLotMade, Subject: "lot:" + item.Code + "|" + l.Number, Site: doc.Site, Partner: l.Partner, HappenedMS: doc.HappenedMS, Reason: doc.Reason, Payload: told})
	return db.Insert(ctx, tx, "inv_lot", l)
}

// nameless goods keep their expiry, receipt and cost in a lot without a number; what has none of these, and may lie
// in a heap, needs no lot at all.
func nameless(ctx context.Context, tx *db.Tx, want Lot, item masterdata.Item, from Place) (Lot, error) {
	if want.ExpiresOn == OpenEnd && want.UnitCost == nil && from.Kind != Supplier && item.Tracking != "serial" {
		return Lot{Item: item.ID, ExpiresOn: OpenEnd, ReceivedOn: OpenEnd}, nil
	}
	old, ok, err := db.Get[Lot](ctx, tx, `SELECT `+lotColumns+` FROM inv_lot WHERE item_id = $1 AND number = '' AND expires_on = $2 AND received_on = $3 AND unit_cost IS NOT DISTINCT FROM CAST($4 AS BIGINT) AND partner_id = $5 AND supplier_lot = $6 AND `+unpublished+` ORDER BY id LIMIT 1`,
		item.ID, want.ExpiresOn, want.ReceivedOn, want.UnitCost, want.Partner, want.SupplierLot)
	if err != nil || ok {
		return old, err
	}
	return want, db.Insert(ctx, tx, "inv_lot", want)
}
