package planning

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/planning/mrp"
)

// ShortRow is a part that orders miss.
type ShortRow struct {
	Item     string     `json:"item"`
	Name     string     `json:"name"`
	UoM      string     `json:"uom"`
	Kind     string     `json:"kind" doc:"How it is obtained; transfer: another site brings it"`
	From     string     `json:"from,omitempty" doc:"The site that brings it"`
	There    num.Dec    `json:"there" doc:"Of what has to be brought, lies free there for these orders"`
	Short    num.Dec    `json:"short" doc:"Missing today"`
	Coming   num.Dec    `json:"coming" doc:"Of it, on its way"`
	Order    num.Dec    `json:"order" doc:"To be ordered by the item's lot rule; zero when enough is on its way"`
	Needed   string     `json:"needed" doc:"By when the first order needs it"`
	Possible string     `json:"possible" doc:"When all of it can be there; empty: nobody can say"`
	LeadDays int        `json:"lead_days" doc:"Of a transfer the days on the way"`
	Supplier string     `json:"supplier,omitempty"`
	For      []ShortFor `json:"for"`
	Held     num.Dec    `json:"held" doc:"Lies here on hold or in quarantine"`
	Other    num.Dec    `json:"other" doc:"Lies at other sites"`
}

// ShortFor is an order that misses it.
type ShortFor struct {
	Kind   string  `json:"kind"`
	Number string  `json:"number"`
	Line   int64   `json:"line,omitempty"`
	Item   string  `json:"item"`
	Due    string  `json:"due"`
	Qty    num.Dec `json:"qty"`
	Day    string  `json:"day" doc:"When this order can have it; empty: nobody can say"`
}

// Shortages is what a set of orders misses.
type Shortages struct {
	Site   string     `json:"site"`
	Today  string     `json:"today"`
	Orders int        `json:"orders" doc:"That were looked at"`
	Short  int        `json:"short" doc:"Of these, not complete"`
	Parts  []ShortRow `json:"parts"`
}

// Shortages says what is short for chosen orders, when, and for whom.
func (m *Module) Shortages(ctx context.Context, q db.Querier, in *AskKits) (out Shortages, err error) {
	if err := dated(in.From, in.To); err != nil {
		return out, err
	}
	k, err := m.kitting(ctx, q, in.Site)
	if err != nil {
		return out, err
	}
	if in.Center != "" {
		if err := k.centers(ctx, q); err != nil {
			return out, err
		}
	}
	ids := []db.ID{}
	for n := range k.list {
		ids = append(ids, k.list[n].Customer)
	}
	for i := range k.items {
		ids = append(ids, k.items[i].Supplier)
	}
	_, codes, err := m.partners(ctx, q, ids)
	if err != nil {
		return out, err
	}
	list, err := k.chosen(in, codes)
	if err != nil {
		return out, err
	}
	if err := k.deal(); err != nil {
		return out, err
	}
	out = Shortages{Site: k.site.Code, Today: k.today.String(), Orders: len(list), Parts: []ShortRow{}}
	at := map[int32]*ShortRow{}
	var items []int32
	seen := map[int32]bool{}
	var look func(n int32)
	look = func(n int32) {
		if seen[n] {
			return
		}
		seen[n] = true
		o, of, r := &k.Orders[n], &k.list[n], &k.answer.Results[n]
		for _, s := range r.Short {
			it := &k.items[s.Item]
			x := at[s.Item]
			if x == nil {
				x = &ShortRow{Item: it.Code, Name: it.Name, UoM: it.UoM, Kind: it.kind(), From: k.fromSite(s.Item), LeadDays: k.Items[s.Item].LeadDays, For: []ShortFor{}, Possible: date(s.Day)}
				if !it.brought() {
					x.Supplier = codes[it.Supplier]
				}
				at[s.Item], items = x, append(items, s.Item)
			}
			x.Short += s.Qty
			x.Coming += s.Coming
			x.There += s.There
			if d := date(s.Day); x.Possible != "" && (d == "" || d > x.Possible) {
				x.Possible = d
			}
			by := o.Due - cal.Day(k.Items[o.Item].LeadDays)
			if !o.Work && r.Done < mrp.Never {
				by = o.Due - (r.Done - r.Ready)
			}
			if d := max(by, k.today).String(); x.Needed == "" || d < x.Needed {
				x.Needed = d
			}
			x.For = append(x.For, ShortFor{of.Kind, of.Number, of.Line, k.Items[o.Item].Code, date(o.Due), s.Qty, date(s.Day)})
		}
		for _, w := range r.Waits {
			look(w)
		}
	}
	for _, n := range list {
		if !k.answer.Results[n].Complete {
			out.Short++
		}
		look(n)
	}
	other, err := k.elsewhere(ctx, q, items)
	if err != nil {
		return out, err
	}
	for _, i := range items {
		x := at[i]
		if rest := x.Short - x.Coming; rest > 0 {
			if x.Order, err = lotSize(&k.Items[i], rest); err != nil {
				return out, err
			}
		}
		x.Held, x.Other = other[i].held, other[i].sites
		out.Parts = append(out.Parts, *x)
	}
	slices.SortFunc(out.Parts, func(a, b ShortRow) int { return cmp.Or(cmp.Compare(a.Needed, b.Needed), cmp.Compare(a.Item, b.Item)) })
	return out, nil
}

type lying struct{ held, sites num.Dec }

// elsewhere is what lies of items where planning cannot use it.
func (k *kitting) elsewhere(ctx context.Context, q db.Querier, items []int32) (map[int32]lying, error) {
	out := map[int32]lying{}
	ids := make([]db.ID, len(items))
	for n, i := range items {
		ids[n] = k.items[i].ID
	}
	type row struct {
		Item db.ID   `db:"item_id"`
		Here bool    `db:"here"`
		Qty  num.Dec `db:"qty"`
	}
	for part := range slices.Chunk(ids, 500) {
		w := db.Where{Args: []any{k.site.ID}}
		db.In(&w, "s.item_id", part)
		w.And("(s.site_id = $1 OR s.status = 'available' AND l.warehouse_kind <> 'quarantine')")
		w.And("NOT (s.site_id = $1 AND s.status = 'available' AND l.warehouse_kind <> 'quarantine')")
		if err := db.Each(ctx, q, `SELECT s.item_id, CASE WHEN s.site_id = $1 THEN TRUE ELSE FALSE END AS here, CAST(sum(s.qty) AS BIGINT) AS qty FROM v_stock s JOIN v_location l ON l.id = s.location_id`+w.String()+`
			GROUP BY s.item_id, CASE WHEN s.site_id = $1 THEN TRUE ELSE FALSE END`, w.Args, func(r *row) error {
			x := out[k.at[r.Item]]
			if r.Here {
				x.held += r.Qty
			} else {
				x.sites += r.Qty
			}
			out[k.at[r.Item]] = x
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// lotSize is what is ordered when so much is wanted.
func lotSize(it *mrp.Item, qty num.Dec) (num.Dec, error) {
	q, err := max(qty, it.MinLot).RoundUp(it.Decimals)
	if err != nil {
		return 0, err
	}
	step := it.Multiple
	if it.Rule == mrp.Fixed && it.FixedLot > 0 {
		step = it.FixedLot
	}
	if step > 0 {
		if over := q % step; over > 0 {
			q += step - over
		}
	}
	return q, nil
}

// BuyShortages makes documents for what is short.
type BuyShortages struct {
	Site  string    `json:"site,omitempty" maxLength:"64" doc:"Empty = your first site"`
	Lines []BuyLine `json:"lines" minItems:"1" maxItems:"500"`
}

// BuyLine is one part.
type BuyLine struct {
	Item     string   `json:"item" minLength:"1" maxLength:"100" doc:"Item code"`
	Qty      num.Dec  `json:"qty"`
	Due      string   `json:"due,omitempty" maxLength:"10" doc:"Default today and the item's lead time"`
	Supplier string   `json:"supplier,omitempty" maxLength:"100" doc:"Default the item's"`
	For      []string `json:"for,omitempty" maxItems:"50" doc:"Orders that miss it, for the record"`
}

// Buy turns what is short into requisitions, or orders to suppliers where the company has chosen so, and into work
// orders for what is made here; all or nothing.
func (m *Module) Buy(ctx context.Context, tx *db.Tx, in BuyShortages) (Released, error) {
	site, err := siteOf(ctx, tx, in.Site)
	if err != nil {
		return Released{}, err
	}
	if len(in.Lines) == 0 {
		return Released{}, fault.Invalid("planning.nothing", "name the parts to order")
	}
	codes := make([]string, len(in.Lines))
	for n := range in.Lines {
		codes[n] = strings.TrimSpace(in.Lines[n].Item)
	}
	found, err := masterdata.ItemsByCode(ctx, tx, codes)
	if err != nil {
		return Released{}, err
	}
	for _, code := range codes {
		if _, ok := found[code]; !ok {
			_, err := masterdata.ItemByCode(ctx, tx, code) // says that it is not known
			return Released{}, err
		}
	}
	items := map[db.ID]masterdata.Item{}
	var ids []db.ID
	for _, it := range found {
		items[it.ID] = it
		ids = append(ids, it.ID)
	}
	type row struct {
		Item     db.ID `db:"item_id"`
		Lead     int   `db:"lead_days"`
		Supplier db.ID `db:"supplier_id"`
		Site     db.ID `db:"supply_site_id"`
		Transfer int   `db:"transfer_days"`

		LeadPer num.Dec `db:"lead_per"`
		PerDays int     `db:"lead_per_days"`
	}
	rules := map[db.ID]row{}
	w := db.Where{Args: []any{site.ID}}
	db.In(&w, "s.item_id", ids)
	w.And("s.site_id = $1")
	if err := db.Each(ctx, tx, `SELECT s.item_id, s.lead_days, s.supplier_id, coalesce(p.supply_site_id, 0) AS supply_site_id, coalesce(p.transfer_days, 0) AS transfer_days, coalesce(p.lead_per, 0) AS lead_per, coalesce(p.lead_per_days, 0) AS lead_per_days
		FROM v_item_site s LEFT JOIN v_item_plan p ON p.item_id = s.item_id AND p.site_id = s.site_id`+w.String(), w.Args, func(r *row) error {
		rules[r.Item] = *r
		return nil
	}); err != nil {
		return Released{}, err
	}
	now, err := cal.ParseDay(tx.Now().In(site.Location()).Format(time.DateOnly))
	if err != nil {
		return Released{}, err
	}
	var list []candidate
	for n := range in.Lines {
		l := &in.Lines[n]
		it := found[codes[n]]
		if err := sound(it, l.Qty); err != nil {
			return Released{}, err
		}
		if it.Kind != "make" && it.Kind != "buy" && it.Kind != "subcontract" {
			return Released{}, fault.Conflict("planning.not_ordered", "%s is neither made nor bought", it.Code).With("item", it.Code)
		}
		if err := dated(l.Due); err != nil {
			return Released{}, err
		}
		due := l.Due
		if due == "" {
			r := rules[it.ID]
			days := (&mrp.Item{LeadDays: r.Lead, LeadPer: r.LeadPer, LeadPerDays: r.PerDays}).Lead(l.Qty)
			if r.Site != 0 {
				days = r.Transfer
			}
			due = (now + cal.Day(days)).String()
		}
		if due < now.String() {
			return Released{}, fault.Invalid("planning.date_past", "%s has passed", due).With("date", due)
		}
		c := candidate{name: it.Code, kind: it.Kind, item: it.ID, qty: l.Qty, due: due, start: due, priority: usual, supplier: rules[it.ID].Supplier, from: strings.TrimSpace(l.Supplier), source: "shortage", sources: []Source{}, done: func(string, string) {}}
		if from := rules[it.ID].Site; from != 0 {
			d, err := cal.ParseDay(due)
			if err != nil {
				return Released{}, err
			}
			c.kind, c.fromSite, c.start = "transfer", from, (d - cal.Day(rules[it.ID].Transfer)).String()
		} else if it.Kind == "make" {
			if c.start, err = m.startOf(ctx, tx, site, it, l.Qty, due); err != nil {
				return Released{}, err
			}
		}
		for _, f := range l.For {
			c.sources = append(c.sources, Source{Kind: "shortage", Number: f, Day: due})
		}
		list = append(list, c)
	}
	out := Released{Documents: []ReleasedDoc{}}
	if err := m.releaseTransfers(ctx, tx, site, list, items, &out); err != nil {
		return Released{}, err
	}
	if err := m.releaseWork(ctx, tx, site, list, items, false, &out); err != nil {
		return Released{}, err
	}
	if err := m.releasePurchases(ctx, tx, site, list, items, &out); err != nil {
		return Released{}, err
	}
	for _, d := range out.Documents {
		tx.Emit(db.Event{Name: EventReleased, Subject: d.Kind + ":" + d.Number, Site: site.ID, Reason: "shortage", Payload: d})
	}
	return out, nil
}
