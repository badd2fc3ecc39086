package pack

import (
	"bytes"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/num"
)

// drawRow fills a row with values that its columns allow; what refers to another row is set by the caller.
func drawRow[T any](t *rapid.T, f *file[T]) T {
	var v T
	fields, _ := f.row(&v)
	for i := range f.cols {
		c := &f.cols[i]
		if c.def != "" {
			c.set(fields[i], c.def)
		}
		if !c.req && rapid.Bool().Draw(t, "empty") {
			continue
		}
		c.set(fields[i], drawCell(t, c))
	}
	return v
}

var strangeText = rapid.StringOfN(rapid.SampledFrom([]rune("aB7 ,\"'\n\t=+-@#;：漆Φ½\u200b{}<>&|")), 1, 12, -1)

func drawCell(t *rapid.T, c *column) string {
	if len(c.enum) > 0 {
		return rapid.SampledFrom(c.enum).Draw(t, c.name)
	}
	switch c.kind {
	case date:
		return cal.Day(rapid.IntRange(15000, 30000).Draw(t, c.name)).String()
	case hhmm:
		return fmt.Sprintf("%02d:%02d", rapid.IntRange(0, 23).Draw(t, c.name), rapid.IntRange(0, 59).Draw(t, c.name))
	case integer:
		return fmt.Sprint(rapid.IntRange(1, 7).Draw(t, c.name))
	case decimal, maybe:
		hi := int64(99_999_999)
		if c.max == nil && c.below == nil {
			hi = int64(num.Max)
		}
		return num.Dec(rapid.Int64Range(1, hi).Draw(t, c.name)).String()
	case flag:
		return rapid.SampledFrom([]string{"0", "1"}).Draw(t, c.name)
	case words:
		return strings.Join(rapid.SliceOfNDistinct(rapid.StringMatching(`[A-Z]{1,3}`), 1, 3, rapid.ID).Draw(t, c.name), ";")
	case alternatives:
		return "W1:" + num.Dec(rapid.Int64Range(0, 99_999_999).Draw(t, c.name)).String() + ";W:2:0.5"
	case word, code:
		return rapid.StringMatching(`[A-Za-z0-9一-龟#=+-][A-Za-z0-9,"' 一-龟-]{0,8}[A-Za-z0-9]`).Draw(t, c.name)
	}
	return strings.TrimSpace(strangeText.Draw(t, c.name) + "x")
}

// column by column, whatever a program puts into a pack comes back from a folder, a zip and an xlsx
func TestWriteReadProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := New()
		for _, f := range files {
			draw(t, f, p)
		}
		for name, write := range map[string]func(*bytes.Buffer) error{
			"zip":  func(b *bytes.Buffer) error { return WriteZip(p, b) },
			"xlsx": func(b *bytes.Buffer) error { return WriteXLSX(p, b) },
		} {
			var b bytes.Buffer
			if err := write(&b); err != nil {
				t.Fatal(err)
			}
			r := newReader([]Option{Known(func(Ref) bool { return true })})
			q, _ := ReadFrom(bytes.NewReader(b.Bytes()), int64(b.Len()), name, func(in *reader) { *in = *r })
			for _, f := range r.c.fields() {
				if !crossChecks[f.Code] {
					t.Fatalf("%s: %s", name, Text(f, "en"))
				}
			}
			if !p.Equal(q) {
				for i := range reflect.TypeFor[Pack]().NumField() {
					a, b := reflect.ValueOf(*p).Field(i).Interface(), reflect.ValueOf(*q).Field(i).Interface()
					if !reflect.DeepEqual(a, b) {
						t.Logf("%s: %s\n%+v\n%+v", name, reflect.TypeFor[Pack]().Field(i).Name, a, b)
					}
				}
				t.Fatalf("%s came back different", name)
			}
		}
	})
}

// faults between rows, which the drawing does not avoid
var crossChecks = map[string]bool{"pack.duplicate": true, "pack.loop": true, "pack.dates_differ": true, "pack.dates_order": true,
	"pack.fixed_lot": true, "pack.max_lot": true, "pack.time_zone": true, "pack.currency": true, "pack.hours_empty": true,
	"pack.hours_half": true, "pack.day_mixed": true, "pack.serial_qty": true, "pack.order_mixed": true, "pack.lead_per_days": true, "pack.supply_site_self": true}

func draw(t *rapid.T, f anyFile, p *Pack) {
	switch f := f.(type) {
	case *file[Site]:
		f.store(p, []Site{drawRow(t, f)})
	case *file[Item]:
		drawInto(t, f, p)
	case *file[UOM]:
		drawInto(t, f, p)
	case *file[BOMLine]:
		drawInto(t, f, p)
	case *file[Operation]:
		drawInto(t, f, p)
	case *file[WorkCenter]:
		drawInto(t, f, p)
	case *file[Machine]:
		drawInto(t, f, p)
	case *file[Changeover]:
		drawInto(t, f, p)
	case *file[CalendarHours]:
		drawInto(t, f, p)
	case *file[CalendarDay]:
		drawInto(t, f, p)
	case *file[Partner]:
		drawInto(t, f, p)
	case *file[Warehouse]:
		drawInto(t, f, p)
	case *file[Stock]:
		drawInto(t, f, p)
	case *file[SalesLine]:
		drawInto(t, f, p)
	case *file[Forecast]:
		drawInto(t, f, p)
	case *file[PurchaseLine]:
		drawInto(t, f, p)
	case *file[WorkOrder]:
		drawInto(t, f, p)
	case *file[Worker]:
		drawInto(t, f, p)
	case *file[Location]:
		drawInto(t, f, p)
	case *file[Tool]:
		drawInto(t, f, p)
	case *file[Planning]:
		drawInto(t, f, p)
	default:
		t.Fatalf("%T is not drawn", f)
	}
}

func drawInto[T any](t *rapid.T, f *file[T], p *Pack) {
	var rows []T
	for range rapid.IntRange(0, 4).Draw(t, f.name) {
		rows = append(rows, drawRow(t, f))
	}
	f.store(p, rows)
}

// Whatever bytes a file holds, reading ends with faults or with a pack that survives writing.
func FuzzCSV(f *testing.F) {
	f.Add("boms.csv", "product,item,qty,substitutes\nA,B,1,C;D\n")
	f.Add("items.csv", "\ufeffcode,kind\r\nA,buy\r\n\"B\r\n1\",make\r\n")
	f.Add("calendars.csv", "calendar,weekday,from,to\nc,1,22:00,06:00\n")
	f.Add("routings.csv", "product,op,work_center,alternatives\nA,10,W,X:1.5;Y:2\n")
	f.Add("site.csv", "code,today\nS,2026-03-02\n")
	f.Fuzz(func(t *testing.T, file, text string) {
		set := map[string]string{"items.csv": "code,kind\nA,make\nB,buy\nC,buy\nD,buy\n"}
		if strings.Contains(file, "/") || file == "" || file == "." || file == ".." {
			return
		}
		set[file] = text
		p, faults := readText(set)
		for _, f := range faults {
			if Messages[f.Code].En == "" {
				t.Fatalf("no sentence for %s", f.Code)
			}
		}
		if len(faults) > 0 {
			return
		}
		var b bytes.Buffer
		if err := WriteZip(p, &b); err != nil {
			t.Fatal(err)
		}
		q, faults := ReadFrom(bytes.NewReader(b.Bytes()), int64(b.Len()), "x.zip")
		if len(faults) > 0 || !p.Equal(q) {
			t.Fatalf("came back different: %v\n%s", faults, b.Bytes())
		}
	})
}

// A company of 20,000 items, 200,000 BOM lines and 50,000 orders; see the benchmark's figures with -benchmem.
func BenchmarkRead(b *testing.B) {
	set := bigPack()
	b.ResetTimer()
	for b.Loop() {
		p, faults := readText(set)
		if len(faults) > 0 || len(p.BOMs) != 200_000 {
			b.Fatal(len(faults), len(p.BOMs))
		}
		runtime.KeepAlive(p)
	}
}

func bigPack() map[string]string {
	var items, boms, orders strings.Builder
	items.WriteString("code,name,kind,uom,lead_days,min_lot,purchase_price\n")
	boms.WriteString("product,version,item,qty,scrap_pct,op,issue\n")
	orders.WriteString("order,line,item,qty,due,priority,unit_price\n")
	for i := range 20_000 {
		fmt.Fprintf(&items, "I%05d,物料 %d,%s,pcs,%d,%d,%d.25\n", i, i, []string{"make", "buy"}[i/10_000], i%20, i%100, i%500)
	}
	for i := range 200_000 {
		fmt.Fprintf(&boms, "I%05d,1,I%05d,%d.5,2,%d,backflush\n", i/20, i/20+1+i%20*400, i%7+1, i%5*10)
	}
	for i := range 50_000 {
		fmt.Fprintf(&orders, "SO%06d,1,I%05d,%d,2026-03-%02d,5,19.9\n", i, i%20_000, i%50+1, i%28+1)
	}
	return map[string]string{"items.csv": items.String(), "boms.csv": boms.String(), "sales_orders.csv": orders.String()}
}
