package production

import (
	"context"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/label"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// measuredAtOnce is how many pieces one report may have to measure.
const measuredAtOnce = 1000

// reported are the pieces of a report, as far as single pieces are measured: how many the operation had before, how many
// come, and how many of them are not scrapped. The pieces of an operation are numbered by its reports; those that come
// out of rework have their numbers already, so they are counted from one within their report.
type reported struct {
	before, pieces, whole num.Dec
	again                 bool
}

// up is a quantity in begun pieces.
func up(q num.Dec) int64 { return int64((q + num.One - 1) / num.One) }

// measure numbers the pieces of n values of a parameter, and says how many are wanted: of the pieces that are due those
// that are not scrapped. Who measures more than is due may: the first of the others.
func (r reported) measure(p *masterdata.Param, n int) (numbers []int64, want int, err error) {
	before := r.before
	if r.again {
		before = 0
	}
	from, to := up(before)+1, up(before+r.pieces)
	if (to-from+1)/max(int64(p.Every), 1) > measuredAtOnce {
		return nil, 0, fault.Invalid("production.readings_many", "%s is read of more than %d pieces of this report; report fewer at once", p.Name, measuredAtOnce).With("name", p.Name).With("most", measuredAtOnce)
	}
	due := p.Due(from, to)
	if all := max(to-from+1, 0); int64(n) > all {
		return nil, 0, fault.Invalid("production.reading_pieces", "%s: %d values for %d pieces", p.Name, n, all).With("name", p.Name).With("n", n).With("pieces", all)
	}
	want = int(min(int64(len(due)), up(r.whole)))
	numbers = due
	for k, i := from, 0; len(numbers) < n; k++ {
		if i < len(due) && due[i] == k {
			i++
			continue
		}
		numbers = append(numbers, k)
	}
	return numbers, want, nil
}

// serialOf is the serial number of a piece that was measured, typed or read from its label.
func (s *opState) serialOf(p *masterdata.Param, g Reading, rows []readingRow) (string, error) {
	text := strings.TrimSpace(g.Serial)
	if text == "" {
		return "", nil
	}
	if s.Tracking != "serial" || p.Taken != masterdata.TakenPiece {
		return "", fault.Invalid("production.reading_serial", "%s takes no serial number: its item has none, or it is not read of single pieces", p.Name).With("name", p.Name).With("serial", text)
	}
	c, ok := label.ParseCode(text)
	if !ok || c.Kind != label.Bare && (c.Kind != label.Serial || c.Item != s.ItemCode) {
		return "", fault.Invalid("production.reading_serial_code", "%q is no serial number of %s; scan the label of the piece", text, s.ItemCode).With("serial", text).With("item", s.ItemCode)
	}
	for i := range rows {
		if rows[i].Name == p.Name && rows[i].Serial == c.Number {
			return "", fault.Invalid("production.reading_serial_twice", "piece %s was measured twice for %s", c.Number, p.Name).With("serial", c.Number).With("name", p.Name)
		}
	}
	return c.Number, nil
}

// sameSerial refuses a piece that an earlier report of the operation has measured.
func sameSerial(ctx context.Context, q db.Querier, s *opState, rows []readingRow) error {
	var serials []string
	for i := range rows {
		if rows[i].Serial != "" {
			serials = append(serials, rows[i].Serial)
		}
	}
	if len(serials) == 0 {
		return nil
	}
	var w db.Where
	w.And("op_id = ?", s.ID)
	db.In(&w, "serial", serials)
	w.And("NOT reversed")
	type was struct {
		Name   string `db:"name"`
		Serial string `db:"serial"`
	}
	before, err := db.All[was](ctx, q, `SELECT name, serial FROM v_wo_reading`+w.String()+` ORDER BY id`, w.Args...)
	if err != nil {
		return err
	}
	for _, b := range before {
		for i := range rows {
			if rows[i].Name == b.Name && rows[i].Serial == b.Serial {
				return fault.Conflict("production.reading_serial_twice", "piece %s was measured twice for %s", b.Serial, b.Name).With("serial", b.Serial).With("name", b.Name)
			}
		}
	}
	return nil
}
