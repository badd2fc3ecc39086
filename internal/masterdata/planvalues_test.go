package masterdata_test

import (
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web/webtest"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
)

// How an item's lead time grows and where it is brought from: said on its page, for many at once and as a list; a load of
// items leaves it, and no site brings an item to itself, however far round.
func TestPlanningValues(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		h := floor(t, d)
		boss := webtest.Boss()
		second := pack.New()
		second.Site = pack.Site{Code: "SH2", Name: "上海", TimeZone: "Asia/Shanghai", Currency: "CNY"}
		mustLoad(t, d, second)
		it := webtest.Must(t, h, boss, "GET", "/masterdata/items/R-PP?site=NB1", nil)
		if it.Str("lead_from") != "days" || it.Str("supply_site") != "" || it.Str("lead_per") != "0" {
			t.Fatal(it)
		}
		for want, body := range map[string]m{
			"lead_per_days lead_per_days":  {"lead_per": "100"},
			"lead_per negative":            {"lead_per": "-1", "lead_per_days": 1},
			"supply_site site_unknown":     {"supply_site": "XX"},
			"supply_site supply_site_self": {"supply_site": "NB1"},
		} {
			body["rev"], body["site"] = it.Get("rev"), "NB1"
			if got := faultsOf(t, h, "PUT", "/masterdata/items/R-PP", body); got != want {
				t.Errorf("%v: %s, want %s", body, got, want)
			}
		}
		it = webtest.Must(t, h, boss, "PUT", "/masterdata/items/R-PP", m{"rev": it.Get("rev"), "site": "NB1", "lead_per": "500", "lead_per_days": 2, "lead_from": "routing", "supply_site": "SH2", "transfer_days": 3})
		if it.Str("supply_site") != "SH2" || it.Str("lead_per") != "500" || it.Str("lead_per_days") != "2" || it.Str("lead_from") != "routing" || it.Str("transfer_days") != "3" {
			t.Fatal(it)
		}
		there := webtest.Must(t, h, boss, "GET", "/masterdata/items/R-PP?site=SH2", nil)
		if got := faultsOf(t, h, "PUT", "/masterdata/items/R-PP", m{"rev": there.Get("rev"), "site": "SH2", "supply_site": "NB1"}); got != "supply_site supply_site_loop" {
			t.Error(got)
		}
		// the factory's own files say nothing of it, and take nothing of it away
		out := dump(t, d, "NB1")
		if len(out.Planning) != 0 {
			t.Error(out.Planning)
		}
		for _, n := range mustLoad(t, d, out) {
			if n.New+n.Changed > 0 {
				t.Errorf("%+v", n)
			}
		}
		got := webtest.Must(t, h, boss, "POST", "/masterdata/item-changes", m{"items": []m{{"code": "R-PP"}, {"code": "M-PCBA"}}, "site": "NB1", "values": m{"supply_site": "SH2", "transfer_days": 4}})
		if got.Str("changed") != "2" {
			t.Error(got)
		}
		list := pack.New()
		list.Site = out.Site
		list.Planning = []pack.Planning{{Item: "R-PP", LeadPer: num.Int(200), LeadPerDays: 1, LeadFrom: "days"}, {Item: "M-PCBA", LeadFrom: "days", SupplySite: "SH2", TransferDays: 4}}
		counts := mustLoad(t, d, list)
		if c := counts[len(counts)-1]; c.File != "planning.csv" || c.Changed != 1 || c.Same != 1 {
			t.Errorf("%+v", counts)
		}
		if it = webtest.Must(t, h, boss, "GET", "/masterdata/items/R-PP?site=NB1", nil); it.Str("supply_site") != "" || it.Str("lead_per") != "200" || it.Str("lead_from") != "days" {
			t.Error(it)
		}
		// the list that comes for the other site would close the loop
		back := pack.New()
		back.Site = second.Site
		back.Planning = []pack.Planning{{Row: 2, Item: "M-PCBA", LeadFrom: "days", SupplySite: "NB1"}}
		faults, err := masterdata.New().Check(kittest.Ctx(t), d.Read(), back)
		if err != nil || len(faults) != 1 || faults[0].Code != "masterdata.supply_site_loop" {
			t.Error(faults, err)
		}
	})
}
