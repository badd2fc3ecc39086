package production_test

import (
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/production"
)

// Material that breaks at the station is scrapped from there, counted against the order, and may be brought anew
// without anybody calling it over-issue; a mistake is taken back.
func TestScrapMaterial(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		wo := f.order(t, "COFFEE", "10")
		must(t, d, f.Issue, production.Issue{Order: wo, Code: "S-1", Qty: dec("6")})
		must(t, d, f.Issue, production.Issue{Order: wo, Code: "S-2", Qty: dec("4")})
		must(t, d, f.Issue, production.Issue{Order: wo, Code: "KNOB"})
		must(t, d, f.Report, report(wo, "10 g5")) // consumed the four of S-2 and one of S-1
		for name, c := range map[string]struct {
			in   production.ScrapMaterial
			want string
		}{
			"no reason":              {production.ScrapMaterial{Code: "S-1", Qty: dec("1")}, "production.scrap_reason"},
			"a reason of no list":    {production.ScrapMaterial{Code: "S-1", Qty: dec("1"), ReasonCode: "nope"}, "inventory.reason_unknown"},
			"no quantity":            {production.ScrapMaterial{Code: "S-1", ReasonCode: "broken"}, "inventory.qty_not_positive"},
			"more than lies there":   {production.ScrapMaterial{Code: "S-1", Qty: dec("6"), ReasonCode: "broken"}, "production.not_at_order"},
			"what is used up":        {production.ScrapMaterial{Code: "S-2", Qty: dec("1"), ReasonCode: "broken"}, "production.not_at_order"},
			"another order's":        {production.ScrapMaterial{Code: "O-1", Qty: dec("1"), ReasonCode: "broken"}, "production.wrong_item"},
			"screws from nowhere":    {production.ScrapMaterial{Code: "SCREW", Qty: dec("3"), Location: "XX", ReasonCode: "bad"}, "masterdata.location_unknown"},
			"more screws than there": {production.ScrapMaterial{Code: "SCREW", Qty: dec("99999"), ReasonCode: "bad"}, "inventory.short"},
		} {
			c.in.Order = wo
			if _, err := run(t, d, f.ScrapMaterial, c.in); code(err) != c.want {
				t.Errorf("%s: %v, want %s", name, err, c.want)
			}
		}
		one := must(t, d, f.ScrapMaterial, production.ScrapMaterial{Order: wo, Code: "S-1", Qty: dec("2"), ReasonCode: "broken"})
		if one.Source != "wip" || one.Scrapped != dec("2") || one.Reason == "" {
			t.Errorf("%+v", one)
		}
		must(t, d, f.ScrapMaterial, production.ScrapMaterial{Order: wo, Code: "SCREW", Qty: dec("3"), Reason: "bent"})
		balanced(t, f)
		look := func() map[string]production.Material {
			o, err := f.Order(kittest.Ctx(t), d.Read(), wo)
			if err != nil {
				t.Fatal(err)
			}
			out := map[string]production.Material{}
			for _, c := range o.Components {
				out[c.Item] = c
			}
			return out
		}
		m := look()
		if s := m["SHELL"]; s.Scrapped != dec("2") || s.Variance != dec("2") || s.Open != dec("2") || s.WIP != dec("3") {
			t.Errorf("%+v", s)
		}
		if s := m["SCREW"]; s.Scrapped != dec("3") || s.Variance != dec("3") {
			t.Errorf("%+v", s)
		}
		if again := must(t, d, f.Issue, production.Issue{Order: wo, Code: "S-1"}); again.Qty != dec("2") || again.Remaining != 0 {
			t.Errorf("what broke is brought anew: %+v", again)
		}
		must(t, d, f.UndoScrap, production.UndoScrap{ID: one.ID, Reason: "still good"})
		if _, err := run(t, d, f.UndoScrap, production.UndoScrap{ID: one.ID, Reason: "twice"}); code(err) != "production.scrap_unknown" {
			t.Error("taken back twice:", err)
		}
		if s := look()["SHELL"]; s.Scrapped != 0 || s.Variance != 0 || s.WIP != dec("7") || s.Issued != dec("12") {
			t.Errorf("%+v", s)
		}
		balanced(t, f)
	})
}
