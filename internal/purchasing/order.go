package purchasing

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// NewOrder asks for goods from a supplier, or for work from a subcontractor.
type NewOrder struct {
	Site     string    `json:"site,omitempty" doc:"Site code; default the caller's"`
	Number   string    `json:"number,omitempty" maxLength:"60" doc:"Default the next one"`
	Kind     string    `json:"kind,omitempty" enum:"purchase,subcontract" doc:"Default by the items"`
	Supplier string    `json:"supplier" minLength:"1" doc:"Partner code"`
	Note     string    `json:"note,omitempty" maxLength:"500" doc:"Note"`
	Lines    []NewLine `json:"lines" minItems:"1" maxItems:"500"`
}

// NewLine is one item of it.
type NewLine struct {
	Item       string   `json:"item" minLength:"1" doc:"Item code"`
	Qty        num.Dec  `json:"qty"`
	UoM        string   `json:"uom,omitempty" maxLength:"100" doc:"Unit of qty, one of the item's; empty: its own. It is converted exactly; the unit price stays that of the item's own unit"`
	Due        string   `json:"due,omitempty" doc:"Default today and the item's lead time"`
	UnitPrice  *num.Dec `json:"unit_price,omitempty" mask:"price"`
	BOMVersion string   `json:"bom_version,omitempty" maxLength:"60" doc:"Of subcontracted work; default the one in force on receipt"`
}

// Created names a new order.
type Created struct {
	ID     db.ID  `json:"id"`
	Number string `json:"number"`
}

// Create stores an order.
func (m *Module) Create(ctx context.Context, tx *db.Tx, in NewOrder) (Created, error) {
	key, err := keyOf(ctx, tx, "po_order")
	if err != nil {
		return Created{}, err
	}
	return m.create(ctx, tx, in, key)
}

// create stores an order under the client's key; of several that one command makes, the first carries it.
func (m *Module) create(ctx context.Context, tx *db.Tx, in NewOrder, key *string) (Created, error) {
	site, err := siteOf(ctx, tx, in.Site)
	if err != nil {
		return Created{}, err
	}
	supplier, err := masterdata.PartnerByCode(ctx, tx, strings.TrimSpace(in.Supplier))
	if err != nil {
		return Created{}, err
	}
	if !supplier.Is("supplier") && !supplier.Is("subcontractor") {
		return Created{}, fault.Invalid("purchasing.not_supplier", "%s is neither a supplier nor a subcontractor", supplier.Code).With("partner", supplier.Code)
	}
	if len(in.Lines) == 0 {
		return Created{}, fault.Invalid("purchasing.no_lines", "an order needs a line")
	}
	number := strings.TrimSpace(in.Number)
	if number == "" {
		if number, err = tx.Number("po"); err != nil {
			return Created{}, err
		}
	} else if _, taken, err := db.Get[db.ID](ctx, tx, `SELECT id FROM po_order WHERE number = $1`, number); err != nil || taken {
		if err == nil {
			err = fault.Conflict("purchasing.number_taken", "there is an order %s already", number).With("number", number)
		}
		return Created{}, err
	}
	o := orderRow{ID: tx.ID(), Number: number, Kind: in.Kind, Site: site.ID, Supplier: supplier.ID, Note: strings.TrimSpace(in.Note), Key: key, Ordered: tx.NowMS(), By: actor.From(ctx).Name}
	codes := make([]string, len(in.Lines))
	for i := range in.Lines {
		codes[i] = strings.TrimSpace(in.Lines[i].Item)
	}
	items, err := masterdata.ItemsByCode(ctx, tx, codes)
	if err != nil {
		return Created{}, err
	}
	units, err := unitsOfLines(ctx, tx, in.Lines, codes, items)
	if err != nil {
		return Created{}, err
	}
	lines := make([]lineRow, len(in.Lines))
	told := Ordered{ID: o.ID, Number: number, SupplierID: supplier.ID, Note: o.Note}
	for i := range in.Lines {
		item, ok := items[codes[i]]
		if !ok {
			return Created{}, fault.NotFound("masterdata.item_unknown", "there is no item %s", codes[i]).With("code", codes[i])
		}
		said := in.Lines[i] // the command may run again, so it stays as it was said
		var entered masterdata.Entered
		if said.Qty, entered, err = units.InOwn(item, fmt.Sprintf("lines[%d].qty", i), said.Qty, said.UoM); err != nil {
			return Created{}, err
		}
		if lines[i], err = newLine(ctx, tx, &o, int64(i+1), &said, item); err != nil {
			return Created{}, err
		}
		l := &lines[i]
		l.Entered = entered
		told.Lines = append(told.Lines, OrderedLine{l.ID, l.Line, l.Kind, l.Item, item.Code, l.Qty, l.Due, l.UnitPrice, entered})
	}
	if o.Kind == "" {
		o.Kind = kindOf(lines)
	}
	told.Kind = o.Kind
	if err := db.Insert(ctx, tx, "po_order", o); err != nil {
		return Created{}, err
	}
	if err := db.Insert(ctx, tx, "po_line", lines...); err != nil {
		return Created{}, err
	}
	tx.Emit(db.Event{Name: EventOrdered, Subject: "po:" + number, Site: o.Site, Partner: o.Supplier, Payload: told})
	return Created{o.ID, number}, nil
}

// unitsOfLines reads the units of the items whose quantities are entered in another one.
func unitsOfLines(ctx context.Context, q db.Querier, lines []NewLine, codes []string, items map[string]masterdata.Item) (masterdata.UnitBook, error) {
	var ids []db.ID
	for i := range lines {
		if it, ok := items[codes[i]]; ok && lines[i].UoM != "" {
			ids = append(ids, it.ID)
		}
	}
	return masterdata.Units(ctx, q, ids)
}

// kindOf an order is subcontract when all of its lines are.
func kindOf(lines []lineRow) string {
	if slices.ContainsFunc(lines, func(l lineRow) bool { return l.Kind == purchase }) {
		return purchase
	}
	return subcontract
}

func lineKind(order string, item masterdata.Item) string {
	if order == "" && item.Kind == subcontract || order == subcontract {
		return subcontract
	}
	return purchase
}

func newLine(ctx context.Context, tx *db.Tx, o *orderRow, n int64, in *NewLine, item masterdata.Item) (lineRow, error) {
	l := lineRow{Order: o.ID, Line: n, Kind: lineKind(o.Kind, item), Item: item.ID, Qty: in.Qty, Due: in.Due, UnitPrice: in.UnitPrice, BOMVersion: strings.TrimSpace(in.BOMVersion)}
	l.ID = tx.ID()
	switch {
	case in.Qty <= 0 || in.Qty > num.Max:
		return l, fault.Invalid("purchasing.qty_not_positive", "the quantity of %s must be above zero", item.Code).With("item", item.Code)
	case !in.Qty.Fits(item.Decimals):
		return l, fault.Invalid("inventory.decimals", "%s is counted in %s with %d decimals", item.Code, item.UoM, item.Decimals).
			With("item", item.Code).With("uom", item.UoM).With("decimals", item.Decimals).With("qty", in.Qty)
	case item.Kind == "phantom":
		return l, fault.Invalid("purchasing.phantom", "%s is a phantom: nobody delivers it", item.Code).With("item", item.Code)
	case in.UnitPrice != nil && *in.UnitPrice < 0:
		return l, fault.Invalid("purchasing.price_negative", "the price of %s is below zero", item.Code).With("item", item.Code)
	}
	if l.Due == "" {
		l.Due = tx.Now().In(tx.Zone()).AddDate(0, 0, item.LeadDays).Format(time.DateOnly)
	} else if _, err := time.Parse(time.DateOnly, l.Due); err != nil {
		return l, fault.Invalid("purchasing.date_bad", "%q is not a date", l.Due).With("date", l.Due)
	}
	if l.BOMVersion != "" {
		if _, ok, err := masterdata.EffectiveBOM(ctx, tx, item.ID, l.Due, l.BOMVersion); err != nil || !ok {
			if err == nil {
				err = fault.NotFound("purchasing.bom_unknown", "%s has no bill of materials version %s", item.Code, l.BOMVersion).With("item", item.Code).With("version", l.BOMVersion)
			}
			return l, err
		}
	}
	return l, nil
}

// CloseLines says that nothing more is expected of an order, or of one line; or that it is again.
type CloseLines struct {
	Line   int64  `json:"line,omitempty" doc:"Default all"`
	Reopen bool   `json:"reopen,omitempty"`
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

// Close carries out a CloseLines.
func (m *Module) Close(ctx context.Context, tx *db.Tx, number string, in CloseLines) (Created, error) {
	o, err := orderByNumber(ctx, tx, number)
	if err != nil {
		return Created{}, err
	}
	lines, err := linesOf(ctx, tx, o.ID)
	if err != nil {
		return Created{}, err
	}
	met := false
	for _, l := range lines {
		if in.Line != 0 && l.Line != in.Line {
			continue
		}
		met = true
		if l.Closed != in.Reopen {
			continue
		}
		tx.Queue(`UPDATE po_line SET closed = $1 WHERE id = $2`, !in.Reopen, l.ID)
		if !in.Reopen {
			if err := m.moot(ctx, tx, l.ID); err != nil {
				return Created{}, err
			}
		}
		tx.Emit(db.Event{Name: EventClosed, Subject: "po:" + o.Number, Site: o.Site, Partner: o.Supplier, Reason: in.Reason, Payload: Closed{o.Number, l.Line, max(l.Qty-l.Received, 0), !in.Reopen}})
	}
	if !met {
		return Created{}, lineUnknown(o.Number, in.Line)
	}
	return Created{o.ID, o.Number}, nil
}

func lineUnknown(number string, line int64) error {
	return fault.NotFound("purchasing.line_unknown", "order %s has no line %d", number, line).With("number", number).With("line", line)
}
