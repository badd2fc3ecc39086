package sales

import (
	"context"
	"fmt"
	"slices"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// SplitOrder takes quantities out of lines: part now, part later.
type SplitOrder struct {
	Lines    []SplitLine `json:"lines" minItems:"1" maxItems:"1000"`
	NewOrder bool        `json:"new_order,omitempty" doc:"The parts make an order of their own; else they become further lines of this one"`
	Number   string      `json:"number,omitempty" maxLength:"40" doc:"Of the new order; empty: the next number of the series"`
	Reason   string      `json:"reason,omitempty" maxLength:"500"`
}

// SplitLine is the part of a line that is taken out.
type SplitLine struct {
	Line int64   `json:"line" minimum:"1"`
	Qty  num.Dec `json:"qty" doc:"The whole line may only go to a new order"`
	UoM  string  `json:"uom,omitempty" maxLength:"100" doc:"Unit of qty, one of the item's; empty: its own"`
	Due  string  `json:"due,omitempty" doc:"Of the part; empty: as the line"`
}

// SplitPart is a part that was taken out, in the item's own unit, and as it was entered.
type SplitPart struct {
	SplitLine
	masterdata.Entered
}

// SplitEvent is the payload of sales.split, told of the order that was split and of the new one.
type SplitEvent struct {
	Number string      `json:"number"`
	Into   string      `json:"into"`
	Lines  []SplitPart `json:"lines"`
	New    []int64     `json:"new" doc:"Line numbers of the parts"`
}

// Split takes parts of lines out. Promised lots and work orders stay with the first part as far as it needs them and
// go with the second beyond that.
func (m *Module) Split(ctx context.Context, tx *db.Tx, number string, in SplitOrder) (Created, error) {
	o, err := orderByNumber(ctx, tx, number)
	if err != nil {
		return Created{}, err
	}
	if o.Cancelled > 0 {
		return Created{}, fault.Conflict("sales.cancelled", "order %s is cancelled", number).With("number", number)
	}
	lines, err := linesOf(ctx, tx, o.ID)
	if err != nil {
		return Created{}, err
	}
	work, err := openWork(ctx, tx, idsOf(lines))
	if err != nil {
		return Created{}, err
	}
	to, next := o, int64(0)
	if in.NewOrder {
		row := orderRow{ID: tx.ID(), Site: o.Site, Number: in.Number, Customer: o.Customer, Channel: o.Channel, Note: o.Note, ShipTo: o.ShipTo, Ordered: tx.NowMS(), Key: key(tx)}
		if row.Number, err = m.freeNumber(ctx, tx, in.Number); err != nil {
			return Created{}, err
		}
		if err := db.Insert(ctx, tx, "so_order", row); err != nil {
			return Created{}, err
		}
		tx.Queue(`UPDATE so_order SET split_from = $1 WHERE id = $2`, o.ID, row.ID)
		to.ID, to.Number = row.ID, row.Number
	} else if next, err = lastLine(ctx, tx, o.ID); err != nil {
		return Created{}, err
	}
	tell := SplitEvent{Number: number, Into: to.Number}
	left := len(lines)
	seen := map[int64]bool{}
	for at, s := range in.Lines {
		i := slices.IndexFunc(lines, func(l line) bool { return l.Line == s.Line })
		if i < 0 {
			return Created{}, fault.NotFound("sales.line_unknown", "order %s has no line %d", number, s.Line).With("number", number).With("line", s.Line)
		}
		l := lines[i]
		item, err := masterdata.ItemByID(ctx, tx, l.Item)
		if err != nil {
			return Created{}, err
		}
		var said masterdata.Entered
		if s.Qty, said, err = masterdata.InOwn(ctx, tx, item, fmt.Sprintf("lines[%d].qty", at), s.Qty, s.UoM); err != nil {
			return Created{}, err
		}
		s.UoM = ""
		tell.Lines = append(tell.Lines, SplitPart{s, said})
		whole := s.Qty == l.Qty && l.Shipped == 0
		switch {
		case seen[s.Line]:
			return Created{}, fault.Invalid("sales.line_twice", "line %d appears twice", s.Line).With("line", s.Line)
		case l.Closed > 0:
			return Created{}, fault.Conflict("sales.line_closed", "line %d is closed", s.Line).With("number", number).With("line", s.Line)
		case s.Qty <= 0:
			return Created{}, fault.Invalid("sales.qty_not_positive", "quantity must be above zero").With("line", s.Line)
		case !s.Qty.Fits(item.Decimals):
			return Created{}, fault.Invalid("sales.decimals", "quantity of %s has at most %d decimals", item.Code, item.Decimals).With("item", item.Code).With("decimals", item.Decimals).With("qty", s.Qty)
		case s.Qty > l.Qty-l.Shipped:
			return Created{}, overShip(o, l, s.Qty)
		case s.Due != "" && !isDate(s.Due):
			return Created{}, fault.Invalid("sales.date_invalid", "%q is not a date", s.Due).With("due", s.Due).With("line", s.Line)
		case whole && !in.NewOrder:
			return Created{}, fault.Invalid("sales.split_whole", "line %d would keep nothing; take less, or make a new order of it", s.Line).With("line", s.Line)
		}
		seen[s.Line] = true
		next++
		tell.New = append(tell.New, next)
		if whole {
			if left--; left == 0 {
				return Created{}, fault.Invalid("sales.split_all", "order %s would keep no line", number).With("number", number)
			}
			if err := m.moveLine(ctx, tx, o, l, to, next, work[l.ID]); err != nil {
				return Created{}, err
			}
			if s.Due != "" {
				tx.Queue(`UPDATE so_line SET due = $1 WHERE id = $2`, s.Due, l.ID)
			}
			continue
		}
		if err := m.splitLine(ctx, tx, o, l, SplitPart{s, said}, to, next, work[l.ID]); err != nil {
			return Created{}, err
		}
	}
	tx.Emit(db.Event{Name: "sales.split", Subject: "so:" + number, Site: o.Site, Partner: o.Customer, Reason: in.Reason, Payload: tell})
	if in.NewOrder {
		tx.Emit(db.Event{Name: "sales.split", Subject: "so:" + to.Number, Site: o.Site, Partner: o.Customer, Reason: in.Reason, Payload: tell})
	}
	return Created{to.ID, to.Number}, nil
}

func (m *Module) splitLine(ctx context.Context, tx *db.Tx, o order, l line, s SplitPart, to order, no int64, work []lineWork) error {
	part := lineRow{ID: tx.ID(), Order: to.ID, Line: no, Item: l.Item, Qty: s.Qty, Due: l.Due, Priority: l.Priority, UnitPrice: l.Price, BOMVersion: l.BOMVersion, Note: l.Note, Channel: l.Channel,
		Answer: l.Answer, Use: l.Use, Supply: l.Supply, From: l.ID, Kind: l.Kind, Entered: s.Entered}
	if s.Due != "" {
		part.Due = s.Due
	}
	if err := db.Insert(ctx, tx, "so_line", part); err != nil {
		return err
	}
	left := masterdata.Entered{} // in boxes stays what was in boxes and gives boxes; else it is counted in the own unit
	if l.EnteredUoM != "" && l.EnteredUoM == s.EnteredUoM && l.EnteredQty > s.EnteredQty {
		left = masterdata.Entered{EnteredQty: l.EnteredQty - s.EnteredQty, EnteredUoM: l.EnteredUoM}
	}
	n, err := tx.Exec(ctx, `UPDATE so_line SET qty = qty - $1, entered_qty = $3, entered_uom = $4 WHERE id = $2 AND qty - $1 >= shipped AND qty - $1 > 0`, s.Qty, l.ID, left.EnteredQty, left.EnteredUoM)
	if err != nil {
		return err
	}
	if n == 0 {
		return db.ErrRetry
	}
	l.Qty -= s.Qty
	have, err := m.Inventory.Reserved(ctx, tx, "so_line", l.ID)
	if err != nil {
		return err
	}
	open := l.Qty - l.Shipped
	freed, err := m.keepPromise(ctx, tx, o, l, open)
	if err != nil {
		return err
	}
	fresh := l
	fresh.ID, fresh.Line, fresh.Qty, fresh.Shipped = part.ID, no, s.Qty, 0
	if err := m.promise(ctx, tx, to, fresh, freed); err != nil {
		return err
	}
	need := open - min(sum(have), open)
	var go_ []lineWork
	for _, w := range work { // by due date: the first part is delivered first
		if need <= 0 && w.Coming > 0 {
			go_ = append(go_, w)
		}
		need -= w.Coming
	}
	return m.handOver(ctx, tx, "split", go_, part.ID, to.Number)
}

// moveLine brings a whole line, with its lots and its work orders, to another order.
func (m *Module) moveLine(ctx context.Context, tx *db.Tx, o order, l line, to order, no int64, work []lineWork) error {
	have, err := m.Inventory.Reserved(ctx, tx, "so_line", l.ID)
	if err != nil {
		return err
	}
	if len(have) > 0 {
		if err := m.Inventory.Unreserve(ctx, tx, "so_line", l.ID); err != nil {
			return err
		}
	}
	n, err := tx.Exec(ctx, `UPDATE so_line SET order_id = $1, line = $2 WHERE id = $3 AND order_id = $4 AND shipped = 0`, to.ID, no, l.ID, o.ID)
	if err != nil {
		return err
	}
	if n == 0 {
		return db.ErrRetry
	}
	tx.Queue(`UPDATE so_pick_line SET order_id = $1 WHERE line_id = $2`, to.ID, l.ID)
	l.Line = no
	if err := m.promise(ctx, tx, to, l, have); err != nil {
		return err
	}
	own := slices.DeleteFunc(slices.Clone(work), func(w lineWork) bool { return w.Peg != 0 }) // a share names the line, not the order
	return m.handOver(ctx, tx, "moved", own, l.ID, to.Number)
}

// MergeOrders puts open orders of one customer together.
type MergeOrders struct {
	Into   string   `json:"into" minLength:"1" doc:"The order that takes the lines"`
	Orders []string `json:"orders" minItems:"1" maxItems:"100" doc:"The orders that end by it"`
	Reason string   `json:"reason,omitempty" maxLength:"500"`
}

// MergedEvent is the payload of sales.merged, told of each order.
type MergedEvent struct {
	Into   string   `json:"into"`
	Orders []string `json:"orders"`
	Lines  int      `json:"lines"`
}

// Merge moves all lines of orders from which nothing has left into one.
func (m *Module) Merge(ctx context.Context, tx *db.Tx, in MergeOrders) (Created, error) {
	into, err := orderByNumber(ctx, tx, in.Into)
	if err != nil {
		return Created{}, err
	}
	if into.Cancelled > 0 {
		return Created{}, fault.Conflict("sales.cancelled", "order %s is cancelled", into.Number).With("number", into.Number)
	}
	next, err := lastLine(ctx, tx, into.ID)
	if err != nil {
		return Created{}, err
	}
	tell := MergedEvent{Into: into.Number, Orders: in.Orders}
	for i, number := range in.Orders {
		o, err := orderByNumber(ctx, tx, number)
		if err != nil {
			return Created{}, err
		}
		shipped, err := db.One[int64](ctx, tx, `SELECT count(*) FROM so_shipment WHERE order_id = $1 AND reversed_ms = 0`, o.ID)
		if err != nil {
			return Created{}, err
		}
		switch {
		case o.ID == into.ID || slices.Index(in.Orders, number) != i:
			return Created{}, fault.Invalid("sales.merge_self", "order %s is named twice", number).With("number", number)
		case o.Cancelled > 0:
			return Created{}, fault.Conflict("sales.cancelled", "order %s is cancelled", number).With("number", number)
		case o.Customer != into.Customer || o.Site != into.Site:
			return Created{}, fault.Conflict("sales.merge_customer", "orders %s and %s are not of one customer and site", into.Number, number).With("into", into.Number).With("number", number)
		case shipped > 0:
			return Created{}, fault.Conflict("sales.merge_shipped", "order %s has shipments, so it stays an order of its own", number).With("number", number)
		case o.ShipTo != into.ShipTo:
			return Created{}, fault.Conflict("sales.merge_ship_to", "orders %s and %s go to different addresses", into.Number, number).With("into", into.Number).With("number", number)
		}
		lines, err := linesOf(ctx, tx, o.ID)
		if err != nil {
			return Created{}, err
		}
		work, err := openWork(ctx, tx, idsOf(lines))
		if err != nil {
			return Created{}, err
		}
		for _, l := range lines {
			next++
			tell.Lines++
			if err := m.moveLine(ctx, tx, o, l, into, next, work[l.ID]); err != nil {
				return Created{}, err
			}
		}
		tx.Queue(`UPDATE so_order SET cancelled_ms = $1, merged_into = $2 WHERE id = $3`, tx.NowMS(), into.ID, o.ID)
		tx.Queue(`UPDATE so_link SET revoked_ms = $1 WHERE order_id = $2 AND revoked_ms = 0`, tx.NowMS(), o.ID)
	}
	for _, number := range append([]string{into.Number}, in.Orders...) {
		tx.Emit(db.Event{Name: "sales.merged", Subject: "so:" + number, Site: into.Site, Partner: into.Customer, Reason: in.Reason, Payload: tell})
	}
	return Created{into.ID, into.Number}, nil
}
