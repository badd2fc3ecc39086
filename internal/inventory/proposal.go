package inventory

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

type proposalInput struct {
	Item  string `query:"item" required:"true" maxLength:"200" doc:"Item code, or what was scanned"`
	Qty   string `query:"qty" maxLength:"30" doc:"How much is needed; default all that is usable"`
	Order string `query:"order" maxLength:"30" doc:"Order (id): what was issued to it already goes first in the explanation"`
	Site  string `query:"site"`
}

// Why a lot is taken in its turn, or is not taken.
const (
	WhyLine   = "line"   // lies at the line
	WhyExpiry = "expiry" // expires first
	WhyOldest = "oldest" // came first
	WhyOnly   = "only"   // the only one
	WhyLoose  = "loose"  // same age; loose before packed
	NotHeld   = "held"   // on hold
	NotJudged = "quarantine"
	NotFresh  = "expired"
	NotOurs   = "customer_owned"
	NotFree   = "reserved" // promised to a document
	NotNeeded = "later"    // its turn has not come
)

// PickProposal is which lots are taken first.
type PickProposal struct {
	Item    string       `json:"item"`
	Name    string       `json:"name"`
	UoM     string       `json:"uom"`
	Need    num.Dec      `json:"need"`
	Short   num.Dec      `json:"short" doc:"What usable stock does not cover"`
	Picks   []PickReason `json:"picks" doc:"In the order of use"`
	Skipped []PickReason `json:"skipped" doc:"What is not taken, and why not"`
}

// PickReason is a quantity of one lot at one place, and why it is taken or not.
type PickReason struct {
	Lot        string  `json:"lot"`
	Location   string  `json:"location"`
	Container  string  `json:"container,omitempty"`
	Qty        num.Dec `json:"qty"`
	ExpiresOn  string  `json:"expires_on,omitempty"`
	ReceivedOn string  `json:"received_on,omitempty"`
	Why        string  `json:"why" enum:"line,expiry,oldest,only,loose,held,quarantine,expired,customer_owned,reserved,later"`
	For        string  `json:"for,omitempty" doc:"Documents that it is promised to"`
	Issued     bool    `json:"issued,omitempty" doc:"Of this lot was issued to the order already"`
}

// ProposePicks says what Move would take, and why, in the order of choose.
func (m *Module) ProposePicks(ctx context.Context, q db.Querier, in proposalInput) (PickProposal, error) {
	site, err := siteOf(ctx, q, in.Site)
	if err != nil {
		return PickProposal{}, err
	}
	g, err := Scan(ctx, q, in.Item)
	if err != nil {
		return PickProposal{}, err
	}
	out := PickProposal{Item: g.Item.Code, Name: g.Item.Name, UoM: g.Item.UoM, Picks: []PickReason{}, Skipped: []PickReason{}}
	if in.Qty != "" {
		if out.Need, err = num.Parse(in.Qty); err != nil || out.Need < 0 {
			return out, fault.Invalid("inventory.qty_not_positive", "the quantity must be above zero, not %s", in.Qty).With("item", g.Item.Code).With("qty", in.Qty)
		}
	}
	var all []*row
	for _, status := range []string{Available, Held} {
		rows, err := readRows(ctx, q, source{Stock, 0, status}, site.ID, []db.ID{g.Item.ID}, allSlots)
		if err != nil {
			return out, err
		}
		all = append(all, rows...)
	}
	promised, err := promisedTo(ctx, q, all)
	if err != nil {
		return out, err
	}
	boxes, err := boxCodes(ctx, q, all)
	if err != nil {
		return out, err
	}
	issued, err := issuedTo(ctx, q, g.Item.ID, in.Order)
	if err != nil {
		return out, err
	}
	explain(&out, all, m.today(q), g.Item.Kind == "customer", func(r *row) (string, string, bool) { return boxes[r.Container], promised[r.ID], issued[r.Lot] })
	return out, nil
}

// explain sorts the rows into what is taken and what is not. told gives a row's container, its promises and whether of
// its lot was issued already.
func explain(out *PickProposal, all []*row, today string, theirs bool, told func(*row) (string, string, bool)) {
	say := func(r *row, qty num.Dec, why string) PickReason {
		box, doc, issued := told(r)
		p := PickReason{Lot: r.Number, Location: r.Location, Container: box, Qty: qty, Why: why, Issued: issued}
		if r.Expires != OpenEnd {
			p.ExpiresOn = r.Expires
		}
		if r.Received != OpenEnd {
			p.ReceivedOn = r.Received
		}
		if why == NotFree {
			p.For = doc
		}
		return p
	}
	var usable []*row
	for _, r := range all {
		why := ""
		switch {
		case r.Status == Held:
			why = NotHeld
		case r.Warehouse == "quarantine":
			why = NotJudged
		case r.Expires <= today:
			why = NotFresh
		case r.Warehouse == "customer_owned" && !theirs:
			why = NotOurs
		}
		if why != "" {
			out.Skipped = append(out.Skipped, say(r, r.Qty, why))
			continue
		}
		if r.Reserved > 0 {
			out.Skipped = append(out.Skipped, say(r, r.Reserved, NotFree))
		}
		usable = append(usable, r)
	}
	list := shelves(usable, whole)
	list = slices.DeleteFunc(list, func(s shelf) bool { return s.free <= 0 })
	need := out.Need
	if need == 0 {
		for _, s := range list {
			need += s.free
		}
		out.Need = need
	}
	for i, s := range list {
		h := s.head()
		if need == 0 {
			out.Skipped = append(out.Skipped, say(h, s.free, NotNeeded))
			continue
		}
		take := min(need, s.free)
		need -= take
		out.Picks = append(out.Picks, say(h, take, because(list, i)))
		if take < s.free {
			out.Skipped = append(out.Skipped, say(h, s.free-take, NotNeeded))
		}
	}
	out.Short = need
	merge(&out.Skipped)
}

// because says what puts a shelf before those behind it.
func because(list []shelf, i int) string {
	h := list[i].head()
	if len(list) == 1 {
		return WhyOnly
	}
	if lineRank(h) == 0 && slices.ContainsFunc(list, func(s shelf) bool { return lineRank(s.head()) != 0 }) {
		return WhyLine
	}
	differs := func(of func(r *row) string) bool {
		return slices.ContainsFunc(list, func(s shelf) bool { return lineRank(s.head()) == lineRank(h) && of(s.head()) != of(h) })
	}
	switch {
	case h.Expires != OpenEnd && differs(func(r *row) string { return r.Expires }):
		return WhyExpiry
	case differs(func(r *row) string { return r.Received }):
		return WhyOldest
	}
	return WhyLoose
}

// merge adds up the slots of one shelf.
func merge(list *[]PickReason) {
	type id struct{ lot, location, box, why, who, received, expires string }
	at := map[id]int{}
	out := (*list)[:0]
	for _, p := range *list {
		k := id{p.Lot, p.Location, p.Container, p.Why, p.For, p.ReceivedOn, p.ExpiresOn}
		if i, ok := at[k]; ok {
			out[i].Qty += p.Qty
			continue
		}
		at[k] = len(out)
		out = append(out, p)
	}
	slices.SortStableFunc(out, func(a, b PickReason) int {
		return cmp.Or(cmp.Compare(a.Why, b.Why), cmp.Compare(a.Lot, b.Lot), cmp.Compare(a.Location, b.Location))
	})
	*list = out
}

// promisedTo names the documents that balances are promised to.
func promisedTo(ctx context.Context, q db.Querier, rows []*row) (map[db.ID]string, error) {
	var ids []db.ID
	for _, r := range rows {
		if r.Reserved > 0 {
			ids = append(ids, r.ID)
		}
	}
	type promise struct {
		Balance db.ID  `db:"balance_id"`
		Doc     string `db:"doc_number"`
	}
	out := map[db.ID]string{}
	for part := range slices.Chunk(ids, 500) {
		var w db.Where
		db.In(&w, "balance_id", part)
		if err := db.Each(ctx, q, `SELECT DISTINCT balance_id, doc_number FROM inv_reservation`+w.String()+` ORDER BY balance_id, doc_number`, w.Args, func(p *promise) error {
			if out[p.Balance] != "" {
				out[p.Balance] += ", "
			}
			out[p.Balance] += p.Doc
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func boxCodes(ctx context.Context, q db.Querier, rows []*row) (map[db.ID]string, error) {
	var ids []db.ID
	for _, r := range rows {
		if r.Container != 0 && !slices.Contains(ids, r.Container) {
			ids = append(ids, r.Container)
		}
	}
	type box struct {
		ID   db.ID  `db:"id"`
		Code string `db:"code"`
	}
	out := map[db.ID]string{}
	for part := range slices.Chunk(ids, 500) {
		var w db.Where
		db.In(&w, "id", part)
		if err := db.Each(ctx, q, `SELECT id, code FROM inv_container`+w.String(), w.Args, func(b *box) error { out[b.ID] = b.Code; return nil }); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// issuedTo are the lots of an item that an order has had already.
func issuedTo(ctx context.Context, q db.Querier, item db.ID, order string) (map[db.ID]bool, error) {
	out := map[db.ID]bool{}
	if order == "" {
		return out, nil
	}
	id, err := strconv.ParseInt(order, 10, 64)
	if err != nil {
		return out, fault.Invalid("inventory.order_bad", "%q is no identifier", order).With("order", order)
	}
	err = db.Each(ctx, q, `SELECT DISTINCT m.lot_id FROM inv_move m WHERE m.order_id = $1
		AND m.order_id <> 0 AND m.item_id = $2 AND m.from_kind = 'stock' AND m.lot_id <> 0`, []any{id, item}, func(id *db.ID) error { out[*id] = true; return nil })
	return out, err
}
