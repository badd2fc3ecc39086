package sales

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
)

// ForecastRow is what is expected of an item on a day.
type ForecastRow struct {
	ID   db.ID   `json:"id" sql:"f.id" doc:"Row"`
	Site string  `json:"site" sql:"t.code" doc:"Site"`
	Item string  `json:"item" sql:"i.code" doc:"Item"`
	Name string  `json:"name" sql:"i.name" doc:"Name"`
	Date string  `json:"date" sql:"f.date" doc:"Date"`
	Qty  num.Dec `json:"qty" sql:"f.qty" doc:"Quantity"`
	UoM  string  `json:"uom" sql:"i.uom" doc:"Unit"`
}

var forecastTitles = map[string]fault.Text{
	"id": {Zh: "内部号", En: "Row"}, "site": {Zh: "工厂", En: "Site"}, "item": {Zh: "物料", En: "Item"}, "name": {Zh: "名称", En: "Name"}, "date": {Zh: "日期", En: "Date"}, "qty": {Zh: "数量", En: "Quantity"}, "uom": {Zh: "单位", En: "Unit"},
}

// SetForecasts says what is expected; a quantity of zero takes a forecast away.
type SetForecasts struct {
	Site  string        `json:"site,omitempty" maxLength:"64" doc:"Empty = your first site"`
	Month bool          `json:"month,omitempty" doc:"True: each line takes the place of all forecasts of its item in the same calendar month, not only of the same day"`
	Lines []SetForecast `json:"lines" minItems:"1" maxItems:"2000"`
}

// SetForecast is one of them.
type SetForecast struct {
	Item string  `json:"item" minLength:"1" maxLength:"100" doc:"Item code"`
	Date string  `json:"date" maxLength:"10"`
	Qty  num.Dec `json:"qty" doc:"0 = no forecast on that day"`
}

// span is what a line takes the place of.
func (in *SetForecasts) span(date string) string {
	if in.Month && len(date) >= len("2026-03") {
		return date[:len("2026-03")]
	}
	return date
}

// ForecastsSet tells how many were changed.
type ForecastsSet struct {
	Set  int           `json:"set"`
	Gone int           `json:"gone"`
	Was  []SetForecast `json:"was" doc:"What stood there before, for whoever wants it back"`
}

// EventForecast is told when forecasts are set: SetForecasts, subject site:<code>.
const EventForecast = "sales.forecast_set"

// SetForecasts stores forecasts in place of those of the same items and days, all or none.
func (m *Module) SetForecasts(ctx context.Context, tx *db.Tx, in SetForecasts) (ForecastsSet, error) {
	out := ForecastsSet{Was: []SetForecast{}}
	site, err := masterdata.DefaultSite(ctx, tx)
	if in.Site != "" {
		if site, err = masterdata.SiteByCode(ctx, tx, in.Site); err == nil {
			err = identity.SeeSite(ctx, site.ID)
		}
	}
	if err != nil {
		return out, err
	}
	codes := make([]string, len(in.Lines))
	for i := range in.Lines {
		codes[i] = strings.TrimSpace(in.Lines[i].Item)
	}
	items, err := masterdata.ItemsByCode(ctx, tx, codes)
	if err != nil {
		return out, err
	}
	type row struct {
		ID   db.ID   `db:"id"`
		Site db.ID   `db:"site_id"`
		Item db.ID   `db:"item_id"`
		Date string  `db:"date"`
		Qty  num.Dec `db:"qty"`
	}
	var fresh []row
	seen := map[string]bool{}
	var ids []db.ID
	for i, l := range in.Lines {
		it, ok := items[codes[i]]
		where := fmt.Sprintf("lines[%d]", i)
		switch {
		case !ok:
			return out, fault.NotFound("masterdata.item_unknown", "there is no item %s", codes[i]).With("code", codes[i])
		case l.Qty < 0 || l.Qty > num.Max:
			return out, fault.Invalid("sales.forecast_qty", "%s: the quantity of %s must not be below zero", where, it.Code).With("item", it.Code).With("qty", l.Qty)
		case !l.Qty.Fits(it.Decimals):
			return out, fault.Invalid("inventory.decimals", "%s is counted in %s with %d decimals", it.Code, it.UoM, it.Decimals).With("item", it.Code).With("uom", it.UoM).With("decimals", it.Decimals).With("qty", l.Qty)
		}
		if _, err := time.Parse(time.DateOnly, l.Date); err != nil {
			return out, fault.Invalid("sales.forecast_date", "%s: %q is not a date", where, l.Date).With("date", l.Date).With("item", it.Code)
		}
		k := it.Code + " " + in.span(l.Date)
		if seen[k] {
			return out, fault.Invalid("sales.forecast_twice", "%s on %s stands there twice", it.Code, l.Date).With("item", it.Code).With("date", l.Date)
		}
		seen[k] = true
		ids = append(ids, it.ID)
		if l.Qty > 0 {
			fresh = append(fresh, row{tx.ID(), site.ID, it.ID, l.Date, l.Qty})
		}
	}
	slices.Sort(ids)
	for part := range slices.Chunk(slices.Compact(ids), 500) {
		w := db.Where{Args: []any{site.ID}}
		db.In(&w, "f.item_id", part)
		old, err := db.All[row](ctx, tx, `SELECT f.id, f.site_id, f.item_id, f.date, f.qty FROM so_forecast f`+w.String()+` AND f.site_id = $1 AND f.batch_id NOT IN (SELECT id FROM kit_batch) ORDER BY f.id`, w.Args...)
		if err != nil {
			return out, err
		}
		byID := map[db.ID]string{}
		for _, it := range items {
			byID[it.ID] = it.Code
		}
		for _, o := range old {
			if seen[byID[o.Item]+" "+in.span(o.Date)] {
				tx.Queue(`DELETE FROM so_forecast WHERE id = $1`, o.ID)
				out.Was = append(out.Was, SetForecast{byID[o.Item], o.Date, o.Qty})
				out.Gone++
			}
		}
	}
	out.Set = len(fresh)
	tx.Emit(db.Event{Name: EventForecast, Subject: "site:" + site.Code, Site: site.ID, Payload: in})
	return out, db.Insert(ctx, tx, "so_forecast", fresh...)
}

func (m *Module) forecastRoutes(a *web.API) {
	web.List(a, web.Op{Path: "/sales/forecasts", ID: "listForecasts", Summary: "What is expected to be ordered", Perm: "sales.forecast"},
		web.ListSpec[ForecastRow]{From: `so_forecast f JOIN v_item i ON i.id = f.item_id JOIN v_site t ON t.id = f.site_id`, Key: "f.id", Sort: "date,item", Search: []string{"i.code", "i.name"}, Titles: forecastTitles, File: "forecasts",
			Scope: func(ctx context.Context, w *db.Where) {
				identity.Scope("f.site_id", "")(ctx, w)
				w.And("f.batch_id NOT IN (SELECT id FROM kit_batch)")
			}})
	web.Command(a, web.Op{Path: "/sales/forecasts", ID: "setForecasts", Summary: "Say what is expected to be ordered", Perm: "sales.forecast"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body SetForecasts }) (ForecastsSet, error) {
			return m.SetForecasts(ctx, tx, in.Body)
		})
}
