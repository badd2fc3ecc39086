package production

import (
	"context"
	"reflect"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// stateSQL is the state of an order o, computed from facts: what its life says, and of an order in work what its
// operations do: one runs, else one is paused, else one can begin, else what they wait for. The list's column says it.
var stateSQL = func() string {
	f, _ := reflect.TypeFor[OrderRow]().FieldByName("State")
	return f.Tag.Get("sql")
}()

// waitsFor is for each order what its most advanced hope is: ready, waiting_material, waiting_inspection,
// to be set free, or waiting_previous.
func waitsFor(ctx context.Context, q db.Querier, orders []db.ID) (map[db.ID]string, error) {
	out := map[db.ID]string{}
	if len(orders) == 0 {
		return out, nil
	}
	type row struct {
		Order db.ID `db:"order_id"`
		Rank  int64 `db:"rank"`
	}
	var w db.Where
	db.In(&w, "p.order_id", orders)
	w.And("p.report")
	w.And("p.order_status IN ('released', 'started')")
	rows, err := db.All[row](ctx, q, `SELECT p.order_id, min(CASE p.status WHEN 'waiting_material' THEN 2 WHEN 'waiting_inspection' THEN 3 WHEN 'hold' THEN CASE WHEN p.hold_ms > 0 THEN 9 ELSE 4 END WHEN 'waiting_previous' THEN 5 WHEN 'done' THEN 9 ELSE 1 END) AS rank
		FROM v_wo_op p`+w.String()+` GROUP BY p.order_id`, w.Args...)
	for _, r := range rows {
		out[r.Order] = map[int64]string{2: "material", 3: "inspection", 4: "release", 5: "previous"}[r.Rank]
	}
	return out, err
}

// waiting says what an order in this state waits for.
func waiting(state, ops string) string {
	switch state {
	case "waiting_inspection":
		return "inspection"
	case "released", "started", "paused", "hold", "waiting_material", "waiting_previous":
		return ops
	}
	return ""
}

// Relative is an order that shares a piece of history.
type Relative struct {
	Order string  `json:"order" db:"number"`
	Kind  string  `json:"kind" db:"kind" enum:"split_from,split_into,merged_from,merged_into"`
	Qty   num.Dec `json:"qty" db:"qty"`
	masterdata.Entered
	Status string `json:"status" db:"status"`
	Reason string `json:"reason" db:"reason"`
	AtMS   int64  `json:"at_ms" db:"recorded_ms"`
	Actor  string `json:"actor" db:"actor"`
}

// DetailOwed is a variance of an order.
type DetailOwed struct {
	ID     db.ID   `json:"id" db:"id"`
	Item   string  `json:"item" db:"item"`
	Name   string  `json:"name" db:"name"`
	UoM    string  `json:"uom" db:"uom"`
	Op     int64   `json:"op" db:"op"`
	Qty    num.Dec `json:"qty" db:"qty" doc:"What was short"`
	Open   num.Dec `json:"open" db:"open"`
	Gone   num.Dec `json:"written_off" db:"written_off"`
	AtMS   int64   `json:"at_ms" db:"recorded_ms"`
	Actor  string  `json:"actor" db:"actor"`
	Report db.ID   `json:"report" db:"report_id"`
}

// tell adds what the acts on a whole order have left: relatives, material at the order, variances, left-overs.
func (m *Module) tell(ctx context.Context, q db.Querier, d *Detail) error {
	var err error
	if d.Family, err = db.All[Relative](ctx, q, `
		SELECT CASE WHEN k.kind = 'split' THEN 'split_into' ELSE 'merged_into' END AS kind, o.number, k.qty, k.entered_qty, k.entered_uom, o.status, k.reason, k.recorded_ms, k.actor
		FROM wo_link k JOIN wo_order o ON o.id = k.to_id WHERE k.from_id = $1
		UNION ALL
		SELECT CASE WHEN k.kind = 'split' THEN 'split_from' ELSE 'merged_from' END AS kind, o.number, k.qty, k.entered_qty, k.entered_uom, o.status, k.reason, k.recorded_ms, k.actor
		FROM wo_link k JOIN wo_order o ON o.id = k.from_id WHERE k.to_id = $1 ORDER BY 8, 2`, d.ID); err != nil {
		return err
	}
	if d.AtOrder, err = m.atOrder(ctx, q, d.ID); err != nil {
		return err
	}
	if d.Variances, err = db.All[DetailOwed](ctx, q, `
		SELECT v.id, i.code AS item, i.name, i.uom, p.op, v.qty, v.recorded_ms, v.actor, v.report_id,
		       CAST(coalesce((SELECT sum(x.qty) FROM wo_variance x WHERE x.variance_id = v.id), 0) AS BIGINT) AS open,
		       CAST(coalesce((SELECT -sum(x.qty) FROM wo_variance x WHERE x.variance_id = v.id AND x.kind = 'write_off'), 0) AS BIGINT) AS written_off
		FROM wo_variance v JOIN v_item i ON i.id = v.item_id JOIN wo_component c ON c.id = v.component_id JOIN wo_op p ON p.id = c.report_id
		WHERE v.order_id = $1 AND v.kind = 'open' ORDER BY v.recorded_ms, v.id`, d.ID); err != nil {
		return err
	}
	if d.Leftovers, err = db.All[LeftoverDone](ctx, q, `SELECT i.code AS item, i.name, i.uom, l.lot, l.qty, l.act, l.location FROM wo_leftover l JOIN v_item i ON i.id = l.item_id
		WHERE l.order_id = $1 ORDER BY l.recorded_ms, l.id`, d.ID); err != nil {
		return err
	}
	waits, err := waitsFor(ctx, q, []db.ID{d.ID})
	d.WaitsFor = waiting(d.State, waits[d.ID])
	return err
}

// OwedRow is a line of the list of variances.
type OwedRow struct {
	ID       db.ID   `json:"id" sql:"v.id" doc:"Variance"`
	Order    string  `json:"order" sql:"o.number" doc:"Work order"`
	Product  string  `json:"product" sql:"p.code" doc:"Product"`
	Item     string  `json:"item" sql:"i.code" doc:"Item"`
	Name     string  `json:"name" sql:"i.name" doc:"Name"`
	UoM      string  `json:"uom" sql:"i.uom" doc:"Unit"`
	Qty      num.Dec `json:"qty" sql:"v.qty" doc:"Open"`
	Issue    string  `json:"issue" sql:"c.issue" doc:"Issue method"`
	OpenedMS int64   `json:"opened_ms" sql:"v.opened_ms" doc:"Since"`
}

const owedFrom = `v_wo_variance v JOIN wo_order o ON o.id = v.order_id JOIN v_item i ON i.id = v.item_id JOIN v_item p ON p.id = o.item_id JOIN wo_component c ON c.id = v.component_id`

// PolicyRow is a line of the list of items with a short stock policy of their own.
type PolicyRow struct {
	Item   string `json:"item" sql:"i.code" doc:"Item"`
	Name   string `json:"name" sql:"i.name" doc:"Name"`
	Policy string `json:"policy" sql:"k.policy" doc:"Policy"`
	AtMS   int64  `json:"at_ms" sql:"k.recorded_ms" doc:"Since"`
	Actor  string `json:"actor" sql:"k.actor" doc:"By"`
}
