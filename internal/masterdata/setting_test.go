package masterdata_test

import (
	"context"
	"net/http"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/web/webtest"
	"kaiwu/internal/masterdata"
)

func withChoices(t *testing.T, d *db.DB) http.Handler {
	return floor(t, d, func(x *masterdata.Module) {
		x.Settings = []masterdata.SettingSpec{
			{Name: "production.tolerance", Kind: "percent", Default: "0", Min: "0", Max: "100", Title: fault.Text{Zh: "允差", En: "Tolerance"}},
			{Name: "production.count", Kind: "int", Default: "3", Min: "1", Max: "9"},
			{Name: "production.ask", Kind: "choice", Default: "block", Choices: []string{"block", "ask"}},
			{Name: "production.on", Kind: "bool", Default: "0"},
			{Name: "purchasing.place", Kind: "location", PerSite: true},
		}
	})
}

func TestSettings(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h, boss := withChoices(t, d), webtest.Boss()
		for _, c := range []struct{ name, value, want string }{
			{"production.nothing", "1", "masterdata.setting_unknown"},
			{"production.tolerance", "x", "value number_bad"},
			{"production.tolerance", "101", "value out_of_range"},
			{"production.count", "1.5", "value number_bad"},
			{"production.count", "0", "value out_of_range"},
			{"production.ask", "allow", "value choice_bad"},
			{"production.on", "yes", "value choice_bad"},
			{"purchasing.place.NB1", "NO", "value location_unknown"},
		} {
			if got := faultsOf(t, h, "PUT", "/masterdata/settings/"+c.name, m{"value": c.value}); got != c.want {
				t.Errorf("%s=%s: %s, want %s", c.name, c.value, got, c.want)
			}
		}
		r := webtest.Must(t, h, boss, "PUT", "/masterdata/settings/production.tolerance", m{"value": " 2.50 ", "reason": "试产"})
		if r.Str("in_force") != "2.5" || r.Get("chosen") != true || r.Str("changed_by") != "boss" || r.Str("default") != "0" {
			t.Fatal(r)
		}
		webtest.Must(t, h, boss, "PUT", "/masterdata/settings/purchasing.place.NB1", m{"value": "RM"})
		if v, err := masterdata.Setting(t.Context(), d.Read(), "purchasing.place.NB1", ""); err != nil || v != "RM" {
			t.Fatal(v, err)
		}
		if all := webtest.Must(t, h, reader, "GET", "/masterdata/settings", nil); len(all.Get("items").([]any)) != 5 || all.Str("items", 4, "site") != "NB1" {
			t.Fatal(all)
		}
		for _, who := range []string{"masterdata.write", "masterdata.read"} {
			if status, _ := webtest.Call(t, h, webtest.Person("p", who), "PUT", "/masterdata/settings/production.on", m{"value": "1"}); status != 403 {
				t.Error(who, status)
			}
		}
	})
}

func TestNumberRules(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		d.NumberRule("so", "SO{yymm}-{0000}")
		d.NumberRule("wo", "MO{yymm}-{0000}")
		h, boss := floor(t, d), webtest.Boss()
		draw := func() (n string) {
			kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) (err error) { n, err = tx.Number("so"); return err })
			return n
		}
		first := draw()
		for _, c := range []struct{ pattern, want string }{
			{"SO-{000}-{000}", "pattern pattern_counter"}, {"SO-1", "pattern pattern_counter"}, {"SO{yymm}-{00}", "pattern pattern_width"}, {"SO{week}-{0000}", "pattern pattern_token"},
			{"SO {0000}", "pattern pattern_signs"}, {"A;{0000}", "pattern pattern_signs"}, {"SO}{0000}", "pattern pattern_braces"}, {"SO{0000", "pattern pattern_braces"},
			{"SO-{0000}-{yy}", "pattern pattern_date_behind"}, {"{yymm}{0000}", "pattern pattern_letter"}, {"MO{yymm}-{000000}", "pattern pattern_taken"}, {"ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJ-{0000}", "pattern pattern_long"},
		} {
			if got := faultsOf(t, h, "PUT", "/masterdata/numbers/so", m{"pattern": c.pattern}); got != c.want {
				t.Errorf("%s: %s, want %s", c.pattern, got, c.want)
			}
		}
		if got := faultsOf(t, h, "PUT", "/masterdata/numbers/nothing", m{"pattern": "A{0000}"}); got != "masterdata.number_unknown" {
			t.Error(got)
		}
		see := webtest.Must(t, h, boss, "GET", "/masterdata/numbers/so/preview?pattern=销-{yyyy}-{00000}", nil)
		r := webtest.Must(t, h, boss, "PUT", "/masterdata/numbers/so", m{"pattern": "销-{yyyy}-{00000}"})
		if see.Str("size") != "99999" || r.Str("next") != see.Str("next") || r.Get("chosen") != true {
			t.Fatal(see, r)
		}
		if got := draw(); got != see.Str("next") {
			t.Fatalf("drew %s, the page promised %s", got, see.Str("next"))
		}
		// back to the program's: the counter goes on where it stood
		webtest.Must(t, h, boss, "PUT", "/masterdata/numbers/so", m{"pattern": ""})
		if second := draw(); second <= first || len(second) != len(first) {
			t.Fatal(first, second)
		}
	})
}
