package inventory

import (
	"cmp"
	"slices"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// row is a balance row, with what its lot says.
type row struct {
	ID        db.ID     `db:"id"`
	Item      db.ID     `db:"item_id"`
	Kind      PlaceKind `db:"place_kind"`
	Status    string    `db:"status"`
	Slot      int64     `db:"slot"`
	Ref       db.ID     `db:"place_ref"`
	Lot       db.ID     `db:"lot_id"`
	Owner     db.ID     `db:"owner_id"`
	Container db.ID     `db:"container_id"`
	Site      db.ID     `db:"site_id"`
	Qty       num.Dec   `db:"qty"`
	Reserved  num.Dec   `db:"reserved"`
	Number    string    `db:"number"`
	Expires   string    `db:"expires_on"`
	Received  string    `db:"received_on"`
	Warehouse string    `db:"warehouse_kind"`
	Location  string    `db:"location"`

	// of the item, read along: the hot path asks no second time
	Code     string `db:"item_code"`
	Name     string `db:"item_name"`
	UoM      string `db:"uom"`
	Decimals int    `db:"decimals"`
	ItemKind string `db:"item_kind"`
	Tracking string `db:"tracking"`

	near int64   // 1: the line-side place of who takes; 2: another place at the line; 0: as always
	took num.Dec // by the takes planned so far
}

func (r *row) item() masterdata.Item {
	return masterdata.Item{ID: r.Item, Code: r.Code, Name: r.Name, UoM: r.UoM, Decimals: r.Decimals, Kind: r.ItemKind, Tracking: r.Tracking}
}

// whole is the slot of a balance that is not split; a small addition to a split one goes there too.
const whole = -1

func (r *row) free() num.Dec { return r.Qty - r.Reserved - r.took }

// shelf is what a person sees as one: lot L at RM/A-1. Its rows are the slots.
type shelf struct {
	rows  []*row
	free  num.Dec
	split bool
}

func (s *shelf) head() *row { return s.rows[0] }

// draw is a quantity out of one shelf, and how its rows give it.
type draw struct {
	of   *row // any row of the shelf: they differ in slot, quantity and id only
	qty  num.Dec
	rows []rowTake
}

type rowTake struct {
	row *row
	qty num.Dec
}

// choose spreads need over rows of one item: what lies at the line first, then what expires first, then what came
// first. When complete is false, rows hold of each split shelf only this taker's slot (and the whole one): a slot
// gives when it has enough, and the answer is the same as from a single row; otherwise choose says that it is not
// sure and is asked again with all slots. A split shelf therefore keeps a row in every slot, empty ones too.
func choose(rows []*row, need num.Dec, slot int64, complete bool) (draws []draw, short num.Dec, sure bool) {
	for _, s := range shelves(rows, slot) {
		if need == 0 {
			break
		}
		qty := min(s.free, need)
		if qty < need && s.split && !complete {
			return nil, need, false
		}
		if qty <= 0 {
			continue
		}
		need -= qty
		d := draw{of: s.head(), qty: qty}
		for _, r := range s.rows {
			if t := min(r.free(), qty); t > 0 {
				d.rows = append(d.rows, rowTake{r, t})
				qty -= t
			}
		}
		draws = append(draws, d)
	}
	return draws, need, true
}

// commit notes what the draws take, so that the next take of the same item sees the rest.
func commit(draws []draw) {
	for _, d := range draws {
		for _, t := range d.rows {
			t.row.took += t.qty
		}
	}
}

// shelves groups rows and puts them in the order of use; within a shelf the taker's own slot comes first.
func shelves(rows []*row, slot int64) []shelf {
	sorted := slices.Clone(rows)
	slices.SortFunc(sorted, func(a, b *row) int {
		if c := byUse(a, b); c != 0 {
			return c
		}
		return cmp.Compare(slotRank(a.Slot, slot), slotRank(b.Slot, slot))
	})
	var out []shelf
	for _, r := range sorted {
		if len(out) == 0 || byUse(out[len(out)-1].head(), r) != 0 {
			out = append(out, shelf{})
		}
		s := &out[len(out)-1]
		s.rows = append(s.rows, r)
		s.free += max(r.free(), 0)
		s.split = s.split || r.Slot != whole
	}
	return out
}

func slotRank(s, mine int64) int64 {
	if s == mine {
		return -2
	}
	return s
}

func byUse(a, b *row) int {
	return cmp.Or(
		cmp.Compare(lineRank(a), lineRank(b)),
		cmp.Compare(a.Expires, b.Expires),
		cmp.Compare(a.Received, b.Received),
		cmp.Compare(a.Number, b.Number),
		cmp.Compare(a.Lot, b.Lot),
		cmp.Compare(a.Location, b.Location),
		cmp.Compare(a.Ref, b.Ref),
		cmp.Compare(a.Owner, b.Owner),
		cmp.Compare(a.Container, b.Container),
	)
}

const (
	nearest   = 1
	elsewhere = 2
)

func lineRank(r *row) int {
	switch {
	case r.near == nearest:
		return -1
	case r.near == elsewhere:
		return 2
	case r.Warehouse == "line":
		return 0
	}
	return 1
}
