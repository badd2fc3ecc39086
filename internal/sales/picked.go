package sales

import (
	"context"
	"slices"
	"strings"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

// PickedLot is what somebody has fetched for a line and nobody has sent yet.
type PickedLot struct {
	Lot     string   `json:"lot"`
	Qty     num.Dec  `json:"qty"`
	Serials []string `json:"serials,omitempty" doc:"The pieces that were scanned"`
}

// basket is what the pick lists of a line say: what lies ready, and what is still to be fetched.
type basket struct {
	picks []string // their numbers
	left  num.Dec
	lots  []PickedLot
	first db.ID // the oldest of the lists
}

// rules says whether the lists have a word in what goes: they are walked still, or their goods lie ready.
func (b *basket) rules() bool { return b != nil && (b.left > 0 || len(b.lots) > 0) }

// take removes up to qty of a lot, or the named pieces, and returns how much of it lay ready.
func (b *basket) take(lot string, qty num.Dec, serials []string) (have num.Dec) {
	for i := range b.lots {
		l := &b.lots[i]
		if lot != "" && l.Lot != lot {
			continue
		}
		if len(serials) == 0 {
			n := min(l.Qty, qty-have)
			l.Qty, have = l.Qty-n, have+n
			continue
		}
		for _, s := range serials {
			if at := slices.Index(l.Serials, s); at >= 0 {
				l.Serials = slices.Delete(l.Serials, at, at+1)
				l.Qty, have = l.Qty-num.One, have+num.One
			}
		}
	}
	return have
}

// baskets reads what lies ready for the lines. What left after a list was made came out of what was picked by it.
func baskets(ctx context.Context, q db.Querier, lines []db.ID) (map[db.ID]*basket, error) {
	out := map[db.ID]*basket{}
	for part := range slices.Chunk(lines, 500) {
		type stop struct {
			Line   db.ID   `db:"line_id"`
			Pick   db.ID   `db:"id"`
			Number string  `db:"number"`
			Lot    string  `db:"lot"`
			Qty    num.Dec `db:"qty"`
			Picked num.Dec `db:"picked"`
			Short  num.Dec `db:"short"`
			Taken  string  `db:"taken"`
		}
		var w db.Where
		db.In(&w, "x.line_id", part)
		w.And("p.cancelled_ms = 0")
		err := db.Each(ctx, q, `SELECT x.line_id, p.id, p.number, x.lot, x.qty, x.picked, x.short, x.taken FROM so_pick_line x JOIN so_pick p ON p.id = x.pick_id`+w.String()+` ORDER BY p.id, x.pos`, w.Args, func(s *stop) error {
			b := out[s.Line]
			if b == nil {
				b = &basket{first: s.Pick}
				out[s.Line] = b
			}
			if !slices.Contains(b.picks, s.Number) {
				b.picks = append(b.picks, s.Number)
			}
			b.left += s.Qty - s.Picked - s.Short
			at := slices.IndexFunc(b.lots, func(l PickedLot) bool { return l.Lot == s.Lot })
			if at < 0 {
				b.lots, at = append(b.lots, PickedLot{Lot: s.Lot}), len(b.lots)
			}
			b.lots[at].Qty += s.Picked
			b.lots[at].Serials = append(b.lots[at].Serials, strings.Fields(s.Taken)...)
			return nil
		})
		if err != nil {
			return nil, err
		}
		type gone struct {
			Line     db.ID   `db:"line_id"`
			Shipment db.ID   `db:"shipment_id"`
			Lot      string  `db:"lot"`
			Qty      num.Dec `db:"qty"`
			Serials  string  `db:"serials"`
		}
		w = db.Where{}
		db.In(&w, "line_id", part)
		err = db.Each(ctx, q, `SELECT line_id, shipment_id, lot, qty, serials FROM so_shipment_line`+w.String()+` ORDER BY id`, w.Args, func(g *gone) error {
			if b := out[g.Line]; b != nil && g.Shipment > b.first {
				b.take(g.Lot, g.Qty, strings.Fields(g.Serials))
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	for _, b := range out {
		b.lots = slices.DeleteFunc(b.lots, func(l PickedLot) bool { return l.Qty <= 0 })
	}
	return out, nil
}

// divide parts the promise of a line into what lies ready and the rest.
func (b *basket) divide(promised []inventory.Picked) (ready, rest []inventory.Picked) {
	for _, r := range promised {
		is, not := r, r
		if len(r.Serials) > 0 {
			is.Serials, not.Serials = nil, nil
			for _, s := range r.Serials {
				if b.take(r.LotNumber, num.One, []string{s}) > 0 {
					is.Serials = append(is.Serials, s)
				} else {
					not.Serials = append(not.Serials, s)
				}
			}
			is.Qty = num.Dec(len(is.Serials)) * num.One
		} else {
			is.Qty = b.take(r.LotNumber, r.Qty, nil)
		}
		if not.Qty = r.Qty - is.Qty; not.Qty > 0 {
			rest = append(rest, not)
		}
		if is.Qty > 0 {
			ready = append(ready, is)
		}
	}
	return ready, rest
}

// clone lets a shipment use a basket up in thought.
func (b *basket) clone() *basket {
	c := *b
	c.lots = slices.Clone(b.lots)
	for i := range c.lots {
		c.lots[i].Serials = slices.Clone(c.lots[i].Serials)
	}
	return &c
}

// notPicked refuses to ship something else than was picked, and says what was.
func notPicked(o order, l line, b *basket, qty num.Dec, lot string) *fault.Error {
	var have []string
	for _, p := range b.lots {
		have = append(have, strings.TrimSpace(p.Lot+" "+p.Qty.String()))
	}
	pick := strings.Join(b.picks, ", ")
	if len(have) == 0 {
		return fault.Conflict("sales.pick_not_walked", "nothing of line %d of %s has been picked by %s yet", l.Line, o.Number, pick).
			With("number", o.Number).With("line", l.Line).With("pick", pick).With("left", b.left).With("qty", qty)
	}
	return fault.Conflict("sales.not_picked", "%s %s of line %d of %s is not what was picked by %s: %s", qty, lot, l.Line, o.Number, pick, strings.Join(have, ", ")).
		With("number", o.Number).With("line", l.Line).With("pick", pick).With("picked", strings.Join(have, ", ")).With("qty", qty).With("lot", lot)
}
