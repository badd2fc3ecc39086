package sales

import (
	"context"
	"slices"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// CloseReturn ends a return of which nothing more comes.
func (m *Module) CloseReturn(ctx context.Context, tx *db.Tx, number string, in Undo) (Return, error) {
	r, err := m.openReturn(ctx, tx, number)
	if err != nil {
		return r, err
	}
	n, err := tx.Exec(ctx, `UPDATE so_return SET closed_ms = $1, close_reason = $2 WHERE id = $3 AND closed_ms = 0`, tx.NowMS(), in.Reason, r.ID)
	if err == nil && n == 0 {
		err = db.ErrRetry
	}
	if err != nil {
		return r, err
	}
	return m.tellReturn(ctx, tx, number, "sales.return_closed", in.Reason)
}

// CreditReturn asks the ERP for a credit note. There are no money documents here: it is a flag and an event.
type CreditReturn struct {
	Note string `json:"note" minLength:"1" maxLength:"500"`
}

// CreditReturn carries out a CreditReturn.
func (m *Module) CreditReturn(ctx context.Context, tx *db.Tx, number string, in CreditReturn) (Return, error) {
	r, err := m.settled(ctx, tx, number)
	if err != nil {
		return r, err
	}
	n, err := tx.Exec(ctx, `UPDATE so_return SET credit_ms = $1, credit_note = $2 WHERE id = $3 AND credit_ms = 0 AND replaced_by = ''`, tx.NowMS(), strings.TrimSpace(in.Note), r.ID)
	if err == nil && n == 0 {
		err = db.ErrRetry
	}
	if err != nil {
		return r, err
	}
	return m.tellReturn(ctx, tx, number, "sales.credit_requested", in.Note)
}

// settled refuses a return that is settled with the customer, and one of which nothing has come.
func (m *Module) settled(ctx context.Context, q db.Querier, number string) (Return, error) {
	r, err := m.Return(ctx, q, number)
	switch {
	case err != nil:
	case r.CreditMS > 0 || r.ReplacedBy != "":
		err = fault.Conflict("sales.return_settled", "%s is settled already: %s", number, r.ReplacedBy).With("number", number).With("by", r.ReplacedBy)
	case !slices.ContainsFunc(r.Lines, func(l ReturnLine) bool { return l.Received > 0 }):
		err = fault.Conflict("sales.return_not_here", "nothing of %s has come back yet", number).With("number", number)
	}
	return r, err
}

// ReplaceReturn orders the same goods again for the customer, without a price.
type ReplaceReturn struct {
	Due string `json:"due" minLength:"10" maxLength:"10"`
}

// ReplaceReturn carries out a ReplaceReturn.
func (m *Module) ReplaceReturn(ctx context.Context, tx *db.Tx, number string, in ReplaceReturn) (Return, error) {
	r, err := m.settled(ctx, tx, number)
	if err != nil {
		return r, err
	}
	site, err := masterdata.SiteByID(ctx, tx, r.Site)
	if err != nil {
		return r, err
	}
	o := NewOrder{Site: site.Code, Customer: r.Customer, Channel: "replacement", Note: r.Number}
	free := num.Dec(0)
	for _, l := range r.Lines {
		if l.Received > l.SentBack { // what went back to him he has
			o.Lines = append(o.Lines, NewLine{Item: l.Item, Qty: l.Received - l.SentBack, Due: in.Due, Priority: 1, UnitPrice: &free, Note: r.Number})
		}
	}
	if len(o.Lines) == 0 {
		return r, fault.Conflict("sales.return_not_here", "nothing of %s has come back yet", number).With("number", number)
	}
	made, err := m.Create(ctx, tx, o)
	if err != nil {
		return r, err
	}
	n, err := tx.Exec(ctx, `UPDATE so_return SET replaced_by = $1 WHERE id = $2 AND credit_ms = 0 AND replaced_by = ''`, made.Number, r.ID)
	if err == nil && n == 0 {
		err = db.ErrRetry
	}
	if err != nil {
		return r, err
	}
	return m.tellReturn(ctx, tx, number, "sales.return_replaced", made.Number)
}
