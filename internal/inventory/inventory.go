// Package inventory knows how much of what lies where, and how it came there.
//
// Every change is a move from one place to another, written once and never altered; a mistake is undone by its
// mirror. It promises, and Verify checks: per item the sum over all places is zero; each balance is the sum of its
// moves and never negative; reservations never exceed what is there; pieces with serial numbers add up to their
// balance; what is in a container lies where the container stands; every move is told as it was written. Nobody else writes an inv_ table. Held and expired goods are not
// taken for ordinary use, nor is anything out of quarantine or out of a customer's own stock for somebody else.
//
// It emits inventory.moved, inventory.reserved, inventory.unreserved and inventory.loaded; see events.go.
package inventory

import (
	"context"
	"embed"
	"sync"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

//go:embed schema/*.sql
var Schema embed.FS

// Perms are the permissions that the room's operations ask for.
var Perms = []string{"inventory.read", "inventory.adjust", "inventory.transfer", "inventory.hold", "inventory.release", "inventory.undo", "inventory.count", "inventory.approve", "inventory.reasons", "inventory.backdate", "inventory.lots", "inventory.supply", "inventory.call", "inventory.between"}

// PlaceKind says what sort of place a quantity is in.
type PlaceKind string

// Stock, WIP, Subcontractor and Transit are real places and keep a balance; the others are where goods come from or go to.
const (
	Stock         PlaceKind = "stock"         // ref = location
	WIP           PlaceKind = "wip"           // ref = work order
	Subcontractor PlaceKind = "subcontractor" // ref = partner
	Transit       PlaceKind = "transit"       // ref = site transfer; belongs to no site
	Supplier      PlaceKind = "supplier"      // ref = partner
	Customer      PlaceKind = "customer"      // ref = partner
	Consumed      PlaceKind = "consumed"
	Produced      PlaceKind = "produced"
	Scrap         PlaceKind = "scrap"
	Adjust        PlaceKind = "adjust"
)

// Real places keep a balance.
func (k PlaceKind) Real() bool { return k == Stock || k == WIP || k == Subcontractor || k == Transit }

func (k PlaceKind) known() bool {
	switch k {
	case Stock, WIP, Subcontractor, Transit, Supplier, Customer, Consumed, Produced, Scrap, Adjust:
		return true
	}
	return false
}

// Place is where a quantity is.
type Place struct {
	Kind PlaceKind
	Ref  db.ID
}

// Doc is the document that a move belongs to. Its row carries the client's idempotency key, so a repeated command
// meets its own document before it can move anything twice.
type Doc struct {
	Kind       string
	ID         db.ID
	Number     string
	Line       int64
	Order      db.ID // work order (or subcontract order) that this is for: the genealogy runs through it; 0 = none
	Site       db.ID // 0 = the actor's first
	HappenedMS int64 // the device's time, corrected; 0 = now
	Reason     string

	said masterdata.Entered // the quantity, when it was entered in another unit
	code string             // of the reason, when it comes from the list
	back bool               // booked on a day before today

	MayOwe   bool // goods that the books do not have may be taken, where the item's policy allows it
	Sure     bool // and the person who takes them said so
	second   bool // a further document of one command: its key stands on the first
	presumed bool // a find that is presumed only: nobody hears of it
}

// Loose goods are in no container.
const Loose db.ID = -1

const (
	// Available goods may be used, held ones only looked at, moved, scrapped or sent back.
	Available = "available"
	Held      = "hold"

	// OpenEnd is the expiry of what keeps for ever and the receipt of what has been there since nobody knows when.
	OpenEnd = "9999-12-31"
)

// Take asks for a quantity out of a place.
type Take struct {
	Item    db.ID
	Qty     num.Dec
	Lot     string // number; "" = first expiry, then first in
	Serials []string
	From    Place  // zero = any usable stock of the site, line warehouses first
	NoLot   bool   // goods without a lot number only
	LotID   db.ID  // this lot and no other, also where it has no number; 0 = by Lot
	In      db.ID  // out of this container only; 0 = wherever, Loose = out of none
	Status  string // "" = available
	Near    db.ID  // the line-side place of who takes: it gives first, and other places at the line last; 0 = none
}

// Put brings a quantity into a place.
type Put struct {
	Item        db.ID
	Qty         num.Dec
	Lot         string // "" = a number is made when the item is tracked by lot
	Serials     []string
	To          Place
	Status      string // "" = available
	ExpiresOn   string // "" = keeps for ever
	ReceivedOn  string // "" = today
	SupplierLot string
	Partner     db.ID
	UnitCost    num.Dec // 0 = not known
	Into        db.ID   // container, which must stand at To

	owner db.ID // the customer who supplies the item; 0 = ours
}

// Picked is a quantity of one lot that was moved or reserved. From is the place that it left, To where it went.
type Picked struct {
	Move      db.ID    `json:"move"`
	Item      db.ID    `json:"item"`
	Lot       db.ID    `json:"lot"`
	LotNumber string   `json:"lot_number"`
	From      Place    `json:"from"`
	To        Place    `json:"to"`
	Qty       num.Dec  `json:"qty"`
	Serials   []string `json:"serials,omitempty"`
	ExpiresOn string   `json:"expires_on,omitempty"`
}

// Guard may refuse a move: a closed period, an inspection that is still open.
type Guard func(ctx context.Context, tx *db.Tx, doc Doc, picks []Picked) error

// Module is the inventory room. Guards run inside every Move, Put and Reverse before anything is written.
type Module struct {
	Guards []Guard
	// Arrived hears, in the same transaction, that goods of items came into usable stock of a site from outside or were
	// released there.
	Arrived []func(ctx context.Context, tx *db.Tx, site db.ID, items []db.ID) error
	// MayRelease may refuse that somebody releases held goods of lots by hand: they wait for a judgement.
	MayRelease func(ctx context.Context, q db.Querier, lots []db.ID) error
	// OwePolicy says of items whether goods may be taken that the books do not have: OweBlock, OweAllow, OweAsk.
	OwePolicy func(ctx context.Context, q db.Querier, items []db.ID) (map[db.ID]string, error)
	// Rank says of the documents of a kind how urgent they are: when goods are held, the least urgent lose theirs first.
	Rank  map[string]func(ctx context.Context, q db.Querier, docs []db.ID) (map[db.ID]Urgency, error)
	d     *db.DB
	loads sync.Map // batch -> Loaded
	slots func(*db.Tx) (n, mine int64)
}

// New makes the room and names its document numbers.
func New(d *db.DB) *Module {
	d.NumberRule("lot", "L{yy}{mm}{dd}-{000}")
	d.NumberRule("serial", "SN{yymm}{000000}")
	d.NumberRule("stock", "ST{yymm}-{0000}")
	d.NumberRule("container", "P{yymm}-{0000}")
	d.NumberRule("supply", "LS{yymm}-{0000}")
	d.NumberRule("site_transfer", "TR{yymm}-{0000}")
	d.NumberRule("count", "CT{yymm}-{0000}")
	return &Module{d: d, Rank: map[string]func(context.Context, db.Querier, []db.ID) (map[db.ID]Urgency, error){}, slots: func(tx *db.Tx) (int64, int64) { return tx.Slots(), tx.Slot() }}
}

// today is the business date where a reader has no transaction to ask.
func (m *Module) today(q db.Querier) string {
	if tx, ok := q.(*db.Tx); ok {
		return tx.Today()
	}
	return m.d.Now().In(m.d.Zone()).Format(time.DateOnly)
}
