package planning

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// Net is the netting of an item: what is needed, what there is and comes, and who takes what.
type Net struct {
	Needs    []Entry `json:"needs"`
	Supplies []Entry `json:"supplies"`
	Pegs     []Peg   `json:"pegs"`
}

// Entry is a need or a supply.
type Entry struct {
	Kind     string  `json:"kind" doc:"stock, purchase_order, subcontract_order, requisition, work_order, byproduct, firm, planned, planned_byproduct, sales_order, forecast, manual, phantom, substitute, transfer_order, negative_stock"`
	ID       db.ID   `json:"id,omitempty" doc:"Of the document's line"`
	Number   string  `json:"number,omitempty"`
	Line     int64   `json:"line,omitempty"`
	N        int64   `json:"n,omitempty" doc:"Number of a planned order in this plan"`
	For      string  `json:"for,omitempty" doc:"Item whose order needs it"`
	Site     string  `json:"site,omitempty" doc:"Of a need: the site whose transfer it is; of a transfer: the site that sends"`
	Day      string  `json:"day"`
	Document string  `json:"document_day,omitempty" doc:"The day that the document says, when it has passed"`
	Expires  string  `json:"expires,omitempty"`
	Possible string  `json:"possible,omitempty" doc:"When it can be there, if nothing begins before today"`
	Qty      num.Dec `json:"qty"`
}

// Peg says that a need takes a quantity of a supply; both by their place in the lists.
type Peg struct {
	Supply int     `json:"supply"`
	Need   int     `json:"need"`
	Qty    num.Dec `json:"qty"`
}

// ItemPage is an item on the planner's bench.
type ItemPage struct {
	Net
	Run        db.ID    `json:"run"`
	Today      string   `json:"today"`
	Site       string   `json:"site"`
	Item       string   `json:"item"`
	Name       string   `json:"name"`
	UoM        string   `json:"uom"`
	Kind       string   `json:"kind"`
	LeadDays   int      `json:"lead_days"`
	Safety     num.Dec  `json:"safety_stock"`
	LeadPer    num.Dec  `json:"lead_per"`
	PerDays    int      `json:"lead_per_days"`
	LeadFrom   string   `json:"lead_from"`
	SupplySite string   `json:"supply_site" doc:"Site that brings it, empty: obtained here"`
	Transfer   int      `json:"transfer_days"`
	LotRule    string   `json:"lot_rule"`
	MinLot     num.Dec  `json:"min_lot"`
	Multiple   num.Dec  `json:"lot_multiple"`
	MaxLot     num.Dec  `json:"max_lot"`
	FixedLot   num.Dec  `json:"fixed_lot"`
	Period     int      `json:"period_days"`
	YieldPct   num.Dec  `json:"yield_pct"`
	Days       []Bucket `json:"days" doc:"Every day on which something comes or goes, with what is left"`
}

// Bucket is a day with the stock that is projected after it.
type Bucket struct {
	Day     string  `json:"day"`
	Needed  num.Dec `json:"needed"`
	Coming  num.Dec `json:"coming" doc:"Of documents that exist, and stock on the first day"`
	Planned num.Dec `json:"planned"`
	Left    num.Dec `json:"left" doc:"With what is planned"`
	Without num.Dec `json:"without" doc:"Without what is planned: below zero it is short"`
}

type liveRun struct {
	ID    db.ID  `db:"id"`
	Site  db.ID  `db:"site_id"`
	Today string `db:"today"`
}

// live is the plan of a site that counts now.
func live(ctx context.Context, q db.Querier, code string) (liveRun, masterdata.Site, error) {
	site, err := siteOf(ctx, q, code)
	if err != nil {
		return liveRun{}, site, err
	}
	if err := identity.SeeSite(ctx, site.ID); err != nil {
		return liveRun{}, site, err
	}
	r, ok, err := db.Get[liveRun](ctx, q, `SELECT id, site_id, today FROM mrp_run WHERE site_id = $1 AND live`, site.ID)
	if err == nil && !ok {
		err = fault.NotFound("planning.no_plan", "site %s has no plan yet", site.Code).With("site", site.Code)
	}
	return r, site, err
}

func netOf(ctx context.Context, q db.Querier, run, item db.ID) (n Net, err error) {
	body, ok, err := db.Get[string](ctx, q, `SELECT body FROM mrp_item WHERE run_id = $1 AND item_id = $2`, run, item)
	if err != nil || !ok {
		return Net{Needs: []Entry{}, Supplies: []Entry{}, Pegs: []Peg{}}, err
	}
	return n, json.Unmarshal([]byte(body), &n)
}

// netsOf are the nettings of items of a run.
func netsOf(ctx context.Context, q db.Querier, run db.ID, items []db.ID) (map[db.ID]Net, error) {
	type row struct {
		Item db.ID  `db:"item_id"`
		Body string `db:"body"`
	}
	out := make(map[db.ID]Net, len(items))
	for part := range slices.Chunk(items, atOnce) {
		w := db.Where{Args: []any{run}}
		db.In(&w, "item_id", part)
		if err := db.Each(ctx, q, `SELECT item_id, body FROM mrp_item`+w.String()+` AND run_id = $1`, w.Args, func(r *row) error {
			var n Net
			err := json.Unmarshal([]byte(r.Body), &n)
			out[r.Item] = n
			return err
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Item shows an item on the bench.
func (m *Module) Item(ctx context.Context, q db.Querier, code, siteCode string) (p ItemPage, err error) {
	run, site, err := live(ctx, q, siteCode)
	if err != nil {
		return p, err
	}
	it, err := masterdata.ItemByCode(ctx, q, code)
	if err != nil {
		return p, err
	}
	return itemPage(ctx, q, run, site, it)
}

// itemPage is an item in the plan of a run.
func itemPage(ctx context.Context, q db.Querier, run liveRun, site masterdata.Site, it masterdata.Item) (p ItemPage, err error) {
	row, _, err := db.Get[itemRow](ctx, q, itemSelect+` WHERE i.id = $2`, site.ID, it.ID)
	if err != nil {
		return p, err
	}
	p = ItemPage{Run: run.ID, Today: run.Today, Site: site.Code, Item: it.Code, Name: it.Name, UoM: it.UoM, Kind: it.Kind, LeadDays: row.LeadDays, Safety: row.Safety, LotRule: row.LotRule,
		MinLot: row.MinLot, Multiple: row.Multiple, MaxLot: row.MaxLot, FixedLot: row.FixedLot, Period: row.PeriodDays, YieldPct: row.YieldPct,
		LeadPer: row.LeadPer, PerDays: row.PerDays, LeadFrom: row.LeadFrom, Transfer: row.Transfer}
	if row.brought() {
		from, err := masterdata.SiteByID(ctx, q, row.SupplySite)
		if err != nil {
			return p, err
		}
		p.SupplySite, p.Kind = from.Code, row.kind()
	}
	if p.Net, err = netOf(ctx, q, run.ID, it.ID); err != nil {
		return p, err
	}
	p.Days = buckets(&p.Net)
	return p, nil
}

// buckets projects the stock day by day.
func buckets(n *Net) []Bucket {
	at := map[string]*Bucket{}
	get := func(day string) *Bucket {
		if at[day] == nil {
			at[day] = &Bucket{Day: day}
		}
		return at[day]
	}
	for i := range n.Needs {
		get(n.Needs[i].Day).Needed += n.Needs[i].Qty
	}
	for i := range n.Supplies {
		s := &n.Supplies[i]
		switch s.Kind {
		case "planned", "planned_byproduct", "phantom":
			get(s.Day).Planned += s.Qty
		default:
			get(s.Day).Coming += s.Qty
		}
	}
	out := make([]Bucket, 0, len(at))
	for _, b := range at {
		out = append(out, *b)
	}
	slices.SortFunc(out, func(a, b Bucket) int { return cmp.Compare(a.Day, b.Day) })
	var left, without num.Dec
	for i := range out {
		b := &out[i]
		left += b.Coming + b.Planned - b.Needed
		without += b.Coming - b.Needed
		b.Left, b.Without = left, without
	}
	return out
}

// Why is the arithmetic of a planned order.
type Why struct {
	N        int64   `json:"n"`
	Item     string  `json:"item"`
	Kind     string  `json:"kind"`
	Qty      num.Dec `json:"qty"`
	Yield    num.Dec `json:"yield"`
	Start    string  `json:"start"`
	Due      string  `json:"due"`
	Possible string  `json:"possible"`
	LeadDays int     `json:"lead_days"`
	Steps    []Step  `json:"steps" doc:"Read from the top: each line adds to or takes from the quantity, or says how it was rounded"`
	Serves   []Share `json:"serves" doc:"What takes it"`
}

// Step is a line of the arithmetic.
type Step struct {
	Code   string  `json:"code" enum:"needed,stock,coming,substitute,planned_before,safety,later,yield,min_lot,multiple,max_lot,fixed_lot,rounded,started"`
	Number string  `json:"number,omitempty" doc:"Document"`
	Day    string  `json:"day,omitempty"`
	Qty    num.Dec `json:"qty" doc:"Of this line"`
	Sum    num.Dec `json:"sum" doc:"So far"`
	By     num.Dec `json:"by,omitempty" doc:"The rule's figure"`
}

// Share is a part of a supply.
type Share struct {
	Need Entry   `json:"need"`
	Qty  num.Dec `json:"qty"`
}

// Why says how the quantity of a planned order comes about: all orders of its item and day are one figure, cut by the
// lot rule.
func (m *Module) Why(ctx context.Context, q db.Querier, siteCode string, n int64) (Why, error) {
	run, site, err := live(ctx, q, siteCode)
	if err != nil {
		return Why{}, err
	}
	return whyIn(ctx, q, run, site, n)
}

// whyIn is the arithmetic of an order in the plan of a run.
func whyIn(ctx context.Context, q db.Querier, run liveRun, site masterdata.Site, n int64) (Why, error) {
	o, err := orderOf(ctx, q, run.ID, n)
	if err != nil {
		return Why{}, err
	}
	it, err := masterdata.ItemByID(ctx, q, o.Item)
	if err != nil {
		return Why{}, err
	}
	page, err := itemPage(ctx, q, run, site, it)
	if err != nil {
		return Why{}, err
	}
	w := Why{N: n, Item: it.Code, Kind: o.Kind, Qty: o.Qty, Yield: o.Yield, Start: o.Start, Due: o.Due, Possible: o.Possible, LeadDays: page.LeadDays, Steps: []Step{}, Serves: []Share{}}
	var sum num.Dec
	step := func(code, number, day string, qty, by num.Dec) {
		sum += qty
		w.Steps = append(w.Steps, Step{code, number, day, qty, sum, by})
	}
	group := map[int]bool{} // supplies that are orders of this item and day
	var made num.Dec
	for i := range page.Supplies {
		if s := &page.Supplies[i]; s.Kind == "planned" && s.Day == o.Due {
			group[i] = true
			made += s.Qty
		}
	}
	wanted := map[int]bool{}
	for i := range page.Needs {
		if e := &page.Needs[i]; e.Day == o.Due {
			wanted[i] = true
			step("needed", e.Number, e.Day, e.Qty, 0)
		}
	}
	var later num.Dec
	taken := map[int]num.Dec{}
	for _, g := range page.Pegs {
		s := &page.Supplies[g.Supply]
		switch {
		case wanted[g.Need] && !group[g.Supply]:
			taken[g.Supply] -= g.Qty
		case group[g.Supply] && !wanted[g.Need]:
			later += g.Qty
		}
		if group[g.Supply] && s.N == n {
			w.Serves = append(w.Serves, Share{page.Needs[g.Need], g.Qty})
		}
	}
	for i := range page.Supplies {
		if t := taken[i]; t != 0 {
			s := &page.Supplies[i]
			code := "coming"
			switch s.Kind {
			case "stock":
				code = "stock"
			case "substitute":
				code = "substitute"
			case "planned":
				code = "planned_before"
			}
			step(code, s.Number, s.Day, t, 0)
		}
	}
	net := sum
	if page.LotRule != "period" {
		later = 0 // what rounding left over
	}
	if later > 0 {
		step("later", "", "", later, num.Int(int64(page.Period)))
	}
	// what the day would leave without these orders, against the safety stock, which counts from the first day that
	// can still be served
	at := slices.IndexFunc(page.Days, func(b Bucket) bool { return b.Day == o.Due })
	if page.Safety > 0 && at >= 0 && !o.Past {
		net = page.Safety + later - (page.Days[at].Left - made)
		if missing := min(net, made) - sum; missing > 0 {
			step("safety", "", "", missing, page.Safety)
		}
	}
	net = sum
	if rest := made - sum; rest != 0 {
		code, by := "rounded", num.Dec(0)
		switch {
		case page.LotRule == "fixed" && page.FixedLot > 0:
			code, by = "fixed_lot", page.FixedLot
		case page.MinLot > net && page.MinLot >= made:
			code, by = "min_lot", page.MinLot
		case page.Multiple > 0:
			code, by = "multiple", page.Multiple
		}
		step(code, "", "", rest, by)
	}
	var started num.Dec
	for i := range page.Supplies {
		if group[i] {
			d, err := orderOf(ctx, q, run.ID, page.Supplies[i].N)
			if err != nil {
				return w, err
			}
			started += d.Qty
		}
	}
	if started != made {
		step("yield", "", "", started-made, page.YieldPct)
	}
	if started != o.Qty {
		step("max_lot", "", "", o.Qty-started, cmp.Or(page.MaxLot, page.FixedLot))
	}
	return w, nil
}

// orderOf finds a planned order; n counts from one.
func orderOf(ctx context.Context, q db.Querier, run db.ID, n int64) (orderRow, error) {
	o, ok, err := db.Get[orderRow](ctx, q, `SELECT `+orderColumns+` FROM mrp_order o WHERE o.run_id = $1 AND o.n = $2`, run, n-1)
	if err == nil && !ok {
		err = fault.NotFound("planning.order_unknown", "the plan has no order #%d", n).With("n", n)
	}
	return o, err
}
