package inventory

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
)

// A script is acts in a row, each with what it answers; at its end stands what is left of an item. Acts:
//
//	put ITEM…            goods from the supplier          made ORDER ITEM…     goods that an order produced
//	issue ORDER ITEM…    stock to an order's WIP          use ORDER ITEM…      out of that order's WIP into nothing
//	take ITEM…           stock into nothing               ship ITEM…           to customer C1
//	back ITEM…           from customer C1 again           move PLACE ITEM…     to another location
//	reserve ITEM… / free reserve n                        hold / release ITEM…
//	undo n               the n-th act of the script
type act struct{ do, want string }

func (h *house) run(t *testing.T, acts []act) {
	t.Helper()
	var docs []Doc
	orders := map[string]db.ID{}
	for i, a := range acts {
		verb, rest, _ := strings.Cut(a.do, " ")
		if verb == "stock" {
			if got := h.stock(t, rest); got != a.want {
				t.Errorf("stock of %s: %s, want %s", rest, got, a.want)
			}
			docs = append(docs, Doc{})
			continue
		}
		var picks []Picked
		ctx := kittest.Ctx(t)
		var doc Doc
		err := h.d.InTx(ctx, func(tx *db.Tx) (err error) {
			doc = h.doc(tx, verb)
			first, more, _ := strings.Cut(rest, " ")
			order := func() Place {
				if orders[first] == 0 {
					orders[first] = tx.ID()
					h.names[orders[first]] = first
				}
				doc.Order = orders[first]
				return Place{WIP, orders[first]}
			}
			switch verb {
			case "put":
				picks, err = h.Put(ctx, tx, doc, Place{Supplier, h.ids["S1"]}, h.parsePut(rest))
			case "made":
				order()
				picks, err = h.Put(ctx, tx, doc, Place{Kind: Produced}, h.parsePut(more))
			case "back":
				picks, err = h.Put(ctx, tx, doc, Place{Customer, h.ids["C1"]}, h.parsePut(rest))
			case "issue":
				picks, err = h.Move(ctx, tx, doc, order(), h.parseTake(more))
			case "use":
				t := h.parseTake(more)
				t.From = order()
				picks, err = h.Move(ctx, tx, doc, Place{Kind: Consumed}, t)
			case "take":
				picks, err = h.Move(ctx, tx, doc, Place{Kind: Consumed}, h.parseTake(rest))
			case "ship":
				picks, err = h.Move(ctx, tx, doc, Place{Customer, h.ids["C1"]}, h.parseTake(rest))
			case "move":
				picks, err = h.Move(ctx, tx, doc, h.at(first), h.parseTake(more))
			case "reserve":
				picks, err = h.Reserve(ctx, tx, doc, h.parseTake(rest))
			case "free":
				err = h.Unreserve(ctx, tx, "reserve", docs[num.MustParse(strings.Fields(rest)[1])/num.One-1].ID)
			case "hold":
				picks, err = h.Hold(ctx, tx, doc, h.parseTake(rest))
			case "release":
				picks, err = h.Release(ctx, tx, doc, h.parseTake(rest))
			case "undo":
				of := docs[num.MustParse(rest)/num.One-1]
				err = h.Reverse(ctx, tx, doc, of.Kind, of.ID)
			default:
				t.Fatalf("no act %q", a.do)
			}
			return err
		})
		docs = append(docs, doc)
		if got := h.say(picks, err); got != a.want {
			t.Errorf("%d %s: got %s, want %s", i+1, a.do, got, a.want)
		}
		balanced(t, h, h.d.Read())
	}
}

func TestScripts(t *testing.T) {
	cases := []struct {
		name string
		acts []act
	}{
		{"undoing gives everything back", []act{
			{"put PUMP 10 L1 RM exp=2026-05-01", "L1:10@S1"},
			{"take PUMP 4", "L1:4@RM"},
			{"undo 1", "inventory.moved_on"},
			{"undo 2", ""},
			{"undo 2", "inventory.nothing_to_undo"},
			{"undo 1", ""},
			{"stock PUMP", ""},
			{"put PUMP 3 L1 RM", "L1:3@S1"},
			{"put PUMP 3 L1 RM exp=2026-06-01", "inventory.lot_expiry_differs"},
		}},
		{"issue, use, return", []act{
			{"put PLATE 10 P1 RM", "P1:10@S1"},
			{"issue W1 PLATE 6", "P1:6@RM"},
			{"use W1 PLATE 2.5", "P1:2.5@W1"},
			{"use W1 PLATE 4", "inventory.short_at_order"},
			{"use W2 PLATE 1", "inventory.short_at_order"},
			{"stock PLATE", "P1:3.5@wip P1:4@RM"},
			{"undo 2", "inventory.moved_on"},
			{"undo 3", ""},
			{"undo 2", ""},
			{"stock PLATE", "P1:10@RM"},
		}},
		{"putting 30 of 100 on hold is a move", []act{
			{"put PUMP 100 L1 RM", "L1:100@S1"},
			{"hold PUMP 30 L1", "L1:30@RM"},
			{"stock PUMP", "L1:30@RM/hold L1:70@RM"},
			{"take PUMP 71", "inventory.short"},
			{"take PUMP 71 L1", "inventory.held"},
			{"take PUMP 70 L1", "L1:70@RM"},
			{"take PUMP 1 L1", "inventory.held"},
			{"move RM/A1 PUMP 10 L1 RM hold", "L1:10@RM"},
			{"stock PUMP", "L1:10@RM/A1/hold L1:20@RM/hold"},
			{"release PUMP 25 L1", "L1:20@RM L1:5@RM/A1"},
			{"stock PUMP", "L1:20@RM L1:5@RM/A1 L1:5@RM/A1/hold"},
			{"undo 10", ""},
			{"undo 8", ""},
			{"undo 2", ""},
			{"stock PUMP", "L1:30@RM"},
		}},
		{"reservations", []act{
			{"put PUMP 10 L1 RM exp=2026-05-01", "L1:10@S1"},
			{"put PUMP 10 L2 RM exp=2026-06-01", "L2:10@S1"},
			{"reserve PUMP 12", "L1:10@RM L2:2@RM"},
			{"take PUMP 9", "inventory.short"},
			{"take PUMP 1 L1", "inventory.lot_reserved"},
			{"take PUMP 8", "L2:8@RM"},
			{"undo 2", "inventory.moved_on"},
			{"stock PUMP", "L1:10@RM+10 L2:2@RM+2"},
			{"move RM/A1 PUMP 1 L1 RM", "inventory.lot_reserved"},
			{"free reserve 3", ""},
			{"free reserve 3", ""},
			{"stock PUMP", "L1:10@RM L2:2@RM"},
			{"take PUMP 12", "L1:10@RM L2:2@RM"},
			{"reserve PUMP 1", "inventory.short"},
		}},
		{"holding 60 of 100 promised leaves 40 promised", []act{
			{"put PUMP 100 L1 RM", "L1:100@S1"},
			{"reserve PUMP 100", "L1:100@RM"},
			{"hold PUMP 60 L1", "L1:60@RM"},
			{"stock PUMP", "L1:40@RM+40 L1:60@RM/hold"},
			{"hold PUMP 0 L1", "L1:40@RM"},
			{"stock PUMP", "L1:100@RM/hold"},
		}},
		{"a piece on hold leaves the other pieces promised", []act{
			{"put UNIT 3 - FG sn=a,b,c", ":3@S1[a,b,c]"},
			{"reserve UNIT 3", ":3@FG[a,b,c]"},
			{"hold UNIT 1 - - sn=b", ":1@FG[b]"},
			{"stock UNIT", ":1@FG/hold :2@FG+2"},
			{"ship UNIT 1 - - sn=c", "inventory.serial_reserved"},
		}},
		{"a doubtful lot keeps no promise beyond what is left", []act{
			{"put PUMP 10 L1 RM", "L1:10@S1"},
			{"reserve PUMP 3", "L1:3@RM"},
			{"reserve PUMP 4", "L1:4@RM"},
			{"hold PUMP 3 L1", "L1:3@RM"},
			{"stock PUMP", "L1:3@RM/hold L1:7@RM+7"},
			{"hold PUMP 2 L1", "L1:2@RM"},
			{"stock PUMP", "L1:5@RM+5 L1:5@RM/hold"}, // two of the promise that was made last went
			{"hold PUMP 3 L1", "L1:3@RM"},
			{"stock PUMP", "L1:2@RM+2 L1:8@RM/hold"},
		}},
		{"pieces", []act{
			{"put UNIT 3 - FG sn=a,b,c", ":3@S1[a,b,c]"},
			{"put UNIT 2 - FG sn=d,a", "inventory.serial_exists"},
			{"put UNIT 1 - FG sn=d,e", "inventory.serials_needed"},
			{"reserve UNIT 1", ":1@FG[a]"},
			{"ship UNIT 1 - - sn=a", "inventory.serial_reserved"},
			{"ship UNIT 1 - - sn=c", ":1@FG[c]"},
			{"ship UNIT 1 - - sn=c", "inventory.serial_gone"},
			{"undo 1", "inventory.moved_on"},
			{"free reserve 4", ""},
			{"hold UNIT 1 - - sn=b", ":1@FG[b]"},
			{"ship UNIT 1 - - sn=b", "inventory.serial_held"},
			{"release UNIT 1 - - sn=b", ":1@FG[b]"},
			{"move RM UNIT 2 - FG sn=a,b", ":2@FG[a,b]"},
			{"ship UNIT 1 - FG sn=a", "inventory.serial_elsewhere"},
			{"back UNIT 1 - FG sn=c", ":1@C1[c]"},
			{"undo 15", ""},
			{"undo 6", ""},
			{"undo 13", ""},
			{"stock UNIT", ":3@FG"},
			{"undo 1", ""}, // all are where they came to, whatever happened between
			{"stock UNIT", ""},
		}},
		{"pieces issued to an order are used without naming them", []act{
			{"put UNIT 3 - FG sn=a,b,c", ":3@S1[a,b,c]"},
			{"issue W1 UNIT 2 - - sn=c,a", ":2@FG[c,a]"},
			{"use W1 UNIT 1", ":1@W1[a]"},
			{"use W1 UNIT 2", "inventory.short_pieces"},
			{"undo 3", ""},
			{"use W1 UNIT 1 - - sn=c", ":1@W1[c]"},
		}},
		{"a piece that went on cannot be undone by another that lies in its place", []act{
			{"put UNIT 2 - FG sn=a,b", ":2@S1[a,b]"},
			{"ship UNIT 1 - - sn=a", ":1@FG[a]"},
			{"put UNIT 1 - FG sn=c", ":1@S1[c]"},
			{"undo 1", "inventory.serial_moved_on"},
			{"undo 2", ""},
			{"undo 1", ""},
			{"stock UNIT", ":1@FG"},
		}},
		{"goods without a lot number keep their expiry", []act{
			{"put GLUE 5 - RM exp=2026-03-10", ":5@S1"},
			{"put GLUE 5 - RM exp=2026-03-05", ":5@S1"},
			{"put GLUE 5 - RM exp=2026-03-02", ":5@S1"}, // today: not usable any more
			{"take GLUE 6", ":5@RM :1@RM"},
			{"take GLUE 5", "inventory.short_expired"},
			{"take GLUE 4", ":4@RM"},
		}},
		{"produced goods", []act{
			{"made W1 PUMP 5 L9 FG", "L9:5@"},
			{"made W1 SCREW 100 - RM", ":100@"},
			{"take SCREW 100", ":100@RM"},
			{"undo 2", "inventory.moved_on"},
			{"undo 1", ""},
			{"stock PUMP", ""},
		}},
	}
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				h.wipe(t)
				h.run(t, c.acts)
			})
		}
	})
}

// wipe empties the shelves, so that many cases share one database.
func (h *house) wipe(t *testing.T) {
	t.Helper()
	h.do(t, func(ctx context.Context, tx *db.Tx) error {
		for _, table := range []string{"inv_lot", "inv_balance", "inv_move", "inv_serial", "inv_move_serial", "inv_reservation", "inv_entry"} {
			if _, err := tx.Exec(ctx, `DELETE FROM `+table); err != nil {
				return err
			}
		}
		return nil
	})
}

// What lies at another site is not ours to take, and nothing goes there by a move.
func TestSites(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		var other, place db.ID
		h.do(t, func(ctx context.Context, tx *db.Tx) error {
			other, place = tx.ID(), tx.ID()
			wh := tx.ID()
			tx.Queue(`INSERT INTO md_site (id, code, name, time_zone, currency, today) VALUES ($1, 'F2', 'F2', 'Asia/Shanghai', 'CNY', '')`, other)
			tx.Queue(`INSERT INTO md_warehouse (id, site_id, code, name, kind, in_costing) VALUES ($1, $2, 'RM', 'RM', 'normal', TRUE)`, wh, other)
			tx.Queue(`INSERT INTO md_location (id, site_id, warehouse_id, code, place) VALUES ($1, $2, $3, 'RM', '')`, place, other, wh)
			doc := h.doc(tx, "receipt")
			doc.Site = other
			_, err := h.Put(ctx, tx, doc, Place{Supplier, h.ids["S1"]}, Put{Item: h.ids["PUMP"], Qty: num.Int(5), Lot: "L1", To: Place{Stock, place}})
			return err
		})
		h.put(t, "PUMP 1 L2 RM")
		for _, c := range []struct{ take, want string }{{"PUMP 2", "inventory.short"}, {"PUMP 1 L1", "inventory.lot_empty"}, {"PUMP 1", "L2:1@RM"}} {
			h.try(t, func(ctx context.Context, tx *db.Tx) error {
				picks, err := h.Move(ctx, tx, h.doc(tx, "use"), Place{Kind: Consumed}, h.parseTake(c.take))
				if got := h.say(picks, err); ours(err) && got != c.want {
					t.Errorf("%s: got %s, want %s", c.take, got, c.want)
				}
				return err
			})
		}
		h.try(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := h.Move(ctx, tx, h.doc(tx, "transfer"), Place{Stock, place}, h.parseTake("PUMP 1"))
			if ours(err) && !fault.Is(err, "inventory.location_other_site") {
				t.Error(err)
			}
			return err
		})
		a, _, _, err := h.OnHand(kittest.Ctx(t), d.Read(), h.site, h.ids["PUMP"])
		if err != nil || a != num.One {
			t.Error(a, err)
		}
	})
}

// What went into what, over two levels, returns and undone reports left out; and who has it.
func TestGenealogy(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.run(t, []act{
			{"put PLATE 10 P1 RM rec=2026-01-01", "P1:10@S1"},
			{"put PLATE 10 P2 RM rec=2026-01-02", "P2:10@S1"},
			{"issue W1 PLATE 4 P1", "P1:4@RM"},
			{"use W1 PLATE 3", "P1:3@W1"},
			{"issue W1 PLATE 2 P2", "P2:2@RM"},
			{"undo 5", ""}, // the wrong lot: it never went in
			{"made W1 PUMP 3 L1 RM", "L1:3@"},
			{"issue W2 PUMP 2 L1", "L1:2@RM"},
			{"use W2 PUMP 2", "L1:2@W2"},
			{"made W2 UNIT 2 - FG sn=x,y", ":2@[x,y]"},
			{"ship UNIT 1 - - sn=y", ":1@FG[y]"},
			{"issue W3 PUMP 1 L1", "L1:1@RM"},
		})
		ctx := kittest.Ctx(t)
		say := func(ks []Kin) string {
			s := ""
			for _, k := range ks {
				s += fmt.Sprintf("%s/%s %s; ", k.Item, k.Lot, k.Qty)
			}
			return s
		}
		for _, c := range []struct{ item, lot, from, in, customers string }{
			{"PLATE", "P1", "", "PUMP/L1 3; ", "C1 UNIT 1; "},
			{"PLATE", "P2", "", "", ""},
			{"PUMP", "L1", "PLATE/P1 4; ", "UNIT/ 2; / 1; ", "C1 UNIT 1; "},
		} {
			card, err := h.LotCard(ctx, d.Read(), c.item, c.lot)
			if err != nil {
				t.Fatal(err)
			}
			customers := ""
			for _, s := range card.Customers {
				customers += fmt.Sprintf("%s %s %s; ", s.Code, s.Item, s.Qty)
			}
			if say(card.MadeFrom) != c.from || say(card.UsedIn) != c.in || customers != c.customers {
				t.Errorf("%s: from %s, in %s, at %s", c.lot, say(card.MadeFrom), say(card.UsedIn), customers)
			}
		}
		s, err := h.SerialCard(ctx, d.Read(), "UNIT", "y")
		if err != nil || s.Kind != "customer" || s.Place != "C1" || len(s.Moves) != 2 || say(s.Made) != "PUMP/L1 2; " {
			t.Errorf("%+v %v", s, err)
		}
		it, err := h.ItemCard(ctx, d.Read(), "PUMP", "")
		if err != nil || it.Level.Available != 0 || len(it.Moves) != 4 || it.Moves[0].After != 0 || it.Moves[3].After != num.Int(3) || it.Moves[2].After != num.Int(1) {
			t.Errorf("%+v %v", it, err)
		}
	})
}

// Pieces made together are a few rows, and none is ever named that was not meant.
func TestRuns(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		const n = 10_000
		var doc Doc
		h.do(t, func(ctx context.Context, tx *db.Tx) error {
			doc = h.doc(tx, "receipt")
			_, err := h.Put(ctx, tx, doc, Place{Kind: Produced}, Put{Item: h.ids["UNIT"], Qty: num.Int(n), To: h.at("FG")})
			return err
		})
		if rows, err := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM inv_move_serial`); err != nil || rows > 10 {
			t.Errorf("%d rows for %d pieces made together (%v)", rows, n, err)
		}
		numbers, err := db.All[string](t.Context(), d.Read(), `SELECT number FROM inv_serial ORDER BY number`)
		if err != nil || len(numbers) != n {
			t.Fatal(len(numbers), err)
		}
		var odd []string
		for i := 0; i < 400; i += 2 {
			odd = append(odd, numbers[i])
		}
		h.do(t, func(ctx context.Context, tx *db.Tx) error {
			_, err := h.Move(ctx, tx, h.doc(tx, "ship"), Place{Customer, h.ids["C1"]}, Take{Item: h.ids["UNIT"], Qty: num.Int(200), Serials: odd})
			return err
		})
		for i, want := range []PlaceKind{Customer, Stock, Customer, Stock} {
			p, err := db.One[piece](t.Context(), d.Read(), `SELECT `+pieceColumns+` FROM inv_serial WHERE number = $1`, numbers[i])
			if err != nil || p.Kind != want {
				t.Errorf("%s is at %s (%v)", numbers[i], p.Kind, err)
			}
		}
		balanced(t, h, d.Read())
	})
}

// A command beside a move that is refused later leaves nothing of it.
func TestGuardsRefuse(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		h.put(t, "PUMP 5 L1 RM")
		h.Guards = append(h.Guards, func(_ context.Context, _ *db.Tx, doc Doc, picks []Picked) error {
			if doc.Kind == "use" && len(picks) == 1 && picks[0].Qty == num.One {
				return fault.Conflict("costing.closed", "the period is closed")
			}
			return nil
		})
		err := d.InTx(kittest.Ctx(t), func(tx *db.Tx) error {
			_, err := h.Move(kittest.Ctx(t), tx, h.doc(tx, "use"), Place{Kind: Consumed}, h.parseTake("PUMP 1"))
			return err
		})
		if !fault.Is(err, "costing.closed") || h.stock(t, "PUMP") != "L1:5@RM" {
			t.Error(err, h.stock(t, "PUMP"))
		}
	})
}
