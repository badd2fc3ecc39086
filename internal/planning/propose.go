package planning

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/planning/forecast"
)

// AskForecast asks what is likely to be ordered.
type AskForecast struct {
	Site   string   `query:"site" maxLength:"64" doc:"Empty = your first site"`
	Items  []string `query:"item,explode" maxItems:"200" doc:"Item codes; default those with the most months of orders"`
	Months int      `query:"months" minimum:"1" maximum:"24" default:"6" doc:"How many coming months"`
	Past   int      `query:"past" minimum:"1" maximum:"120" default:"36" doc:"How many months of orders are looked at"`
}

// Proposals are forecasts that a planner may adopt.
type Proposals struct {
	Today string     `json:"today"`
	Items []Proposal `json:"items"`
}

// Proposal is the forecast of an item with what its method would have erred.
type Proposal struct {
	Item    string    `json:"item"`
	Name    string    `json:"name"`
	UoM     string    `json:"uom"`
	Method  string    `json:"method" enum:"mean,before,simple,trend,seasonal,rare"`
	Tested  int       `json:"tested" doc:"Months on which it was tested; 0 = too little history to say how good it is"`
	Error   num.Dec   `json:"error" doc:"Mean absolute error of a month in those, one month ahead"`
	Percent num.Dec   `json:"error_pct" doc:"The same in percent of what was ordered in them"`
	Naive   num.Dec   `json:"naive_error" doc:"Mean absolute error of saying: as in the month, or the season, before"`
	Past    []Monthly `json:"past" doc:"What was ordered, by due month; the running month is left out"`
	Coming  []Monthly `json:"coming" doc:"The proposal"`
}

// Monthly is the quantity of a month.
type Monthly struct {
	Date string  `json:"date" doc:"First day of the month"`
	Qty  num.Dec `json:"qty"`
	Now  num.Dec `json:"now" doc:"What is forecast for the month so far"`
}

// Propose forecasts items from their orders by exponential smoothing. Quantities are rounded up to what the item is
// counted in.
func (m *Module) Propose(ctx context.Context, q db.Querier, in *AskForecast, now time.Time) (Proposals, error) {
	site, err := siteOf(ctx, q, in.Site)
	if err != nil {
		return Proposals{}, err
	}
	now = now.In(site.Location())
	this := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	out := Proposals{Today: now.Format(time.DateOnly), Items: []Proposal{}}
	items, err := m.proposed(ctx, q, site.ID, in.Items, this.Format(time.DateOnly))
	if err != nil {
		return out, err
	}
	ids := make([]db.ID, len(items))
	for n := range items {
		ids[n] = items[n].ID
	}
	past, err := monthly(ctx, q, `v_sales_line`, "due", ids, "site_id = ? AND NOT cancelled AND due < ? AND due >= ?", site.ID, this.Format(time.DateOnly), this.AddDate(0, -in.Past, 0).Format(time.DateOnly))
	if err != nil {
		return out, err
	}
	known, err := monthly(ctx, q, `v_forecast`, "date", ids, "site_id = ? AND date >= ?", site.ID, this.Format(time.DateOnly))
	if err != nil {
		return out, err
	}
	for _, it := range items {
		p := Proposal{Item: it.Code, Name: it.Name, UoM: it.UoM, Past: []Monthly{}, Coming: []Monthly{}}
		var history []float64
		for back := in.Past; back > 0; back-- {
			month := this.AddDate(0, -back, 0)
			qty := past[itemMonth{it.ID, month.Format("2006-01")}]
			if len(history) == 0 && qty == 0 {
				continue // before the first order there is no history
			}
			history = append(history, float64(qty)/float64(num.One))
			p.Past = append(p.Past, Monthly{Date: month.Format(time.DateOnly), Qty: qty})
		}
		if len(history) == 0 {
			continue
		}
		f, err := forecast.Make(history, 12, in.Months)
		if err != nil {
			return out, err
		}
		p.Method, p.Tested = string(f.Method), f.Tested
		if f.Tested > 0 {
			p.Error, p.Naive = rounded(f.Error, it.Decimals), rounded(f.Naive, it.Decimals)
			if !math.IsNaN(f.Share) {
				p.Percent = rounded(f.Share*100, 1)
			}
		}
		for h, v := range f.Values {
			month := this.AddDate(0, h, 0)
			p.Coming = append(p.Coming, Monthly{month.Format(time.DateOnly), rounded(v, it.Decimals), known[itemMonth{it.ID, month.Format("2006-01")}]})
		}
		out.Items = append(out.Items, p)
	}
	return out, nil
}

// itemMonth is a month of an item, as 2026-03.
type itemMonth struct {
	item  db.ID
	month string
}

// monthly adds up the quantities of items by the month of a date.
func monthly(ctx context.Context, q db.Querier, from, date string, items []db.ID, cond string, args ...any) (map[itemMonth]num.Dec, error) {
	type row struct {
		Item  db.ID   `db:"item_id"`
		Month string  `db:"month"`
		Qty   num.Dec `db:"qty"`
	}
	out := map[itemMonth]num.Dec{}
	for part := range slices.Chunk(items, 500) {
		w := db.Where{}
		w.And(cond, args...)
		db.In(&w, "item_id", part)
		if err := db.Each(ctx, q, `SELECT item_id, substr(`+date+`, 1, 7) AS month, CAST(sum(qty) AS BIGINT) AS qty FROM `+from+w.String()+` GROUP BY item_id, substr(`+date+`, 1, 7)`, w.Args, func(r *row) error {
			out[itemMonth{r.Item, r.Month}] = r.Qty
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// rounded makes a quantity of an estimate, up to the decimals given.
func rounded(v float64, decimals int) num.Dec {
	if v <= 0 || math.IsNaN(v) {
		return 0
	}
	d, err := num.Dec(math.Round(math.Min(v, 1e12) * float64(num.One))).RoundUp(decimals)
	if err != nil {
		return num.Max
	}
	return d
}

// proposed are the items asked for, or those that were ordered most often.
func (m *Module) proposed(ctx context.Context, q db.Querier, site db.ID, codes []string, before string) ([]masterdata.Item, error) {
	if len(codes) > 0 {
		found, err := masterdata.ItemsByCode(ctx, q, codes)
		if err != nil {
			return nil, err
		}
		var out []masterdata.Item
		for _, c := range codes {
			it, ok := found[c]
			if !ok {
				return nil, fault.NotFound("masterdata.item_unknown", "there is no item %s", c).With("code", c)
			}
			out = append(out, it)
		}
		return out, nil
	}
	ids, err := db.All[db.ID](ctx, q, `SELECT item_id FROM v_sales_line WHERE site_id = $1 AND NOT cancelled AND due < $2 GROUP BY item_id ORDER BY count(DISTINCT substr(due, 1, 7)) DESC, item_id LIMIT 50`, site, before)
	if err != nil {
		return nil, err
	}
	found, err := masterdata.Items(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	var out []masterdata.Item
	for _, id := range ids {
		if it, ok := found[id]; ok {
			out = append(out, it)
		}
	}
	slices.SortStableFunc(out, func(a, b masterdata.Item) int { return strings.Compare(a.Code, b.Code) })
	return out, nil
}
