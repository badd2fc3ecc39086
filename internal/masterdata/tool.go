package masterdata

import (
	"context"
	"strconv"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

// ToolValues are what a person may say about a tool.
type ToolValues struct {
	Name      *string `json:"name,omitempty" maxLength:"200" doc:"Name"`
	Kind      *string `json:"kind,omitempty" enum:"mold,die,fixture,cutter,gauge,other" doc:"Kind, default other"`
	LifeCount *int64  `json:"life_count,omitempty" minimum:"0" maximum:"1000000000" doc:"How much it does before it is worn out, 0 = not counted"`
	LifeUnit  *string `json:"life_unit,omitempty" enum:"shots,pieces,hours" doc:"What its life is counted in, default shots"`
	Quantity  *int64  `json:"quantity,omitempty" minimum:"0" maximum:"100000" doc:"How many of it there are, default 1"`
	Location  *string `json:"location,omitempty" maxLength:"200" doc:"Where it is kept"`

	RegrindHours *num.Dec `json:"regrind_hours,omitempty" doc:"Hours that it is away when its life is used up and it is reground; 0 = it is not reground"`

	Fits *[]NewFit `json:"fits,omitempty" maxItems:"500" doc:"What it fits; nothing: whatever names it"`
}

// NewFit says what a tool fits.
type NewFit struct {
	Item string `json:"item" maxLength:"100" doc:"Code of the item"`
	Op   int    `json:"op,omitempty" minimum:"0" maximum:"1000000" doc:"Operation, 0 = every one"`
}

// NewTool makes a tool.
type NewTool struct {
	Site string `json:"site,omitempty" maxLength:"100" doc:"Code of the site; default the caller's first"`
	Code string `json:"code" maxLength:"100" doc:"Code, as routings name it; unique in the site"`
	ToolValues
}

// EditTool changes what it says.
type EditTool struct {
	Edited
	ToolValues
}

// ToolPage is a tool.
type ToolPage struct {
	ID        db.ID  `json:"id"`
	Site      string `json:"site"`
	Code      string `json:"code"`
	Name      string `json:"name"`
	Kind      string `json:"kind"`
	LifeCount int64  `json:"life_count"`
	LifeUnit  string `json:"life_unit"`
	Quantity  int64  `json:"quantity"`
	Location  string `json:"location"`

	RegrindHours num.Dec `json:"regrind_hours" doc:"Hours that it is away to be reground; 0 = it is not"`
	RegroundMS   int64   `json:"reground_ms" doc:"When it was reground last, 0 = nobody has said"`

	Active   bool      `json:"active"`
	Rev      int64     `json:"rev" doc:"To be sent with a change"`
	Fits     []Fit     `json:"fits"`
	Routings []ToolRun `json:"routings" doc:"Routing steps that name it"`
}

// Fit is an item, or one operation of it, that a tool fits.
type Fit struct {
	Item string `db:"item" json:"item"`
	Name string `db:"name" json:"name"`
	Op   int    `db:"op" json:"op" doc:"0: every operation"`
}

// ToolRun is a routing step that names the tool.
type ToolRun struct {
	Item       string `db:"item" json:"item"`
	Name       string `db:"name" json:"name"`
	Version    string `db:"version" json:"version"`
	Op         int    `db:"op" json:"op"`
	WorkCenter string `db:"work_center" json:"work_center"`
}

func fitText(item string, op int) string {
	if op == 0 {
		return item
	}
	return item + ":" + strconv.Itoa(op)
}

var tools = noun[toolRow, *toolRow, ToolPage]{"tool", "md_tool", toolPage}

func toolPage(ctx context.Context, q db.Querier, r toolRow) (p ToolPage, err error) {
	s, err := SiteByID(ctx, q, r.Site)
	if err != nil {
		return p, err
	}
	p = ToolPage{ID: r.ID, Site: s.Code, Code: r.Code, Name: r.Name, Kind: r.Kind, LifeCount: r.LifeCount, LifeUnit: r.LifeUnit, Quantity: r.Quantity, Location: r.Location, RegrindHours: r.Regrind, RegroundMS: r.Reground, Active: r.Active, Rev: r.Rev}
	if p.Fits, err = db.All[Fit](ctx, q, `SELECT i.code AS item, i.name, u.op FROM md_tool_use u JOIN md_item i ON i.id = u.item_id WHERE `+seen("u")+` AND u.tool_id = $2 ORDER BY u.ord, u.id`, batchOf(ctx), r.ID); err != nil {
		return p, err
	}
	p.Routings, err = db.All[ToolRun](ctx, q, `SELECT i.code AS item, i.name, r.version, o.op, w.code AS work_center FROM md_routing_op o JOIN md_routing r ON r.id = o.routing_id JOIN md_item i ON i.id = r.item_id
		JOIN md_work_center w ON w.id = o.work_center_id WHERE `+seen("o")+` AND o.tool = $2 AND r.site_id = $3 ORDER BY i.code, r.version, o.op LIMIT 200`, batchOf(ctx), r.Code, r.Site)
	return p, err
}

func toolRowOf(ctx context.Context, q db.Querier, site, code string) (r toolRow, err error) {
	s, err := siteNamed(ctx, q, site)
	if err != nil {
		return r, err
	}
	r, ok, err := rowAt[toolRow](ctx, q, "md_tool", code, s.ID)
	if err == nil && !ok {
		err = fault.NotFound("masterdata.tool_unknown", "site %s has no tool %s", s.Code, code).With("code", code).With("site", s.Code)
	}
	return r, err
}

// apply sets what was said; it answers the rows of what the tool fits, nil when nobody spoke of it.
func (v *ToolValues) apply(f *form, r *toolRow) (fits []toolUseRow, err error) {
	f.name(&r.Name, v.Name)
	set(&r.Kind, v.Kind)
	set(&r.LifeCount, v.LifeCount)
	set(&r.LifeUnit, v.LifeUnit)
	set(&r.Quantity, v.Quantity)
	f.text("location", &r.Location, v.Location)
	f.qty("regrind_hours", &r.Regrind, v.RegrindHours, 0, num.Int(10_000))
	if r.Regrind > 0 && r.LifeCount == 0 {
		f.bad("regrind_hours", "masterdata.regrind_life", r.Regrind.String())
	}
	if v.Fits == nil {
		return nil, nil
	}
	var codes []string
	for _, x := range *v.Fits {
		codes = append(codes, x.Item)
	}
	items, err := ItemsByCode(f.ctx, f.tx, codes)
	if err != nil {
		return nil, err
	}
	fits = []toolUseRow{}
	seen := map[NewFit]bool{}
	for i, x := range *v.Fits {
		it, ok := items[x.Item]
		switch {
		case !ok:
			f.bad(fieldAt("fits", i)+".item", "masterdata.item_unknown", x.Item, "code", x.Item)
		case seen[x]:
			f.bad(fieldAt("fits", i)+".item", "masterdata.pair_twice", fitText(x.Item, x.Op))
		}
		seen[x] = true
		fits = append(fits, toolUseRow{Item: it.ID, Op: x.Op, Ord: int64(i + 1)})
	}
	return fits, nil
}

func writeFits(ctx context.Context, tx *db.Tx, tool db.ID, rows []toolUseRow) error {
	for i := range rows {
		rows[i].ID, rows[i].Tool = tx.ID(), tool
	}
	return swap(ctx, tx, "md_tool_use", "tool_id", tool, rows)
}

// CreateTool makes a tool at a site.
func (m *Module) CreateTool(ctx context.Context, tx *db.Tx, in NewTool) (out ToolPage, err error) {
	site, err := siteNamed(ctx, tx, in.Site)
	if err != nil {
		return out, err
	}
	f, r := &form{ctx: ctx, tx: tx}, toolRow{Site: site.ID, Kind: "other", LifeUnit: "shots", Quantity: 1, Active: true, Ext: "{}"}
	if r.Code, err = f.code(in.Code, "md_tool", site.ID); err != nil {
		return out, err
	}
	fits, err := in.apply(f, &r)
	if err != nil {
		return out, err
	}
	if r.Ord, err = lastOrd(ctx, tx, "md_tool", site.ID); err != nil {
		return out, err
	}
	return tools.add(f, r, r.Code, site.ID, func(id db.ID) error { return writeFits(ctx, tx, id, fits) })
}

// EditTool changes what the input says.
func (m *Module) EditTool(ctx context.Context, tx *db.Tx, code string, in EditTool) (out ToolPage, err error) {
	was, err := toolRowOf(ctx, tx, in.Site, code)
	if err != nil {
		return out, err
	}
	f := &form{ctx: ctx, tx: tx}
	return tools.change(f, was, code, was.Site, in.Edited, func(r *toolRow) (func() error, error) {
		fits, err := in.apply(f, r)
		if err != nil {
			return nil, err
		}
		if r.Ord == 0 { // somebody cares for it now, so it leaves with the factory pack
			if r.Ord, err = lastOrd(ctx, tx, "md_tool", was.Site); err != nil {
				return nil, err
			}
		}
		if fits == nil {
			return nil, nil
		}
		return func() error { return writeFits(ctx, tx, was.ID, fits) }, nil
	})
}

// SwitchTool makes a tool inactive, or active again.
func (m *Module) SwitchTool(ctx context.Context, tx *db.Tx, code string, active bool, in Switch) (out ToolPage, err error) {
	was, err := toolRowOf(ctx, tx, in.Site, code)
	if err != nil {
		return out, err
	}
	return tools.change(&form{ctx: ctx, tx: tx}, was, code, was.Site, Edited(in), func(r *toolRow) (func() error, error) { r.Active = active; return nil, nil })
}

// RegroundTool says that a tool was reground: what it does is counted from now on.
func (m *Module) RegroundTool(ctx context.Context, tx *db.Tx, code string, in Switch) (out ToolPage, err error) {
	was, err := toolRowOf(ctx, tx, in.Site, code)
	if err != nil {
		return out, err
	}
	if was.Regrind == 0 {
		return out, fault.Conflict("masterdata.regrind_never", "tool %s is not one that is reground", code).With("code", code)
	}
	return tools.change(&form{ctx: ctx, tx: tx}, was, code, was.Site, Edited(in), func(r *toolRow) (func() error, error) { r.Reground = tx.NowMS(); return nil, nil })
}
