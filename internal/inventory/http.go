package inventory

import (
	"context"
	"slices"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
)

type lotPath struct {
	Item string `path:"item" doc:"Item code"`
	Lot  string `path:"lot" doc:"Lot number"`
}

type serialPath struct {
	Item   string `path:"item" doc:"Item code"`
	Serial string `path:"serial" doc:"Serial number"`
}

type cardInput struct {
	Item string `path:"item" doc:"Item code"`
	Site string `query:"site" doc:"Site code; default the caller's"`
}

type scanInput struct {
	Code string `query:"code" required:"true" maxLength:"640" doc:"What was scanned or typed"`
	Site string `query:"site" doc:"Site code; default the caller's"`
}

// Routes lists everything the outside may ask of inventory.
func (m *Module) Routes(a *web.API) {
	web.List(a, web.Op{Path: "/inventory/stock", ID: "listStock", Summary: "Stock by item, location and lot", Perm: "inventory.read"}, stockList)
	web.List(a, web.Op{Path: "/inventory/items", ID: "listItemStock", Summary: "Stock by item", Perm: "inventory.read"}, itemList)
	web.List(a, web.Op{Path: "/inventory/locations", ID: "listLocationStock", Summary: "Stock by location", Perm: "inventory.read"}, locationList)
	web.List(a, web.Op{Path: "/inventory/lots", ID: "listLots", Summary: "Lots", Perm: "inventory.read"}, lotList)
	web.List(a, web.Op{Path: "/inventory/moves", ID: "listMoves", Summary: "The stock ledger", Perm: "inventory.read"}, moveList)
	web.List(a, web.Op{Path: "/inventory/serials", ID: "listSerials", Summary: "Pieces with serial numbers", Perm: "inventory.read"}, serialList)
	web.List(a, web.Op{Path: "/inventory/reservations", ID: "listReservations", Summary: "Stock promised to documents", Perm: "inventory.read"}, reservationList)
	web.List(a, web.Op{Path: "/inventory/documents", ID: "listStockDocuments", Summary: "Adjustments, transfers, holds", Perm: "inventory.read"}, entryList)
	web.List(a, web.Op{Path: "/inventory/as-of", ID: "listStockAsOf", Summary: "Stock as of a moment", Perm: "inventory.read"}, asOf(m.d.Zone()))
	web.QueryView(a, web.Op{Path: "/inventory/lots/{item}/{lot}", ID: "getLot", Summary: "A lot: where it is, where from, where to", Perm: "inventory.read"},
		func(ctx context.Context, q db.Querier, in *lotPath) (LotCard, error) {
			return m.LotCard(ctx, q, in.Item, in.Lot)
		})
	web.QueryView(a, web.Op{Path: "/inventory/items/{item}", ID: "getStockCard", Summary: "An item's stock card", Perm: "inventory.read"},
		func(ctx context.Context, q db.Querier, in *cardInput) (ItemCard, error) {
			return m.ItemCard(ctx, q, in.Item, in.Site)
		})
	web.QueryView(a, web.Op{Path: "/inventory/serials/{item}/{serial}", ID: "getSerial", Summary: "The life of a piece", Perm: "inventory.read"},
		func(ctx context.Context, q db.Querier, in *serialPath) (SerialCard, error) {
			return m.SerialCard(ctx, q, in.Item, in.Serial)
		})
	web.QueryView(a, web.Op{Path: "/inventory/scan", ID: "scanStock", Summary: "What a scanned code means and what is there", Perm: "inventory.read"},
		func(ctx context.Context, q db.Querier, in *scanInput) (Scanned, error) {
			return m.Scanned(ctx, q, in.Code, in.Site)
		})
	web.List(a, web.Op{Path: "/inventory/owed", ID: "listOwed", Summary: "Goods that were taken although the books had none, until a receipt or a count", Perm: "inventory.read"}, owedList)
	web.Command(a, web.Op{Path: "/inventory/owed/{id}/write-off", ID: "writeOffOwed", Summary: "End what the books owe, with a reason", Perm: "inventory.adjust"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ID   db.ID `path:"id"`
			Body WriteOffOwed
		}) (OwedTold, error) {
			return m.WriteOffOwed(ctx, tx, in.ID, in.Body)
		})
	m.relotRoutes(a)
	m.supplyRoutes(a)
	m.betweenRoutes(a)
	m.labelRoutes(a)
	m.boxRoutes(a)
	m.countRoutes(a)
	web.List(a, web.Op{Path: "/inventory/reasons", ID: "listStockReasons", Summary: "Reasons for corrections, holds, returns", Perm: "inventory.read"}, reasonList)
	web.Command(a, web.Op{Path: "/inventory/reasons", ID: "setStockReason", Summary: "Add a reason to a list, change it or switch it off", Perm: "inventory.reasons"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body SetReason }) (ReasonRow, error) {
			return m.SetReason(ctx, tx, in.Body)
		})
	web.List(a, web.Op{Path: "/inventory/putaway", ID: "listPutAway", Summary: "Goods that wait to be put away, and where they may go", Perm: "inventory.read"}, waitingList)
	web.QueryView(a, web.Op{Path: "/inventory/putaway/scan", ID: "scanPutAway", Summary: "Where scanned goods may be put, and why", Perm: "inventory.read"},
		func(ctx context.Context, q db.Querier, in *scanInput) (PutAwayFor, error) {
			return m.PutAway(ctx, q, in.Code, in.Site)
		})
	web.QueryView(a, web.Op{Path: "/inventory/places", ID: "getStockPlaces", Summary: "What lies in each warehouse and at its locations", Perm: "inventory.read"},
		func(ctx context.Context, q db.Querier, in *placesInput) (Places, error) {
			return m.Places(ctx, q, in.Site)
		})
	web.QueryView(a, web.Op{Path: "/inventory/proposal", ID: "proposePicks", Summary: "Which lots are taken first, and why; which are not, and why not", Perm: "inventory.read"},
		func(ctx context.Context, q db.Querier, in *proposalInput) (PickProposal, error) {
			return m.ProposePicks(ctx, q, *in)
		})
	web.Command(a, web.Op{Path: "/inventory/adjustments", ID: "adjustStock", Summary: "Correct the stock after looking", Perm: "inventory.adjust"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body AdjustStock }) (Entered, error) {
			return m.Adjust(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/inventory/transfers", ID: "transferStock", Summary: "Move goods between locations", Perm: "inventory.transfer"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body TransferStock }) (Entered, error) {
			return m.Transfer(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/inventory/holds", ID: "holdStock", Summary: "Put goods on hold", Perm: "inventory.hold"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body HoldStock }) (Entered, error) {
			return m.HoldGoods(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/inventory/releases", ID: "releaseStock", Summary: "Release held goods", Perm: "inventory.release"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body HoldStock }) (Entered, error) {
			return m.ReleaseGoods(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/inventory/undos", ID: "undoStock", Summary: "Undo a stock document", Perm: "inventory.undo"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body UndoEntry }) (Entered, error) {
			return m.Undo(ctx, tx, in.Body)
		})
}

// Scanned is what a code means to somebody who stands before the shelf.
type Scanned struct {
	Kind      string      `json:"kind" enum:"item,lot,serial,location,container"`
	Item      string      `json:"item,omitempty"`
	Name      string      `json:"name,omitempty"`
	UoM       string      `json:"uom,omitempty"`
	Decimals  int         `json:"decimals"`
	Tracking  string      `json:"tracking,omitempty"`
	Lot       string      `json:"lot,omitempty"`
	Serial    string      `json:"serial,omitempty"`
	Location  string      `json:"location,omitempty"`
	Container string      `json:"container,omitempty"`
	BoxKind   string      `json:"container_kind,omitempty"`
	Available num.Dec     `json:"available" doc:"Of the item, anybody's"`
	Balances  []Balance   `json:"balances"`
	At        []PlaceLine `json:"at,omitempty" doc:"What lies at the location"`
}

// PlaceLine is a quantity at a location.
type PlaceLine struct {
	Item      string  `json:"item" db:"item"`
	Name      string  `json:"name" db:"name"`
	UoM       string  `json:"uom" db:"uom"`
	Decimals  int     `json:"decimals" db:"decimals"`
	Lot       string  `json:"lot" db:"lot"`
	Status    string  `json:"status" db:"status"`
	Qty       num.Dec `json:"qty" db:"qty"`
	Container string  `json:"container,omitempty" db:"container"`
	Tracking  string  `json:"tracking" db:"tracking"`
}

// Scanned resolves a code and says what is there.
func (m *Module) Scanned(ctx context.Context, q db.Querier, code, siteCode string) (Scanned, error) {
	site, err := siteOf(ctx, q, siteCode)
	if err != nil {
		return Scanned{}, err
	}
	if l, err := LocationScanned(ctx, q, site.ID, code); err == nil {
		out := Scanned{Kind: "location", Location: l.Code, Balances: []Balance{}}
		out.At, err = linesAt(ctx, q, "b.place_kind = 'stock' AND b.place_ref = ?", l.ID)
		return out, err
	} else if !fault.Is(err, "masterdata.location_unknown") {
		return Scanned{}, err
	}
	if c, err := containerScanned(ctx, q, code); err == nil {
		out := Scanned{Kind: "container", Container: c.Code, BoxKind: c.Kind, Balances: []Balance{}}
		if out.Location, err = placeName(ctx, q, Place{Stock, c.Location}); err != nil {
			return out, err
		}
		out.At, err = linesAt(ctx, q, "b.container_id <> 0 AND b.container_id = ?", c.ID)
		return out, err
	} else if !fault.Is(err, "inventory.container_unknown") {
		return Scanned{}, err
	}
	g, err := Scan(ctx, q, code)
	if err != nil {
		return Scanned{}, err
	}
	it := g.Item
	out := Scanned{Kind: "item", Item: it.Code, Name: it.Name, UoM: it.UoM, Decimals: it.Decimals, Tracking: it.Tracking, Lot: g.Lot, Serial: g.Serial}
	if out.Available, _, _, err = m.OnHand(ctx, q, site.ID, it.ID); err != nil {
		return out, err
	}
	switch {
	case g.Serial != "":
		c, err := m.SerialCard(ctx, q, it.Code, g.Serial)
		out.Kind, out.Lot = "serial", c.Lot
		out.Balances = []Balance{{Kind: c.Kind, Place: c.Place, Lot: c.Lot, Status: c.Status, Qty: num.One, Expires: OpenEnd, Container: c.Container}}
		return out, err
	case g.Lot != "":
		out.Kind = "lot"
		if _, err := LotByNumber(ctx, q, it.ID, g.Lot); err != nil {
			return out, err
		}
	}
	if out.Balances, err = balances(ctx, q, it.ID, nil); g.Lot != "" {
		out.Balances = slices.DeleteFunc(out.Balances, func(b Balance) bool { return b.Lot != g.Lot })
	}
	return out, err
}
