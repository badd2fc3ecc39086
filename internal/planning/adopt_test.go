package planning_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/planning"
	"kaiwu/internal/production"
	"kaiwu/internal/purchasing"
)

// said shows steps, as "1 sales_change done SO1/1" and what follows from it.
func said(steps []planning.AdoptStep) (out []string) {
	for _, st := range steps {
		x := fmt.Sprintf("%d %s %s", st.Row, st.Act, st.State)
		for _, more := range []string{st.Document, st.Item, st.Why, st.Perm, st.Code, strings.Join(st.Work, "+")} {
			if more != "" {
				x += " " + more
			}
		}
		out = append(out, x)
	}
	return out
}

func differs(t testing.TB, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %s\nwant %s", what, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

// whatIf begins one and gives its number.
func (s *shop) whatIf(t testing.TB, changes ...planning.Change) (number string) {
	t.Helper()
	kittest.Do(t, s.d, func(ctx context.Context, tx *db.Tx) error {
		w, err := s.CreateScenario(ctx, tx, planning.NewScenario{Name: "春季", Changes: changes})
		number = w.Number
		return err
	})
	return number
}

func (s *shop) preview(t testing.TB, ctx context.Context, number string) planning.Adoption {
	t.Helper()
	got, err := s.PreviewAdopt(ctx, s.d.Read(), number)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (s *shop) adopt(ctx context.Context, number string, version int64) (out planning.Adopted, err error) {
	err = s.d.InTx(ctx, func(tx *db.Tx) (err error) { out, err = s.Adopt(ctx, tx, number, version); return err })
	return out, err
}

func (s *shop) one(t testing.TB, query string, args ...any) string {
	t.Helper()
	got, _, err := db.Get[string](t.Context(), s.d.Read(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// Adopting makes real what can be, each in its room; goods that are only supposed stay for people, and what a room
// refuses stops everything.
func TestAdoptWhatIf(t *testing.T) {
	kittest.Each(t, withNotices, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := kittest.Ctx(t)
		s.order(t, "SO1", "LAMP", 10, "2026-03-20", 5)
		s.order(t, "SO2", "LAMP", 4, "2026-03-25", 5)
		s.order(t, "SO3", "LAMP", 6, "2026-04-20", 5)
		var request, work string
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			if _, err := s.Purchasing.Create(ctx, tx, purchasing.NewOrder{Number: "P1", Supplier: "S1", Lines: []purchasing.NewLine{{Item: "SCREW", Qty: num.Int(20), Due: "2026-03-13"}, {Item: "BLANK", Qty: num.Int(10), Due: "2026-03-12"}}}); err != nil {
				return err
			}
			asked, err := s.Purchasing.Request(ctx, tx, []purchasing.NewRequisition{{Item: "BLANK", Qty: num.Int(5), Due: "2026-03-30", Supplier: "S1"}})
			if err != nil {
				return err
			}
			request = asked[0].Number
			body, err := db.One[db.ID](ctx, tx, `SELECT id FROM v_item WHERE code = 'BODY'`)
			if err != nil {
				return err
			}
			site, err := db.One[db.ID](ctx, tx, `SELECT id FROM v_site WHERE code = 'F1'`)
			if err != nil {
				return err
			}
			made, err := s.Production.CreateOrders(ctx, tx, []production.NewOrder{{Site: site, Item: body, Qty: num.Int(10), Due: "2026-03-17", Start: "2026-03-16"}})
			if err == nil {
				work = made[0].Number
			}
			return err
		})
		lead, safety, more, stock, none := 9, num.Int(30), num.Int(12), num.Int(50), num.Dec(0)
		changes := []planning.Change{
			{Kind: "demand", Item: "LAMP", Qty: &more, Day: "2026-04-01"},
			{Kind: "order", Number: "SO1", Qty: &more, Day: "2026-03-24"},
			{Kind: "order", Number: "SO2", Gone: true},
			{Kind: "order", Number: "SO3", Line: 1, Day: "2026-04-20"},
			{Kind: "stock", Item: "SCREW", Qty: &stock},
			{Kind: "supply", Number: "P1", Line: 1, Day: "2026-03-18"},
			{Kind: "supply", Number: "P1", Line: 2, Gone: true},
			{Kind: "supply", Number: request, Day: "2026-04-02"},
			{Kind: "supply", Number: work, Day: "2026-03-19"},
			{Kind: "item", Item: "SCREW", Lead: &lead, Safety: &safety},
		}
		w := s.whatIf(t, changes...)
		before := s.preview(t, ctx, w)
		differs(t, "preview", said(before.Steps),
			"1 demand ready LAMP",
			"2 sales_change ready SO1 LAMP",
			"3 sales_cancel ready SO2 LAMP",
			"4 none same SO3 LAMP",
			"5 none left SCREW supposed",
			"6 purchase_change ready P1 SCREW",
			"7 purchase_close ready P1 BLANK",
			"8 requisition_change ready "+request+" BLANK",
			"9 work_change ready "+work+" BODY",
			"10 item_change ready SCREW")
		if before.Version != 1 {
			t.Errorf("%+v", before)
		}
		if st := before.Steps[1]; *st.Before.Qty != num.Int(10) || st.Before.Due != "2026-03-20" || *st.After.Qty != more || st.After.Due != "2026-03-24" {
			t.Errorf("%+v %+v", st.Before, st.After)
		}
		if st := before.Steps[9]; *st.Before.Lead != 5 || *st.After.Lead != 9 || *st.Before.Safety != 0 || *st.After.Safety != safety {
			t.Errorf("%+v %+v", st.Before, st.After)
		}
		// looking moved nothing
		if due := s.one(t, `SELECT due FROM v_sales_line WHERE order_number = 'SO1'`); due != "2026-03-20" {
			t.Error(due)
		}
		if _, err := s.adopt(ctx, w, 7); !fault.Is(err, "planning.scenario_changed") {
			t.Error(err)
		}

		// a planner without the buyer's and the seller's rights: the buyer is asked, the rest is named with who may
		planner := as(t, "planner", 7, "planning.firm", "purchasing.request", "production.create")
		differs(t, "planner", said(s.preview(t, planner, w).Steps),
			"1 demand ready LAMP",
			"2 sales_change left SO1 LAMP right sales.create",
			"3 sales_cancel left SO2 LAMP right sales.create",
			"4 none same SO3 LAMP",
			"5 none left SCREW supposed",
			"6 purchase_ask ready P1 SCREW",
			"7 purchase_ask ready P1 BLANK",
			"8 requisition_change ready "+request+" BLANK",
			"9 work_change ready "+work+" BODY",
			"10 item_change left SCREW right masterdata.write")

		// all or nothing: one that a room refuses
		bad := s.whatIf(t, planning.Change{Kind: "demand", Item: "LAMP", Qty: &more, Day: "2026-04-01"}, planning.Change{Kind: "order", Number: "SO1", Qty: &none}, planning.Change{Kind: "supply", Number: "P9", Gone: true})
		no := s.preview(t, ctx, bad)
		differs(t, "refused", said(no.Steps), "1 demand ready LAMP", "2 sales_change refused SO1 LAMP sales.qty_not_positive", "3 none refused P9 planning.change_names_nothing")
		if _, err := s.adopt(ctx, bad, 0); !fault.Is(err, "sales.qty_not_positive") {
			t.Error(err)
		}
		if n := s.one(t, `SELECT CAST(count(*) AS TEXT) FROM mrp_demand`); n != "0" {
			t.Errorf("%s demands of what was refused", n)
		}

		got, err := s.adopt(ctx, w, before.Version)
		if err != nil {
			t.Fatal(err)
		}
		if got.Done != 9 || len(got.Left) != 1 || got.Left[0].Kind != "stock" {
			t.Errorf("%d done, left %+v", got.Done, got.Left)
		}
		for _, x := range []struct{ what, query, want string }{
			{"SO1", `SELECT concat(l.qty / 1000000, ' ', l.due) FROM v_sales_line l WHERE order_number = 'SO1'`, "12 2026-03-24"},
			{"SO2", `SELECT CASE WHEN cancelled_ms > 0 THEN 'cancelled' ELSE 'open' END FROM so_order WHERE number = 'SO2'`, "cancelled"},
			{"P1/1", `SELECT due FROM v_purchase_line WHERE order_number = 'P1' AND line = 1`, "2026-03-18"},
			{"P1/2", `SELECT CASE WHEN closed THEN 'closed' ELSE 'open' END FROM v_purchase_line WHERE order_number = 'P1' AND line = 2`, "closed"},
			{"requisition", `SELECT due FROM v_requisition`, "2026-04-02"},
			{"work order", `SELECT concat(due, ' ', start) FROM v_work_order`, "2026-03-19 2026-03-18"},
			{"item", `SELECT concat(s.lead_days, ' ', s.safety_stock / 1000000) FROM v_item_site s JOIN v_item i ON i.id = s.item_id WHERE i.code = 'SCREW'`, "9 30"},
			{"demand", `SELECT concat(qty / 1000000, ' ', due, ' ', note) FROM mrp_demand`, "12 2026-04-01 " + w + " 春季"},
			{"stock", `SELECT CAST(count(*) AS TEXT) FROM v_stock`, "0"},
			{"reason", `SELECT reason FROM kit_event WHERE name = 'sales.changed'`, w + " 春季"},
			{"event", `SELECT CAST(count(*) AS TEXT) FROM kit_event WHERE name = 'planning.scenario_adopted'`, "1"},
		} {
			if now := s.one(t, x.query); now != x.want {
				t.Errorf("%s is %q, want %q", x.what, now, x.want)
			}
		}
		after, err := s.Scenario(ctx, d.Read(), w)
		if err != nil || after.State != "adopted" || len(after.Steps) != 10 || after.Steps[0].State != "done" || after.Steps[4].State != "left" {
			t.Errorf("%v %v %v", after.State, said(after.Steps), err)
		}
	})
}

// What is not for a click: work orders that need an answer, work that has begun; the buyer is asked once, and two
// assumptions about one line are one change.
func TestAdoptLeaves(t *testing.T) {
	kittest.Each(t, withNotices, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		ctx := kittest.Ctx(t)
		planner := as(t, "planner", 7, "planning.firm", "purchasing.request")
		s.order(t, "SO1", "LAMP", 10, "2026-03-20", 5)
		var work string
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			if _, err := s.Purchasing.Create(ctx, tx, purchasing.NewOrder{Number: "P1", Supplier: "S1", Lines: []purchasing.NewLine{{Item: "SCREW", Qty: num.Int(20), Due: "2026-03-13"}}}); err != nil {
				return err
			}
			type line struct {
				ID   db.ID `db:"id"`
				Site db.ID `db:"site_id"`
				Item db.ID `db:"item_id"`
			}
			l, err := db.One[line](ctx, tx, `SELECT id, site_id, item_id FROM v_sales_line WHERE order_number = 'SO1'`)
			if err != nil {
				return err
			}
			made, err := s.Production.CreateOrders(ctx, tx, []production.NewOrder{{Site: l.Site, Item: l.Item, Qty: num.Int(10), Due: "2026-03-20", Start: "2026-03-18", SalesLine: l.ID, SalesRef: "SO1"}})
			if err == nil {
				work = made[0].Number
			}
			return err
		})
		w := s.whatIf(t, planning.Change{Kind: "order", Number: "SO1", Gone: true})
		differs(t, "work asks", said(s.preview(t, ctx, w).Steps), "1 sales_cancel left SO1 LAMP work "+work)
		got, err := s.adopt(ctx, w, 0)
		if err != nil || got.Done != 0 || len(got.Left) != 1 {
			t.Errorf("%+v %v", got, err)
		}
		if open := s.one(t, `SELECT number FROM so_order WHERE cancelled_ms = 0`); open != "SO1" {
			t.Error("an order that work is done for was cancelled by a click")
		}

		s.stock(t, "SCREW", 20)
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			id, err := db.One[db.ID](ctx, tx, `SELECT id FROM v_work_order WHERE number = $1`, work)
			if err != nil {
				return err
			}
			if err := s.Production.ReleaseOrders(ctx, tx, []db.ID{id}); err != nil {
				return err
			}
			_, err = s.Production.Issue(ctx, tx, production.Issue{Order: work, Code: "SCREW", Qty: num.Int(5)})
			return err
		})
		w = s.whatIf(t, planning.Change{Kind: "supply", Number: work, Gone: true})
		differs(t, "material", said(s.preview(t, ctx, w).Steps), "1 work_cancel left "+work+" LAMP material")
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE wo_order SET released_ms = 1, started_ms = 2 WHERE number = $1`, work)
			return err
		})
		w = s.whatIf(t, planning.Change{Kind: "supply", Number: work, Gone: true})
		differs(t, "begun", said(s.preview(t, ctx, w).Steps), "1 work_cancel left "+work+" LAMP begun")

		w = s.whatIf(t, planning.Change{Kind: "supply", Number: "P1", Day: "2026-03-18"}, planning.Change{Kind: "supply", Number: "P1", Line: 1, Day: "2026-03-19"})
		got, err = s.adopt(planner, w, 0)
		if err != nil {
			t.Fatal(err)
		}
		differs(t, "asked", said(got.Steps), "1 purchase_ask done P1 SCREW", "2 purchase_ask done P1 SCREW")
		if got.Steps[0].Request == "" || got.Steps[0].Request != got.Steps[1].Request {
			t.Errorf("%+v", got.Steps)
		}
		if due := s.one(t, `SELECT due FROM po_change WHERE state = 'open'`); due != "2026-03-19" {
			t.Error(due)
		}
		w = s.whatIf(t, planning.Change{Kind: "supply", Number: "P1", Day: "2026-03-16"})
		differs(t, "waits", said(s.preview(t, planner, w).Steps), "1 purchase_ask refused P1 SCREW purchasing.change_waits")
	})
}

// However many documents the assumptions name, they are found by one query a kind.
func TestAdoptFindsAtOnce(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		count := func(n int) int64 {
			var changes []planning.Change
			for i := range n {
				lead := 3
				changes = append(changes, planning.Change{Kind: "item", Item: []string{"SCREW", "BLANK", "ORPHAN", "LAMP", "BODY"}[i], Lead: &lead})
			}
			w := s.whatIf(t, changes...)
			return kittest.Statements(t, kittest.Ctx(t), func(ctx context.Context) error {
				_, err := s.PreviewAdopt(ctx, d.Read(), w)
				return err
			})
		}
		if one, five := count(1), count(5); five != one {
			t.Errorf("%d statements for one, %d for five", one, five)
		}
	})
}
