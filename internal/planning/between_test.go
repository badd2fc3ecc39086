package planning_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
	"kaiwu/internal/planning"
	"kaiwu/internal/production"
)

// load brings a further pack in.
func (s *shop) load(t testing.TB, p *pack.Pack) {
	t.Helper()
	ctx, md := kittest.Ctx(t), masterdata.New()
	if err := s.d.InBatch(ctx, "import", func(b *db.Batch) error {
		ctx = masterdata.Loading(ctx, b)
		return md.Load(ctx, b, p)
	}, func(tx *db.Tx, b *db.Batch) error { return md.Publish(ctx, tx, b) }); err != nil {
		t.Fatal(err)
	}
}

// second opens a site F2 that gets BODY from F1, three days on the way.
func (s *shop) second(t testing.TB) {
	t.Helper()
	p := pack.New()
	p.Site = pack.Site{Code: "F2", Name: "二厂", TimeZone: "Asia/Shanghai", Currency: "CNY"}
	p.Warehouses = []pack.Warehouse{{Code: "W2", Name: "二厂仓", Kind: "normal", InCosting: true}}
	p.Planning = []pack.Planning{{Item: "BODY", LeadFrom: "days", SupplySite: "F1", TransferDays: 3}}
	s.load(t, p)
}

func (s *shop) edit(t testing.TB, code, site string, v masterdata.ItemValues) {
	t.Helper()
	kittest.Do(t, s.d, func(ctx context.Context, tx *db.Tx) error {
		at, err := masterdata.SiteByCode(ctx, tx, site)
		if err != nil {
			return err
		}
		d, err := masterdata.New().ItemDetail(ctx, tx, code, at.ID, tx.Today())
		if err == nil {
			_, err = masterdata.New().UpdateItem(ctx, tx, code, masterdata.EditItem{Site: site, Rev: d.Rev, ItemValues: v})
		}
		return err
	})
}

// at shows the live plan of a site.
func (s *shop) at(t testing.TB, site string) (out []string) {
	t.Helper()
	type row struct {
		Code  string  `db:"code"`
		Kind  string  `db:"kind"`
		Qty   num.Dec `db:"qty"`
		Start string  `db:"start"`
		Due   string  `db:"due"`
		For   string  `db:"wanted_for"`
	}
	rows, err := db.All[row](kittest.Ctx(t), s.d.Read(), `SELECT i.code, o.kind, o.qty, o.start, o.due, o.wanted_for FROM mrp_order o JOIN mrp_run r ON r.id = o.run_id AND r.live JOIN v_site t ON t.id = r.site_id JOIN v_item i ON i.id = o.item_id
		WHERE t.code = $1 ORDER BY o.n`, site)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		out = append(out, fmt.Sprintf("%s %s %s %s>%s %s", r.Code, r.Kind, r.Qty, r.Start, r.Due, r.For))
	}
	return out
}

// What another site brings is its need, planned there, traced there, released as a transfer and supply while it is on
// the way; what one site sends is what the other gets.
func TestPlanBetweenSites(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.second(t)
		ctx := kittest.Ctx(t)
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := s.Enter(ctx, tx, planning.NewDemand{Site: "F2", Item: "BODY", Due: "2026-04-01", Qty: num.Int(40), Note: "SO-F2"})
			return err
		})
		s.stock(t, "BODY", 15)
		r, err := s.Run(ctx, planning.RunPlan{Site: "F2"})
		if err != nil || r.Site != "F2" || r.Orders != 1 {
			t.Fatal(r, err)
		}
		if got, want := s.at(t, "F2"), []string{"BODY transfer 40 2026-03-29>2026-04-01 SO-F2"}; !slices.Equal(got, want) {
			t.Errorf("F2: %q, want %q", got, want)
		}
		// F1 has 15 and makes 25
		if got, want := s.at(t, "F1"), []string{"BODY make 25 2026-03-27>2026-03-29 SO-F2", "BLANK buy 25 2026-03-24>2026-03-27 SO-F2"}; !slices.Equal(got, want) {
			t.Errorf("F1: %q, want %q", got, want)
		}
		tr, err := s.Trace(ctx, d.Read(), &planning.AskTrace{Site: "F2", Item: "BODY", Kind: "manual", Number: "SO-F2"})
		if err != nil || len(tr.Down) != 1 || tr.Down[0].Entry.Site != "F1" || len(tr.Down[0].Branches) != 1 || tr.Down[0].Branches[0].Entry.Site != "F2" || len(tr.Down[0].Branches[0].Branches) != 2 {
			t.Errorf("%+v %v", tr, err)
		}
		if tr, err = s.Trace(ctx, d.Read(), &planning.AskTrace{Site: "F1", Item: "BLANK", Kind: "planned", N: 3}); err != nil || len(tr.Up) != 1 || len(tr.Up[0].Branches) != 1 || len(tr.Up[0].Branches[0].Branches) != 1 || tr.Up[0].Branches[0].Branches[0].Entry.Number != "SO-F2" {
			t.Errorf("%+v %v", tr, err)
		}
		var out planning.Released
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
			out, err = s.Release(ctx, tx, planning.Release{Site: "F2", Orders: []int64{1}})
			return err
		})
		if len(out.Documents) != 1 || out.Documents[0].Kind != "transfer" || out.Documents[0].Qty != num.Int(40) {
			t.Fatalf("%+v", out)
		}
		number := out.Documents[0].Number
		same := func(what string, f1, f2 []string) {
			t.Helper()
			if _, err := s.Run(ctx, planning.RunPlan{Site: "F1"}); err != nil {
				t.Fatal(err)
			}
			for site, want := range map[string][]string{"F1": f1, "F2": f2} {
				got := s.at(t, site)
				for i := range got {
					got[i] = got[i][:strings.LastIndex(got[i], " ")]
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s, %s: %q, want %q", what, site, got, want)
				}
			}
		}
		makes := []string{"BODY make 25 2026-03-27>2026-03-29", "BLANK buy 25 2026-03-24>2026-03-27"}
		same("asked for", makes, nil)
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := s.inv.Send(ctx, tx, number, inventory.SendTransfer{TransferGoods: inventory.TransferGoods{Item: "BODY", Qty: num.Int(15), Location: "RM"}})
			return err
		})
		same("part is on the way", makes, nil)
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := s.inv.Receive(ctx, tx, number, inventory.ReceiveTransfer{TransferGoods: inventory.TransferGoods{Item: "BODY", Qty: num.Int(15), Location: "W2"}})
			return err
		})
		same("part is there", makes, nil)
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := s.inv.CloseTransfer(ctx, tx, number, inventory.CloseTransfer{Reason: "the rest is bought"})
			return err
		})
		same("closed: the rest is planned anew", makes, []string{"BODY transfer 25 2026-03-29>2026-04-01"})
		for _, err := range s.inv.Verify(ctx, d.Read()) {
			t.Error(err)
		}
	})
}

// The lead time grows with the quantity: by lots of so many, or by what the routing takes.
func TestLeadByQuantity(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		per, days, routing := num.Int(100), 2, "routing"
		s.edit(t, "BLANK", "F1", masterdata.ItemValues{LeadPer: &per, LeadPerDays: &days})
		s.edit(t, "BODY", "F1", masterdata.ItemValues{LeadFrom: &routing})
		s.order(t, "SO1", "BODY", 1000, "2026-05-29", 5)
		s.run(t)
		// BODY: 1 day and 1,000 minutes of a working day of 540 = 2 days more; BLANK: 3 days and 10 lots of 2 days
		want := []string{"BODY make 1000 2026-05-26>2026-05-29 SO1", "BLANK buy 1000 2026-05-03>2026-05-26 SO1"}
		if got := s.at(t, "F1"); !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
		var f planning.Firmed
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
			f, err = s.Firm(ctx, tx, planning.MakeFirm{Pick: planning.Pick{Orders: []int64{1}}, Due: "2026-05-28"})
			return err
		})
		if start, err := db.One[string](kittest.Ctx(t), d.Read(), `SELECT start FROM mrp_firm WHERE number = $1`, f.Orders[0]); err != nil || start != "2026-05-25" {
			t.Error(start, err)
		}
	})
}

// What was taken although the books had none is filled up first, and said so.
func TestNegativeStockIsPlanned(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.inv.OwePolicy = func(_ context.Context, _ db.Querier, items []db.ID) (map[db.ID]string, error) {
			out := map[db.ID]string{}
			for _, i := range items {
				out[i] = inventory.OweAllow
			}
			return out, nil
		}
		s.stock(t, "BLANK", 3)
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			it, err := masterdata.ItemByCode(ctx, tx, "BLANK")
			if err != nil {
				return err
			}
			_, err = s.inv.Move(ctx, tx, inventory.Doc{Kind: "test", ID: tx.ID(), Number: "T1", MayOwe: true, Sure: true}, inventory.Place{Kind: inventory.Consumed}, inventory.Take{Item: it.ID, Qty: num.Int(10)})
			return err
		})
		s.run(t)
		if got := s.at(t, "F1"); len(got) != 1 || !strings.HasPrefix(got[0], "BLANK buy 7 ") {
			t.Errorf("%q", got)
		}
		if got := s.messages(t); !slices.ContainsFunc(got, func(m string) bool { return strings.HasPrefix(m, "negative BLANK") }) {
			t.Errorf("%q", got)
		}
		p, err := s.Item(kittest.Ctx(t), d.Read(), "BLANK", "")
		if err != nil || len(p.Needs) != 1 || p.Needs[0].Kind != "negative_stock" || p.Needs[0].Qty != num.Int(7) {
			t.Errorf("%+v %v", p.Needs, err)
		}
		// the delivery fills it up: nothing is asked for any more
		s.stock(t, "SCREW", 1)
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			it, err := masterdata.ItemByCode(ctx, tx, "BLANK")
			if err != nil {
				return err
			}
			rm, err := inventory.LocationScanned(ctx, tx, it.HomeSite, "RM")
			if err != nil {
				return err
			}
			_, err = s.inv.Put(ctx, tx, inventory.Doc{Kind: "receipt", ID: tx.ID(), Number: "R1"}, inventory.Place{Kind: inventory.Supplier}, inventory.Put{Item: it.ID, Qty: num.Int(7), To: inventory.Place{Kind: inventory.Stock, Ref: rm.ID}})
			return err
		})
		s.run(t)
		if got := s.at(t, "F1"); len(got) != 0 {
			t.Errorf("%q", got)
		}
	})
}

// Stock of a substitute that somebody approved covers what a work order is short of, before more is planned; without
// approval, and with the setting off, it does not.
func TestPlanWithSubstitutes(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := kittest.Ctx(t)
		s.stock(t, "ORPHAN", 6)
		var number string
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			it, err := masterdata.ItemByCode(ctx, tx, "BODY")
			if err != nil {
				return err
			}
			made, err := s.Production.CreateOrders(ctx, tx, []production.NewOrder{{Item: it.ID, Qty: num.Int(10), Due: "2026-03-20", Start: "2026-03-16"}})
			if err == nil {
				number = made[0].Number
			}
			return err
		})
		blank := func(want string) {
			t.Helper()
			s.run(t)
			var got []string
			for _, o := range s.at(t, "F1") {
				if strings.HasPrefix(o, "BLANK buy") {
					got = append(got, strings.Fields(o)[2])
				}
			}
			if strings.Join(got, " ") != want {
				t.Errorf("BLANK %q, want %s", got, want)
			}
		}
		as := func(id int64, fn func(ctx context.Context, tx *db.Tx) error) {
			t.Helper()
			ctx := actor.With(t.Context(), &actor.Actor{Name: "u", UserID: id, Perms: map[string]bool{"*": true}})
			if err := d.InTx(ctx, func(tx *db.Tx) error { return fn(ctx, tx) }); err != nil {
				t.Fatal(err)
			}
		}
		var r production.SubstituteRow
		as(7, func(ctx context.Context, tx *db.Tx) (err error) {
			r, err = s.Production.AskSubstitute(ctx, tx, production.AskSubstitute{Order: number, Item: "BLANK", Sub: "ORPHAN", Qty: num.Int(5), Reason: "short"})
			return err
		})
		blank("10")
		as(8, func(ctx context.Context, tx *db.Tx) error {
			_, err := s.Production.DecideSubstitute(ctx, tx, production.DecideSubstitute{ID: r.ID, Approve: true})
			return err
		})
		blank("5")
		p, err := s.Item(ctx, d.Read(), "BLANK", "")
		if err != nil || !slices.ContainsFunc(p.Supplies, func(e planning.Entry) bool {
			return e.Kind == "substitute" && e.Qty == num.Int(5) && strings.HasPrefix(e.Number, "ORPHAN")
		}) {
			t.Errorf("%+v %v", p.Supplies, err)
		}
		if p, err = s.Item(ctx, d.Read(), "ORPHAN", ""); err != nil || len(p.Needs) != 1 || p.Needs[0].Kind != "substitute" || p.Needs[0].For != "BLANK" || p.Needs[0].Qty != num.Int(5) {
			t.Errorf("%+v %v", p.Needs, err)
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			return masterdata.SetSetting(ctx, tx, planning.SettingSubstitutes, "0")
		})
		blank("10")
	})
}

// A firm order is released at its own site, whatever site was named with it.
func TestFirmOrdersAreReleasedAtTheirSite(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.second(t)
		var firm []string
		for n, site := range []string{"F1", "F2"} {
			kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
				_, err := s.Enter(ctx, tx, planning.NewDemand{Site: site, Item: "BLANK", Due: "2026-04-01", Qty: num.Int(int64(10 + n))})
				return err
			})
			if _, err := s.Run(kittest.Ctx(t), planning.RunPlan{Site: site}); err != nil {
				t.Fatal(err)
			}
			kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
				f, err := s.Firm(ctx, tx, planning.MakeFirm{Pick: planning.Pick{Site: site, Orders: []int64{1}}})
				firm = append(firm, f.Orders...)
				return err
			})
		}
		var out planning.Released
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) (err error) {
			out, err = s.Release(ctx, tx, planning.Release{Firm: firm})
			return err
		})
		if len(out.Documents) != 2 {
			t.Fatalf("%+v", out)
		}
		for n, want := range []string{"F1", "F2"} {
			got, err := db.One[string](kittest.Ctx(t), d.Read(), `SELECT s.code FROM v_requisition r JOIN v_site s ON s.id = r.site_id WHERE r.number = $1`, out.Documents[n].Number)
			if err != nil || got != want {
				t.Errorf("%s is asked for at %s, want %s; %v", firm[n], got, want, err)
			}
		}
	})
}
