package bench

import (
	"fmt"
	"time"

	"kaiwu/internal/kit/num"
	"kaiwu/internal/pack"
)

// volume is a factory by its size: finished items and subassemblies with bills of so many lines, bought parts, orders.
type volume struct {
	site               string
	finished, sub, buy int
	centers            int
	lines              int    // components of a bill
	work, sales        int    // orders
	open               int    // the last so many finished items are made in three reported steps, those before in one
	issue              string // how components are consumed
	today              time.Time
}

func (v *volume) item(kind string, n int) string { return fmt.Sprintf("%s-%s%05d", v.site, kind, n) }
func (v *volume) workOrder(n int) string         { return fmt.Sprintf("%s-MO%06d", v.site, n) }

// isOpen says whether a work order is one that is still worked on.
func (v *volume) isOpen(n int) bool { return n%v.finished >= v.finished-v.open }

// due is in how many days: what is finished was due in the three years before.
func (v *volume) due(n int) int {
	if v.open > 0 && !v.isOpen(n) {
		return -1 - n%1095
	}
	return n % 90
}

// pack makes the files. Numbers are spread by fixed strides, so that every run makes the same factory.
func (v *volume) pack() *pack.Pack {
	p := pack.New()
	p.Site.Code, p.Site.Name = v.site, "测速 "+v.site
	day := func(n int) string { return v.today.AddDate(0, 0, n).Format(time.DateOnly) }
	price := num.MustParse("12.5")
	item := func(code, name, kind, tracking string, decimals int) {
		p.Items = append(p.Items, pack.Item{Code: code, Name: name, Spec: "规格 " + code, UOM: "pcs", Kind: kind, Tracking: tracking, LotRule: "lot_for_lot", YieldPct: 100 * num.One,
			LeadDays: 1 + len(p.Items)%20, Decimals: decimals, StandardCost: &price})
	}
	bill := func(product string, steps bool, component func(k int) string) {
		for k := range v.lines {
			p.BOMs = append(p.BOMs, pack.BOMLine{Product: product, Version: "1", Role: "component", Item: component(k), Qty: num.Int(int64(k%3 + 1)), Op: 10, Issue: v.issue})
		}
		for n, name := range [...]string{"加工", "装配", "检验"} {
			p.Routings = append(p.Routings, pack.Operation{Product: product, Version: "1", Op: 10 * (n + 1), Name: name, WorkCenter: fmt.Sprintf("%s-WC%03d", v.site, (len(p.Routings)+n)%v.centers),
				SetupMin: 10 * num.One, RunMin: num.MustParse("0.5"), Report: steps || n == 2, Inspection: "none", PieceRate: num.MustParse("0.3")})
		}
	}
	for i := range v.buy {
		code := v.item("P", i)
		item(code, fmt.Sprintf("外购件 %d", i), "buy", [...]string{"none", "lot"}[i%2], 0)
		lot := ""
		if i%2 == 1 {
			lot = "L-" + code
		}
		p.Stock = append(p.Stock, pack.Stock{Item: code, Qty: num.Int(10_000_000), Warehouse: "RM-" + v.site, Location: fmt.Sprintf("A-%d", i%500), Lot: lot, ReceivedOn: day(-30)})
	}
	for i := range v.sub {
		code := v.item("S", i)
		item(code, fmt.Sprintf("半成品 %d", i), "make", "none", 0)
		bill(code, true, func(k int) string { return v.item("P", (i*7+k*13)%v.buy) })
	}
	for i := range v.finished {
		code := v.item("F", i)
		item(code, fmt.Sprintf("成品 %d", i), "make", "lot", 0)
		bill(code, i >= v.finished-v.open, func(k int) string {
			if k < 5 && v.sub > 0 {
				return v.item("S", (i*3+k)%v.sub)
			}
			return v.item("P", (i*11+k*17)%v.buy)
		})
	}
	for i := range v.work {
		p.WorkOrders = append(p.WorkOrders, pack.WorkOrder{Order: v.workOrder(i), Item: v.item("F", i%v.finished), Qty: num.Int(int64(50 + i%50)), Due: day(v.due(i)),
			Status: "released", Priority: 1 + i%9})
	}
	for i := range v.sales {
		p.SalesOrders = append(p.SalesOrders, pack.SalesLine{Order: fmt.Sprintf("%s-SO%06d", v.site, i), Line: 1, Customer: "C1-" + v.site, Item: v.item("F", i%v.finished), Qty: num.Int(int64(10 + i%90)),
			Due: day(i % 200), Priority: 5, UnitPrice: &price})
	}
	for i := range v.centers {
		p.WorkCenters = append(p.WorkCenters, pack.WorkCenter{Code: fmt.Sprintf("%s-WC%03d", v.site, i), Name: fmt.Sprintf("%d 号工作中心", i+1), Calendar: "two", EfficiencyPct: 100 * num.One, Kind: "hand", Capacity: 4})
	}
	for d := 1; d <= 7; d++ {
		p.Calendars = append(p.Calendars, pack.CalendarHours{Calendar: "two", Weekday: d, From: "08:00", To: "20:00"}, pack.CalendarHours{Calendar: "two", Weekday: d, From: "20:00", To: "08:00"})
	}
	p.Warehouses = []pack.Warehouse{{Code: "RM-" + v.site, Name: "原料仓", Kind: "normal", InCosting: true}, {Code: "FG-" + v.site, Name: "成品仓", Kind: "normal", InCosting: true}}
	p.Partners = []pack.Partner{{Code: "C1-" + v.site, Name: "客户一", Kinds: []string{"customer"}}}
	p.Workers = []pack.Worker{{Code: v.site + "-W1", Name: "测速员"}}
	return p
}
