package planning

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/planning/mrp"
)

// Change is one "what if".
type Change struct {
	Kind   string   `json:"kind" enum:"demand,order,stock,supply,item,capacity" doc:"demand: one more; order: a sales order line with another quantity or day, or gone; stock: more or less of it today; supply: an order that comes another day, or not; item: another lead time or safety stock; capacity: a work center does more or less, from a day up to another, counted rough-cut"`
	Item   string   `json:"item,omitempty" maxLength:"100" doc:"Of demand, stock, item"`
	Number string   `json:"number,omitempty" maxLength:"100" doc:"Document, of order and supply"`
	Line   int64    `json:"line,omitempty" doc:"Its line; 0 = all"`
	Qty    *num.Dec `json:"qty,omitempty" doc:"Of order: of the whole line"`
	Day    string   `json:"day,omitempty" maxLength:"10" doc:"Of capacity: from this day on, empty: from today"`
	Gone   bool     `json:"gone,omitempty"`
	Lead   *int     `json:"lead_days,omitempty" minimum:"0" maximum:"1000"`
	Safety *num.Dec `json:"safety_stock,omitempty"`

	Center  string `json:"center,omitempty" maxLength:"64" doc:"Work center, of capacity"`
	Site    string `json:"site,omitempty" maxLength:"64" doc:"Of capacity: the site of the work center, one that is planned together with that of the what-if; empty: that of the what-if, or the only other one that has such a work center"`
	Percent *int   `json:"percent,omitempty" minimum:"0" maximum:"1000" doc:"Of capacity: of what it can do now; 150: half as much more, 0: it stands"`
	To      string `json:"to,omitempty" maxLength:"10" doc:"Of capacity: up to this day, empty: for good"`
}

// NewScenario asks for a what-if.
type NewScenario struct {
	Site    string   `json:"site,omitempty" maxLength:"64" doc:"Empty = your first site"`
	Name    string   `json:"name" minLength:"1" maxLength:"100"`
	Changes []Change `json:"changes" maxItems:"500"`
}

// EditScenario changes one that is open.
type EditScenario struct {
	Version int64    `json:"version" doc:"That was looked at"`
	Name    string   `json:"name" minLength:"1" maxLength:"100"`
	Changes []Change `json:"changes" maxItems:"500"`
}

// Scenario is a what-if with its difference to the live plan.
type Scenario struct {
	Number  string      `json:"number"`
	Site    string      `json:"site"`
	Name    string      `json:"name"`
	State   string      `json:"state" enum:"open,adopted,dropped"`
	Version int64       `json:"version"`
	Changes []Change    `json:"changes"`
	By      string      `json:"made_by"`
	Made    int64       `json:"made_ms"`
	Stale   bool        `json:"stale" doc:"True when another plan is live than the one that it was run beside, or it was changed since"`
	Steps   []AdoptStep `json:"steps,omitempty" doc:"Of one that was adopted: what became of each assumption"`
	Rough   *RoughCut   `json:"rough,omitempty" doc:"What work centers say, rough-cut; missing until it is run"`
	Diff    *Comparison `json:"diff,omitempty" doc:"Against the plan that it was run beside; missing until it is run"`
}

type scenarioRow struct {
	ID      db.ID  `db:"id"`
	Number  string `db:"number"`
	Site    db.ID  `db:"site_id"`
	Name    string `db:"name"`
	Changes string `db:"changes"`
	Run     db.ID  `db:"run_id"`
	Base    db.ID  `db:"base_id"`
	State   string `db:"state"`
	Version int64  `db:"version"`
	Made    int64  `db:"made_ms"`
	By      string `db:"made_by"`
	Outcome string `db:"outcome"`

	Capacity string `db:"capacity"`
}

const scenarioColumns = `s.id, s.number, s.site_id, s.name, s.changes, s.run_id, s.base_id, s.state, s.version, s.made_ms, s.made_by, s.outcome, s.capacity`

func scenarioOf(ctx context.Context, q db.Querier, number string) (scenarioRow, error) {
	s, ok, err := db.Get[scenarioRow](ctx, q, `SELECT `+scenarioColumns+` FROM mrp_scenario s WHERE s.number = $1`, number)
	if err == nil && ok {
		err = identity.SeeSite(ctx, s.Site)
	}
	if err == nil && !ok {
		err = fault.NotFound("planning.scenario_unknown", "there is no scenario %s", number).With("number", number)
	}
	return s, err
}

func (s *scenarioRow) changes() (out []Change) {
	_ = json.Unmarshal([]byte(s.Changes), &out) // written by this room
	return out
}

func (s *scenarioRow) open() error {
	if s.State != "open" {
		return fault.Conflict("planning.scenario_over", "scenario %s is %s", s.Number, s.State).With("number", s.Number).With("state", s.State)
	}
	return nil
}

// soundChanges refuses what says nothing, or what lies where no plan reaches.
func soundChanges(list []Change, today cal.Day) (string, error) {
	for i, c := range list {
		bad := func(field string) error {
			return fault.Invalid("planning.change_bad", "changes[%d]: %s is missing or wrong", i, field).With("row", i+1).With("field", field).With("kind", c.Kind)
		}
		for _, day := range []string{c.Day, c.To} {
			if day == "" {
				continue
			}
			if err := reached(day, today); err != nil {
				return "", err
			}
		}
		switch c.Kind {
		case "demand":
			if c.Item == "" || c.Qty == nil || *c.Qty <= 0 || c.Day == "" {
				return "", bad("item, qty, day")
			}
		case "stock":
			if c.Item == "" || c.Qty == nil || *c.Qty == 0 {
				return "", bad("item, qty")
			}
		case "order":
			if c.Number == "" || !c.Gone && c.Day == "" && (c.Qty == nil || *c.Qty < 0) {
				return "", bad("number, qty, day")
			}
		case "supply":
			if c.Number == "" || !c.Gone && c.Day == "" {
				return "", bad("number, day")
			}
		case "item":
			if c.Item == "" || c.Lead == nil && (c.Safety == nil || *c.Safety < 0) {
				return "", bad("item, lead_days, safety_stock")
			}
		case "capacity":
			if c.Center == "" || c.Percent == nil || *c.Percent < 0 {
				return "", bad("center, percent")
			}
			if c.To != "" && (c.To < c.Day || c.To < today.String()) {
				return "", bad("day, to")
			}
		default:
			return "", bad("kind")
		}
	}
	text, err := json.Marshal(list)
	return string(text), err
}

// reached refuses a day that is none, or one that no plan reaches.
func reached(text string, today cal.Day) error {
	day, err := cal.ParseDay(text)
	switch {
	case err != nil:
		return fault.Invalid("planning.date_bad", "%q is not a date", text).With("date", text)
	case day > today+mrp.LastDay:
		return fault.Invalid("planning.date_far", "%s is too far away", text).With("date", text).With("last", (today + mrp.LastDay).String())
	}
	return nil
}

// todayAt is the date at a site.
func (m *Module) todayAt(site masterdata.Site) cal.Day {
	return cal.DayOf(m.DB.Now().In(site.Location()))
}

// CreateScenario stores a what-if.
func (m *Module) CreateScenario(ctx context.Context, tx *db.Tx, in NewScenario) (Scenario, error) {
	site, err := siteOf(ctx, tx, in.Site)
	if err != nil {
		return Scenario{}, err
	}
	text, err := soundChanges(in.Changes, m.todayAt(site))
	if err != nil {
		return Scenario{}, err
	}
	s := scenarioRow{ID: tx.ID(), Site: site.ID, Name: strings.TrimSpace(in.Name), Changes: text, State: "open", Version: 1, Made: tx.NowMS(), By: actor.From(ctx).Name}
	if s.Number, err = tx.Number("scenario"); err != nil {
		return Scenario{}, err
	}
	tx.Emit(db.Event{Name: EventScenario, Subject: "scenario:" + s.Number, Site: site.ID, Payload: s.told(site.Code)})
	return s.told(site.Code), db.Insert(ctx, tx, "mrp_scenario", s)
}

func (s *scenarioRow) told(site string) Scenario {
	out := Scenario{Number: s.Number, Site: site, Name: s.Name, State: s.State, Version: s.Version, Changes: s.changes(), By: s.By, Made: s.Made, Stale: true}
	if out.Changes == nil {
		out.Changes = []Change{}
	}
	if s.Outcome != "" {
		_ = json.Unmarshal([]byte(s.Outcome), &out.Steps) // written by this room
	}
	return out
}

// EditScenario changes a what-if; it has to be run again.
func (m *Module) EditScenario(ctx context.Context, tx *db.Tx, number string, in EditScenario) (Scenario, error) {
	s, site, err := m.openScenario(ctx, tx, number)
	if err != nil {
		return Scenario{}, err
	}
	if in.Version != s.Version {
		return Scenario{}, fault.Conflict("planning.scenario_changed", "scenario %s was changed meanwhile", number).With("number", number)
	}
	if s.Changes, err = soundChanges(in.Changes, m.todayAt(site)); err != nil {
		return Scenario{}, err
	}
	s.Name, s.Version = strings.TrimSpace(in.Name), s.Version+1
	tx.Queue(`UPDATE mrp_scenario SET name = $1, changes = $2, base_id = 0, version = version + 1 WHERE id = $3`, s.Name, s.Changes, s.ID)
	tx.Emit(db.Event{Name: EventScenario, Subject: "scenario:" + s.Number, Site: s.Site, Payload: s.told(site.Code)})
	return s.told(site.Code), nil
}

func (m *Module) openScenario(ctx context.Context, q db.Querier, number string) (scenarioRow, masterdata.Site, error) {
	s, err := scenarioOf(ctx, q, number)
	if err == nil {
		err = s.open()
	}
	if err != nil {
		return s, masterdata.Site{}, err
	}
	site, err := masterdata.SiteByID(ctx, q, s.Site)
	return s, site, err
}

// RunScenario plans a what-if beside the live plan.
func (m *Module) RunScenario(ctx context.Context, number string) (Scenario, error) {
	began := m.DB.Now().UnixMilli()
	var all []*plan
	var s scenarioRow
	var base liveRun
	err := m.DB.View(ctx, func(q db.Querier) error {
		var site masterdata.Site
		var err error
		if s, site, err = m.openScenario(ctx, q, number); err != nil {
			return err
		}
		if base, _, err = live(ctx, q, site.Code); err != nil {
			return err
		}
		all, err = m.solve(ctx, q, site, s.changes(), RunPlan{})
		return err
	})
	if err != nil {
		return Scenario{}, err
	}
	p := all[0]
	var rough []byte
	if p.rough != nil {
		if rough, err = json.Marshal(p.rough); err != nil {
			return Scenario{}, err
		}
	}
	p.run.Scenario, p.run.Group, p.memory = s.ID, 0, nil
	if err := m.store(ctx, all[:1], began); err != nil {
		return Scenario{}, err
	}
	err = m.DB.InTx(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE mrp_scenario SET run_id = $1, base_id = $2, capacity = $3 WHERE id = $4 AND version = $5`, p.run.ID, base.ID, string(rough), s.ID, s.Version)
		if err == nil && n == 0 {
			err = fault.Conflict("planning.scenario_changed", "scenario %s was changed meanwhile", number).With("number", number)
		}
		return err
	})
	if err != nil {
		return Scenario{}, err
	}
	if err := m.clear(ctx, s.Run); err != nil { // of the run before
		return Scenario{}, err
	}
	var out Scenario
	err = m.DB.View(ctx, func(q db.Querier) (err error) { out, err = m.Scenario(ctx, q, number); return err })
	return out, err
}

// Scenario shows a what-if with its difference to the plan beside which it was run.
func (m *Module) Scenario(ctx context.Context, q db.Querier, number string) (Scenario, error) {
	s, err := scenarioOf(ctx, q, number)
	if err != nil {
		return Scenario{}, err
	}
	site, err := masterdata.SiteByID(ctx, q, s.Site)
	if err != nil {
		return Scenario{}, err
	}
	out := s.told(site.Code)
	base, _, err := live(ctx, q, site.Code)
	if fault.Is(err, "planning.no_plan") { // it can be written before there is one
		return out, nil
	}
	if err != nil {
		return out, err
	}
	out.Stale = s.Base != base.ID
	if s.Run == 0 {
		return out, nil
	}
	if s.Capacity != "" {
		_ = json.Unmarshal([]byte(s.Capacity), &out.Rough) // written by this room
		if err := out.Rough.seen(ctx, q); err != nil {
			return out, err
		}
	}
	diff, err := m.Compare(ctx, q, base.ID, s.Run)
	out.Diff = &diff
	return out, err
}

// DropScenario puts a what-if away.
func (m *Module) DropScenario(ctx context.Context, tx *db.Tx, number string) (Scenario, error) {
	s, site, err := m.openScenario(ctx, tx, number)
	if err != nil {
		return Scenario{}, err
	}
	s.State = "dropped"
	tx.Queue(`UPDATE mrp_scenario SET state = 'dropped', version = version + 1 WHERE id = $1`, s.ID)
	tx.Emit(db.Event{Name: EventScenario, Subject: "scenario:" + s.Number, Site: s.Site, Payload: s.told(site.Code)})
	return s.told(site.Code), nil
}

// apply makes the changes in a problem that was read. What names nothing that exists is refused.
func (p *problem) apply(list []Change) error {
	byCode := map[string]int32{}
	for _, i := range p.here[0] {
		byCode[p.items[i].Code] = i
	}
	for n, c := range list {
		item, known := byCode[c.Item]
		if c.Item != "" && !known {
			return fault.NotFound("masterdata.item_unknown", "there is no item %s", c.Item).With("code", c.Item)
		}
		met := true
		switch c.Kind {
		case "demand":
			p.Demands = append(p.Demands, mrp.Demand{Item: item, Day: p.day(c.Day), Qty: *c.Qty, Source: p.ref(mrp.Manual, 0, fmt.Sprintf("what-if %d", n+1), 0), Parent: -1, Priority: usual})
		case "stock":
			src := p.ref(mrp.Stock, 0, fmt.Sprintf("what-if %d", n+1), 0)
			if *c.Qty > 0 {
				p.Supplies = append(p.Supplies, mrp.Supply{Item: item, Day: p.Today, Expires: mrp.Never, Qty: *c.Qty, Source: src})
			} else {
				p.less(item, -*c.Qty)
			}
		case "item":
			if c.Lead != nil {
				p.Items[item].LeadDays = *c.Lead
			}
			if c.Safety != nil {
				p.Items[item].Safety = *c.Safety
			}
		case "order":
			met = false
			for k := range p.Demands {
				d := &p.Demands[k]
				if doc := p.docs[d.Source.Ref]; d.Source.Kind != mrp.Sales || doc.Number != c.Number || c.Line != 0 && doc.Line != c.Line {
					continue
				}
				met = true
				if c.Day != "" {
					d.Day = p.day(c.Day)
				}
				if c.Qty != nil { // of the whole line
					d.Qty = max(*c.Qty-p.docs[d.Source.Ref].shipped, 0)
				}
				if c.Gone {
					d.Qty = 0
				}
			}
		case "supply":
			met = p.applySupply(c)
		}
		if !met {
			return fault.NotFound("planning.change_names_nothing", "changes[%d]: nothing open is called %s", n, c.Number).With("row", n+1).With("number", c.Number)
		}
	}
	return nil
}

func (p *problem) applySupply(c Change) (met bool) {
	for k := range p.Supplies {
		s := &p.Supplies[k]
		doc := p.docs[s.Source.Ref]
		if s.Source.Kind == mrp.Stock || doc.Number != c.Number || c.Line != 0 && doc.Line != c.Line {
			continue
		}
		met = true
		if c.Day != "" {
			s.Day, s.Fixed = p.day(c.Day), true
		}
		if c.Gone {
			s.Qty = 0
			for d := range p.Demands { // and its parts are free
				if p.Demands[d].Source == s.Source {
					p.Demands[d].Qty = 0
				}
			}
		}
	}
	p.Works = slices.DeleteFunc(p.Works, func(w mrp.Work) bool {
		same := p.docs[w.Ref].Number == c.Number
		met = met || same
		return same && c.Gone
	})
	for k := range p.Works {
		if w := &p.Works[k]; p.docs[w.Ref].Number == c.Number && c.Day != "" {
			w.Due, w.HasStart = p.day(c.Day), false
		}
	}
	return met
}

// less takes stock away, the last lot first.
func (p *problem) less(item int32, qty num.Dec) {
	for k := len(p.Supplies) - 1; k >= 0 && qty > 0; k-- {
		if s := &p.Supplies[k]; s.Item == item && s.Source.Kind == mrp.Stock {
			part := min(qty, s.Qty)
			s.Qty, qty = s.Qty-part, qty-part
		}
	}
}

// ScenarioRow is a what-if in the list.
type ScenarioRow struct {
	ID     db.ID  `json:"id" sql:"s.id" doc:"Row"`
	Number string `json:"number" sql:"s.number" doc:"Scenario"`
	Name   string `json:"name" sql:"s.name" doc:"Name"`
	State  string `json:"state" sql:"s.state" doc:"State"`
	Ran    bool   `json:"ran" sql:"CASE WHEN s.run_id <> 0 THEN TRUE ELSE FALSE END" doc:"Was run"`
	Late   int64  `json:"late" sql:"coalesce(r.late, 0)" doc:"Late demands"`
	Orders int64  `json:"orders" sql:"coalesce(r.orders, 0)" doc:"Planned orders"`
	By     string `json:"made_by" sql:"s.made_by" doc:"By"`
	Made   int64  `json:"made_ms" sql:"s.made_ms" doc:"At"`
	Site   string `json:"site" sql:"(SELECT t.code FROM v_site t WHERE t.id = s.site_id)" doc:"Site"`
}

var scenarioTitles = map[string]fault.Text{
	"id": {Zh: "内部号", En: "Row"}, "number": {Zh: "方案", En: "Scenario"}, "name": {Zh: "名称", En: "Name"}, "state": {Zh: "状态", En: "State"}, "ran": {Zh: "已模拟", En: "Was run"}, "late": {Zh: "延误需求", En: "Late demands"},
	"orders": {Zh: "计划订单", En: "Planned orders"}, "site": {Zh: "工厂", En: "Site"}, "made_by": {Zh: "操作人", En: "By"}, "made_ms": {Zh: "时间", En: "At"},
}

func (m *Module) scenarioRoutes(a *web.API) {
	type ByNumber struct {
		Number string `path:"number"`
	}
	web.List(a, web.Op{Path: "/planning/scenarios", ID: "listScenarios", Summary: "What-ifs", Perm: "planning.read"},
		web.ListSpec[ScenarioRow]{From: `mrp_scenario s LEFT JOIN mrp_run r ON r.id = s.run_id`, Key: "s.id", Sort: "-made_ms", Search: []string{"s.number", "s.name", "s.made_by"}, Scope: identity.Scope("s.site_id", ""), Titles: scenarioTitles})
	web.QueryView(a, web.Op{Path: "/planning/scenarios/{number}", ID: "getScenario", Summary: "A what-if with its difference to the plan", Perm: "planning.read"},
		func(ctx context.Context, q db.Querier, in *ByNumber) (Scenario, error) {
			return m.Scenario(ctx, q, in.Number)
		})
	web.Command(a, web.Op{Path: "/planning/scenarios", ID: "createScenario", Summary: "Begin a what-if", Perm: "planning.run"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body NewScenario }) (Scenario, error) {
			return m.CreateScenario(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/planning/scenarios/{number}", ID: "editScenario", Summary: "Change a what-if", Perm: "planning.run"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Body EditScenario
		}) (Scenario, error) {
			return m.EditScenario(ctx, tx, in.Number, in.Body)
		})
	web.Act(a, web.Op{Path: "/planning/scenarios/{number}/run", ID: "runScenario", Summary: "Plan a what-if beside the live plan", Perm: "planning.run", Timeout: 10 * time.Minute},
		func(ctx context.Context, in *ByNumber) (Scenario, error) { return m.RunScenario(ctx, in.Number) })
	web.QueryView(a, web.Op{Path: "/planning/scenarios/{number}/adoption", ID: "previewAdoptScenario", Summary: "What adopting a what-if would make real, and what it would leave for whom", Perm: "planning.firm"},
		func(ctx context.Context, q db.Querier, in *ByNumber) (Adoption, error) {
			out, err := m.PreviewAdopt(ctx, q, in.Number)
			for i := range out.Steps {
				if f := out.Steps[i].refusal; f != nil {
					out.Steps[i].Message = a.Sentence(web.Locale(ctx), f)
				}
			}
			return out, err
		})
	web.Command(a, web.Op{Path: "/planning/scenarios/{number}/adopt", ID: "adoptScenario", Summary: "Make a what-if real: each assumption by the room that it belongs to, all or nothing", Perm: "planning.firm"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ByNumber
			Version int64 `query:"version" doc:"That was looked at; refused when it was changed since"`
		}) (Adopted, error) {
			return m.Adopt(ctx, tx, in.Number, in.Version)
		})
	web.Command(a, web.Op{Path: "/planning/scenarios/{number}/drop", ID: "dropScenario", Summary: "Put a what-if away", Perm: "planning.run"},
		func(ctx context.Context, tx *db.Tx, in *ByNumber) (Scenario, error) {
			return m.DropScenario(ctx, tx, in.Number)
		})
}
