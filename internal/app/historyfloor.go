package app

import (
	"context"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/production"
)

// floor leaves the shop floor as one finds it in the middle of a day: people at work, one operation stopped with its
// reason, a call for help that somebody answered and one that waits, and last night's hand-over.
func (h *history) floor(ctx context.Context) error {
	type op struct {
		Order  string `db:"order_number"`
		Op     int64  `db:"op"`
		Center string `db:"center"`
		Part   string `db:"part"`
		Item   db.ID  `db:"item_id"`
	}
	ops, err := db.All[op](ctx, h.a.DB.Read(), `
		SELECT p.order_number, p.op, c.code AS center,
		       coalesce((SELECT min(i.code) FROM v_wo_component k JOIN v_item i ON i.id = k.item_id WHERE k.order_id = p.order_id AND k.role = 'component'), '') AS part,
		       (SELECT w.item_id FROM v_work_order w WHERE w.id = p.order_id) AS item_id
		FROM v_wo_op p JOIN v_work_center c ON c.id = p.work_center_id WHERE p.report AND p.status = 'ready' ORDER BY p.due DESC, p.order_number DESC, p.op LIMIT 40`)
	if err != nil {
		return err
	}
	at := map[string]int{} // two at a line
	var some []op
	for _, o := range ops {
		if at[o.Center] < 2 && len(some) < 4 {
			at[o.Center]++
			some = append(some, o)
		}
	}
	floor := h.a.Production
	for i, o := range some {
		h.later(3)
		w := func(n int) string { return h.workers[(i*2+n)%len(h.workers)].Code }
		if _, ok, err := do(h.as(ctx, "operator"), h, func(ctx context.Context, tx *db.Tx) (production.Ran, error) {
			return floor.Start(ctx, tx, production.Run{Order: o.Order, Op: o.Op, Worker: w(0), Readings: h.measured(readyOp{Item: o.Item, Op: o.Op}, true)})
		}); err != nil {
			return err
		} else if !ok {
			continue
		}
		switch i {
		case 0:
			_, _, err = do(h.as(ctx, "operator"), h, func(ctx context.Context, tx *db.Tx) (production.Crewed, error) {
				return floor.Join(ctx, tx, production.Run{Order: o.Order, Op: o.Op, Worker: w(1)})
			})
		case 1:
			h.later(20)
			_, _, err = do(h.as(ctx, "operator"), h, func(ctx context.Context, tx *db.Tx) (production.Ran, error) {
				return floor.Pause(ctx, tx, production.Run{Order: o.Order, Op: o.Op, Worker: w(0), Reason: "machine"})
			})
		case 2:
			if o.Part == "" {
				break
			}
			_, _, err = do(h.as(ctx, "operator"), h, func(ctx context.Context, tx *db.Tx) (production.CallRow, error) {
				return floor.Help(ctx, tx, production.Call{Order: o.Order, Op: o.Op, Kind: "material", Item: o.Part, Text: "线边只够半小时"})
			})
		case 3:
			var c production.CallRow
			if c, _, err = do(h.as(ctx, "operator"), h, func(ctx context.Context, tx *db.Tx) (production.CallRow, error) {
				return floor.Help(ctx, tx, production.Call{Order: o.Order, Op: o.Op, Kind: "machine", Text: "有异响"})
			}); err != nil || c.ID == 0 {
				break
			}
			h.later(5)
			_, _, err = do(h.as(ctx, "maintenance"), h, func(ctx context.Context, tx *db.Tx) (production.CallRow, error) {
				return floor.TakeCall(ctx, tx, production.CallAnswer{Call: c.ID})
			})
		}
		if err != nil {
			return err
		}
	}
	if len(some) == 0 {
		return nil
	}
	h.later(3)
	signed, ok, err := do(h.as(ctx, "shift_leader"), h, func(ctx context.Context, tx *db.Tx) (production.Handover, error) {
		return floor.Sign(ctx, tx, production.HandOver{WorkCenters: []string{some[0].Center}, Note: "夹具已校准，首件已确认"})
	})
	if err != nil || !ok {
		return err
	}
	_, _, err = do(h.as(ctx, "operator"), h, func(ctx context.Context, tx *db.Tx) (production.Handover, error) {
		return floor.Accept(ctx, tx, production.TakeOver{Number: signed.Number})
	})
	return err
}
