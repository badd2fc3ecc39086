package inventory

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
)

// Why a place is proposed.
const (
	WhySameLot  = "same_lot"  // this lot lies there
	WhySameItem = "same_item" // this item lies there
	WhyUsual    = "usual"     // this item was put there before
	WhyEmpty    = "empty"     // nothing lies there
)

// Proposal is a place for goods that came in, and why.
type Proposal struct {
	Location string  `json:"location"`
	Why      string  `json:"why" enum:"same_lot,same_item,usual,empty"`
	Qty      num.Dec `json:"qty" doc:"Of the lot or the item that lies there"`
	Times    int64   `json:"times" doc:"How often the item was put there"`
}

// WaitingLine is goods that stand in no place yet: in a warehouse that has places, at the warehouse itself.
type WaitingLine struct {
	Item       string     `json:"item" sql:"i.code" doc:"Item"`
	Name       string     `json:"name" sql:"i.name" doc:"Name"`
	UoM        string     `json:"uom" sql:"i.uom" doc:"Unit"`
	Tracking   string     `json:"tracking" sql:"i.tracking" doc:"Tracked by"`
	Lot        string     `json:"lot" sql:"coalesce(l.number, '')" doc:"Lot"`
	Container  string     `json:"container" sql:"coalesce(c.code, '')" doc:"Container"`
	Location   string     `json:"location" sql:"w.code" doc:"Stands at"`
	Warehouse  string     `json:"warehouse" sql:"w.warehouse" doc:"Warehouse"`
	Qty        num.Dec    `json:"qty" sql:"CAST(sum(b.qty) AS BIGINT)" doc:"Quantity"`
	Free       num.Dec    `json:"free" sql:"CAST(sum(b.qty - b.reserved) AS BIGINT)" doc:"Not promised"`
	ReceivedOn string     `json:"received_on" sql:"coalesce(l.received_on, '9999-12-31')" doc:"Received on"`
	ItemID     db.ID      `json:"item_id" sql:"b.item_id" doc:"Item (id)"`
	LotID      db.ID      `json:"lot_id" sql:"b.lot_id" doc:"Lot (id)"`
	SiteID     db.ID      `json:"site_id" sql:"b.site_id" doc:"Site (id)"`
	To         []Proposal `json:"to" doc:"Where it may go, the best first"`
}

const waitingFrom = `inv_balance b JOIN v_item i ON i.id = b.item_id JOIN v_location w ON w.id = b.place_ref LEFT JOIN inv_lot l ON l.id = b.lot_id LEFT JOIN inv_container c ON c.id = b.container_id`

const waitingGroup = `i.code, i.name, i.uom, i.tracking, l.number, c.code, w.code, w.warehouse, l.received_on, b.item_id, b.lot_id, b.site_id`

// waitingCond: goods in the warehouse's own place of an ordinary warehouse that has others.
const waitingCond = `b.place_kind = 'stock' AND b.status = 'available' AND b.qty > 0 AND w.place = '' AND w.warehouse_kind IN ('normal', 'customer_owned')
	AND EXISTS (SELECT 1 FROM v_location x WHERE x.warehouse_id = w.warehouse_id AND x.place <> '' AND x.active) AND b.` + unpublished

var waitingList = web.ListSpec[WaitingLine]{
	From: waitingFrom, Key: "min(b.id)", Sort: "received_on,item", Group: waitingGroup, Search: []string{"i.code", "i.name", "l.number"},
	Scope: func(ctx context.Context, w *db.Where) {
		w.And(waitingCond)
		sitesOf("b.site_id")(ctx, w)
	},
	Post: proposeAll, File: "put-away",
}

// proposeAll fills in the proposals of a page in three questions.
func proposeAll(ctx context.Context, q db.Querier, rows []WaitingLine) error {
	if len(rows) == 0 {
		return nil
	}
	var items []db.ID
	var houses []string
	for i := range rows {
		items = append(items, rows[i].ItemID)
		houses = append(houses, rows[i].Warehouse)
	}
	slices.Sort(items)
	slices.Sort(houses)
	known, err := placesFor(ctx, q, slices.Compact(items), slices.Compact(houses))
	if err != nil {
		return err
	}
	given := map[string]db.ID{} // an empty place is proposed to one item in a page
	for i := range rows {
		r := &rows[i]
		r.To = known.propose(r.SiteID, r.Warehouse, r.ItemID, r.LotID, given)
		if len(r.To) > 0 && r.To[0].Why == WhyEmpty {
			given[r.To[0].Location] = r.ItemID
		}
	}
	return nil
}

type lying struct {
	Site     db.ID   `db:"site_id"`
	House    string  `db:"warehouse"`
	Location string  `db:"location"`
	Item     db.ID   `db:"item_id"`
	Lot      db.ID   `db:"lot_id"`
	Qty      num.Dec `db:"qty"`
	Times    int64   `db:"times"`
}

// shelfMap is what is known of the places of some warehouses.
type shelfMap struct {
	here  []lying // what lies there now, by item and lot
	usual []lying // how often an item was put there
	empty []lying
}

func placesFor(ctx context.Context, q db.Querier, items []db.ID, houses []string) (*shelfMap, error) {
	out := &shelfMap{}
	for part := range slices.Chunk(items, 500) {
		var w db.Where
		db.In(&w, "b.item_id", part)
		w.And("b.place_kind = 'stock' AND b.status = 'available' AND b.qty > 0 AND w.place <> '' AND w.active AND b." + unpublished)
		rows, err := db.All[lying](ctx, q, `SELECT b.site_id, w.warehouse, w.code AS location, b.item_id, b.lot_id, CAST(sum(b.qty) AS BIGINT) AS qty, CAST(0 AS BIGINT) AS times
			FROM inv_balance b JOIN v_location w ON w.id = b.place_ref`+w.String()+` GROUP BY b.site_id, w.warehouse, w.code, b.item_id, b.lot_id`, w.Args...)
		if err != nil {
			return nil, err
		}
		out.here = append(out.here, rows...)
		var u db.Where
		db.In(&u, "m.item_id", part)
		u.And("m.to_kind = 'stock' AND m.doc_kind IN ('putaway', 'transfer', 'po_receipt', 'wo_receipt') AND m.reverses = 0 AND w.place <> '' AND w.active AND m." + unpublished)
		if rows, err = db.All[lying](ctx, q, `SELECT m.site_id, w.warehouse, w.code AS location, m.item_id, CAST(0 AS BIGINT) AS lot_id, CAST(0 AS BIGINT) AS qty, CAST(count(*) AS BIGINT) AS times
			FROM inv_move m JOIN v_location w ON w.id = m.to_ref`+u.String()+` GROUP BY m.site_id, w.warehouse, w.code, m.item_id`, u.Args...); err != nil {
			return nil, err
		}
		out.usual = append(out.usual, rows...)
	}
	for _, house := range houses {
		rows, err := db.All[lying](ctx, q, `SELECT w.site_id, w.warehouse, w.code AS location, CAST(0 AS BIGINT) AS item_id, CAST(0 AS BIGINT) AS lot_id, CAST(0 AS BIGINT) AS qty, CAST(0 AS BIGINT) AS times
			FROM v_location w WHERE w.warehouse = $1 AND w.place <> '' AND w.active
			AND NOT EXISTS (SELECT 1 FROM inv_balance b WHERE b.place_kind = 'stock' AND b.place_ref = w.id AND b.qty > 0) ORDER BY w.code LIMIT 200`, house)
		if err != nil {
			return nil, err
		}
		out.empty = append(out.empty, rows...)
	}
	return out, nil
}

// propose: where this lot lies; else where this item lies, most first; else where it used to be put; else an empty
// place. Up to three, each with its reason.
func (p *shelfMap) propose(site db.ID, house string, item, lot db.ID, given map[string]db.ID) []Proposal {
	var same, mine, usual []Proposal
	byPlace := map[string]int{}
	for _, l := range p.here {
		if l.Site != site || l.House != house || l.Item != item {
			continue
		}
		if lot != 0 && l.Lot == lot {
			same = append(same, Proposal{Location: l.Location, Why: WhySameLot, Qty: l.Qty})
			continue
		}
		i, ok := byPlace[l.Location]
		if !ok {
			i, mine = len(mine), append(mine, Proposal{Location: l.Location, Why: WhySameItem})
			byPlace[l.Location] = i
		}
		mine[i].Qty += l.Qty
	}
	for _, l := range p.usual {
		if l.Site == site && l.House == house && l.Item == item {
			usual = append(usual, Proposal{Location: l.Location, Why: WhyUsual, Times: l.Times})
		}
	}
	most := func(a, b Proposal) int {
		return cmp.Or(cmp.Compare(b.Qty, a.Qty), cmp.Compare(b.Times, a.Times), cmp.Compare(a.Location, b.Location))
	}
	out := []Proposal{}
	add := func(list []Proposal) {
		slices.SortFunc(list, most)
		for _, x := range list {
			if len(out) < 3 && !slices.ContainsFunc(out, func(o Proposal) bool { return o.Location == x.Location }) {
				out = append(out, x)
			}
		}
	}
	add(same)
	add(mine)
	add(usual)
	for _, l := range p.empty {
		if l.Site == site && l.House == house && (given[l.Location] == 0 || given[l.Location] == item) && len(out) < 3 && (len(out) == 0 || out[len(out)-1].Why != WhyEmpty) {
			out = append(out, Proposal{Location: l.Location, Why: WhyEmpty})
		}
	}
	return out
}

// PutAwayFor says where scanned goods may go, wherever they stand.
type PutAwayFor struct {
	Goods     WaitingLine `json:"goods"`
	Elsewhere []string    `json:"elsewhere" doc:"Other places of it where goods wait"`
}

// PutAway finds goods that wait at the doors of warehouses by what was scanned: their label, or a container's.
func (m *Module) PutAway(ctx context.Context, q db.Querier, code, siteCode string) (PutAwayFor, error) {
	site, err := siteOf(ctx, q, siteCode)
	if err != nil {
		return PutAwayFor{}, err
	}
	var w db.Where
	w.And("b.site_id = ?", site.ID)
	w.And("b.qty > 0")
	w.And(waitingCond)
	if box, err := containerScanned(ctx, q, code); err == nil {
		w.And("b.container_id = ?", box.ID)
	} else if !fault.Is(err, "inventory.container_unknown") {
		return PutAwayFor{}, err
	} else {
		g, err := Scan(ctx, q, code)
		if err != nil {
			return PutAwayFor{}, err
		}
		w.And("b.item_id = ?", g.Item.ID)
		if g.Lot != "" {
			w.And("l.number = ?", g.Lot)
		}
		if g.Serial != "" {
			ps, err := piecesOf(ctx, q, g.Item, []string{g.Serial})
			if err != nil {
				return PutAwayFor{}, err
			}
			w.And("b.lot_id = ?", ps[0].Lot)
			w.And("b.place_ref = ?", ps[0].Ref)
		}
	}
	rows, err := read[WaitingLine](ctx, q, waitingFrom, &w, ` GROUP BY `+waitingGroup+` ORDER BY coalesce(l.received_on, '9999-12-31'), w.code LIMIT 20`)
	if err != nil {
		return PutAwayFor{}, err
	}
	if len(rows) == 0 {
		return PutAwayFor{}, fault.NotFound("inventory.putaway_none", "nothing of %s waits to be put away", strings.TrimSpace(code)).With("code", scannedNumber(code))
	}
	out := PutAwayFor{Elsewhere: []string{}}
	for _, r := range rows[1:] {
		out.Elsewhere = append(out.Elsewhere, r.Location)
	}
	err = proposeAll(ctx, q, rows[:1])
	out.Goods = rows[0]
	return out, err
}
