package app

import (
	"context"
	"fmt"
	"time"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/planning"
	"kaiwu/internal/purchasing"
	"kaiwu/internal/sales"
	"kaiwu/internal/scheduling"
)

// do runs one act of a person in its own transaction. What the house refuses is counted, not an error: people are
// refused too.
func do[T any](ctx context.Context, h *history, act func(ctx context.Context, tx *db.Tx) (T, error)) (out T, ok bool, err error) {
	h.acts++
	err = h.a.DB.InTx(ctx, func(tx *db.Tx) error {
		out, err = act(ctx, tx)
		return err
	})
	if _, is := fault.As(err); is {
		h.refused++
		return out, false, nil
	}
	return out, err == nil, err
}

func (h *history) play(ctx context.Context) error {
	h.at(0, 7, 15)
	if err := h.toll(ctx); err != nil {
		return fmt.Errorf("the customer's own shells: %w", err)
	}
	if err := h.ageing(ctx); err != nil {
		return fmt.Errorf("process parameters: %w", err)
	}
	if err := h.forStock(ctx, 0); err != nil {
		return err
	}
	if err := h.plan(ctx, 8, true, h.now); err != nil {
		return fmt.Errorf("the first plan: %w", err)
	}
	sunday := func(day int) bool { return h.today.AddDate(0, 0, day-demoDays).Weekday() == time.Sunday }
	if h.lastDay = demoDays - 1; sunday(h.lastDay) {
		h.lastDay--
	}
	for day := range demoDays {
		if sunday(day) {
			continue
		}
		if err := h.day(ctx, day); err != nil {
			return fmt.Errorf("day %d: %w", day, err)
		}
	}
	h.at(demoDays, 7, 30)
	if before := time.Now().Add(-time.Hour); h.now.After(before) { // who looks before the morning sees it planned in the night
		h.now = before
		h.a.opt.Clock.set(h.now)
	}
	if err := h.receive(ctx); err != nil {
		return err
	}
	if err := h.stage(ctx, 10); err != nil {
		return err
	}
	if err := h.plan(ctx, 8, false, h.now); err != nil { // planned this morning, not released yet
		return err
	}
	if err := h.hold(ctx); err != nil {
		return err
	}
	if err := h.substitutes(ctx); err != nil {
		return fmt.Errorf("substitutes: %w", err)
	}
	h.a.opt.Clock.real()
	planner := h.as(ctx, "planner")
	if _, err := h.a.Planning.Run(planner, planning.RunPlan{}); err != nil { // what the schedule waits for stands in it
		return err
	}
	if _, _, err := do(planner, h, func(ctx context.Context, tx *db.Tx) (scheduling.Result, error) {
		return h.a.Scheduling.Run(ctx, tx, scheduling.RunRule{Rule: "priority"})
	}); err != nil {
		return err
	}
	if err := h.absences(ctx); err != nil {
		return fmt.Errorf("absences and maintenance: %w", err)
	}
	if _, err := h.a.Scheduling.LearnTimes(planner, scheduling.Learn{}); err != nil {
		return err
	}
	return h.whatIf(ctx)
}

// day is goods in before the shift, the floor by the schedule that was published the evening before, and in the evening
// what goes out and the plan of the next day. The last one is left as one finds it in the middle of the work.
func (h *history) day(ctx context.Context, day int) error {
	last := day == h.lastDay
	h.at(day, 7, 20)
	if err := h.receive(ctx); err != nil {
		return fmt.Errorf("goods in: %w", err)
	}
	if err := h.takePlan(ctx); err != nil {
		return err
	}
	if last {
		if err := h.material(ctx); err != nil {
			return fmt.Errorf("material planning: %w", err)
		}
	}
	noon := 17
	if last {
		noon = 11
	}
	if err := h.workUntil(ctx, day, noon, 0); err != nil {
		return fmt.Errorf("shop floor: %w", err)
	}
	h.upto(day, noon, 0)
	if last {
		h.last = true
		if err := h.forStock(ctx, day+1); err != nil {
			return err
		}
		if err := h.plan(ctx, 10, true, h.now.AddDate(0, 0, 1)); err != nil {
			return fmt.Errorf("planning: %w", err)
		}
		if err := h.stage(ctx, 10); err != nil {
			return err
		}
		if err := h.floor(ctx); err != nil {
			return fmt.Errorf("the floor as it stands: %w", err)
		}
		if err := h.leaveBegun(ctx); err != nil {
			return err
		}
		h.upto(day, 14, 0)
		if err := h.change(ctx); err != nil {
			return fmt.Errorf("change orders: %w", err)
		}
		if err := h.back(ctx); err != nil {
			return fmt.Errorf("what came back: %w", err)
		}
		if err := h.branch(ctx); err != nil {
			return fmt.Errorf("the depot: %w", err)
		}
	} else {
		if err := h.settle(ctx, 0); err != nil {
			return fmt.Errorf("final inspection: %w", err)
		}
		if err := h.ship(ctx); err != nil {
			return fmt.Errorf("shipping: %w", err)
		}
	}
	if err := h.workUntil(ctx, day, 18, 30); err != nil {
		return fmt.Errorf("shop floor: %w", err)
	}
	if last {
		return nil
	}
	h.upto(day, 18, 30)
	most := int64(4)
	if day == h.lastDay-1 {
		most = 6
	}
	if err := h.forStock(ctx, day+1); err != nil {
		return err
	}
	if err := h.plan(ctx, most, true, h.now.AddDate(0, 0, 1)); err != nil {
		return fmt.Errorf("planning: %w", err)
	}
	if err := h.takePlan(ctx); err != nil {
		return err
	}
	if err := h.workUntil(ctx, day, 22, 0); err != nil {
		return fmt.Errorf("late shift: %w", err)
	}
	return nil
}

// whatIf asks what a big order more would do, and the first delivery two weeks late.
func (h *history) whatIf(ctx context.Context) error {
	planner := h.as(ctx, "planner")
	item, found, err := db.Get[string](ctx, h.a.DB.Read(), `SELECT i.code FROM v_sales_line l JOIN v_item i ON i.id = l.item_id WHERE i.kind = 'make' GROUP BY i.code ORDER BY count(*) DESC, i.code LIMIT 1`)
	if err != nil || !found {
		return err
	}
	qty := num.Int(60)
	changes := []planning.Change{{Kind: "demand", Item: item, Qty: &qty, Day: h.today.AddDate(0, 0, 15).Format(time.DateOnly)}}
	late, found, err := db.Get[string](ctx, h.a.DB.Read(), `SELECT order_number FROM v_purchase_line WHERE NOT closed AND qty > received ORDER BY due, order_number LIMIT 1`)
	if err != nil {
		return err
	}
	if found {
		changes = append(changes, planning.Change{Kind: "supply", Number: late, Day: h.today.AddDate(0, 0, 14).Format(time.DateOnly)})
	}
	s, ok, err := do(planner, h, func(ctx context.Context, tx *db.Tx) (planning.Scenario, error) {
		return h.a.Planning.CreateScenario(ctx, tx, planning.NewScenario{Name: "大客户再追加 60 台", Changes: changes})
	})
	if err != nil || !ok {
		return err
	}
	_, err = h.a.Planning.RunScenario(planner, s.Number)
	return err
}

// material is the planner's MRP of the last morning: she holds what one item needs as one order and enters a need that
// no order says. This morning's run shows what moved since.
func (h *history) material(ctx context.Context) error {
	h.at(h.lastDay, 8, 15)
	planner := h.as(ctx, "planner")
	p, err := h.a.Planning.Run(planner, planning.RunPlan{})
	if err != nil || p.Orders == 0 {
		return err
	}
	type most struct {
		Item db.ID `db:"item_id"`
		N    int64 `db:"n"`
	}
	merge, found, err := db.Get[most](ctx, h.a.DB.Read(), `SELECT item_id, count(*) AS n FROM v_planned_order WHERE live AND kind = 'buy' AND NOT past GROUP BY item_id ORDER BY count(*) DESC, item_id LIMIT 1`)
	if err != nil || !found {
		return err
	}
	pick, err := db.All[int64](ctx, h.a.DB.Read(), `SELECT n FROM v_planned_order WHERE live AND item_id = $1 AND kind = 'buy' AND NOT past ORDER BY n LIMIT 4`, merge.Item)
	if err != nil {
		return err
	}
	if _, _, err := do(planner, h, func(ctx context.Context, tx *db.Tx) (planning.Firmed, error) {
		return h.a.Planning.Firm(ctx, tx, planning.MakeFirm{Pick: planning.Pick{Orders: pick}, Merge: "item", Note: "合并成一批，向供应商要整车价"})
	}); err != nil {
		return err
	}
	item, found, err := db.Get[string](ctx, h.a.DB.Read(), `SELECT i.code FROM v_sales_line l JOIN v_item i ON i.id = l.item_id WHERE i.kind = 'make' GROUP BY i.code ORDER BY count(*) DESC, i.code LIMIT 1`)
	if err != nil || !found {
		return err
	}
	_, _, err = do(planner, h, func(ctx context.Context, tx *db.Tx) (planning.Entered, error) {
		return h.a.Planning.Enter(ctx, tx, planning.NewDemand{Item: item, Qty: num.Int(12), Due: h.today.AddDate(0, 0, 12).Format(time.DateOnly), Note: "展会样机"})
	})
	return err
}

// plan makes the work orders of the next due sales orders with their parts, buys what is short for the day on which the
// parts are wanted, and schedules.
func (h *history) plan(ctx context.Context, most int64, release bool, parts time.Time) error {
	orders, err := db.All[string](ctx, h.a.DB.Read(), `SELECT l.order_number FROM v_sales_line l WHERE NOT l.cancelled AND l.shipped < l.qty
		AND NOT EXISTS (SELECT 1 FROM v_work_order w WHERE w.sales_line_id = l.id) GROUP BY l.order_number ORDER BY min(l.due), l.order_number LIMIT $1`, most)
	if err != nil || len(orders) == 0 {
		return err
	}
	made, ok, err := do(h.as(ctx, "planner"), h, func(ctx context.Context, tx *db.Tx) (sales.WorkMade, error) {
		return h.a.Sales.MakeWork(ctx, tx, sales.MakeWork{Orders: orders, Parts: true, Release: release})
	})
	if err != nil || !ok {
		return err
	}
	for _, s := range made.Short {
		if s.Kind != "buy" {
			continue
		}
		h.later(5)
		supplier, found, err := db.Get[string](ctx, h.a.DB.Read(), `SELECT p.code FROM v_item i JOIN v_partner p ON p.id = i.supplier_id WHERE i.code = $1`, s.Item)
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		qty, err := s.Qty.RoundUp(0)
		if err != nil {
			return err
		}
		if _, _, err := do(h.as(ctx, "buyer"), h, func(ctx context.Context, tx *db.Tx) (purchasing.Created, error) {
			return h.a.Purchasing.Create(ctx, tx, purchasing.NewOrder{Supplier: supplier, Lines: []purchasing.NewLine{{Item: s.Item, Qty: qty + num.Int(20), Due: parts.Format(time.DateOnly)}}})
		}); err != nil {
			return err
		}
	}
	_, _, err = do(h.as(ctx, "planner"), h, func(ctx context.Context, tx *db.Tx) (scheduling.Result, error) {
		return h.a.Scheduling.Run(ctx, tx, scheduling.RunRule{Rule: "priority"})
	})
	return err
}

// hold sets a part of a lot aside, as an inspector does who has heard a complaint.
func (h *history) hold(ctx context.Context) error {
	type lot struct {
		Item db.ID   `db:"item_id"`
		Lot  string  `db:"number"`
		Site db.ID   `db:"site_id"`
		Loc  db.ID   `db:"location_id"`
		Qty  num.Dec `db:"qty"`
	}
	l, found, err := db.Get[lot](ctx, h.a.DB.Read(), `SELECT s.item_id, t.number, s.site_id, s.location_id, s.qty - s.reserved AS qty FROM v_stock s JOIN v_lot t ON t.id = s.lot_id JOIN v_item i ON i.id = s.item_id
		WHERE s.status = 'available' AND t.number <> '' AND i.kind = 'buy' AND i.decimals = 0 AND s.qty - s.reserved >= $1 ORDER BY t.received_on DESC, t.number LIMIT 1`, num.Int(40))
	if err != nil || !found {
		return err
	}
	_, _, err = do(h.as(ctx, "quality"), h, func(ctx context.Context, tx *db.Tx) ([]inventory.Picked, error) {
		return h.a.Inventory.Hold(ctx, tx, inventory.Doc{Kind: "hold", ID: tx.ID(), Number: l.Lot, Site: l.Site, Reason: "来料外观有划伤，待复检"}, inventory.Take{Item: l.Item, Qty: num.Int(30), Lot: l.Lot, From: inventory.Place{Kind: inventory.Stock, Ref: l.Loc}})
	})
	return err
}

// receive books what was due by today, a delivery at a time.
func (h *history) receive(ctx context.Context) error {
	type due struct {
		Order string  `db:"order_number"`
		Line  int64   `db:"line"`
		Open  num.Dec `db:"open"`
	}
	lines, err := db.All[due](ctx, h.a.DB.Read(), `SELECT order_number, line, qty - received AS open FROM v_purchase_line WHERE qty > received AND due <= $1 AND NOT closed ORDER BY due, order_number, line LIMIT 25`, h.now.Format("2006-01-02"))
	if err != nil {
		return err
	}
	for _, l := range lines {
		h.later(4)
		if _, _, err := do(h.as(ctx, "warehouse"), h, func(ctx context.Context, tx *db.Tx) (purchasing.Received, error) {
			return h.a.Purchasing.Receive(ctx, tx, purchasing.Receive{Order: l.Order, Line: l.Line, Qty: l.Open, SupplierLot: fmt.Sprintf("V%06d", h.rnd.IntN(1_000_000))})
		}); err != nil {
			return err
		}
	}
	return nil
}

type readyOp struct {
	Order  string  `db:"order_number"`
	ID     db.ID   `db:"order_id"`
	Op     int64   `db:"op"`
	Center db.ID   `db:"work_center_id"`
	In     num.Dec `db:"qty_in"`
	Done   num.Dec `db:"done"`
	Status string  `db:"status"`
	Tool   string  `db:"tool"`
	Skill  string  `db:"skill"`
	Rework num.Dec `db:"rework"`
	Item   db.ID   `db:"item_id"`

	BatchMin   num.Dec `db:"batch_min"`
	Inspection string  `db:"inspection"`
}

// ship sends the orders whose every line is allocated.
func (h *history) ship(ctx context.Context) error {
	orders, err := db.All[string](ctx, h.a.DB.Read(), `SELECT l.order_number FROM v_sales_line l LEFT JOIN (SELECT doc_id, sum(qty) AS qty FROM v_reservation WHERE doc_kind = 'so_line' GROUP BY doc_id) r ON r.doc_id = l.id
		WHERE NOT l.cancelled GROUP BY l.order_number HAVING sum(CASE WHEN coalesce(r.qty, 0) >= l.qty - l.shipped THEN 0 ELSE 1 END) = 0 AND sum(l.qty - l.shipped) > 0 ORDER BY l.order_number LIMIT 12`)
	if err != nil {
		return err
	}
	for i, number := range orders {
		if i%5 == 4 {
			continue // waits for the courier until tomorrow
		}
		h.later(4)
		sent, ok, err := do(h.as(ctx, "warehouse"), h, func(ctx context.Context, tx *db.Tx) (sales.Shipped, error) {
			return h.a.Sales.Ship(ctx, tx, sales.Ship{Order: number, Waybill: fmt.Sprintf("SF%012d", h.rnd.Int64N(1_000_000_000_000))})
		})
		if err != nil {
			return err
		}
		if ok {
			h.sent = append(h.sent, sent)
		}
	}
	return nil
}
