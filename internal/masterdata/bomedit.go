package masterdata

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

// BOMLineState is a line of a version as screens show it and events keep it.
type BOMLineState struct {
	Line         int      `json:"line"`
	Role         string   `json:"role" doc:"component, coproduct or byproduct"`
	Item         string   `json:"item"`
	Qty          num.Dec  `json:"qty" doc:"For one product"`
	ScrapPct     num.Dec  `json:"scrap_pct"`
	Op           int      `json:"op" doc:"Routing step that uses it, 0 = none named"`
	Issue        string   `json:"issue" doc:"pick, backflush or none"`
	Substitutes  []string `json:"substitutes" doc:"Items that may take its place, by priority"`
	CostSharePct *num.Dec `json:"cost_share_pct,omitempty" doc:"Of the cost of the order, for what falls off beside the product"`
}

// BOMState is a version as events keep it.
type BOMState struct {
	Product string         `json:"product"`
	Version string         `json:"version"`
	From    string         `json:"effective_from" doc:"Empty: always has been"`
	To      string         `json:"effective_to" doc:"Inclusive; empty: open"`
	Lines   []BOMLineState `json:"lines"`
}

// BOMPageLine is a line with what a person needs to recognise the item.
type BOMPageLine struct {
	BOMLineState
	Name   string `json:"name"`
	Spec   string `json:"spec"`
	UoM    string `json:"uom"`
	Kind   string `json:"kind"`
	Active bool   `json:"active"`
}

// StepName is a step of the product's routing, for lines to name.
type StepName struct {
	Op   int    `json:"op"`
	Name string `json:"name"`
}

// BOMPage is a version to be read and edited.
type BOMPage struct {
	Product  string        `json:"product"`
	Name     string        `json:"name"`
	UoM      string        `json:"uom"`
	Version  string        `json:"version"`
	From     string        `json:"effective_from" doc:"Empty: always has been"`
	To       string        `json:"effective_to" doc:"Inclusive; empty: open"`
	Today    bool          `json:"today" doc:"What a new order would take today"`
	Rev      int64         `json:"rev" doc:"To be sent with a change"`
	Lines    []BOMPageLine `json:"lines"`
	Steps    []StepName    `json:"steps" doc:"Steps of the routing in force"`
	Versions []Version     `json:"versions"`
}

// BOMLineValues are what a person says about a line; its number is its place.
type BOMLineValues struct {
	Item         string   `json:"item" minLength:"1" maxLength:"100" doc:"Code of the item"`
	Qty          num.Dec  `json:"qty" doc:"For one product"`
	Role         string   `json:"role,omitempty" enum:"component,coproduct,byproduct" doc:"Default component"`
	ScrapPct     num.Dec  `json:"scrap_pct,omitempty" doc:"Of a hundred taken, how many are lost; default 0"`
	Op           int      `json:"op,omitempty" minimum:"0" maximum:"1000000" doc:"Routing step that uses it, 0 = none named"`
	Issue        string   `json:"issue,omitempty" enum:"pick,backflush,none" doc:"Default pick"`
	Substitutes  []string `json:"substitutes,omitempty" maxItems:"20" doc:"Items that may take its place, by priority"`
	CostSharePct *num.Dec `json:"cost_share_pct,omitempty" doc:"For co- and by-products: of the cost of the order"`
}

// NewBOM makes a version: of the lines that are sent, or a copy of another version.
type NewBOM struct {
	Version string `json:"version" minLength:"1" maxLength:"50" doc:"Code of the version"`
	VersionDates
	CopyFrom string          `json:"copy_from,omitempty" maxLength:"50" doc:"Version whose lines are taken when none are sent"`
	Lines    []BOMLineValues `json:"lines,omitempty" maxItems:"2000" doc:"The lines, in order"`
	Reason   string          `json:"reason,omitempty" maxLength:"500" doc:"Why, for the record"`
}

// EditBOM says what a version is from now on, all of it.
type EditBOM struct {
	Rev int64 `json:"rev" minimum:"1" doc:"rev of the version that was looked at; refused when somebody changed it since"`
	VersionDates
	Lines  []BOMLineValues `json:"lines" maxItems:"2000" doc:"The lines, in order"`
	Reason string          `json:"reason,omitempty" maxLength:"500" doc:"Why, for the record"`
}

func bomUnknown(product, version string) error {
	return fault.NotFound("masterdata.bom_version_unknown", "%s has no BOM version %s", product, version).With("item", product).With("version", version)
}

// bomHeadOf finds a version as it is stored.
func bomHeadOf(ctx context.Context, q db.Querier, it Item, version string) (bomHead, error) {
	h, ok, err := db.Get[bomHead](ctx, q, `SELECT t.* FROM md_bom t WHERE `+seen("t")+` AND t.item_id = $2 AND t.version = $3`, batchOf(ctx), it.ID, version)
	if err == nil && !ok {
		err = bomUnknown(it.Code, version)
	}
	return h, err
}

func storedBOMLines(ctx context.Context, q db.Querier, bom db.ID) ([]bomLine, error) {
	return db.All[bomLine](ctx, q, `SELECT t.* FROM md_bom_line t WHERE `+seen("t")+` AND t.bom_id = $2 ORDER BY t.line, t.id`, batchOf(ctx), bom)
}

// itemsOfLines are the items that lines name, as substitutes too.
func itemsOfLines(ctx context.Context, q db.Querier, lines []BOMLine) (map[db.ID]Item, error) {
	var ids []db.ID
	for _, l := range lines {
		ids = append(append(ids, l.ItemID), l.Substitutes...)
	}
	slices.Sort(ids)
	return Items(ctx, q, slices.Compact(ids))
}

func lineState(l *BOMLine, items map[db.ID]Item) BOMLineState {
	s := BOMLineState{Line: l.Line, Role: l.Role, Item: items[l.ItemID].Code, Qty: l.Qty, ScrapPct: l.ScrapPct, Op: l.Op, Issue: l.Issue, Substitutes: []string{}, CostSharePct: l.CostSharePct}
	for _, id := range l.Substitutes {
		s.Substitutes = append(s.Substitutes, items[id].Code)
	}
	return s
}

// BOMVersion reads a version to be shown and edited.
func (m *Module) BOMVersion(ctx context.Context, q db.Querier, product, version, today string) (BOMPage, error) {
	p := BOMPage{Product: product, Version: version, Lines: []BOMPageLine{}, Steps: []StepName{}}
	it, err := ItemByCode(ctx, q, product)
	if err != nil {
		return p, err
	}
	p.Name, p.UoM = it.Name, it.UoM
	h, err := bomHeadOf(ctx, q, it, version)
	if err != nil {
		return p, err
	}
	p.Rev, p.From, p.To = h.Rev, h.From, closed(h.To)
	rows, err := storedBOMLines(ctx, q, h.ID)
	if err != nil {
		return p, err
	}
	lines := make([]BOMLine, len(rows))
	for i := range rows {
		lines[i] = rows[i].line()
	}
	items, err := itemsOfLines(ctx, q, lines)
	if err != nil {
		return p, err
	}
	for i := range lines {
		l := items[lines[i].ItemID]
		p.Lines = append(p.Lines, BOMPageLine{lineState(&lines[i], items), l.Name, l.Spec, l.UoM, l.Kind, l.Active})
	}
	r, _, err := EffectiveRouting(ctx, q, it.ID, today, "")
	if err != nil {
		return p, err
	}
	for _, o := range r.Ops {
		p.Steps = append(p.Steps, StepName{o.Op, o.Name})
	}
	if p.Versions, err = versions(ctx, q, "md_bom", "md_bom_line", "bom_id", it.ID, today); err != nil {
		return p, err
	}
	for _, v := range p.Versions {
		p.Today = p.Today || v.Today && v.Version == version
	}
	return p, nil
}

// state is what events keep of a page.
func (p *BOMPage) state() *BOMState {
	s := &BOMState{Product: p.Product, Version: p.Version, From: p.From, To: p.To, Lines: make([]BOMLineState, len(p.Lines))}
	for i := range p.Lines {
		s.Lines[i] = p.Lines[i].BOMLineState
	}
	return s
}

// CreateBOM makes a version of a product.
func (m *Module) CreateBOM(ctx context.Context, tx *db.Tx, product string, in NewBOM) (BOMPage, error) {
	it, err := ItemByCode(ctx, tx, product)
	if err != nil {
		return BOMPage{}, err
	}
	if len(in.Lines) == 0 && in.CopyFrom != "" {
		if in.Lines, err = m.linesToCopy(ctx, tx, it, in.CopyFrom); err != nil {
			return BOMPage{}, err
		}
	}
	var r refusals
	version := r.version(in.Version)
	if there, err := taken(ctx, tx, "md_bom", it.ID, version); err != nil {
		return BOMPage{}, err
	} else if there {
		r.bad("version", "masterdata.version_exists", version, "item", product)
	}
	head := bomHead{stamp: stamp{ID: tx.ID(), Rev: 1}, Item: it.ID, Version: version}
	head.From, head.To = r.dates(in.VersionDates)
	lines, err := readLines(ctx, tx, &r, it, head.ID, in.Lines, nil)
	if err != nil {
		return BOMPage{}, err
	}
	if err := r.err("masterdata.bom_invalid"); err != nil {
		return BOMPage{}, err
	}
	if err := db.Insert(ctx, tx, "md_bom", head); err != nil {
		return BOMPage{}, err
	}
	if err := putLines(ctx, tx, head.ID, lines, nil); err != nil {
		return BOMPage{}, err
	}
	after, err := m.BOMVersion(ctx, tx, product, version, tx.Today())
	tx.Emit(db.Event{Name: EventBOMCreated, Subject: "item:" + product, Reason: in.Reason, Payload: BOMChanged{After: after.state()}})
	return after, err
}

func (m *Module) linesToCopy(ctx context.Context, tx *db.Tx, it Item, version string) ([]BOMLineValues, error) {
	from, err := m.BOMVersion(ctx, tx, it.Code, version, tx.Today())
	var out []BOMLineValues
	for _, l := range from.Lines {
		out = append(out, BOMLineValues{Item: l.Item, Qty: l.Qty, Role: l.Role, ScrapPct: l.ScrapPct, Op: l.Op, Issue: l.Issue, Substitutes: l.Substitutes, CostSharePct: l.CostSharePct})
	}
	return out, err
}

// ChangeBOM exchanges what a version is. Orders that copied it keep their copy; the event holds before and after.
func (m *Module) ChangeBOM(ctx context.Context, tx *db.Tx, product, version string, in EditBOM) (BOMPage, error) {
	before, err := m.BOMVersion(ctx, tx, product, version, tx.Today())
	if err != nil {
		return before, err
	}
	if before.Rev != in.Rev {
		return before, fault.Conflict("masterdata.version_stale", "version %s of %s was changed by somebody else; load it again", version, product).With("item", product).With("version", version)
	}
	it, err := ItemByCode(ctx, tx, product)
	if err != nil {
		return before, err
	}
	h, err := bomHeadOf(ctx, tx, it, version)
	if err != nil {
		return before, err
	}
	old, err := storedBOMLines(ctx, tx, h.ID)
	if err != nil {
		return before, err
	}
	known := map[string]bool{}
	for _, l := range before.Lines {
		known[l.Item] = true
		for _, s := range l.Substitutes {
			known[s] = true
		}
	}
	var r refusals
	now := h
	now.From, now.To = r.dates(in.VersionDates)
	lines, err := readLines(ctx, tx, &r, it, h.ID, in.Lines, known)
	if err != nil {
		return before, err
	}
	if err := r.err("masterdata.bom_invalid"); err != nil {
		return before, err
	}
	same := len(old) == len(lines)
	for i := 0; same && i < len(lines); i++ {
		same = reflect.DeepEqual(old[i].line(), lines[i])
	}
	if same && now == h {
		return before, nil
	}
	now.Rev++
	if err := replace(ctx, tx, "md_bom", h.ID, h.Rev, now); err != nil {
		return before, err
	}
	if !same {
		ords := make([]int64, len(old))
		for i := range old {
			ords[i] = old[i].Ord
		}
		if err := putLines(ctx, tx, h.ID, lines, ords); err != nil {
			return before, err
		}
	}
	after, err := m.BOMVersion(ctx, tx, product, version, tx.Today())
	tx.Emit(db.Event{Name: EventBOMChanged, Subject: "item:" + product, Reason: in.Reason, Payload: BOMChanged{Before: before.state(), After: after.state()}})
	return after, err
}

// putLines exchanges the lines of a version; old are the places of those that were there.
func putLines(ctx context.Context, tx *db.Tx, bom db.ID, lines []BOMLine, old []int64) error {
	ords, err := places(ctx, tx, "md_bom_line", old, len(lines))
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM md_bom_line WHERE bom_id = $1`, bom); err != nil {
		return err
	}
	rows := make([]bomLine, len(lines))
	for i, l := range lines {
		rows[i] = bomLine{ID: tx.ID(), Ord: ords[i], bomLineRow: bomLineRow{BOM: bom, Line: l.Line, Role: l.Role, Item: l.ItemID, Qty: l.Qty, ScrapPct: l.ScrapPct, Op: l.Op, Issue: l.Issue,
			Substitutes: joinIDs(l.Substitutes), CostSharePct: l.CostSharePct}}
	}
	return db.Insert(ctx, tx, "md_bom_line", rows...)
}

// readLines turns what a person said into lines and notes what is wrong with them. known are the items that the
// version named before: they may stay though they are inactive by now.
func readLines(ctx context.Context, tx *db.Tx, r *refusals, product Item, bom db.ID, in []BOMLineValues, known map[string]bool) ([]BOMLine, error) {
	if len(in) == 0 {
		r.bad("lines", "masterdata.lines_needed", "")
		return nil, nil
	}
	var codes []string
	for i := range in {
		l := &in[i]
		l.Item, l.Substitutes = strings.TrimSpace(l.Item), slices.Clone(l.Substitutes)
		codes = append(codes, l.Item)
		for j, s := range l.Substitutes {
			l.Substitutes[j] = strings.TrimSpace(s)
		}
		codes = append(codes, l.Substitutes...)
	}
	slices.Sort(codes)
	items, err := ItemsByCode(ctx, tx, slices.Compact(codes))
	if err != nil {
		return nil, err
	}
	out, share, below, where := make([]BOMLine, 0, len(in)), num.Dec(0), []db.ID{}, map[db.ID]int{}
	for i := range in {
		l := &in[i]
		at := func(field string) string { return fmt.Sprintf("lines[%d].%s", i, field) }
		row := strconv.Itoa(i + 1)
		line := BOMLine{Line: i + 1, Role: orDefault(l.Role, "component"), Qty: l.Qty, ScrapPct: l.ScrapPct, Op: l.Op, Issue: orDefault(l.Issue, "pick"), CostSharePct: l.CostSharePct}
		item := lineItem(r, items, at("item"), l.Item, known)
		line.ItemID = item.ID
		if l.Item == product.Code {
			r.bad(at("item"), "masterdata.loop", l.Item, "loop", l.Item+" → "+l.Item)
		}
		if l.Qty <= 0 {
			r.bad(at("qty"), "masterdata.qty_needed", l.Qty.String(), "row", row)
		}
		if l.ScrapPct < 0 || l.ScrapPct >= num.Int(100) {
			r.bad(at("scrap_pct"), "masterdata.scrap_bad", l.ScrapPct.String())
		}
		if line.Role == "component" {
			if l.CostSharePct != nil {
				r.bad(at("cost_share_pct"), "masterdata.share_component", l.CostSharePct.String())
			}
			if item.ID != 0 {
				below = append(below, item.ID)
				if _, ok := where[item.ID]; !ok {
					where[item.ID] = i
				}
			}
		} else {
			if len(l.Substitutes) > 0 {
				r.bad(at("substitutes"), "masterdata.substitute_output", l.Substitutes[0])
			}
			if c := l.CostSharePct; c != nil {
				if *c < 0 || *c > num.Int(100) {
					r.bad(at("cost_share_pct"), "masterdata.share_bad", c.String())
				}
				share += *c
			}
		}
		for j, s := range l.Substitutes {
			field := fmt.Sprintf("lines[%d].substitutes[%d]", i, j)
			switch {
			case s == l.Item, slices.Contains(l.Substitutes[:j], s):
				r.bad(field, "masterdata.substitute_twice", s)
			case s == product.Code:
				r.bad(field, "masterdata.loop", s, "loop", s+" → "+s)
			default:
				line.Substitutes = append(line.Substitutes, lineItem(r, items, field, s, known).ID)
			}
		}
		out = append(out, line)
	}
	if share > num.Int(100) {
		r.bad("lines", "masterdata.share_sum", share.String())
	}
	loop, first, err := loopBelow(ctx, tx, product, below)
	if err == nil && len(loop) > 0 {
		r.bad(fmt.Sprintf("lines[%d].item", where[first]), "masterdata.loop", in[where[first]].Item, "loop", strings.Join(loop, " → "))
	}
	return out, err
}

func orDefault(s, def string) string {
	if s == "" {
		return def
	}
	return s
}

func lineItem(r *refusals, items map[string]Item, field, code string, known map[string]bool) Item {
	it, ok := items[code]
	switch {
	case !ok:
		r.bad(field, "masterdata.item_unknown", code, "code", code)
	case !it.Active && !known[code]:
		r.bad(field, "masterdata.item_off", code, "code", code)
	}
	return it
}

// loopBelow looks for the product below its components, in all versions as for low-level codes, and answers the way
// back to it: A → B → C → A, and which component begins it.
func loopBelow(ctx context.Context, q db.Querier, product Item, components []db.ID) ([]string, db.ID, error) {
	type edge struct {
		Product db.ID `db:"product"`
		Item    db.ID `db:"item"`
	}
	above := map[db.ID]db.ID{}
	var next []db.ID
	for _, id := range components {
		if _, ok := above[id]; !ok && id != product.ID { // the product itself was refused already
			above[id] = product.ID
			next = append(next, id)
		}
	}
	for len(next) > 0 {
		ids := next
		next = nil
		last := db.ID(0)
		err := inChunks(ids, func(part []db.ID) error {
			w := ask(ctx, "l")
			w.And("l.role = 'component'")
			db.In(w, "b.item_id", part)
			return db.Each(ctx, q, `SELECT b.item_id AS product, l.item_id AS item FROM md_bom_line l JOIN md_bom b ON b.id = l.bom_id`+w.String()+` ORDER BY b.item_id, l.item_id`, w.Args, func(e *edge) error {
				if e.Item == product.ID && last == 0 {
					last = e.Product
				}
				if _, ok := above[e.Item]; !ok {
					above[e.Item] = e.Product
					next = append(next, e.Item)
				}
				return nil
			})
		})
		if err != nil {
			return nil, 0, err
		}
		if last == 0 {
			continue
		}
		path, first := []db.ID{product.ID}, last
		for id := last; id != product.ID; id = above[id] {
			path, first = append(path, id), id
		}
		path = append(path, product.ID)
		slices.Reverse(path)
		names, err := Items(ctx, q, path)
		loop := make([]string, len(path))
		for i, id := range path {
			loop[i] = names[id].Code
		}
		return loop, first, err
	}
	return nil, 0, nil
}
