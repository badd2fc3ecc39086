package inventory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/pack"
)

// Check finds what keeps a pack's stock from coming in.
func (m *Module) Check(ctx context.Context, q db.Querier, p *pack.Pack) ([]fault.Field, error) {
	if len(p.Stock) == 0 {
		return nil, nil
	}
	tracking := make(map[string]string, len(p.Items))
	for i := range p.Items {
		tracking[p.Items[i].Code] = p.Items[i].Tracking
	}
	var others []string
	for i := range p.Stock {
		if _, ok := tracking[p.Stock[i].Item]; !ok {
			others = append(others, p.Stock[i].Item)
		}
	}
	known, err := masterdata.ItemsByCode(ctx, q, others)
	if err != nil {
		return nil, err
	}
	for code, it := range known {
		tracking[code] = it.Tracking
	}
	var out []fault.Field
	add := func(code string, s *pack.Stock, column, value string) {
		f := fault.Field{Where: "stock.csv:" + strconv.Itoa(s.Row) + ":" + column, Code: code, Value: value,
			Params: map[string]string{"item": s.Item, "value": value, "file": "stock.csv", "row": strconv.Itoa(s.Row), "column": column}}
		f.Detail = Messages[code].Render("en", f.Params)
		out = append(out, f)
	}
	for i := range p.Stock {
		s := &p.Stock[i]
		switch {
		case s.Serial == "" && s.Qty > 0 && tracking[s.Item] == "serial":
			add("inventory.serial_missing", s, "serial", "")
		case s.Serial != "" && tracking[s.Item] != "serial" && tracking[s.Item] != "":
			add("inventory.serial_untracked", s, "serial", s.Serial)
		}
	}
	if len(out) > 0 {
		return out, nil
	}
	same, running, err := m.sameStock(ctx, q, p)
	if err == nil && running && !same {
		f := fault.Field{Where: "stock.csv", Code: "inventory.site_running", Params: map[string]string{"file": "stock.csv", "site": p.Site.Code}}
		f.Detail = Messages[f.Code].Render("en", f.Params)
		out = append(out, f)
	}
	return out, err
}

// sameStock says whether a site has stock already, and whether it is what the pack brings: then there is nothing to
// load. Stock of a running site is changed by counting, not by a file.
func (m *Module) sameStock(ctx context.Context, q db.Querier, p *pack.Pack) (same, running bool, err error) {
	sites, err := db.All[siteCode](ctx, q, `SELECT id, code FROM v_site ORDER BY id`)
	if err != nil {
		return false, false, err
	}
	var site db.ID
	for _, s := range sites {
		if s.Code == p.Site.Code || p.Site.Code == "" && len(sites) == 1 {
			site = s.ID
		}
	}
	if site == 0 {
		return false, false, nil
	}
	if _, running, err = db.Get[db.ID](ctx, q, `SELECT id FROM inv_balance WHERE site_id = $1 AND `+unpublished+` LIMIT 1`, site); err != nil || !running {
		return false, false, err
	}
	have := pack.New()
	if err := m.Dump(ctx, q, site, have); err != nil {
		return false, true, err
	}
	if len(have.Stock) != len(p.Stock) {
		return false, true, nil
	}
	for i := range have.Stock {
		if !equalStock(have.Stock[i], p.Stock[i]) {
			return false, true, nil
		}
	}
	return true, true, nil
}

type siteCode struct {
	ID   db.ID  `db:"id"`
	Code string `db:"code"`
}

func equalStock(a, b pack.Stock) bool {
	if (a.UnitCost == nil) != (b.UnitCost == nil) || a.UnitCost != nil && *a.UnitCost != *b.UnitCost {
		return false
	}
	a.Row, b.Row, a.UnitCost, b.UnitCost = 0, 0, nil, nil
	return a == b
}

// opening turns the rows of stock.csv into lots, balances, pieces and the moves that brought them.
type opening struct {
	lots     []Lot
	balances []balance
	moves    []move
	pieces   []piece
	runs     []run
}

// Load writes the opening stock into the batch; it is seen when the batch is published.
func (m *Module) Load(ctx context.Context, b *db.Batch, p *pack.Pack) error {
	if len(p.Stock) == 0 {
		return nil
	}
	if same, _, err := m.sameStock(ctx, b.Read(), p); err != nil || same {
		return err
	}
	site := masterdata.LoadedSite(ctx)
	o, err := m.open(ctx, b, p, site)
	if err != nil {
		return err
	}
	slots := int64(1)
	if err := b.Chunked(ctx, 1, func(tx *db.Tx, _, _ int) error { slots, _ = m.slots(tx); return nil }); err != nil {
		return err
	}
	o.balances = splitAll(b, o.balances, slots)
	if err := write(ctx, b, "inv_lot", o.lots); err != nil {
		return err
	}
	if err := write(ctx, b, "inv_balance", o.balances); err != nil {
		return err
	}
	if err := write(ctx, b, "inv_move", o.moves); err != nil {
		return err
	}
	if err := write(ctx, b, "inv_serial", o.pieces); err != nil {
		return err
	}
	if err := write(ctx, b, "inv_move_serial", o.runs); err != nil {
		return err
	}
	m.loads.Store(b.ID, Loaded{Batch: b.ID, Moves: len(o.moves), Digest: digest(o.moves)})
	return nil
}

// Publish tells of the opening stock in the transaction that lets it be seen.
func (m *Module) Publish(ctx context.Context, tx *db.Tx, b *db.Batch) error {
	if l, ok := m.loads.Load(b.ID); ok {
		site := masterdata.LoadedSite(ctx)
		tx.Emit(db.Event{Name: EventLoaded, Subject: "site:" + site.Code, Site: site.ID, Payload: l})
	}
	return nil
}

func write[T any](ctx context.Context, b *db.Batch, table string, rows []T) error {
	return b.Chunked(ctx, len(rows), func(tx *db.Tx, from, to int) error { return db.Insert(ctx, tx, table, rows[from:to]...) })
}

// digest covers every column of the moves, in their order.
func digest(moves []move) string {
	h := sha256.New()
	e := json.NewEncoder(h)
	for i := range moves {
		e.Encode(&moves[i])
	}
	return hex.EncodeToString(h.Sum(nil))
}

func (m *Module) open(ctx context.Context, b *db.Batch, p *pack.Pack, site masterdata.Site) (*opening, error) {
	q := b.Read()
	items, err := masterdata.AllItems(ctx, q)
	if err != nil {
		return nil, err
	}
	places, err := masterdata.Locations(ctx, q, site.ID)
	if err != nil {
		return nil, err
	}
	type identity struct {
		item                      db.ID
		number, expires, received string
		cost                      num.Dec
		costed                    bool
		round                     int // several rows of a file may name the same lot at the same place
	}
	type at struct {
		item, place db.ID
		id          identity
		serial      bool
	}
	o := &opening{}
	lots := map[identity]db.ID{}
	parts := map[[2]any]int64{}
	used := map[at]int{}
	shelf := map[at]int{} // pieces of one lot at one place share a balance
	now := b.Now()
	base := move{FromKind: Adjust, ToKind: Stock, ToStatus: Available, Site: site.ID, DocKind: "import", DocID: b.ID, DocNumber: site.Code, HappenedMS: now.UnixMilli(), RecordedMS: now.UnixMilli(),
		PostingDate: now.In(site.Location()).Format("2006-01-02"), Actor: actor.From(ctx).Name, Reason: "import", Batch: b.ID}
	for i := range p.Stock {
		s := &p.Stock[i]
		item, ok := items[s.Item]
		if !ok {
			return nil, fault.NotFound("masterdata.item_unknown", "there is no item %s", s.Item).With("code", s.Item)
		}
		loc, ok := places[masterdata.LocationCode(s.Warehouse, s.Location)]
		if !ok {
			return nil, fault.NotFound("masterdata.location_unknown", "there is no location %s", masterdata.LocationCode(s.Warehouse, s.Location)).With("code", masterdata.LocationCode(s.Warehouse, s.Location))
		}
		id := identity{item: item.ID, number: s.Lot, expires: s.ExpiresOn, received: s.ReceivedOn}
		if s.UnitCost != nil {
			id.cost, id.costed = *s.UnitCost, true
		}
		here := at{item.ID, loc.ID, id, s.Serial != ""}
		if s.Serial == "" {
			id.round = used[here]
			used[here]++
		}
		lot, ok := lots[id]
		if !ok && id != (identity{item: item.ID}) {
			lot = b.NewID()
			l := Lot{ID: lot, Item: item.ID, Number: s.Lot, ExpiresOn: orOpen(s.ExpiresOn), ReceivedOn: orOpen(s.ReceivedOn), UnitCost: s.UnitCost, CreatedMS: now.UnixMilli(), Batch: b.ID}
			if s.Lot != "" {
				k := [2]any{item.ID, s.Lot}
				if _, met := parts[k]; !met {
					if parts[k], err = db.One[int64](ctx, q, `SELECT CAST(coalesce(max(part) + 1, 0) AS BIGINT) FROM inv_lot WHERE item_id = $1 AND number = $2 AND number <> ''`, item.ID, s.Lot); err != nil {
						return nil, err
					}
				}
				l.Part = parts[k]
				parts[k]++
			}
			lots[id] = lot
			o.lots = append(o.lots, l)
		}
		ord := int64(i + 1)
		v := base
		v.ID, v.Item, v.Lot, v.Qty, v.ToRef, v.DocLine = b.NewID(), item.ID, lot, s.Qty, loc.ID, ord
		bal := balance{b.NewID(), item.ID, Stock, Available, whole, loc.ID, lot, 0, 0, site.ID, b.ID, s.Qty, ord}
		if s.Serial == "" {
			if s.Qty > 0 { // a row of nothing is kept, since the file had it, but nothing moved
				o.moves = append(o.moves, v)
			}
			o.balances = append(o.balances, bal)
			continue
		}
		pc := piece{b.NewID(), item.ID, s.Serial, lot, Stock, loc.ID, Available, site.ID, 0, ord, b.ID, 0}
		o.pieces = append(o.pieces, pc)
		o.runs = append(o.runs, run{b.NewID(), v.ID, pc.ID, pc.ID, b.ID})
		o.moves = append(o.moves, v)
		if n, met := shelf[here]; met {
			o.balances[n].Qty += s.Qty
			continue
		}
		shelf[here] = len(o.balances)
		bal.Ord = 0 // its pieces say where they stood
		o.balances = append(o.balances, bal)
	}
	return o, nil
}

func orOpen(date string) string {
	if date == "" {
		return OpenEnd
	}
	return date
}

// splitAll shares big balances out over slots, as a put would.
func splitAll(b *db.Batch, rows []balance, slots int64) []balance {
	if slots == 1 {
		return rows
	}
	out := make([]balance, 0, len(rows))
	for _, r := range rows {
		if r.Qty < splitFrom || r.Ord == 0 {
			out = append(out, r)
			continue
		}
		share := r.Qty / num.Dec(slots) / num.One * num.One
		for i := range slots {
			c := r
			c.ID, c.Slot, c.Qty = b.NewID(), i, share
			if i == 0 {
				c.Qty = r.Qty - share*num.Dec(slots-1)
			}
			out = append(out, c)
		}
	}
	return out
}
