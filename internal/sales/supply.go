package sales

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"kaiwu/internal/identity"
	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/label"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// Supply is a delivery of a customer's own material, or what goes back to him.
type Supply struct {
	Kind     string       `json:"kind" enum:"receive,return" doc:"receive: he brings it; return: it goes back to him"`
	Customer string       `json:"customer" minLength:"1" maxLength:"100" doc:"Customer code"`
	Site     string       `json:"site,omitempty" maxLength:"64"`
	Ref      string       `json:"ref,omitempty" maxLength:"100" doc:"His own delivery note"`
	Note     string       `json:"note,omitempty" maxLength:"500"`
	Location string       `json:"location,omitempty" maxLength:"100" doc:"Of what is received; empty: his own virtual warehouse, which is made when he has none"`
	Lines    []SupplyLine `json:"lines" minItems:"1" maxItems:"200"`
}

// SupplyLine is one item or lot.
type SupplyLine struct {
	Code        string   `json:"code" minLength:"1" maxLength:"200" doc:"Label of the item, lot or piece, or the item's code"`
	Qty         num.Dec  `json:"qty,omitempty" doc:"Of a return 0 = all of the lot"`
	UoM         string   `json:"uom,omitempty" maxLength:"100"`
	Lot         string   `json:"lot,omitempty" maxLength:"100" doc:"Received: empty = a number is made"`
	SupplierLot string   `json:"supplier_lot,omitempty" maxLength:"100" doc:"His own lot number"`
	ExpiresOn   string   `json:"expires_on,omitempty" maxLength:"10"`
	Serials     []string `json:"serials,omitempty" maxItems:"5000"`
	Location    string   `json:"location,omitempty" maxLength:"100"`
}

// Supplied is the document.
type Supplied struct {
	ID         db.ID          `json:"id"`
	Number     string         `json:"number"`
	Kind       string         `json:"kind" enum:"receive,return"`
	Customer   string         `json:"customer" doc:"Code"`
	Name       string         `json:"customer_name"`
	CustomerID db.ID          `json:"customer_id"`
	Site       db.ID          `json:"-"`
	SiteCode   string         `json:"site"`
	Ref        string         `json:"ref"`
	Note       string         `json:"note"`
	AtMS       int64          `json:"at_ms"`
	Actor      string         `json:"actor"`
	UndoneMS   int64          `json:"undone_ms"`
	UndoneWhy  string         `json:"undone_why"`
	Lines      []SuppliedLine `json:"lines"`
}

// SuppliedLine is a quantity of a lot that came or went.
type SuppliedLine struct {
	Item     string   `json:"item" db:"item"`
	Name     string   `json:"name" db:"name"`
	Spec     string   `json:"spec" db:"spec"`
	UoM      string   `json:"uom" db:"uom"`
	Lot      string   `json:"lot" db:"lot"`
	Location string   `json:"location" db:"location"`
	Qty      num.Dec  `json:"qty" db:"qty"`
	Serials  []string `json:"serials,omitempty" db:"-" doc:"As ranges"`
	Text     string   `json:"-" db:"serials"`
	masterdata.Entered
}

type supplyRow struct {
	ID       db.ID   `db:"id"`
	Number   string  `db:"number"`
	Kind     string  `db:"kind"`
	Site     db.ID   `db:"site_id"`
	Customer db.ID   `db:"customer_id"`
	Ref      string  `db:"ref"`
	Note     string  `db:"note"`
	At       int64   `db:"at_ms"`
	Actor    string  `db:"actor"`
	Key      *string `db:"client_key"`
}

type supplyLineRow struct {
	ID       db.ID   `db:"id"`
	Supply   db.ID   `db:"supply_id"`
	Line     int64   `db:"line"`
	Item     db.ID   `db:"item_id"`
	Lot      string  `db:"lot"`
	Location string  `db:"location"`
	Qty      num.Dec `db:"qty"`
	Serials  string  `db:"serials"`
	masterdata.Entered
}

// Supply books what a customer brings of his own material, or what goes back to him. Its stock is his: no cost, no plan
// and no order of anybody else sees it.
func (m *Module) Supply(ctx context.Context, tx *db.Tx, in Supply) (Supplied, error) {
	site, err := siteOf(ctx, tx, in.Site)
	if err != nil {
		return Supplied{}, err
	}
	p, err := customerByCode(ctx, tx, in.Customer)
	if err != nil {
		return Supplied{}, err
	}
	row := supplyRow{ID: tx.ID(), Kind: in.Kind, Site: site.ID, Customer: p.ID, Ref: strings.TrimSpace(in.Ref), Note: strings.TrimSpace(in.Note), At: tx.NowMS(), Actor: actor.From(ctx).Name, Key: key(tx)}
	if row.Number, err = tx.Number("supply_" + in.Kind); err != nil {
		return Supplied{}, err
	}
	var lines []supplyLineRow
	for i, l := range in.Lines {
		got, err := m.supplyLine(ctx, tx, &row, p, in, l)
		if f, ok := fault.As(err); ok {
			return Supplied{}, f.At(fault.Field{Where: fmt.Sprintf("body.lines[%d].code", i), Code: f.Code, Detail: f.Detail, Value: l.Code, Params: f.Params})
		}
		if err != nil {
			return Supplied{}, err
		}
		for _, g := range got {
			g.Line = int64(i + 1)
			lines = append(lines, g)
		}
	}
	if err := db.Insert(ctx, tx, "so_supply", row); err != nil {
		return Supplied{}, err
	}
	if err := db.Insert(ctx, tx, "so_supply_line", lines...); err != nil {
		return Supplied{}, err
	}
	out, err := m.Supplied(ctx, tx, row.Number)
	if err != nil {
		return out, err
	}
	tx.Emit(db.Event{Name: "sales.supplied", Subject: "supply:" + row.Number, Site: row.Site, Partner: row.Customer, Payload: out})
	return out, nil
}

func (m *Module) supplyLine(ctx context.Context, tx *db.Tx, row *supplyRow, p masterdata.Partner, in Supply, l SupplyLine) ([]supplyLineRow, error) {
	item, lot, serial, err := goods(ctx, tx, l.Code)
	if err != nil {
		return nil, err
	}
	if l.Lot = strings.TrimSpace(l.Lot); l.Lot == "" {
		l.Lot = lot
	}
	if l.Serials, err = inventory.Pieces(l.Serials); err != nil {
		return nil, err
	}
	if serial != "" && !slices.Contains(l.Serials, serial) {
		l.Serials = append(l.Serials, serial)
	}
	var said masterdata.Entered
	if l.Qty, said, err = masterdata.InOwn(ctx, tx, item, "qty", l.Qty, l.UoM); err != nil {
		return nil, err
	}
	if l.Qty == 0 && len(l.Serials) > 0 {
		l.Qty = num.Int(int64(len(l.Serials)))
	}
	if err := m.Inventory.Own(ctx, tx, item, p); err != nil {
		return nil, err
	}
	if l.Location == "" && in.Kind == "receive" {
		l.Location = in.Location
	}
	var place db.ID
	switch {
	case l.Location != "":
		loc, err := masterdata.LocationByCode(ctx, tx, row.Site, locationCode(l.Location))
		if err != nil {
			return nil, err
		}
		place = loc.ID
	case in.Kind == "receive":
		if place, err = m.house(ctx, tx, row.Site, p); err != nil {
			return nil, err
		}
	}
	doc := inventory.Doc{Kind: "supply", ID: row.ID, Number: row.Number, Site: row.Site, Reason: row.Note}
	var picks []inventory.Picked
	if in.Kind == "receive" {
		if l.ExpiresOn == "" && item.ShelfLifeDays > 0 {
			l.ExpiresOn = inventory.Expiry(item, tx.Today())
		}
		picks, err = m.Inventory.Put(ctx, tx, doc, inventory.Place{Kind: inventory.Customer, Ref: p.ID},
			inventory.Put{Item: item.ID, Qty: l.Qty, Lot: l.Lot, Serials: l.Serials, To: inventory.Place{Kind: inventory.Stock, Ref: place}, ExpiresOn: l.ExpiresOn, SupplierLot: l.SupplierLot, Partner: p.ID})
	} else {
		t := inventory.Take{Item: item.ID, Qty: l.Qty, Lot: l.Lot, Serials: l.Serials}
		if place != 0 {
			t.From = inventory.Place{Kind: inventory.Stock, Ref: place}
		}
		if t.Qty == 0 {
			if t.Qty, err = db.One[num.Dec](ctx, tx, `SELECT CAST(coalesce(sum(s.qty - s.reserved), 0) AS BIGINT) FROM v_stock s LEFT JOIN v_lot l ON l.id = s.lot_id
				WHERE s.site_id = $1 AND s.item_id = $2 AND s.status = 'available' AND (CAST($3 AS TEXT) = '' OR l.number = $3) AND (CAST($4 AS BIGINT) = 0 OR s.location_id = $4)`, row.Site, item.ID, t.Lot, place); err != nil {
				return nil, err
			}
		}
		picks, err = m.Inventory.Move(ctx, tx, doc, inventory.Place{Kind: inventory.Customer, Ref: p.ID}, t)
	}
	if err != nil {
		return nil, err
	}
	out := make([]supplyLineRow, len(picks))
	for i, g := range picks {
		at := g.To.Ref
		if in.Kind == "return" {
			at = g.From.Ref
		}
		loc, err := masterdata.LocationByID(ctx, tx, at)
		if err != nil {
			return nil, err
		}
		out[i] = supplyLineRow{ID: tx.ID(), Supply: row.ID, Item: g.Item, Lot: g.LotNumber, Location: loc.Code, Qty: g.Qty, Serials: strings.Join(inventory.Ranges(g.Serials), ",")}
		if i == 0 {
			out[i].Entered = said
		}
	}
	return out, nil
}

// house is where a customer's material is kept: his own virtual warehouse, out of costing, made when it is needed first.
func (m *Module) house(ctx context.Context, tx *db.Tx, site db.ID, p masterdata.Partner) (db.ID, error) {
	h, ok, err := inventory.HouseOf(ctx, tx, site, p.ID)
	if err != nil {
		return 0, err
	}
	if !ok {
		s, err := masterdata.SiteByID(ctx, tx, site)
		if err != nil {
			return 0, err
		}
		name, kind, no := p.Name+" 客供料 customer's own", "customer_owned", false
		w, err := m.Master.CreateWarehouse(ctx, tx, masterdata.NewWarehouse{Site: s.Code, Code: "CS-" + strings.ReplaceAll(p.Code, "/", "-"), WarehouseValues: masterdata.WarehouseValues{Name: &name, Kind: &kind, InCosting: &no}})
		if err != nil {
			return 0, err
		}
		if h, err = m.Inventory.SetHouse(ctx, tx, site, p, w.Code); err != nil {
			return 0, err
		}
	}
	l, err := masterdata.LocationByCode(ctx, tx, site, h.Warehouse)
	return l.ID, err
}

// goods finds out what a label or a bare code means.
func goods(ctx context.Context, q db.Querier, code string) (item masterdata.Item, lot, serial string, err error) {
	c, ok := label.ParseCode(code)
	if !ok {
		return item, "", "", fault.Invalid("sales.code_unreadable", "%q is no code of ours; scan again", code).With("code", code)
	}
	switch c.Kind {
	case label.ItemLot:
		item, err = masterdata.ItemByCode(ctx, q, c.Item)
		return item, c.Number, "", err
	case label.Serial:
		item, err = masterdata.ItemByCode(ctx, q, c.Item)
		return item, "", c.Number, err
	case label.Item:
		item, err = masterdata.ItemByCode(ctx, q, c.Number)
		return item, "", "", err
	case label.Bare:
		if item, err = masterdata.ItemByCode(ctx, q, c.Number); !fault.Is(err, "masterdata.item_unknown") {
			return item, "", "", err
		}
		type found struct {
			Item   db.ID  `db:"item_id"`
			Lot    string `db:"lot"`
			Serial string `db:"serial"`
		}
		f, ok, err := db.Get[found](ctx, q, `SELECT item_id, number AS lot, '' AS serial FROM v_lot WHERE number = $1 AND number <> '' UNION ALL SELECT item_id, '' AS lot, number AS serial FROM v_serial WHERE number = $1 LIMIT 1`, c.Number)
		if err != nil {
			return item, "", "", err
		}
		if ok {
			item, err = masterdata.ItemByID(ctx, q, f.Item)
			return item, f.Lot, f.Serial, err
		}
	}
	return item, "", "", fault.NotFound("sales.goods_unknown", "nobody knows %s as an item, a lot or a serial number", code).With("code", code)
}

// locationCode reads a location's label or its bare code.
func locationCode(scan string) string {
	if c, ok := label.ParseCode(scan); ok && c.Kind == label.Location {
		return c.Number
	}
	return scan
}

// Supplied reads a document.
func (m *Module) Supplied(ctx context.Context, q db.Querier, number string) (Supplied, error) {
	type head struct {
		ID        db.ID  `db:"id"`
		Number    string `db:"number"`
		Kind      string `db:"kind"`
		Customer  string `db:"code"`
		Name      string `db:"name"`
		Partner   db.ID  `db:"customer_id"`
		Site      db.ID  `db:"site_id"`
		SiteCode  string `db:"site"`
		Ref       string `db:"ref"`
		Note      string `db:"note"`
		At        int64  `db:"at_ms"`
		Actor     string `db:"actor"`
		Undone    int64  `db:"undone_ms"`
		UndoneWhy string `db:"undone_why"`
	}
	h, ok, err := db.Get[head](ctx, q, `SELECT s.id, s.number, s.kind, p.code, p.name, s.customer_id, s.site_id, t.code AS site, s.ref, s.note, s.at_ms, s.actor, s.undone_ms, s.undone_why
		FROM so_supply s JOIN v_partner p ON p.id = s.customer_id JOIN v_site t ON t.id = s.site_id WHERE s.number = $1`, number)
	if err != nil {
		return Supplied{}, err
	}
	if !ok || identity.See(ctx, h.Site, h.Partner) != nil {
		return Supplied{}, fault.NotFound("sales.supply_unknown", "there is no document %s of customer's material", number).With("number", number)
	}
	out := Supplied{ID: h.ID, Number: h.Number, Kind: h.Kind, Customer: h.Customer, Name: h.Name, CustomerID: h.Partner, Site: h.Site, SiteCode: h.SiteCode, Ref: h.Ref, Note: h.Note, AtMS: h.At, Actor: h.Actor, UndoneMS: h.Undone, UndoneWhy: h.UndoneWhy}
	out.Lines, err = db.All[SuppliedLine](ctx, q, `SELECT i.code AS item, i.name, i.spec, i.uom, l.lot, l.location, l.qty, l.serials, l.entered_qty, l.entered_uom FROM so_supply_line l JOIN v_item i ON i.id = l.item_id WHERE l.supply_id = $1 ORDER BY l.line, l.id`, h.ID)
	for i := range out.Lines {
		if t := out.Lines[i].Text; t != "" {
			out.Lines[i].Serials = strings.Split(t, ",")
		}
	}
	return out, err
}

// UndoSupply takes a document back by its mirror, while the goods are where it left them.
func (m *Module) UndoSupply(ctx context.Context, tx *db.Tx, number string, in Undo) (Supplied, error) {
	s, err := m.Supplied(ctx, tx, number)
	if err != nil {
		return s, err
	}
	if s.UndoneMS > 0 {
		return s, fault.Conflict("sales.supply_undone", "%s was taken back already", number).With("number", number)
	}
	if err := m.Inventory.Reverse(ctx, tx, inventory.Doc{Kind: "supply_undo", ID: tx.ID(), Number: s.Number, Site: s.Site, Reason: in.Reason}, "supply", s.ID); err != nil {
		return s, err
	}
	n, err := tx.Exec(ctx, `UPDATE so_supply SET undone_ms = $1, undone_by = $2, undone_why = $3 WHERE id = $4 AND undone_ms = 0`, tx.NowMS(), actor.From(ctx).Name, in.Reason, s.ID)
	if err != nil {
		return s, err
	}
	if n == 0 {
		return s, db.ErrRetry
	}
	s.UndoneMS, s.UndoneWhy = tx.NowMS(), in.Reason
	tx.Emit(db.Event{Name: "sales.supply_undone", Subject: "supply:" + number, Site: s.Site, Partner: s.CustomerID, Reason: in.Reason, Payload: s})
	return s, nil
}

// SupplyRow is a line of the list of documents.
type SupplyRow struct {
	ID       db.ID   `json:"id" sql:"l.id" doc:"Line"`
	Number   string  `json:"number" sql:"s.number" doc:"Document"`
	Kind     string  `json:"kind" sql:"s.kind" doc:"Kind"`
	Customer string  `json:"customer" sql:"p.name" doc:"Customer"`
	CustCode string  `json:"customer_code" sql:"p.code" doc:"Customer's code"`
	Item     string  `json:"item" sql:"i.code" doc:"Item"`
	Name     string  `json:"name" sql:"i.name" doc:"Name"`
	Lot      string  `json:"lot" sql:"l.lot" doc:"Lot"`
	Qty      num.Dec `json:"qty" sql:"l.qty" doc:"Quantity"`
	UoM      string  `json:"uom" sql:"i.uom" doc:"Unit"`
	Location string  `json:"location" sql:"l.location" doc:"Location"`
	Ref      string  `json:"ref" sql:"s.ref" doc:"Customer's delivery note"`
	At       int64   `json:"at_ms" sql:"s.at_ms" doc:"At"`
	Actor    string  `json:"actor" sql:"s.actor" doc:"By"`
	Status   string  `json:"status" sql:"CASE WHEN s.undone_ms > 0 THEN 'reversed' ELSE 'done' END" doc:"Status"`
}

const supplyFrom = `so_supply_line l JOIN so_supply s ON s.id = l.supply_id JOIN v_partner p ON p.id = s.customer_id JOIN v_item i ON i.id = l.item_id`

// SupplyStock is what lies here of a customer's material now.
type SupplyStock struct {
	ID       db.ID   `json:"id" sql:"b.id" doc:"Stock"`
	Customer string  `json:"customer" sql:"p.name" doc:"Customer"`
	CustCode string  `json:"customer_code" sql:"p.code" doc:"Customer's code"`
	Item     string  `json:"item" sql:"i.code" doc:"Item"`
	Name     string  `json:"name" sql:"i.name" doc:"Name"`
	Lot      string  `json:"lot" sql:"coalesce(t.number, '')" doc:"Lot"`
	Qty      num.Dec `json:"qty" sql:"b.qty" doc:"Quantity"`
	UoM      string  `json:"uom" sql:"i.uom" doc:"Unit"`
	Location string  `json:"location" sql:"w.code" doc:"Location"`
	Status   string  `json:"status" sql:"b.status" doc:"Status"`
}

const supplyStockFrom = `v_stock b JOIN v_owned_item o ON o.item_id = b.item_id JOIN v_partner p ON p.id = o.owner_id JOIN v_item i ON i.id = b.item_id JOIN v_location w ON w.id = b.location_id LEFT JOIN v_lot t ON t.id = b.lot_id`
