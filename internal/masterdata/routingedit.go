package masterdata

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

// RoutingState is a version as events keep it.
type RoutingState struct {
	Product string         `json:"product"`
	Version string         `json:"version"`
	Site    string         `json:"site"`
	From    string         `json:"effective_from" doc:"Empty: always has been"`
	To      string         `json:"effective_to" doc:"Inclusive; empty: open"`
	Ops     []RoutingOpRow `json:"ops"`
}

// StrayLine is a BOM line that names a step which the routing in force does not have.
type StrayLine struct {
	Version string `db:"version" json:"version" doc:"Of the BOM"`
	Line    int    `db:"line" json:"line"`
	Item    string `db:"item" json:"item"`
	Op      int    `db:"op" json:"op"`
}

// RoutingEdit is a version to be read and edited.
type RoutingEdit struct {
	RoutingState
	Name   string      `json:"name"`
	UoM    string      `json:"uom"`
	Rev    int64       `json:"rev" doc:"To be sent with a change"`
	Today  bool        `json:"today" doc:"What a new order would take today"`
	Strays []StrayLine `json:"strays" doc:"Lines of BOM versions that name a step which this version lacks; only of the version in force"`
}

// OpValues are what a person says about a step.
type OpValues struct {
	Op           int         `json:"op" minimum:"1" maximum:"1000000" doc:"Number; steps are walked in its order"`
	Was          int         `json:"was,omitempty" minimum:"0" doc:"Number that this step had before: its piece rate stays when none is sent; default op"`
	Name         string      `json:"name,omitempty" maxLength:"200" doc:"Name"`
	WorkCenter   string      `json:"work_center" minLength:"1" maxLength:"100" doc:"Work center"`
	SetupMin     num.Dec     `json:"setup_min,omitempty" doc:"Minutes of set-up"`
	RunMin       num.Dec     `json:"run_min,omitempty" doc:"Minutes for one product"`
	BatchMin     num.Dec     `json:"batch_min,omitempty" doc:"Minutes for one run of a batch machine"`
	TransferLot  num.Dec     `json:"transfer_lot,omitempty" doc:"Pieces after which the next step may start, 0 = all together"`
	SplitMax     int         `json:"split_max,omitempty" minimum:"0" maximum:"100" doc:"Machines that may do it at the same time, each a part; 1 = it is not split"`
	SplitMin     num.Dec     `json:"split_min,omitempty" doc:"Pieces that a part has at least"`
	Report       *bool       `json:"report,omitempty" doc:"People report here; default true"`
	Inspection   string      `json:"inspection,omitempty" enum:"none,first,patrol,final,each" doc:"Default none"`
	PieceRate    *num.Dec    `json:"piece_rate,omitempty" mask:"price" doc:"What is not sent stays"`
	Tool         string      `json:"tool,omitempty" maxLength:"200" doc:"Tooling"`
	Skill        string      `json:"skill,omitempty" maxLength:"200" doc:"Skill"`
	Alternatives []OtherPath `json:"alternatives,omitempty" maxItems:"20" doc:"Other work centers that can do the step"`
	Params       []Param     `json:"params,omitempty" maxItems:"50" doc:"Process parameters that people record; what is not sent stays"`
}

// NewRouting makes a version: of the steps that are sent, or a copy of another version.
type NewRouting struct {
	Version string `json:"version" minLength:"1" maxLength:"50" doc:"Code of the version"`
	Site    string `json:"site,omitempty" doc:"Whose work centers it names; default the caller's first"`
	VersionDates
	CopyFrom string     `json:"copy_from,omitempty" maxLength:"50" doc:"Version that is copied when no steps are sent; piece rates that are not sent come from it"`
	Ops      []OpValues `json:"ops,omitempty" maxItems:"500" doc:"The steps"`
	Reason   string     `json:"reason,omitempty" maxLength:"500" doc:"Why, for the record"`
}

// EditRouting says what a version is from now on, all of it.
type EditRouting struct {
	Rev int64 `json:"rev" minimum:"1" doc:"rev of the version that was looked at; refused when somebody changed it since"`
	VersionDates
	Ops    []OpValues `json:"ops" maxItems:"500" doc:"The steps"`
	Reason string     `json:"reason,omitempty" maxLength:"500" doc:"Why, for the record"`
}

func routingHeadOf(ctx context.Context, q db.Querier, it Item, version string) (routingHead, error) {
	h, ok, err := db.Get[routingHead](ctx, q, `SELECT t.* FROM md_routing t WHERE `+seen("t")+` AND t.item_id = $2 AND t.version = $3`, batchOf(ctx), it.ID, version)
	if err == nil && !ok {
		err = routingUnknown(it.Code, version)
	}
	return h, err
}

func storedOps(ctx context.Context, q db.Querier, routing db.ID) ([]routingLine, error) {
	return db.All[routingLine](ctx, q, `SELECT o.* FROM md_routing_op o WHERE `+seen("o")+` AND o.routing_id = $2 ORDER BY o.op, o.id`, batchOf(ctx), routing)
}

// opRows are the steps of a version with the codes of their work centers.
func opRows(ctx context.Context, q db.Querier, routing db.ID) ([]RoutingOpRow, error) {
	out := []RoutingOpRow{}
	rows, err := storedOps(ctx, q, routing)
	if err != nil || len(rows) == 0 {
		return out, err
	}
	centers := map[db.ID]WorkCenter{}
	if err := db.Each(ctx, q, `SELECT`+workCenterFrom+` WHERE `+seen("w"), []any{batchOf(ctx)}, func(w *WorkCenter) error { centers[w.ID] = *w; return nil }); err != nil {
		return out, err
	}
	for _, o := range rows {
		row := RoutingOpRow{Op: o.Op, Name: o.Name, WorkCenter: centers[o.WorkCenter].Code, WorkCenterAs: centers[o.WorkCenter].Name, SetupMin: o.SetupMin, RunMin: o.RunMin, BatchMin: o.BatchMin,
			TransferLot: o.TransferLot, SplitMax: o.SplitMax, SplitMin: o.SplitMin, Report: o.Report, Inspection: o.Inspection, PieceRate: o.PieceRate, Tool: o.Tool, Skill: o.Skill, Alternatives: []OtherPath{}}
		for _, a := range splitAlternatives(o.Alternatives) {
			row.Alternatives = append(row.Alternatives, OtherPath{centers[a.WorkCenterID].Code, a.RunMin})
		}
		if row.Params, err = Params(o.Params); err != nil {
			return out, err
		}
		out = append(out, row)
	}
	return out, nil
}

// RoutingVersion reads a version to be shown and edited.
func (m *Module) RoutingVersion(ctx context.Context, q db.Querier, product, version, today string) (RoutingEdit, error) {
	p := RoutingEdit{RoutingState: RoutingState{Product: product, Version: version, Ops: []RoutingOpRow{}}, Strays: []StrayLine{}}
	it, err := ItemByCode(ctx, q, product)
	if err != nil {
		return p, err
	}
	p.Name, p.UoM = it.Name, it.UoM
	h, err := routingHeadOf(ctx, q, it, version)
	if err != nil {
		return p, err
	}
	site, err := SiteByID(ctx, q, h.Site)
	if err != nil {
		return p, err
	}
	p.Site, p.Rev, p.From, p.To = site.Code, h.Rev, h.From, closed(h.To)
	if p.Ops, err = opRows(ctx, q, h.ID); err != nil {
		return p, err
	}
	now, _, err := EffectiveRouting(ctx, q, it.ID, today, "")
	if p.Today = now.ID == h.ID; err != nil || !p.Today {
		return p, err
	}
	p.Strays, err = db.All[StrayLine](ctx, q, `SELECT b.version, l.line, i.code AS item, l.op FROM md_bom_line l JOIN md_bom b ON b.id = l.bom_id JOIN md_item i ON i.id = l.item_id
		WHERE `+seen("l")+` AND b.item_id = $2 AND l.op <> 0 AND b.effective_to >= $4 AND NOT EXISTS (SELECT 1 FROM md_routing_op o WHERE o.routing_id = $3 AND o.op = l.op AND `+seen("o")+`)
		ORDER BY b.version, l.line`, batchOf(ctx), it.ID, h.ID, today)
	return p, err
}

// CreateRouting makes a version of a product.
func (m *Module) CreateRouting(ctx context.Context, tx *db.Tx, product string, in NewRouting) (RoutingEdit, error) {
	it, err := ItemByCode(ctx, tx, product)
	if err != nil {
		return RoutingEdit{}, err
	}
	var from RoutingEdit
	if in.CopyFrom != "" {
		if from, err = m.RoutingVersion(ctx, tx, product, in.CopyFrom, tx.Today()); err != nil {
			return from, err
		}
		in.Site = orDefault(in.Site, from.Site)
		if len(in.Ops) == 0 {
			in.Ops = opsToCopy(from.Ops)
		}
	}
	site, err := siteNamed(ctx, tx, in.Site)
	if err != nil {
		return from, err
	}
	var r refusals
	version := r.version(in.Version)
	if there, err := taken(ctx, tx, "md_routing", it.ID, version); err != nil {
		return from, err
	} else if there {
		r.bad("version", "masterdata.version_exists", version, "item", product)
	}
	head := routingHead{stamp: stamp{ID: tx.ID(), Rev: 1}, Item: it.ID, Version: version, Site: site.ID}
	head.From, head.To = r.dates(in.VersionDates)
	ops, err := readOps(ctx, tx, &r, site.ID, in.Ops, from.Ops, false)
	if err != nil {
		return from, err
	}
	if err := r.err("masterdata.routing_invalid"); err != nil {
		return from, err
	}
	if err := db.Insert(ctx, tx, "md_routing", head); err != nil {
		return from, err
	}
	if err := putOps(ctx, tx, head.ID, ops, nil); err != nil {
		return from, err
	}
	after, err := m.RoutingVersion(ctx, tx, product, version, tx.Today())
	tx.Emit(db.Event{Name: EventRoutingCreated, Subject: "item:" + product, Site: site.ID, Reason: in.Reason, Payload: RoutingChanged{After: &after.RoutingState}})
	return after, err
}

func opsToCopy(ops []RoutingOpRow) []OpValues {
	out := make([]OpValues, len(ops))
	for i, o := range ops {
		out[i] = OpValues{Op: o.Op, Name: o.Name, WorkCenter: o.WorkCenter, SetupMin: o.SetupMin, RunMin: o.RunMin, BatchMin: o.BatchMin, TransferLot: o.TransferLot, SplitMax: o.SplitMax, SplitMin: o.SplitMin, Report: &ops[i].Report,
			Inspection: o.Inspection, Tool: o.Tool, Skill: o.Skill, Alternatives: o.Alternatives, Params: o.Params}
	}
	return out
}

// ChangeRouting exchanges what a version is. Orders that copied it keep their copy; the event holds before and after.
func (m *Module) ChangeRouting(ctx context.Context, tx *db.Tx, product, version string, in EditRouting) (RoutingEdit, error) {
	before, err := m.RoutingVersion(ctx, tx, product, version, tx.Today())
	if err != nil {
		return before, err
	}
	if before.Rev != in.Rev {
		return before, fault.Conflict("masterdata.version_stale", "version %s of %s was changed by somebody else; load it again", version, product).With("item", product).With("version", version)
	}
	site, err := siteNamed(ctx, tx, before.Site)
	if err != nil {
		return before, err
	}
	it, err := ItemByCode(ctx, tx, product)
	if err != nil {
		return before, err
	}
	h, err := routingHeadOf(ctx, tx, it, version)
	if err != nil {
		return before, err
	}
	old, err := storedOps(ctx, tx, h.ID)
	if err != nil {
		return before, err
	}
	var r refusals
	now := h
	now.From, now.To = r.dates(in.VersionDates)
	ops, err := readOps(ctx, tx, &r, site.ID, in.Ops, before.Ops, true)
	if err != nil {
		return before, err
	}
	if err := r.err("masterdata.routing_invalid"); err != nil {
		return before, err
	}
	same := sameSet(old, ops, compareOps)
	if same && now == h {
		return before, nil
	}
	now.Rev++
	if err := replace(ctx, tx, "md_routing", h.ID, h.Rev, now); err != nil {
		return before, err
	}
	if !same {
		ords := make([]int64, len(old))
		for i := range old {
			ords[i] = old[i].Ord
		}
		if err := putOps(ctx, tx, h.ID, ops, ords); err != nil {
			return before, err
		}
	}
	after, err := m.RoutingVersion(ctx, tx, product, version, tx.Today())
	tx.Emit(db.Event{Name: EventRoutingChanged, Subject: "item:" + product, Site: site.ID, Reason: in.Reason, Payload: RoutingChanged{Before: &before.RoutingState, After: &after.RoutingState}})
	return after, err
}

func putOps(ctx context.Context, tx *db.Tx, routing db.ID, ops []routingLine, old []int64) error {
	ords, err := places(ctx, tx, "md_routing_op", old, len(ops))
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM md_routing_op WHERE routing_id = $1`, routing); err != nil {
		return err
	}
	for i := range ops {
		ops[i].ID, ops[i].Routing, ops[i].Ord = tx.ID(), routing, ords[i]
	}
	return db.Insert(ctx, tx, "md_routing_op", ops...)
}

// readOps turns what a person said into steps and notes what is wrong with them. before are the steps that these
// come from: their piece rates stay when none are sent, and with keep their work centers may be inactive by now.
func readOps(ctx context.Context, tx *db.Tx, r *refusals, site db.ID, in []OpValues, before []RoutingOpRow, keep bool) ([]routingLine, error) {
	if len(in) == 0 {
		r.bad("ops", "masterdata.ops_needed", "")
		return nil, nil
	}
	centers := map[string]WorkCenter{}
	if err := db.Each(ctx, tx, `SELECT`+workCenterFrom+` WHERE `+seen("w")+` AND w.site_id = $2`, []any{batchOf(ctx), site}, func(w *WorkCenter) error { centers[w.Code] = *w; return nil }); err != nil {
		return nil, err
	}
	rates, params, known := map[int]num.Dec{}, map[int][]Param{}, map[string]bool{}
	for _, o := range before {
		rates[o.Op], params[o.Op] = o.PieceRate, o.Params
		if keep {
			known[o.WorkCenter] = true
			for _, a := range o.Alternatives {
				known[a.WorkCenter] = true
			}
		}
	}
	center := func(field, code string) db.ID {
		w, ok := centers[strings.TrimSpace(code)]
		switch {
		case !ok:
			r.bad(field, "masterdata.work_center_unknown", code, "code", code)
		case !w.Active && !known[w.Code]:
			r.bad(field, "masterdata.work_center_off", code, "code", code)
		}
		return w.ID
	}
	out, numbers := make([]routingLine, 0, len(in)), map[int]int{}
	for i := range in {
		o := &in[i]
		at := func(field string) string { return fmt.Sprintf("ops[%d].%s", i, field) }
		if first, twice := numbers[o.Op]; twice {
			r.bad(at("op"), "masterdata.op_twice", strconv.Itoa(o.Op), "row", strconv.Itoa(first+1))
		}
		numbers[o.Op] = i
		row := routingOpRow{Op: o.Op, Name: r.text(at("name"), o.Name), WorkCenter: center(at("work_center"), o.WorkCenter), SetupMin: r.notNegative(at("setup_min"), o.SetupMin),
			RunMin: r.notNegative(at("run_min"), o.RunMin), BatchMin: r.notNegative(at("batch_min"), o.BatchMin), TransferLot: r.notNegative(at("transfer_lot"), o.TransferLot),
			SplitMax: max(o.SplitMax, 1), SplitMin: r.notNegative(at("split_min"), o.SplitMin),
			Report: o.Report == nil || *o.Report, Inspection: orDefault(o.Inspection, "none"), Tool: r.text(at("tool"), o.Tool), Skill: r.text(at("skill"), o.Skill)}
		for field, minutes := range map[string]num.Dec{"setup_min": o.SetupMin, "run_min": o.RunMin, "batch_min": o.BatchMin} {
			if minutes > num.Int(1_000_000) {
				r.bad(at(field), "masterdata.minutes_many", minutes.String())
			}
		}
		was := o.Was
		if was == 0 {
			was = o.Op
		}
		if o.Params == nil {
			o.Params = params[was]
		}
		row.Params = r.params(at("params"), o.Params, row.Report)
		row.PieceRate = rates[was]
		if o.PieceRate != nil {
			row.PieceRate = r.notNegative(at("piece_rate"), *o.PieceRate)
		}
		var alts []Alternative
		for j, a := range o.Alternatives {
			field := fmt.Sprintf("ops[%d].alternatives[%d].", i, j)
			if a.WorkCenter == o.WorkCenter || slices.ContainsFunc(o.Alternatives[:j], func(b OtherPath) bool { return b.WorkCenter == a.WorkCenter }) {
				r.bad(field+"work_center", "masterdata.alternative_twice", a.WorkCenter)
			}
			alts = append(alts, Alternative{center(field+"work_center", a.WorkCenter), r.notNegative(field+"run_min", a.RunMin)})
		}
		row.Alternatives = joinAlternatives(alts)
		out = append(out, routingLine{routingOpRow: row})
	}
	if len(numbers) == len(in) && !slices.ContainsFunc(out, func(l routingLine) bool { return l.Report }) {
		r.bad("ops", "masterdata.report_needed", "")
	}
	slices.SortStableFunc(out, func(a, b routingLine) int { return a.Op - b.Op })
	return out, nil
}
