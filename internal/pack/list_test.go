package pack

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"kaiwu/internal/kit/num"
)

func TestListColumnsAreExplained(t *testing.T) {
	for _, list := range append([]string{SalesOrders}, Lists...) {
		for _, c := range fileOf(list).columns() {
			if x := textOf(list, c.name); x.Zh == "" || x.En == "" {
				t.Errorf("%s.%s has no text", list, c.name)
			}
		}
	}
}

func readListText(list, text string) (*Pack, []string) {
	p, faults := ReadList(strings.NewReader(text), int64(len(text)), "x.csv", list, Known(func(r Ref) bool { return r.Code == "INJ" || r.Code == "RM" || r.Code == "P-1" }))
	var out []string
	for _, f := range faults {
		out = append(out, f.Where+" "+f.Code)
	}
	return p, out
}

// One list needs no items.csv; its references are looked up in the company; every fault is told by row and column.
func TestReadList(t *testing.T) {
	for name, c := range map[string]struct{ list, text, want string }{
		"machines":         {"machines", "code,work_center,speed_pct\nM1,INJ,90\nM2,INJ,\n", ""},
		"all faults":       {"machines", "code,work_center,speed_pct\nM1,NO,0\n,INJ,x\nM1,INJ,\n", "machines.csv:2:speed_pct pack.above machines.csv:2:work_center pack.unknown_work_center machines.csv:3:code pack.required machines.csv:3:speed_pct pack.number machines.csv:4:code pack.duplicate"},
		"unknown column":   {"workers", "code,name,height\nW1,A,3\n", "workers.csv:1:height pack.column_unknown"},
		"place twice":      {"locations", "warehouse,place\nRM,A-1\nRM,A-1\n", "locations.csv:3:place pack.duplicate"},
		"no such house":    {"locations", "warehouse,place\nXX,A-1\n", "locations.csv:2:warehouse pack.unknown_warehouse"},
		"planning":         {"planning", "item,lead_per,supply_site\nP-1,100,\nP-2,,NO\nNO,,\n", "planning.csv:2:lead_per_days pack.lead_per_days planning.csv:3:item pack.unknown_item planning.csv:3:supply_site pack.unknown_site planning.csv:4:item pack.unknown_item"},
		"fits":             {"tools", "code,fits\nT1,P-1;P-1:20\nT2,P-1:x\nT3,NO:10\n", "tools.csv:3:fits pack.fit tools.csv:4:fits pack.unknown_item"},
		"no list":          {"stock", "item\n", "x.csv pack.list_unknown"},
		"empty file":       {"tools", "", "tools.csv pack.header"},
		"bom":              {"boms", "product,item,qty\nP-1,NO,0\n", "boms.csv:2:qty pack.above boms.csv:2:item pack.unknown_item"},
		"step twice":       {"routings", "product,op,work_center\nP-1,10,INJ\nP-1,10,INJ\n", "routings.csv:3:op pack.duplicate"},
		"carrier":          {"partners", "code,name,kind,carrier\nC1,甲,customer,X\n", "partners.csv:2:carrier pack.unknown_partner"},
		"carrier in file":  {"partners", "code,name,kind,carrier,over_pct\nC1,甲,customer,X,5\nX,乙,carrier,,\n", ""},
		"tolerance beyond": {"partners", "code,name,kind,over_pct\nC1,甲,customer,101\n", "partners.csv:2:over_pct pack.max"},
	} {
		_, got := readListText(c.list, c.text)
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, strings.Join(got, " "), c.want)
		}
	}
}

// What a list wrote, it reads; the sheet that explains is passed over; a template has no rows.
func TestListComesBack(t *testing.T) {
	p := New()
	five := num.MustParse("2.5")
	p.Partners = []Partner{{Code: "007", Name: "甲, \"乙\"", Kinds: []string{"customer", "carrier"}, OverPct: &five, Terms: "月结 30 天\n含税"}}
	p.Calendars = []CalendarHours{{Calendar: "c", Weekday: 1, From: "20:00", To: "08:00", Shift: "夜班"}}
	p.Tools = []Tool{{Code: "T-1", Kind: "mold", LifeCount: 500000, LifeUnit: "shots", RegrindHours: num.Int(6), Quantity: 1, Fits: []string{"P-1", "P-2:20"}}}
	p.Workers = []Worker{{Code: "W1", Name: "刘勇", Badge: "88000001", Skills: []string{"焊接"}}}
	for _, list := range Lists {
		for _, locale := range []string{"zh", "en", "csv"} {
			var b bytes.Buffer
			err := error(nil)
			if locale == "csv" {
				err = WriteListCSV(p, list, &b)
			} else {
				err = WriteListXLSX(p, list, locale, &b)
			}
			if err != nil {
				t.Fatal(list, err)
			}
			q, faults := ReadList(bytes.NewReader(b.Bytes()), int64(b.Len()), "list", list, Known(func(Ref) bool { return true }))
			if len(faults) > 0 {
				t.Fatal(list, locale, Text(faults[0], "en"))
			}
			want := New()
			f := fileOf(list)
			var rows, again bytes.Buffer
			switch list {
			case "partners":
				want.Partners = p.Partners
			case "calendars":
				want.Calendars = p.Calendars
			case "tools":
				want.Tools = p.Tools
			case "workers":
				want.Workers = p.Workers
			}
			if err := writeCSV(&rows, f.all(want)); err != nil {
				t.Fatal(err)
			}
			if err := writeCSV(&again, f.all(q)); err != nil {
				t.Fatal(err)
			}
			if rows.String() != again.String() {
				t.Errorf("%s %s:\n%s\n%s", list, locale, rows.String(), again.String())
			}
		}
	}
}

// The columns that a list came without stay: of the row, of its k-th twin, and for a new row those of its version.
func TestListKeepsColumns(t *testing.T) {
	was := New()
	was.BOMs = []BOMLine{
		{Product: "P-1", Version: "1", Item: "A", Qty: num.One, Op: 10, EffectiveFrom: "2026-01-01", Role: "component", Issue: "pick", Substitutes: []string{"P-1"}},
		{Product: "P-1", Version: "1", Item: "A", Qty: num.One, Op: 20, EffectiveFrom: "2026-01-01", Role: "component", Issue: "backflush"},
	}
	text := "product,item,qty,effective_to\nP-1,A,2,2026-12-31\nP-1,A,3,2026-12-31\nP-1,B,4,2026-12-31\nP-2,A,5,\n"
	asked := 0
	p, faults := ReadList(strings.NewReader(text), int64(len(text)), "x.csv", "boms", Known(func(Ref) bool { return true }), Keeping(func() *Pack { asked++; return was }))
	var got []string
	for _, b := range p.BOMs {
		got = append(got, strings.Join([]string{b.Product, b.Item, b.Qty.String(), strconv.Itoa(b.Op), b.EffectiveFrom, b.EffectiveTo, b.Issue, strings.Join(b.Substitutes, ";")}, " "))
	}
	want := "P-1 A 2 10 2026-01-01 2026-12-31 pick P-1|P-1 A 3 20 2026-01-01 2026-12-31 backflush |P-1 B 4 0 2026-01-01 2026-12-31 pick |P-2 A 5 0   pick "
	if len(faults) > 0 || asked != 1 || strings.Join(got, "|") != want {
		t.Errorf("%v %d\n%s\n%s", faults, asked, strings.Join(got, "|"), want)
	}
	full := "code,kind,lot_rule\nP-1,make,fixed\n" // what stays is checked with the rest
	was.Items = []Item{{Code: "P-1", Kind: "make", LotRule: "lot_for_lot", FixedLot: num.One}}
	if p, faults := ReadList(strings.NewReader(full), int64(len(full)), "x.csv", "items", Keeping(func() *Pack { return was })); len(faults) > 0 || p.Items[0].FixedLot != num.One {
		t.Error(p.Items, faults)
	}
	if _, faults := ReadList(strings.NewReader(full), int64(len(full)), "x.csv", "items"); len(faults) != 1 {
		t.Error("a fixed lot of nothing came in", faults)
	}
}
