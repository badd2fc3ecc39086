package masterdata

import (
	"context"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

// WorkCenterValues are what a person may say about a work center. What is not said stays as it is, or takes its default.
type WorkCenterValues struct {
	Name          *string  `json:"name,omitempty" maxLength:"200" doc:"Name"`
	Kind          *string  `json:"kind,omitempty" enum:"machine,line,hand,batch,subcontract" doc:"Kind, default machine"`
	Calendar      *string  `json:"calendar,omitempty" maxLength:"100" doc:"Code of its calendar; empty: works every minute"`
	Capacity      *int     `json:"capacity,omitempty" minimum:"1" maximum:"1000" doc:"Places side by side where no machines are listed, default 1"`
	EfficiencyPct *num.Dec `json:"efficiency_pct,omitempty" doc:"Efficiency in percent, default 100"`
	CostPerHour   *num.Dec `json:"cost_per_hour,omitempty" mask:"cost" doc:"Cost of an hour"`
}

// NewWorkCenter makes a work center.
type NewWorkCenter struct {
	Site string `json:"site,omitempty" maxLength:"100" doc:"Code of the site; default the caller's first"`
	Code string `json:"code" maxLength:"100" doc:"Code, unique in the site"`
	WorkCenterValues
}

// EditWorkCenter changes what it says.
type EditWorkCenter struct {
	Edited
	WorkCenterValues
}

var workCenters = noun[workCenterRow, *workCenterRow, WorkCenterPage]{"work_center", "md_work_center", func(ctx context.Context, q db.Querier, r workCenterRow) (WorkCenterPage, error) {
	w, err := WorkCenterByID(ctx, q, r.ID)
	if err != nil {
		return WorkCenterPage{}, err
	}
	return workCenterOf(ctx, q, w)
}}

func (v *WorkCenterValues) apply(f *form, site db.ID, r *workCenterRow) (err error) {
	f.name(&r.Name, v.Name)
	set(&r.Kind, v.Kind)
	set(&r.Capacity, v.Capacity)
	f.qty("efficiency_pct", &r.Efficiency, v.EfficiencyPct, 1, num.Int(1000))
	f.qty("cost_per_hour", &r.Cost, v.CostPerHour, 0, num.Max)
	r.Calendar, err = f.calendar(site, r.Calendar, v.Calendar)
	return err
}

// calendar finds the calendar that a field names.
func (f *form) calendar(site, was db.ID, code *string) (db.ID, error) {
	if code == nil {
		return was, nil
	}
	if *code == "" {
		return 0, nil
	}
	id, ok, err := db.Get[db.ID](f.ctx, f.tx, `SELECT c.id FROM md_calendar c WHERE `+seen("c")+` AND c.code = $2 AND c.site_id = $3`, batchOf(f.ctx), *code, site)
	if err == nil && !ok {
		f.bad("calendar", "masterdata.no_calendar", *code)
	}
	return id, err
}

// CreateWorkCenter makes a work center at a site.
func (m *Module) CreateWorkCenter(ctx context.Context, tx *db.Tx, in NewWorkCenter) (out WorkCenterPage, err error) {
	site, err := siteNamed(ctx, tx, in.Site)
	if err != nil {
		return out, err
	}
	f, r := &form{ctx: ctx, tx: tx}, workCenterRow{Site: site.ID, Kind: "machine", Capacity: 1, Efficiency: num.Int(100), Active: true}
	if r.Code, err = f.code(in.Code, "md_work_center", site.ID); err != nil {
		return out, err
	}
	if err := in.apply(f, site.ID, &r); err != nil {
		return out, err
	}
	if r.Ord, err = lastOrd(ctx, tx, "md_work_center", site.ID); err != nil {
		return out, err
	}
	return workCenters.add(f, r, r.Code, site.ID, nil)
}

func workCenterNamed(ctx context.Context, q db.Querier, site, code string) (w WorkCenter, err error) {
	if site == "" {
		return WorkCenterByCode(ctx, q, code)
	}
	s, err := siteNamed(ctx, q, site)
	if err != nil {
		return w, err
	}
	return WorkCenterAt(ctx, q, s.ID, code)
}

func workCenterRowOf(ctx context.Context, q db.Querier, site, code string) (r workCenterRow, err error) {
	w, err := workCenterNamed(ctx, q, site, code)
	if err != nil {
		return r, err
	}
	return db.One[workCenterRow](ctx, q, `SELECT t.* FROM md_work_center t WHERE t.id = $1`, w.ID)
}

// EditWorkCenter changes what the input says.
func (m *Module) EditWorkCenter(ctx context.Context, tx *db.Tx, code string, in EditWorkCenter) (out WorkCenterPage, err error) {
	was, err := workCenterRowOf(ctx, tx, in.Site, code)
	if err != nil {
		return out, err
	}
	f := &form{ctx: ctx, tx: tx}
	return workCenters.change(f, was, code, was.Site, in.Edited, func(r *workCenterRow) (func() error, error) { return nil, in.apply(f, was.Site, r) })
}

// SwitchWorkCenter makes a work center inactive, which routings that new orders would take forbid, or active again.
func (m *Module) SwitchWorkCenter(ctx context.Context, tx *db.Tx, code string, active bool, in Switch) (out WorkCenterPage, err error) {
	was, err := workCenterRowOf(ctx, tx, in.Site, code)
	if err != nil {
		return out, err
	}
	f := &form{ctx: ctx, tx: tx}
	return workCenters.change(f, was, code, was.Site, Edited(in), func(r *workCenterRow) (func() error, error) {
		r.Active = active
		if active {
			return nil, nil
		}
		if err := stillRouted(ctx, tx, was); err != nil {
			return nil, err
		}
		for _, g := range m.Resources.WorkCenterOff {
			if err := g(ctx, tx, was.ID, code); err != nil {
				return nil, err
			}
		}
		return nil, nil
	})
}

// stillRouted refuses while an active item's routing, in force now or later, has a step there.
func stillRouted(ctx context.Context, tx *db.Tx, w workCenterRow) error {
	items, err := db.All[string](ctx, tx, `SELECT DISTINCT i.code FROM md_routing_op o JOIN md_routing r ON r.id = o.routing_id JOIN md_item i ON i.id = r.item_id
		WHERE `+seen("o")+` AND o.work_center_id = $2 AND r.effective_to >= $3 AND i.active ORDER BY i.code LIMIT 4`, batchOf(ctx), w.ID, tx.Today())
	if err != nil || len(items) == 0 {
		return err
	}
	if len(items) > 3 {
		items[3] = "…"
	}
	return fault.Conflict("masterdata.work_center_routed", "routings of %s still have steps at %s", strings.Join(items, ", "), w.Code).With("code", w.Code).With("items", strings.Join(items, ", "))
}

// EditChangeovers replaces the changeover matrix of a work center.
type EditChangeovers struct {
	Edited
	Changeovers []NewChangeover `json:"changeovers" maxItems:"2500" doc:"The whole matrix; a pair that is not named takes no time"`
}

// NewChangeover is a cell of the matrix.
type NewChangeover struct {
	FromFamily string  `json:"from_family" maxLength:"100" doc:"Family before; * = any"`
	ToFamily   string  `json:"to_family" maxLength:"100" doc:"Family after; * = any"`
	Minutes    num.Dec `json:"minutes" doc:"Minutes"`
}

// EditChangeovers writes the matrix. The work center's rev counts its changes too.
func (m *Module) EditChangeovers(ctx context.Context, tx *db.Tx, code string, in EditChangeovers) (out WorkCenterPage, err error) {
	was, err := workCenterRowOf(ctx, tx, in.Site, code)
	if err != nil {
		return out, err
	}
	f := &form{ctx: ctx, tx: tx}
	return workCenters.change(f, was, code, was.Site, in.Edited, func(*workCenterRow) (func() error, error) {
		old, err := db.All[changeoverRow](ctx, tx, `SELECT t.* FROM md_changeover t WHERE `+seen("t")+` AND t.work_center_id = $2`, batchOf(ctx), was.ID)
		if err != nil {
			return nil, err
		}
		type pair struct{ from, to string }
		have := map[pair]num.Dec{}
		for _, o := range old {
			have[pair{o.From, o.To}] = o.Minutes
		}
		rows, differs := make([]changeoverRow, 0, len(in.Changeovers)), len(old) != len(in.Changeovers)
		seen := map[pair]bool{}
		for i, c := range in.Changeovers {
			at := fieldAt("changeovers", i)
			r := changeoverRow{stamp: stamp{ID: tx.ID(), Rev: 1}, WorkCenter: was.ID, Ord: int64(i + 1)}
			f.text(at+".from_family", &r.From, &c.FromFamily)
			f.text(at+".to_family", &r.To, &c.ToFamily)
			if r.From == "" || r.To == "" {
				f.bad(at+".from_family", "masterdata.needed", "")
			}
			if p := (pair{r.From, r.To}); seen[p] {
				f.bad(at+".to_family", "masterdata.pair_twice", r.From+" → "+r.To)
			} else {
				seen[p] = true
				was, ok := have[p]
				differs = differs || !ok || was != c.Minutes
			}
			f.qty(at+".minutes", &r.Minutes, &c.Minutes, 0, num.Int(1_000_000))
			rows = append(rows, r)
		}
		if !differs {
			return nil, nil
		}
		return func() error { return swap(ctx, tx, "md_changeover", "work_center_id", was.ID, rows) }, nil
	})
}

// MachineValues are what a person may say about a machine.
type MachineValues struct {
	Name          *string  `json:"name,omitempty" maxLength:"200" doc:"Name"`
	WorkCenter    *string  `json:"work_center,omitempty" maxLength:"100" doc:"Code of its work center"`
	Calendar      *string  `json:"calendar,omitempty" maxLength:"100" doc:"Code of a calendar of its own; empty: the work center's"`
	SpeedPct      *num.Dec `json:"speed_pct,omitempty" doc:"Speed in percent, default 100"`
	EfficiencyPct *num.Dec `json:"efficiency_pct,omitempty" doc:"What it is there for of its hours in percent; 0 = as the work center"`
	BatchCapacity *num.Dec `json:"batch_capacity,omitempty" doc:"Pieces of one run on a batch machine, 0 = no limit"`
}

// NewMachine makes a machine.
type NewMachine struct {
	Site string `json:"site,omitempty" maxLength:"100" doc:"Code of the site; default the caller's first"`
	Code string `json:"code" maxLength:"100" doc:"Code, unique in the site"`
	MachineValues
}

// EditMachine changes what it says.
type EditMachine struct {
	Edited
	MachineValues
}

// MachinePage is a machine.
type MachinePage struct {
	MachineOf
	WorkCenter string `db:"work_center" json:"work_center"`
	Site       string `db:"site" json:"site"`
	Rev        int64  `db:"rev" json:"rev" doc:"To be sent with a change"`
}

var machines = noun[machineRow, *machineRow, MachinePage]{"machine", "md_machine", func(ctx context.Context, q db.Querier, r machineRow) (MachinePage, error) {
	return db.One[MachinePage](ctx, q, `SELECT m.id, m.site_id, m.work_center_id, m.code, m.name, m.calendar_id, m.speed_pct, m.efficiency_pct, m.batch_capacity, m.active, m.rev, coalesce(c.code, '') AS calendar, w.code AS work_center, s.code AS site
		FROM md_machine m JOIN md_site s ON s.id = m.site_id JOIN md_work_center w ON w.id = m.work_center_id LEFT JOIN md_calendar c ON c.id = m.calendar_id WHERE m.id = $1`, r.ID)
}}

func machineRowOf(ctx context.Context, q db.Querier, site, code string) (r machineRow, err error) {
	s, err := siteNamed(ctx, q, site)
	if err != nil {
		return r, err
	}
	r, ok, err := rowAt[machineRow](ctx, q, "md_machine", code, s.ID)
	if err == nil && !ok {
		err = fault.NotFound("masterdata.machine_unknown", "site %s has no machine %s", s.Code, code).With("code", code).With("site", s.Code)
	}
	return r, err
}

func (v *MachineValues) apply(f *form, site db.ID, r *machineRow) (err error) {
	f.text("name", &r.Name, v.Name)
	f.qty("speed_pct", &r.Speed, v.SpeedPct, 1, num.Int(1000))
	f.qty("efficiency_pct", &r.Efficiency, v.EfficiencyPct, 0, num.Int(1000))
	f.qty("batch_capacity", &r.BatchCapacity, v.BatchCapacity, 0, num.Max)
	if v.WorkCenter != nil {
		w, ok, err := db.Get[WorkCenter](f.ctx, f.tx, `SELECT`+workCenterFrom+` WHERE `+seen("w")+` AND w.code = $2 AND w.site_id = $3`, batchOf(f.ctx), *v.WorkCenter, site)
		if err != nil {
			return err
		}
		if !ok {
			f.bad("work_center", "masterdata.work_center_unknown", *v.WorkCenter, "code", *v.WorkCenter)
		}
		r.WorkCenter = w.ID
	} else if r.WorkCenter == 0 {
		f.bad("work_center", "masterdata.needed", "")
	}
	r.Calendar, err = f.calendar(site, r.Calendar, v.Calendar)
	return err
}

// CreateMachine makes a machine at a site.
func (m *Module) CreateMachine(ctx context.Context, tx *db.Tx, in NewMachine) (out MachinePage, err error) {
	site, err := siteNamed(ctx, tx, in.Site)
	if err != nil {
		return out, err
	}
	f, r := &form{ctx: ctx, tx: tx}, machineRow{Site: site.ID, Speed: num.Int(100), Active: true}
	if r.Code, err = f.code(in.Code, "md_machine", site.ID); err != nil {
		return out, err
	}
	if err := in.apply(f, site.ID, &r); err != nil {
		return out, err
	}
	if r.Ord, err = lastOrd(ctx, tx, "md_machine", site.ID); err != nil {
		return out, err
	}
	return machines.add(f, r, r.Code, site.ID, nil)
}

// EditMachine changes what the input says.
func (m *Module) EditMachine(ctx context.Context, tx *db.Tx, code string, in EditMachine) (out MachinePage, err error) {
	was, err := machineRowOf(ctx, tx, in.Site, code)
	if err != nil {
		return out, err
	}
	f := &form{ctx: ctx, tx: tx}
	return machines.change(f, was, code, was.Site, in.Edited, func(r *machineRow) (func() error, error) { return nil, in.apply(f, was.Site, r) })
}

// SwitchMachine makes a machine inactive, or active again.
func (m *Module) SwitchMachine(ctx context.Context, tx *db.Tx, code string, active bool, in Switch) (out MachinePage, err error) {
	was, err := machineRowOf(ctx, tx, in.Site, code)
	if err != nil {
		return out, err
	}
	return machines.change(&form{ctx: ctx, tx: tx}, was, code, was.Site, Edited(in), func(r *machineRow) (func() error, error) { r.Active = active; return nil, nil })
}
