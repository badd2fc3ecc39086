package sales

import (
	"context"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/production"
)

// Allocated says which lots are now promised to an order.
type Allocated struct {
	Order string         `json:"order"`
	Picks []AllocatedLot `json:"picks"`
	Short []ShortLine    `json:"short" doc:"What stock could not cover"`
	Soft  []SoftLine     `json:"soft,omitempty" doc:"Lines due too far ahead to hold stock: promised softly"`
}

// SoftLine is a line that holds no stock yet.
type SoftLine struct {
	Line int64   `json:"line"`
	Item string  `json:"item"`
	Qty  num.Dec `json:"qty"`
	From string  `json:"from" doc:"The day on which its lots are reserved"`
}

// AllocatedLot is a quantity of one lot promised to a line.
type AllocatedLot struct {
	Line      int64    `json:"line"`
	Item      string   `json:"item"`
	Lot       string   `json:"lot"`
	ExpiresOn string   `json:"expires_on"`
	Qty       num.Dec  `json:"qty"`
	Serials   []string `json:"serials,omitempty"`
}

// ShortLine is what a line still misses.
type ShortLine struct {
	Line int64   `json:"line"`
	Item string  `json:"item"`
	Qty  num.Dec `json:"qty"`
}

// Allocate promises stock to the lines of an order, first expiry first; what is missing stays open. A line that is due
// after the window of inventory.reserve_days holds nothing yet: the daily job promises it its lots when it is near.
func (m *Module) Allocate(ctx context.Context, tx *db.Tx, number string) (Allocated, error) {
	o, err := orderByNumber(ctx, tx, number)
	if err != nil {
		return Allocated{}, err
	}
	if o.Cancelled > 0 {
		return Allocated{}, fault.Conflict("sales.cancelled", "order %s is cancelled", number).With("number", number)
	}
	lines, err := linesOf(ctx, tx, o.ID)
	if err != nil {
		return Allocated{}, err
	}
	last, days, err := m.Inventory.ReserveWindow(ctx, tx)
	if err != nil {
		return Allocated{}, err
	}
	out := Allocated{Order: number, Picks: []AllocatedLot{}, Short: []ShortLine{}}
	for _, l := range lines {
		if l.Closed > 0 || l.Supply == "make" { // what is made for a line is promised to it when it is received
			continue
		}
		item, err := masterdata.ItemByID(ctx, tx, l.Item)
		if err != nil {
			return out, err
		}
		if l.Due > last {
			need, err := m.unpromised(ctx, tx, l)
			if err != nil {
				return out, err
			}
			if need > 0 {
				setSoft(tx, l, true)
				out.Soft = append(out.Soft, SoftLine{l.Line, item.Code, need, inventory.ReserveFrom(l.Due, days)})
			}
			continue
		}
		picks, short, err := m.allocateLine(ctx, tx, o, l, l.Qty)
		if err != nil {
			return out, err
		}
		for _, p := range picks {
			out.Picks = append(out.Picks, AllocatedLot{l.Line, item.Code, p.LotNumber, p.ExpiresOn, p.Qty, p.Serials})
		}
		if short > 0 {
			out.Short = append(out.Short, ShortLine{l.Line, item.Code, short})
		} else {
			setSoft(tx, l, false)
		}
	}
	tellAllocated(tx, o, "", out)
	return out, nil
}

// tellAllocated writes on the time line of an order what came of looking for its lots: some are promised, none are free, or it is
// too early to hold any.
func tellAllocated(tx *db.Tx, o order, reason string, got Allocated) {
	name := "sales.allocated"
	switch {
	case len(got.Picks) > 0:
	case len(got.Short) > 0:
		name = "sales.allocation_none"
	case len(got.Soft) > 0:
		name = "sales.allocation_soft"
	default: // every line has its lots already
		return
	}
	tx.Emit(db.Event{Name: name, Subject: "so:" + o.Number, Site: o.Site, Partner: o.Customer, Reason: reason, Payload: got})
}

// allocateLine reserves up to want for the line, never more than it still needs, and says what is missing.
func (m *Module) allocateLine(ctx context.Context, tx *db.Tx, o order, l line, want num.Dec) ([]inventory.Picked, num.Dec, error) {
	need, err := m.unpromised(ctx, tx, l)
	if need = min(need, want); err != nil || need <= 0 {
		return nil, 0, err
	}
	free, _, _, err := m.Inventory.OnHand(ctx, tx, o.Site, l.Item)
	if err != nil {
		return nil, 0, err
	}
	take := min(need, max(free, 0))
	if take == 0 {
		return nil, need, nil
	}
	picks, err := m.Inventory.Reserve(ctx, tx, inventory.Doc{Kind: "so_line", ID: l.ID, Number: o.Number, Line: l.Line, Site: o.Site}, inventory.Take{Item: l.Item, Qty: take})
	return picks, need - take, err
}

// unpromised is what a line needs beyond what it holds; never below zero.
func (m *Module) unpromised(ctx context.Context, q db.Querier, l line) (num.Dec, error) {
	have, err := m.Inventory.Reserved(ctx, q, "so_line", l.ID)
	need := l.Qty - l.Shipped
	for _, r := range have {
		need -= r.Qty
	}
	return max(need, 0), err
}

// setSoft notes that a line waits for its lots, or that it has them.
func setSoft(tx *db.Tx, l line, soft bool) {
	if soft && l.Soft == 0 {
		tx.Queue(`UPDATE so_line SET soft_ms = $1 WHERE id = $2 AND soft_ms = 0`, tx.NowMS(), l.ID)
	} else if !soft && l.Soft > 0 {
		tx.Queue(`UPDATE so_line SET soft_ms = 0 WHERE id = $1`, l.ID)
	}
}

// Deallocate gives all promised lots of an order back to everybody.
func (m *Module) Deallocate(ctx context.Context, tx *db.Tx, number string) (Created, error) {
	o, err := orderByNumber(ctx, tx, number)
	if err != nil {
		return Created{}, err
	}
	lines, err := linesOf(ctx, tx, o.ID)
	if err != nil {
		return Created{}, err
	}
	for _, l := range lines {
		if err := m.Inventory.Unreserve(ctx, tx, "so_line", l.ID); err != nil {
			return Created{}, err
		}
		setSoft(tx, l, false)
	}
	tx.Emit(db.Event{Name: "sales.deallocated", Subject: "so:" + number, Site: o.Site, Partner: o.Customer, Payload: map[string]string{"number": number}})
	return Created{o.ID, number}, nil
}

// Received is plugged into production: what a work order finished for sales lines is promised to them at once; one that
// is made for several serves them in their order.
func (m *Module) Received(ctx context.Context, tx *db.Tx, r production.Received) error {
	type share struct {
		Line   db.ID   `db:"line_id"`
		Qty    num.Dec `db:"qty"`
		Before num.Dec `db:"before"`
	}
	shares := []share{{Line: r.SalesLine, Qty: r.Qty}}
	var was num.Dec // received before
	if r.SalesLine == 0 {
		var err error
		if shares, err = db.All[share](ctx, tx, `SELECT line_id, qty, CAST(sum(qty) OVER (ORDER BY rank, id) - qty AS BIGINT) AS before FROM so_peg WHERE order_id = $1 ORDER BY rank, id`, r.OrderID); err != nil || len(shares) == 0 {
			return err
		}
		now, err := db.One[num.Dec](ctx, tx, `SELECT received FROM v_work_order WHERE id = $1`, r.OrderID)
		if err != nil {
			return err
		}
		was = now - r.Qty
	}
	for _, s := range shares {
		part := min(s.Before+s.Qty, was+r.Qty) - max(s.Before, was)
		if s.Line == 0 || part <= 0 {
			continue
		}
		if err := m.receivedFor(ctx, tx, s.Line, part, r); err != nil {
			return err
		}
	}
	return nil
}

func (m *Module) receivedFor(ctx context.Context, tx *db.Tx, id db.ID, qty num.Dec, r production.Received) error {
	type lineOrder struct {
		line
		Order db.ID `db:"order_id"`
	}
	l, ok, err := db.Get[lineOrder](ctx, tx, `SELECT order_id, `+lineColumns+` FROM so_line WHERE id = $1 AND cancelled_ms = 0 AND closed_ms = 0`, id)
	if err != nil || !ok || l.Item != r.ItemID {
		return err
	}
	o, err := db.One[order](ctx, tx, `SELECT `+orderColumns+` FROM so_order WHERE id = $1`, l.Order)
	if err != nil || o.Cancelled > 0 {
		return err
	}
	picks, _, err := m.allocateLine(ctx, tx, o, l.line, qty)
	if err != nil || len(picks) == 0 {
		return err
	}
	tx.Emit(db.Event{Name: "sales.allocated", Subject: "so:" + o.Number, Site: o.Site, Partner: o.Customer, Payload: Allocated{Order: o.Number, Picks: lotsOf(l.line.Line, r.Item, picks), Short: []ShortLine{}}})
	return nil
}

// urgency tells the stock room how urgent order lines are.
func urgency(ctx context.Context, q db.Querier, lines []db.ID) (map[db.ID]inventory.Urgency, error) {
	var w db.Where
	db.In(&w, "id", lines)
	out := map[db.ID]inventory.Urgency{}
	return out, db.Each(ctx, q, `SELECT id, priority, due FROM so_line`+w.String(), w.Args, func(u *inventory.Urgency) error { out[u.ID] = *u; return nil })
}
