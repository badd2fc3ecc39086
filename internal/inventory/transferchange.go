package inventory

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// ChangeTransferLine gives what was not sent yet of a line another quantity or other days. The quantity that was sent
// already, or zero when nothing was, ends the line.
type ChangeTransferLine struct {
	Qty    *num.Dec `json:"qty,omitempty" doc:"New quantity; no less than was sent; zero, or what was sent: nothing more is sent"`
	ShipOn string   `json:"ship_on,omitempty" maxLength:"10" doc:"New day on which it leaves"`
	Due    string   `json:"due,omitempty" maxLength:"10" doc:"New day on which it should be there"`
	Reason string   `json:"reason" minLength:"1" maxLength:"500" doc:"Why"`
}

// TransferLineChanged is a line as it is now, as the log keeps it.
type TransferLineChanged struct {
	Line   int64   `json:"line"`
	Item   string  `json:"item"`
	Qty    num.Dec `json:"qty"`
	ShipOn string  `json:"ship_on"`
	Due    string  `json:"due"`
	Closed bool    `json:"closed,omitempty"`
}

// ChangeTransferLine carries out a ChangeTransferLine.
func (m *Module) ChangeTransferLine(ctx context.Context, tx *db.Tx, number string, line int64, in ChangeTransferLine) (SiteTransferPage, error) {
	p, err := m.SiteTransfer(ctx, tx, number)
	if err != nil {
		return p, err
	}
	at := slices.IndexFunc(p.Lines, func(l TransferLine) bool { return l.Line == line })
	if at < 0 {
		return p, fault.NotFound("inventory.transfer_no_line", "%s has no line %d", p.Number, line).With("number", p.Number).With("line", line)
	}
	l := &p.Lines[at]
	sent := l.Sent - l.Back
	reason := strings.TrimSpace(in.Reason)
	next := TransferLineChanged{Line: line, Item: l.Item, Qty: l.Qty, ShipOn: cmp.Or(in.ShipOn, l.ShipOn), Due: cmp.Or(in.Due, l.Due)}
	if in.Qty != nil {
		next.Qty = *in.Qty
	}
	refuse := func(field string, e *fault.Error) (SiteTransferPage, error) {
		return p, e.At(fault.Field{Where: "body." + field, Code: e.Code, Detail: e.Detail, Params: e.Params})
	}
	switch {
	case reason == "":
		return refuse("reason", fault.Invalid("inventory.reason_missing", "say why"))
	case l.Closed:
		return p, fault.Conflict("inventory.transfer_closed", "%s is closed", p.Number).With("number", p.Number)
	case sent >= l.Qty:
		return p, fault.Conflict("inventory.transfer_all_sent", "all of %s on %s was sent", l.Item, p.Number).With("item", l.Item).With("number", p.Number)
	case next.Qty < sent:
		return refuse("qty", fault.Conflict("inventory.transfer_below_sent", "%s %s of %s were sent already, it cannot be %s", sent, l.UoM, l.Item, next.Qty).With("sent", sent).With("uom", l.UoM).With("item", l.Item).With("qty", next.Qty))
	case next.Qty > num.Max || next.Qty < 0:
		return refuse("qty", fault.Invalid("inventory.qty_not_positive", "the quantity of %s must be above zero, not %s", l.Item, next.Qty).With("item", l.Item).With("qty", next.Qty))
	case !next.Qty.Fits(l.Decimals):
		return refuse("qty", fault.Invalid("inventory.decimals", "%s is counted in %s", l.Item, l.UoM).With("item", l.Item).With("uom", l.UoM).With("decimals", l.Decimals).With("qty", next.Qty))
	case !isDate(next.ShipOn):
		return refuse("ship_on", fault.Invalid("inventory.transfer_date", "%q is not a date", next.ShipOn).With("date", next.ShipOn))
	case !isDate(next.Due):
		return refuse("due", fault.Invalid("inventory.transfer_date", "%q is not a date", next.Due).With("date", next.Due))
	case next.Due < next.ShipOn:
		return refuse("due", fault.Invalid("inventory.transfer_due", "it cannot be there on %s when it leaves on %s", next.Due, next.ShipOn).With("due", next.Due).With("ship_on", next.ShipOn))
	}
	next.Closed = next.Qty == sent
	if next == (TransferLineChanged{Line: line, Item: l.Item, Qty: l.Qty, ShipOn: l.ShipOn, Due: l.Due}) {
		return p, nil
	}
	qty, closed := next.Qty, int64(0)
	if qty == 0 { // nothing was sent: what was asked for stays to be read
		qty, closed = l.Qty, tx.NowMS()
	}
	n, err := tx.Exec(ctx, `UPDATE inv_site_transfer_line SET qty = $1, ship_on = $2, due = $3, closed_ms = $4 WHERE id = $5 AND qty = $6 AND closed_ms = 0`, qty, next.ShipOn, next.Due, closed, l.ID, l.Qty)
	if err != nil {
		return p, err
	}
	if n == 0 {
		return p, db.ErrRetry
	}
	tx.Emit(db.Event{Name: EventTransferChanged, Subject: "transfer:" + p.Number, Site: p.toID, Reason: reason, Payload: TransferTold{Number: p.Number, From: p.From, To: p.To, Changed: &next}})
	return m.SiteTransfer(ctx, tx, number)
}

// open says that something is to be sent still.
func (t *TransferLine) open() bool { return !t.Closed && t.Sent-t.Back < t.Qty }

// begin reads the transfer and the goods of a step, and finds the line that they belong to.
func (m *Module) begin(ctx context.Context, tx *db.Tx, number, item string, lot *string, serials *[]string, may func(*SiteTransferPage) error, waits func(*TransferLine) bool) (p SiteTransferPage, it masterdata.Item, l *TransferLine, err error) {
	if p, err = m.SiteTransfer(ctx, tx, number); err != nil {
		return
	}
	if err = may(&p); err != nil {
		return
	}
	if it, err = goods(ctx, tx, item, lot, serials); err != nil {
		return
	}
	l, err = p.lineOf(it, waits)
	return
}

// notYours refuses who does not see the site whose step it is.
func (p *SiteTransferPage) notYours(sees bool, site, does string) error {
	if sees {
		return nil
	}
	return fault.Forbidden("inventory.transfer_not_yours", "only site %s %s %s", site, does, p.Number).With("site", site).With("number", p.Number)
}
