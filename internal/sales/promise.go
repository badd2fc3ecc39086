package sales

import (
	"context"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/production"
)

// keepPromise frees what is promised to a line beyond keep; what is freed last expires last. The rest is promised
// again, the very same lots. It says what was freed.
func (m *Module) keepPromise(ctx context.Context, tx *db.Tx, o order, l line, keep num.Dec) ([]inventory.Picked, error) {
	have, err := m.Inventory.Reserved(ctx, tx, "so_line", l.ID)
	if err != nil || len(have) == 0 {
		return nil, err
	}
	kept, freed := divide(have, keep)
	if len(freed) == 0 {
		return nil, nil
	}
	if err := m.Inventory.Unreserve(ctx, tx, "so_line", l.ID); err != nil {
		return nil, err
	}
	return freed, m.promise(ctx, tx, o, l, kept)
}

// divide shares what is promised into the first keep and the rest.
func divide(have []inventory.Picked, keep num.Dec) (kept, rest []inventory.Picked) {
	for _, p := range have {
		a, b := p, p
		if a.Qty = min(p.Qty, max(keep, 0)); len(p.Serials) > 0 {
			n := min(int(a.Qty/num.One), len(p.Serials))
			a.Serials, b.Serials = p.Serials[:n:n], p.Serials[n:]
		}
		b.Qty = p.Qty - a.Qty
		keep -= a.Qty
		if a.Qty > 0 {
			kept = append(kept, a)
		}
		if b.Qty > 0 {
			rest = append(rest, b)
		}
	}
	return kept, rest
}

// promise reserves exactly these lots for the line. A lot that may no longer be promised (expired or held since)
// stays free.
func (m *Module) promise(ctx context.Context, tx *db.Tx, o order, l line, lots []inventory.Picked) error {
	doc := inventory.Doc{Kind: "so_line", ID: l.ID, Number: o.Number, Line: l.Line, Site: o.Site}
	for _, p := range lots {
		_, err := m.Inventory.Reserve(ctx, tx, doc, inventory.Take{Item: l.Item, Qty: p.Qty, Lot: p.LotNumber, Serials: p.Serials, From: p.From})
		if _, refused := fault.As(err); err != nil && !refused {
			return err
		}
	}
	return nil
}

// handOver moves work orders, or shares of them, from one line to another; to line 0 they are for stock.
func (m *Module) handOver(ctx context.Context, tx *db.Tx, reason string, ws []lineWork, to db.ID, ref string) error {
	var pegs []production.Peg
	for _, w := range ws {
		if w.Peg != 0 {
			tx.Queue(`UPDATE so_peg SET line_id = $1 WHERE id = $2`, to, w.Peg)
			continue
		}
		pegs = append(pegs, production.Peg{Order: w.Number, Line: to, Ref: ref})
	}
	return m.Production.Repeg(ctx, tx, reason, pegs...)
}

func lotsOf(line int64, item string, ps []inventory.Picked) []AllocatedLot {
	out := make([]AllocatedLot, len(ps))
	for i, p := range ps {
		out[i] = AllocatedLot{line, item, p.LotNumber, p.ExpiresOn, p.Qty, p.Serials}
	}
	return out
}
