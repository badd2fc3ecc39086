package masterdata_test

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
)

func TestCompareVersions(t *testing.T) {
	order := []string{"", "1", "01", "2", "9", "10", "10.2", "10.10", "A", "A9", "A10", "B1"}
	for i, a := range order {
		for j, b := range order {
			got := masterdata.CompareVersions(a, b)
			switch {
			case a == "1" && b == "01" || a == "01" && b == "1": // equal numbers: only never both ways
				if got == 0 || got > 0 == (masterdata.CompareVersions(b, a) > 0) {
					t.Error(a, b, got)
				}
			case i < j && got >= 0, i > j && got <= 0, i == j && got != 0:
				t.Errorf("%q %q: %d", a, b, got)
			}
		}
	}
}

func TestNeed(t *testing.T) {
	for _, c := range []struct{ order, qty, scrap, want string }{
		{"100", "2", "0", "200"},
		{"100", "2", "50", "400"},
		{"1", "1", "3", "1.030928"},
		{"3", "0.333333", "0", "0.999999"},
		{"0.000001", "0.000001", "0", "0.000001"},
		{"49", "1", "2", "50"},
		{"98", "0.5", "2", "50"},
		{"1000", "999", "99.9", "999000000"},
	} {
		got, err := masterdata.Need(num.MustParse(c.order), num.MustParse(c.qty), num.MustParse(c.scrap))
		if err != nil || got.String() != c.want {
			t.Errorf("%+v: %s %v", c, got, err)
		}
	}
	if _, err := masterdata.Need(num.Max, num.Max, 0); err == nil {
		t.Error("overflow went through")
	}
	rapid.Check(t, func(t *rapid.T) {
		order, qty := num.Dec(rapid.Int64Range(0, 1e12).Draw(t, "order")), num.Dec(rapid.Int64Range(1, 1e9).Draw(t, "qty"))
		scrap := num.Dec(rapid.Int64Range(0, 99_999_999).Draw(t, "scrap"))
		got, err := masterdata.Need(order, qty, scrap)
		exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(int64(order)), big.NewInt(int64(qty))), big.NewInt(1_000_000))
		exact.Mul(exact, new(big.Rat).SetFrac64(100_000_000, 100_000_000-int64(scrap)))
		if err != nil {
			if exact.Cmp(new(big.Rat).SetInt64(int64(num.Max))) < 0 {
				t.Fatal(err)
			}
			return
		}
		if r := new(big.Rat).SetInt64(int64(got)); r.Cmp(exact) < 0 || r.Sub(r, exact).Cmp(big.NewRat(1, 1)) >= 0 {
			t.Fatal(got, exact)
		}
	})
}

// factoryOf makes items I0…In whose BOMs go from lower to higher numbers, so that there is no loop.
func factoryOf(t *rapid.T) *pack.Pack {
	p := pack.New()
	p.Site.Code = "S"
	n := rapid.IntRange(2, 9).Draw(t, "items")
	for i := range n {
		p.Items = append(p.Items, pack.Item{Code: "I" + strconv.Itoa(i), UOM: "pcs", Kind: "make", Tracking: "none", LotRule: "lot_for_lot", YieldPct: num.Int(100), Decimals: 6})
	}
	dates := []string{"", "2026-01-01", "2026-03-02", "2026-06-01"}
	for i := range n - 1 {
		versions := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"1", "2", "9", "10", "A"}), 0, 3, rapid.ID).Draw(t, "versions")
		for _, v := range versions {
			from := rapid.SampledFrom(dates).Draw(t, "from")
			to := rapid.SampledFrom([]string{"", "2026-03-01", "2026-12-31"}).Draw(t, "to")
			if to != "" && to < from {
				to = ""
			}
			for range rapid.IntRange(1, 3).Draw(t, "lines") {
				p.BOMs = append(p.BOMs, pack.BOMLine{Product: p.Items[i].Code, Version: v, EffectiveFrom: from, EffectiveTo: to, Item: p.Items[rapid.IntRange(i+1, n-1).Draw(t, "item")].Code,
					Role: rapid.SampledFrom([]string{"component", "component", "component", "byproduct"}).Draw(t, "role"), Issue: "pick",
					Qty: num.Dec(rapid.Int64Range(1, 5_000_000).Draw(t, "qty")), ScrapPct: num.Dec(rapid.Int64Range(0, 9).Draw(t, "scrap")) * num.One})
			}
		}
	}
	return p
}

// effective is the rule of the format, read off the pack itself.
func effective(p *pack.Pack, product, date string) (string, bool) {
	best, found := pack.BOMLine{}, false
	for _, b := range p.BOMs {
		if b.Product != product || b.EffectiveFrom > date || (b.EffectiveTo != "" && b.EffectiveTo < date) {
			continue
		}
		if !found || b.EffectiveFrom > best.EffectiveFrom || (b.EffectiveFrom == best.EffectiveFrom && number(b.Version) > number(best.Version)) {
			best, found = b, true
		}
	}
	return best.Version, found
}

func number(v string) int {
	if n, err := strconv.Atoi(v); err == nil {
		return n
	}
	return 1000 // A
}

// brute walks the pack recursively.
func brute(p *pack.Pack, product, version, date string, qty num.Dec, level int) []string {
	var out []string
	for _, b := range p.BOMs {
		if b.Product != product || b.Version != version {
			continue
		}
		scrap := b.ScrapPct
		if b.Role != "component" {
			scrap = 0
		}
		need, _ := masterdata.Need(qty, b.Qty, scrap)
		out = append(out, fmt.Sprint(level, b.Role, b.Item, need))
		if b.Role == "component" {
			if v, ok := effective(p, b.Item, date); ok {
				out = append(out, brute(p, b.Item, v, date, need, level+1)...)
			}
		}
	}
	return out
}

// The version in force, the exploded tree and where-used agree with walking the file by hand.
func TestBOMProperties(t *testing.T) {
	d := kittest.SQLite(t, schemas)
	rapid.Check(t, func(rt *rapid.T) {
		clean(t, d)
		p := factoryOf(rt)
		mustLoad(t, d, p)
		ctx := kittest.Ctx(t)
		all, err := masterdata.AllItems(ctx, d.Read())
		if err != nil {
			rt.Fatal(err)
		}
		date := rapid.SampledFrom([]string{"2025-12-31", "2026-01-01", "2026-03-01", "2026-03-02", "2026-06-01", "2027-01-01"}).Draw(rt, "date")
		var ids []db.ID
		for _, it := range p.Items {
			ids = append(ids, all[it.Code].ID)
		}
		bulk, err := masterdata.EffectiveBOMs(ctx, d.Read(), ids, date)
		if err != nil {
			rt.Fatal(err)
		}
		for _, it := range p.Items {
			want, ok := effective(p, it.Code, date)
			b, found, err := masterdata.EffectiveBOM(ctx, d.Read(), all[it.Code].ID, date, "")
			if err != nil || found != ok || b.Version != want || bulk[all[it.Code].ID].Version != want || len(bulk[all[it.Code].ID].Lines) != len(b.Lines) {
				rt.Fatalf("%s on %s: %q %v, want %q %v (%v)", it.Code, date, b.Version, found, want, ok, err)
			}
			qty := num.Dec(rapid.Int64Range(1, 50_000_000).Draw(rt, "order"))
			tree, found, err := masterdata.Explode(ctx, d.Read(), all[it.Code], date, "", qty, 0)
			if err != nil || found != ok {
				rt.Fatal(err)
			}
			var got []string
			for _, n := range tree.Lines {
				got = append(got, fmt.Sprint(n.Level, n.Role, n.Item, n.Qty))
			}
			if ok && !slices.Equal(got, brute(p, it.Code, want, date, qty, 1)) {
				rt.Fatalf("%s: %v want %v", it.Code, got, brute(p, it.Code, want, date, qty, 1))
			}
			uses, _, err := masterdata.WhereUsed(ctx, d.Read(), all[it.Code], date)
			if err != nil {
				rt.Fatal(err)
			}
			direct := 0
			for _, u := range uses {
				if u.Level == 1 {
					direct++
				}
			}
			count := 0
			for _, b := range p.BOMs {
				if b.Item == it.Code {
					count++
				}
			}
			if direct != count {
				rt.Fatalf("%s is used on %d lines, want %d", it.Code, direct, count)
			}
		}
		equal(t, dump(t, d, "S"), own(p))
	})
}

// clean empties the tables, so that one database serves many runs.
func clean(t testing.TB, d *db.DB) {
	t.Helper()
	kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
		for _, tab := range []string{"site", "item", "item_site", "uom", "bom", "bom_line", "routing", "routing_op", "work_center", "machine", "changeover", "calendar", "calendar_hours", "calendar_day", "partner", "warehouse", "location", "worker", "site_use"} {
			if _, err := tx.Exec(ctx, `DELETE FROM md_`+tab); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestEffectiveOnBothEngines(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		p := read(t, "factories/small-appliance")
		mustLoad(t, d, p)
		ctx := kittest.Ctx(t)
		all, err := masterdata.AllItems(ctx, d.Read())
		if err != nil {
			t.Fatal(err)
		}
		var ids []db.ID
		for _, it := range all {
			ids = append(ids, it.ID)
		}
		for _, date := range []string{"2026-03-15", "2026-03-16"} {
			boms, err := masterdata.EffectiveBOMs(ctx, d.Read(), ids, date)
			if err != nil {
				t.Fatal(err)
			}
			for code, it := range all {
				if want, ok := effective(p, code, date); boms[it.ID].Version != want || (len(boms[it.ID].Lines) > 0) != ok {
					t.Errorf("%s on %s: %q want %q", code, date, boms[it.ID].Version, want)
				}
			}
		}
		routings, err := masterdata.EffectiveRoutings(ctx, d.Read(), ids, "2026-03-02")
		if err != nil {
			t.Fatal(err)
		}
		ops := 0
		for _, r := range routings {
			ops += len(r.Ops)
		}
		if ops != len(p.Routings) {
			t.Error(ops, len(p.Routings))
		}
		r, ok, err := masterdata.EffectiveRouting(ctx, d.Read(), all["M-PCBA"].ID, "", "1")
		if err != nil || !ok || r.Ops[0].Name != "贴片" || r.Ops[0].SetupMS != 30*60_000 || r.Ops[0].RunMin.String() != "0.35" {
			t.Error(r, ok, err)
		}
		if _, ok, err := masterdata.EffectiveRouting(ctx, d.Read(), all["M-PCBA"].ID, "", "7"); ok || err != nil {
			t.Error(ok, err)
		}
		it := all["M-PCBA"]
		if n := kittest.Statements(t, ctx, func(ctx context.Context) error {
			_, _, err := masterdata.Explode(ctx, d.Read(), it, "2026-03-02", "", num.One, 0)
			return err
		}); n > 10 {
			t.Error("statements:", n)
		}
		kittest.UsesIndex(t, d, `SELECT * FROM v_item WHERE code = $1`, "x")
		kittest.UsesIndex(t, d, `SELECT * FROM md_bom_line WHERE item_id IN ($1, $2)`, 1, 2)
	})
}

func TestCalendars(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		p := read(t, "factories/small-appliance")
		p.Calendars = append(p.Calendars, pack.CalendarHours{Calendar: "night", Weekday: 1, From: "22:00", To: "06:00"})
		p.CalendarDays = append(p.CalendarDays, pack.CalendarDay{Calendar: "holidays", Date: "2026-03-03"})
		p.WorkCenters[0].Calendar, p.WorkCenters[1].Calendar, p.WorkCenters[2].Calendar, p.WorkCenters[3].Calendar = "night", "holidays", "unlisted", ""
		mustLoad(t, d, p)
		ctx := kittest.Ctx(t)
		monday := kittest.Start.UnixMilli() // 08:00 on Monday 2 March
		hour := int64(3600_000)
		for i, want := range []int64{8 * hour, (16 + 24*5) * hour, (16 + 24*6) * hour, (16 + 24*6) * hour} {
			w, err := masterdata.WorkCenterByCode(ctx, d.Read(), p.WorkCenters[i].Code)
			if err != nil {
				t.Fatal(err)
			}
			c, err := masterdata.CalendarOf(ctx, d.Read(), w.ID)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.WorkBetween(monday, monday+(16+24*6)*hour); got != want {
				t.Errorf("%s works %d h of the week, want %d", w.Code, got/hour, want/hour)
			}
			again, err := masterdata.CalendarOf(ctx, d.Read(), w.ID)
			if err != nil || again != c {
				t.Error("the calendar was made twice", err)
			}
		}
		all, err := masterdata.Calendars(ctx, d.Read())
		if err != nil || len(all) != 6 { // one, two, site and ours
			t.Error(len(all), err)
		}
		s, err := masterdata.DefaultSite(ctx, d.Read())
		if err != nil {
			t.Fatal(err)
		}
		if c, err := masterdata.SiteCalendar(ctx, d.Read(), s.ID); err != nil || !c.Works(0) {
			t.Error(err)
		}
	})
}
