package inventory

import (
	"context"
	"maps"
	"slices"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// Move takes goods out of real places and brings them to another: issued to an order, consumed, shipped, scrapped,
// moved to another location. All takes happen or none. A named lot is taken as it is; without one the system
// chooses. Held goods, expired ones, a lot of another item and more than there is are refused.
func (m *Module) Move(ctx context.Context, tx *db.Tx, doc Doc, to Place, takes ...Take) ([]Picked, error) {
	return m.moveInto(ctx, tx, doc, to, 0, takes)
}

// moveInto is Move into a container that stands at the place; 0 = loose. What leaves a place leaves its container too.
func (m *Module) moveInto(ctx context.Context, tx *db.Tx, doc Doc, to Place, into db.ID, takes []Take) ([]Picked, error) {
	if err := doc.complete(ctx, tx); err != nil {
		return nil, err
	}
	if !to.Kind.known() || to.Kind == Produced {
		return nil, fault.Invalid("inventory.place_bad", "goods cannot be moved to %q", to.Kind).With("place", to.Kind)
	}
	p, err := m.plan(ctx, tx, doc, takes, use{to: to})
	for range takes { // each time one more of them is given what it lacks
		if err == nil || !doc.MayOwe || p == nil || p.lacks == nil {
			break
		}
		if err = m.owe(ctx, tx, doc, p.lacks, p.items[p.lacks.Item], p.short, err); err == nil {
			p, err = m.plan(ctx, tx, doc, takes, use{to: to})
		}
	}
	if err != nil {
		return nil, err
	}
	if to.Kind == Stock {
		if err := mayEnter(ctx, tx, doc.Site, to.Ref, p.items); err != nil {
			return nil, err
		}
	}
	for i := range p.moves {
		v := &p.moves[i]
		v.ToKind, v.ToRef, v.ToContainer = to.Kind, to.Ref, into
		if to.Kind.Real() {
			v.ToStatus = v.FromStatus
		}
		if to.Kind == WIP { // held goods go only to an order that puts them right, and that uses them
			v.ToStatus = Available
		}
		if v.FromKind == v.ToKind && v.FromRef == v.ToRef && v.Container == v.ToContainer {
			return nil, fault.Invalid("inventory.same_place", "the goods are there already")
		}
	}
	return m.post(ctx, tx, doc, p.moves, p.rows, p.splits)
}

// use says what goods are taken for, and so which of them may be.
type use struct {
	to     Place
	any    bool // whatever its state: holding and releasing
	choose bool // pieces with serials may be chosen by the system: reservations
}

// handling only shifts or removes goods: nobody relies on them, so expired goods may be moved and quarantine left.
func (u use) handling() bool {
	return u.any || u.to.Kind == Stock || u.to.Kind == Scrap || u.to.Kind == Adjust || u.to.Kind == Supplier
}

// plan is which rows give what.
type plan struct {
	items map[db.ID]masterdata.Item
	rows  []*row // everything that was read
	moves []move // without their destination
	draws []draw // one for each move
	slot  int64
	lacks *Take // the one that was refused because there is too little
	short num.Dec
}

func (p *plan) splits(item db.ID) bool { return p.items[item].Tracking != "serial" }

// source is what one query reads: takes from the same kind of place and status share it.
type source struct {
	kind   PlaceKind
	ref    db.ID // 0 for stock: all locations of the site
	status string
}

func sourceOf(t *Take) source {
	s := source{t.From.Kind, t.From.Ref, t.Status}
	if s.kind == "" || s.kind == Stock {
		s.kind, s.ref = Stock, 0
	}
	if s.status == "" {
		s.status = Available
	}
	return s
}

func (m *Module) plan(ctx context.Context, tx *db.Tx, doc Doc, takes []Take, u use) (*plan, error) {
	p := &plan{items: make(map[db.ID]masterdata.Item, len(takes))}
	_, p.slot = m.slots(tx)
	bySource := map[source][]int{}
	var sources []source
	for i := range takes {
		t := &takes[i]
		var err error
		if t.Serials, err = pieceNumbers(t.Serials); err != nil {
			return nil, err
		}
		t.Lot = strings.TrimSpace(t.Lot)
		s := sourceOf(t)
		if !s.kind.Real() {
			return nil, fault.Invalid("inventory.place_bad", "goods cannot be taken from %q", s.kind).With("place", s.kind)
		}
		if bySource[s] == nil {
			sources = append(sources, s)
		}
		bySource[s] = append(bySource[s], i)
	}
	read := make([]map[db.ID][]*row, len(sources))
	for i, s := range sources {
		if err := p.see(ctx, tx, doc, s, takes, bySource[s], &read[i]); err != nil {
			return nil, err
		}
	}
	if err := p.know(ctx, tx, takes); err != nil {
		return nil, err
	}
	for i := range takes {
		t := &takes[i]
		if err := checkQty(p.items, t.Item, t.Qty, t.Serials, u.choose || u.any || t.From.Kind == WIP || t.From.Kind == Subcontractor || t.From.Kind == Transit, u.any || u.to.Kind == Adjust); err != nil {
			return nil, err
		}
	}
	drawn := make([][]draw, len(takes))
	pieces := make([][]piece, len(takes))
	for i, s := range sources {
		if err := p.from(ctx, tx, doc, s, takes, bySource[s], read[i], u, drawn, pieces); err != nil {
			return p, err
		}
	}
	for i := range takes {
		left := pieces[i]
		for _, d := range drawn[i] {
			v := doc.move(ctx, tx)
			v.Item, v.Lot, v.Qty = d.of.Item, d.of.Lot, d.qty
			v.FromKind, v.FromRef, v.FromStatus = d.of.Kind, d.of.Ref, d.of.Status
			v.Owner, v.Container, v.number, v.expires = d.of.Owner, d.of.Container, d.of.Number, d.of.Expires
			if len(left) > 0 {
				n := int(d.qty / num.One)
				v.pieces, left = left[:n], left[n:]
			}
			p.moves = append(p.moves, v)
			p.draws = append(p.draws, d)
		}
	}
	return p, nil
}

// see reads what a source may give, as far as this taker's slot shows it.
func (p *plan) see(ctx context.Context, tx *db.Tx, doc Doc, s source, takes []Take, which []int, out *map[db.ID][]*row) error {
	items := make([]db.ID, 0, len(which))
	for _, i := range which {
		items = append(items, takes[i].Item)
	}
	rows, err := readRows(ctx, tx, s, doc.Site, items, p.slot)
	if err != nil {
		return err
	}
	byItem := make(map[db.ID][]*row, len(items))
	for _, r := range rows {
		byItem[r.Item] = append(byItem[r.Item], r)
		if _, met := p.items[r.Item]; !met {
			p.items[r.Item] = r.item()
		}
	}
	*out = byItem
	return nil
}

// know asks for the items that had no row to tell of them.
func (p *plan) know(ctx context.Context, tx *db.Tx, takes []Take) error {
	var ids []db.ID
	for i := range takes {
		if _, met := p.items[takes[i].Item]; !met {
			ids = append(ids, takes[i].Item)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	more, err := masterdata.Items(ctx, tx, slices.Compact(ids))
	maps.Copy(p.items, more)
	return err
}

// from plans the takes of one source: with this taker's slot of the busy balances, and where that does not settle
// it with all of them.
func (p *plan) from(ctx context.Context, tx *db.Tx, doc Doc, s source, takes []Take, which []int, byItem map[db.ID][]*row, u use, drawn [][]draw, pieces [][]piece) error {
	complete := map[db.ID]bool{}
	for _, i := range which {
		t := &takes[i]
		item := p.items[t.Item]
		ds, ps, short, sure, err := p.take(ctx, tx, byItem[t.Item], t, item, u, complete[t.Item])
		if err == nil && !sure {
			var all []*row
			if all, err = readRows(ctx, tx, s, doc.Site, []db.ID{t.Item}, allSlots); err != nil {
				return err
			}
			keep(byItem[t.Item], all)
			byItem[t.Item], complete[t.Item] = all, true
			ds, ps, short, _, err = p.take(ctx, tx, all, t, item, u, true)
		}
		if err == nil && short > 0 {
			p.lacks, p.short = t, short
			err = whyShort(ctx, tx, doc, t, item, short, u)
		}
		if err != nil {
			return err
		}
		commit(ds)
		drawn[i], pieces[i] = ds, ps
	}
	for _, i := range which {
		p.rows = append(p.rows, byItem[takes[i].Item]...)
		delete(byItem, takes[i].Item)
	}
	return nil
}

// keep carries what earlier takes of the same item have planned over to the rows read anew; the draws point at the
// old ones, whose plan counts no more.
func keep(old, fresh []*row) {
	for _, f := range fresh {
		for _, o := range old {
			if o.ID == f.ID {
				f.took, o.took = o.took, 0
			}
		}
	}
}

// take plans one take from the rows of its item.
func (p *plan) take(ctx context.Context, tx *db.Tx, rows []*row, t *Take, item masterdata.Item, u use, complete bool) ([]draw, []piece, num.Dec, bool, error) {
	today := tx.Today()
	may := make([]*row, 0, len(rows))
	for _, r := range rows {
		if t.matches(r) && usable(r, t, item, today, u) {
			switch r.near = 0; {
			case t.Near != 0 && r.Ref == t.Near:
				r.near = nearest
			case t.Near != 0 && r.Warehouse == "line":
				r.near = elsewhere
			}
			may = append(may, r)
		}
	}
	if item.Tracking != "serial" {
		ds, short, sure := choose(may, t.Qty, p.slot, complete)
		return ds, nil, short, sure, nil
	}
	groups, err := choosePieces(ctx, tx, t, item, may, u)
	if err != nil {
		return nil, nil, 0, true, err
	}
	var ds []draw
	for _, g := range groups {
		of := slices.DeleteFunc(slices.Clone(may), func(r *row) bool { return !g[0].on(r) })
		d, short, sure := choose(of, num.Int(int64(len(g))), p.slot, complete)
		if short > 0 || !sure {
			return nil, nil, short, sure, nil
		}
		ds = append(ds, d...)
	}
	return ds, slices.Concat(groups...), 0, true, nil
}

func (t *Take) matches(r *row) bool {
	return (t.Lot == "" || r.Number == t.Lot) && (t.From.Ref == 0 || r.Ref == t.From.Ref) && (t.LotID == 0 || r.Lot == t.LotID) && (!t.NoLot || r.Number == "") && (t.In == 0 || r.Container == t.In || t.In == Loose && r.Container == 0)
}

// usable: what was issued to an order or sent out was fit when it went, so only stock is asked.
func usable(r *row, t *Take, item masterdata.Item, today string, u use) bool {
	if u.any || r.Kind != Stock {
		return true
	}
	if t.Status == Held && u.to.Kind == WIP || r.Owner != 0 && u.to == (Place{Customer, r.Owner}) || u.handling() && (t.From.Ref != 0 || t.Lot != "" || t.LotID != 0 || t.In != 0 || len(t.Serials) > 0) {
		return true
	}
	return r.Expires > today && r.Warehouse != "quarantine" && (r.Warehouse != "customer_owned" || item.Kind == "customer")
}

const allSlots = -2

// readRows reads the balances that a source may give, with what their lots say.
func readRows(ctx context.Context, q db.Querier, s source, site db.ID, items []db.ID, slot int64) ([]*row, error) {
	var out []*row
	slices.Sort(items)
	items = slices.Compact(items)
	for part := range slices.Chunk(items, 256) {
		for n := len(part); n&(n-1) != 0; n++ { // a power of two, so that few texts exist
			part = append(part[:n:n], part[n-1])
		}
		var w db.Where
		db.In(&w, "b.item_id", part)
		w.And("b.place_kind = ?", s.kind)
		w.And("b.status = ?", s.status)
		if slot != allSlots {
			w.And("b.slot IN (-1, ?)", slot)
		}
		if s.ref != 0 {
			w.And("b.place_ref = ?", s.ref)
		}
		w.And("b.site_id = ?", s.kind.site(site))
		w.And("b." + unpublished)
		place, join := "'' AS warehouse_kind, '' AS location", ""
		if s.kind == Stock {
			place, join = "w.warehouse_kind, w.code AS location", " JOIN v_location w ON w.id = b.place_ref"
		}
		err := db.Each(ctx, q, `SELECT b.id, b.item_id, b.place_kind, b.status, b.slot, b.place_ref, b.lot_id, b.owner_id, b.container_id, b.site_id, b.qty, b.reserved,
			coalesce(l.number, '') AS number, coalesce(l.expires_on, '`+OpenEnd+`') AS expires_on, coalesce(l.received_on, '`+OpenEnd+`') AS received_on,
			i.code AS item_code, i.name AS item_name, i.uom, i.decimals, i.kind AS item_kind, i.tracking, `+place+`
			FROM inv_balance b JOIN v_item i ON i.id = b.item_id LEFT JOIN inv_lot l ON l.id = b.lot_id`+join+w.String(), w.Args, func(r *row) error { c := *r; out = append(out, &c); return nil })
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// checkQty refuses nonsense before anything is read. odd lets a correction be as fine as what it corrects: an import
// may have brought stock with more decimals than the item has.
func checkQty(items map[db.ID]masterdata.Item, id db.ID, qty num.Dec, serials []string, unnamed, odd bool) error {
	item, ok := items[id]
	switch {
	case !ok:
		return fault.NotFound("masterdata.item_unknown", "there is no item with id %s", id).With("code", id)
	case qty <= 0 || qty > num.Max:
		return fault.Invalid("inventory.qty_not_positive", "the quantity of %s must be above zero, not %s", item.Code, qty).With("item", item.Code).With("qty", qty)
	case !odd && !qty.Fits(item.Decimals):
		return fault.Invalid("inventory.decimals", "%s is counted in %s with %d decimals; %s has more", item.Code, item.UoM, item.Decimals, qty).
			With("item", item.Code).With("uom", item.UoM).With("decimals", item.Decimals).With("qty", qty)
	case item.Tracking != "serial" && len(serials) > 0:
		return fault.Invalid("inventory.serial_untracked", "%s has no serial numbers", item.Code).With("item", item.Code)
	case item.Tracking == "serial" && !qty.Fits(0):
		return fault.Invalid("inventory.decimals", "%s is counted in pieces; %s is none", item.Code, qty).With("item", item.Code).With("uom", item.UoM).With("decimals", 0).With("qty", qty)
	case item.Tracking == "serial" && len(serials) == 0 && unnamed:
	case item.Tracking == "serial" && num.Int(int64(len(serials))) != qty:
		return fault.Invalid("inventory.serials_needed", "%s needs the serial number of each piece: %s pieces, %d scanned", item.Code, qty, len(serials)).
			With("item", item.Code).With("qty", qty).With("scanned", len(serials))
	}
	return nil
}

// mayEnter refuses a location of another site, and a customer's own store for anybody else's goods.
func mayEnter(ctx context.Context, q db.Querier, site, location db.ID, items map[db.ID]masterdata.Item) error {
	l, err := masterdata.LocationByID(ctx, q, location)
	if err != nil {
		return err
	}
	if l.SiteID != site {
		return fault.Invalid("inventory.location_other_site", "location %s belongs to another site", l.Code).With("location", l.Code)
	}
	if l.WarehouseKind == "customer_owned" {
		for _, it := range items {
			if it.Kind != "customer" {
				return fault.Conflict("inventory.customer_owned_only", "%s keeps what customers own; %s is ours", l.Code, it.Code).With("location", l.Code).With("item", it.Code)
			}
		}
		return mayStore(ctx, q, l, items)
	}
	return nil
}
