package pack

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

const data = "../../testdata"

// packs lists the folders of the three factories and the golden cases.
func packs(t testing.TB) []string {
	var out []string
	for _, glob := range []string{"factories/*/items.csv", "golden-mrp/*/items.csv"} {
		found, err := filepath.Glob(filepath.Join(data, glob))
		if err != nil || len(found) < 3 {
			t.Fatalf("%s: %d packs, %v", glob, len(found), err)
		}
		for _, f := range found {
			out = append(out, filepath.Dir(f))
		}
	}
	return out
}

func must(t testing.TB, p *Pack, faults []fault.Field) *Pack {
	t.Helper()
	for _, f := range faults {
		t.Errorf("%s", Text(f, "en"))
	}
	if len(faults) > 0 {
		t.FailNow()
	}
	return p
}

// Writing what was read gives the same rows with the same values, in all three containers.
func TestRoundTrip(t *testing.T) {
	for _, dir := range packs(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			p, faults := Read(dir)
			must(t, p, faults)
			out := t.TempDir()
			if err := Write(p, out); err != nil {
				t.Fatal(err)
			}
			q, faults := Read(out)
			if must(t, q, faults); !p.Equal(q) {
				t.Error("the written folder differs")
			}
			for _, f := range files {
				if was, is := values(t, f, dir), values(t, f, out); !reflect.DeepEqual(was, is) {
					t.Errorf("%s: %d rows became %d, or a value changed", f.title(), len(was), len(is))
				}
			}
			for name, write := range map[string]func(*bytes.Buffer) error{
				"zip":  func(b *bytes.Buffer) error { return WriteZip(p, b) },
				"xlsx": func(b *bytes.Buffer) error { return WriteXLSX(p, b) },
			} {
				var b bytes.Buffer
				if err := write(&b); err != nil {
					t.Fatal(err)
				}
				q, faults := ReadFrom(bytes.NewReader(b.Bytes()), int64(b.Len()), "pack."+name)
				if must(t, q, faults); !p.Equal(q) {
					t.Errorf("the written %s differs", name)
				}
			}
		})
	}
}

// values reads a file without this package: each row as column → value, defaults left out.
func values(t *testing.T, f anyFile, dir string) []map[string]string {
	b, err := os.ReadFile(filepath.Join(dir, f.title()))
	if os.IsNotExist(err) {
		return nil
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	cols := reflect.ValueOf(f).Elem().FieldByName("cols").Len()
	var out []map[string]string
	for _, r := range rows[1:] {
		m := map[string]string{}
		for i, s := range r {
			s = strings.TrimSpace(s)
			if d, err := num.Parse(s); err == nil && strings.Contains(s, ".") {
				s = d.String()
			}
			if parts := strings.Split(s, ":"); len(parts) == 2 && rows[0][i] == "alternatives" {
				s = parts[0] + ":" + num.MustParse(parts[1]).String()
			}
			if s != "" && s != defaults[f.title()+":"+rows[0][i]] && !(s == "0" && zeroDefault(f.title(), rows[0][i])) {
				m[rows[0][i]] = s
			}
		}
		if len(r) > cols {
			t.Errorf("%s has more columns than the format", f.title())
		}
		out = append(out, m)
	}
	return out
}

// defaults as the format documents them, kept apart from the tags that are under test
var defaults = map[string]string{
	"site.csv:time_zone": "Asia/Shanghai", "site.csv:currency": "CNY", "items.csv:uom": "pcs", "items.csv:tracking": "none",
	"items.csv:lot_rule": "lot_for_lot", "items.csv:yield_pct": "100", "items.csv:decimals": "6", "boms.csv:version": "1",
	"boms.csv:role": "component", "boms.csv:issue": "pick", "routings.csv:version": "1", "routings.csv:report": "1",
	"routings.csv:inspection": "none", "work_centers.csv:efficiency_pct": "100", "work_centers.csv:kind": "machine",
	"work_centers.csv:capacity": "1", "machines.csv:speed_pct": "100", "warehouses.csv:kind": "normal", "warehouses.csv:in_costing": "1",
	"sales_orders.csv:line": "1", "sales_orders.csv:priority": "5", "purchase_orders.csv:line": "1",
	"work_orders.csv:status": "released", "work_orders.csv:priority": "5",
}

func zeroDefault(file, column string) bool {
	return slices.Contains([]string{"items.csv:lead_days", "boms.csv:scrap_pct", "routings.csv:setup_min", "routings.csv:run_min",
		"work_orders.csv:done_qty", "items.csv:safety_stock"}, file+":"+column)
}

func TestDefaults(t *testing.T) {
	p, faults := readText(map[string]string{"items.csv": "code,kind\nA,make\n", "work_centers.csv": "code\nW\n", "routings.csv": "product,op,work_center\nA,10,W\n",
		"warehouses.csv": "code\nH\n", "machines.csv": "code,work_center\nM,W\n", "boms.csv": "product,item,qty\nA,B,1\n"}, Known(func(r Ref) bool { return r.Code == "B" }))
	must(t, p, faults)
	if it := p.Items[0]; it.UOM != "pcs" || it.Tracking != "none" || it.LotRule != "lot_for_lot" || it.YieldPct != num.Int(100) || it.Decimals != 6 || it.ReorderPoint != nil || it.Row != 2 {
		t.Errorf("item %+v", it)
	}
	if w := p.WorkCenters[0]; w.Kind != "machine" || w.Capacity != 1 || w.EfficiencyPct != num.Int(100) {
		t.Errorf("work center %+v", w)
	}
	if o := p.Routings[0]; !o.Report || o.Version != "1" || o.Inspection != "none" {
		t.Errorf("operation %+v", o)
	}
	if !p.Warehouses[0].InCosting || p.Machines[0].SpeedPct != num.Int(100) || p.BOMs[0].Issue != "pick" || p.BOMs[0].Role != "component" {
		t.Error("defaults of warehouse, machine or BOM line")
	}
	if p.Site.TimeZone != "Asia/Shanghai" || p.Site.Currency != "CNY" {
		t.Errorf("site %+v", p.Site)
	}
}

func TestZip(t *testing.T) {
	for _, x := range []struct {
		name  string
		files []string
		want  string
	}{
		{"root", []string{"items.csv", "notes.txt"}, ""},
		{"one folder", []string{"plant/", "plant/items.csv", "plant/site.csv", "__MACOSX/plant/._items.csv", "plant/.DS_Store"}, ""},
		{"dot", []string{"./items.csv"}, ""},
		{"windows", []string{`plant\items.csv`}, ""},
		{"two folders", []string{"a/items.csv", "b/site.csv"}, "pack.folders"},
		{"twice", []string{"items.csv", "items.csv"}, "pack.folders"},
		{"outside", []string{"items.csv", "../site.csv"}, "pack.path"},
		{"absolute", []string{"/items.csv"}, "pack.path"},
		{"deep", []string{"a/b/items.csv"}, "pack.missing"},
		{"empty", nil, "pack.missing"},
	} {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for _, n := range x.files {
			w, err := z.Create(n)
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case strings.HasSuffix(n, "items.csv"):
				w.Write([]byte("code,kind\nA,buy\n"))
			case strings.HasSuffix(n, "site.csv"):
				w.Write([]byte("code\nS\n"))
			}
		}
		z.Close()
		p, faults := ReadFrom(bytes.NewReader(b.Bytes()), int64(b.Len()), "up.zip")
		got := ""
		if len(faults) > 0 {
			got = faults[0].Code
		}
		if got != x.want || (got == "" && len(p.Items) != 1) {
			t.Errorf("%s: %q, %d items", x.name, got, len(p.Items))
		}
	}
	if _, faults := ReadFrom(strings.NewReader("not a zip"), 9, "x.zip"); len(faults) != 1 || faults[0].Code != "pack.unreadable" {
		t.Errorf("%v", faults)
	}
	if _, faults := Read(filepath.Join(t.TempDir(), "none")); len(faults) != 1 || faults[0].Code != "pack.missing" {
		t.Errorf("%v", faults)
	}
}

// A small zip that unpacks to more than a factory has is stopped while reading, whatever its directory says.
func TestZipBomb(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, _ := z.Create("items.csv")
	w.Write([]byte("code,kind\n\""))
	chunk := bytes.Repeat([]byte("a"), 1<<20)
	for range 5 {
		w.Write(chunk)
	}
	z.Close()
	for name, small := range map[string]Option{
		"file": func(r *reader) { r.file = 2 << 20 },
		"pack": func(r *reader) { r.left = 3 << 20 },
	} {
		if _, faults := ReadFrom(bytes.NewReader(b.Bytes()), int64(b.Len()), "bomb.zip", small); len(faults) != 1 || faults[0].Code != "pack.too_large" {
			t.Errorf("%s: %v", name, faults)
		}
	}
}

func TestLinkOutOfFolder(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret.csv")
	dir := t.TempDir()
	if err := os.WriteFile(secret, []byte("code,kind\nX,buy\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, filepath.Join(dir, "items.csv")); err != nil {
		t.Fatal(err)
	}
	if p, faults := Read(dir); len(faults) == 0 || len(p.Items) > 0 {
		t.Errorf("%d items, %v", len(p.Items), faults)
	}
}

func TestShift(t *testing.T) {
	p, faults := Read(filepath.Join(data, "factories/medical-device"))
	must(t, p, faults)
	before, faults := Read(filepath.Join(data, "factories/medical-device"))
	must(t, before, faults)
	p.BOMs[0].EffectiveTo = "9999-12-31"
	p.BOMs[1].EffectiveFrom = "2026-03-01"
	if n := p.ShiftTo("2027-01-01"); n%7 != 0 || n != 301 || p.Site.Today != "2026-12-28" {
		t.Errorf("shifted %d days to %s", n, p.Site.Today)
	}
	if p.BOMs[0].EffectiveTo != "9999-12-31" || p.BOMs[1].EffectiveFrom != "2026-12-27" {
		t.Errorf("BOM dates %q %q", p.BOMs[0].EffectiveTo, p.BOMs[1].EffectiveFrom)
	}
	if got := p.Stock[0]; got.ExpiresOn != "2027-07-16" || got.ReceivedOn != "2026-11-28" {
		t.Errorf("lot %+v", got)
	}
	if got := p.CalendarDays[0].Date; got == before.CalendarDays[0].Date {
		t.Errorf("holiday stayed on %s", got)
	}
	p.BOMs[0].EffectiveTo, p.BOMs[1].EffectiveFrom = before.BOMs[0].EffectiveTo, before.BOMs[1].EffectiveFrom
	if p.Shift(-301); !p.Equal(before) {
		t.Error("there and back is not the same")
	}
}

func TestCalendar(t *testing.T) {
	p, faults := Read(filepath.Join(data, "factories/small-appliance"))
	must(t, p, faults)
	site, err := p.Calendar("site")
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := site.WorkingDaysBack("2026-04-07", 2); got != "2026-04-02" {
		t.Errorf("two working days before 7 April: %s", got)
	}
	if c, _ := p.Calendar("nobody's"); !c.Works(0) || c.AddWork(0, 5) != 5 {
		t.Error("a calendar nobody listed works always")
	}
}

// A code that looks like a number of a spreadsheet is still a code.
func TestCodesThatLookLikeNumbers(t *testing.T) {
	p := New()
	for _, code := range []string{"1E+5", "007", "1.50", "6901234567892"} {
		p.Items = append(p.Items, Item{Code: code, Kind: "buy", UOM: "pcs", Tracking: "none", LotRule: "lot_for_lot", YieldPct: num.Int(100), Decimals: 6})
	}
	var b bytes.Buffer
	if err := WriteXLSX(p, &b); err != nil {
		t.Fatal(err)
	}
	q, faults := ReadFrom(bytes.NewReader(b.Bytes()), int64(b.Len()), "pack.xlsx")
	if must(t, q, faults); !p.Equal(q) {
		t.Errorf("the codes came back as %v", q.Items)
	}
}

// A spreadsheet's days are numbers, but not every number is a day.
func TestDaysOfASpreadsheet(t *testing.T) {
	x := excelize.NewFile()
	for sheet, rows := range map[string][][]any{
		"items":        {{"code", "kind"}, {"A", "make"}},
		"sales_orders": {{"order", "item", "qty", "due"}, {1, "A", 1, time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC)}, {2, "A", 1, 46090}, {3, "A", 1, "2026-03-09"}, {4, "A", 1, 2026}, {5, "A", 1, 20260309}},
	} {
		x.NewSheet(sheet)
		for i, row := range rows {
			at, _ := excelize.CoordinatesToCellName(1, i+1)
			x.SetSheetRow(sheet, at, &row)
		}
	}
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		t.Fatal(err)
	}
	p, faults := ReadFrom(bytes.NewReader(b.Bytes()), int64(b.Len()), "pack.xlsx")
	if len(faults) != 2 || faults[0].Where != "sales_orders.csv:5:due" || faults[1].Where != "sales_orders.csv:6:due" || faults[0].Value != "2026" {
		t.Errorf("faults: %v", faults)
	}
	for _, s := range p.SalesOrders[:3] {
		if s.Due != "2026-03-09" {
			t.Errorf("order %s is due on %s", s.Order, s.Due)
		}
	}
}
