package sales

import (
	"bytes"
	"testing"

	"kaiwu/internal/kit/label"
	"kaiwu/internal/kit/num"
)

// A packing list has one line per order line, however many lots went, and names pieces by their serial numbers.
func TestPackingListGathersLots(t *testing.T) {
	p := paper{specs: map[string]string{"JC-03": "350 ml"}, date: "2026-03-02", ShipmentDetail: ShipmentDetail{Number: "SH2603-0001", Order: "SO2603-0007", Cartons: 3,
		Customer: Party{Name: "网易严选", Phone: "0571-1234", Address: "杭州市滨江区"}, Lines: []ShippedLot{
			{Line: 1, Item: "JC-03", Name: "榨汁杯", UoM: "pcs", Lot: "L1", Qty: num.Int(30)},
			{Line: 1, Item: "JC-03", Name: "榨汁杯", UoM: "pcs", Lot: "L2", Qty: num.Int(20)},
			{Line: 2, Item: "BL-9", Name: "料理机", UoM: "pcs", Lot: "L9", Qty: num.Int(2), Serials: []string{"S1", "S2"}},
		}}}
	l := p.list()
	if len(l.Lines) != 2 || l.Lines[0].Qty != num.Int(50) || len(l.Lines[0].Lots) != 2 || l.Lines[0].Spec != "350 ml" || l.Lines[0].Order != "SO2603-0007/1" {
		t.Fatalf("first line: %+v", l.Lines)
	}
	if got := l.Lines[1].Lots; len(got) != 2 || got[0].Number != "S1" || got[0].Qty != 0 {
		t.Fatalf("pieces: %+v", got)
	}
	parcels := p.parcels()
	if len(parcels) != 3 || parcels[2].Box != 3 || parcels[2].Boxes != 3 || parcels[0].To.Name != "网易严选" {
		t.Fatalf("parcels: %+v", parcels)
	}
	for format, want := range map[string]string{"pdf": "%PDF", "zpl": "^XA"} {
		f, err := printed(label.Parcels(p.opt, parcels...), "label", format)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := f.Write(&b); err != nil || !bytes.Contains(b.Bytes()[:200], []byte(want)) {
			t.Fatalf("%s begins with %q, %v", format, b.Bytes()[:20], err)
		}
	}
}
