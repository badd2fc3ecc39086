package inventory

import (
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// What inventory tells. The subject is the document's: kind and number.
const (
	EventMoved      = "inventory.moved"      // Moved
	EventReserved   = "inventory.reserved"   // Reservation
	EventUnreserved = "inventory.unreserved" // Reservation
	EventLoaded     = "inventory.loaded"     // Loaded
	EventLotMade    = "inventory.lot_made"   // LotTold, subject lot:<item>|<number>
	EventHeld       = "inventory.held"       // LotTold, subject lot:<item>|<number>
	EventReleased   = "inventory.released"   // LotTold, subject lot:<item>|<number>

	EventContainerMade    = "inventory.container_made"         // ContainerTold, subject box:<code>
	EventContainerMoved   = "inventory.container_moved"        // ContainerTold, subject box:<code>
	EventCountStarted     = "inventory.count_started"          // CountTold, subject count:<number>
	EventCounted          = "inventory.counted"                // CountedTold, subject count:<number>
	EventRecount          = "inventory.recount"                // CountedTold, subject count:<number>
	EventCountApproved    = "inventory.count_approved"         // CountTold, subject count:<number>
	EventCountCancelled   = "inventory.count_cancelled"        // CountTold, subject count:<number>
	EventItemOwned        = "inventory.item_owned"             // OwnedTold, subject item:<code>
	EventOwnerHouse       = "inventory.owner_house"            // HouseTold, subject warehouse:<code>
	EventLotSplit         = "inventory.lot_split"              // LotChanged, subject lot:<item>|<number>, of each lot
	EventLotMerged        = "inventory.lot_merged"             // LotChanged, subject lot:<item>|<number>, of each lot
	EventSupplySet        = "inventory.supply_set"             // SupplyTold, subject item:<code>
	EventSupplyCalled     = "inventory.supply_called"          // SupplyCallTold, subject supply:<number>
	EventSupplyBrought    = "inventory.supply_brought"         // SupplyCallTold, subject supply:<number>
	EventSupplyDropped    = "inventory.supply_dropped"         // SupplyCallTold, subject supply:<number>
	EventTransferMade     = "inventory.site_transfer_made"     // TransferTold, subject transfer:<number>
	EventTransferSent     = "inventory.site_transfer_sent"     // TransferTold, subject transfer:<number>
	EventTransferReceived = "inventory.site_transfer_received" // TransferTold, subject transfer:<number>
	EventTransferSettled  = "inventory.site_transfer_settled"  // TransferTold, subject transfer:<number>
	EventTransferChanged  = "inventory.site_transfer_changed"  // TransferTold, subject transfer:<number>
	EventTransferClosed   = "inventory.site_transfer_closed"   // TransferTold, subject transfer:<number>
	EventOwed             = "inventory.owed"                   // OwedTold, subject item:<code>
	EventReason           = "inventory.reason_set"             // ReasonRow, subject reason:<code>
)

// Moved holds the rows of the ledger as they were written, so that Verify can find one that was altered later.
type Moved struct {
	Moves              []move              `json:"moves"`
	Serials            map[string][]string `json:"serials,omitempty"` // by move
	masterdata.Entered                     // of a document of inventory's own
}

// Reservation is stock promised to a document, or freed from it.
type Reservation struct {
	DocKind   string       `json:"doc_kind"`
	DocID     db.ID        `json:"doc_id"`
	DocNumber string       `json:"doc_number"`
	Lines     []ReservedOf `json:"lines"`
	Why       string       `json:"why,omitempty"`
}

// ReservedOf is a quantity of one lot at one location.
type ReservedOf struct {
	Item     db.ID    `json:"item"`
	Lot      db.ID    `json:"lot"`
	Location db.ID    `json:"location"`
	Qty      num.Dec  `json:"qty"`
	Serials  []string `json:"serials,omitempty"`
}

// Loaded is the opening stock of an import: the digest covers its ledger rows.
type Loaded struct {
	Batch  db.ID  `json:"batch"`
	Moves  int    `json:"moves"`
	Digest string `json:"digest"`
}

// LotTold is what a lot's time line says.
type LotTold struct {
	Item        string  `json:"item"`
	Lot         string  `json:"lot"`
	Qty         num.Dec `json:"qty"`
	ExpiresOn   string  `json:"expires_on,omitempty"`
	SupplierLot string  `json:"supplier_lot,omitempty"`
	DocKind     string  `json:"doc_kind"`
	DocNumber   string  `json:"doc_number"`
}

// tellLots writes the time line of lots that were held or released.
func tellLots(tx *db.Tx, name string, doc Doc, moves []move, code func(item db.ID) string) {
	for i := range moves {
		if v := &moves[i]; v.number != "" {
			tx.Emit(db.Event{Name: name, Subject: "lot:" + code(v.Item) + "|" + v.number, Site: doc.Site, HappenedMS: doc.HappenedMS, Reason: doc.Reason,
				Payload: LotTold{Item: code(v.Item), Lot: v.number, Qty: v.Qty, DocKind: doc.Kind, DocNumber: doc.Number}})
		}
	}
}

func tell(moves []move) Moved {
	out := Moved{Moves: moves}
	for i := range moves {
		v := &moves[i]
		if len(v.pieces) == 0 {
			continue
		}
		if out.Serials == nil {
			out.Serials = map[string][]string{}
		}
		for _, p := range v.pieces {
			out.Serials[v.ID.String()] = append(out.Serials[v.ID.String()], p.Number)
		}
	}
	return out
}

// ContainerTold is a container that was made, or brought to another place with all that is in it.
type ContainerTold struct {
	Container string `json:"container"`
	Kind      string `json:"kind"`
	From      string `json:"from,omitempty"`
	To        string `json:"to"`
	Document  string `json:"document,omitempty"`
}

// CountTold is a stock-take that begins or ends.
type CountTold struct {
	Number   string `json:"number"`
	Scope    string `json:"scope"`
	Lines    int    `json:"lines"`
	Differ   int    `json:"differ,omitempty" doc:"Lines whose stock was corrected"`
	Document string `json:"document,omitempty" doc:"Stock document of the corrections"`
}

// CountedTold is one line as somebody found it, beside what the books said at that moment.
type CountedTold struct {
	Number    string   `json:"number"`
	Item      string   `json:"item"`
	Lot       string   `json:"lot"`
	Location  string   `json:"location"`
	Container string   `json:"container,omitempty"`
	Round     int64    `json:"round"`
	Qty       num.Dec  `json:"qty"`
	Book      num.Dec  `json:"book"`
	Missing   []string `json:"missing,omitempty"`
	Extra     []string `json:"extra,omitempty"`
	masterdata.Entered
}
