package production

import (
	"context"
	"fmt"
	"slices"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
)

// Verify checks what this room promises and names each broken record: sums of facts, the balance law, consumption
// against the norm, receipts.
func (m *Module) Verify(ctx context.Context, q db.Querier) ([]string, error) {
	var out []string
	for _, check := range []func(context.Context, db.Querier, *[]string) error{verifySums, verifyBalance, verifyConsumption, verifyIssues, verifyScraps, verifyReceipts, verifyOutputs, verifyGates, verifyPatrols, verifyOpHolds, verifyEnded, verifyAside, verifyVariances, verifyLabour, verifyCalls} {
		if err := check(ctx, q, &out); err != nil {
			return out, err
		}
	}
	return out, nil
}

// verifySums: the totals of an operation are the sums of its reports; an operation that is no report point has none.
func verifySums(ctx context.Context, q db.Querier, out *[]string) error {
	type bad struct {
		Order string  `db:"number"`
		Op    int64   `db:"op"`
		Have  string  `db:"have"`
		Good  num.Dec `db:"good"`
		Facts num.Dec `db:"facts"`
	}
	return db.Each(ctx, q, `
		SELECT o.number, p.op, CASE WHEN p.good <> coalesce(f.good, 0) THEN 'good' WHEN p.scrap <> coalesce(f.scrap, 0) THEN 'scrap' ELSE 'rework' END AS have, p.good,
		       CAST(coalesce(f.good, 0) AS BIGINT) AS facts
		FROM wo_op p JOIN wo_order o ON o.id = p.order_id
		LEFT JOIN (SELECT op_id, sum(good) AS good, sum(scrap) AS scrap, sum(rework) AS rework FROM wo_report GROUP BY op_id) f ON f.op_id = p.id
		WHERE (p.good <> coalesce(f.good, 0) OR p.scrap <> coalesce(f.scrap, 0) OR p.rework <> coalesce(f.rework, 0) OR (NOT p.report AND f.op_id IS NOT NULL))
		  AND o.batch_id NOT IN (SELECT id FROM kit_batch) ORDER BY o.number, p.op`, nil, func(b *bad) error {
		*out = append(*out, fmt.Sprintf("work order %s operation %d: the %s quantity is not the sum of its reports (good %s, reports %s)", b.Order, b.Op, b.Have, b.Good, b.Facts))
		return nil
	})
}

type verifyOp struct {
	Order     string  `db:"number"`
	OrderID   db.ID   `db:"order_id"`
	Qty       num.Dec `db:"qty"`
	Status    string  `db:"status"`
	ID        db.ID   `db:"id"`
	Op        int64   `db:"op"`
	Good      num.Dec `db:"good"`
	Scrap     num.Dec `db:"scrap"`
	Rework    num.Dec `db:"rework"`
	PrevID    db.ID   `db:"prev_id"`
	DoneMS    int64   `db:"done_ms"`
	Last      db.ID   `db:"last_op_id"`
	Completed int64   `db:"completed_ms"`
	Unjudged  num.Dec `db:"unjudged"`
}

// verifyBalance: in = good + scrap + rework + WIP with nothing negative, and done means that nothing is left.
func verifyBalance(ctx context.Context, q db.Querier, out *[]string) error {
	var prev verifyOp
	return db.Each(ctx, q, `
		SELECT o.number, o.id AS order_id, o.qty, o.status, p.id, p.op, p.good, p.scrap, p.rework, p.prev_id, p.done_ms, o.last_op_id, o.completed_ms, p.unjudged
		FROM wo_op p JOIN wo_order o ON o.id = p.order_id
		WHERE p.report AND o.status IN ('released', 'started', 'completed', 'planned') AND o.batch_id NOT IN (SELECT id FROM kit_batch) ORDER BY o.number, p.op`, nil, func(p *verifyOp) error {
		f := flow{good: p.Good, scrap: p.Scrap, rework: p.Rework}
		first := p.PrevID == 0
		f.in = input(first, p.Qty, prev.Good-prev.Unjudged, f.total())
		say := func(what string) {
			*out = append(*out, fmt.Sprintf("work order %s operation %d: %s", p.Order, p.Op, what))
		}
		switch {
		case !first && p.PrevID != prev.ID:
			say("its copy of the routing is broken")
		case f.wip() < 0:
			say(fmt.Sprintf("%s came in and %s are reported", f.in, f.total()))
		case p.DoneMS > 0 && (f.wip() != 0 || f.rework != 0 || p.Unjudged != 0):
			say(fmt.Sprintf("it counts as done with %s pieces left", f.wip()+f.rework+p.Unjudged))
		case p.DoneMS == 0 && f.wip() == 0 && f.rework == 0 && p.Unjudged == 0 && (first || prev.DoneMS > 0):
			say("nothing is left and it does not count as done")
		case p.ID == p.Last && (p.DoneMS > 0) != (p.Completed > 0):
			say("the last operation and its order do not agree whether all is done")
		}
		prev = *p
		return nil
	})
}

// verifyConsumption: what reports consumed is the norm of the pieces reported, but for what a reversal left over.
func verifyConsumption(ctx context.Context, q db.Querier, out *[]string) error {
	type key struct{ order, item db.ID }
	moved := map[key]num.Dec{}
	type move struct {
		Order db.ID   `db:"order_id"`
		Item  db.ID   `db:"item_id"`
		Qty   num.Dec `db:"qty"`
	}
	if err := db.Each(ctx, q, `SELECT order_id, item_id, CAST(sum(CASE WHEN to_kind = 'consumed' THEN qty ELSE -qty END) AS BIGINT) AS qty FROM v_move
		WHERE doc_kind IN ('wo_report', 'wo_variance') AND (to_kind = 'consumed' OR from_kind = 'consumed') GROUP BY order_id, item_id`, nil,
		func(v *move) error { moved[key{v.Order, v.Item}] = v.Qty; return nil }); err != nil {
		return err
	}
	if err := db.Each(ctx, q, `SELECT order_id, item_id, CAST(sum(qty) AS BIGINT) AS qty FROM wo_variance WHERE kind <> 'write_off' GROUP BY order_id, item_id`, nil,
		func(v *move) error { moved[key{v.Order, v.Item}] += v.Qty; return nil }); err != nil {
		return err
	}
	type comp struct {
		Number   string  `db:"number"`
		Order    db.ID   `db:"order_id"`
		Line     int64   `db:"line"`
		Item     db.ID   `db:"item_id"`
		Subs     string  `db:"substitutes"`
		Qty      num.Dec `db:"qty"`
		ScrapPct num.Dec `db:"scrap_pct"`
		Decimals int     `db:"decimals"`
		Adjust   num.Dec `db:"adjust"`
		Shift    num.Dec `db:"shift"`
		Done     num.Dec `db:"done"`
		Opening  num.Dec `db:"opening"`
	}
	want := map[key]num.Dec{}   // by order, all its items added up: a substitute stands for the line's item
	names := map[db.ID]string{} // order numbers
	have := map[db.ID]map[db.ID]bool{}
	account := map[key]key{}
	if err := db.Each(ctx, q, `
		SELECT o.number, c.order_id, c.line, c.item_id, c.substitutes, c.qty, c.scrap_pct, c.decimals, c.adjust, c.shift, p.good + p.scrap + p.rework AS done,
		       CAST(coalesce((SELECT sum(r.good + r.scrap + r.rework) FROM wo_report r WHERE r.order_id = p.order_id AND r.op_id = p.id AND r.kind = 'opening'), 0) AS BIGINT) AS opening
		FROM wo_component c JOIN wo_order o ON o.id = c.order_id JOIN wo_op p ON p.id = c.report_id
		WHERE c.role = 'component' AND c.issue <> 'none' AND o.batch_id NOT IN (SELECT id FROM kit_batch) AND (p.good + p.scrap + p.rework > 0 OR c.shift <> 0) ORDER BY o.number, c.line`, nil, func(c *comp) error {
		is, err := norm(c.Done, c.Qty, c.ScrapPct, c.Decimals)
		if err != nil {
			return err
		}
		was, err := norm(c.Opening, c.Qty, c.ScrapPct, c.Decimals)
		if err != nil {
			return err
		}
		names[c.Order] = c.Number
		if have[c.Order] == nil {
			have[c.Order] = map[db.ID]bool{}
		}
		family := append(splitIDs(c.Subs), c.Item)
		k := key{c.Order, slices.Min(family)}
		for _, item := range family { // lines that share an item, as a part or as its substitute, are one account
			if was, ok := account[key{c.Order, item}]; ok {
				k = was
				break
			}
		}
		for _, item := range family {
			account[key{c.Order, item}] = k
		}
		for _, item := range family {
			if !have[c.Order][item] {
				have[c.Order][item] = true
				want[k] -= moved[key{c.Order, item}]
			}
		}
		want[k] += is + c.Adjust + c.Shift - was
		return nil
	}); err != nil {
		return err
	}
	for k, off := range want {
		if off != 0 {
			code, err := itemCode(ctx, q, k.item)
			if err != nil {
				return err
			}
			*out = append(*out, fmt.Sprintf("work order %s: the reports owe %s of %s by the norm", names[k.order], off, code))
		}
	}
	slices.Sort(*out)
	return nil
}

// verifyIssues: what the lines say was issued is the sum of issues and returns.
func verifyIssues(ctx context.Context, q db.Querier, out *[]string) error {
	type bad struct {
		Order  string  `db:"number"`
		Issued num.Dec `db:"issued"`
		Facts  num.Dec `db:"facts"`
	}
	return db.Each(ctx, q, `
		SELECT o.number, CAST(c.issued AS BIGINT) AS issued, CAST(coalesce(f.qty, 0) AS BIGINT) AS facts
		FROM wo_order o JOIN (SELECT order_id, sum(issued) AS issued FROM wo_component GROUP BY order_id HAVING sum(issued) <> 0) c ON c.order_id = o.id
		LEFT JOIN (SELECT order_id, sum(qty) AS qty FROM wo_issue GROUP BY order_id) f ON f.order_id = o.id
		WHERE c.issued <> coalesce(f.qty, 0) ORDER BY o.number`, nil, func(b *bad) error {
		*out = append(*out, fmt.Sprintf("work order %s: %s are issued, its issues and returns add up to %s", b.Order, b.Issued, b.Facts))
		return nil
	})
}

// verifyReceipts: received is the sum of receipts and never above what was good.
func verifyReceipts(ctx context.Context, q db.Querier, out *[]string) error {
	type bad struct {
		Order    string  `db:"number"`
		Received num.Dec `db:"received"`
		Good     num.Dec `db:"good"`
		Facts    num.Dec `db:"facts"`
	}
	return db.Each(ctx, q, `
		SELECT o.number, o.received, l.good, CAST(coalesce(f.qty, 0) + coalesce(g.qty, 0) AS BIGINT) AS facts
		FROM wo_order o JOIN wo_op l ON l.id = o.last_op_id
		LEFT JOIN (SELECT order_id, sum(qty) AS qty FROM wo_receipt WHERE component_id = 0 GROUP BY order_id) f ON f.order_id = o.id
		LEFT JOIN (SELECT op_id, sum(good) AS qty FROM wo_report WHERE kind = 'opening' GROUP BY op_id) g ON g.op_id = l.id
		WHERE (o.received > l.good OR o.received <> coalesce(f.qty, 0) + coalesce(g.qty, 0)) AND o.batch_id NOT IN (SELECT id FROM kit_batch) ORDER BY o.number`, nil, func(b *bad) error {
		*out = append(*out, fmt.Sprintf("work order %s: %s received of %s good, its receipts add up to %s", b.Order, b.Received, b.Good, b.Facts))
		return nil
	})
}

// verifyEnded: an order that is over has nothing left in WIP, whatever became of it.
func verifyEnded(ctx context.Context, q db.Querier, out *[]string) error {
	type bad struct {
		Order string  `db:"number"`
		Item  string  `db:"code"`
		Qty   num.Dec `db:"qty"`
	}
	return db.Each(ctx, q, `
		SELECT o.number, i.code, CAST(sum(CASE WHEN v.to_kind = 'wip' THEN v.qty ELSE 0 END - CASE WHEN v.from_kind = 'wip' THEN v.qty ELSE 0 END) AS BIGINT) AS qty
		FROM wo_order o JOIN v_move v ON v.order_id = o.id JOIN v_item i ON i.id = v.item_id
		WHERE o.status IN ('closed', 'cancelled') AND (v.to_kind = 'wip' OR v.from_kind = 'wip') GROUP BY o.number, i.code
		HAVING sum(CASE WHEN v.to_kind = 'wip' THEN v.qty ELSE 0 END - CASE WHEN v.from_kind = 'wip' THEN v.qty ELSE 0 END) <> 0 ORDER BY o.number, i.code`, nil, func(b *bad) error {
		*out = append(*out, fmt.Sprintf("work order %s is over and %s of %s are still there", b.Order, b.Qty, b.Item))
		return nil
	})
}

// verifyVariances: what a variance has open is never below zero, and nothing of an order that is over.
func verifyVariances(ctx context.Context, q db.Querier, out *[]string) error {
	type bad struct {
		Order string  `db:"number"`
		Item  string  `db:"code"`
		Qty   num.Dec `db:"qty"`
	}
	return db.Each(ctx, q, `SELECT o.number, i.code, v.qty FROM v_wo_variance v JOIN wo_order o ON o.id = v.order_id JOIN v_item i ON i.id = v.item_id
		WHERE v.qty < 0 OR (v.qty > 0 AND o.status IN ('closed', 'cancelled')) ORDER BY o.number, i.code`, nil, func(b *bad) error {
		*out = append(*out, fmt.Sprintf("work order %s: a variance of %s has %s open", b.Order, b.Item, b.Qty))
		return nil
	})
}

// verifyLabour: the shares of a report's time add up to it.
func verifyLabour(ctx context.Context, q db.Querier, out *[]string) error {
	type bad struct {
		Order string `db:"number"`
		Have  int64  `db:"have"`
		Want  int64  `db:"want"`
	}
	return db.Each(ctx, q, `SELECT o.number, l.ms AS have, r.happened_ms - r.start_ms AS want
		FROM (SELECT report_id, CAST(sum(ms) AS BIGINT) AS ms FROM wo_labour WHERE report_id <> 0 GROUP BY report_id) l JOIN wo_report r ON r.id = l.report_id JOIN wo_order o ON o.id = r.order_id
		WHERE l.ms <> r.happened_ms - r.start_ms ORDER BY o.number`, nil, func(b *bad) error {
		*out = append(*out, fmt.Sprintf("work order %s: the shares of a report add up to %d ms of %d", b.Order, b.Have, b.Want))
		return nil
	})
}
