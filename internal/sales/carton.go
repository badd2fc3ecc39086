package sales

import (
	"context"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

// Carton is one box of a shipment with what is in it.
type Carton struct {
	No     int64        `json:"no" minimum:"1" maximum:"9999"`
	Weight string       `json:"weight,omitempty" maxLength:"20" doc:"As read off the scale, with its unit: 12.4 kg"`
	Note   string       `json:"note,omitempty" maxLength:"200"`
	Lines  []CartonLine `json:"lines" maxItems:"1000"`
}

// CartonLine is a quantity of a line in a carton. A lot that is left out is the next one that goes and is in no carton.
type CartonLine struct {
	Line    int64    `json:"line" minimum:"1"`
	Lot     string   `json:"lot,omitempty"`
	Qty     num.Dec  `json:"qty"`
	Serials []string `json:"serials,omitempty"`
}

type cartonRow struct {
	ID       db.ID  `db:"id"`
	Shipment db.ID  `db:"shipment_id"`
	No       int64  `db:"no"`
	Weight   string `db:"weight"`
	Note     string `db:"note"`
}

type cartonLineRow struct {
	ID      db.ID   `db:"id"`
	Carton  db.ID   `db:"carton_id"`
	Line    db.ID   `db:"line_id"`
	Lot     string  `db:"lot"`
	Qty     num.Dec `db:"qty"`
	Serials string  `db:"serials"`
}

// packed stores what is in which carton; the cartons hold exactly what leaves.
func packed(ctx context.Context, tx *db.Tx, shipment db.ID, lines []line, going []shipmentLineRow, cartons []Carton) error {
	if len(cartons) == 0 {
		return nil
	}
	id, no := map[int64]db.ID{}, map[db.ID]int64{}
	for _, l := range lines {
		id[l.Line], no[l.ID] = l.ID, l.Line
	}
	rows, content, f := fill(tx.ID, shipment, id, going, cartons)
	if f != nil {
		if n, ok := no[f.line]; ok {
			f.err.With("line", n)
		}
		return f.err
	}
	if err := db.Insert(ctx, tx, "so_carton", rows...); err != nil {
		return err
	}
	return db.Insert(ctx, tx, "so_carton_line", content...)
}

type misfit struct {
	line db.ID
	err  *fault.Error
}

// fill puts what goes into the cartons: a named lot from that lot, else from whatever of the line is not packed yet.
func fill(newID func() db.ID, shipment db.ID, lineID map[int64]db.ID, going []shipmentLineRow, cartons []Carton) (rows []cartonRow, content []cartonLineRow, bad *misfit) {
	left := make([]num.Dec, len(going))
	pieces := make([][]string, len(going))
	for i, g := range going {
		left[i], pieces[i] = g.Qty, strings.Fields(g.Serials)
	}
	differs := func(line db.ID, lot string, qty, have num.Dec) *misfit {
		return &misfit{line, fault.Invalid("sales.carton_differs", "%s of %s go, %s are in cartons", qty, lot, have).With("lot", lot).With("qty", qty).With("packed", have)}
	}
	seen := map[int64]bool{}
	for _, c := range cartons {
		switch {
		case seen[c.No]:
			return nil, nil, &misfit{0, fault.Invalid("sales.carton_twice", "carton %d appears twice", c.No).With("no", c.No)}
		case len(c.Lines) == 0:
			return nil, nil, &misfit{0, fault.Invalid("sales.carton_empty", "carton %d is empty", c.No).With("no", c.No)}
		}
		seen[c.No] = true
		row := cartonRow{newID(), shipment, c.No, c.Weight, c.Note}
		rows = append(rows, row)
		for _, l := range c.Lines {
			want := l.Qty
			for i := range going {
				g := &going[i]
				if g.Line != lineID[l.Line] || l.Lot != "" && l.Lot != g.LotNo || left[i] == 0 || want <= 0 {
					continue
				}
				take := min(left[i], want)
				var serials []string
				if len(pieces[i]) > 0 {
					if len(l.Serials) > 0 {
						serials, pieces[i] = pull(pieces[i], l.Serials)
						take = min(take, num.Int(int64(len(serials))))
					} else {
						n := int(take / num.One)
						serials, pieces[i] = pieces[i][:n:n], pieces[i][n:]
					}
				}
				if take <= 0 {
					continue
				}
				left[i] -= take
				want -= take
				content = append(content, cartonLineRow{newID(), row.ID, g.Line, g.LotNo, take, strings.Join(serials, " ")})
			}
			if want != 0 {
				return nil, nil, differs(lineID[l.Line], l.Lot, l.Qty-want, l.Qty)
			}
		}
	}
	for i, g := range going {
		if left[i] != 0 {
			return nil, nil, differs(g.Line, g.LotNo, g.Qty, g.Qty-left[i])
		}
	}
	return rows, content, nil
}

// pull takes the wished pieces out of those that are there.
func pull(have, wish []string) (got, rest []string) {
	want := map[string]bool{}
	for _, w := range wish {
		want[w] = true
	}
	for _, h := range have {
		if want[h] {
			got = append(got, h)
		} else {
			rest = append(rest, h)
		}
	}
	return got, rest
}

// cartonsOf reads the cartons of a shipment with their content.
func cartonsOf(ctx context.Context, q db.Querier, shipment db.ID) ([]Carton, error) {
	type row struct {
		No      int64   `db:"no"`
		Weight  string  `db:"weight"`
		Note    string  `db:"note"`
		Line    int64   `db:"line"`
		Lot     string  `db:"lot"`
		Qty     num.Dec `db:"qty"`
		Serials string  `db:"serials"`
	}
	out := []Carton{}
	return out, db.Each(ctx, q, `SELECT c.no, c.weight, c.note, l.line, x.lot, x.qty, x.serials FROM so_carton c JOIN so_carton_line x ON x.carton_id = c.id JOIN so_line l ON l.id = x.line_id
		WHERE c.shipment_id = $1 ORDER BY c.no, l.line, x.lot, x.id`, []any{shipment}, func(r *row) error {
		if len(out) == 0 || out[len(out)-1].No != r.No {
			out = append(out, Carton{No: r.No, Weight: r.Weight, Note: r.Note})
		}
		c := &out[len(out)-1]
		c.Lines = append(c.Lines, CartonLine{r.Line, r.Lot, r.Qty, strings.Fields(r.Serials)})
		return nil
	})
}
