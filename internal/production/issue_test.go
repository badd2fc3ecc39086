package production_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/production"
)

func TestIssue(t *testing.T) {
	cases := []struct {
		name string
		in   production.Issue
		want string // lots, what is issued in all, warnings; or the fault code
	}{
		{name: "an item: first expiry goes first", in: production.Issue{Code: "KW:ITM:SHELL"}, want: "SHELL:10(S-2) issued 10 left 0"},
		{name: "a lot by its label", in: production.Issue{Code: "KW:LOT:SHELL/S-2", Qty: dec("4")}, want: "SHELL:4(S-2) issued 4 left 6"},
		{name: "a lot by its number", in: production.Issue{Code: "S-2", Qty: dec("4")}, want: "SHELL:4(S-2) issued 4 left 6"},
		{name: "another lot than the first to expire", in: production.Issue{Code: "S-1", Qty: dec("1")}, want: "SHELL:1(S-1) issued 1 left 9 !production.not_first_expiry S-2"},
		{name: "a substitute that nobody has approved", in: production.Issue{Code: "K-9", Qty: dec("1")}, want: "production.sub_not_approved"},
		{name: "more than the norm", in: production.Issue{Code: "S-2", Qty: dec("11")}, want: "production.over_issue"},
		{name: "more, with a reason", in: production.Issue{Code: "S-2", Qty: dec("11"), OverReason: "three broke"}, want: "SHELL:11(S-2) issued 11 left 0"},
		{name: "a lot that nobody knows", in: production.Issue{Code: "X-77"}, want: "production.lot_unknown"},
		{name: "material of another product", in: production.Issue{Code: "O-1"}, want: "production.wrong_item"},
		{name: "what is backflushed", in: production.Issue{Code: "SCREW"}, want: "production.is_backflushed"},
		{name: "a held lot", in: production.Issue{Code: "S-H"}, want: "inventory.held"},
		{name: "an expired lot", in: production.Issue{Code: "S-OLD"}, want: "inventory.expired"},
		{name: "a badge", in: production.Issue{Code: "KW:BDG:8801"}, want: "production.not_material"},
		{name: "rubbish", in: production.Issue{Code: "KW:??"}, want: "production.code_unreadable"},
		{name: "more than the lot has", in: production.Issue{Code: "S-FEW", Qty: dec("3")}, want: "inventory.lot_short"},
		{name: "all that a small lot has", in: production.Issue{Code: "S-FEW"}, want: "SHELL:2(S-FEW) issued 2 left 8 !production.not_first_expiry S-2"},
		{name: "half a shell", in: production.Issue{Code: "S-2", Qty: dec("0.5")}, want: "inventory.decimals"},
	}
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		f.stock(t, "SHELL 9 S-H 2026-05-01 hold", "SHELL 9 S-OLD 2026-03-01", "SHELL 2 S-FEW 2026-12-01")
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				wo := f.order(t, "COFFEE", "10")
				c.in.Order = wo
				out, err := run(t, d, f.Issue, c.in)
				got := code(err)
				if err == nil {
					var parts []string
					for _, l := range out.Lots {
						parts = append(parts, fmt.Sprintf("%s:%s(%s)", l.Item, l.Qty, l.Lot))
					}
					parts = append(parts, "issued", out.Issued.String(), "left", out.Remaining.String())
					for _, w := range out.Warnings {
						parts = append(parts, "!"+w.Code, w.Params["first"]+w.Params["item"])
					}
					got = strings.Join(parts, " ")
				}
				if got != c.want {
					t.Errorf("got %s, want %s (%v)", got, c.want, err)
				}
				balanced(t, f)
			})
		}
	})
}

func TestReturn(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		wo := f.order(t, "COFFEE", "10")
		must(t, d, f.Issue, production.Issue{Order: wo, Code: "S-1", Qty: dec("6")})
		must(t, d, f.Issue, production.Issue{Order: wo, Code: "S-2", Qty: dec("4")})
		must(t, d, f.Issue, production.Issue{Order: wo, Code: "KNOB"})
		must(t, d, f.Report, report(wo, "10 g5"))
		// the report consumed the four of S-2 first, then one of S-1
		if _, err := run(t, d, f.Return, production.Return{Order: wo, Code: "S-2"}); code(err) != "production.not_at_order" {
			t.Error("consumed lot came back:", err)
		}
		if _, err := run(t, d, f.Return, production.Return{Order: wo, Code: "S-1", Qty: dec("6")}); code(err) != "production.not_at_order" || !strings.Contains(err.Error(), "only 5 pcs") {
			t.Error(err)
		}
		out := must(t, d, f.Return, production.Return{Order: wo, Code: "S-1", Qty: dec("2")})
		if out.Location != "RM" || out.Issued != dec("8") {
			t.Errorf("%+v", out)
		}
		if _, err := run(t, d, f.Close, production.End{Order: wo, Reason: "enough"}); code(err) != "production.material_left" {
			t.Error("closed over material:", err)
		}
		must(t, d, f.Return, production.Return{Order: wo, Code: "S-1", Location: "FG"})
		must(t, d, f.Return, production.Return{Order: wo, Code: "KNOB"})
		if _, err := run(t, d, f.Report, report(wo, "10 g1")); code(err) != "production.not_issued" {
			t.Error(err)
		}
		balanced(t, f)
		must(t, d, f.Close, production.End{Order: wo, Reason: "enough"})
		if _, err := run(t, d, f.Issue, production.Issue{Order: wo, Code: "S-1"}); code(err) != "production.closed" {
			t.Error(err)
		}
		balanced(t, f)
	})
}

func TestPickList(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		wo := f.order(t, "COFFEE", "410") // S-2 has 400
		p, err := f.Picks(kittest.Ctx(t), d.Read(), wo)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range p.Lines {
			for _, lot := range l.Lots {
				got = append(got, fmt.Sprintf("%s %s %s %s", l.Item, lot.Qty, lot.Lot, lot.Location))
			}
			got = append(got, l.State)
		}
		if s := strings.Join(got, "; "); s != "SHELL 400 S-2 RM; SHELL 10 S-1 RM; missing; KNOB 500 K-1 RM; missing" {
			t.Error(s)
		}
	})
}

// An operation says whether it can begin, and why not.
func TestOperationStatus(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		wo := f.order(t, "COFFEE", "25")
		status := func(want string) {
			t.Helper()
			o, err := f.Order(kittest.Ctx(t), d.Read(), wo)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range o.Ops {
				got = append(got, p.Status)
			}
			if s := strings.Join(got, " "); s != want {
				t.Errorf("got %s, want %s", s, want)
			}
		}
		status("waiting_material waiting_previous waiting_previous waiting_previous")
		must(t, d, f.Issue, production.Issue{Order: wo, Code: "SHELL"})
		must(t, d, f.Issue, production.Issue{Order: wo, Code: "KNOB", Qty: dec("40")})
		status("ready waiting_previous waiting_previous waiting_previous")
		must(t, d, f.Start, production.Run{Order: wo, Op: 10, Worker: "W1", Machine: "L1"})
		if _, err := run(t, d, f.Start, production.Run{Order: wo, Op: 10}); code(err) != "production.runs_already" {
			t.Error(err)
		}
		if _, err := run(t, d, f.Start, production.Run{Order: wo, Op: 20}); code(err) != "production.nothing_here" {
			t.Error(err)
		}
		status("running waiting_previous waiting_previous waiting_previous")
		must(t, d, f.Pause, production.Run{Order: wo, Op: 10, Reason: "lunch"})
		status("paused waiting_previous waiting_previous waiting_previous")
		must(t, d, f.Report, report(wo, "10 g8")) // a transfer lot is ten
		status("paused waiting_previous waiting_previous waiting_previous")
		must(t, d, f.Report, report(wo, "10 g4"))
		status("paused ready ready waiting_previous")
		must(t, d, f.Start, production.Run{Order: wo, Op: 20})
		status("paused running running waiting_previous")
		must(t, d, f.Pause, production.Run{Order: wo, Op: 20})
		must(t, d, f.Report, report(wo, "10 g8")) // 20 done: the knobs are used up
		status("waiting_material paused paused waiting_previous")
		must(t, d, f.Report, report(wo, "20 g20")) // no transfer lot: all together
		status("waiting_material waiting_previous waiting_previous waiting_previous")
		must(t, d, f.Issue, production.Issue{Order: wo, Code: "KNOB"})
		must(t, d, f.Report, report(wo, "10 g5"))
		must(t, d, f.Report, report(wo, "20 g5"))
		status("done done done ready")
		s, err := f.Station(kittest.Ctx(t), d.Read(), "PACK")
		if err != nil || s.Ready != 1 || len(s.Ops) != 1 {
			t.Errorf("%+v %v", s, err)
		}
		card, err := f.Scan(kittest.Ctx(t), d.Read(), "KW:WO:"+wo)
		if err != nil || card.Op != 30 || card.Remaining != dec("25") || len(card.Material) != 2 {
			t.Errorf("%+v %v", card, err)
		}
		for _, c := range []struct {
			code string
			op   int64
		}{{"KW:OP:" + wo + "/10", 10}, {wo + "/20", 20}, {wo, 30}, {strings.ToLower("KW:WO:" + wo), 30}} {
			if card, err := f.Scan(kittest.Ctx(t), d.Read(), c.code); err != nil || card.Op != c.op {
				t.Error(c.code, card.Op, err)
			}
		}
		if _, err := f.Scan(kittest.Ctx(t), d.Read(), "KW:OP:"+wo+"/11"); code(err) != "production.op_unknown" {
			t.Error(err)
		}
		hits, err := f.Find(kittest.Ctx(t), d.Read(), wo[:6])
		if err != nil || len(hits) != 1 || hits[0].URL != "/production/orders/"+wo {
			t.Error(hits, err)
		}
	})
}

// Reworked pieces: one that runs is shown as such even without new pieces.
func TestNeeds(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		wo := f.order(t, "COFFEE", "10")
		need := func(item string) num.Dec {
			t.Helper()
			n, err := f.OpenNeeds(kittest.Ctx(t), d.Read(), f.site, []db.ID{f.items[item].ID})
			if err != nil {
				t.Fatal(err)
			}
			return n[f.items[item].ID]
		}
		if got := []num.Dec{need("SHELL"), need("SCREW"), need("WIRE"), need("LABEL")}; !slices.Equal(got, []num.Dec{dec("10"), dec("121"), dec("2.53"), 0}) {
			t.Error(got)
		}
		must(t, d, f.Issue, production.Issue{Order: wo, Code: "SHELL", Qty: dec("4")})
		must(t, d, f.Issue, production.Issue{Order: wo, Code: "KNOB"})
		must(t, d, f.Report, report(wo, "10 g3"))
		if got := []num.Dec{need("SHELL"), need("SCREW")}; !slices.Equal(got, []num.Dec{dec("6"), dec("84")}) {
			t.Error(got)
		}
	})
}

func TestStartWithNothingLeft(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		whole := f.order(t, "COFFEE", "10")
		f.issueAll(t, whole)
		must(t, d, f.Report, report(whole, "10 g10"))
		if _, err := run(t, d, f.Start, production.Run{Order: whole, Op: 10}); code(err) != "production.all_reported" {
			t.Error("an operation whose pieces are all reported was begun again:", err)
		}
		set(t, d, production.SettingTolerance, "10")
		must(t, d, f.Start, production.Run{Order: whole, Op: 10})
	})
}

// Each lot on the list of what to bring says why it is taken, in the order in which it is.
func TestPickReasons(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		wo := f.order(t, "COFFEE", "500")
		p, err := f.Picks(kittest.Ctx(t), d.Read(), wo)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, l := range p.Lines {
			for _, x := range l.Lots {
				got[l.Item] += x.Lot + " " + x.Why + ";"
			}
		}
		if got["SHELL"] != "S-2 first_expiry;S-1 first_expiry;" || got["KNOB"] != "K-1 only;" {
			t.Errorf("%v", got)
		}
	})
}

// What an item's policy says about a lot whose label is in hand and whose books are empty.
func TestIssueByPolicy(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		f.stock(t, "SHELL 2 S-FEW 2026-12-01")
		wo := f.order(t, "COFFEE", "10")
		in := production.Issue{Order: wo, Code: "S-FEW", Qty: dec("3")}
		if _, err := run(t, d, f.Issue, in); code(err) != "inventory.lot_short" {
			t.Error("by default it is refused:", err)
		}
		must(t, d, f.SetShortPolicy, production.ShortPolicy{Item: "SHELL", Policy: "ask"})
		if _, err := run(t, d, f.Issue, in); code(err) != "inventory.owe_ask" {
			t.Error("who takes it is asked:", err)
		}
		in.Confirmed = true
		if out := must(t, d, f.Issue, in); out.Qty != dec("3") || out.Remaining != dec("7") {
			t.Errorf("%+v", out)
		}
		owed, err := db.One[num.Dec](t.Context(), d.Read(), `SELECT qty FROM v_owed`)
		if err != nil || owed != dec("1") {
			t.Error("owed", owed, err)
		}
		balanced(t, f)
		f.do(t, func(ctx context.Context, tx *db.Tx) error {
			item, err := masterdata.ItemByCode(ctx, tx, "SHELL")
			if err != nil {
				return err
			}
			to, err := db.One[db.ID](ctx, tx, `SELECT id FROM v_location WHERE code = 'RM'`)
			if err != nil {
				return err
			}
			_, err = f.Inventory.Put(ctx, tx, inventory.Doc{Kind: "po_receipt", ID: tx.ID(), Number: "GR1"}, inventory.Place{Kind: inventory.Supplier},
				inventory.Put{Item: item.ID, Qty: dec("5"), Lot: "S-FEW", To: inventory.Place{Kind: inventory.Stock, Ref: to}})
			return err
		})
		if left, err := db.All[num.Dec](t.Context(), d.Read(), `SELECT qty FROM v_owed`); err != nil || len(left) != 0 {
			t.Error("the receipt settles it:", left, err)
		}
		balanced(t, f)
	})
}
