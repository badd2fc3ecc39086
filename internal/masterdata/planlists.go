package masterdata

import (
	"cmp"
	"slices"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/pack"
)

func (l *planner) tool() error {
	if len(l.p.Tools) == 0 {
		return nil
	}
	t, uses := &table[toolRow, *toolRow]{name: "md_tool"}, &collection[toolUseRow]{name: "md_tool_use", owner: "tool_id"}
	old, err := have(l, "md_tool", "t.site_id = ?", []any{l.siteID()}, func(r *toolRow) string { return r.Code })
	if err != nil {
		return err
	}
	fits := map[db.ID][]toolUseRow{}
	w := ask(l.ctx, "t")
	if err := db.Each(l.ctx, l.q, `SELECT t.* FROM md_tool_use t`+w.String()+` ORDER BY t.ord, t.id`, w.Args, func(r *toolUseRow) error {
		fits[r.Tool] = append(fits[r.Tool], *r)
		return nil
	}); err != nil {
		return err
	}
	var c Count
	// a file that names no regrind time has nothing to say about it
	ground := slices.ContainsFunc(l.p.Tools, func(t pack.Tool) bool { return t.RegrindHours != 0 })
	for i, p := range l.p.Tools {
		row, o := toolRow{Site: l.siteID(), Code: p.Code, Name: p.Name, Kind: p.Kind, LifeCount: int64(p.LifeCount), LifeUnit: p.LifeUnit, Quantity: int64(p.Quantity), Location: p.Location,
			Regrind: p.RegrindHours, Active: true, Ord: int64(i + 1), Ext: "{}"}, old[p.Code]
		if o != nil {
			row.Active, row.Ext, row.Reground = o.Active, o.Ext, o.Reground
			if !ground {
				row.Regrind = o.Regrind
			}
			ord := row.Ord
			row.stamp, row.Ord = o.stamp, o.Ord
			if row != *o && o.Ord == 0 { // somebody cares for it now
				row.Ord = ord
			}
		}
		id, differs := t.put(l, o, row)
		l.tools = append(l.tools, p.Code)
		var want []toolUseRow
		for n, f := range p.Fits {
			item, op, _ := pack.CutFit(f)
			want = append(want, toolUseRow{ID: l.newID(), Batch: l.batch, Tool: id, Item: l.items[item], Op: op, Ord: int64(n + 1)})
		}
		if !sameSet(fits[id], want, func(a, b *toolUseRow) int {
			return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.Op, b.Op))
		}) {
			if o != nil {
				uses.old = append(uses.old, id)
			}
			uses.fresh, differs = append(uses.fresh, want...), true
		}
		switch {
		case o == nil:
			c.New++
		case differs:
			c.Changed++
		default:
			c.Same++
		}
	}
	l.add("tools.csv", len(l.p.Tools), c, t, uses)
	return nil
}

// named puts every skill, team and tool that workers and routings name into its list, so that a text leads somewhere.
func (l *planner) named() error {
	var skills, teams, tools []string
	for i := range l.p.Workers {
		skills, teams = append(skills, l.p.Workers[i].Skills...), append(teams, l.p.Workers[i].Team)
	}
	for i := range l.p.Routings {
		skills, tools = append(skills, l.p.Routings[i].Skill), append(tools, l.p.Routings[i].Tool)
	}
	sk, err := fresh(l, "md_skill", "", nil, skills, func(code string) skillRow { return skillRow{Code: code, Name: code, Active: true} }, func(r *skillRow) string { return r.Code })
	if err != nil {
		return err
	}
	te, err := fresh(l, "md_team", "", nil, teams, func(code string) teamRow { return teamRow{Code: code, Name: code, Active: true} }, func(r *teamRow) string { return r.Code })
	if err != nil {
		return err
	}
	to, err := fresh(l, "md_tool", "t.site_id = ?", []any{l.siteID()}, tools, func(code string) toolRow {
		return toolRow{Site: l.siteID(), Code: code, Name: code, Kind: "other", LifeUnit: "shots", Quantity: 1, Active: true, Ext: "{}"}
	}, func(r *toolRow) string { return r.Code }, l.tools...)
	if err != nil {
		return err
	}
	l.add("", 0, Count{}, sk, te, to)
	return nil
}

// fresh makes the rows whose codes the table does not have; made are those that this load makes already.
func fresh[R any, P marked[R]](l *planner, name, cond string, args []any, codes []string, row func(code string) R, code func(*R) string, made ...string) (*table[R, P], error) {
	t := &table[R, P]{name: name}
	seen := map[string]bool{"": true}
	for _, c := range made {
		seen[c] = true
	}
	todo := false
	for _, c := range codes {
		todo = todo || strings.TrimSpace(c) != ""
	}
	if !todo {
		return t, nil
	}
	old, err := have(l, name, cond, args, code)
	if err != nil {
		return nil, err
	}
	for c := range old {
		seen[c] = true
	}
	for _, c := range codes {
		if !seen[c] {
			seen[c] = true
			t.put(l, nil, row(c))
		}
	}
	return t, nil
}

// places are those that somebody listed; what only stock names is found by stock.csv.
func (d *dump) places() error {
	type row struct {
		Warehouse string `db:"warehouse"`
		Place     string `db:"place"`
		Name      string `db:"name"`
	}
	listed := " AND l.ord > 0"
	if d.all {
		listed = ""
	}
	return each(d, `SELECT w.code AS warehouse, l.place, l.name FROM md_location l JOIN md_warehouse w ON w.id = l.warehouse_id
		WHERE `+seen("l")+` AND l.site_id = $2 AND l.place <> ''`+listed+` ORDER BY l.ord, l.id`, func(r *row) {
		d.p.Locations = append(d.p.Locations, pack.Location{Warehouse: r.Warehouse, Place: r.Place, Name: r.Name})
	})
}

func (d *dump) tools() error {
	fits := map[db.ID][]string{}
	w := ask(d.ctx, "t")
	if err := db.Each(d.ctx, d.q, `SELECT t.* FROM md_tool_use t`+w.String()+` ORDER BY t.ord, t.id`, w.Args, func(r *toolUseRow) error {
		fits[r.Tool] = append(fits[r.Tool], fitText(d.items_[r.Item], r.Op))
		return nil
	}); err != nil {
		return err
	}
	listed := " AND t.ord > 0"
	if d.all {
		listed = ""
	}
	return each(d, `SELECT t.* FROM md_tool t WHERE `+seen("t")+` AND t.site_id = $2`+listed+` ORDER BY t.ord, t.id`, func(r *toolRow) {
		d.p.Tools = append(d.p.Tools, pack.Tool{Code: r.Code, Name: r.Name, Kind: r.Kind, LifeCount: int(r.LifeCount), LifeUnit: r.LifeUnit, Quantity: int(r.Quantity), Location: r.Location, RegrindHours: r.Regrind, Fits: fits[r.ID]})
	})
}
