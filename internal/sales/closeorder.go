package sales

import (
	"context"
	"slices"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// Cancel asks to cancel an order from which nothing has been shipped.
type Cancel struct {
	Reason string       `json:"reason" minLength:"1" maxLength:"500"`
	Work   []WorkAnswer `json:"work,omitempty" doc:"What becomes of each of its open work orders: stock or cancel"`
}

// Cancel releases what was allocated, does with each work order what was answered, and closes the order.
func (m *Module) Cancel(ctx context.Context, tx *db.Tx, number string, in Cancel) (Created, error) {
	e, err := m.considerCancel(ctx, tx, number)
	if err != nil {
		return Created{}, err
	}
	if err := m.settle(ctx, tx, e, in.Work, in.Reason); err != nil {
		return Created{}, err
	}
	tx.Queue(`UPDATE so_order SET cancelled_ms = $1 WHERE id = $2`, tx.NowMS(), e.order.ID)
	tx.Emit(db.Event{Name: "sales.cancelled", Subject: "so:" + number, Site: e.order.Site, Partner: e.order.Customer, Reason: in.Reason, Payload: CancelledEvent{number, in.Work}})
	return Created{e.order.ID, number}, nil
}

// CancelledEvent is the payload of sales.cancelled.
type CancelledEvent struct {
	Number string       `json:"number"`
	Work   []WorkAnswer `json:"work,omitempty"`
}

func (m *Module) considerCancel(ctx context.Context, q db.Querier, number string) (*edit, error) {
	e, err := m.consider(ctx, q, number, ChangeOrder{})
	if err != nil {
		return nil, err
	}
	if len(e.out.Shipments) > 0 {
		return nil, fault.Conflict("sales.has_shipments", "order %s has shipments", number).With("number", number)
	}
	lines, err := linesOf(ctx, q, e.order.ID)
	if err != nil {
		return nil, err
	}
	var in ChangeOrder
	for _, l := range lines {
		if l.Closed == 0 {
			in.Lines = append(in.Lines, ChangeLine{Line: l.Line, Cancel: true})
		}
	}
	return e, m.considerLines(ctx, q, e, in)
}

// PreviewCancel shows what cancelling the order would do.
func (m *Module) PreviewCancel(ctx context.Context, q db.Querier, number string) (Consequences, error) {
	e, err := m.considerCancel(ctx, q, number)
	if err != nil {
		return Consequences{}, err
	}
	return e.out, nil
}

// CloseLines closes lines for good though less than ordered was shipped.
type CloseLines struct {
	Lines  []int64      `json:"lines,omitempty" doc:"Empty: all that are open"`
	Reason string       `json:"reason" minLength:"1" maxLength:"500"`
	Work   []WorkAnswer `json:"work,omitempty" doc:"What becomes of each open work order: stock or cancel"`
}

// ClosedEvent is the payload of sales.lines_closed and sales.lines_reopened.
type ClosedEvent struct {
	Number string       `json:"number"`
	Lines  []int64      `json:"lines"`
	Work   []WorkAnswer `json:"work,omitempty"`
}

// Close ends the delivery of lines that will stay short: what is promised becomes free, the rest is not owed any more.
func (m *Module) Close(ctx context.Context, tx *db.Tx, number string, in CloseLines) (Created, error) {
	if strings.TrimSpace(in.Reason) == "" {
		return Created{}, fault.Invalid("sales.reason_missing", "a reason is required")
	}
	e, err := m.consider(ctx, tx, number, ChangeOrder{})
	if err != nil {
		return Created{}, err
	}
	o := e.order
	lines, err := m.chosen(ctx, tx, o, in.Lines, func(l line) bool { return l.Closed == 0 && l.Shipped < l.Qty })
	if err != nil {
		return Created{}, err
	}
	work, err := openWork(ctx, tx, idsOf(lines))
	if err != nil {
		return Created{}, err
	}
	var numbers []int64
	for _, l := range lines {
		c := lineEdit{line: l, work: work[l.ID], cancel: true} // as far as promises and work orders go, the rest is cancelled
		e.out.Work = append(e.out.Work, m.affected(&c, inWork(c.work), true)...)
		e.lines = append(e.lines, c)
		numbers = append(numbers, l.Line)
	}
	if err := m.settle(ctx, tx, e, in.Work, in.Reason); err != nil {
		return Created{}, err
	}
	for _, l := range lines {
		tx.Queue(`UPDATE so_line SET closed_ms = $1, close_reason = $2 WHERE id = $3`, tx.NowMS(), in.Reason, l.ID)
	}
	tx.Emit(db.Event{Name: "sales.lines_closed", Subject: "so:" + number, Site: o.Site, Partner: o.Customer, Reason: in.Reason, Payload: ClosedEvent{number, numbers, in.Work}})
	return Created{o.ID, number}, nil
}

// Reopen takes the closing of lines back: the rest is owed again.
func (m *Module) Reopen(ctx context.Context, tx *db.Tx, number string, in CloseLines) (Created, error) {
	o, err := orderByNumber(ctx, tx, number)
	if err != nil {
		return Created{}, err
	}
	if o.Cancelled > 0 {
		return Created{}, fault.Conflict("sales.cancelled", "order %s is cancelled", number).With("number", number)
	}
	lines, err := m.chosen(ctx, tx, o, in.Lines, func(l line) bool { return l.Closed > 0 })
	if err != nil {
		return Created{}, err
	}
	var numbers []int64
	for _, l := range lines {
		tx.Queue(`UPDATE so_line SET closed_ms = 0, close_reason = '' WHERE id = $1`, l.ID)
		numbers = append(numbers, l.Line)
	}
	tx.Emit(db.Event{Name: "sales.lines_reopened", Subject: "so:" + number, Site: o.Site, Partner: o.Customer, Reason: in.Reason, Payload: ClosedEvent{number, numbers, nil}})
	return Created{o.ID, number}, nil
}

// chosen are the named lines of an order that fit; none named: all that fit. A named one that does not fit is refused.
func (m *Module) chosen(ctx context.Context, q db.Querier, o order, named []int64, fits func(line) bool) ([]line, error) {
	all, err := linesOf(ctx, q, o.ID)
	if err != nil {
		return nil, err
	}
	var out []line
	for _, l := range all {
		if fits(l) && (len(named) == 0 || slices.Contains(named, l.Line)) {
			out = append(out, l)
		}
	}
	for _, n := range named {
		if !slices.ContainsFunc(out, func(l line) bool { return l.Line == n }) {
			if !slices.ContainsFunc(all, func(l line) bool { return l.Line == n }) {
				return nil, fault.NotFound("sales.line_unknown", "order %s has no line %d", o.Number, n).With("number", o.Number).With("line", n)
			}
			return nil, fault.Conflict("sales.line_state", "line %d of %s is not in a state for this", n, o.Number).With("number", o.Number).With("line", n)
		}
	}
	if len(out) == 0 {
		return nil, fault.Conflict("sales.no_such_lines", "order %s has no line for this", o.Number).With("number", o.Number)
	}
	return out, nil
}
