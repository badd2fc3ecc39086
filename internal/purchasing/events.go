package purchasing

import (
	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// What purchasing tells, with subject po:<number>; of goods without an order the subject is the receipt's.
const (
	EventOrdered      = "purchasing.ordered"        // Ordered
	EventLoaded       = "purchasing.loaded"         // Loaded
	EventReceived     = "purchasing.received"       // ReceiptTold
	EventUndone       = "purchasing.receipt_undone" // ReceiptTold
	EventSent         = "purchasing.sent"           // SendTold
	EventSendBack     = "purchasing.send_undone"    // SendTold
	EventClosed       = "purchasing.closed"         // Closed
	EventReturned     = "purchasing.returned"       // ReturnTold
	EventReturnUndone = "purchasing.return_undone"  // ReturnTold

	EventLineChanged    = "purchasing.line_changed"    // LineChanged
	EventChangeAsked    = "purchasing.change_asked"    // ChangeRequest
	EventChangeAnswered = "purchasing.change_answered" // ChangeRequest

	EventRequested          = "purchasing.requested"           // Requested; subject requisition:<number>
	EventRequisitionChanged = "purchasing.requisition_changed" // Requested
	EventRequisitionDropped = "purchasing.requisition_dropped" // Requested
	EventRequisitionOrdered = "purchasing.requisition_ordered" // Requested
)

// Ordered is a new order.
type Ordered struct {
	ID         db.ID         `json:"id"`
	Number     string        `json:"number"`
	Kind       string        `json:"kind"`
	SupplierID db.ID         `json:"supplier_id"`
	Note       string        `json:"note"`
	Lines      []OrderedLine `json:"lines"`
}

// OrderedLine is one of its lines.
type OrderedLine struct {
	ID        db.ID    `json:"id"`
	Line      int64    `json:"line"`
	Kind      string   `json:"kind"`
	ItemID    db.ID    `json:"item_id"`
	Item      string   `json:"item"`
	Qty       num.Dec  `json:"qty"`
	Due       string   `json:"due"`
	UnitPrice *num.Dec `json:"unit_price,omitempty" mask:"price"`
	masterdata.Entered
}

// Loaded says how many orders an import brought.
type Loaded struct {
	Orders int `json:"orders"`
	Lines  int `json:"lines"`
}

// ReceiptTold is a goods receipt as stored, with what it made of stock and what it consumed at a subcontractor.
type ReceiptTold struct {
	ID          db.ID              `json:"id"`
	Number      string             `json:"number"`
	Order       string             `json:"order"`
	Line        int64              `json:"line"`
	SupplierID  db.ID              `json:"supplier_id"`
	ItemID      db.ID              `json:"item_id"`
	Item        string             `json:"item"`
	Lot         string             `json:"lot"`
	SupplierLot string             `json:"supplier_lot"`
	ExpiresOn   string             `json:"expires_on"`
	Location    string             `json:"location"`
	Qty         num.Dec            `json:"qty"`
	Reason      string             `json:"reason"`
	Before      num.Dec            `json:"received_before"`
	After       num.Dec            `json:"received_after"`
	Consumed    []inventory.Picked `json:"consumed,omitempty"`
	Undoes      string             `json:"undoes,omitempty"`
	masterdata.Entered
}

// SendTold is a sending to a subcontractor, or of left-overs back from one.
type SendTold struct {
	ID         db.ID              `json:"id"`
	Number     string             `json:"number"`
	Order      string             `json:"order"`
	Line       int64              `json:"line"`
	SupplierID db.ID              `json:"supplier_id"`
	Back       bool               `json:"back"`
	Picks      []inventory.Picked `json:"picks"`
	Undoes     string             `json:"undoes,omitempty"`
	masterdata.Entered
}

// Closed says that nothing more is expected, or that it is again.
type Closed struct {
	Number string  `json:"number"`
	Line   int64   `json:"line"`
	Open   num.Dec `json:"open" doc:"What will not come"`
	Closed bool    `json:"closed"`
}
