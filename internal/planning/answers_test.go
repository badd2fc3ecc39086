package planning_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
	"kaiwu/internal/planning"
	"kaiwu/internal/purchasing"
	"kaiwu/internal/sales"
)

func (s *shop) purchase(t testing.TB, item string, qty int64, due string) (number string) {
	t.Helper()
	kittest.Do(t, s.d, func(ctx context.Context, tx *db.Tx) error {
		o, err := s.Purchasing.Create(ctx, tx, purchasing.NewOrder{Supplier: "S1", Lines: []purchasing.NewLine{{Item: item, Qty: num.Int(qty), Due: due}}})
		number = o.Number
		return err
	})
	return number
}

// Orders compete for parts by priority and due date; what is missing is named with its day and with the part that
// unlocks the most.
func TestKits(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := kittest.Ctx(t)
		s.stock(t, "LAMP", 1)
		s.stock(t, "BODY", 4)
		s.stock(t, "BLANK", 20)
		s.stock(t, "SCREW", 12)
		s.order(t, "SO1", "LAMP", 4, "2026-03-20", 5)
		s.order(t, "SO2", "LAMP", 3, "2026-03-10", 9) // earlier, and of less weight
		s.order(t, "SO3", "BODY", 2, "2026-03-30", 9)
		po := s.purchase(t, "SCREW", 2, "2026-03-06")

		got, err := s.Kits(ctx, d.Read(), &planning.AskKits{Limit: 200, Parts: 100})
		if err != nil {
			t.Fatal(err)
		}
		var rows []string
		for _, r := range got.Orders {
			rows = append(rows, fmt.Sprintf("%s %s of %s %s ready %s done %s block %s", r.Number, r.Sets, r.Qty, r.State, r.Ready, r.Done, r.Block))
		}
		// SO1: one lamp lies there, three are built of three bodies and six screws. SO2: six screws left build three, the
		// fourth body and two of blanks.
		want := []string{"SO1 4 of 4 complete ready 2026-03-02 done 2026-03-04 block ", "SO2 3 of 3 complete ready 2026-03-02 done 2026-03-05 block ", "SO3 2 of 2 complete ready 2026-03-02 done 2026-03-03 block "}
		if !slices.Equal(rows, want) {
			t.Errorf("kits\n%s", strings.Join(rows, "\n"))
		}
		s.order(t, "SO4", "LAMP", 2, "2026-03-05", 1) // before all of them: takes four screws
		if got, err = s.Kits(ctx, d.Read(), &planning.AskKits{Limit: 200, Parts: 100, Missing: true}); err != nil {
			t.Fatal(err)
		}
		// SO4 takes the lamp that lies there and two screws. SO1 needs eight and has them; SO2 needs six, has two, two come
		// on 6 March and two have to be ordered: there on 7 March
		if len(got.Orders) != 1 || got.Complete != 3 || got.Short != 1 {
			t.Fatalf("missing: %+v", got)
		}
		r := got.Orders[0]
		if r.Number != "SO2" || r.Sets.String() != "1" || r.Ready != "2026-03-07" || r.Block != "SCREW" || r.Missing != 1 {
			t.Errorf("SO2: %+v", r)
		}
		if len(got.Parts) == 0 || got.Parts[0].Item != "SCREW" || got.Parts[0].Short != num.Int(4) || got.Parts[0].Blocks != 1 {
			t.Errorf("parts %+v", got.Parts)
		}
		one, err := s.KitOf(ctx, d.Read(), "", "sales_order", "SO2", 1)
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(one.Steps) != "[{2026-03-02 1} {2026-03-06 2} {2026-03-07 3}]" {
			t.Errorf("steps %v", one.Steps)
		}
		u := one.Uses[0]
		if u.Item != "SCREW" || u.State != "short" || u.Need != num.Int(6) || u.Stock != num.Int(2) || u.Coming != num.Int(2) || u.Short != num.Int(2) || u.Others != num.Int(10) || len(u.Sources) != 1 || u.Sources[0].Number != po {
			t.Errorf("screws %+v", u)
		}
		unlock, err := s.Unlock(ctx, d.Read(), "", 50)
		if err != nil {
			t.Fatal(err)
		}
		if len(unlock.Parts) != 1 || unlock.Parts[0].Item != "SCREW" || unlock.Parts[0].Orders != 1 || unlock.Parts[0].Qty != num.Int(4) || unlock.Parts[0].Buy != num.Int(10) || unlock.Parts[0].Next != "2026-03-06" {
			t.Errorf("unlocks %+v", unlock)
		}
		ask, err := s.KitFor(ctx, d.Read(), &planning.AskKit{Item: "LAMP", Qty: web.Text[num.Dec]{V: num.Int(5)}})
		if err != nil || ask.Sets != 0 || ask.State != "short" {
			t.Errorf("nothing is left for one more: %v %+v", err, ask)
		}
		if ask, err = s.KitFor(ctx, d.Read(), &planning.AskKit{Item: "LAMP", Qty: web.Text[num.Dec]{V: num.Int(10)}, Alone: true}); err != nil || ask.Sets != num.Int(7) || ask.Stock != num.One {
			t.Errorf("alone: %v %+v", err, ask)
		}
		_, err = s.Kits(ctx, d.Read(), &planning.AskKits{Orders: []string{"NO"}, Limit: 1, Parts: 1})
		refused(t, err, "planning.kit_order")
		_, err = s.KitFor(ctx, d.Read(), &planning.AskKit{Item: "LAMP", Qty: web.Text[num.Dec]{V: num.MustParse("0.5")}})
		refused(t, err, "inventory.decimals")
		_, err = s.Kits(ctx, d.Read(), &planning.AskKits{From: "soon"})
		refused(t, err, "planning.date_bad")
	})
}

// A work order takes its parts before sales orders do, and what it brings counts with the day on which it can be done.
func TestKitOfWorkOrder(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := kittest.Ctx(t)
		s.stock(t, "BODY", 2)
		s.stock(t, "SCREW", 20)
		s.order(t, "SO1", "LAMP", 3, "2026-03-20", 5)
		s.run(t)
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := s.Release(ctx, tx, planning.Release{Orders: []int64{1}})
			return err
		})
		got, err := s.Kits(ctx, d.Read(), &planning.AskKits{Limit: 10, Parts: 10})
		if err != nil {
			t.Fatal(err)
		}
		var rows []string
		for _, r := range got.Orders {
			rows = append(rows, fmt.Sprintf("%s %s/%s %s %s block %s waits %d at %v", r.Kind, r.Sets, r.Qty, r.State, r.Ready, r.Block, len(r.Waits), r.Centers))
		}
		// two bodies are there, one is to be made of a blank that has to be bought: 3 days
		want := []string{"work_order 2/3 short 2026-03-05 block BLANK waits 0 at [W]", "sales_order 0/3 short 2026-03-05 block BLANK waits 1 at [W]"}
		slices.Sort(rows)
		slices.Sort(want)
		if !slices.Equal(rows, want) {
			t.Errorf("kits\n%s", strings.Join(rows, "\n"))
		}
		u, err := s.Unlock(ctx, d.Read(), "", 10)
		if err != nil || len(u.Parts) != 1 || u.Parts[0].Item != "BLANK" || u.Parts[0].Orders != 2 || u.Parts[0].Sales != 1 || u.Parts[0].Qty != num.One {
			t.Errorf("unlocks %v %+v", err, u)
		}
		s.stock(t, "BLANK", 1)
		if got, err = s.Kits(ctx, d.Read(), &planning.AskKits{Limit: 10, Parts: 10}); err != nil || got.Complete != 2 {
			t.Errorf("with the blank: %v %+v", err, got.Orders)
		}
	})
}

// Short parts become documents, one for each supplier, and are short no more.
func TestShortagesBecomeDocuments(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := kittest.Ctx(t)
		s.stock(t, "SCREW", 3)
		s.order(t, "SO1", "LAMP", 10, "2026-03-20", 5)
		s.order(t, "SO2", "ORPHAN", 2, "2026-03-20", 5)
		got, err := s.Shortages(ctx, d.Read(), &planning.AskKits{})
		if err != nil {
			t.Fatal(err)
		}
		var rows []string
		for _, x := range got.Parts {
			rows = append(rows, fmt.Sprintf("%s %s order %s by %s can %s of %s for %s", x.Item, x.Short, x.Order, x.Needed, x.Possible, x.Supplier, x.For[0].Number))
		}
		slices.Sort(rows)
		// a lamp takes two working days and its body one more: 17 March
		want := []string{"BLANK 10 order 10 by 2026-03-17 can 2026-03-05 of S1 for SO1", "ORPHAN 2 order 2 by 2026-03-20 can 2026-03-03 of  for SO2", "SCREW 17 order 20 by 2026-03-18 can 2026-03-07 of S1 for SO1"}
		if len(rows) != 3 || got.Short != 2 {
			t.Fatalf("shortages\n%s", strings.Join(rows, "\n"))
		}
		for i := range want {
			if strings.Fields(rows[i])[1] != strings.Fields(want[i])[1] || strings.Fields(rows[i])[3] != strings.Fields(want[i])[3] || strings.Fields(rows[i])[7] != strings.Fields(want[i])[7] {
				t.Errorf("shortage %s, want %s", rows[i], want[i])
			}
		}
		buy := func(lines ...planning.BuyLine) (out planning.Released, err error) {
			err = d.InTx(db.WithKey(ctx, "one key for all orders"), func(tx *db.Tx) error {
				out, err = s.Buy(ctx, tx, planning.BuyShortages{Lines: lines})
				return err
			})
			return out, err
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			return masterdata.SetSetting(ctx, tx, planning.SettingBuyAs, "order")
		})
		_, err = buy(planning.BuyLine{Item: "SCREW", Qty: num.Int(20)}, planning.BuyLine{Item: "ORPHAN", Qty: num.Int(2)})
		refused(t, err, "planning.no_supplier")
		_, err = buy(planning.BuyLine{Item: "NOTHING", Qty: num.Int(20)})
		refused(t, err, "masterdata.item_unknown")
		_, err = buy(planning.BuyLine{Item: "SCREW", Qty: num.Int(20), Due: "2026-02-01"})
		refused(t, err, "planning.date_past")
		_, err = buy()
		refused(t, err, "planning.nothing")
		made, err := buy(planning.BuyLine{Item: "SCREW", Qty: num.Int(20), For: []string{"SO1"}}, planning.BuyLine{Item: "BLANK", Qty: num.Int(10)}, planning.BuyLine{Item: "ORPHAN", Qty: num.Int(2), Supplier: "S2"}, planning.BuyLine{Item: "BODY", Qty: num.One, Due: "2026-03-12"})
		if err != nil {
			t.Fatal(err)
		}
		if len(made.Documents) != 3 || made.Documents[0].Kind != "work_order" || made.Documents[1].Kind != "purchase_order" || len(made.Documents[1].From) != 2 || made.Documents[2].Number == made.Documents[1].Number || made.Documents[1].Sources[0].Number != "SO1" {
			t.Errorf("documents %+v", made.Documents)
		}
		if got, err = s.Shortages(ctx, d.Read(), &planning.AskKits{Kind: "sales_order"}); err != nil {
			t.Fatal(err)
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			return masterdata.SetSetting(ctx, tx, planning.SettingBuyAs, "requisition")
		})
		if made, err = buy(planning.BuyLine{Item: "SCREW", Qty: num.Int(10)}); err != nil || made.Documents[0].Kind != "requisition" {
			t.Errorf("asked of the buyer: %v %+v", err, made)
		}
		for _, x := range got.Parts {
			if x.Order != 0 || x.Coming != x.Short {
				t.Errorf("still to be ordered: %+v", x)
			}
		}
	})
}

// What an order takes is gone from what is available the moment it is entered, and back when it is cancelled.
func TestAvailable(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := kittest.Ctx(t)
		s.stock(t, "SCREW", 30)
		s.stock(t, "LAMP", 2)
		s.purchase(t, "SCREW", 10, "2026-03-09")
		see := func(item, day string) planning.Available {
			t.Helper()
			a, err := s.Available(ctx, d.Read(), &planning.AskAvailable{Item: item, Date: day})
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		if a := see("SCREW", ""); a.Free != num.Int(30) || a.OnHand != num.Int(30) || a.Coming != num.Int(10) || a.FreeAt != num.Int(30) {
			t.Errorf("before: %+v", a)
		}
		s.order(t, "SO1", "LAMP", 10, "2026-03-20", 5)
		a := see("SCREW", "2026-03-10")
		if a.Promised != num.Int(16) || a.Free != num.Int(14) || a.FreeAt != num.Int(24) || len(a.Takers) != 1 || a.Takers[0].For != "LAMP" || a.Takers[0].Number != "SO1" {
			t.Errorf("with an order for ten lamps, two of which are there: %+v", a)
		}
		if a := see("LAMP", ""); a.Promised != num.Int(2) || a.Free != 0 || a.Wanted != num.Int(8) || a.FreeAt != 0 {
			t.Errorf("lamps: %+v", a)
		}
		s.order(t, "SO2", "LAMP", 10, "2026-03-05", 5) // goes before, and takes the lamps
		if a := see("SCREW", "2026-03-06"); a.Promised != num.Int(30) || a.Free != 0 || a.FreeAt != num.Int(4) || a.Wanted != num.Int(6) {
			t.Errorf("with two orders: %+v", a)
		}
		if a := see("SCREW", "2026-04-01"); a.FreeAt != num.Int(4) {
			t.Errorf("later: %+v", a)
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := s.sales.Allocate(ctx, tx, "SO2")
			return err
		})
		if a := see("LAMP", ""); a.Reserved != num.Int(2) || a.Promised != 0 || a.Free != 0 || a.OnHand != num.Int(2) {
			t.Errorf("reserved: %+v", a)
		}
		if a := see("SCREW", ""); a.Promised != num.Int(30) {
			t.Errorf("screws after the lamps are reserved: %+v", a)
		}
		_, err := s.Available(ctx, d.Read(), &planning.AskAvailable{Item: "NOTHING"})
		refused(t, err, "masterdata.item_unknown")
	})
}

func ask(item string, qty int64, due string) planning.AskPromise {
	return planning.AskPromise{Lines: []planning.PromiseLine{{Item: item, Qty: num.Int(qty), Due: due}}}
}

// An order with four fifths of its parts in stock is promised for the day on which the rest can be there; the plan
// that is run with the order then says the same.
func TestPromise(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := kittest.Ctx(t)
		s.stock(t, "LAMP", 2)
		s.stock(t, "BODY", 6)
		s.stock(t, "SCREW", 20)
		promise := func(in planning.AskPromise) planning.Promise {
			t.Helper()
			p, err := s.Promise(ctx, d.Read(), in)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		p := promise(ask("LAMP", 10, "2026-03-05"))
		l := p.Lines[0]
		// blanks on 5 March, bodies made on 6 March, lamps after two working days more
		if l.Stock != num.Int(2) || l.Make != num.Int(8) || l.Sets != num.Int(8) || l.OnTime || l.Possible != "2026-03-10" || l.Reason != "part" || l.Block != "BLANK" {
			t.Errorf("eight of ten: %+v", l)
		}
		if fmt.Sprint(l.Steps) != "[{2026-03-02 8} {2026-03-05 10}]" {
			t.Errorf("steps %v", l.Steps)
		}
		var needs []string
		for _, x := range p.Needs {
			needs = append(needs, fmt.Sprintf("%d %s need %s stock %s order %s", x.Level, x.Item, x.Need, x.Stock, x.Order))
		}
		if got := strings.Join(needs, "; "); got != "0 LAMP need 10 stock 2 order 8; 1 BODY need 8 stock 6 order 2; 1 SCREW need 16 stock 16 order 0; 2 BLANK need 2 stock 0 order 2" {
			t.Errorf("needs %s", got)
		}
		if n, err := db.One[int64](ctx, d.Read(), `SELECT (SELECT count(*) FROM mrp_order) + (SELECT count(*) FROM v_sales_line) + (SELECT count(*) FROM v_reservation)`); err != nil || n != 0 {
			t.Errorf("an inquiry wrote %d rows, %v", n, err)
		}
		if p := promise(ask("LAMP", 8, "2026-03-06")); !p.OnTime || p.Lines[0].Reason != "" || p.Possible > "2026-03-06" {
			t.Errorf("eight: %+v", p.Lines)
		}
		s.order(t, "SO1", "LAMP", 10, l.Possible, 5)
		if r := s.run(t); r.Late != 0 {
			t.Errorf("the plan does not keep the promise: %q", s.messages(t))
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := s.Buy(ctx, tx, planning.BuyShortages{Lines: []planning.BuyLine{{Item: "BLANK", Qty: num.Int(2)}}})
			return err
		})
		if r := s.run(t); r.Late != 0 {
			t.Errorf("nor with the blanks on order: %q", s.messages(t))
		}

		// somebody who comes in between: SO1 would be late by it, and a day is named on which it would not
		p = promise(ask("LAMP", 8, "2026-03-04"))
		if len(p.Harmed) != 1 || p.Harmed[0].Number != "SO1" || p.Harmed[0].Before != l.Possible || p.Harmed[0].After <= l.Possible {
			t.Errorf("harmed %+v", p.Harmed)
		}
		if p.Safe == "" || p.Safe < l.Possible {
			t.Errorf("safe %s", p.Safe)
		}
		if again := promise(ask("LAMP", 8, p.Safe)); !again.OnTime || len(again.Harmed) != 0 {
			t.Errorf("the safe day %s: %+v", p.Safe, again)
		}

		_, err := s.Promise(ctx, d.Read(), ask("LAMP", 1, "2026-02-01"))
		refused(t, err, "planning.date_past")
		_, err = s.Promise(ctx, d.Read(), ask("NOTHING", 1, ""))
		refused(t, err, "masterdata.item_unknown")
		_, err = s.Promise(ctx, d.Read(), ask("LAMP", 0, ""))
		refused(t, err, "planning.qty_not_positive")
	})
}

// What is reserved for an order is nobody else's, also when that order is due later and could be made anew in time.
func TestPromiseLeavesWhatIsReserved(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := kittest.Ctx(t)
		s.stock(t, "LAMP", 5)
		s.order(t, "SO1", "LAMP", 3, "2026-03-12", 5)
		offer := func(qty int64) planning.Offer {
			t.Helper()
			p, err := s.Promise(ctx, d.Read(), ask("LAMP", qty, ""))
			if err != nil {
				t.Fatal(err)
			}
			return p.Lines[0]
		}
		if l := offer(5); l.Stock != num.Int(5) {
			t.Errorf("before anything is reserved the earlier day goes first: %+v", l)
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := s.sales.Allocate(ctx, tx, "SO1")
			return err
		})
		if l := offer(2); l.Stock != num.Int(2) || l.Possible != "2026-03-02" {
			t.Errorf("what is free: %+v", l)
		}
		if l := offer(5); l.Stock != num.Int(2) || l.Make != num.Int(3) || l.Possible <= "2026-03-02" {
			t.Errorf("what is reserved was promised again: %+v", l)
		}
	})
}

// Where machine hours are scarcer than parts, the work center is the reason: a minute a piece, nine hours a day.
func TestPromiseByCapacity(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := kittest.Ctx(t)
		s.stock(t, "BODY", 5000)
		s.stock(t, "SCREW", 10000)
		p, err := s.Promise(ctx, d.Read(), ask("LAMP", 5000, ""))
		if err != nil {
			t.Fatal(err)
		}
		l := p.Lines[0]
		if l.Material != "2026-03-04" || l.Reason != "work_center" || l.Block != "W" || l.Possible <= l.Material || l.Possible != l.Capacity || p.Possible != l.Possible {
			t.Errorf("5,000 minutes: %+v", l)
		}
		if len(p.Loads) != 1 || p.Loads[0].Own != 5000*60_000 || p.Loads[0].Ahead != 0 {
			t.Errorf("loads %+v", p.Loads)
		}
		// what is due before comes first: the same order again takes as long again
		s.order(t, "SO1", "LAMP", 5000, l.Possible, 5)
		s.stock(t, "BODY", 5000)
		s.stock(t, "SCREW", 10000)
		again, err := s.Promise(ctx, d.Read(), ask("LAMP", 5000, ""))
		if err != nil {
			t.Fatal(err)
		}
		if x := again.Lines[0]; x.Possible <= l.Possible || again.Loads[0].Ahead != 5000*60_000 {
			t.Errorf("after another of its size: %s, the first %s, loads %+v", x.Possible, l.Possible, again.Loads)
		}
		// the only machine is there for half of its hours: what it does takes twice as long
		half := num.Int(50)
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			center := "W"
			_, err := masterdata.New().CreateMachine(ctx, tx, masterdata.NewMachine{Code: "W-1", MachineValues: masterdata.MachineValues{WorkCenter: &center, EfficiencyPct: &half}})
			return err
		})
		slow, err := s.Promise(ctx, d.Read(), ask("LAMP", 5000, ""))
		if err != nil {
			t.Fatal(err)
		}
		if x := slow.Lines[0]; x.Possible <= again.Lines[0].Possible {
			t.Errorf("with a machine at half: %s, before %s", x.Possible, again.Lines[0].Possible)
		}
	})
}

// BenchmarkAnswers asks each question of a site with 1,000 open orders, from the database to the answer.
func BenchmarkAnswers(b *testing.B) {
	d := kittest.SQLite(b, schemas)
	s := open(b, d)
	s.stock(b, "SCREW", 900)
	s.stock(b, "BODY", 300)
	kittest.Do(b, d, func(ctx context.Context, tx *db.Tx) error {
		for n := range 1000 {
			if _, err := s.sales.Create(ctx, tx, sales.NewOrder{Customer: "C1", Lines: []sales.NewLine{{Item: []string{"LAMP", "BODY"}[n%2], Qty: num.Int(int64(1 + n%20)), Due: fmt.Sprintf("2026-%02d-%02d", 3+n%3, 3+n%25), Priority: int64(1 + n%9)}}}); err != nil {
				return err
			}
		}
		return nil
	})
	ctx := kittest.Ctx(b)
	for name, ask := range map[string]func() error{
		"promise": func() error { _, err := s.Promise(ctx, d.Read(), ask("LAMP", 30, "2026-03-20")); return err },
		"kits": func() error {
			_, err := s.Kits(ctx, d.Read(), &planning.AskKits{Limit: 200, Parts: 100})
			return err
		},
		"unlocks":   func() error { _, err := s.Unlock(ctx, d.Read(), "", 50); return err },
		"available": func() error { _, err := s.Available(ctx, d.Read(), &planning.AskAvailable{Item: "SCREW"}); return err },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := ask(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// What is counted in pieces is wanted in whole pieces, as the work order will draw it: in the plan, in the kit analysis
// and in what is available.
func TestPiecesAreWantedWhole(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := openWith(t, d, func(p *pack.Pack) {
			for i := range p.BOMs {
				p.BOMs[i].ScrapPct = num.Int(3)
			}
		})
		ctx := kittest.Ctx(t)
		s.order(t, "SO1", "LAMP", 10, "2026-03-20", 5) // 20 screws and 3 % lost: 20.62; 10 bodies: 10.31, then 11.35 blanks
		for item, want := range map[string]string{"SCREW": "21", "BODY": "11", "BLANK": "12"} {
			a, err := s.Available(ctx, d.Read(), &planning.AskAvailable{Item: item})
			if err != nil {
				t.Fatal(err)
			}
			if a.Wanted.String() != want || len(a.Takers) != 1 || a.Takers[0].Need.String() != want {
				t.Errorf("available %s: wanted %s, takers %+v", item, a.Wanted, a.Takers)
			}
		}
		s.run(t)
		for item, want := range map[string]string{"SCREW": "21", "BODY": "11", "BLANK": "12"} {
			n, err := s.Item(ctx, d.Read(), item, "")
			if err != nil {
				t.Fatal(err)
			}
			var sum num.Dec
			for _, e := range n.Needs {
				sum += e.Qty
			}
			if sum.String() != want {
				t.Errorf("the plan wants %s of %s, not %s", sum, item, want)
			}
		}
	})
}

// What another site makes for an order passes that site's work centers: the promise waits for them as that site's own
// promise does, and the days on the way come on top.
func TestPromiseByCapacityElsewhere(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.second(t) // F2 gets BODY from F1, three days on the way
		ctx := kittest.Ctx(t)
		s.stock(t, "BLANK", 20000)
		s.stock(t, "SCREW", 20000)
		there, err := s.Promise(ctx, d.Read(), ask("BODY", 5000, ""))
		if err != nil {
			t.Fatal(err)
		}
		wish := ask("BODY", 5000, "")
		wish.Site = "F2"
		here, err := s.Promise(ctx, d.Read(), wish)
		if err != nil {
			t.Fatal(err)
		}
		l, o := here.Lines[0], there.Lines[0]
		if o.Reason != "work_center" || l.Reason != "work_center" || l.Block != "W" || l.BlockAt != "F1" || l.BlockDay != o.Possible || l.Material != "2026-03-06" {
			t.Errorf("here %+v\nthere %+v", l, o)
		}
		if want := cal.MustDay(o.Possible) + 3; l.Possible != want.String() || l.Capacity != l.Possible || here.Possible != l.Possible {
			t.Errorf("possible on %s, capacity %s, want %s", l.Possible, l.Capacity, want)
		}
		if len(here.Loads) != 1 || here.Loads[0].Site != "F1" || here.Loads[0].Own != 5000*60_000 || there.Loads[0].Site != "" {
			t.Errorf("loads %+v, there %+v", here.Loads, there.Loads)
		}
		// whoever does not see that site is told the day and the site, and no more
		f2, err := masterdata.SiteByCode(ctx, d.Read(), "F2")
		if err != nil {
			t.Fatal(err)
		}
		blind, err := s.Promise(actor.With(t.Context(), &actor.Actor{Name: "there", UserID: 9, Sites: []int64{int64(f2.ID)}, Perms: map[string]bool{"*": true}}), d.Read(), wish)
		if err != nil || blind.Possible != here.Possible || len(blind.Loads) != 0 || blind.Lines[0].Block != "" || blind.Lines[0].BlockAt != "F1" {
			t.Errorf("blind: %+v, %v", blind, err)
		}
		// what it is needed for here comes after it; few pieces wait for their parts alone
		wish.Lines[0].Item = "LAMP"
		lamp, err := s.Promise(ctx, d.Read(), wish)
		if err != nil {
			t.Fatal(err)
		}
		if x := lamp.Lines[0]; x.BlockAt != "F1" || x.Possible != l.Possible || x.Reason != "work_center" {
			t.Errorf("a lamp: %+v", x)
		}
		wish.Lines[0].Qty = num.Int(2)
		few, err := s.Promise(ctx, d.Read(), wish)
		if err != nil || few.Lines[0].Possible != few.Lines[0].Material || few.Lines[0].Reason == "work_center" {
			t.Errorf("few: %+v, %v", few.Lines[0], err)
		}
	})
}
