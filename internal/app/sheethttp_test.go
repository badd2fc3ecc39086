package app

import (
	"bytes"
	"context"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/sheet"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
)

// The workbook that people fill in has the columns that the import reads.
func TestSheetTemplates(t *testing.T) {
	for name, s := range sheets {
		var cols []string
		for i := range s.Type.NumField() {
			cols = append(cols, s.Type.Field(i).Tag.Get("col"))
		}
		if want := pack.Columns(name + ".csv"); !reflect.DeepEqual(cols, want) {
			t.Errorf("%s: %v want %v", name, cols, want)
		}
		for _, locale := range []string{"zh", "en"} {
			var b bytes.Buffer
			if err := sheet.Templates(&b, locale, s); err != nil {
				t.Fatal(name, err)
			}
			if _, faults := pack.ReadFrom(bytes.NewReader(b.Bytes()), int64(b.Len()), name+".xlsx", pack.Only(name+".csv"), pack.Known(func(pack.Ref) bool { return true })); len(faults) > 0 {
				t.Error(name, faults)
			}
		}
	}
}

// One list goes out, is changed and comes in again: what it says changes, all or nothing, and nothing else does.
func TestSheets(t *testing.T) {
	kittest.Each(t, Schemas(), func(t *testing.T, d *db.DB) {
		a := New(d, Options{})
		ctx := kittest.Ctx(t)
		if _, err := a.Packs.Import(ctx, factory(t, "small-appliance"), nil, nil); err != nil {
			t.Fatal(err)
		}
		before, err := a.Packs.Export(ctx, "")
		if err != nil {
			t.Fatal(err)
		}
		in := func(ctx context.Context, name, text string) (Report, []string) {
			p, found, err := a.Packs.readSheet(ctx, OneSheet{Sheet: name}, strings.NewReader(text), int64(len(text)), name+".csv")
			if err != nil {
				t.Fatal(err)
			}
			r, faults, err := a.Packs.Preview(ctx, p, found)
			if err != nil {
				t.Fatal(err)
			}
			var codes []string
			for _, f := range faults {
				codes = append(codes, f.Where+" "+f.Code)
			}
			if len(faults) == 0 {
				if _, err := a.Packs.Import(ctx, p, found, nil); err != nil {
					t.Fatal(err)
				}
			}
			r.Files = onlyFile(r.Files, name+".csv")
			return r, codes
		}
		for _, name := range []string{"items", "uoms", "boms", "routings"} {
			for format, write := range map[string]func(*pack.Pack, string, io.Writer) error{"xlsx": pack.WriteSheet, "csv": pack.WriteSheetCSV} {
				var b bytes.Buffer
				if err := write(before, name+".csv", &b); err != nil {
					t.Fatal(err)
				}
				if r, faults := in(ctx, name, b.String()); len(faults) > 0 || len(r.Files) > 0 && (r.Files[0].Same != r.Files[0].Rows || r.Files[0].Rows == 0) {
					t.Errorf("%s %s: %+v %v", name, format, r, faults)
				}
			}
		}
		for text, want := range map[string]string{
			"product,item,qty\nM-PCBA,NO,1\nNO,R-PP,0\n":       "boms.csv:2:item pack.unknown_item boms.csv:3:qty pack.above boms.csv:3:product pack.unknown_item",
			"product,item,qty\nM-PCBA,M-PCBA,1\n":              "boms.csv:2:item pack.loop",
			"product,item\nM-PCBA,R-PP\n":                      "boms.csv:1:qty pack.column_missing",
			"product,item,qty,role\nM-PCBA,R-PP,1,component\n": "",
		} {
			_, faults := in(ctx, "boms", text)
			if got := strings.Join(faults, " "); got != want {
				t.Errorf("%q: %s", text, got)
			}
		}
		// a list of codes and lead times changes lead times and nothing else, prices that the planner does not see included
		planner := actor.With(ctx, &actor.Actor{Name: "planner", Perms: map[string]bool{"masterdata.import": true, "masterdata.read": true}})
		r, faults := in(planner, "items", "code,kind,lead_days\nR-PP,buy,77\nR-SUS304,buy,78\n")
		if len(faults) > 0 || len(r.Files) != 1 || r.Files[0].Changed != 2 {
			t.Error(r, faults)
		}
		after, err := a.Packs.Export(ctx, "")
		if err != nil {
			t.Fatal(err)
		}
		for i := range before.Items {
			want := before.Items[i]
			switch want.Code {
			case "R-PP":
				want.LeadDays = 77
			case "R-SUS304":
				want.LeadDays = 78
			}
			if at := slices.IndexFunc(after.Items, func(it pack.Item) bool { return it.Code == want.Code }); at < 0 || !reflect.DeepEqual(after.Items[at], want) {
				t.Errorf("%+v\n%+v", want, after.Items[max(at, 0)])
			}
		}
		if b, ok, err := func() (masterdata.BOM, bool, error) {
			it, err := masterdata.ItemByCode(ctx, d.Read(), "M-PCBA")
			if err != nil {
				return masterdata.BOM{}, false, err
			}
			return masterdata.EffectiveBOM(ctx, d.Read(), it.ID, "2026-03-02", "1")
		}(); err != nil || !ok || len(b.Lines) != 1 {
			t.Error(b, ok, err)
		}
		if !reflect.DeepEqual(after.Routings, before.Routings) || !reflect.DeepEqual(after.Stock, before.Stock) {
			t.Error("something else changed")
		}
	})
}
