package masterdata

import (
	"context"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
)

// Routing is one version of how a product is made.
type Routing struct {
	ID      db.ID
	Item    db.ID
	Version string
	Ops     []RoutingOp
}

// RoutingOp is a step.
type RoutingOp struct {
	Op           int
	Name         string
	WorkCenterID db.ID
	SetupMS      int64
	RunMin       num.Dec // minutes per piece
	BatchMin     num.Dec // minutes per run of a batch machine
	TransferLot  num.Dec // pieces after which the next step may start, 0 = all
	SplitMax     int     // so many machines may do it at the same time, each a part of the pieces; 1 = it is not split
	SplitMin     num.Dec // pieces that a part has at least
	Report       bool    // people report here
	Inspection   string  // none first patrol final each
	PieceRate    num.Dec `mask:"price"`
	Tool, Skill  string
	Alternatives []Alternative
	Params       string // process parameters, see Params
}

// Alternative is another work center that can do the step, with its own minutes per piece.
type Alternative struct {
	WorkCenterID db.ID
	RunMin       num.Dec
}

type routingRow struct {
	ID      db.ID  `db:"id"`
	Item    db.ID  `db:"item_id"`
	Version string `db:"version"`
	From    string `db:"effective_from"`
}

type routingOpRow struct {
	Routing      db.ID   `db:"routing_id"`
	Op           int     `db:"op"`
	Name         string  `db:"name"`
	WorkCenter   db.ID   `db:"work_center_id"`
	SetupMin     num.Dec `db:"setup_min"`
	RunMin       num.Dec `db:"run_min"`
	BatchMin     num.Dec `db:"batch_min"`
	TransferLot  num.Dec `db:"transfer_lot"`
	SplitMax     int     `db:"split_max"`
	SplitMin     num.Dec `db:"split_min"`
	Report       bool    `db:"report"`
	Inspection   string  `db:"inspection"`
	PieceRate    num.Dec `db:"piece_rate"`
	Tool         string  `db:"tool"`
	Skill        string  `db:"skill"`
	Alternatives string  `db:"alternatives"`
	Params       string  `db:"params"`
}

const routingOpCols = `o.op, o.name, o.work_center_id, o.setup_min, o.run_min, o.batch_min, o.transfer_lot, o.split_max, o.split_min, o.report, o.inspection, o.piece_rate, o.tool, o.skill, o.alternatives, o.params`

func (r *routingOpRow) op() (RoutingOp, error) {
	setup, err := Millis(r.SetupMin)
	return RoutingOp{r.Op, r.Name, r.WorkCenter, setup, r.RunMin, r.BatchMin, r.TransferLot, r.SplitMax, r.SplitMin, r.Report, r.Inspection, r.PieceRate, r.Tool, r.Skill, splitAlternatives(r.Alternatives), r.Params}, err
}

// Millis turns minutes into milliseconds.
func Millis(minutes num.Dec) (int64, error) {
	return num.MulDiv(int64(minutes), 60_000, int64(num.One))
}

// EffectiveRouting is the version that an order names, or with version "" the one effective on the date: of several
// the one with the latest start, then the highest number.
func EffectiveRouting(ctx context.Context, q db.Querier, item db.ID, date, version string) (Routing, bool, error) {
	heads, err := routings(ctx, q, []db.ID{item}, date, version)
	if err != nil {
		return Routing{}, false, err
	}
	r, ok := heads[item]
	if !ok {
		return Routing{}, false, nil
	}
	err = routingOps(ctx, q, map[db.ID]*Routing{r.ID: r})
	return *r, true, err
}

// EffectiveRoutings are the versions effective on the date, by item; an item without one is missing.
func EffectiveRoutings(ctx context.Context, q db.Querier, items []db.ID, date string) (map[db.ID]Routing, error) {
	heads, err := routings(ctx, q, items, date, "")
	if err != nil {
		return nil, err
	}
	byID := make(map[db.ID]*Routing, len(heads))
	for _, r := range heads {
		byID[r.ID] = r
	}
	if err := routingOps(ctx, q, byID); err != nil {
		return nil, err
	}
	out := make(map[db.ID]Routing, len(heads))
	for item, r := range heads {
		out[item] = *r
	}
	return out, nil
}

func routings(ctx context.Context, q db.Querier, items []db.ID, date, version string) (map[db.ID]*Routing, error) {
	best, from := make(map[db.ID]*Routing, len(items)), map[db.ID]string{}
	err := inChunks(items, func(part []db.ID) error {
		w := ask(ctx, "r")
		db.In(w, "r.item_id", part)
		if version != "" {
			w.And("r.version = ?", version)
		} else {
			w.And("r.effective_from <= ?", date)
			w.And("r.effective_to >= ?", date)
		}
		return db.Each(ctx, q, `SELECT r.id, r.item_id, r.version, r.effective_from FROM md_routing r`+w.String(), w.Args, func(r *routingRow) error {
			if old := best[r.Item]; old == nil || later(r.From, r.Version, from[r.Item], old.Version) {
				best[r.Item], from[r.Item] = &Routing{ID: r.ID, Item: r.Item, Version: r.Version}, r.From
			}
			return nil
		})
	})
	return best, err
}

func routingOps(ctx context.Context, q db.Querier, byID map[db.ID]*Routing) error {
	return inChunks(sortedIDs(byID), func(part []db.ID) error {
		w := ask(ctx, "o")
		db.In(w, "o.routing_id", part)
		return db.Each(ctx, q, `SELECT o.routing_id, `+routingOpCols+` FROM md_routing_op o`+w.String()+` ORDER BY o.routing_id, o.op`, w.Args, func(r *routingOpRow) error {
			op, err := r.op()
			b := byID[r.Routing]
			b.Ops = append(b.Ops, op)
			return err
		})
	})
}

func splitAlternatives(s string) []Alternative {
	if s == "" {
		return nil
	}
	var out []Alternative
	for w := range strings.SplitSeq(s, ";") {
		id, run, _ := strings.Cut(w, ":")
		out = append(out, Alternative{splitIDs(id)[0], num.MustParse(run)}) // we wrote it
	}
	return out
}

func joinAlternatives(as []Alternative) string {
	parts := make([]string, len(as))
	for i, a := range as {
		parts[i] = a.WorkCenterID.String() + ":" + a.RunMin.String()
	}
	return strings.Join(parts, ";")
}
