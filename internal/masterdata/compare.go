package masterdata

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"strings"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

// LineDiff is a line of a BOM that two versions do not share.
type LineDiff struct {
	Change string        `json:"change" doc:"added, removed or changed"`
	Role   string        `json:"role"`
	Item   string        `json:"item"`
	Name   string        `json:"name"`
	UoM    string        `json:"uom"`
	Fields []string      `json:"fields" doc:"What differs, when it is changed"`
	A      *BOMLineState `json:"a,omitempty" doc:"In the first version"`
	B      *BOMLineState `json:"b,omitempty" doc:"In the second version"`
}

// BOMDiff says how two versions of a BOM differ. The order of the lines is no difference.
type BOMDiff struct {
	Product string     `json:"product"`
	A       string     `json:"a" doc:"First version"`
	B       string     `json:"b" doc:"Second version"`
	Same    int        `json:"same" doc:"How many lines are the same"`
	Lines   []LineDiff `json:"lines"`
}

// OpDiff is a step that two routing versions do not share.
type OpDiff struct {
	Change string        `json:"change" doc:"added, removed or changed"`
	Op     int           `json:"op"`
	Fields []string      `json:"fields" doc:"What differs, when it is changed"`
	A      *RoutingOpRow `json:"a,omitempty" doc:"In the first version"`
	B      *RoutingOpRow `json:"b,omitempty" doc:"In the second version"`
}

// RoutingDiff says how two versions of a routing differ.
type RoutingDiff struct {
	Product string   `json:"product"`
	A       string   `json:"a" doc:"First version"`
	B       string   `json:"b" doc:"Second version"`
	Same    int      `json:"same" doc:"How many steps are the same"`
	Ops     []OpDiff `json:"ops"`
}

// VersionConflict says how the versions that somebody names differ from those in force: what an incoming order has to
// be asked about. A part that is absent is no conflict.
type VersionConflict struct {
	Product string       `json:"product"`
	Date    string       `json:"date"`
	BOM     *BOMDiff     `json:"bom,omitempty" doc:"a = the version in force, b = the one named"`
	Routing *RoutingDiff `json:"routing,omitempty" doc:"a = the version in force, b = the one named"`
}

// Any says whether there is anything to ask about.
func (c *VersionConflict) Any() bool { return c.BOM != nil || c.Routing != nil }

// CompareVersion compares the versions that are named for an item with those that are in force on the date. Nothing is
// named, or what is in force is named: no conflict, whatever else there is. What is named and in force nowhere else
// (no version holds on the date) is a conflict whose first version is empty. An unknown version is a fault.
func CompareVersion(ctx context.Context, q db.Querier, it Item, date, bomVersion, routingVersion string) (VersionConflict, error) {
	c := VersionConflict{Product: it.Code, Date: date}
	if bomVersion != "" {
		now, _, err := EffectiveBOM(ctx, q, it.ID, date, "")
		if err != nil {
			return c, err
		}
		if now.Version != bomVersion {
			d, err := compareBOMs(ctx, q, it, now, bomVersion)
			if err != nil {
				return c, err
			}
			c.BOM = &d
		}
	}
	if routingVersion != "" {
		now, _, err := EffectiveRouting(ctx, q, it.ID, date, "")
		if err != nil {
			return c, err
		}
		if now.Version != routingVersion {
			d, err := compareRoutings(ctx, q, it, now, routingVersion)
			if err != nil {
				return c, err
			}
			c.Routing = &d
		}
	}
	return c, nil
}

// CompareBOMs compares two versions of an item's BOM.
func CompareBOMs(ctx context.Context, q db.Querier, it Item, a, b string) (BOMDiff, error) {
	first, ok, err := EffectiveBOM(ctx, q, it.ID, "", a)
	if err == nil && (!ok || a == "") {
		err = bomUnknown(it.Code, a)
	}
	if err != nil {
		return BOMDiff{}, err
	}
	return compareBOMs(ctx, q, it, first, b)
}

func compareBOMs(ctx context.Context, q db.Querier, it Item, a BOM, version string) (BOMDiff, error) {
	d := BOMDiff{Product: it.Code, A: a.Version, B: version, Lines: []LineDiff{}}
	b, ok, err := EffectiveBOM(ctx, q, it.ID, "", version)
	if err == nil && (!ok || version == "") {
		err = bomUnknown(it.Code, version)
	}
	if err != nil {
		return d, err
	}
	items, err := itemsOfLines(ctx, q, append(slices.Clone(a.Lines), b.Lines...))
	if err != nil {
		return d, err
	}
	states := func(ls []BOMLine) []BOMLineState {
		out := make([]BOMLineState, len(ls))
		for i := range ls {
			out[i] = lineState(&ls[i], items)
		}
		return out
	}
	d.Same, d.Lines = diffLines(states(a.Lines), states(b.Lines))
	names := map[string]Item{}
	for _, i := range items {
		names[i.Code] = i
	}
	for i := range d.Lines {
		l := &d.Lines[i]
		l.Name, l.UoM = names[l.Item].Name, names[l.Item].UoM
	}
	return d, nil
}

// diffLines pairs the lines of two versions: those of the same item and role, the equal ones first, then those of one
// step, then as they come. Which version is the first makes no difference but that added and removed change places.
func diffLines(a, b []BOMLineState) (same int, out []LineDiff) {
	out = []LineDiff{}
	type key struct{ role, item string }
	groups := map[key]*[2][]BOMLineState{}
	var order []key
	for side, lines := range [2][]BOMLineState{a, b} {
		for _, l := range lines {
			k := key{l.Role, l.Item}
			if groups[k] == nil {
				groups[k] = &[2][]BOMLineState{}
				order = append(order, k)
			}
			groups[k][side] = append(groups[k][side], l)
		}
	}
	pair := func(x, y *BOMLineState) {
		d := LineDiff{Change: "changed", Fields: []string{}, A: x, B: y}
		one := x
		switch {
		case x == nil:
			d.Change, one = "added", y
		case y == nil:
			d.Change = "removed"
		default:
			d.Fields = lineFields(x, y)
		}
		d.Role, d.Item = one.Role, one.Item
		out = append(out, d)
	}
	for _, k := range order {
		g := groups[k]
		match := func(equal func(x, y *BOMLineState) bool, found func(x, y *BOMLineState)) {
			var left []BOMLineState
			for _, x := range g[0] {
				i := slices.IndexFunc(g[1], func(y BOMLineState) bool { return equal(&x, &y) })
				if i < 0 {
					left = append(left, x)
					continue
				}
				y := g[1][i]
				g[1] = slices.Delete(slices.Clone(g[1]), i, i+1)
				found(&x, &y)
			}
			g[0] = left
		}
		match(func(x, y *BOMLineState) bool { return len(lineFields(x, y)) == 0 }, func(x, y *BOMLineState) { same++ })
		match(func(x, y *BOMLineState) bool { return x.Op == y.Op }, func(x, y *BOMLineState) { pair(x, y) })
		match(func(x, y *BOMLineState) bool { return true }, func(x, y *BOMLineState) { pair(x, y) })
		for i := range g[0] {
			pair(&g[0][i], nil)
		}
		for i := range g[1] {
			pair(nil, &g[1][i])
		}
	}
	at := func(d *LineDiff) (first, last int) {
		switch {
		case d.A == nil:
			return d.B.Line, d.B.Line
		case d.B == nil:
			return d.A.Line, d.A.Line
		}
		return min(d.A.Line, d.B.Line), max(d.A.Line, d.B.Line)
	}
	op := func(d *LineDiff) int64 { // two crossed pairs stand at the same lines, but at different steps
		if d.A == nil || d.B == nil {
			return 0
		}
		return int64(min(d.A.Op, d.B.Op))
	}
	slices.SortStableFunc(out, func(x, y LineDiff) int {
		first, last := at(&x)
		first2, last2 := at(&y)
		return cmp.Or(cmp.Compare(first, first2), cmp.Compare(last, last2), strings.Compare(x.Item, y.Item), strings.Compare(x.Role, y.Role), cmp.Compare(op(&x), op(&y)))
	})
	return same, out
}

func lineFields(a, b *BOMLineState) []string {
	var out []string
	add := func(name string, same bool) {
		if !same {
			out = append(out, name)
		}
	}
	add("qty", a.Qty == b.Qty)
	add("scrap_pct", a.ScrapPct == b.ScrapPct)
	add("op", a.Op == b.Op)
	add("issue", a.Issue == b.Issue)
	add("substitutes", slices.Equal(a.Substitutes, b.Substitutes))
	add("cost_share_pct", sameMaybe(a.CostSharePct, b.CostSharePct))
	return out
}

func sameMaybe(a, b *num.Dec) bool { return compareMaybe(a, b) == 0 }

// CompareRoutings compares two versions of an item's routing.
func CompareRoutings(ctx context.Context, q db.Querier, it Item, a, b string) (RoutingDiff, error) {
	first, ok, err := EffectiveRouting(ctx, q, it.ID, "", a)
	if err == nil && (!ok || a == "") {
		err = routingUnknown(it.Code, a)
	}
	if err != nil {
		return RoutingDiff{}, err
	}
	return compareRoutings(ctx, q, it, first, b)
}

func routingUnknown(product, version string) error {
	return fault.NotFound("masterdata.routing_unknown", "%s has no routing version %s", product, version).With("item", product).With("version", version)
}

func compareRoutings(ctx context.Context, q db.Querier, it Item, a Routing, version string) (RoutingDiff, error) {
	d := RoutingDiff{Product: it.Code, A: a.Version, B: version, Ops: []OpDiff{}}
	b, ok, err := EffectiveRouting(ctx, q, it.ID, "", version)
	if err == nil && (!ok || version == "") {
		err = routingUnknown(it.Code, version)
	}
	if err != nil {
		return d, err
	}
	first, err := opRows(ctx, q, a.ID)
	if err != nil {
		return d, err
	}
	second, err := opRows(ctx, q, b.ID)
	if err != nil {
		return d, err
	}
	d.Same, d.Ops = diffOps(first, second, actor.From(ctx).Can("see.price"))
	return d, nil
}

// diffOps pairs steps by their number; who may not see piece rates does not learn that they differ.
func diffOps(a, b []RoutingOpRow, rates bool) (same int, out []OpDiff) {
	out = []OpDiff{}
	of := map[int]*[2]*RoutingOpRow{}
	for side, ops := range [2][]RoutingOpRow{a, b} {
		for i := range ops {
			o := &ops[i]
			if of[o.Op] == nil {
				of[o.Op] = &[2]*RoutingOpRow{}
			}
			of[o.Op][side] = o
		}
	}
	var order []int
	for op := range of {
		order = append(order, op)
	}
	slices.Sort(order)
	for _, op := range order {
		x, y := of[op][0], of[op][1]
		d := OpDiff{Change: "changed", Op: op, Fields: []string{}, A: x, B: y}
		switch {
		case x == nil:
			d.Change = "added"
		case y == nil:
			d.Change = "removed"
		default:
			if d.Fields = opFields(x, y, rates); len(d.Fields) == 0 {
				same++
				continue
			}
		}
		out = append(out, d)
	}
	return same, out
}

func opFields(a, b *RoutingOpRow, rates bool) []string {
	var out []string
	add := func(name string, same bool) {
		if !same {
			out = append(out, name)
		}
	}
	add("name", a.Name == b.Name)
	add("work_center", a.WorkCenter == b.WorkCenter)
	add("setup_min", a.SetupMin == b.SetupMin)
	add("run_min", a.RunMin == b.RunMin)
	add("batch_min", a.BatchMin == b.BatchMin)
	add("transfer_lot", a.TransferLot == b.TransferLot)
	add("report", a.Report == b.Report)
	add("inspection", a.Inspection == b.Inspection)
	if rates {
		add("piece_rate", a.PieceRate == b.PieceRate)
	}
	add("tool", a.Tool == b.Tool)
	add("skill", a.Skill == b.Skill)
	add("params", reflect.DeepEqual(a.Params, b.Params))
	add("alternatives", reflect.DeepEqual(a.Alternatives, b.Alternatives))
	return out
}
