package inventory

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

type countRow struct {
	ID     db.ID   `db:"id"`
	Number string  `db:"number"`
	Site   db.ID   `db:"site_id"`
	Scope  string  `db:"scope"`
	Blind  bool    `db:"blind"`
	Key    *string `db:"client_key"`
	MadeMS int64   `db:"made_ms"`
	MadeBy string  `db:"made_by"`
}

type countLine struct {
	ID        db.ID   `db:"id"`
	Count     db.ID   `db:"count_id"`
	Item      db.ID   `db:"item_id"`
	Location  db.ID   `db:"location_id"`
	Lot       string  `db:"lot"`
	Container db.ID   `db:"container_id"`
	Listed    num.Dec `db:"listed"`
	Found     bool    `db:"found"`
	Rounds    int64   `db:"rounds"`
	Again     bool    `db:"again"`
	Counted   num.Dec `db:"counted"`
	Book      num.Dec `db:"book"`
	CountedMS int64   `db:"counted_ms"`
	CountedBy string  `db:"counted_by"`
}

const countLineColumns = `id, count_id, item_id, location_id, lot, container_id, listed, found, rounds, again, counted, book, counted_ms, counted_by`

// StartCount makes the list of a stock-take.
type StartCount struct {
	Site      string `json:"site,omitempty" doc:"Site code; default the caller's"`
	Warehouse string `json:"warehouse,omitempty" maxLength:"60" doc:"All that lies in a warehouse"`
	Location  string `json:"location,omitempty" maxLength:"200" doc:"All that lies at a location"`
	Item      string `json:"item,omitempty" maxLength:"200" doc:"One item, wherever it lies"`
	ABC       string `json:"abc,omitempty" enum:"A,B,C" doc:"Items by the value of their stock: A the first 80 %, B the next 15 %, C the rest"`
	Blind     bool   `json:"blind,omitempty" doc:"Who counts does not see what the books say"`
}

// CountStarted is its number and how long the list is.
type CountStarted struct {
	Number string `json:"number"`
	Lines  int    `json:"lines"`
}

// mostLines is how long a list may be: a longer one is not counted in a day.
const mostLines = 5000

// StartCount carries out a StartCount.
func (m *Module) StartCount(ctx context.Context, tx *db.Tx, in StartCount) (CountStarted, error) {
	var out CountStarted
	site, err := siteOf(ctx, tx, in.Site)
	if err != nil {
		return out, err
	}
	var w db.Where
	var scope []string
	w.And("b.place_kind = 'stock' AND b.qty > 0 AND b." + unpublished)
	w.And("b.site_id = ?", site.ID)
	if in.Warehouse = strings.TrimSpace(in.Warehouse); in.Warehouse != "" {
		if _, ok, err := db.Get[db.ID](ctx, tx, `SELECT id FROM v_warehouse WHERE code = $1 AND site_id = $2`, in.Warehouse, site.ID); err != nil || !ok {
			if err == nil {
				err = fault.NotFound("inventory.warehouse_unknown", "there is no warehouse %s", in.Warehouse).With("warehouse", in.Warehouse)
			}
			return out, err
		}
		w.And("w.warehouse = ?", in.Warehouse)
		scope = append(scope, in.Warehouse)
	}
	if in.Location != "" {
		l, err := LocationScanned(ctx, tx, site.ID, in.Location)
		if err != nil {
			return out, err
		}
		w.And("b.place_ref = ?", l.ID)
		scope = append(scope, l.Code)
	}
	if in.Item != "" {
		g, err := Scan(ctx, tx, in.Item)
		if err != nil {
			return out, err
		}
		w.And("b.item_id = ?", g.Item.ID)
		scope = append(scope, g.Item.Code)
	}
	if in.ABC != "" {
		of, err := m.classes(ctx, tx, site.ID)
		if err != nil {
			return out, err
		}
		ids := of[in.ABC]
		if len(ids) == 0 {
			ids = []db.ID{0}
		}
		db.In(&w, "b.item_id", ids)
		scope = append(scope, in.ABC)
	}
	if len(scope) == 0 {
		return out, fault.Invalid("inventory.count_what", "say what to count: a warehouse, a location, an item or a class")
	}
	lines, err := db.All[countLine](ctx, tx, `SELECT b.item_id, b.place_ref AS location_id, coalesce(l.number, '') AS lot, b.container_id, CAST(sum(b.qty) AS BIGINT) AS listed
		FROM inv_balance b JOIN v_location w ON w.id = b.place_ref LEFT JOIN inv_lot l ON l.id = b.lot_id`+w.String()+`
		GROUP BY b.item_id, b.place_ref, coalesce(l.number, ''), b.container_id LIMIT 5001`, w.Args...)
	if err != nil {
		return out, err
	}
	switch {
	case len(lines) == 0 && in.Location == "":
		return out, fault.Conflict("inventory.count_nothing", "nothing of it is in stock; there is nothing to count").With("scope", strings.Join(scope, " "))
	case len(lines) > mostLines:
		return out, fault.Invalid("inventory.count_long", "the list would have more than %d lines; count it in parts", mostLines).With("most", mostLines)
	}
	c := countRow{ID: tx.ID(), Site: site.ID, Scope: strings.Join(scope, " "), Blind: in.Blind, MadeMS: tx.NowMS(), MadeBy: actor.From(ctx).Name}
	if c.Number, err = tx.Number("count"); err != nil {
		return out, err
	}
	if k := tx.Key(); k != "" {
		c.Key = &k
	}
	for i := range lines {
		lines[i].ID, lines[i].Count = tx.ID(), c.ID
	}
	if err := db.Insert(ctx, tx, "inv_count", c); err != nil {
		return out, err
	}
	if err := db.Insert(ctx, tx, "inv_count_line", lines...); err != nil {
		return out, err
	}
	out = CountStarted{c.Number, len(lines)}
	tx.Emit(db.Event{Name: EventCountStarted, Subject: "count:" + c.Number, Site: c.Site, Payload: CountTold{Number: c.Number, Scope: c.Scope, Lines: len(lines)}})
	return out, nil
}

// worth is the value of an item's stock.
type worth struct {
	Item  db.ID   `db:"item_id"`
	Value num.Dec `db:"-"`
}

// classes says of which class each item in stock is.
func (m *Module) classes(ctx context.Context, q db.Querier, site db.ID) (map[string][]db.ID, error) {
	type part struct {
		Item db.ID   `db:"item_id"`
		Qty  num.Dec `db:"qty"`
		Cost num.Dec `db:"cost"`
	}
	by := map[db.ID]num.Dec{}
	err := db.Each(ctx, q, `SELECT b.item_id, CAST(sum(b.qty) AS BIGINT) AS qty, coalesce(l.unit_cost, s.standard_cost, s.purchase_price, 0) AS cost
		FROM inv_balance b LEFT JOIN inv_lot l ON l.id = b.lot_id LEFT JOIN v_item_site s ON s.item_id = b.item_id AND s.site_id = b.site_id
		WHERE b.site_id = $1 AND b.place_kind = 'stock' AND b.qty > 0 AND b.`+unpublished+` GROUP BY b.item_id, coalesce(l.unit_cost, s.standard_cost, s.purchase_price, 0)`, []any{site}, func(p *part) error {
		v, err := num.MulDivDown(int64(p.Qty), int64(p.Cost), int64(num.One))
		if err != nil {
			return err
		}
		by[p.Item] += num.Dec(v)
		return nil
	})
	list := make([]worth, 0, len(by))
	for id, v := range by {
		list = append(list, worth{id, v})
	}
	return classify(list), err
}

// classify: the dearest items that make four fifths of the value are A, the next up to 95 % B, the rest C. An item
// belongs to the class in which its share begins, so that a single dear item is an A.
func classify(list []worth) map[string][]db.ID {
	slices.SortFunc(list, func(a, b worth) int { return cmp.Or(cmp.Compare(b.Value, a.Value), cmp.Compare(a.Item, b.Item)) })
	var total, before num.Dec
	for _, w := range list {
		total += w.Value
	}
	out := map[string][]db.ID{}
	for _, w := range list {
		class := "C"
		switch {
		case w.Value > 0 && before < total/100*80:
			class = "A"
		case w.Value > 0 && before < total/100*95:
			class = "B"
		}
		out[class] = append(out[class], w.Item)
		before += w.Value
	}
	return out
}
