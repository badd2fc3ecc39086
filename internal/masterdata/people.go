package masterdata

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// WorkerValues are what a person may say about a worker.
type WorkerValues struct {
	Name   *string        `json:"name,omitempty" maxLength:"200" doc:"Name"`
	Badge  *string        `json:"badge,omitempty" maxLength:"100" doc:"What the badge says to a scanner; empty: no badge"`
	Team   *string        `json:"team,omitempty" maxLength:"100" doc:"Code of the team; empty: none"`
	Skills *[]WorkerSkill `json:"skills,omitempty" maxItems:"100" doc:"All skills of the worker"`
}

// WorkerSkill is a skill that a worker has.
type WorkerSkill struct {
	Skill string `db:"skill" json:"skill" maxLength:"100" doc:"Code of the skill"`
	Until string `db:"valid_until" json:"valid_until,omitempty" maxLength:"10" doc:"Last day on which it counts; empty: for good"`
	Name  string `db:"skill_name" json:"name,omitempty" readOnly:"true" doc:"Name of the skill"`
}

// NewWorker makes a worker.
type NewWorker struct {
	Site string `json:"site,omitempty" maxLength:"100" doc:"Site whose files name the worker; default the caller's first"`
	Code string `json:"code" maxLength:"100" doc:"Number, unique in the company"`
	WorkerValues
}

// EditWorker changes what it says.
type EditWorker struct {
	Edited
	WorkerValues
}

// WorkerPage is a worker with the skills one by one.
type WorkerPage struct {
	Worker
	TeamName string        `json:"team_name"`
	Rev      int64         `json:"rev" doc:"To be sent with a change"`
	List     []WorkerSkill `json:"skill_list"`
}

var workersNoun = noun[workerRow, *workerRow, WorkerPage]{"worker", "md_worker", workerPage}

func workerPage(ctx context.Context, q db.Querier, r workerRow) (p WorkerPage, err error) {
	if p.Worker, err = WorkerByID(ctx, q, r.ID); err != nil {
		return p, err
	}
	p.Rev = r.Rev
	if p.TeamName, _, err = db.Get[string](ctx, q, `SELECT t.name FROM md_team t WHERE `+seen("t")+` AND t.code = $2`, batchOf(ctx), p.Team); err != nil {
		return p, err
	}
	p.List, err = db.All[WorkerSkill](ctx, q, `SELECT skill, valid_until, skill_name FROM v_worker_skill WHERE worker_id = $1 ORDER BY skill`, r.ID)
	for i := range p.List {
		if p.List[i].Until == OpenEnd {
			p.List[i].Until = ""
		}
	}
	return p, err
}

func workerRowOf(ctx context.Context, q db.Querier, code string) (r workerRow, err error) {
	r, ok, err := rowAt[workerRow](ctx, q, "md_worker", code, 0)
	if err == nil && !ok {
		err = fault.NotFound("masterdata.worker_unknown", "there is no worker %s", code).With("code", code)
	}
	return r, err
}

// apply sets what was said; it answers the rows of validity to be written, nil when nobody spoke of skills.
func (v *WorkerValues) apply(f *form, r *workerRow) (valid []workerSkillRow, err error) {
	f.name(&r.Name, v.Name)
	f.text("badge", &r.Badge, v.Badge)
	if v.Badge != nil && r.Badge != "" {
		other, found, err := db.Get[string](f.ctx, f.tx, `SELECT code FROM md_worker WHERE badge = $1 AND id <> $2`, r.Badge, r.ID)
		if err != nil {
			return nil, err
		}
		if found {
			f.bad("badge", "masterdata.badge_taken", r.Badge, "worker", other)
		}
	}
	f.text("team", &r.Team, v.Team)
	if v.Team != nil && r.Team != "" {
		if err := f.listed("team", "md_team", "masterdata.team_unknown", r.Team); err != nil {
			return nil, err
		}
	}
	if v.Skills == nil {
		return nil, nil
	}
	valid = []workerSkillRow{}
	var codes []string
	for i, s := range *v.Skills {
		at := fieldAt("skills", i)
		code := ""
		f.text(at+".skill", &code, &s.Skill)
		switch {
		case code == "":
			f.bad(at+".skill", "masterdata.needed", "")
		case slices.Contains(codes, code):
			f.bad(at+".skill", "masterdata.skill_twice", code)
		default:
			if err := f.listed(at+".skill", "md_skill", "masterdata.skill_unknown", code); err != nil {
				return nil, err
			}
		}
		codes = append(codes, code)
		if s.Until == "" || s.Until == OpenEnd {
			continue
		}
		if _, err := cal.ParseDay(s.Until); err != nil {
			f.bad(at+".valid_until", "masterdata.date_bad", s.Until)
		}
		valid = append(valid, workerSkillRow{Worker: r.ID, Skill: code, Until: s.Until})
	}
	r.Skills = strings.Join(codes, ";")
	return valid, nil
}

// listed notes a code that its list does not have, or has no more.
func (f *form) listed(field, table, code, value string) error {
	active, ok, err := db.Get[bool](f.ctx, f.tx, `SELECT t.active FROM `+table+` t WHERE `+seen("t")+` AND t.code = $2`, batchOf(f.ctx), value)
	if err == nil && (!ok || !active) {
		f.bad(field, code, value)
	}
	return err
}

func fieldAt(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }

// CreateWorker makes a worker; with a badge, the log-in of the floor too.
func (m *Module) CreateWorker(ctx context.Context, tx *db.Tx, in NewWorker) (out WorkerPage, err error) {
	site, err := siteNamed(ctx, tx, in.Site)
	if err != nil {
		return out, err
	}
	f, r := &form{ctx: ctx, tx: tx}, workerRow{Active: true, Ext: "{}"}
	if r.Code, err = f.code(in.Code, "md_worker", 0); err != nil {
		return out, err
	}
	valid, err := in.apply(f, &r)
	if err != nil {
		return out, err
	}
	out, err = workersNoun.add(f, r, r.Code, 0, func(id db.ID) error {
		if err := used(ctx, tx, site.ID, "worker", id); err != nil {
			return err
		}
		return writeValid(ctx, tx, id, valid)
	})
	if err != nil {
		return out, err
	}
	return out, m.workerChanged(ctx, tx, Worker{}, out.Worker)
}

func writeValid(ctx context.Context, tx *db.Tx, worker db.ID, rows []workerSkillRow) error {
	for i := range rows {
		rows[i].ID, rows[i].Worker = tx.ID(), worker
	}
	return swap(ctx, tx, "md_worker_skill", "worker_id", worker, rows)
}

func (m *Module) workerChanged(ctx context.Context, tx *db.Tx, before, after Worker) error {
	for _, g := range m.Resources.WorkerChanged {
		if err := g(ctx, tx, before, after); err != nil {
			return err
		}
	}
	return nil
}

// EditWorker changes what the input says.
func (m *Module) EditWorker(ctx context.Context, tx *db.Tx, code string, in EditWorker) (out WorkerPage, err error) {
	return m.changeWorker(ctx, tx, code, in.Edited, in.apply)
}

// SwitchWorker makes a worker inactive, whose badge opens nothing from then on, or active again.
func (m *Module) SwitchWorker(ctx context.Context, tx *db.Tx, code string, active bool, in Switch) (out WorkerPage, err error) {
	return m.changeWorker(ctx, tx, code, Edited(in), func(_ *form, r *workerRow) ([]workerSkillRow, error) { r.Active = active; return nil, nil })
}

func (m *Module) changeWorker(ctx context.Context, tx *db.Tx, code string, e Edited, set func(f *form, r *workerRow) ([]workerSkillRow, error)) (out WorkerPage, err error) {
	was, err := workerRowOf(ctx, tx, code)
	if err != nil {
		return out, err
	}
	f := &form{ctx: ctx, tx: tx}
	out, err = workersNoun.change(f, was, code, 0, e, func(r *workerRow) (func() error, error) {
		valid, err := set(f, r)
		if err != nil || valid == nil {
			return nil, err
		}
		have, err := db.All[workerSkillRow](ctx, tx, `SELECT t.* FROM md_worker_skill t WHERE t.worker_id = $1`, was.ID)
		if err != nil || sameSet(have, valid, func(a, b *workerSkillRow) int { return strings.Compare(a.Skill+" "+a.Until, b.Skill+" "+b.Until) }) {
			return nil, err
		}
		return func() error { return writeValid(ctx, tx, was.ID, valid) }, nil
	})
	if err != nil || out.Rev == was.Rev {
		return out, err
	}
	return out, m.workerChanged(ctx, tx, Worker{was.ID, was.Code, was.Name, was.Badge, was.Team, was.Skills, was.Active}, out.Worker)
}

// SkillPage is a skill: what an operation may ask of the person who does it.
type SkillPage struct {
	Code   string `db:"code" json:"code"`
	Name   string `db:"name" json:"name"`
	Note   string `db:"note" json:"note"`
	Active bool   `db:"active" json:"active"`
	Rev    int64  `db:"rev" json:"rev" doc:"To be sent with a change"`
}

// SkillValues are what a person may say about a skill.
type SkillValues struct {
	Name *string `json:"name,omitempty" maxLength:"200" doc:"Name"`
	Note *string `json:"note,omitempty" maxLength:"1000" doc:"What it means, how it is got"`
}

// NewSkill makes a skill.
type NewSkill struct {
	Code string `json:"code" maxLength:"100" doc:"Code, as routings and workers name it"`
	SkillValues
}

// EditSkill changes what it says.
type EditSkill struct {
	Edited
	SkillValues
}

var skills = noun[skillRow, *skillRow, SkillPage]{"skill", "md_skill", func(_ context.Context, _ db.Querier, r skillRow) (SkillPage, error) {
	return SkillPage{r.Code, r.Name, r.Note, r.Active, r.Rev}, nil
}}

func (v *SkillValues) apply(f *form, r *skillRow) {
	f.name(&r.Name, v.Name)
	f.text("note", &r.Note, v.Note, true)
}

// CreateSkill makes a skill.
func (m *Module) CreateSkill(ctx context.Context, tx *db.Tx, in NewSkill) (out SkillPage, err error) {
	f, r := &form{ctx: ctx, tx: tx}, skillRow{Active: true}
	if r.Code, err = f.code(in.Code, "md_skill", 0); err != nil {
		return out, err
	}
	in.apply(f, &r)
	return skills.add(f, r, r.Code, 0, nil)
}

// EditSkill changes what the input says.
func (m *Module) EditSkill(ctx context.Context, tx *db.Tx, code string, in EditSkill) (SkillPage, error) {
	f := &form{ctx: ctx, tx: tx}
	return changeListed(f, skills, code, "masterdata.skill_unknown", in.Edited, func(r *skillRow) error { in.apply(f, r); return nil })
}

// SwitchSkill makes a skill inactive: nobody gets it any more, who has it keeps it.
func (m *Module) SwitchSkill(ctx context.Context, tx *db.Tx, code string, active bool, in Switch) (SkillPage, error) {
	return changeListed(&form{ctx: ctx, tx: tx}, skills, code, "masterdata.skill_unknown", Edited(in), func(r *skillRow) error { r.Active = active; return nil })
}

func changeListed[R any, P marked[R], S any](f *form, n noun[R, P, S], code, unknown string, e Edited, set func(r *R) error) (out S, err error) {
	was, ok, err := rowAt[R](f.ctx, f.tx, n.table, code, 0)
	if err != nil {
		return out, err
	}
	if !ok {
		return out, fault.NotFound(unknown, "there is no %s %s", n.what, code).With("code", code).With("value", code)
	}
	return n.change(f, was, code, 0, e, func(r *R) (func() error, error) { return nil, set(r) })
}

// TeamPage is a team.
type TeamPage struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	Leader string `json:"leader" doc:"Number of the worker who leads it"`
	Active bool   `json:"active"`
	Rev    int64  `json:"rev" doc:"To be sent with a change"`
}

// TeamValues are what a person may say about a team.
type TeamValues struct {
	Name   *string `json:"name,omitempty" maxLength:"200" doc:"Name"`
	Leader *string `json:"leader,omitempty" maxLength:"100" doc:"Number of the worker who leads it; empty: nobody"`
}

// NewTeam makes a team.
type NewTeam struct {
	Code string `json:"code" maxLength:"100" doc:"Code, as workers name it"`
	TeamValues
}

// EditTeam changes what it says.
type EditTeam struct {
	Edited
	TeamValues
}

var teams = noun[teamRow, *teamRow, TeamPage]{"team", "md_team", func(ctx context.Context, q db.Querier, r teamRow) (TeamPage, error) {
	leader, _, err := db.Get[string](ctx, q, `SELECT w.code FROM md_worker w WHERE w.id = $1`, r.Leader)
	return TeamPage{r.Code, r.Name, leader, r.Active, r.Rev}, err
}}

func (v *TeamValues) apply(f *form, r *teamRow) error {
	f.name(&r.Name, v.Name)
	if v.Leader == nil {
		return nil
	}
	r.Leader = 0
	if *v.Leader == "" {
		return nil
	}
	w, err := WorkerByCode(f.ctx, f.tx, *v.Leader)
	if fault.Is(err, "masterdata.worker_unknown") || (err == nil && !w.Active) {
		f.bad("leader", "masterdata.worker_unknown", *v.Leader, "code", *v.Leader)
		return nil
	}
	r.Leader = w.ID
	return err
}

// CreateTeam makes a team.
func (m *Module) CreateTeam(ctx context.Context, tx *db.Tx, in NewTeam) (out TeamPage, err error) {
	f, r := &form{ctx: ctx, tx: tx}, teamRow{Active: true}
	if r.Code, err = f.code(in.Code, "md_team", 0); err != nil {
		return out, err
	}
	if err := in.apply(f, &r); err != nil {
		return out, err
	}
	return teams.add(f, r, r.Code, 0, nil)
}

// EditTeam changes what the input says.
func (m *Module) EditTeam(ctx context.Context, tx *db.Tx, code string, in EditTeam) (TeamPage, error) {
	f := &form{ctx: ctx, tx: tx}
	return changeListed(f, teams, code, "masterdata.team_unknown", in.Edited, func(r *teamRow) error { return in.apply(f, r) })
}

// SwitchTeam makes a team inactive, which its active members forbid, or active again.
func (m *Module) SwitchTeam(ctx context.Context, tx *db.Tx, code string, active bool, in Switch) (TeamPage, error) {
	return changeListed(&form{ctx: ctx, tx: tx}, teams, code, "masterdata.team_unknown", Edited(in), func(r *teamRow) error {
		r.Active = active
		if active {
			return nil
		}
		n, err := db.One[int64](ctx, tx, `SELECT count(*) FROM md_worker w WHERE `+seen("w")+` AND w.team = $2 AND w.active`, batchOf(ctx), code)
		if err == nil && n > 0 {
			err = fault.Conflict("masterdata.team_has_members", "%d active workers belong to team %s", n, code).With("count", n).With("code", code)
		}
		return err
	})
}
