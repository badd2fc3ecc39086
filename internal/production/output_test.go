package production_test

import (
	"slices"
	"testing"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/production"
)

// TestOutputs: the by-product of PLAIN (0.5 of OTHER for one) comes with the finished goods, as its own lot.
func TestOutputs(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		wo := f.order(t, "PLAIN", "20")
		must(t, d, f.Report, report(wo, "10 g13"))
		line := func() production.DetailOutput {
			t.Helper()
			o := f.detail(t, wo).Outputs
			if len(o) != 1 {
				t.Fatal(o)
			}
			return o[0]
		}
		// 13 pieces: 6.5, of an item without decimals 6 can be counted on, 7 × 1.2 → 9 are the most
		if o := line(); o.Item != "OTHER" || o.Planned != dec("10") || o.Expected != dec("6") || o.Proposed != dec("6") || o.Most != dec("9") || o.Missing != dec("6") {
			t.Errorf("%+v", o)
		}
		for _, c := range []struct {
			name string
			out  []production.Output
			want string
		}{
			{"too much", []production.Output{{Line: 2, Qty: dec("10")}}, "production.output_too_much"},
			{"a component", []production.Output{{Line: 1, Qty: dec("1")}}, "production.output_unknown"},
			{"twice", []production.Output{{Line: 2, Qty: dec("1")}, {Line: 2, Qty: dec("1")}}, "production.output_unknown"},
			{"decimals", []production.Output{{Line: 2, Qty: dec("1.5")}}, "production.decimals"},
			{"below zero", []production.Output{{Line: 2, Qty: dec("-1")}}, "production.qty_negative"},
		} {
			if _, err := run(t, d, f.Receive, production.Receive{Order: wo, Outputs: c.out}); code(err) != c.want {
				t.Error(c.name, err)
			}
		}
		if len(f.detail(t, wo).Receipts) != 0 {
			t.Error("a refusal left something")
		}
		r := must(t, d, f.Receive, production.Receive{Order: wo, Qty: dec("3"), Location: "RM"}) // nobody said anything: 1.5 → 1
		if len(r.Outputs) != 1 || r.Outputs[0].Qty != dec("1") || r.Outputs[0].Lot == "" || r.Outputs[0].Lot == r.Lot || r.Outputs[0].Location != "RM" || r.Outputs[0].Number == r.Number {
			t.Errorf("%+v", r)
		}
		all := must(t, d, f.Receive, production.Receive{Order: wo, Qty: dec("2"), Outputs: []production.Output{}})
		if len(all.Outputs) != 0 {
			t.Error("an empty list brings nothing:", all.Outputs)
		}
		said := must(t, d, f.Receive, production.Receive{Order: wo, Qty: dec("5"), Outputs: []production.Output{{Line: 2, Qty: dec("4"), Lot: "CHIPS-1", Location: "FG"}}})
		if o := said.Outputs; len(o) != 1 || o[0].Lot != "CHIPS-1" || o[0].Received != dec("5") || o[0].Location != "FG" {
			t.Errorf("%+v", o)
		}
		// more came than its share: the next receipt proposes what is still to come, 13 pieces give 6
		if o := line(); o.Received != dec("5") || o.Missing != dec("1") || o.Proposed != dec("1") {
			t.Errorf("%+v", o)
		}
		// traced both ways: the order made the lot, the lot came of the order and what it used
		lot, err := db.One[db.ID](t.Context(), d.Read(), `SELECT id FROM v_lot WHERE number = 'CHIPS-1'`)
		if err != nil {
			t.Fatal(err)
		}
		made, err := inventory.Made(t.Context(), d.Read(), []db.ID{lot}, nil)
		if err != nil || len(made) != 1 || made[0].Qty != dec("4") {
			t.Error(made, err)
		}
		from, err := inventory.From(t.Context(), d.Read(), []db.ID{lot})
		if err != nil || len(from) == 0 {
			t.Error("the lot of chips does not know the glue it came of:", from, err)
		}
		// back: by itself, and with the finished goods that brought it
		u := must(t, d, f.UndoReceipt, production.UndoReceipt{Receipt: said.Outputs[0].Number, Reason: "weighed again"})
		if u.Qty != dec("4") || u.Received != dec("1") || f.detail(t, wo).Received != dec("10") {
			t.Errorf("%+v", u)
		}
		if _, err := run(t, d, f.UndoReceipt, production.UndoReceipt{Receipt: said.Outputs[0].Number, Reason: "again"}); code(err) != "production.undone_already" {
			t.Error(err)
		}
		u = must(t, d, f.UndoReceipt, production.UndoReceipt{Receipt: r.Number, Reason: "wrong"})
		if len(u.Outputs) != 1 || line().Received != 0 || f.detail(t, wo).Received != dec("7") {
			t.Errorf("%+v", u)
		}
		// on their own, then closing says what is missing
		if _, err := run(t, d, f.ReceiveOutputs, production.ReceiveOutputs{Order: wo, Outputs: []production.Output{{Line: 2}}}); code(err) != "production.output_nothing" {
			t.Error(err)
		}
		must(t, d, f.ReceiveOutputs, production.ReceiveOutputs{Order: wo, Outputs: []production.Output{{Line: 2, Qty: dec("2")}}})
		if _, err := run(t, d, f.ReceiveOutputs, production.ReceiveOutputs{Order: wo, Outputs: []production.Output{{Line: 2, Qty: dec("8")}}}); code(err) != "production.output_too_much" {
			t.Error(err)
		}
		e := must(t, d, f.Close, production.End{Order: wo, Reason: "enough", Rest: "return"})
		if !slices.Equal(e.Missing, []production.MissingOutput{{Line: 2, Item: "OTHER", UoM: "pcs", Expected: dec("6"), Received: dec("2"), Missing: dec("4")}}) {
			t.Errorf("%+v", e.Missing)
		}
		if _, err := run(t, d, f.ReceiveOutputs, production.ReceiveOutputs{Order: wo, Outputs: []production.Output{{Line: 2, Qty: dec("1")}}}); code(err) != "production.closed" {
			t.Error(err)
		}
		balanced(t, f)
	})
}
