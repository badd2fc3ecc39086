package mrp

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
)

// Pack is a problem that came from a factory pack, with the names of its documents.
type Pack struct {
	Problem
	p *pack.Pack
}

// FromPack reads a pack as "How planning reads it" says. The pack must be one that pack.Read found no fault in; today is
// the day on which planning stands.
func FromPack(p *pack.Pack, today cal.Day) (*Pack, error) {
	out := &Pack{p: p, Problem: Problem{Today: today}}
	var err error
	if out.Calendar, err = p.Calendar("site"); err != nil {
		return nil, err
	}
	index := make(map[string]int32, len(p.Items))
	for i := range p.Items {
		x := &p.Items[i]
		index[x.Code] = int32(i)
		out.Items = append(out.Items, Item{Code: x.Code, Kind: Kind(slices.Index(kindNames[:], x.Kind)), Rule: rules[x.LotRule], Decimals: x.Decimals, LeadDays: x.LeadDays, PeriodDays: x.PeriodDays,
			Safety: x.SafetyStock, MinLot: x.MinLot, Multiple: x.LotMultiple, MaxLot: x.MaxLot, FixedLot: x.FixedLot, YieldPct: x.YieldPct})
	}
	versions := out.versions(index)
	stores := map[string]string{}
	for _, w := range p.Warehouses {
		stores[w.Code] = w.Kind
	}
	for i, s := range p.Stock {
		item := index[s.Item]
		kind := stores[s.Warehouse]
		if kind == "quarantine" || (kind == "customer_owned") != (out.Items[item].Kind == Customer) {
			continue
		}
		expires := Never
		if s.ExpiresOn != "" {
			if expires, err = cal.ParseDay(s.ExpiresOn); err != nil {
				return nil, err
			}
		}
		out.Supplies = append(out.Supplies, Supply{Item: item, Day: today, Expires: expires, Qty: s.Qty, Source: Source{Stock, int32(i)}})
	}
	for i, l := range p.PurchaseOrders {
		out.Supplies = append(out.Supplies, Supply{Item: index[l.Item], Day: cal.MustDay(l.Due), Expires: Never, Qty: l.Qty, Source: Source{Purchase, int32(i)}})
	}
	for i := range p.SalesOrders {
		l := &p.SalesOrders[i]
		out.Demands = append(out.Demands, Demand{Item: index[l.Item], Day: cal.MustDay(l.Due), Qty: l.Qty, Source: Source{Sales, int32(i)}, Parent: -1})
	}
	out.forecasts(index)
	for i := range p.WorkOrders {
		w := &p.WorkOrders[i]
		x := Work{Ref: int32(i), Item: index[w.Item], Qty: w.Qty - w.DoneQty, Due: cal.MustDay(w.Due), Started: w.Status == "started", Version: -1}
		if w.Start != "" {
			x.Start, x.HasStart = cal.MustDay(w.Start), true
		}
		if w.BOMVersion != "" {
			v, ok := versions[[2]string{w.Item, w.BOMVersion}]
			if !ok {
				v = int32(len(out.Versions)) // a version that has no lines
				out.Versions = append(out.Versions, Version{Item: x.Item, Name: w.BOMVersion, From: Never, To: -Never})
				versions[[2]string{w.Item, w.BOMVersion}] = v
			}
			x.Version = v
		}
		out.Works = append(out.Works, x)
	}
	return out, nil
}

var rules = map[string]Rule{"lot_for_lot": LotForLot, "fixed": Fixed, "period": Period}

// versions gathers the BOM lines; of one product they stand by start and then by number, so that the later wins.
func (out *Pack) versions(index map[string]int32) map[[2]string]int32 {
	at := map[[2]string]int{}
	var all []Version
	for i := range out.p.BOMs {
		b := &out.p.BOMs[i]
		k := [2]string{b.Product, b.Version}
		n, ok := at[k]
		if !ok {
			v := Version{Item: index[b.Product], Name: b.Version, From: -Never, To: Never}
			if b.EffectiveFrom != "" {
				v.From = cal.MustDay(b.EffectiveFrom)
			}
			if b.EffectiveTo != "" {
				v.To = cal.MustDay(b.EffectiveTo)
			}
			n = len(all)
			at[k], all = n, append(all, v)
		}
		role := Component
		if b.Role != "component" {
			role = Output
		}
		all[n].Lines = append(all[n].Lines, Line{Item: index[b.Item], Role: role, Backflush: b.Issue == "backflush", None: b.Issue == "none", Qty: b.Qty, ScrapPct: b.ScrapPct})
	}
	slices.SortStableFunc(all, func(a, b Version) int {
		return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.From, b.From), masterdata.CompareVersions(a.Name, b.Name))
	})
	out.Versions = all
	found := make(map[[2]string]int32, len(all))
	for n, v := range all {
		found[[2]string{out.Items[v.Item].Code, v.Name}] = int32(n)
	}
	return found
}

// forecasts are eaten up by the orders of the same item and calendar month, in the order of their dates.
func (out *Pack) forecasts(index map[string]int32) {
	type month struct{ item, month string }
	ordered := map[month]num.Dec{}
	for i := range out.p.SalesOrders {
		l := &out.p.SalesOrders[i]
		ordered[month{l.Item, l.Due[:7]}] += l.Qty
	}
	byDate := make([]int32, len(out.p.Forecasts))
	for i := range byDate {
		byDate[i] = int32(i)
	}
	slices.SortStableFunc(byDate, func(a, b int32) int { return cmp.Compare(out.p.Forecasts[a].Date, out.p.Forecasts[b].Date) })
	for _, i := range byDate {
		f := &out.p.Forecasts[i]
		k := month{f.Item, f.Date[:7]}
		eaten := min(ordered[k], f.Qty)
		ordered[k] -= eaten
		if f.Qty > eaten {
			out.Demands = append(out.Demands, Demand{Item: index[f.Item], Day: cal.MustDay(f.Date), Qty: f.Qty - eaten, Source: Source{Forecast, i}, Parent: -1})
		}
	}
}

// Planned is the plan as planned.csv has it: header and rows, sorted by item, due, start and quantity.
func (out *Pack) Planned(plan *Plan) [][]string {
	orders := slices.Clone(plan.Orders)
	slices.SortFunc(orders, func(a, b Order) int {
		return cmp.Or(cmp.Compare(out.Items[a.Item].Code, out.Items[b.Item].Code), cmp.Compare(a.Due, b.Due), cmp.Compare(a.Start, b.Start), cmp.Compare(a.Qty, b.Qty))
	})
	rows := make([][]string, 1, len(orders)+1)
	rows[0] = []string{"item", "kind", "qty", "start", "due", "past_due"}
	for _, o := range orders {
		kind, past := out.Items[o.Item].Kind.String(), "0"
		if o.Short {
			kind = "shortage"
		}
		if o.Past {
			past = "1"
		}
		rows = append(rows, []string{out.Items[o.Item].Code, kind, o.Qty.String(), o.Start.String(), o.Due.String(), past})
	}
	return rows
}

// Pegged is the pegs as pegs.csv has them: header and rows, sorted by item, date and quantity.
func (out *Pack) Pegged(plan *Plan) [][]string {
	rows := [][]string{}
	for g := range plan.AllPegs() {
		if g.Supply.Kind != Through {
			rows = append(rows, []string{out.Items[g.Item].Code, g.Supply.Kind.String(), out.ref(plan, g.Supply), g.SupplyDay.String(), g.Qty.String(),
				g.Demand.Kind.String(), out.ref(plan, g.Demand), out.Items[g.DemandItem].Code, g.DemandDay.String()})
		}
	}
	slices.SortStableFunc(rows, func(a, b []string) int {
		return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[8], b[8]), cmp.Compare(a[3], b[3]))
	})
	return slices.Insert(rows, 0, []string{"supply_item", "supply_kind", "supply_ref", "supply_date", "qty", "demand_kind", "demand_ref", "demand_item", "demand_date"})
}

// ref is the number of a document as a person knows it.
func (out *Pack) ref(plan *Plan, s Source) string {
	switch s.Kind {
	case Stock:
		l := &out.p.Stock[s.Ref]
		return cmp.Or(l.Lot, l.Serial, l.Warehouse)
	case Purchase:
		l := &out.p.PurchaseOrders[s.Ref]
		return l.Order + "/" + strconv.Itoa(l.Line)
	case Sales:
		l := &out.p.SalesOrders[s.Ref]
		return l.Order + "/" + strconv.Itoa(l.Line)
	case Forecast:
		return out.p.Forecasts[s.Ref].Date
	case WorkOrder, ByProduct:
		return out.p.WorkOrders[s.Ref].Order
	case Through:
		return out.Items[plan.Passes[s.Ref].Item].Code
	}
	return fmt.Sprintf("P%d", s.Ref+1)
}

// Messages are what a plan's faults say.
var Messages = fault.Messages{
	"mrp.no_bom":   {Zh: "{item} 在 {day} 没有有效的物料清单版本，没有展开它的零件。请补一个在这天有效的版本。", En: "{item} has no BOM version in force on {day}; its parts were not planned. Add a version that is valid on that day."},
	"mrp.far_day":  {Zh: "{item} 的日期 {day} 在 170 年以后，没有计入计划。请改正日期。", En: "The day {day} of {item} is more than 170 years ahead and was not planned. Correct the date."},
	"mrp.overflow": {Zh: "{item} 在 {day} 的数量太大，无法计算。请检查需求、用量和批量。", En: "The quantity of {item} on {day} is too large to compute with. Check demand, quantity per and lot sizes."},
}

// Say words a fault.
func (out *Pack) Say(f Fault, lang string) string {
	return Messages[f.Code].Render(lang, map[string]string{"item": out.Items[f.Item].Code, "day": f.Day.String()})
}
