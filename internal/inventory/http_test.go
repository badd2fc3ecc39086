package inventory_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/kit/web/webtest"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
)

// office is the room behind its door, with a factory of three items.
func office(t *testing.T, d *db.DB) (http.Handler, *inventory.Module) {
	t.Helper()
	m := inventory.New(d)
	a := web.New(http.NewServeMux(), d)
	a.Messages(inventory.Messages, masterdata.Messages)
	m.Routes(a)
	p := pack.New()
	cost := num.MustParse("2.5")
	p.Site.Code = "F1"
	p.Items = []pack.Item{{Code: "PUMP", Name: "泵", UOM: "pcs", Kind: "buy", Tracking: "lot", YieldPct: num.Int(100)}, {Code: "SCREW", Name: "screw", UOM: "pcs", Kind: "buy", Tracking: "none", YieldPct: num.Int(100)},
		{Code: "UNIT", Name: "unit", UOM: "pcs", Kind: "make", Tracking: "serial", YieldPct: num.Int(100)}}
	p.Warehouses = []pack.Warehouse{{Code: "RM", Kind: "normal"}, {Code: "FG", Kind: "normal"}}
	p.Stock = []pack.Stock{{Item: "PUMP", Qty: num.Int(100), Warehouse: "RM", Location: "A-1", Lot: "L1", UnitCost: &cost, ExpiresOn: "2026-09-01"}, {Item: "SCREW", Qty: num.Int(5000), Warehouse: "RM"},
		{Item: "UNIT", Qty: num.One, Warehouse: "FG", Serial: "U-1"}}
	ctx, md := kittest.Ctx(t), masterdata.New()
	var inside context.Context
	if err := d.InBatch(ctx, "import", func(b *db.Batch) error {
		inside = masterdata.Loading(ctx, b)
		if err := md.Load(inside, b, p); err != nil {
			return err
		}
		return m.Load(inside, b, p)
	}, func(tx *db.Tx, b *db.Batch) error { return md.Publish(inside, tx, b) }); err != nil {
		t.Fatal(err)
	}
	return a.Handler(), m
}

var schemas = []db.Schema{{Room: "masterdata", FS: masterdata.Schema}, {Room: "inventory", FS: inventory.Schema}}

func TestOffice(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h, m := office(t, d)
		boss := webtest.Boss()
		keeper := webtest.Person("keeper", "inventory.read", "inventory.adjust", "inventory.transfer", "inventory.hold", "inventory.release", "inventory.undo")

		list := webtest.Must(t, h, boss, "GET", "/inventory/stock?filter=item:eq:PUMP", nil)
		if list.Str("items", 0, "qty") != "100" || list.Str("items", 0, "location") != "RM/A-1" || list.Str("items", 0, "unit_cost") != "2.5" || list.Str("total") != "1" {
			t.Error(list)
		}
		list = webtest.Must(t, h, keeper, "GET", "/inventory/stock?location=RM/A-1", nil)
		if _, ok := list.Get("items", 0).(map[string]any)["unit_cost"]; ok || list.Str("items", 0, "lot") != "L1" {
			t.Errorf("the keeper sees %v", list)
		}
		webtest.Refused(t, h, keeper, "GET", "/inventory/stock?sort=unit_cost", nil, "web.field_forbidden")
		webtest.Refused(t, h, webtest.Person("nobody"), "GET", "/inventory/stock", nil, "web.forbidden")
		outside := webtest.Person("outside", "inventory.read")
		outside.Partner = 5
		if n := len(webtest.Must(t, h, outside, "GET", "/inventory/stock", nil).Items()); n != 0 {
			t.Errorf("a partner from outside sees %d rows of stock", n)
		}

		// the same scan twice moves once
		transfer := map[string]any{"item": "KW:LOT:PUMP/L1", "qty": "30", "from": "RM/A-1", "to": "KW:LOC:FG"}
		one := webtest.Must(t, h, keeper, "POST", "/inventory/transfers", transfer, "Idempotency-Key", "k1")
		two := webtest.Must(t, h, keeper, "POST", "/inventory/transfers", transfer, "Idempotency-Key", "k1")
		if one.Str("number") != two.Str("number") || one.Str("lines", 0, "lot") != "L1" || one.Str("lines", 0, "to") != "FG" {
			t.Error(one, two)
		}
		card := webtest.Must(t, h, keeper, "GET", "/inventory/lots/PUMP/L1", nil)
		if card.Str("on_hand") != "100" || card.Str("balances", 0, "qty") != "70" && card.Str("balances", 1, "qty") != "70" || len(card.Get("moves").([]any)) != 2 {
			t.Error(card)
		}
		hold := webtest.Must(t, h, keeper, "POST", "/inventory/holds", map[string]any{"item": "PUMP", "lot": "L1", "qty": "30", "location": "FG", "reason": "scratches"})
		webtest.Refused(t, h, keeper, "POST", "/inventory/transfers", map[string]any{"item": "PUMP", "lot": "L1", "qty": "1", "from": "FG", "to": "RM"}, "inventory.held")
		if s := webtest.Must(t, h, keeper, "GET", "/inventory/items/PUMP", nil); s.Str("level", "held") != "30" || s.Str("level", "available") != "70" || s.Str("moves", 0, "after") != "100" {
			t.Error(s)
		}
		webtest.Must(t, h, keeper, "POST", "/inventory/undos", map[string]any{"number": hold.Str("number"), "reason": "wiped off"})
		webtest.Refused(t, h, keeper, "POST", "/inventory/undos", map[string]any{"number": hold.Str("number"), "reason": "again"}, "inventory.nothing_to_undo")
		webtest.Must(t, h, keeper, "POST", "/inventory/holds", map[string]any{"item": "PUMP", "lot": "L1", "reason": "all of it"})
		webtest.Must(t, h, keeper, "POST", "/inventory/releases", map[string]any{"item": "PUMP", "lot": "L1", "qty": "50", "reason": "half is good"})
		if s := webtest.Must(t, h, keeper, "GET", "/inventory/items/PUMP", nil); s.Str("level", "held") != "50" {
			t.Error(s)
		}

		// counting
		c := webtest.Must(t, h, keeper, "POST", "/inventory/adjustments", map[string]any{"item": "SCREW", "location": "RM", "counted": "4990", "reason": "count"})
		if c.Str("lines", 0, "qty") != "10" || c.Str("lines", 0, "to") != "adjust" {
			t.Error(c)
		}
		webtest.Refused(t, h, keeper, "POST", "/inventory/adjustments", map[string]any{"item": "SCREW", "location": "RM", "counted": "4990", "reason": "count"}, "inventory.no_change")
		webtest.Refused(t, h, keeper, "POST", "/inventory/adjustments", map[string]any{"item": "SCREW", "location": "RM", "reason": "count"}, "inventory.count_or_change")
		webtest.Refused(t, h, keeper, "POST", "/inventory/adjustments", map[string]any{"item": "SCREW", "location": "RM", "change": "1", "reason": "found", "unit_cost": "1"}, "web.field_forbidden")
		f := webtest.Must(t, h, keeper, "POST", "/inventory/adjustments", map[string]any{"item": "UNIT", "location": "RM", "change": "1", "serials": []string{"U-2"}, "reason": "found"})
		if f.Str("lines", 0, "serials", 0) != "U-2" {
			t.Error(f)
		}
		if s := webtest.Must(t, h, keeper, "GET", "/inventory/serials/UNIT/U-2", nil); s.Str("place") != "RM" {
			t.Error(s)
		}
		webtest.Must(t, h, keeper, "POST", "/inventory/adjustments", map[string]any{"item": "KW:SN:UNIT/U-2", "location": "RM", "change": "-1", "reason": "lost"})

		for path, n := range map[string]int{"/inventory/items": 3, "/inventory/locations": 3, "/inventory/lots": 1, "/inventory/serials": 2, "/inventory/documents": 8, "/inventory/moves?lot=L1&limit=500": 8, "/inventory/moves?item=SCREW": 2,
			"/inventory/moves?location=FG": 6, "/inventory/moves?document=" + hold.Str("number"): 1, "/inventory/reservations": 0, "/inventory/as-of?at=2026-03-02T08:00&item=SCREW": 1, "/inventory/as-of?at=2026-03-01T08:00": 0} {
			if got := webtest.Must(t, h, keeper, "GET", path, nil); len(got.Items()) != n {
				t.Errorf("%s: %d rows, want %d: %v", path, len(got.Items()), n, got)
			}
		}
		webtest.Refused(t, h, keeper, "GET", "/inventory/as-of?at=yesterday", nil, "inventory.moment_bad")

		for code, want := range map[string]string{"KW:LOT:PUMP/L1": "lot", "L1": "lot", "PUMP": "item", "U-1": "serial", "RM/A-1": "location", "KW:LOC:RM": "location"} {
			if s := webtest.Must(t, h, keeper, "GET", "/inventory/scan?code="+code, nil); s.Str("kind") != want {
				t.Errorf("%s is a %v, want %s", code, s, want)
			}
		}
		webtest.Refused(t, h, keeper, "GET", "/inventory/scan?code=NOPE", nil, "inventory.code_unknown")

		ctx := actor.With(t.Context(), keeper)
		for text, want := range map[string]string{"L1": "lot L1", "U-": "serial U-1,serial U-2", "RM/": "location RM/A-1", "zzz": ""} {
			hits, err := m.Find(ctx, d.Read(), text)
			var got []string
			for _, h := range hits {
				got = append(got, h.Kind+" "+h.Title)
			}
			if err != nil || strings.Join(got, ",") != want {
				t.Errorf("found %v (%v) for %s", got, err, text)
			}
		}
		for _, err := range m.Verify(t.Context(), d.Read()) {
			t.Error(err)
		}
	})
}

// Lists stay quick when the ledger is long: none of them reads a whole table.
func TestListsUseIndexes(t *testing.T) {
	d := kittest.SQLite(t, schemas)
	kittest.UsesIndex(t, d, `SELECT m.id FROM inv_move m WHERE m.batch_id NOT IN (SELECT id FROM kit_batch) ORDER BY m.recorded_ms DESC, m.id DESC LIMIT 50`)
	kittest.UsesIndex(t, d, `SELECT id FROM inv_move WHERE doc_id = 1 AND doc_kind = 'x'`)
	kittest.UsesIndex(t, d, `SELECT id FROM inv_move WHERE order_id = 1 AND order_id <> 0`)
	kittest.UsesIndex(t, d, `SELECT id FROM inv_move WHERE lot_id = 1 AND lot_id <> 0`)
	kittest.UsesIndex(t, d, `SELECT id FROM inv_move r WHERE r.reverses = 1 AND r.reverses <> 0`)
	kittest.UsesIndex(t, d, `SELECT id FROM inv_balance WHERE item_id IN (1, 2) AND place_kind = 'stock' AND status = 'available' AND slot IN (-1, 0)`)
}
