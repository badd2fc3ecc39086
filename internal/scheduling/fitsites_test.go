package scheduling_test

import (
	"testing"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
	"kaiwu/internal/planning"
	"kaiwu/internal/purchasing"
	"kaiwu/internal/quality"
	"kaiwu/internal/scheduling"
)

// A promise of a site that another one makes something for asks that site's live schedule: it leaves there on the day
// that the site itself would promise, and the better priority of two lines goes first on its machines.
func TestPromiseBySchedules(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := kittest.Ctx(t)
		md := masterdata.New()
		load := func(p *pack.Pack) {
			t.Helper()
			ctx := ctx
			if err := d.InBatch(ctx, "import", func(b *db.Batch) error {
				ctx = masterdata.Loading(ctx, b)
				return md.Load(ctx, b, p)
			}, func(tx *db.Tx, b *db.Batch) error { return md.Publish(ctx, tx, b) }); err != nil {
				t.Fatal(err)
			}
		}
		p := pack.New()
		p.Site = pack.Site{Code: "F1", Name: "一厂"}
		p.Items = []pack.Item{{Code: "ROD", Name: "ROD", UOM: "pcs", Kind: "make", Tracking: "none", LotRule: "lot_for_lot", YieldPct: 100 * num.One}}
		p.Routings = []pack.Operation{{Product: "ROD", Version: "1", Op: 10, Name: "SAW", WorkCenter: "SAW", RunMin: num.One, Report: true, Inspection: "none"}}
		p.BOMs = []pack.BOMLine{{Product: "ROD", Version: "1", Role: "component", Item: "BAR", Qty: num.One, Op: 10, Issue: "none"}}
		load(p)
		p = pack.New()
		p.Site = pack.Site{Code: "F2", Name: "二厂", TimeZone: "Asia/Shanghai", Currency: "CNY"}
		p.Planning = []pack.Planning{{Item: "SHAFT", LeadFrom: "days", SupplySite: "F1", TransferDays: 3}}
		load(p)
		var err error
		if s.items, err = masterdata.AllItems(ctx, d.Read()); err != nil {
			t.Fatal(err)
		}
		inv, qa := inventory.New(d), quality.New(d)
		plan := planning.New(d, s.prod, purchasing.New(d, inv, qa))
		plan.Schedule = s.Module
		s.order(t, "ROD", 960, "2026-03-06", 5) // the saw has Monday and Tuesday to do
		ask := func(site string, lines ...planning.PromiseLine) planning.Promise {
			t.Helper()
			p, err := plan.Promise(ctx, d.Read(), planning.AskPromise{Site: site, Lines: lines})
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		shafts := planning.PromiseLine{Item: "SHAFT", Qty: num.Int(60)}
		if p := ask("F2", shafts); p.Sites[0].How != "no_schedule" || p.Lines[0].Scheduled || p.Loads[0].Scheduled {
			t.Errorf("nothing is live: %+v", p)
		}
		if _, err := s.Publish(ctx, scheduling.RunRule{Site: "F1"}); err != nil {
			t.Fatal(err)
		}
		there, here := ask("F1", shafts), ask("F2", shafts)
		if there.Possible != "2026-03-04" || there.Lines[0].Block != "SAW" || !there.Lines[0].Scheduled || there.Sites[0] != (planning.SiteSays{Site: "F1", Name: "一厂", How: "schedule", Until: "2026-03-04"}) {
			t.Errorf("there %+v", there)
		}
		if want := cal.MustDay(there.Possible) + 3; here.Possible != want.String() || !here.Lines[0].Scheduled || here.Lines[0].Block != "SAW" || here.Lines[0].BlockAt != "F1" || here.Sites[0] != there.Sites[0] || len(here.Loads) != 2 || here.Loads[1].Center != "SAW" || here.Loads[1].Ahead != 960*60_000 || here.Loads[1].Site != "F1" {
			t.Errorf("here %+v", here)
		}
		// the second site has a schedule, and no saw: nobody may say that it is there today
		if _, err := s.Publish(ctx, scheduling.RunRule{Site: "F2"}); err != nil {
			t.Fatal(err)
		}
		if p := ask("F2", planning.PromiseLine{Item: "ROD", Qty: num.Int(60)}); len(p.Sites) != 1 || p.Sites[0].How != "no_center" || p.Lines[0].Scheduled {
			t.Errorf("no saw: %+v", p)
		}
		// 480 shafts keep the saw for Wednesday and a lathe until Friday; whose priority is better goes first
		for _, first := range []int{0, 1} {
			lines := []planning.PromiseLine{{Item: "SHAFT", Qty: num.Int(480), Due: "2026-03-20", Priority: 5}, {Item: "SHAFT", Qty: num.Int(60), Due: "2026-03-20", Priority: 5}}
			lines[first].Priority = 1
			p := ask("F1", lines...)
			if days := [2]string{p.Lines[0].Capacity, p.Lines[1].Capacity}; days != [2][2]string{{"2026-03-06", "2026-03-05"}, {"2026-03-06", "2026-03-04"}}[first] {
				t.Errorf("line %d is the better: %v", first+1, days)
			}
		}
	})
}
