package sales

import (
	"context"
	"slices"
	"strings"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/quality"
)

// ReceiveReturn takes goods in that come back. They stay on hold and wait for a judgement.
type ReceiveReturn struct {
	Code     string   `json:"code,omitempty" maxLength:"200" doc:"Label of the lot or piece; else the line is named"`
	Line     int64    `json:"line,omitempty"`
	Qty      num.Dec  `json:"qty,omitempty" doc:"0 = all that is still expected"`
	Serials  []string `json:"serials,omitempty" maxItems:"5000"`
	Location string   `json:"location,omitempty" maxLength:"100" doc:"Empty: where they were shipped from"`
	Note     string   `json:"note,omitempty" maxLength:"500"`
}

type factRow struct {
	ID         db.ID   `db:"id"`
	Return     db.ID   `db:"return_id"`
	Line       db.ID   `db:"line_id"`
	Act        string  `db:"act"`
	Qty        num.Dec `db:"qty"`
	Serials    string  `db:"serials"`
	Location   string  `db:"location"`
	LocationID db.ID   `db:"location_id"`
	Document   string  `db:"document"`
	Reason     string  `db:"reason"`
	At         int64   `db:"at_ms"`
	Actor      string  `db:"actor"`
	Reverses   db.ID   `db:"reverses"`
	Key        *string `db:"client_key"`
}

// ReceiveReturn carries out a ReceiveReturn.
func (m *Module) ReceiveReturn(ctx context.Context, tx *db.Tx, number string, in ReceiveReturn) (Return, error) {
	r, err := m.openReturn(ctx, tx, number)
	if err != nil {
		return r, err
	}
	if in.Serials, err = inventory.Pieces(in.Serials); err != nil {
		return r, err
	}
	l, err := m.comesBack(ctx, tx, &r, &in)
	if err != nil {
		return r, err
	}
	open := l.Qty - l.Received
	if in.Qty == 0 {
		if in.Qty = open; len(in.Serials) > 0 {
			in.Qty = num.Int(int64(len(in.Serials)))
		}
	}
	switch {
	case in.Qty <= 0 || in.Qty > open:
		return r, fault.Conflict("sales.return_over", "%s %s of %s are still expected on %s, not %s", open, l.UoM, l.Item, number, in.Qty).With("open", open).With("uom", l.UoM).With("item", l.Item).With("number", number).With("qty", in.Qty)
	case !in.Qty.Fits(l.Decimals):
		return r, fault.Invalid("sales.decimals", "quantity of %s has at most %d decimals", l.Item, l.Decimals).With("item", l.Item).With("decimals", l.Decimals).With("qty", in.Qty)
	}
	if l.Tracking == "serial" {
		expected, err := inventory.Pieces(l.Serials)
		if err != nil {
			return r, err
		}
		if len(in.Serials) == 0 && in.Qty == l.Qty && len(expected) > 0 {
			in.Serials = expected
		}
		if num.Int(int64(len(in.Serials))) != in.Qty {
			return r, fault.Invalid("sales.return_serials", "%s pieces and %d serial numbers", in.Qty, len(in.Serials)).With("qty", in.Qty).With("serials", len(in.Serials))
		}
		for _, n := range in.Serials {
			if len(expected) > 0 && !slices.Contains(expected, n) {
				return r, fault.Conflict("sales.return_other_piece", "serial %s is not expected on %s", n, number).With("serial", n).With("number", number)
			}
		}
	}
	loc, err := returnTo(ctx, tx, r, l, in.Location)
	if err != nil {
		return r, err
	}
	f := factRow{ID: tx.ID(), Return: r.ID, Line: l.ID, Act: "receive", Qty: in.Qty, Serials: strings.Join(inventory.Ranges(in.Serials), ","), Location: loc.Code, LocationID: loc.ID, Reason: strings.TrimSpace(in.Note), At: tx.NowMS(), Actor: actor.From(ctx).Name, Key: key(tx)}
	doc := inventory.Doc{Kind: "so_return", ID: f.ID, Number: r.Number, Line: l.Line, Site: r.Site, Reason: r.Reason}
	picks, err := m.Inventory.Put(ctx, tx, doc, inventory.Place{Kind: inventory.Customer, Ref: r.PartnerID},
		inventory.Put{Item: l.ItemID, Qty: in.Qty, Lot: l.Lot, Serials: in.Serials, To: inventory.Place{Kind: inventory.Stock, Ref: loc.ID}, Status: inventory.Held})
	if err != nil {
		return r, err
	}
	if f.Document, err = m.Production.Quality.Request(ctx, tx, quality.Req{Kind: "return", Doc: doc, Item: l.ItemID, Lot: picks[0].Lot, Qty: in.Qty}); err != nil {
		return r, err
	}
	if err := m.bookReturn(ctx, tx, f, "received"); err != nil {
		return r, err
	}
	return m.tellReturn(ctx, tx, number, "sales.return_received", f.Reason)
}

func (m *Module) openReturn(ctx context.Context, q db.Querier, number string) (Return, error) {
	r, err := m.Return(ctx, q, number)
	if err == nil && r.ClosedMS > 0 {
		err = fault.Conflict("sales.return_closed", "%s is closed: nothing more is expected", number).With("number", number)
	}
	return r, err
}

// comesBack finds the line that the goods belong to.
func (m *Module) comesBack(ctx context.Context, q db.Querier, r *Return, in *ReceiveReturn) (*ReturnLine, error) {
	if in.Code == "" {
		return r.line(in.Line)
	}
	item, lot, serial, err := goods(ctx, q, in.Code)
	if err != nil {
		return nil, err
	}
	if serial != "" {
		if !slices.Contains(in.Serials, serial) {
			in.Serials = append(in.Serials, serial)
		}
		if lot, _, err = db.Get[string](ctx, q, `SELECT coalesce(l.number, '') FROM v_serial s LEFT JOIN v_lot l ON l.id = s.lot_id WHERE s.item_id = $1 AND s.number = $2`, item.ID, serial); err != nil {
			return nil, err
		}
	}
	var other *ReturnLine
	for i := range r.Lines {
		l := &r.Lines[i]
		if serial != "" && l.ItemID == item.ID && len(l.Serials) > 0 {
			expected, err := inventory.Pieces(l.Serials)
			if err != nil {
				return nil, err
			}
			if slices.Contains(expected, serial) {
				return l, nil
			}
		}
	}
	for i := range r.Lines {
		l := &r.Lines[i]
		if l.ItemID != item.ID || lot != "" && l.Lot != lot {
			continue
		}
		if l.Received < l.Qty {
			return l, nil
		}
		other = l
	}
	if other != nil {
		return other, nil // says that nothing more is expected
	}
	return nil, fault.Conflict("sales.return_unexpected", "%s %s is not expected on %s", item.Code, lot, r.Number).With("item", item.Code).With("lot", lot).With("number", r.Number)
}

func (r *Return) line(n int64) (*ReturnLine, error) {
	for i := range r.Lines {
		if r.Lines[i].Line == n || n == 0 && len(r.Lines) == 1 {
			return &r.Lines[i], nil
		}
	}
	return nil, fault.NotFound("sales.return_no_line", "%s has no line %d", r.Number, n).With("number", r.Number).With("line", n)
}

// returnTo is where returned goods are put: what was scanned, else where the last ones of this return went, else where they were
// shipped from.
func returnTo(ctx context.Context, q db.Querier, r Return, l *ReturnLine, scanned string) (masterdata.Location, error) {
	if scanned != "" {
		return masterdata.LocationByCode(ctx, q, r.Site, locationCode(scanned))
	}
	id, ok, err := db.Get[db.ID](ctx, q, `SELECT location_id FROM so_return_fact WHERE return_id = $1 AND act = 'receive' AND reverses = 0 ORDER BY id DESC LIMIT 1`, r.ID)
	if err == nil && !ok {
		id, err = db.One[db.ID](ctx, q, `SELECT s.location_id FROM so_shipment_line s JOIN so_return_line l ON l.shipment_line_id = s.id WHERE l.id = $1`, l.ID)
	}
	if err != nil {
		return masterdata.Location{}, err
	}
	return masterdata.LocationByID(ctx, q, id)
}

// bookReturn appends the fact and its sum. The CHECKs of the line are the balance; the WHERE names what was read.
func (m *Module) bookReturn(ctx context.Context, tx *db.Tx, f factRow, column string) error {
	if err := db.Insert(ctx, tx, "so_return_fact", f); err != nil {
		return err
	}
	cond := map[string]string{
		"received": `received + $1 <= qty AND received + $1 >= passed + failed`,
		"stocked":  `stocked + $1 <= passed AND stocked + reworked + scrapped + sent_back + $1 <= passed + failed`,
	}[column]
	if cond == "" {
		cond = `stocked + reworked + scrapped + sent_back + $1 <= passed + failed`
	}
	n, err := tx.Exec(ctx, `UPDATE so_return_line SET `+column+` = `+column+` + $1 WHERE id = $2 AND `+column+` + $1 >= 0 AND `+cond, f.Qty, f.Line)
	if err == nil && n == 0 {
		err = db.ErrRetry
	}
	return err
}

// returnJudged hears what quality says of returned goods.
func (m *Module) returnJudged(ctx context.Context, tx *db.Tx, j quality.Judged) error {
	if j.Kind != "return" || j.DocKind != "so_return" {
		return nil
	}
	type row struct {
		ID     db.ID  `db:"id"`
		Number string `db:"number"`
		Line   db.ID  `db:"line_id"`
	}
	f, ok, err := db.Get[row](ctx, tx, `SELECT f.id, r.number, f.line_id FROM so_return_fact f JOIN so_return r ON r.id = f.return_id WHERE f.id = $1`, j.DocID)
	if err != nil || !ok {
		return err
	}
	n, err := tx.Exec(ctx, `UPDATE so_return_line SET passed = passed + $1, failed = failed + $2
		WHERE id = $3 AND passed + $1 >= stocked AND passed + failed + $1 + $2 >= stocked + reworked + scrapped + sent_back AND failed + $2 >= 0`, j.Passed, j.Failed, f.Line)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Conflict("sales.return_moved_on", "goods of %s went on since they were judged; undo that first", f.Number).With("number", f.Number)
	}
	_, err = m.tellReturn(ctx, tx, f.Number, "sales.return_judged", j.Reason)
	return err
}
