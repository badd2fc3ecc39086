package production

import (
	"context"
	"slices"
	"strings"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// What happens when pieces are reported and their material is not there.
const (
	ShortBlock = "block" // the report is refused
	ShortAllow = "allow" // the report counts; what is missing is owed as a variance
	ShortAsk   = "ask"   // as allow, when the person says so
)

// SettingShort is the policy of items that have none of their own.
const SettingShort = "production.short_policy"

// lack is what a component line misses, and the refusal that says so.
type lack struct {
	need *need
	qty  num.Dec
	why  error
}

// policies of items; one read for all, only when something is missing.
func (m *Module) policies(ctx context.Context, q db.Querier, items []db.ID) (map[db.ID]string, error) {
	def, err := masterdata.Setting(ctx, q, SettingShort, ShortBlock)
	if err != nil {
		return nil, err
	}
	if def != ShortAllow && def != ShortAsk {
		def = ShortBlock
	}
	type row struct {
		Item   db.ID  `db:"item_id"`
		Policy string `db:"policy"`
	}
	var w db.Where
	db.In(&w, "item_id", items)
	rows, err := db.All[row](ctx, q, `SELECT item_id, policy FROM wo_item_policy`+w.String(), w.Args...)
	out := make(map[db.ID]string, len(items))
	for _, i := range items {
		out[i] = def
	}
	for _, r := range rows {
		out[r.Item] = r.Policy
	}
	return out, err
}

// owe refuses what may not be missing, asks for what needs a yes, and writes down the rest as owed by the report.
func (m *Module) owe(ctx context.Context, tx *db.Tx, s *opState, r *reportRow, lacks []lack, confirmed bool) ([]Used, error) {
	items := make([]db.ID, len(lacks))
	for i, l := range lacks {
		items[i] = l.need.Item
	}
	policy, err := m.policies(ctx, tx, items)
	if err != nil {
		return nil, err
	}
	ask := fault.Conflict("production.short_ask", "material is missing for %s", s.Number).With("order", s.Number).With("op", s.Op).With("name", s.Name)
	var words []string
	for _, l := range lacks {
		switch policy[l.need.Item] {
		case ShortBlock:
			return nil, l.why
		case ShortAsk:
			words = append(words, l.need.Code+" "+l.qty.String()+" "+l.need.UoM)
		}
	}
	if len(words) > 0 && !confirmed {
		ask.Detail = "material is missing: " + strings.Join(words, ", ") + "; confirm to report all the same, the variance stays open"
		return nil, ask.With("missing", strings.Join(words, ", "))
	}
	out := make([]Used, len(lacks))
	for i, l := range lacks {
		id := tx.ID()
		tx.Queue(`INSERT INTO wo_variance (id, variance_id, kind, order_id, component_id, item_id, report_id, qty, recorded_ms, actor)
			VALUES ($1, $1, 'open', $2, $3, $4, $5, $6, $7, $8)`, id, s.Order, l.need.ID, l.need.Item, r.ID, l.qty, tx.NowMS(), actor.From(ctx).Name)
		out[i] = Used{Item: l.need.Code, Qty: l.qty}
	}
	return out, nil
}

// drawWhatIsThere is the second try of a draw that was refused for lack of stock: of every backflushed line what can
// be had, the rest by policy. A line that lacks nothing keeps its take.
func (m *Module) drawWhatIsThere(ctx context.Context, tx *db.Tx, s *opState, r *reportRow, takes []inventory.Take, needs []need, confirmed bool, why error) ([]inventory.Picked, []Used, error) {
	have := map[db.ID]num.Dec{}
	less := make([]inventory.Take, 0, len(takes))
	var lacks []lack
	var subs map[db.ID][]allowance
	var err error
	stood := false
	for _, t := range takes {
		if t.From.Kind == inventory.WIP {
			less = append(less, t)
			continue
		}
		if _, known := have[t.Item]; !known {
			lots, err := usable(ctx, tx, s.Site, t.Item, tx.Today())
			if err != nil {
				return nil, nil, err
			}
			for _, l := range lots {
				have[t.Item] += l.Qty
			}
		}
		part := min(have[t.Item], t.Qty)
		have[t.Item] -= part
		lacking := t.Qty - part
		i := slices.IndexFunc(needs, func(n need) bool { return n.Item == t.Item && n.Issue == "backflush" })
		if lacking > 0 { // an approved substitute stands in, before anything is owed
			if subs == nil {
				if subs, err = allowances(ctx, tx, idsOfNeeds(needs)); err != nil {
					return nil, nil, err
				}
			}
			for k := range subs[needs[i].ID] {
				a := &subs[needs[i].ID][k]
				if _, known := have[a.Sub]; !known {
					lots, err := usable(ctx, tx, s.Site, a.Sub, tx.Today())
					if err != nil {
						return nil, nil, err
					}
					for _, l := range lots {
						have[a.Sub] += l.Qty
					}
				}
				if n := min(have[a.Sub], a.Qty, lacking); n > 0 {
					less = append(less, inventory.Take{Item: a.Sub, Qty: n})
					have[a.Sub], a.Qty, lacking = have[a.Sub]-n, a.Qty-n, lacking-n
					stood = true
				}
			}
		}
		if lacking > 0 {
			lacks = append(lacks, lack{&needs[i], lacking, why})
		}
		if t.Qty = part; part > 0 {
			less = append(less, t)
		}
	}
	if len(lacks) == 0 && !stood {
		return nil, nil, why
	}
	var short []Used
	if len(lacks) > 0 {
		if short, err = m.owe(ctx, tx, s, r, lacks, confirmed); err != nil || len(less) == 0 {
			return nil, short, err
		}
	}
	picks, err := m.Inventory.Move(ctx, tx, m.doc(s, r), inventory.Place{Kind: inventory.Consumed}, less...)
	return picks, short, err
}

func idsOfNeeds(needs []need) []db.ID {
	out := make([]db.ID, len(needs))
	for i, n := range needs {
		out[i] = n.ID
	}
	return out
}

// VarianceEvent tells that a variance was settled, written off or undone.
type VarianceEvent struct {
	Order  string  `json:"order"`
	Item   string  `json:"item"`
	Kind   string  `json:"kind" enum:"settle,write_off,undo"`
	Qty    num.Dec `json:"qty"`
	Open   num.Dec `json:"open" doc:"What stays open"`
	Lots   []Used  `json:"lots,omitempty"`
	Reason string  `json:"reason,omitempty"`
}

type openVariance struct {
	ID        db.ID   `db:"id"`
	Order     db.ID   `db:"order_id"`
	Number    string  `db:"number"`
	Site      db.ID   `db:"site_id"`
	Op        int64   `db:"op"`
	Component db.ID   `db:"component_id"`
	Report    db.ID   `db:"report_id"`
	Item      db.ID   `db:"item_id"`
	Code      string  `db:"code"`
	Issue     string  `db:"issue"`
	Subs      string  `db:"substitutes"`
	Qty       num.Dec `db:"qty"`
}

func openVariances(ctx context.Context, q db.Querier, where *db.Where) ([]openVariance, error) {
	where.And("v.qty > 0")
	where.And("o.batch_id NOT IN (SELECT id FROM kit_batch)")
	return db.All[openVariance](ctx, q, `SELECT v.id, v.order_id, o.number, o.site_id, p.op, v.component_id, v.report_id, v.item_id, i.code, c.issue, c.substitutes, v.qty
		FROM v_wo_variance v JOIN wo_order o ON o.id = v.order_id JOIN wo_component c ON c.id = v.component_id JOIN wo_op p ON p.id = c.report_id JOIN v_item i ON i.id = v.item_id`+
		where.String()+` ORDER BY v.opened_ms, v.id`, where.Args...)
}

// Settle draws what is owed as far as it is there now.
type Settle struct {
	Order string `json:"order,omitempty" maxLength:"64" doc:"Only of this work order"`
	Item  string `json:"item,omitempty" maxLength:"64" doc:"Only of this item"`
}

// Settled says what was drawn and what is still owed.
type Settled struct {
	Settled []VarianceEvent `json:"settled"`
	Open    int             `json:"open" doc:"Variances that still wait for material"`
}

// Settle settles open variances, the oldest first: picked lines from what was issued to the order, backflushed ones
// from stock.
func (m *Module) Settle(ctx context.Context, tx *db.Tx, in Settle) (Settled, error) {
	var w db.Where
	w.And("v.qty > 0")
	if in.Order != "" {
		o, err := orderByNumber(ctx, tx, in.Order)
		if err != nil {
			return Settled{}, err
		}
		w.And("v.order_id = ?", o.ID)
	}
	if in.Item != "" {
		i, err := masterdata.ItemByCode(ctx, tx, in.Item)
		if err != nil {
			return Settled{}, err
		}
		w.And("v.item_id = ?", i.ID)
	}
	if sites := actor.From(ctx).Sites; len(sites) > 0 {
		db.In(&w, "o.site_id", sites)
	}
	open, err := openVariances(ctx, tx, &w)
	if err != nil {
		return Settled{}, err
	}
	out := Settled{Settled: []VarianceEvent{}}
	for i := range open {
		e, err := m.settle(ctx, tx, &open[i], "")
		if err != nil {
			return out, err
		}
		if e.Qty > 0 {
			out.Settled = append(out.Settled, e)
		}
		if open[i].Qty > 0 {
			out.Open++
		}
	}
	return out, nil
}

// arrived is plugged into inventory: goods that came are drawn at once for the backflushed lines that still owe them,
// the oldest first.
func (m *Module) arrived(ctx context.Context, tx *db.Tx, site db.ID, items []db.ID) error {
	var w db.Where
	w.And("o.site_id = ?", site)
	db.In(&w, "v.item_id", items)
	w.And("c.issue = 'backflush'")
	open, err := openVariances(ctx, tx, &w)
	for i := range open {
		if _, err := m.settle(ctx, tx, &open[i], ""); err != nil {
			return err
		}
	}
	return err
}

// settleOrder settles what an order owes, on one line when it is given.
func (m *Module) settleOrder(ctx context.Context, tx *db.Tx, order, component db.ID, reason string) ([]openVariance, error) {
	var w db.Where
	w.And("v.order_id = ?", order)
	if component != 0 {
		w.And("v.component_id = ?", component)
	}
	open, err := openVariances(ctx, tx, &w)
	if err != nil {
		return nil, err
	}
	for i := range open {
		if _, err := m.settle(ctx, tx, &open[i], reason); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(open, func(v openVariance) bool { return v.Qty <= 0 }), nil
}

// settle takes what is there; v keeps what stays open.
func (m *Module) settle(ctx context.Context, tx *db.Tx, v *openVariance, reason string) (VarianceEvent, error) {
	var takes []inventory.Take
	left := v.Qty
	if v.Issue == "pick" {
		wip, err := m.inWIP(ctx, tx, v.Order)
		if err != nil {
			return VarianceEvent{}, err
		}
		for _, item := range append([]db.ID{v.Item}, splitIDs(v.Subs)...) {
			if part := min(wip[item], left); part > 0 {
				takes = append(takes, inventory.Take{Item: item, Qty: part, From: inventory.Place{Kind: inventory.WIP, Ref: v.Order}})
				left -= part
			}
		}
	} else {
		lots, err := usable(ctx, tx, v.Site, v.Item, tx.Today())
		if err != nil {
			return VarianceEvent{}, err
		}
		var have num.Dec
		for _, l := range lots {
			have += l.Qty
		}
		if part := min(have, left); part > 0 {
			takes = append(takes, inventory.Take{Item: v.Item, Qty: part})
			left -= part
		}
	}
	e := VarianceEvent{Order: v.Number, Item: v.Code, Kind: "settle", Qty: v.Qty - left, Open: left, Reason: reason}
	if len(takes) == 0 {
		return e, nil
	}
	id := tx.ID()
	picks, err := m.Inventory.Move(ctx, tx, inventory.Doc{Kind: "wo_variance", ID: id, Number: v.Number, Line: v.Op, Order: v.Order, Site: v.Site, Reason: reason}, inventory.Place{Kind: inventory.Consumed}, takes...)
	if err != nil {
		return e, err
	}
	for _, p := range picks {
		e.Lots = append(e.Lots, Used{v.Code, p.LotNumber, p.Qty})
	}
	m.shrink(ctx, tx, v, id, e)
	v.Qty = left
	return e, nil
}

func (m *Module) shrink(ctx context.Context, tx *db.Tx, v *openVariance, id db.ID, e VarianceEvent) {
	tx.Queue(`INSERT INTO wo_variance (id, variance_id, kind, order_id, component_id, item_id, report_id, qty, reason, recorded_ms, actor)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, id, v.ID, e.Kind, v.Order, v.Component, v.Item, v.Report, -e.Qty, e.Reason, tx.NowMS(), actor.From(ctx).Name)
	tx.Emit(db.Event{Name: EventVariance, Subject: "wo:" + v.Number, Site: v.Site, Reason: e.Reason, Payload: e})
}

// WriteOff ends what an order still owes: the material will never be drawn.
type WriteOff struct {
	Order  string `json:"order" minLength:"1" maxLength:"64"`
	Item   string `json:"item,omitempty" maxLength:"64" doc:"Only of this item"`
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

// WriteOff writes off the open variances of an order.
func (m *Module) WriteOff(ctx context.Context, tx *db.Tx, in WriteOff) (Settled, error) {
	o, err := orderByNumber(ctx, tx, in.Order)
	if err != nil {
		return Settled{}, err
	}
	var w db.Where
	w.And("v.order_id = ?", o.ID)
	if in.Item != "" {
		i, err := masterdata.ItemByCode(ctx, tx, in.Item)
		if err != nil {
			return Settled{}, err
		}
		w.And("v.item_id = ?", i.ID)
	}
	open, err := openVariances(ctx, tx, &w)
	if err != nil {
		return Settled{}, err
	}
	if len(open) == 0 {
		return Settled{}, fault.Conflict("production.nothing_owed", "%s owes no material", o.Number).With("order", o.Number)
	}
	return Settled{Settled: m.writeOff(ctx, tx, open, in.Reason)}, nil
}

func (m *Module) writeOff(ctx context.Context, tx *db.Tx, open []openVariance, reason string) []VarianceEvent {
	out := make([]VarianceEvent, 0, len(open))
	for i := range open {
		v := &open[i]
		e := VarianceEvent{Order: v.Number, Item: v.Code, Kind: "write_off", Qty: v.Qty, Reason: reason}
		m.shrink(ctx, tx, v, tx.ID(), e)
		out = append(out, e)
	}
	return out
}

// undoVariance takes back what a report owed: what was settled goes back to where it came from, the rest is owed no
// more. mirrored counts all of it as given back, because the report's norm counted all of it as used.
func (m *Module) undoVariance(ctx context.Context, tx *db.Tx, s *opState, report db.ID, reason string, mirrored map[db.ID]num.Dec) error {
	type row struct {
		ID       db.ID   `db:"id"`
		Variance db.ID   `db:"variance_id"`
		Kind     string  `db:"kind"`
		Comp     db.ID   `db:"component_id"`
		Item     db.ID   `db:"item_id"`
		Code     string  `db:"code"`
		Qty      num.Dec `db:"qty"`
	}
	rows, err := db.All[row](ctx, tx, `SELECT v.id, v.variance_id, v.kind, v.component_id, v.item_id, i.code, v.qty FROM wo_variance v JOIN v_item i ON i.id = v.item_id
		WHERE v.order_id = $1 AND v.report_id = $2 ORDER BY v.id`, s.Order, report)
	if err != nil {
		return err
	}
	for _, r := range rows {
		v := openVariance{ID: r.Variance, Order: s.Order, Number: s.Number, Site: s.Site, Component: r.Comp, Report: report, Item: r.Item, Code: r.Code}
		switch r.Kind {
		case "open":
			mirrored[r.Item] += r.Qty
			m.shrink(ctx, tx, &v, tx.ID(), VarianceEvent{Order: s.Number, Item: r.Code, Kind: "undo", Qty: r.Qty, Reason: reason})
		case "settle":
			id := tx.ID()
			if err := m.Inventory.Reverse(ctx, tx, inventory.Doc{Kind: "wo_variance", ID: id, Number: s.Number, Line: s.Op, Order: s.Order, Site: s.Site, Reason: reason}, "wo_variance", r.ID); err != nil {
				return err
			}
			m.shrink(ctx, tx, &v, id, VarianceEvent{Order: s.Number, Item: r.Code, Kind: "settle", Qty: r.Qty, Reason: reason})
		case "write_off":
			m.shrink(ctx, tx, &v, tx.ID(), VarianceEvent{Order: s.Number, Item: r.Code, Kind: "write_off", Qty: r.Qty, Reason: reason})
		}
	}
	return nil
}

// ShortPolicy is what an item does when its stock is short.
type ShortPolicy struct {
	Item   string `json:"item" minLength:"1" maxLength:"64" doc:"Item code"`
	Policy string `json:"policy" enum:"block,allow,ask,default" doc:"block = refuse the report, allow = count it and owe the material, ask = as allow when the person confirms, default = the company's setting"`
}

// SetShortPolicy decides it for one item.
func (m *Module) SetShortPolicy(ctx context.Context, tx *db.Tx, in ShortPolicy) (ShortPolicy, error) {
	i, err := masterdata.ItemByCode(ctx, tx, in.Item)
	if err != nil {
		return in, err
	}
	if in.Policy == "default" {
		tx.Queue(`DELETE FROM wo_item_policy WHERE item_id = $1`, i.ID)
	} else {
		tx.Queue(`INSERT INTO wo_item_policy (item_id, policy, recorded_ms, actor) VALUES ($1, $2, $3, $4)
			ON CONFLICT (item_id) DO UPDATE SET policy = excluded.policy, recorded_ms = excluded.recorded_ms, actor = excluded.actor`, i.ID, in.Policy, tx.NowMS(), actor.From(ctx).Name)
	}
	tx.Emit(db.Event{Name: EventPolicy, Subject: "item:" + i.Code, Payload: in})
	return in, nil
}
