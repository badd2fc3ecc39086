package inventory

import (
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
)

// What inventory tells. The subject is the document's: kind and number.
const (
	EventMoved      = "inventory.moved"      // Moved
	EventReserved   = "inventory.reserved"   // Reservation
	EventUnreserved = "inventory.unreserved" // Reservation
	EventLoaded     = "inventory.loaded"     // Loaded
)

// Moved holds the rows of the ledger as they were written, so that Verify can find one that was altered later.
type Moved struct {
	Moves   []move              `json:"moves"`
	Serials map[string][]string `json:"serials,omitempty"` // by move
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
