package scheduling

import (
	"context"
	"slices"
	"strings"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
)

// EventShift tells by which calendar workers work at a site: Shift. Subject site:<code>.
const EventShift = "scheduling.shift_set"

// EventAbsent tells that workers are absent for a time, or that this was taken back: Absent. Subject worker:<code>.
const EventAbsent = "scheduling.absent"

// Shift gives workers the calendar that they work by.
type Shift struct {
	Site     string   `json:"site,omitempty" maxLength:"64" doc:"Empty = your first site"`
	Workers  []string `json:"workers" minItems:"1" maxItems:"500" doc:"Codes"`
	Calendar string   `json:"calendar,omitempty" maxLength:"64" doc:"Empty = whenever the machine works"`
}

// Absent says when workers are not there.
type Absent struct {
	Workers []string `json:"workers" minItems:"1" maxItems:"500" doc:"Codes"`
	FromMS  int64    `json:"from_ms"`
	ToMS    int64    `json:"to_ms"`
	Reason  string   `json:"reason" minLength:"1" maxLength:"200"`
	Ended   bool     `json:"ended,omitempty" readOnly:"true" doc:"It was taken back"`
}

type shiftRow struct {
	ID       db.ID  `db:"id"`
	Site     db.ID  `db:"site_id"`
	Worker   db.ID  `db:"worker_id"`
	Calendar db.ID  `db:"calendar_id"`
	Actor    string `db:"actor"`
	Recorded int64  `db:"recorded_ms"`
}

type absenceRow struct {
	ID       db.ID  `db:"id"`
	Worker   db.ID  `db:"worker_id"`
	FromMS   int64  `db:"from_ms"`
	ToMS     int64  `db:"to_ms"`
	Reason   string `db:"reason"`
	Actor    string `db:"actor"`
	Recorded int64  `db:"recorded_ms"`
	EndedMS  int64  `db:"ended_ms"`
	EndedBy  string `db:"ended_by"`
}

// WorkerHours is a worker at a site, with the hours that the schedule counts with.
type WorkerHours struct {
	Worker   string `json:"worker" sql:"w.code" doc:"Worker"`
	Name     string `json:"name" sql:"w.name" doc:"Name"`
	Site     string `json:"site" sql:"t.code" doc:"Site"`
	Team     string `json:"team" sql:"w.team" doc:"Team"`
	Skills   string `json:"skills" sql:"w.skills" doc:"Skills"`
	Calendar string `json:"calendar" sql:"coalesce(c.code, '')" doc:"Calendar"`
	Absences int64  `json:"absences" sql:"(SELECT count(*) FROM aps_absence a WHERE a.worker_id = w.id AND a.ended_ms = 0)" doc:"Absences"`
}

// Absence is a time in which a worker is not there.
type Absence struct {
	ID       db.ID  `json:"id" sql:"a.id" doc:"No."`
	Worker   string `json:"worker" sql:"w.code" doc:"Worker"`
	Name     string `json:"name" sql:"w.name" doc:"Name"`
	Team     string `json:"team" sql:"w.team" doc:"Team"`
	FromMS   int64  `json:"from_ms" sql:"a.from_ms" doc:"From"`
	ToMS     int64  `json:"to_ms" sql:"a.to_ms" doc:"To"`
	Reason   string `json:"reason" sql:"a.reason" doc:"Why"`
	Actor    string `json:"actor" sql:"a.actor" doc:"By"`
	Recorded int64  `json:"recorded_ms" sql:"a.recorded_ms" doc:"At"`
	EndedMS  int64  `json:"ended_ms" sql:"a.ended_ms" doc:"Ended"`
}

var hoursTitles = map[string]fault.Text{
	"worker": {Zh: "员工", En: "Worker"}, "name": {Zh: "姓名", En: "Name"}, "site": {Zh: "工厂", En: "Site"}, "team": {Zh: "班组", En: "Team"}, "skills": {Zh: "技能", En: "Skills"},
	"calendar": {Zh: "班次日历", En: "Calendar"}, "absences": {Zh: "缺勤次数", En: "Absences"},
}

var absenceTitles = map[string]fault.Text{
	"id": {Zh: "编号", En: "No."}, "worker": {Zh: "员工", En: "Worker"}, "name": {Zh: "姓名", En: "Name"}, "team": {Zh: "班组", En: "Team"}, "from_ms": {Zh: "从", En: "From"}, "to_ms": {Zh: "到", En: "To"},
	"reason": {Zh: "原因", En: "Why"}, "actor": {Zh: "操作人", En: "By"}, "recorded_ms": {Zh: "时间", En: "At"}, "ended_ms": {Zh: "结束于", En: "Ended"},
}

// workersOf finds workers by their codes; one that is not there is named.
func workersOf(ctx context.Context, q db.Querier, codes []string) ([]db.ID, error) {
	type row struct {
		ID   db.ID  `db:"id"`
		Code string `db:"code"`
	}
	codes = slices.Clone(codes)
	slices.Sort(codes)
	codes = slices.Compact(codes)
	var w db.Where
	w.And("active")
	db.In(&w, "code", codes)
	found := map[string]db.ID{}
	if err := db.Each(ctx, q, `SELECT id, code FROM v_worker`+w.String(), w.Args, func(r *row) error { found[r.Code] = r.ID; return nil }); err != nil {
		return nil, err
	}
	var out []db.ID
	var gone []string
	for _, c := range codes {
		if id, ok := found[c]; ok {
			out = append(out, id)
		} else {
			gone = append(gone, c)
		}
	}
	if len(gone) > 0 {
		return nil, fault.NotFound("scheduling.worker_unknown", "there is no active worker %s", strings.Join(gone, ", ")).With("workers", strings.Join(gone, ", "))
	}
	return out, nil
}

// SetShift gives workers the calendar that the schedule counts with at a site.
func (m *Module) SetShift(ctx context.Context, tx *db.Tx, in Shift) (struct{}, error) {
	site, err := siteOf(ctx, tx, in.Site)
	if err != nil {
		return struct{}{}, err
	}
	ids, err := workersOf(ctx, tx, in.Workers)
	if err != nil {
		return struct{}{}, err
	}
	var calendar db.ID
	if in.Calendar != "" {
		id, ok, err := db.Get[db.ID](ctx, tx, `SELECT id FROM v_calendar WHERE site_id = $1 AND code = $2`, site.ID, in.Calendar)
		if err != nil {
			return struct{}{}, err
		}
		if !ok {
			return struct{}{}, fault.NotFound("scheduling.calendar_unknown", "site %s has no calendar %q", site.Code, in.Calendar).With("calendar", in.Calendar).With("site", site.Code)
		}
		calendar = id
	}
	var w db.Where
	w.And("site_id = ?", site.ID)
	db.In(&w, "worker_id", ids)
	if _, err := tx.Exec(ctx, `DELETE FROM aps_shift`+w.String(), w.Args...); err != nil {
		return struct{}{}, err
	}
	var rows []shiftRow
	for _, id := range ids {
		if calendar != 0 {
			rows = append(rows, shiftRow{tx.ID(), site.ID, id, calendar, actor.From(ctx).Name, tx.NowMS()})
		}
	}
	in.Site = site.Code
	tx.Emit(db.Event{Name: EventShift, Subject: "site:" + site.Code, Site: site.ID, Payload: in})
	return struct{}{}, db.Insert(ctx, tx, "aps_shift", rows...)
}

// AddAbsence notes that workers are not there for a time: the schedules that are made from now on count without them.
func (m *Module) AddAbsence(ctx context.Context, tx *db.Tx, in Absent) (struct{}, error) {
	if in.FromMS <= 0 || in.ToMS <= in.FromMS || in.ToMS <= tx.NowMS() {
		return struct{}{}, fault.Invalid("scheduling.absence_bad", "an absence from %d to %d is over or ends before it begins", in.FromMS, in.ToMS).With("field", "to_ms")
	}
	ids, err := workersOf(ctx, tx, in.Workers)
	if err != nil {
		return struct{}{}, err
	}
	var rows []absenceRow
	for _, id := range ids {
		rows = append(rows, absenceRow{ID: tx.ID(), Worker: id, FromMS: in.FromMS, ToMS: in.ToMS, Reason: in.Reason, Actor: actor.From(ctx).Name, Recorded: tx.NowMS()})
	}
	in.Ended = false
	tx.Emit(db.Event{Name: EventAbsent, Subject: "worker:" + in.Workers[0], Payload: in})
	return struct{}{}, db.Insert(ctx, tx, "aps_absence", rows...)
}

// EndAbsence takes an absence back: the worker is there.
func (m *Module) EndAbsence(ctx context.Context, tx *db.Tx, id db.ID) (struct{}, error) {
	r, ok, err := db.Get[absenceRow](ctx, tx, `SELECT * FROM aps_absence WHERE id = $1`, id)
	switch {
	case err != nil:
		return struct{}{}, err
	case !ok:
		return struct{}{}, fault.NotFound("scheduling.absence_unknown", "there is no absence %d", id).With("id", id)
	case r.EndedMS != 0:
		return struct{}{}, nil
	}
	w, err := masterdata.WorkerByID(ctx, tx, r.Worker)
	if err != nil {
		return struct{}{}, err
	}
	tx.Emit(db.Event{Name: EventAbsent, Subject: "worker:" + w.Code, Payload: Absent{[]string{w.Code}, r.FromMS, r.ToMS, r.Reason, true}})
	_, err = tx.Exec(ctx, `UPDATE aps_absence SET ended_ms = $1, ended_by = $2 WHERE id = $3`, tx.NowMS(), actor.From(ctx).Name, id)
	return struct{}{}, err
}

// there gives the workers of a problem their hours: the calendar of each at the site, and when he is absent.
func (p *problem) there(ctx context.Context, q db.Querier, site masterdata.Site, now int64) error {
	if len(p.Workers) == 0 {
		return nil
	}
	at := make(map[string]int, len(p.Workers))
	for i := range p.Workers {
		at[p.Workers[i].Code] = i
	}
	type shift struct {
		Code     string `db:"code"`
		Calendar db.ID  `db:"calendar_id"`
	}
	shifts, err := db.All[shift](ctx, q, `SELECT w.code, s.calendar_id FROM aps_shift s JOIN v_worker w ON w.id = s.worker_id WHERE s.site_id = $1 ORDER BY w.code`, site.ID)
	if err != nil {
		return err
	}
	for _, s := range shifts {
		if i, ok := at[s.Code]; ok {
			p.Workers[i].Calendar = p.calendars[s.Calendar]
		}
	}
	type off struct {
		Code   string `db:"code"`
		FromMS int64  `db:"from_ms"`
		ToMS   int64  `db:"to_ms"`
	}
	return db.Each(ctx, q, `SELECT w.code, a.from_ms, a.to_ms FROM aps_absence a JOIN v_worker w ON w.id = a.worker_id WHERE a.ended_ms = 0 AND a.to_ms > $1 ORDER BY w.code, a.from_ms, a.id`, []any{now}, func(a *off) error {
		if i, ok := at[a.Code]; ok {
			p.Workers[i].Off = append(p.Workers[i].Off, cal.Span{From: a.FromMS, To: a.ToMS})
		}
		return nil
	})
}

func (m *Module) peopleRoutes(a *web.API) {
	web.List(a, web.Op{Path: "/scheduling/workers", ID: "listWorkerHours", Summary: "By which calendar each worker works", Perm: "scheduling.read"},
		web.ListSpec[WorkerHours]{From: `v_worker w JOIN v_site t ON w.active LEFT JOIN aps_shift s ON s.worker_id = w.id AND s.site_id = t.id LEFT JOIN v_calendar c ON c.id = s.calendar_id`, Key: "w.code || ' ' || t.code", Sort: "worker",
			Search: []string{"w.code", "w.name", "w.team", "w.skills"}, Scope: identity.Scope("t.id", ""), Titles: hoursTitles})
	web.Command(a, web.Op{Path: "/scheduling/workers/shift", ID: "setShift", Summary: "Say by which calendar workers work", Perm: "scheduling.run"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Shift }) (struct{}, error) {
			return m.SetShift(ctx, tx, in.Body)
		})
	web.List(a, web.Op{Path: "/scheduling/absences", ID: "listAbsences", Summary: "When workers are absent", Perm: "scheduling.read"},
		web.ListSpec[Absence]{From: `aps_absence a JOIN v_worker w ON w.id = a.worker_id`, Key: "a.id", Sort: "-from_ms", Search: []string{"w.code", "w.name", "w.team", "a.reason"}, Titles: absenceTitles})
	web.Command(a, web.Op{Path: "/scheduling/absences", ID: "addAbsence", Summary: "Say when workers are absent", Perm: "scheduling.run"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body Absent }) (struct{}, error) {
			return m.AddAbsence(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/scheduling/absences/{id}/end", ID: "endAbsence", Summary: "Take an absence back", Perm: "scheduling.run"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			ID db.ID `path:"id" doc:"Number"`
		}) (struct{}, error) {
			return m.EndAbsence(ctx, tx, in.ID)
		})
}
