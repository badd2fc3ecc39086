package inventory

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
)

// SettingMergeDays says how far the expiry dates of lots that become one may lie apart.
const SettingMergeDays = "inventory.merge_days"

const mergeDays = "30"

// Documents that turn lots into others. Their own id stands for the order, so that a trace goes through them.
const (
	docSplit = "lot_split"
	docMerge = "lot_merge"
)

// LotChanged is what a split or merge made of lots, on the time line of each.
type LotChanged struct {
	Item     string    `json:"item"`
	Lot      string    `json:"lot"`
	From     []LotPart `json:"from"`
	To       []LotPart `json:"to"`
	Location string    `json:"location"`
	Document string    `json:"document"`
}

// LotPart is a quantity of a lot.
type LotPart struct {
	Lot       string  `json:"lot" maxLength:"100" doc:"Lot number; of a new lot empty = the next number"`
	Qty       num.Dec `json:"qty,omitempty" doc:"Of a merge, 0 = all that lies there"`
	ExpiresOn string  `json:"expires_on,omitempty" readOnly:"true"`
}

// Relotted is what a split or merge did.
type Relotted struct {
	ID       db.ID     `json:"id"`
	Number   string    `json:"number"`
	Item     string    `json:"item"`
	Name     string    `json:"name"`
	UoM      string    `json:"uom"`
	Location string    `json:"location"`
	Status   string    `json:"status"`
	From     []LotPart `json:"from"`
	To       []LotPart `json:"to" doc:"The new lots: print their labels"`
}

// SplitLot turns a part of a lot into lots of their own.
type SplitLot struct {
	Site       string    `json:"site,omitempty"`
	Item       string    `json:"item" minLength:"1" doc:"Item code, or the scanned label"`
	Lot        string    `json:"lot,omitempty" maxLength:"100"`
	Location   string    `json:"location" minLength:"1" doc:"Location code"`
	Held       bool      `json:"held,omitempty" doc:"Goods on hold; they stay on hold"`
	Parts      []LotPart `json:"parts" minItems:"1" maxItems:"50" doc:"The new lots; the rest keeps its number"`
	Reason     string    `json:"reason,omitempty" maxLength:"500"`
	HappenedMS int64     `json:"happened_ms,omitempty"`
}

// MergeLots turns several lots of one item, at one place and in one state, into a new one.
type MergeLots struct {
	Site       string    `json:"site,omitempty"`
	Item       string    `json:"item" minLength:"1" doc:"Item code"`
	Location   string    `json:"location" minLength:"1" doc:"Location code"`
	Held       bool      `json:"held,omitempty" doc:"Goods on hold; they stay on hold"`
	Lots       []LotPart `json:"lots" minItems:"2" maxItems:"50" doc:"What goes into it"`
	To         string    `json:"to,omitempty" maxLength:"100" doc:"Number of the new lot; empty = the next one"`
	Reason     string    `json:"reason,omitempty" maxLength:"500"`
	HappenedMS int64     `json:"happened_ms,omitempty"`
}

// relot is either of them, thought through.
type relot struct {
	doc  Doc
	item masterdata.Item
	loc  masterdata.Location
	held bool
	from []LotPart
	lots []Lot     // what was drawn: a number may have several deliveries
	qtys []num.Dec // of each
}

func (m *Module) relot(ctx context.Context, tx *db.Tx, kind, site, code, lot, place, reason string, happened int64, held bool) (r relot, own string, err error) {
	if r.doc, err = enter(ctx, tx, kind, site, reason, "", happened); err != nil {
		return r, "", err
	}
	r.doc.Order, r.held, own = r.doc.ID, held, lot
	var none []string
	if r.item, err = goods(ctx, tx, code, &own, &none); err != nil {
		return r, "", err
	}
	if r.item.Tracking != "lot" {
		return r, "", fault.Invalid("inventory.not_by_lot", "%s is not tracked by lot", r.item.Code).With("item", r.item.Code).With("name", r.item.Name)
	}
	r.loc, err = LocationScanned(ctx, tx, r.doc.Site, place)
	return r, own, err
}

// take consumes the old lots; held goods that wait for a judgement are left to quality.
func (m *Module) takeLots(ctx context.Context, tx *db.Tx, r *relot) error {
	status := Available
	if r.held {
		status = Held
	}
	ids := make([]db.ID, 0, len(r.from))
	takes := make([]Take, 0, len(r.from))
	for _, f := range r.from {
		l, err := LotByNumber(ctx, tx, r.item.ID, f.Lot)
		if err != nil {
			return err
		}
		if slices.Contains(ids, l.ID) {
			return fault.Invalid("inventory.lot_twice", "lot %s is named twice", l.Number).With("lot", l.Number).With("item", r.item.Code)
		}
		ids = append(ids, l.ID)
	}
	if r.held && m.MayRelease != nil {
		if err := m.MayRelease(ctx, tx, ids); err != nil {
			return err
		}
	}
	rows, err := readRows(ctx, tx, source{Stock, 0, status}, r.doc.Site, []db.ID{r.item.ID}, allSlots)
	if err != nil {
		return err
	}
	for i := range r.from {
		f := &r.from[i]
		var here num.Dec
		for _, b := range rows {
			if b.Ref == r.loc.ID && b.Number == f.Lot && b.Container == 0 {
				here += b.free()
			}
		}
		if f.Qty == 0 {
			f.Qty = here
		}
		if f.Qty > here || here == 0 {
			return fault.Conflict("inventory.lot_not_loose", "only %s of lot %s lie loose and unpromised at %s", here, f.Lot, r.loc.Code).
				With("have", here).With("lot", f.Lot).With("location", r.loc.Code).With("uom", r.item.UoM).With("item", r.item.Code).With("qty", f.Qty)
		}
		takes = append(takes, Take{Item: r.item.ID, Qty: f.Qty, Lot: f.Lot, From: Place{Stock, r.loc.ID}, In: Loose, Status: status})
	}
	if err := r.doc.write(ctx, tx, 0); err != nil {
		return err
	}
	p, err := m.plan(ctx, tx, r.doc, takes, use{to: Place{Kind: Consumed}, any: true}) // whatever their expiry: nobody uses them now
	if err != nil {
		return err
	}
	for i := range p.moves {
		v := &p.moves[i]
		v.ToKind = Consumed
		l, err := lotByID(ctx, tx, v.Lot)
		if err != nil {
			return err
		}
		r.lots, r.qtys = append(r.lots, l), append(r.qtys, v.Qty)
	}
	_, err = m.post(ctx, tx, r.doc, p.moves, p.rows, p.splits)
	return err
}

// freshLot refuses a number that is there already.
func (r *relot) freshLot(ctx context.Context, tx *db.Tx, number string) error {
	if number == "" {
		return nil
	}
	if _, known, err := lotOf(ctx, tx, r.item.ID, number); err != nil || !known {
		return err
	}
	return fault.Conflict("inventory.lot_exists", "%s has a lot %s already", r.item.Code, number).With("item", r.item.Code).With("lot", number)
}

// make brings the new lots in.
func (m *Module) makeLots(ctx context.Context, tx *db.Tx, r *relot, puts []Put) (Relotted, error) {
	out := Relotted{ID: r.doc.ID, Number: r.doc.Number, Item: r.item.Code, Name: r.item.Name, UoM: r.item.UoM, Location: r.loc.Code, Status: Available, From: r.from, To: []LotPart{}}
	if r.held {
		out.Status = Held
	}
	for i := range puts {
		p := &puts[i]
		if err := r.freshLot(ctx, tx, p.Lot); err != nil {
			return out, err
		}
		p.Item, p.To, p.Status = r.item.ID, Place{Stock, r.loc.ID}, out.Status
	}
	made := r.doc
	made.presumed = true // nothing came: it was there under another number
	picks, err := m.Put(ctx, tx, made, Place{Kind: Produced}, puts...)
	if err != nil {
		return out, err
	}
	for _, p := range picks {
		out.To = append(out.To, LotPart{p.LotNumber, p.Qty, p.ExpiresOn})
	}
	name := EventLotSplit
	if r.doc.Kind == docMerge {
		name = EventLotMerged
	}
	for i := range out.From {
		for _, l := range r.lots {
			if f := &out.From[i]; l.Number == f.Lot && l.ExpiresOn != OpenEnd && (f.ExpiresOn == "" || l.ExpiresOn < f.ExpiresOn) {
				f.ExpiresOn = l.ExpiresOn
			}
		}
	}
	for _, f := range append(slices.Clone(out.From), out.To...) {
		tx.Emit(db.Event{Name: name, Subject: "lot:" + r.item.Code + "|" + f.Lot, Site: r.doc.Site, HappenedMS: r.doc.HappenedMS, Reason: r.doc.Reason,
			Payload: LotChanged{Item: r.item.Code, Lot: f.Lot, From: out.From, To: out.To, Location: r.loc.Code, Document: r.doc.Number}})
	}
	return out, nil
}

// Split carries out a SplitLot.
func (m *Module) Split(ctx context.Context, tx *db.Tx, in SplitLot) (Relotted, error) {
	r, own, err := m.relot(ctx, tx, docSplit, in.Site, in.Item, in.Lot, in.Location, in.Reason, in.HappenedMS, in.Held)
	if err != nil {
		return Relotted{}, err
	}
	if own == "" {
		return Relotted{}, fault.Invalid("inventory.lot_missing", "say which lot of %s is split", r.item.Code).With("item", r.item.Code)
	}
	var all num.Dec
	for _, p := range in.Parts {
		if p.Qty <= 0 {
			return Relotted{}, fault.Invalid("inventory.qty_not_positive", "a new lot needs a quantity").With("item", r.item.Code).With("qty", p.Qty)
		}
		if all, err = all.Add(p.Qty); err != nil {
			return Relotted{}, tooMuch(r.item.ID)
		}
	}
	r.from = []LotPart{{Lot: own, Qty: all}}
	if err := m.takeLots(ctx, tx, &r); err != nil {
		return Relotted{}, err
	}
	same, err := mergedOf(r.lots, r.qtys)
	if err != nil {
		return Relotted{}, err
	}
	puts := make([]Put, len(in.Parts))
	for i, p := range in.Parts {
		puts[i] = same
		puts[i].Qty, puts[i].Lot = p.Qty, strings.TrimSpace(p.Lot)
		if puts[i].Lot != "" && slices.ContainsFunc(puts[:i], func(o Put) bool { return o.Lot == puts[i].Lot }) {
			return Relotted{}, fault.Invalid("inventory.lot_twice", "lot %s is named twice", puts[i].Lot).With("lot", puts[i].Lot).With("item", r.item.Code)
		}
	}
	return m.makeLots(ctx, tx, &r, puts)
}

// Merge carries out a MergeLots: the new lot expires with the first of the old ones.
func (m *Module) Merge(ctx context.Context, tx *db.Tx, in MergeLots) (Relotted, error) {
	r, _, err := m.relot(ctx, tx, docMerge, in.Site, in.Item, "", in.Location, in.Reason, in.HappenedMS, in.Held)
	if err != nil {
		return Relotted{}, err
	}
	for _, l := range in.Lots {
		if l.Qty < 0 {
			return Relotted{}, fault.Invalid("inventory.qty_not_positive", "the quantity must not be below zero").With("item", r.item.Code).With("qty", l.Qty)
		}
		_, number, err := lotScanned(ctx, tx, r.item, l.Lot)
		if err != nil {
			return Relotted{}, err
		}
		r.from = append(r.from, LotPart{Lot: number, Qty: l.Qty})
	}
	if err := m.takeLots(ctx, tx, &r); err != nil {
		return Relotted{}, err
	}
	if err := mayMerge(ctx, tx, r.item, r.lots); err != nil {
		return Relotted{}, err
	}
	put, err := mergedOf(r.lots, r.qtys)
	if err != nil {
		return Relotted{}, err
	}
	put.Lot = strings.TrimSpace(in.To)
	return m.makeLots(ctx, tx, &r, []Put{put})
}

// lotScanned reads a lot number or the label of a lot.
func lotScanned(ctx context.Context, q db.Querier, item masterdata.Item, code string) (masterdata.Item, string, error) {
	if !strings.Contains(code, ":") {
		return item, strings.TrimSpace(code), nil
	}
	number, none := "", []string(nil)
	it, err := goods(ctx, q, code, &number, &none)
	if err == nil && it.ID != item.ID {
		err = fault.Conflict("inventory.lot_other_item", "lot %s is %s, not %s", number, it.Code, item.Code).With("lot", number).With("other", it.Code).With("other_name", it.Name).With("item", item.Code)
	}
	return it, number, err
}

// mayMerge: lots that keep for ever go together, and lots whose expiry is near each other.
func mayMerge(ctx context.Context, q db.Querier, item masterdata.Item, lots []Lot) error {
	text, err := masterdata.Setting(ctx, q, SettingMergeDays, mergeDays)
	if err != nil {
		return err
	}
	days, err := strconv.Atoi(text)
	if err != nil {
		days = 0
	}
	first := slices.MinFunc(lots, func(a, b Lot) int { return cmp.Compare(a.ExpiresOn, b.ExpiresOn) })
	last := slices.MaxFunc(lots, func(a, b Lot) int { return cmp.Compare(a.ExpiresOn, b.ExpiresOn) })
	if first.ExpiresOn == last.ExpiresOn {
		return nil
	}
	a, errA := time.Parse(time.DateOnly, first.ExpiresOn)
	b, errB := time.Parse(time.DateOnly, last.ExpiresOn)
	if errA != nil || errB != nil || last.ExpiresOn == OpenEnd || int(b.Sub(a).Hours()/24) > days {
		return fault.Conflict("inventory.merge_expiry", "lot %s expires on %s, lot %s on %s", first.Number, first.ExpiresOn, last.Number, last.ExpiresOn).
			With("item", item.Code).With("lot", first.Number).With("expires_on", first.ExpiresOn).With("other", last.Number).With("other_expires", last.ExpiresOn).With("days", days)
	}
	return nil
}

// mergedOf: the earliest expiry, the earliest receipt, the supplier where all have the same, the mean cost.
func mergedOf(lots []Lot, qtys []num.Dec) (Put, error) {
	first := lots[0]
	p := Put{ExpiresOn: first.ExpiresOn, ReceivedOn: first.ReceivedOn, SupplierLot: first.SupplierLot, Partner: first.Partner}
	var worth num.Dec
	priced := true
	for i, l := range lots {
		p.ExpiresOn, p.ReceivedOn = min(p.ExpiresOn, l.ExpiresOn), min(p.ReceivedOn, l.ReceivedOn)
		if l.SupplierLot != p.SupplierLot {
			p.SupplierLot = ""
		}
		if l.Partner != p.Partner {
			p.Partner = 0
		}
		if priced = priced && l.UnitCost != nil; priced {
			v, err := num.MulDiv(int64(*l.UnitCost), int64(qtys[i]), int64(num.One))
			if err != nil {
				return p, err
			}
			if worth, err = worth.Add(num.Dec(v)); err != nil {
				return p, err
			}
		}
		var err error
		if p.Qty, err = p.Qty.Add(qtys[i]); err != nil {
			return p, tooMuch(l.Item)
		}
	}
	if priced {
		c, err := num.MulDiv(int64(worth), int64(num.One), int64(p.Qty))
		if err != nil {
			return p, err
		}
		p.UnitCost = num.Dec(c)
	}
	return p, nil
}

func (m *Module) relotRoutes(a *web.API) {
	web.Command(a, web.Op{Path: "/inventory/lots/split", ID: "splitLot", Summary: "Make lots of their own out of a part of a lot", Perm: "inventory.lots"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body SplitLot }) (Relotted, error) {
			return m.Split(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/inventory/lots/merge", ID: "mergeLots", Summary: "Make one lot out of several of an item", Perm: "inventory.lots"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body MergeLots }) (Relotted, error) {
			return m.Merge(ctx, tx, in.Body)
		})
}
