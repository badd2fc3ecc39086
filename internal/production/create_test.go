package production_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/kit/web/webtest"
	"kaiwu/internal/pack"
	"kaiwu/internal/production"
)

func TestCreate(t *testing.T) {
	cases := []struct {
		name string
		in   production.CreateLine
		want string
	}{
		{"own copy, phantom blown through", production.CreateLine{Item: "COFFEE", Qty: dec("100"), Due: "2026-03-20"},
			"SHELL 100@10 KNOB 200@10 SCREW 1203@10 GLUE 34.154@20 BOX 100@30 WIRE 25.26@30 LABEL 100@10"},
		{"without operation it is used first", production.CreateLine{Item: "PLAIN", Qty: dec("1.5"), Due: "2026-03-20"}, "GLUE 0.15@10 OTHER 1@10"},
		{"nothing", production.CreateLine{Item: "COFFEE", Due: "2026-03-20"}, "production.qty_not_positive"},
		{"half a machine", production.CreateLine{Item: "COFFEE", Qty: dec("1.5"), Due: "2026-03-20"}, "production.decimals"},
		{"bought", production.CreateLine{Item: "SHELL", Qty: dec("1"), Due: "2026-03-20"}, "production.not_made"},
		{"unknown", production.CreateLine{Item: "NOPE", Qty: dec("1"), Due: "2026-03-20"}, "masterdata.item_unknown"},
		{"no such version", production.CreateLine{Item: "COFFEE", Qty: dec("1"), Due: "2026-03-20", BOMVersion: "7"}, "production.no_bom"},
		{"no such routing", production.CreateLine{Item: "COFFEE", Qty: dec("1"), Due: "2026-03-20", RoutingVersion: "7"}, "production.no_routing"},
		{"no date", production.CreateLine{Item: "COFFEE", Qty: dec("1"), Due: "2026-02-30"}, "production.date_invalid"},
	}
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				out, err := run(t, d, f.Create, production.Create{Orders: []production.CreateLine{c.in}})
				got := code(err)
				if err == nil {
					o, err := f.Order(kittest.Ctx(t), d.Read(), out.Orders[0].Number)
					if err != nil || o.Status != "planned" {
						t.Fatal(o.Status, err)
					}
					var parts []string
					for _, m := range o.Components {
						parts = append(parts, fmt.Sprintf("%s %s@%d", m.Item, m.Required, m.Op))
					}
					got = strings.Join(parts, " ")
				}
				if got != c.want {
					t.Errorf("got  %s\nwant %s", got, c.want)
				}
			})
		}
	})
}

// Five thousand orders are a few hundred statements, and one bad line refuses them all.
func TestCreateMany(t *testing.T) {
	f := open(t, kittest.SQLite(t, schemas))
	var in []production.NewOrder
	for i := range 5000 {
		in = append(in, production.NewOrder{Item: f.items[[]string{"COFFEE", "PUMP"}[i%2]].ID, Qty: num.Int(int64(i%50 + 1)), Due: "2026-04-01", SalesLine: db.ID(i + 1), SalesRef: fmt.Sprint("SO", i)})
	}
	in[4711].Qty = -1
	if _, err := run(t, f.d, f.CreateOrders, in); code(err) != "production.qty_not_positive" {
		t.Error(err)
	}
	in[4712].Qty = 0
	_, err := run(t, f.d, f.CreateOrders, in)
	if e, ok := fault.As(err); !ok || e.Code != "production.orders_invalid" || len(e.Fields) != 2 || e.Fields[0].Where != "orders[4711]" {
		t.Error(err)
	}
	if n, _ := db.One[int64](t.Context(), f.d.Read(), `SELECT count(*) FROM wo_order`); n != 0 {
		t.Error(n, "orders were made")
	}
	in[4711].Qty, in[4712].Qty = num.One, num.One
	var made []production.Order
	if _, err := run(t, f.d, f.CreateOrders, in[:1]); err != nil { // the first number is leased
		t.Fatal(err)
	}
	n := kittest.Statements(t, kittest.Ctx(t), func(ctx context.Context) error {
		return f.d.InTx(ctx, func(tx *db.Tx) (err error) { made, err = f.CreateOrders(ctx, tx, in); return err })
	})
	t.Log(n, "statements for 5,000 orders")
	if n > 1000 || len(made) != 5000 || made[7].SalesRef != "SO7" {
		t.Errorf("%d statements, %d orders", n, len(made))
	}
}

func TestLoadAndDump(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := bare(t, d)
		p := plant()
		p.WorkOrders = []pack.WorkOrder{
			{Order: "W-2", Item: "COFFEE", Qty: dec("40"), Due: "2026-03-20", Start: "2026-03-04", Status: "released", Priority: 5},
			{Order: "W-1", Item: "COFFEE", Qty: dec("100"), Due: "2026-03-09", Status: "released", DoneQty: dec("40"), SalesOrder: "SO-9", Priority: 2, BOMVersion: "1"},
			{Order: "W-3", Item: "PUMP", Qty: dec("5"), Due: "2026-03-20", Status: "planned", Priority: 5, RoutingVersion: "1"},
			{Order: "W-4", Item: "PUMP", Qty: dec("5"), Due: "2026-03-20", Status: "started", DoneQty: dec("5"), Priority: 5},
		}
		for i := range p.WorkOrders {
			p.WorkOrders[i].Row = i + 2
		}
		f.load(t, p)
		f.load(t, p) // again: they are there already
		dump := func() []pack.WorkOrder {
			t.Helper()
			out := pack.New()
			if err := f.Dump(kittest.Ctx(t), d.Read(), f.site, out); err != nil {
				t.Fatal(err)
			}
			return out.WorkOrders
		}
		for i, got := range dump() {
			want := p.WorkOrders[i]
			want.Row = 0
			if got != want {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		}
		balanced(t, f)
		f.stock(t, "SHELL 400 S-1", "KNOB 400 K-1", "SCREW 9000", "GLUE 90 G-1", "BOX 400", "WIRE 100")
		f.issueAll(t, "W-1")
		if _, err := run(t, d, f.Report, report("W-1", "10 g61")); code(err) != "production.over_report" {
			t.Error("opening progress does not count:", err)
		}
		must(t, d, f.Report, report("W-1", "10 g60"))
		must(t, d, f.Report, report("W-1", "20 g60"))
		insp := must(t, d, f.Report, report("W-1", "30 g60"))
		if insp.OrderStatus != "completed" {
			t.Error(insp)
		}
		if _, err := run(t, d, f.Receive, production.Receive{Order: "W-1"}); code(err) != "production.not_inspected" {
			t.Error("opening stock counts as inspected:", err)
		}
		balanced(t, f)
		p.WorkOrders[0].Qty = dec("41")
		if err := f.tryLoad(t, p); code(err) != "production.order_exists" {
			t.Error(err)
		}
	})
}

// The statements behind the lists and the floor find their rows by an index.
func TestIndexes(t *testing.T) {
	d := kittest.SQLite(t, schemas)
	for _, q := range []string{
		`SELECT o.id FROM wo_order o ORDER BY o.due, o.id LIMIT 50`,
		`SELECT o.id FROM wo_order o WHERE o.status = 'released' ORDER BY o.due, o.id LIMIT 50`,
		`SELECT o.id FROM wo_order o WHERE o.sales_line_id = 7 AND o.sales_line_id <> 0`,
		`SELECT p.id FROM v_wo_op p WHERE p.work_center_id = 1 AND p.own_done_ms = 0 AND p.order_status IN ('released', 'started') ORDER BY p.priority, p.due, p.id`,
		`SELECT p.id FROM v_wo_op p WHERE p.own_done_ms = 0 ORDER BY p.priority, p.due, p.id LIMIT 50`,
		`SELECT p.id FROM v_wo_op p WHERE p.work_center_id = 1 AND p.own_running_ms > 0`,
		`SELECT r.id FROM wo_report r ORDER BY r.recorded_ms DESC, r.id DESC LIMIT 50`,
		`SELECT r.id, r.reversed FROM v_wo_report r WHERE r.order_id = 5`,
		`SELECT c.id FROM wo_component c WHERE c.order_id = 1 AND c.report_id = 1`,
		`SELECT c.id FROM wo_component c WHERE c.item_id = 1`,
	} {
		kittest.UsesIndex(t, d, q)
	}
}

// Every reading operation answers on both engines; prices are for those who may see them.
func TestHTTP(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		a := web.New(http.NewServeMux(), d)
		a.Messages(production.Messages)
		f.Routes(a)
		f.Quality.Routes(a)
		h, boss := a.Handler(), webtest.Boss()
		made := webtest.Must(t, h, boss, "POST", "/production/orders", map[string]any{"release": true, "orders": []any{map[string]any{"item": "PUMP", "qty": "3", "due": "2026-03-09"}}})
		wo := made.Str("orders", 0, "number")
		for range 2 { // the same key is the same report
			r := webtest.Must(t, h, boss, "POST", "/production/reports", map[string]any{"order": wo, "op": 10, "good": "2", "workers": []string{"W1"}}, "Idempotency-Key", "scan-1")
			if r.Str("good") != "2" || r.Str("remaining") != "1" {
				t.Error(r)
			}
		}
		code, out := webtest.Call(t, h, boss, "POST", "/production/reports", map[string]any{"order": wo, "op": 10, "good": "5"}, "Accept-Language", "zh")
		if code != 409 || out.Str("code") != "production.over_report" || !strings.Contains(out.Str("detail"), "只剩 1 件可报") {
			t.Error(code, out)
		}
		receipt := webtest.Must(t, h, boss, "POST", "/production/receipts", map[string]any{"order": wo})
		webtest.Must(t, h, boss, "POST", "/production/starts", map[string]any{"order": wo, "op": 10})
		webtest.Must(t, h, boss, "POST", "/production/pauses", map[string]any{"order": wo, "op": 10})
		for _, path := range []string{"/production/orders", "/production/orders?sort=-good,number&filter=status:in:released,started&q=" + wo, "/production/operations", "/production/operations?filter=work_center:eq:LINE&filter=status:eq:paused",
			"/production/reports", "/production/reports?sort=-recorded_ms&filter=reversed:eq:false", "/production/reasons", "/quality/inspections"} {
			n := len(webtest.Must(t, h, boss, "GET", path, nil).Items())
			if n == 0 && path != "/quality/inspections" {
				t.Error(path, "is empty")
			}
		}
		for _, path := range []string{"/production/orders/" + wo, "/production/orders/" + wo + "/picks", "/production/orders/" + wo + "/traveler", "/production/stations/LINE", "/production/scan?code=" + wo} {
			webtest.Must(t, h, boss, "GET", path, nil)
		}
		rate := func(who ...string) any {
			return webtest.Must(t, h, webtest.Person("p", append(who, "production.read")...), "GET", "/production/orders/"+wo, nil).Get("ops", 0, "piece_rate")
		}
		if rate() != nil || rate("see.price") != "0.8" {
			t.Error("piece rates:", rate(), rate("see.price"))
		}
		for path, starts := range map[string]string{"/production/orders/" + wo + "/traveler.pdf": "%PDF", "/production/orders/" + wo + "/traveler.zpl": "^XA",
			"/production/receipts/" + receipt.Str("number") + "/labels.pdf": "%PDF", "/production/receipts/" + receipt.Str("number") + "/labels.zpl": "^XA"} {
			w := webtest.Do(t, h, boss, "GET", path, nil)
			if w.Code != 200 || !strings.Contains(w.Body.String()[:min(w.Body.Len(), 200)], starts) {
				t.Error(path, w.Code, w.Body.String()[:min(w.Body.Len(), 100)])
			}
		}
		if code, _ := webtest.Call(t, h, webtest.Person("nobody"), "GET", "/production/orders", nil); code != 403 {
			t.Error(code)
		}
	})
}

// Every refusal that the code can make has its sentence in both languages.
func TestMessages(t *testing.T) {
	for code, m := range production.Messages {
		if m.Zh == "" || m.En == "" || slices.Contains([]string{m.Zh, m.En}, code) {
			t.Error(code)
		}
	}
}

// What Load would refuse, Check names by row and column before anything is written.
func TestCheckNamesRows(t *testing.T) {
	f := open(t, kittest.SQLite(t, schemas))
	p := plant()
	wo := f.order(t, "COFFEE", "10")
	p.WorkOrders = []pack.WorkOrder{
		{Row: 2, Order: "W-1", Item: "SHELL", Qty: dec("1"), Due: "2026-03-09", Status: "released"},
		{Row: 3, Order: "W-2", Item: "COFFEE", Qty: dec("1.5"), Due: "2026-03-09", Status: "released"},
		{Row: 4, Order: wo, Item: "COFFEE", Qty: dec("11"), Due: "2026-03-09", Status: "released"},
		{Row: 5, Order: "W-3", Item: "COFFEE", Qty: dec("1"), Due: "2026-03-09", Status: "released"},
	}
	found, err := f.Check(kittest.Ctx(t), f.d.Read(), p)
	var got []string
	for _, x := range found {
		got = append(got, x.Where+" "+x.Code)
	}
	if s := strings.Join(got, "; "); err != nil || s != "work_orders.csv:2:item production.not_made; work_orders.csv:3:qty production.decimals; work_orders.csv:4:order production.order_exists" {
		t.Error(s, err)
	}
}
