package purchasing

import (
	"context"
	"strings"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/masterdata"
)

// Undo says why something is taken back.
type Undo struct {
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

// UndoReceipt takes a goods receipt back by its mirror, as long as nothing of it has gone on.
func (m *Module) UndoReceipt(ctx context.Context, tx *db.Tx, number string, in Undo) (Created, error) {
	r, err := receiptByNumber(ctx, tx, number)
	if err != nil {
		return Created{}, err
	}
	if in.Reason = strings.TrimSpace(in.Reason); in.Reason == "" {
		return Created{}, fault.Invalid("purchasing.reason_missing", "undoing needs a reason")
	}
	if _, undone, err := db.Get[db.ID](ctx, tx, `SELECT id FROM po_receipt WHERE reverses = $1 AND reverses <> 0`, r.ID); err != nil || undone || r.Reverses != 0 {
		if err == nil {
			err = fault.Conflict("purchasing.undone", "%s is undone already", number).With("number", number)
		}
		return Created{}, err
	}
	if err := m.Quality.Cancel(ctx, tx, "po_receipt", r.ID, in.Reason); err != nil {
		return Created{}, err
	}
	t := &target{supplier: r.Supplier}
	if t.item, err = masterdata.ItemByID(ctx, tx, r.Item); err != nil {
		return Created{}, err
	}
	if r.Order != 0 {
		if t.order, err = db.One[orderRow](ctx, tx, `SELECT `+orderColumns+` FROM po_order o WHERE o.id = $1`, r.Order); err != nil {
			return Created{}, err
		}
		if t.line, err = db.One[lineRow](ctx, tx, `SELECT `+lineColumns+` FROM po_line l WHERE l.id = $1`, r.Line); err != nil {
			return Created{}, err
		}
		n, err := tx.Exec(ctx, `UPDATE po_line SET received = received - $1 WHERE id = $2 AND received - $1 >= 0`, r.Qty, r.Line)
		if err != nil {
			return Created{}, err
		}
		if n == 0 {
			return Created{}, db.ErrRetry
		}
	}
	loc, err := masterdata.LocationByID(ctx, tx, r.Location)
	if err != nil {
		return Created{}, err
	}
	back := r
	back.ID, back.Reverses, back.Reason = tx.ID(), r.ID, in.Reason
	if back.stamp, err = stamped(ctx, tx, "po_receipt", 0); err != nil {
		return Created{}, err
	}
	if back.Number, err = tx.Number("gr"); err != nil {
		return Created{}, err
	}
	doc := inventory.Doc{Kind: "po_receipt", ID: back.ID, Number: back.Number, Line: t.line.Line, Order: r.Line, Site: r.Site, HappenedMS: back.Happened, Reason: in.Reason}
	if err := m.Inventory.Reverse(ctx, tx, doc, "po_receipt", r.ID); err != nil {
		return Created{}, err
	}
	if err := db.Insert(ctx, tx, "po_receipt", back); err != nil {
		return Created{}, err
	}
	tx.Emit(db.Event{Name: EventUndone, Subject: subject(t, r.Number), Site: r.Site, Partner: r.Supplier, Reason: in.Reason,
		Payload: told(&back, t, loc.Code, t.line.Received, t.line.Received-r.Qty, nil, r.Number)})
	return Created{back.ID, back.Number}, nil
}

func receiptByNumber(ctx context.Context, q db.Querier, number string) (receiptRow, error) {
	number = strings.TrimSpace(number)
	r, ok, err := db.Get[receiptRow](ctx, q, `SELECT `+receiptColumns+` FROM po_receipt WHERE number = $1`, number)
	if a := actor.From(ctx); err == nil && (!ok || !a.SeesSite(int64(r.Site)) || !a.SeesPartner(int64(r.Supplier))) {
		err = fault.NotFound("purchasing.receipt_unknown", "there is no goods receipt %s", number).With("number", number)
	}
	return r, err
}

// UndoSend takes a sending to a subcontractor back, as long as nothing of it was used there.
func (m *Module) UndoSend(ctx context.Context, tx *db.Tx, number string, in Undo) (Created, error) {
	number = strings.TrimSpace(number)
	s, ok, err := db.Get[sendRow](ctx, tx, `SELECT `+sendColumns+` FROM po_send WHERE number = $1`, number)
	if err != nil {
		return Created{}, err
	}
	if !ok || !actor.From(ctx).SeesSite(int64(s.Site)) {
		return Created{}, fault.NotFound("purchasing.send_unknown", "there is no sending %s", number).With("number", number)
	}
	if in.Reason = strings.TrimSpace(in.Reason); in.Reason == "" {
		return Created{}, fault.Invalid("purchasing.reason_missing", "undoing needs a reason")
	}
	if _, undone, err := db.Get[db.ID](ctx, tx, `SELECT id FROM po_send WHERE reverses = $1 AND reverses <> 0`, s.ID); err != nil || undone || s.Reverses != 0 {
		if err == nil {
			err = fault.Conflict("purchasing.undone", "%s is undone already", number).With("number", number)
		}
		return Created{}, err
	}
	o, err := db.One[orderRow](ctx, tx, `SELECT `+orderColumns+` FROM po_order o WHERE o.id = $1`, s.Order)
	if err != nil {
		return Created{}, err
	}
	l, err := db.One[lineRow](ctx, tx, `SELECT `+lineColumns+` FROM po_line l WHERE l.id = $1`, s.Line)
	if err != nil {
		return Created{}, err
	}
	back := s
	back.ID, back.Reverses, back.Reason = tx.ID(), s.ID, in.Reason
	if back.stamp, err = stamped(ctx, tx, "po_send", 0); err != nil {
		return Created{}, err
	}
	if back.Number, err = tx.Number("send"); err != nil {
		return Created{}, err
	}
	doc := inventory.Doc{Kind: "po_send", ID: back.ID, Number: back.Number, Line: l.Line, Order: s.Line, Site: s.Site, HappenedMS: back.Happened, Reason: in.Reason}
	if err := m.Inventory.Reverse(ctx, tx, doc, "po_send", s.ID); err != nil {
		return Created{}, err
	}
	if err := db.Insert(ctx, tx, "po_send", back); err != nil {
		return Created{}, err
	}
	tx.Emit(db.Event{Name: EventSendBack, Subject: "po:" + o.Number, Site: o.Site, Partner: o.Supplier, Reason: in.Reason, Payload: SendTold{back.ID, back.Number, o.Number, l.Line, o.Supplier, s.Back, nil, s.Number, masterdata.Entered{}}})
	return Created{back.ID, back.Number}, nil
}
