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
	"kaiwu/internal/production"
)

// Dispose says what becomes of judged goods of a return.
type Dispose struct {
	Line    int64                   `json:"line"`
	Act     string                  `json:"act" enum:"stock,rework,scrap,back" doc:"stock: usable again, only what passed; back: to the customer"`
	Qty     num.Dec                 `json:"qty,omitempty" doc:"0 = all that is judged and here; to stock all that passed"`
	Serials []string                `json:"serials,omitempty" maxItems:"5000"`
	Reason  string                  `json:"reason" minLength:"1" maxLength:"500"`
	Parts   []production.ReworkPart `json:"parts,omitempty" maxItems:"100" doc:"Of a rework: extra material"`
	Ops     []production.ReworkOp   `json:"ops,omitempty" maxItems:"30" doc:"Of a rework: its steps"`
	NewLot  bool                    `json:"new_number,omitempty" doc:"Of a rework: the pieces get new numbers"`
}

// Dispose carries out a Dispose.
func (m *Module) Dispose(ctx context.Context, tx *db.Tx, number string, in Dispose) (Return, error) {
	r, err := m.Return(ctx, tx, number)
	if err != nil {
		return r, err
	}
	l, err := r.line(in.Line)
	if err != nil {
		return r, err
	}
	if in.Serials, err = inventory.Pieces(in.Serials); err != nil {
		return r, err
	}
	open := l.Passed + l.Failed - l.gone()
	if in.Act == "stock" {
		open = min(open, l.Passed-l.Stocked)
	}
	if in.Qty == 0 {
		if in.Qty = open; len(in.Serials) > 0 {
			in.Qty = num.Int(int64(len(in.Serials)))
		}
	}
	switch {
	case in.Qty <= 0 || in.Qty > open:
		return r, fault.Conflict("sales.return_not_judged", "%s %s of line %d are judged and may go there, not %s", open, l.UoM, l.Line, in.Qty).With("open", open).With("uom", l.UoM).With("line", l.Line).With("qty", in.Qty)
	case !in.Qty.Fits(l.Decimals):
		return r, fault.Invalid("sales.decimals", "quantity of %s has at most %d decimals", l.Item, l.Decimals).With("item", l.Item).With("decimals", l.Decimals).With("qty", in.Qty)
	}
	if l.Tracking == "serial" {
		if in.Serials, err = m.whichPieces(ctx, tx, r, l, in); err != nil {
			return r, err
		}
	}
	t := inventory.Take{Item: l.ItemID, Qty: in.Qty, LotID: l.LotID, NoLot: l.LotID == 0, Serials: in.Serials, Status: inventory.Held}
	if at, ok, err := db.Get[db.ID](ctx, tx, `SELECT f.location_id FROM so_return_fact f WHERE f.line_id = $1 AND f.act = 'receive' AND f.reverses = 0
		AND (SELECT coalesce(sum(s.qty), 0) FROM v_stock s WHERE s.item_id = $2 AND s.lot_id = $3 AND s.location_id = f.location_id AND s.status = 'hold') >= $4 ORDER BY f.id DESC LIMIT 1`, l.ID, l.ItemID, l.LotID, in.Qty); err != nil {
		return r, err
	} else if ok {
		t.From = inventory.Place{Kind: inventory.Stock, Ref: at}
	}
	f := factRow{ID: tx.ID(), Return: r.ID, Line: l.ID, Act: in.Act, Qty: in.Qty, Serials: strings.Join(inventory.Ranges(in.Serials), ","), Reason: strings.TrimSpace(in.Reason), At: tx.NowMS(), Actor: actor.From(ctx).Name, Key: key(tx)}
	doc := inventory.Doc{Kind: "so_return", ID: f.ID, Number: r.Number, Line: l.Line, Site: r.Site, Reason: f.Reason}
	column := "stocked"
	var picks []inventory.Picked
	switch in.Act {
	case "stock":
		picks, err = m.Inventory.Release(ctx, tx, doc, t)
	case "scrap":
		column = "scrapped"
		picks, err = m.Inventory.Move(ctx, tx, doc, inventory.Place{Kind: inventory.Scrap}, t)
	case "back":
		column = "sent_back"
		picks, err = m.Inventory.Move(ctx, tx, doc, inventory.Place{Kind: inventory.Customer, Ref: r.PartnerID}, t)
	case "rework":
		column = "reworked"
		var made production.ReworkMade
		site, serr := masterdata.SiteByID(ctx, tx, r.Site)
		if serr != nil {
			return r, serr
		}
		made, err = m.Production.Rework(ctx, tx, production.NewRework{Site: site.Code, Item: l.Item, Qty: in.Qty, Reason: f.Reason, Parts: in.Parts, Ops: in.Ops, NewNumber: in.NewLot, Of: r.Number, From: []inventory.Take{t}, Returned: true})
		f.Document = made.Number
	}
	if err != nil {
		return r, err
	}
	if len(picks) > 0 && picks[0].From.Ref != 0 {
		loc, err := masterdata.LocationByID(ctx, tx, picks[0].From.Ref)
		if err != nil {
			return r, err
		}
		f.Location, f.LocationID = loc.Code, loc.ID
	}
	if err := m.bookReturn(ctx, tx, f, column); err != nil {
		return r, err
	}
	return m.tellReturn(ctx, tx, number, "sales.return_disposed", f.Reason)
}

// whichPieces names the pieces: those that are still here, and to stock only what passed.
func (m *Module) whichPieces(ctx context.Context, q db.Querier, r Return, l *ReturnLine, in Dispose) ([]string, error) {
	var here, bad []string
	facts, err := db.All[factRow](ctx, q, `SELECT f.id, f.serials, f.act, f.qty FROM so_return_fact f WHERE f.line_id = $1 AND f.reverses = 0 AND NOT EXISTS (SELECT 1 FROM so_return_fact x WHERE x.reverses = f.id AND x.reverses <> 0) ORDER BY f.id`, l.ID)
	if err != nil {
		return nil, err
	}
	for _, f := range facts {
		numbers, err := inventory.Pieces(strings.Split(f.Serials, ","))
		if err != nil {
			return nil, err
		}
		if f.Act != "receive" {
			here = slices.DeleteFunc(here, func(n string) bool { return slices.Contains(numbers, n) })
			continue
		}
		here = append(here, numbers...)
		failed, err := m.Production.Quality.FailedPieces(ctx, q, "so_return", f.ID)
		if err != nil {
			return nil, err
		}
		bad = append(bad, failed...)
	}
	if in.Act == "stock" {
		here = slices.DeleteFunc(here, func(n string) bool { return slices.Contains(bad, n) })
	}
	if len(in.Serials) == 0 && num.Int(int64(len(here))) == in.Qty {
		return here, nil
	}
	for _, n := range in.Serials {
		if !slices.Contains(here, n) {
			return nil, fault.Conflict("sales.return_piece", "serial %s is not here or did not pass", n).With("serial", n).With("number", r.Number)
		}
	}
	if num.Int(int64(len(in.Serials))) != in.Qty {
		return nil, fault.Invalid("sales.return_serials", "%s pieces and %d serial numbers", in.Qty, len(in.Serials)).With("qty", in.Qty).With("serials", len(in.Serials))
	}
	return in.Serials, nil
}

// UndoReturnFact takes a step back.
type UndoReturnFact struct {
	Fact   db.ID  `json:"fact"`
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

// UndoReturnFact mirrors a receipt that is not judged, or a disposition whose goods are where it left them.
func (m *Module) UndoReturnFact(ctx context.Context, tx *db.Tx, number string, in UndoReturnFact) (Return, error) {
	r, err := m.Return(ctx, tx, number)
	if err != nil {
		return r, err
	}
	i := slices.IndexFunc(r.Facts, func(f ReturnFact) bool { return f.ID == in.Fact })
	if i < 0 || r.Facts[i].Undo || r.Facts[i].Undone {
		return r, fault.Conflict("sales.return_undone", "this step of %s was taken back already, or is none", number).With("number", number)
	}
	f := r.Facts[i]
	l, err := r.line(f.Line)
	if err != nil {
		return r, err
	}
	if f.Act == "rework" {
		return r, fault.Conflict("sales.return_in_rework", "the pieces are at rework order %s; close it and give them back there", f.Document).With("order", f.Document)
	}
	if f.Act == "receive" {
		if err := m.Production.Quality.Cancel(ctx, tx, "so_return", f.ID, in.Reason); err != nil {
			return r, err
		}
	}
	back := factRow{ID: tx.ID(), Return: r.ID, Line: l.ID, Act: f.Act, Qty: -f.Qty, Serials: f.Serials, Location: f.Location, Document: f.Document, Reason: in.Reason, At: tx.NowMS(), Actor: actor.From(ctx).Name, Reverses: f.ID, Key: key(tx)}
	if err := m.Inventory.Reverse(ctx, tx, inventory.Doc{Kind: "so_return_undo", ID: back.ID, Number: r.Number, Line: l.Line, Site: r.Site, Reason: in.Reason}, "so_return", f.ID); err != nil {
		return r, err
	}
	column := map[string]string{"receive": "received", "stock": "stocked", "scrap": "scrapped", "back": "sent_back"}[f.Act]
	if err := m.bookReturn(ctx, tx, back, column); err != nil {
		return r, err
	}
	return m.tellReturn(ctx, tx, number, "sales.return_undone", in.Reason)
}
