package bench

import (
	"context"
	"fmt"

	"kaiwu/internal/app"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/pack"
)

const lines = 6 // backflushed components of a product

// plant is a factory where every client assembles a product of its own. "own" products share no component, "hot"
// products share a screw. Orders and stock are larger than any run can use up.
func plant(clients int) *pack.Pack {
	p := pack.New()
	p.Site.Code, p.Site.Name = "B1", "测速工厂"
	dec := num.MustParse
	component := func(code, tracking string, decimals int) {
		p.Items = append(p.Items, pack.Item{Code: code, Name: "零件 " + code, UOM: "pcs", Kind: "buy", Tracking: tracking, LotRule: "lot_for_lot", YieldPct: 100 * num.One, Decimals: decimals})
		lots := []string{""}
		if tracking == "lot" {
			lots = []string{"L2601-" + code, "L2602-" + code}
		}
		for i, l := range lots {
			p.Stock = append(p.Stock, pack.Stock{Item: code, Qty: num.Int(1_000_000_000), Warehouse: "RM", Location: fmt.Sprintf("A-%d", len(p.Items)%40+1), Lot: l,
				ExpiresOn: map[bool]string{true: fmt.Sprintf("21%02d-06-30", i)}[l != ""], ReceivedOn: "2026-01-15"})
		}
	}
	component("SCREW", "none", 0)
	for _, kind := range [...]string{"own", "hot"} {
		for c := range clients {
			product := productOf(kind, c)
			p.Items = append(p.Items, pack.Item{Code: product, Name: "成品 " + product, UOM: "pcs", Kind: "make", Tracking: "lot", LotRule: "lot_for_lot", YieldPct: 100 * num.One})
			for k := range lines {
				code := fmt.Sprintf("%s-C%d", product, k+1)
				if kind == "hot" && k == lines-1 {
					code = "SCREW"
				} else {
					component(code, [...]string{"lot", "none"}[k%2], [...]int{0, 3}[k/3])
				}
				p.BOMs = append(p.BOMs, pack.BOMLine{Product: product, Version: "1", Role: "component", Item: code, Op: 10, Issue: "backflush",
					Qty: [...]num.Dec{num.One, 2 * num.One, 4 * num.One, dec("0.35"), num.One, 12 * num.One}[k], ScrapPct: [...]num.Dec{0, 0, dec("0.5"), dec("2"), 0, 0}[k]})
			}
			for n, name := range [...]string{"总装", "包装"} {
				p.Routings = append(p.Routings, pack.Operation{Product: product, Version: "1", Op: 10 * (n + 1), Name: name, WorkCenter: fmt.Sprintf("LINE%d", c%8+1),
					SetupMin: 10 * num.One, RunMin: dec("1.5"), Report: true, Inspection: "none", PieceRate: dec("0.8")})
			}
			p.WorkOrders = append(p.WorkOrders, pack.WorkOrder{Order: orderOf(kind, c), Item: product, Qty: num.Int(50_000_000), Due: "2030-12-31", Status: "released", Priority: 5})
		}
	}
	for i := range 8 {
		p.WorkCenters = append(p.WorkCenters, pack.WorkCenter{Code: fmt.Sprintf("LINE%d", i+1), Name: fmt.Sprintf("%d 线", i+1), Calendar: "two", EfficiencyPct: 100 * num.One, Kind: "hand", Capacity: 20})
	}
	for day := 1; day <= 7; day++ {
		p.Calendars = append(p.Calendars, pack.CalendarHours{Calendar: "two", Weekday: day, From: "08:00", To: "20:00"}, pack.CalendarHours{Calendar: "two", Weekday: day, From: "20:00", To: "08:00"})
	}
	p.Warehouses = []pack.Warehouse{{Code: "RM", Name: "原料仓", Kind: "normal", InCosting: true}, {Code: "FG", Name: "成品仓", Kind: "normal", InCosting: true}}
	for c := range clients {
		p.Workers = append(p.Workers, pack.Worker{Code: fmt.Sprintf("W%03d", c), Name: fmt.Sprintf("工人%d", c+1)})
	}
	return p
}

func productOf(kind string, client int) string { return fmt.Sprintf("%s%03d", kind, client) }
func orderOf(kind string, client int) string   { return fmt.Sprintf("MO-%s-%03d", kind, client) }

// floor is a whole house on a database of its own, with the plant in it.
type floor struct {
	*app.App
	workers []db.ID
	done    func()
}

// openFloor makes a database with the plant in it.
func (o *Options) openFloor(ctx context.Context, name string, opt db.Options) (_ *floor, err error) {
	d, done, err := o.fresh(ctx, name, opt)
	if err != nil {
		return nil, err
	}
	f, err := newFloor(actor.With(ctx, actor.System), d, plant(o.Clients))
	if err != nil {
		done()
		return nil, err
	}
	f.done = done
	return f, nil
}

// newFloor composes the house as the server does and imports a factory as a user would.
func newFloor(ctx context.Context, d *db.DB, p *pack.Pack) (*floor, error) {
	f := &floor{App: app.New(d, app.Options{})}
	if err := d.Migrate(ctx, app.Schemas()...); err != nil {
		return nil, err
	}
	if _, err := f.Packs.Import(ctx, p, nil, nil); err != nil {
		return nil, err
	}
	var err error
	f.workers, err = workersOf(ctx, d)
	return f, err
}

// reopen composes the house on a database that has a factory.
func reopen(ctx context.Context, d *db.DB) (*floor, error) {
	f := &floor{App: app.New(d, app.Options{})}
	if err := d.Migrate(ctx, app.Schemas()...); err != nil {
		return nil, err
	}
	var err error
	f.workers, err = workersOf(ctx, d)
	return f, err
}

// workersOf are the plant's, one for each client.
func workersOf(ctx context.Context, d *db.DB) ([]db.ID, error) {
	return db.All[db.ID](ctx, d.Read(), `SELECT id FROM v_worker WHERE code LIKE 'W%' ORDER BY code`)
}

func schemas() []db.Schema { return app.Schemas() }
