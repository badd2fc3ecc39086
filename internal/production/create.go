package production

import (
	"context"
	"fmt"
	"slices"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// NewOrder asks for one work order.
type NewOrder struct {
	Site                       db.ID // 0 = the company's default site
	Item                       db.ID
	Qty                        num.Dec
	Due                        string
	Start                      string // planned start, may be empty
	SalesLine                  db.ID  // 0 = to stock
	SalesRef                   string // the sales order's number, for people
	Priority                   int64  // 1 = first; 0 = 5
	BOMVersion, RoutingVersion string // empty = the one effective on Start, without Start today
	WorkCenter                 db.ID  // does the operations whose routing names it as an alternative; 0 = as the routing says

	// VersionAnswer says what to do when a named version is not the effective one: named or effective. Ask refuses
	// with the difference; empty is for who has settled it before, and means named.
	VersionAnswer string
}

// Ask is the VersionAnswer of who has not answered yet.
const Ask = "ask"

// Order is a work order that was made.
type Order struct {
	ID       db.ID   `json:"id"`
	Number   string  `json:"number"`
	Site     db.ID   `json:"-"`
	Item     db.ID   `json:"-"`
	ItemCode string  `json:"item"`
	ItemName string  `json:"item_name"`
	Qty      num.Dec `json:"qty"`
	Due      string  `json:"due"`
	Start    string  `json:"start,omitempty"`
	Priority int64   `json:"priority"`
	SalesRef string  `json:"sales_order,omitempty"`
	Answer   string  `json:"version_answer,omitempty" doc:"What was answered when the named version of bill or routing was not the effective one"`
}

// CreateOrders makes work orders, each with its own copy of the bill and the routing, in the order asked for. It
// reads master data once for all and writes set by set. One bad line refuses all, and every bad line is named.
func (m *Module) CreateOrders(ctx context.Context, tx *db.Tx, in []NewOrder) ([]Order, error) {
	if len(in) == 0 {
		return nil, nil
	}
	in = slices.Clone(in)
	p, err := newPlan(ctx, tx, in, tx.Today())
	if err != nil {
		return nil, err
	}
	if err := p.settleVersions(ctx, tx, in); err != nil {
		return nil, err
	}
	numbers, err := tx.Numbers("wo", len(in))
	if err != nil {
		return nil, err
	}
	bad := fault.Invalid("production.orders_invalid", "%d of the work orders cannot be made", len(in))
	var rows orderRows
	out := make([]Order, len(in))
	for i := range in {
		o, f := p.add(tx.ID, &rows, in[i], numbers[i], true)
		if f != nil {
			bad.At(fault.Field{Where: fmt.Sprintf("orders[%d]", i), Code: f.Code, Detail: f.Detail, Params: f.Params})
			continue
		}
		o.row.Created = tx.NowMS()
		out[i] = o.Order
	}
	switch len(bad.Fields) {
	case 0:
	case 1:
		f := bad.Fields[0]
		return nil, &fault.Error{Kind: fault.KindInvalid, Code: f.Code, Detail: f.Detail, Params: f.Params}
	default:
		bad.Detail = fmt.Sprintf("%d of %d work orders cannot be made: %s", len(bad.Fields), len(in), bad.Fields[0].Detail)
		return nil, bad.With("bad", len(bad.Fields)).With("all", len(in)).With("first", bad.Fields[0].Detail)
	}
	if err := rows.write(ctx, tx); err != nil {
		return nil, err
	}
	ids := make([]db.ID, len(out))
	for i := range out {
		ids[i] = out[i].ID
	}
	if err := carryGeneral(ctx, tx, ids); err != nil {
		return nil, err
	}
	for _, o := range out {
		tx.Emit(db.Event{Name: EventCreated, Subject: "wo:" + o.Number, Site: o.Site, Payload: o})
	}
	return out, nil
}

// plan is the master data that a batch of new orders copies from.
type plan struct {
	site     db.ID
	today    string
	items    map[db.ID]masterdata.Item
	owners   map[db.ID]db.ID // of what customers supply
	boms     map[versionKey]masterdata.BOM
	routings map[versionKey]masterdata.Routing
}

type versionKey struct {
	item          db.ID
	version, date string
}

func (k versionKey) normal() versionKey {
	if k.version != "" {
		k.date = ""
	}
	return k
}

// newPlan reads what the orders need: items, bills (down through phantoms) and routings. It sets the site and the
// day of effectivity of each order.
func newPlan(ctx context.Context, q db.Querier, in []NewOrder, today string) (*plan, error) {
	p := &plan{today: today, boms: map[versionKey]masterdata.BOM{}, routings: map[versionKey]masterdata.Routing{}, items: map[db.ID]masterdata.Item{}}
	var boms, routings []versionKey
	for i := range in {
		o := &in[i]
		if o.Site == 0 {
			if p.site == 0 {
				s, err := masterdata.DefaultSite(ctx, q)
				if err != nil {
					return nil, err
				}
				p.site = s.ID
			}
			o.Site = p.site
		}
		boms = append(boms, versionKey{o.Item, o.BOMVersion, p.day(*o)}.normal())
		routings = append(routings, versionKey{o.Item, o.RoutingVersion, p.day(*o)}.normal())
	}
	if err := p.readItems(ctx, q, boms); err != nil {
		return nil, err
	}
	if err := readVersions(ctx, q, routings, p.routings, masterdata.EffectiveRoutings, masterdata.EffectiveRouting); err != nil {
		return nil, err
	}
	days := map[string]bool{}
	for _, o := range in {
		days[p.day(o)] = true
	}
	for depth := 0; len(boms) > 0; depth++ {
		if depth > maxDepth {
			return nil, fault.Conflict("production.bom_too_deep", "phantoms are nested more than %d levels deep", maxDepth).With("levels", maxDepth)
		}
		if err := readVersions(ctx, q, boms, p.boms, masterdata.EffectiveBOMs, masterdata.EffectiveBOM); err != nil {
			return nil, err
		}
		var lines []versionKey
		for _, k := range boms {
			for _, l := range p.boms[k].Lines {
				lines = append(lines, versionKey{item: l.ItemID})
			}
		}
		if err := p.readItems(ctx, q, lines); err != nil {
			return nil, err
		}
		boms = boms[:0]
		for _, l := range lines {
			if p.items[l.item].Kind == "phantom" {
				for day := range days {
					if k := (versionKey{l.item, "", day}); !has(p.boms, k) {
						boms = append(boms, k)
					}
				}
			}
		}
	}
	var theirs []db.ID
	for id, it := range p.items {
		if it.Kind == "customer" {
			theirs = append(theirs, id)
		}
	}
	var err error
	p.owners, err = inventory.Owners(ctx, q, theirs)
	return p, err
}

const maxDepth = 20

func has[K comparable, V any](m map[K]V, k K) bool { _, ok := m[k]; return ok }

func (p *plan) day(o NewOrder) string {
	if o.Start != "" {
		return o.Start
	}
	return p.today
}

func (p *plan) readItems(ctx context.Context, q db.Querier, keys []versionKey) error {
	var ids []db.ID
	for _, k := range keys {
		if !has(p.items, k.item) {
			p.items[k.item] = masterdata.Item{}
			ids = append(ids, k.item)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	items, err := masterdata.Items(ctx, q, ids)
	for id, i := range items {
		p.items[id] = i
	}
	return err
}

// readVersions fills out: one question per day for the effective ones, one per named version.
func readVersions[T any](ctx context.Context, q db.Querier, keys []versionKey, out map[versionKey]T,
	many func(context.Context, db.Querier, []db.ID, string) (map[db.ID]T, error),
	one func(context.Context, db.Querier, db.ID, string, string) (T, bool, error)) error {
	byDay := map[string][]db.ID{}
	seen := map[versionKey]bool{}
	for _, k := range keys {
		if has(out, k) || seen[k] {
			continue
		}
		seen[k] = true
		if k.version == "" {
			byDay[k.date] = append(byDay[k.date], k.item)
			continue
		}
		v, ok, err := one(ctx, q, k.item, k.date, k.version)
		if err != nil {
			return err
		}
		if ok {
			out[k] = v
		}
	}
	for day, items := range byDay {
		vs, err := many(ctx, q, items, day)
		if err != nil {
			return err
		}
		for item, v := range vs {
			out[versionKey{item, "", day}] = v
		}
	}
	return nil
}

// check refuses an order that cannot be made, in words.
func (p *plan) check(o NewOrder) *fault.Error {
	item := p.items[o.Item]
	switch {
	case item.ID == 0:
		return fault.NotFound("production.item_unknown", "there is no item with the identifier %s", o.Item).With("item", o.Item)
	case item.Kind != "make" && item.Kind != "subcontract":
		return fault.Invalid("production.not_made", "%s is not made here", item.Code).With("item", item.Code)
	case o.Qty <= 0 || o.Qty > num.Max:
		return fault.Invalid("production.qty_not_positive", "the quantity of %s must be above zero, got %s", item.Code, o.Qty).With("item", item.Code).With("qty", o.Qty)
	case !o.Qty.Fits(item.Decimals):
		return fault.Invalid("production.decimals", "quantities of %s have at most %d decimals, got %s", item.Code, item.Decimals, o.Qty).
			With("item", item.Code).With("decimals", item.Decimals).With("qty", o.Qty)
	}
	for _, d := range []string{o.Due, o.Start} {
		if _, err := cal.ParseDay(d); err != nil && (d != "" || o.Due == "") {
			return fault.Invalid("production.date_invalid", "%q is not a date such as 2026-03-09", d).With("date", d)
		}
	}
	return nil
}
