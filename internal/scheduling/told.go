package scheduling

import (
	"context"
	"slices"
	"strconv"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/scheduling/finite"
)

// Change is one thing that a draft supposes, and that people tell the schedule when they publish it.
type Change struct {
	Kind       string `json:"kind" enum:"pin,down,overtime,rush,parts,drop,capacity" doc:"pin: an operation on a machine at a time; down: a machine stops; overtime: it works longer; rush: an order goes first; parts: an operation's parts come later; drop: as if an order were not there; capacity: one machine more. The last two are for drafts only"`
	Order      string `json:"order,omitempty" maxLength:"100" doc:"Of pin, rush, parts, drop"`
	Op         int    `json:"op,omitempty" doc:"Of pin and parts; 0 = the first that is open"`
	SplitNo    int    `json:"split_no,omitempty" minimum:"0" doc:"Of pin: which part of an operation that is split over machines"`
	Machine    string `json:"machine,omitempty" maxLength:"100" doc:"Of pin, down, overtime"`
	WorkCenter string `json:"work_center,omitempty" maxLength:"100" doc:"Of capacity"`
	FromMS     int64  `json:"from_ms,omitempty" doc:"Start of pin, of down, of overtime; when the parts are there"`
	ToMS       int64  `json:"to_ms,omitempty" doc:"End of down and overtime"`
	Note       string `json:"note,omitempty" maxLength:"500" doc:"Why"`

	order, op db.ID
}

type toldRow struct {
	ID       db.ID  `db:"id"`
	Site     db.ID  `db:"site_id"`
	Kind     string `db:"kind"`
	Order    db.ID  `db:"order_id"`
	Op       db.ID  `db:"op_id"`
	SplitNo  int    `db:"split_no"`
	Machine  string `db:"machine"`
	FromMS   int64  `db:"from_ms"`
	ToMS     int64  `db:"to_ms"`
	Note     string `db:"note"`
	Actor    string `db:"actor"`
	Recorded int64  `db:"recorded_ms"`
	EndedBy  string `db:"ended_by"`
	EndedMS  int64  `db:"ended_ms"`
}

// told reads what counts now: what lies behind is left out.
func told(ctx context.Context, q db.Querier, site db.ID, now int64) ([]Change, error) {
	rows, err := db.All[toldRow](ctx, q, `SELECT * FROM aps_told WHERE site_id = $1 AND ended_ms = 0 AND (kind NOT IN ('down', 'overtime') OR to_ms > $2) ORDER BY id`, site, now)
	out := make([]Change, 0, len(rows))
	for _, r := range rows {
		out = append(out, Change{Kind: r.Kind, SplitNo: r.SplitNo, Machine: r.Machine, FromMS: r.FromMS, ToMS: r.ToMS, Note: r.Note, order: r.Order, op: r.Op})
	}
	return out, err
}

// farthest is the last instant that a change may name, in the year 2500: what lies behind it is a slip.
const farthest = 16_725_225_600_000

// resolve finds the documents that changes name, and refuses what says nothing.
func resolve(ctx context.Context, q db.Querier, site db.ID, list []Change) error {
	type op struct {
		ID     db.ID  `db:"id"`
		Order  db.ID  `db:"order_id"`
		Number string `db:"order_number"`
		Op     int    `db:"op"`
		Done   int64  `db:"own_done_ms"`
		Split  int    `db:"split_max"`
	}
	var numbers []string
	for _, c := range list {
		if c.Order != "" && !slices.Contains(numbers, c.Order) {
			numbers = append(numbers, c.Order)
		}
	}
	var ops []op
	if len(numbers) > 0 {
		var w db.Where
		w.And("p.site_id = ?", site)
		db.In(&w, "p.order_number", numbers)
		var err error
		if ops, err = db.All[op](ctx, q, `SELECT p.id, p.order_id, p.order_number, p.op, p.own_done_ms, coalesce(x.split_max, 1) AS split_max FROM v_wo_op p LEFT JOIN v_wo_split x ON x.op_id = p.id`+w.String()+` ORDER BY p.order_number, p.op`, w.Args...); err != nil {
			return err
		}
	}
	for n := range list {
		c := &list[n]
		bad := func(field string) error {
			return fault.Invalid("scheduling.change_bad", "changes[%d]: %s is missing or wrong", n, field).With("row", n+1).With("field", field).With("kind", c.Kind)
		}
		if max(c.FromMS, c.ToMS) > farthest {
			return bad("from_ms, to_ms")
		}
		switch c.Kind {
		case "down", "overtime":
			if c.Machine == "" || c.FromMS <= 0 || c.ToMS <= c.FromMS {
				return bad("machine, from_ms, to_ms")
			}
			continue
		case "capacity":
			if c.WorkCenter == "" {
				return bad("work_center")
			}
			continue
		case "pin":
			if c.Machine == "" || c.FromMS <= 0 || c.Op == 0 {
				return bad("op, machine, from_ms")
			}
		case "parts":
			if c.FromMS <= 0 {
				return bad("from_ms")
			}
		case "rush", "drop":
		default:
			return bad("kind")
		}
		at := slices.IndexFunc(ops, func(o op) bool { return o.Number == c.Order && (c.Op == 0 && o.Done == 0 || o.Op == c.Op) })
		if at < 0 {
			return fault.NotFound("scheduling.op_unknown", "there is no open operation %d of work order %q", c.Op, c.Order).With("order", c.Order).With("op", c.Op)
		}
		if c.SplitNo > ops[at].Split {
			return bad("split_no")
		}
		c.order = ops[at].Order
		if c.Kind == "pin" || c.Kind == "parts" {
			c.op = ops[at].ID
		}
	}
	return nil
}

// suppose puts changes into the problem. A later one of the same thing wins.
func (p *problem) suppose(list []Change) error {
	find := func(c *Change) *finite.Machine {
		for i := range p.WorkCenters {
			w := &p.WorkCenters[i]
			if w.Kind == finite.Subcontract {
				continue
			}
			for k, m := range w.List() {
				if m.Code == c.Machine {
					if len(w.Machines) == 0 {
						w.Machines = w.List()
					}
					return &w.Machines[k]
				}
			}
		}
		return nil
	}
	at, gone := p.index(), map[int]bool{}
	for n := range list {
		c := &list[n]
		switch c.Kind {
		case "down", "overtime":
			m := find(c)
			if m == nil {
				return fault.NotFound("scheduling.machine_unknown", "no work center has a machine %q", c.Machine).With("machine", c.Machine)
			}
			span := cal.Span{From: c.FromMS, To: c.ToMS}
			if c.Kind == "down" {
				m.Down = append(slices.Clone(m.Down), span)
			} else {
				m.Over = append(slices.Clone(m.Over), span)
			}
			continue
		case "capacity":
			i := slices.IndexFunc(p.WorkCenters, func(w finite.WorkCenter) bool { return w.Code == c.WorkCenter && w.Kind != finite.Subcontract })
			if i < 0 {
				return fault.NotFound("scheduling.center_unknown", "there is no work center %q", c.WorkCenter).With("work_center", c.WorkCenter)
			}
			w := &p.WorkCenters[i]
			w.Machines = append(slices.Clone(w.List()), finite.Machine{Code: w.Code + "+" + strconv.Itoa(n+1)})
			continue
		}
		i, open := at[c.order]
		if !open {
			continue // it is done, or gone
		}
		o := &p.Orders[i]
		switch c.Kind {
		case "rush":
			o.Weight, o.Priority = 1000, 1
		case "drop":
			gone[i] = true
		default:
			k := p.find(i, c.op, c.SplitNo)
			if k < 0 {
				continue
			}
			op := &o.Ops[k]
			switch {
			case c.Kind == "parts":
				p.release(i, k, c.FromMS)
				delete(p.waits, c.op) // a person knows better than the plan
			case op.State == finite.Free || op.State == finite.Frozen:
				if find(c) == nil {
					if _, outside := p.centers[c.Machine]; !outside {
						return fault.NotFound("scheduling.machine_unknown", "no work center has a machine %q", c.Machine).With("machine", c.Machine)
					}
				}
				op.State, op.Machine, op.StartMS = finite.Frozen, c.Machine, max(c.FromMS, p.NowMS)
				p.pinned[p.key(i, k)] = true
			}
		}
	}
	p.leaveOut(gone)
	return nil
}

// leaveOut takes orders away; nobody waits for them.
func (p *problem) leaveOut(gone map[int]bool) {
	if len(gone) == 0 {
		return
	}
	to, n := make([]int, len(p.orders)), 0
	for i := range p.orders {
		if to[i] = n; gone[i] {
			continue
		}
		p.Orders[n], p.orders[n], p.ops[n] = p.Orders[i], p.orders[i], p.ops[i]
		n++
	}
	p.Orders, p.orders, p.ops = p.Orders[:n], p.orders[:n], p.ops[:n]
	for i := range p.Orders {
		var after []int
		for _, a := range p.Orders[i].After {
			if !gone[a] {
				after = append(after, to[a])
			}
		}
		p.Orders[i].After = after
	}
}

// freeze keeps what begins within so many milliseconds, or should have begun so shortly, where the live schedule has it;
// what stood on a machine that is there no more is free.
func (p *problem) freeze(was map[piece]wasRow, within int64) {
	there := map[string]bool{}
	for i := range p.WorkCenters {
		for _, m := range p.WorkCenters[i].List() {
			there[m.Code] = true
		}
	}
	for i := range p.Orders {
		for k := range p.Orders[i].Ops {
			op := &p.Orders[i].Ops[k]
			if w, ok := placeOf(was, p.key(i, k)); ok && there[w.Machine] && op.State == finite.Free && max(w.StartMS-p.NowMS, p.NowMS-w.StartMS) < within {
				op.State, op.Machine, op.StartMS = finite.Frozen, w.Machine, max(w.StartMS, p.NowMS)
			}
		}
	}
}

// remember stores what a published draft supposes. A pin of an operation, or of a part of it, ends the one before.
func remember(ctx context.Context, tx *db.Tx, site db.ID, list []Change) error {
	var rows []toldRow
	for _, c := range list {
		if c.op != 0 {
			from, to := c.SplitNo, max(c.SplitNo, 1) // the first part is all of what is whole
			if from == 1 {
				from = 0
			}
			if _, err := tx.Exec(ctx, `UPDATE aps_told SET ended_ms = $1, ended_by = $2 WHERE op_id = $3 AND kind = $4 AND split_no BETWEEN $5 AND $6 AND ended_ms = 0`, tx.NowMS(), actor.From(ctx).Name, c.op, c.Kind, from, to); err != nil {
				return err
			}
		}
		rows = append(rows, toldRow{ID: tx.ID(), Site: site, Kind: c.Kind, Order: c.order, Op: c.op, SplitNo: c.SplitNo, Machine: c.Machine, FromMS: c.FromMS, ToMS: c.ToMS, Note: c.Note, Actor: actor.From(ctx).Name, Recorded: tx.NowMS()})
	}
	return db.Insert(ctx, tx, "aps_told", rows...)
}

// EndTold takes back what was told: the next schedule does not count it any more.
func (m *Module) EndTold(ctx context.Context, tx *db.Tx, id db.ID) (struct{}, error) {
	r, ok, err := db.Get[toldRow](ctx, tx, `SELECT * FROM aps_told WHERE id = $1`, id)
	if err == nil && ok {
		err = identity.SeeSite(ctx, r.Site)
	}
	switch {
	case err != nil:
		return struct{}{}, err
	case !ok:
		return struct{}{}, fault.NotFound("scheduling.told_unknown", "there is nothing told with number %d", id).With("id", id)
	case r.EndedMS != 0:
		return struct{}{}, nil
	}
	tx.Emit(db.Event{Name: EventTold, Subject: "site", Site: r.Site, Payload: Told{Kind: r.Kind, SplitNo: r.SplitNo, Machine: r.Machine, FromMS: r.FromMS, ToMS: r.ToMS, Note: r.Note, Ended: true}})
	_, err = tx.Exec(ctx, `UPDATE aps_told SET ended_ms = $1, ended_by = $2 WHERE id = $3`, tx.NowMS(), actor.From(ctx).Name, id)
	return struct{}{}, err
}

// Told is the fact that somebody told the schedule something, or took it back.
type Told struct {
	Kind    string `json:"kind"`
	Order   string `json:"order,omitempty"`
	Op      int    `json:"op,omitempty"`
	SplitNo int    `json:"split_no,omitempty" doc:"Which part of an operation that is split over machines"`
	Machine string `json:"machine,omitempty"`
	FromMS  int64  `json:"from_ms,omitempty"`
	ToMS    int64  `json:"to_ms,omitempty"`
	Note    string `json:"note,omitempty"`
	Ended   bool   `json:"ended,omitempty"`
}
