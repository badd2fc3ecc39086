package inventory

import (
	"context"

	"kaiwu/internal/kit/db"
)

type placesInput struct {
	Site string `query:"site" doc:"Site code; default the caller's"`
}

// Places is what lies in each warehouse and at its locations.
type Places struct {
	Warehouses []Warehouse `json:"warehouses"`
}

// Warehouse with its locations and what they hold together.
type Warehouse struct {
	Warehouse string     `json:"warehouse"`
	Name      string     `json:"name"`
	Kind      string     `json:"kind"`
	Items     int64      `json:"items"`
	Lots      int64      `json:"lots"`
	Held      int64      `json:"held" doc:"Heaps on hold"`
	Boxes     int64      `json:"containers"`
	Empty     int64      `json:"empty" doc:"Locations where nothing lies"`
	Locations []PlaceSum `json:"locations"`
}

// PlaceSum is what lies at a location.
type PlaceSum struct {
	Location string `json:"location"`
	Items    int64  `json:"items"`
	Lots     int64  `json:"lots"`
	Held     int64  `json:"held"`
	Boxes    int64  `json:"containers"`
}

// Places reads the tree of a site in three questions.
func (m *Module) Places(ctx context.Context, q db.Querier, siteCode string) (Places, error) {
	out := Places{Warehouses: []Warehouse{}}
	site, err := siteOf(ctx, q, siteCode)
	if err != nil {
		return out, err
	}
	type place struct {
		House    string `db:"warehouse"`
		Name     string `db:"name"`
		Kind     string `db:"kind"`
		Location string `db:"location"`
	}
	at := map[string][2]int{}
	err = db.Each(ctx, q, `SELECT h.code AS warehouse, h.name, h.kind, w.code AS location FROM v_warehouse h JOIN v_location w ON w.warehouse_id = h.id
		WHERE h.site_id = $1 AND h.active AND w.active ORDER BY h.code, w.code`, []any{site.ID}, func(p *place) error {
		if n := len(out.Warehouses); n == 0 || out.Warehouses[n-1].Warehouse != p.House {
			out.Warehouses = append(out.Warehouses, Warehouse{Warehouse: p.House, Name: p.Name, Kind: p.Kind, Locations: []PlaceSum{}})
		}
		w := &out.Warehouses[len(out.Warehouses)-1]
		at[p.Location] = [2]int{len(out.Warehouses) - 1, len(w.Locations)}
		w.Locations = append(w.Locations, PlaceSum{Location: p.Location})
		return nil
	})
	if err != nil {
		return out, err
	}
	type heap struct {
		Location string `db:"location"`
		Item     db.ID  `db:"item_id"`
		Lot      db.ID  `db:"lot_id"`
		Status   string `db:"status"`
	}
	type seen struct {
		house int
		item  db.ID
		lot   db.ID
	}
	items, lots, here := map[seen]bool{}, map[seen]bool{}, map[[2]int]map[db.ID]bool{}
	err = db.Each(ctx, q, `SELECT w.code AS location, b.item_id, b.lot_id, b.status
		FROM inv_balance b JOIN v_location w ON w.id = b.place_ref
		WHERE b.site_id = $1 AND b.place_kind = 'stock' AND b.qty > 0 AND b.`+unpublished+` GROUP BY w.code, b.item_id, b.lot_id, b.status`, []any{site.ID}, func(h *heap) error {
		i, ok := at[h.Location]
		if !ok {
			return nil
		}
		w := &out.Warehouses[i[0]]
		p := &w.Locations[i[1]]
		if here[i] == nil {
			here[i] = map[db.ID]bool{}
		}
		if !here[i][h.Item] {
			here[i][h.Item] = true
			p.Items++
		}
		if k := (seen{i[0], h.Item, 0}); !items[k] {
			items[k] = true
			w.Items++
		}
		if k := (seen{i[0], 0, h.Lot}); h.Lot != 0 {
			p.Lots++
			if !lots[k] {
				lots[k] = true
				w.Lots++
			}
		}
		if h.Status == Held {
			p.Held++
			w.Held++
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	type boxes struct {
		Location string `db:"location"`
		N        int64  `db:"n"`
	}
	err = db.Each(ctx, q, `SELECT w.code AS location, CAST(count(*) AS BIGINT) AS n FROM inv_container c JOIN v_location w ON w.id = c.location_id WHERE c.site_id = $1 GROUP BY w.code`, []any{site.ID}, func(b *boxes) error {
		if i, ok := at[b.Location]; ok {
			out.Warehouses[i[0]].Boxes += b.N
			out.Warehouses[i[0]].Locations[i[1]].Boxes = b.N
		}
		return nil
	})
	for i := range out.Warehouses {
		for _, p := range out.Warehouses[i].Locations {
			if p.Items == 0 {
				out.Warehouses[i].Empty++
			}
		}
	}
	return out, err
}
