package production

import (
	"context"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

// need is a component line that a report point uses.
type need struct {
	ID          db.ID   `db:"id"`
	Item        db.ID   `db:"item_id"`
	Code        string  `db:"code"`
	UoM         string  `db:"uom"`
	Issue       string  `db:"issue"`
	Qty         num.Dec `db:"qty"`
	ScrapPct    num.Dec `db:"scrap_pct"`
	Decimals    int     `db:"decimals"`
	Adjust      num.Dec `db:"adjust"`
	Substitutes string  `db:"substitutes"`
	Near        db.ID   `db:"near"` // line-side place of the work center, 0 = none
}

const needsSQL = `SELECT c.id, c.item_id, i.code, i.uom, c.issue, c.qty, c.scrap_pct, c.decimals, c.adjust, c.substitutes, coalesce(n.location_id, 0) AS near
	FROM wo_component c JOIN v_item i ON i.id = c.item_id JOIN wo_op p ON p.id = c.report_id LEFT JOIN v_line_side n ON n.item_id = c.item_id AND n.work_center_id = p.work_center_id
	WHERE c.order_id = $1 AND c.report_id = $2 AND c.role = 'component' AND c.issue <> 'none' ORDER BY c.line`

// due is what the line owes when the pieces of its report point go from before to after, and what stays in adjust:
// consumed so far is norm(before) + adjust, to be consumed norm(after).
func (n *need) due(before, after num.Dec) (take, adjust num.Dec, err error) {
	was, err := norm(before, n.Qty, n.ScrapPct, n.Decimals)
	if err != nil {
		return 0, 0, err
	}
	is, err := norm(after, n.Qty, n.ScrapPct, n.Decimals)
	if err != nil {
		return 0, 0, err
	}
	if take = is - was - n.Adjust; take < 0 {
		return 0, -take, nil
	}
	return take, 0, nil
}

// consume draws what the reported pieces used: backflush lines from stock, first expiry first, picked lines from
// what was issued to the order. All lines are one move, so a missing screw refuses the whole report.
//
// What is not there follows the item's policy: refused, asked for, or owed as a variance.
func (m *Module) consume(ctx context.Context, tx *db.Tx, s *opState, r *reportRow, before, after num.Dec, confirmed bool) ([]Used, []Used, error) {
	if after <= before {
		return []Used{}, nil, nil
	}
	needs, err := db.All[need](ctx, tx, needsSQL, s.Order, s.ID)
	if err != nil {
		return nil, nil, err
	}
	var lacks []lack
	takes := make([]inventory.Take, 0, len(needs))
	code := make(map[db.ID]string, len(needs))
	var wip map[db.ID]num.Dec
	for i := range needs {
		n := &needs[i]
		qty, adjust, err := n.due(before, after)
		if err != nil {
			return nil, nil, err
		}
		if adjust != n.Adjust {
			tx.Queue(`UPDATE wo_component SET adjust = $1 WHERE id = $2`, adjust, n.ID)
		}
		if qty == 0 {
			continue
		}
		code[n.Item] = n.Code
		if n.Issue == "backflush" {
			takes = append(takes, inventory.Take{Item: n.Item, Qty: qty, Near: n.Near})
			continue
		}
		if wip == nil {
			if wip, err = m.inWIP(ctx, tx, s.Order); err != nil {
				return nil, nil, err
			}
		}
		for _, item := range append([]db.ID{n.Item}, splitIDs(n.Substitutes)...) {
			if part := min(wip[item], qty); part > 0 {
				takes = append(takes, inventory.Take{Item: item, Qty: part, From: inventory.Place{Kind: inventory.WIP, Ref: s.Order}})
				wip[item] -= part
				qty -= part
			}
		}
		if qty > 0 {
			lacks = append(lacks, lack{n, qty, fault.Conflict("production.not_issued", "%s %s of %s are missing at operation %d %s: issue them to %s first, or report fewer pieces", qty, n.UoM, n.Code, s.Op, s.Name, s.Number).
				With("missing", qty).With("uom", n.UoM).With("item", n.Code).With("op", s.Op).With("name", s.Name).With("order", s.Number)})
		}
	}
	var short []Used
	if len(lacks) > 0 {
		if short, err = m.owe(ctx, tx, s, r, lacks, confirmed); err != nil {
			return nil, nil, err
		}
	}
	var picks []inventory.Picked
	if len(takes) > 0 {
		picks, err = m.Inventory.Move(ctx, tx, m.doc(s, r), inventory.Place{Kind: inventory.Consumed}, takes...)
		if fault.Is(err, "inventory.short") {
			var more []Used
			if picks, more, err = m.drawWhatIsThere(ctx, tx, s, r, takes, needs, confirmed, err); err == nil {
				short = append(short, more...)
			}
		}
		if err != nil {
			return nil, nil, err
		}
	}
	used := make([]Used, len(picks))
	for i, p := range picks {
		used[i] = Used{code[p.Item], p.LotNumber, p.Qty}
		if used[i].Item == "" { // a substitute
			if used[i].Item, err = itemCode(ctx, tx, p.Item); err != nil {
				return nil, nil, err
			}
		}
	}
	return used, short, nil
}

func itemCode(ctx context.Context, q db.Querier, id db.ID) (string, error) {
	return db.One[string](ctx, q, `SELECT code FROM v_item WHERE id = $1`, id)
}

// inWIP is what was issued to the order and not consumed yet, by item.
func (m *Module) inWIP(ctx context.Context, q db.Querier, order db.ID) (map[db.ID]num.Dec, error) {
	type row struct {
		Item db.ID   `db:"item_id"`
		Qty  num.Dec `db:"qty"`
	}
	rows, err := db.All[row](ctx, q, `SELECT item_id, CAST(sum(CASE WHEN to_kind = 'wip' AND to_ref = $1 THEN qty ELSE 0 END - CASE WHEN from_kind = 'wip' AND from_ref = $1 THEN qty ELSE 0 END) AS BIGINT) AS qty
		FROM v_move WHERE order_id = $1 AND (to_kind = 'wip' OR from_kind = 'wip') GROUP BY item_id`, order)
	if err != nil {
		return nil, err
	}
	out := make(map[db.ID]num.Dec, len(rows))
	for _, r := range rows {
		out[r.Item] = r.Qty
	}
	return out, nil
}

// undoConsumption notes for each line how far the mirrored moves are from the norm of the pieces that stay.
func undoConsumption(ctx context.Context, tx *db.Tx, order, op db.ID, before, after num.Dec, mirrored map[db.ID]num.Dec) error {
	needs, err := db.All[need](ctx, tx, needsSQL, order, op)
	if err != nil {
		return err
	}
	for i := range needs {
		n := &needs[i]
		was, err := norm(before, n.Qty, n.ScrapPct, n.Decimals)
		if err != nil {
			return err
		}
		is, err := norm(after, n.Qty, n.ScrapPct, n.Decimals)
		if err != nil {
			return err
		}
		back := num.Dec(0)
		for _, item := range append([]db.ID{n.Item}, splitIDs(n.Substitutes)...) {
			back += mirrored[item]
			mirrored[item] = 0
		}
		if adjust := was + n.Adjust - back - is; adjust != n.Adjust {
			tx.Queue(`UPDATE wo_component SET adjust = $1 WHERE id = $2`, adjust, n.ID)
		}
	}
	return nil
}
