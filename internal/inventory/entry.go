package inventory

import (
	"context"
	"slices"
	"strings"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// entry is a document of inventory's own.
type entry struct {
	ID          db.ID   `db:"id"`
	Number      string  `db:"number"`
	Kind        string  `db:"kind"`
	Site        db.ID   `db:"site_id"`
	Reason      string  `db:"reason"`
	Undoes      db.ID   `db:"undoes_id"`
	Key         *string `db:"client_key"`
	HappenedMS  int64   `db:"happened_ms"`
	RecordedMS  int64   `db:"recorded_ms"`
	PostingDate string  `db:"posting_date"`
	Shift       string  `db:"shift"`
	Actor       string  `db:"actor"`
	Code        string  `db:"reason_code"`
	masterdata.Entered
}

// Entered is what a stock document did.
type Entered struct {
	ID     db.ID      `json:"id"`
	Number string     `json:"number"`
	Lines  []MovedLot `json:"lines"`
	masterdata.Entered
}

// MovedLot is one line of it, in words that people scan.
type MovedLot struct {
	Item      string   `json:"item"`
	Name      string   `json:"name"`
	UoM       string   `json:"uom"`
	Lot       string   `json:"lot"`
	Qty       num.Dec  `json:"qty"`
	From      string   `json:"from" doc:"Location, or what else the goods left"`
	To        string   `json:"to"`
	ExpiresOn string   `json:"expires_on,omitempty"`
	Serials   []string `json:"serials,omitempty"`
}

// enter writes the head of a stock document; its key makes a repeated command impossible for ever.
func enter(ctx context.Context, tx *db.Tx, kind, siteCode, reason, code string, happened int64) (Doc, error) {
	list := kind
	if kind == "putaway" {
		list = "transfer"
	}
	reason, err := reasonOf(ctx, tx, list, code, reason)
	if err != nil {
		return Doc{}, err
	}
	number, err := tx.Number("stock")
	if err != nil {
		return Doc{}, err
	}
	doc := Doc{Kind: kind, ID: tx.ID(), Number: number, HappenedMS: happened, Reason: reason, code: code}
	if siteCode != "" {
		s, err := masterdata.SiteByCode(ctx, tx, siteCode)
		if err != nil {
			return doc, err
		}
		if doc.Site = s.ID; !actor.From(ctx).SeesSite(int64(s.ID)) {
			return doc, fault.NotFound("masterdata.site_unknown", "there is no site %s", siteCode).With("code", siteCode)
		}
	}
	if err := doc.complete(ctx, tx); err != nil {
		return doc, err
	}
	return doc, doc.mayBackdate(ctx, tx)
}

func (doc *Doc) write(ctx context.Context, tx *db.Tx, undoes db.ID) error {
	e := entry{ID: doc.ID, Number: doc.Number, Kind: doc.Kind, Site: doc.Site, Reason: doc.Reason, Undoes: undoes, HappenedMS: doc.HappenedMS, RecordedMS: tx.NowMS(),
		PostingDate: doc.Date(tx), Actor: actor.From(ctx).Name, Code: doc.code, Entered: doc.said}
	if k := tx.Key(); k != "" && !doc.second {
		// the stored answer of a key expires, the fact does not: the same scan after months is still the same scan
		old, done, err := db.Get[string](ctx, tx, `SELECT number FROM inv_entry WHERE client_key = $1`, k)
		if err != nil {
			return err
		}
		if done {
			return fault.Conflict("inventory.done_already", "this was done already, see %s", old).With("number", old)
		}
		e.Key = &k
	}
	return db.Insert(ctx, tx, "inv_entry", e)
}

// AdjustStock corrects what the books say after somebody looked: to a counted quantity, or by a difference.
type AdjustStock struct {
	Site       string   `json:"site,omitempty" doc:"Site code; default the caller's"`
	Item       string   `json:"item" minLength:"1" doc:"Item code, GTIN or bar code"`
	Location   string   `json:"location" minLength:"1" doc:"Location code such as RM/A-19-1"`
	Lot        string   `json:"lot,omitempty" maxLength:"100" doc:"Lot number; a new one is made when goods of a lot-tracked item are found without one"`
	Counted    *num.Dec `json:"counted,omitempty" doc:"What is really there; or else give change"`
	Change     *num.Dec `json:"change,omitempty" doc:"What to add, or with a minus sign to take away"`
	UoM        string   `json:"uom,omitempty" maxLength:"100" doc:"Unit of counted or change, one of the item's; empty: its own"`
	Serials    []string `json:"serials,omitempty" maxItems:"10000" doc:"Of pieces found or missing"`
	ExpiresOn  string   `json:"expires_on,omitempty" doc:"Of a new lot; default from its shelf life"`
	UnitCost   num.Dec  `json:"unit_cost,omitempty" mask:"cost" doc:"Of a new lot"`
	Reason     string   `json:"reason,omitempty" maxLength:"500" doc:"In words; or else give reason_code"`
	ReasonCode string   `json:"reason_code,omitempty" maxLength:"40" doc:"Of the list of reasons"`
	HappenedMS int64    `json:"happened_ms,omitempty" doc:"When it was seen, by the device's clock"`
}

// Adjust carries out an AdjustStock.
func (m *Module) Adjust(ctx context.Context, tx *db.Tx, in AdjustStock) (Entered, error) {
	doc, err := enter(ctx, tx, "adjust", in.Site, in.Reason, in.ReasonCode, in.HappenedMS)
	if err != nil {
		return Entered{}, err
	}
	if doc.Reason == "" {
		return Entered{}, fault.Invalid("inventory.reason_missing", "an adjustment needs a reason")
	}
	item, err := goods(ctx, tx, in.Item, &in.Lot, &in.Serials)
	if err != nil {
		return Entered{}, err
	}
	loc, err := LocationScanned(ctx, tx, doc.Site, in.Location)
	if err != nil {
		return Entered{}, err
	}
	for field, q := range map[string]**num.Dec{"counted": &in.Counted, "change": &in.Change} {
		if *q != nil {
			own, said, err := masterdata.InOwn(ctx, tx, item, field, **q, in.UoM)
			if err != nil {
				return Entered{}, err
			}
			*q, doc.said = &own, said
		}
	}
	change, err := m.change(ctx, tx, &in, doc, item, loc)
	agrees := fault.Is(err, "inventory.no_change")
	if agrees { // the count that ends what is owed here is one all the same
		var open []owedRow
		var failed error
		if open, failed = openOwed(ctx, tx, doc.Site, []db.ID{item.ID}); failed != nil {
			return Entered{}, failed
		}
		if slices.ContainsFunc(open, func(o owedRow) bool { return o.Location == loc.ID }) {
			err = nil
		}
	}
	if err != nil {
		return Entered{}, err
	}
	if err := doc.write(ctx, tx, 0); err != nil {
		return Entered{}, err
	}
	if in.Counted != nil {
		if err := m.countedOwed(ctx, tx, doc, []countedAt{{item.ID, loc.ID, in.Lot}}); err != nil {
			return Entered{}, err
		}
	}
	if agrees {
		return m.entered(ctx, tx, doc, nil)
	}
	place := Place{Stock, loc.ID}
	var picks []Picked
	if change > 0 {
		p := Put{Item: item.ID, Qty: change, Lot: in.Lot, Serials: in.Serials, To: place, ExpiresOn: in.ExpiresOn, UnitCost: in.UnitCost}
		if p.ExpiresOn == "" && in.Lot == "" {
			p.ExpiresOn = Expiry(item, tx.Today())
		} else if p.ExpiresOn == "" {
			if _, known, err := lotOf(ctx, tx, item.ID, in.Lot); err != nil {
				return Entered{}, err
			} else if !known {
				p.ExpiresOn = Expiry(item, tx.Today())
			}
		}
		picks, err = m.Put(ctx, tx, doc, Place{Kind: Adjust}, p)
	} else {
		picks, err = m.Move(ctx, tx, doc, Place{Kind: Adjust}, Take{Item: item.ID, Qty: -change, Lot: in.Lot, Serials: in.Serials, From: place})
	}
	if err != nil {
		return Entered{}, err
	}
	if err := m.keepsHistory(ctx, tx, doc, picks); err != nil {
		return Entered{}, err
	}
	return m.entered(ctx, tx, doc, picks)
}

func (m *Module) change(ctx context.Context, tx *db.Tx, in *AdjustStock, doc Doc, item masterdata.Item, loc masterdata.Location) (num.Dec, error) {
	switch {
	case (in.Counted == nil) == (in.Change == nil):
		return 0, fault.Invalid("inventory.count_or_change", "give either the counted quantity or the change")
	case in.Change != nil && *in.Change == 0:
		return 0, fault.Invalid("inventory.qty_not_positive", "the change must not be zero").With("item", item.Code).With("qty", 0)
	case in.Change != nil:
		return *in.Change, nil
	case *in.Counted < 0:
		return 0, fault.Invalid("inventory.qty_not_positive", "nobody counts %s", *in.Counted).With("item", item.Code).With("qty", *in.Counted)
	}
	in.Lot = strings.TrimSpace(in.Lot)
	rows, err := readRows(ctx, tx, source{Stock, 0, Available}, doc.Site, []db.ID{item.ID}, allSlots)
	if err != nil {
		return 0, err
	}
	var have num.Dec
	for _, r := range rows {
		if r.Ref == loc.ID && (in.Lot == "" && item.Tracking != "lot" || r.Number == in.Lot) {
			have += r.Qty
		}
	}
	if have == *in.Counted {
		return 0, fault.Conflict("inventory.no_change", "the stock says %s already", have).With("qty", have)
	}
	return *in.Counted - have, nil
}

// TransferStock moves goods from one location to another.
type TransferStock struct {
	Site       string   `json:"site,omitempty"`
	Item       string   `json:"item" minLength:"1" doc:"Item code, GTIN or bar code"`
	Lot        string   `json:"lot,omitempty" maxLength:"100"`
	Serials    []string `json:"serials,omitempty" maxItems:"10000"`
	Qty        num.Dec  `json:"qty"`
	UoM        string   `json:"uom,omitempty" maxLength:"100" doc:"Unit of qty, one of the item's; empty: its own"`
	From       string   `json:"from" minLength:"1" doc:"Location code"`
	To         string   `json:"to" minLength:"1" doc:"Location code"`
	Held       bool     `json:"held,omitempty" doc:"Goods on hold; they stay on hold"`
	Reason     string   `json:"reason,omitempty" maxLength:"500"`
	ReasonCode string   `json:"reason_code,omitempty" maxLength:"40" doc:"Of the list of reasons"`
	Confirmed  bool     `json:"confirmed,omitempty" doc:"Move more than the books have: the answer to inventory.owe_ask"`
	PutAway    bool     `json:"put_away,omitempty" doc:"From where goods come in to the place where they are kept"`
	HappenedMS int64    `json:"happened_ms,omitempty"`
}

// Transfer carries out a TransferStock.
func (m *Module) Transfer(ctx context.Context, tx *db.Tx, in TransferStock) (Entered, error) {
	kind := "transfer"
	if in.PutAway {
		kind = "putaway"
	}
	doc, err := enter(ctx, tx, kind, in.Site, in.Reason, in.ReasonCode, in.HappenedMS)
	if err != nil {
		return Entered{}, err
	}
	item, err := goods(ctx, tx, in.Item, &in.Lot, &in.Serials)
	if err != nil {
		return Entered{}, err
	}
	if in.Qty, doc.said, err = masterdata.InOwn(ctx, tx, item, "qty", in.Qty, in.UoM); err != nil {
		return Entered{}, err
	}
	from, err := LocationScanned(ctx, tx, doc.Site, in.From)
	if err != nil {
		return Entered{}, err
	}
	to, err := LocationScanned(ctx, tx, doc.Site, in.To)
	if err != nil {
		return Entered{}, err
	}
	if err := doc.write(ctx, tx, 0); err != nil {
		return Entered{}, err
	}
	doc.MayOwe, doc.Sure = !doc.back, in.Confirmed
	t := Take{Item: item.ID, Qty: in.Qty, Lot: in.Lot, Serials: in.Serials, From: Place{Stock, from.ID}}
	if in.Held {
		t.Status = Held
	}
	picks, err := m.Move(ctx, tx, doc, Place{Stock, to.ID}, t)
	if err != nil {
		return Entered{}, err
	}
	if err := m.keepsHistory(ctx, tx, doc, picks); err != nil {
		return Entered{}, err
	}
	return m.entered(ctx, tx, doc, picks)
}

// HoldStock puts goods on hold or releases them.
type HoldStock struct {
	Site     string   `json:"site,omitempty"`
	Item     string   `json:"item" minLength:"1" doc:"Item code, GTIN or bar code"`
	Lot      string   `json:"lot,omitempty" maxLength:"100"`
	Serials  []string `json:"serials,omitempty" maxItems:"10000"`
	Qty      num.Dec  `json:"qty,omitempty" doc:"Default all of the lot"`
	Location string   `json:"location,omitempty" doc:"Default wherever it lies"`
	Reason   string   `json:"reason,omitempty" maxLength:"500" doc:"In words; or else give reason_code"`
	Code     string   `json:"reason_code,omitempty" maxLength:"40" doc:"Of the list of reasons"`
}

// HoldGoods carries out a HoldStock.
func (m *Module) HoldGoods(ctx context.Context, tx *db.Tx, in HoldStock) (Entered, error) {
	return m.restateGoods(ctx, tx, "hold", in)
}

// ReleaseGoods undoes a hold once the goods are judged.
func (m *Module) ReleaseGoods(ctx context.Context, tx *db.Tx, in HoldStock) (Entered, error) {
	return m.restateGoods(ctx, tx, "release", in)
}

func (m *Module) restateGoods(ctx context.Context, tx *db.Tx, kind string, in HoldStock) (Entered, error) {
	doc, err := enter(ctx, tx, kind, in.Site, in.Reason, in.Code, 0)
	if err != nil {
		return Entered{}, err
	}
	if doc.Reason == "" {
		return Entered{}, fault.Invalid("inventory.reason_missing", "a hold needs a reason")
	}
	item, err := goods(ctx, tx, in.Item, &in.Lot, &in.Serials)
	if err != nil {
		return Entered{}, err
	}
	t := Take{Item: item.ID, Qty: in.Qty, Lot: in.Lot, Serials: in.Serials}
	if in.Location != "" {
		l, err := LocationScanned(ctx, tx, doc.Site, in.Location)
		if err != nil {
			return Entered{}, err
		}
		t.From = Place{Stock, l.ID}
	}
	if err := doc.write(ctx, tx, 0); err != nil {
		return Entered{}, err
	}
	var picks []Picked
	if kind == "hold" {
		picks, err = m.Hold(ctx, tx, doc, t)
	} else {
		picks, err = m.release(ctx, tx, doc, t)
	}
	if err != nil {
		return Entered{}, err
	}
	return m.entered(ctx, tx, doc, picks)
}

// release asks whether these goods may be released by hand.
func (m *Module) release(ctx context.Context, tx *db.Tx, doc Doc, t Take) ([]Picked, error) {
	picks, err := m.Release(ctx, tx, doc, t)
	if err != nil || m.MayRelease == nil {
		return picks, err
	}
	var lots []db.ID
	for _, p := range picks {
		if p.Lot != 0 {
			lots = append(lots, p.Lot)
		}
	}
	return picks, m.MayRelease(ctx, tx, lots)
}

// UndoEntry takes back one of inventory's own documents.
type UndoEntry struct {
	Number string `json:"number" minLength:"1" doc:"Number of the stock document"`
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

// Undo carries out an UndoEntry.
func (m *Module) Undo(ctx context.Context, tx *db.Tx, in UndoEntry) (Entered, error) {
	old, ok, err := db.Get[entry](ctx, tx, `SELECT id, number, kind, site_id, reason, undoes_id, client_key, happened_ms, recorded_ms, posting_date, shift, actor, reason_code FROM inv_entry WHERE number = $1`, strings.TrimSpace(in.Number))
	if err != nil {
		return Entered{}, err
	}
	if !ok || !actor.From(ctx).SeesSite(int64(old.Site)) {
		return Entered{}, fault.NotFound("inventory.entry_unknown", "there is no stock document %s", in.Number).With("number", in.Number)
	}
	number, err := tx.Number("stock")
	if err != nil {
		return Entered{}, err
	}
	doc := Doc{Kind: "undo", ID: tx.ID(), Number: number, Site: old.Site, Reason: strings.TrimSpace(in.Reason)}
	if err := doc.complete(ctx, tx); err != nil {
		return Entered{}, err
	}
	if doc.Reason == "" {
		return Entered{}, fault.Invalid("inventory.reason_missing", "undoing needs a reason")
	}
	if err := doc.write(ctx, tx, old.ID); err != nil {
		return Entered{}, err
	}
	if err := m.Reverse(ctx, tx, doc, old.Kind, old.ID); err != nil {
		return Entered{}, err
	}
	return Entered{ID: doc.ID, Number: number, Lines: []MovedLot{}}, nil
}

// entered puts picks into words.
func (m *Module) entered(ctx context.Context, tx *db.Tx, doc Doc, picks []Picked) (Entered, error) {
	out := Entered{ID: doc.ID, Number: doc.Number, Lines: []MovedLot{}, Entered: doc.said}
	for _, p := range picks {
		it, err := masterdata.ItemByID(ctx, tx, p.Item)
		if err != nil {
			return out, err
		}
		l := MovedLot{Item: it.Code, Name: it.Name, UoM: it.UoM, Lot: p.LotNumber, Qty: p.Qty, ExpiresOn: p.ExpiresOn, Serials: p.Serials}
		if l.From, err = placeName(ctx, tx, p.From); err != nil {
			return out, err
		}
		if l.To, err = placeName(ctx, tx, p.To); err != nil {
			return out, err
		}
		out.Lines = append(out.Lines, l)
	}
	return out, nil
}

func placeName(ctx context.Context, q db.Querier, p Place) (string, error) {
	switch p.Kind {
	case Stock:
		l, err := masterdata.LocationByID(ctx, q, p.Ref)
		return l.Code, err
	case Supplier, Customer, Subcontractor:
		if p.Ref != 0 {
			v, err := masterdata.PartnerByID(ctx, q, p.Ref)
			return v.Code, err
		}
	case Transit:
		number, _, err := db.Get[string](ctx, q, `SELECT number FROM inv_site_transfer WHERE id = $1`, p.Ref)
		return number, err
	}
	return string(p.Kind), nil
}
