package production

import (
	"context"
	"fmt"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// End cancels an order that has not begun, or closes one: finished, short or failed.
type End struct {
	Order     string     `json:"order" minLength:"1" maxLength:"64"`
	Reason    string     `json:"reason" minLength:"1" maxLength:"500"`
	Failed    bool       `json:"failed,omitempty" doc:"The order came to nothing; only for closing"`
	Leftovers []Leftover `json:"leftovers,omitempty" maxItems:"500" doc:"What happens with material that is still at the order, lot by lot"`
	Rest      string     `json:"rest,omitempty" enum:"return,scrap" doc:"What happens with the left-overs that are not named; without it each must be named"`
}

// Leftover says what happens with one lot that is still at the order.
type Leftover struct {
	Item     string  `json:"item" minLength:"1" maxLength:"64"`
	Lot      string  `json:"lot,omitempty" maxLength:"64"`
	Qty      num.Dec `json:"qty,omitempty" doc:"0 = all of it"`
	Act      string  `json:"act" enum:"return,scrap"`
	Location string  `json:"location,omitempty" maxLength:"64" doc:"Where it goes back to; empty = where it came from"`
}

// Ended is an order that was cancelled or closed.
type Ended struct {
	Order      string          `json:"order"`
	Status     string          `json:"status"`
	Reason     string          `json:"reason"`
	Qty        num.Dec         `json:"qty"`
	Received   num.Dec         `json:"received"`
	Kind       string          `json:"kind,omitempty" doc:"Empty = in full, short, failed"`
	Leftovers  []LeftoverDone  `json:"leftovers,omitempty"`
	WrittenOff []VarianceEvent `json:"written_off,omitempty" doc:"Material that the order owed and that will not be drawn any more"`
	Missing    []MissingOutput `json:"missing_outputs,omitempty" doc:"Co- and by-products that the good pieces should have brought and that never came: a variance of the order"`
}

// LeftoverDone is what became of a left-over.
type LeftoverDone struct {
	Item     string  `json:"item" db:"item"`
	Name     string  `json:"name,omitempty" db:"name"`
	Lot      string  `json:"lot,omitempty" db:"lot"`
	Qty      num.Dec `json:"qty" db:"qty"`
	UoM      string  `json:"uom,omitempty" db:"uom"`
	Act      string  `json:"act" db:"act"`
	Location string  `json:"location,omitempty" db:"location"`
}

// AtOrder is material that lies at an order: issued and not used.
type AtOrder struct {
	Item     string  `json:"item" db:"code"`
	Name     string  `json:"name" db:"name"`
	UoM      string  `json:"uom" db:"uom"`
	Lot      string  `json:"lot" db:"lot"`
	Qty      num.Dec `json:"qty" db:"qty"`
	Location string  `json:"location" db:"location" doc:"Where it came from"`
	ItemID   db.ID   `json:"-" db:"item_id"`
	From     db.ID   `json:"-" db:"loc"`
}

// atOrder lists what lies at an order, lot by lot, and where it came from.
func (m *Module) atOrder(ctx context.Context, q db.Querier, order db.ID) ([]AtOrder, error) {
	return db.All[AtOrder](ctx, q, `SELECT x.item_id, i.code, i.name, i.uom, x.lot, x.qty, x.loc, coalesce(w.code, '') AS location FROM (
		SELECT v.item_id, coalesce(l.number, '') AS lot, coalesce(max(l.expires_on), '9999-12-31') AS expires, coalesce(max(l.received_on), '9999-12-31') AS received, coalesce(max(CASE WHEN v.to_kind = 'wip' AND v.from_kind = 'stock' THEN v.from_ref END), 0) AS loc,
		       CAST(sum(CASE WHEN v.to_kind = 'wip' AND v.to_ref = $1 THEN v.qty ELSE 0 END - CASE WHEN v.from_kind = 'wip' AND v.from_ref = $1 THEN v.qty ELSE 0 END) AS BIGINT) AS qty
		FROM v_move v LEFT JOIN v_lot l ON l.id = v.lot_id
		WHERE v.order_id = $1 AND (v.to_kind = 'wip' OR v.from_kind = 'wip') GROUP BY v.item_id, coalesce(l.number, '')) x
		JOIN v_item i ON i.id = x.item_id LEFT JOIN v_location w ON w.id = x.loc WHERE x.qty > 0 ORDER BY i.code, x.expires, x.received, x.lot`, order)
}

// HasMaterial says that material lies at an order: ending it asks where that goes.
func (m *Module) HasMaterial(ctx context.Context, q db.Querier, number string) (bool, error) {
	o, err := orderByNumber(ctx, q, number)
	if err != nil {
		return false, err
	}
	left, err := m.atOrder(ctx, q, o.ID)
	return len(left) > 0, err
}

type endRow struct {
	orderHead
	Received num.Dec `db:"received"`
	Good     num.Dec `db:"good"`
}

func (m *Module) endRow(ctx context.Context, tx *db.Tx, number string) (endRow, error) {
	o, err := orderByNumber(ctx, tx, number)
	if err != nil {
		return endRow{}, err
	}
	r, err := db.One[endRow](ctx, tx, `SELECT o.id, o.number, o.site_id, o.item_id, o.qty, o.status, o.hold_ms, o.hold_reason, o.received, l.good
		FROM wo_order o JOIN wo_op l ON l.id = o.last_op_id WHERE o.id = $1`, o.ID)
	if err == nil && (r.Status == "closed" || r.Status == "cancelled") {
		err = fault.Conflict("production.closed", "%s is closed", r.Number).With("order", r.Number)
	}
	return r, err
}

// Cancel ends an order on which nothing was done.
func (m *Module) Cancel(ctx context.Context, tx *db.Tx, in End) (Ended, error) {
	r, err := m.endRow(ctx, tx, in.Order)
	if err != nil {
		return Ended{}, err
	}
	if r.Status != "planned" && r.Status != "released" {
		return Ended{}, fault.Conflict("production.has_begun", "work on %s has begun; undo its reports, or close it short", r.Number).With("order", r.Number)
	}
	return m.end(ctx, tx, r, in, "cancelled", "")
}

// Close ends an order for good: finished, short or failed. It is always possible with a reason: what is left of the
// material goes where the command says, what the order owes is drawn as far as it is there and else written off.
func (m *Module) Close(ctx context.Context, tx *db.Tx, in End) (Ended, error) {
	r, err := m.endRow(ctx, tx, in.Order)
	if err != nil {
		return Ended{}, err
	}
	if r.Status == "planned" || r.Status == "released" {
		return Ended{}, fault.Conflict("production.not_begun", "work on %s has not begun; cancel it instead", r.Number).With("order", r.Number)
	}
	kind := ""
	switch {
	case in.Failed:
		kind = "failed"
	case r.Status != "completed" || r.Received < r.Good:
		kind = "short"
	}
	return m.end(ctx, tx, r, in, "closed", kind)
}

func (m *Module) end(ctx context.Context, tx *db.Tx, r endRow, in End, status, kind string) (Ended, error) {
	out := Ended{Order: r.Number, Status: status, Reason: in.Reason, Qty: r.Qty, Received: r.Received, Kind: kind}
	owed, err := m.settleOrder(ctx, tx, r.ID, 0, in.Reason)
	if err != nil {
		return Ended{}, err
	}
	out.WrittenOff = m.writeOff(ctx, tx, owed, in.Reason)
	if out.Leftovers, err = m.clear(ctx, tx, r.orderHead, in); err != nil {
		return Ended{}, err
	}
	if out.Missing, err = m.missed(ctx, tx, r); err != nil {
		return Ended{}, err
	}
	running, err := db.All[opRun](ctx, tx, `SELECT id, op, setting_ms FROM wo_op WHERE order_id = $1 AND running_ms > 0 AND report ORDER BY op`, r.ID)
	if err != nil {
		return Ended{}, err
	}
	for _, p := range running {
		if err := m.pauseOp(ctx, tx, r.ID, p, in.Reason); err != nil {
			return Ended{}, err
		}
	}
	text, name := `UPDATE wo_order SET closed_ms = $1, end_reason = $2, end_kind = $5, hold_ms = 0, hold_reason = '' WHERE id = $3 AND status = $4`, EventClosed
	if status == "cancelled" {
		text, name = `UPDATE wo_order SET cancelled_ms = $1, end_reason = $2, end_kind = $5, hold_ms = 0, hold_reason = '' WHERE id = $3 AND status = $4`, EventCancelled
	}
	n, err := tx.Exec(ctx, text, tx.NowMS(), in.Reason, r.ID, r.Status, kind)
	if err != nil {
		return Ended{}, err
	}
	if n == 0 {
		return Ended{}, db.ErrRetry
	}
	if err := m.freeAll(ctx, tx, r.orderHead, in.Reason); err != nil {
		return Ended{}, err
	}
	tx.Queue(`UPDATE wo_op SET done_ms = $1, running_ms = 0 WHERE order_id = $2 AND done_ms = 0`, tx.NowMS(), r.ID)
	tx.Emit(db.Event{Name: name, Subject: "wo:" + r.Number, Site: r.Site, Reason: in.Reason, Payload: out})
	return out, nil
}

// clear empties the order's WIP: every left-over goes back to stock or is scrapped, as the command says.
func (m *Module) clear(ctx context.Context, tx *db.Tx, o orderHead, in End) ([]LeftoverDone, error) {
	here, err := m.atOrder(ctx, tx, o.ID)
	if err != nil {
		return nil, err
	}
	type todo struct {
		at *AtOrder
		Leftover
	}
	var plan []todo
	left := make([]num.Dec, len(here))
	for i := range here {
		left[i] = here[i].Qty
	}
	for n, l := range in.Leftovers {
		found := false
		for i := range here {
			if here[i].Item != l.Item || here[i].Lot != l.Lot {
				continue
			}
			if found = true; l.Qty == 0 {
				l.Qty = left[i]
			}
			if l.Qty < 0 || l.Qty > left[i] {
				return nil, fault.Conflict("production.not_at_order", "only %s %s of %s %s are at %s, not %s", left[i], here[i].UoM, l.Item, l.Lot, o.Number, l.Qty).
					With("have", left[i]).With("uom", here[i].UoM).With("item", l.Item).With("lot", l.Lot).With("order", o.Number).With("qty", l.Qty)
			}
			left[i] -= l.Qty
			if l.Qty > 0 {
				plan = append(plan, todo{&here[i], l})
			}
		}
		if !found {
			return nil, fault.Invalid("production.not_at_order", "nothing of %s %s is at %s", l.Item, l.Lot, o.Number).
				With("have", 0).With("uom", "").With("item", l.Item).With("lot", l.Lot).With("order", o.Number).With("qty", l.Qty).
				At(fault.Field{Where: fmt.Sprintf("body.leftovers[%d]", n), Code: "production.not_at_order", Detail: "nothing of it is at the order"})
		}
	}
	for i := range here {
		if left[i] == 0 {
			continue
		}
		if in.Rest == "" {
			return nil, fault.Conflict("production.material_left", "%s of %s are still at %s; say of each left-over whether it goes back to stock or is scrapped", left[i], here[i].Item, o.Number).
				With("qty", left[i]).With("item", here[i].Item).With("order", o.Number)
		}
		plan = append(plan, todo{&here[i], Leftover{Item: here[i].Item, Lot: here[i].Lot, Qty: left[i], Act: in.Rest}})
	}
	out := make([]LeftoverDone, 0, len(plan))
	for _, p := range plan {
		done := LeftoverDone{Item: p.at.Item, Name: p.at.Name, Lot: p.at.Lot, Qty: p.Qty, UoM: p.at.UoM, Act: p.Act}
		if p.Act == "return" {
			r, err := m.putBack(ctx, tx, o, p.at, p.Qty, p.Location)
			if err != nil {
				return nil, err
			}
			done.Location = r.Location
		} else if _, err := m.Inventory.Move(ctx, tx, inventory.Doc{Kind: "wo_issue", ID: tx.ID(), Number: o.Number, Order: o.ID, Site: o.Site, Reason: in.Reason}, inventory.Place{Kind: inventory.Scrap},
			inventory.Take{Item: p.at.ItemID, Qty: p.Qty, Lot: p.at.Lot, From: inventory.Place{Kind: inventory.WIP, Ref: o.ID}}); err != nil {
			return nil, err
		}
		tx.Queue(`INSERT INTO wo_leftover (id, order_id, item_id, lot, qty, act, location, reason, recorded_ms, actor) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			tx.ID(), o.ID, p.at.ItemID, p.at.Lot, p.Qty, p.Act, done.Location, in.Reason, tx.NowMS(), actor.From(ctx).Name)
		out = append(out, done)
	}
	return out, nil
}

// putBack returns a quantity of a lot from the order to stock and books it on the lines.
func (m *Module) putBack(ctx context.Context, tx *db.Tx, o orderHead, at *AtOrder, qty num.Dec, location string) (Returned, error) {
	loc, err := m.backTo(ctx, tx, o.Site, location, at.From)
	if err != nil {
		return Returned{}, err
	}
	id := tx.ID()
	picks, err := m.Inventory.Move(ctx, tx, inventory.Doc{Kind: "wo_issue", ID: id, Number: o.Number, Order: o.ID, Site: o.Site}, inventory.Place{Kind: inventory.Stock, Ref: loc.ID},
		inventory.Take{Item: at.ItemID, Qty: qty, Lot: at.Lot, From: inventory.Place{Kind: inventory.WIP, Ref: o.ID}})
	if err != nil {
		return Returned{}, err
	}
	if err := m.holdUnfinished(ctx, tx, o, at.ItemID, picks); err != nil {
		return Returned{}, err
	}
	out := Returned{ID: id, Order: o.Number, Item: at.Item, Name: at.Name, UoM: at.UoM, Qty: qty, Location: loc.Code}
	for _, p := range picks {
		out.Lots = append(out.Lots, Used{at.Item, p.LotNumber, p.Qty})
		out.serials = append(out.serials, p.Serials...)
	}
	lines, err := db.All[pickLine](ctx, tx, pickLineSQL, o.ID)
	if err != nil {
		return out, err
	}
	if out.Issued, err = m.bookReturn(ctx, tx, o, lines, at.ItemID, id, out.Lots, qty, "", masterdata.Entered{}); err != nil {
		return out, err
	}
	tx.Emit(db.Event{Name: EventReturned, Subject: "wo:" + o.Number, Site: o.Site, Payload: out})
	return out, nil
}
