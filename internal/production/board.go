package production

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/num"
)

func itoa(n int) string { return strconv.Itoa(n) }

// BoardCenter is a line (work center) now.
type BoardCenter struct {
	Code     string  `json:"code"`
	Name     string  `json:"name"`
	Running  int     `json:"running"`
	Paused   int     `json:"paused"`
	Ready    int     `json:"ready"`
	Material int     `json:"waiting_material"`
	Waiting  int     `json:"waiting" doc:"For a previous step or an inspection"`
	Late     int     `json:"late" doc:"Open operations whose day has gone"`
	Calls    int     `json:"calls"`
	Done     num.Dec `json:"done" doc:"Good pieces today"`
	Scrap    num.Dec `json:"scrap" doc:"Scrapped today"`
	Plan     num.Dec `json:"plan" doc:"Good pieces that there should be by tonight: done today and what is due by then"`
	People   int     `json:"people"`
}

// BoardOp is an operation that somebody has begun.
type BoardOp struct {
	Order      string   `json:"order"`
	Item       string   `json:"item"`
	ItemName   string   `json:"item_name"`
	UoM        string   `json:"uom"`
	Op         int64    `json:"op"`
	Name       string   `json:"name"`
	WorkCenter string   `json:"work_center"`
	Status     string   `json:"status"`
	Qty        num.Dec  `json:"qty"`
	Good       num.Dec  `json:"good"`
	Due        string   `json:"due"`
	Late       bool     `json:"late"`
	Rush       bool     `json:"rush"`
	SinceMS    int64    `json:"since_ms" doc:"Running or paused since"`
	SettingMS  int64    `json:"setting_ms" doc:"Since when it is being set up, 0 = it is not"`
	Reason     string   `json:"reason" doc:"Why it is paused"`
	Crew       []string `json:"crew"`
	Call       string   `json:"call"`
	Blocked    bool     `json:"blocked"`
}

// BoardPerson is somebody at work.
type BoardPerson struct {
	Code       string  `json:"code"`
	Name       string  `json:"name"`
	WorkCenter string  `json:"work_center"`
	Order      string  `json:"order"`
	Op         int64   `json:"op"`
	OpName     string  `json:"op_name"`
	ItemName   string  `json:"item_name"`
	SinceMS    int64   `json:"since_ms"`
	Done       num.Dec `json:"done" doc:"Good pieces reported today"`
	day        string
}

// BoardLate is an order whose day has gone.
type BoardLate struct {
	Order    string  `json:"order" db:"number"`
	ItemName string  `json:"item_name" db:"item_name"`
	Due      string  `json:"due" db:"due"`
	Qty      num.Dec `json:"qty" db:"qty"`
	Good     num.Dec `json:"good" db:"good"`
	UoM      string  `json:"uom" db:"uom"`
	Status   string  `json:"status" db:"status"`
}

// Board is what the shift leader sees: lines, orders, people, calls, time lost.
type Board struct {
	AtMS      int64         `json:"at_ms" doc:"Data as of"`
	Day       string        `json:"day"`
	Site      string        `json:"site"`
	Zone      string        `json:"time_zone" doc:"In which the site lives"`
	Planned   bool          `json:"planned" doc:"The plan is the live schedule; else what is due by today"`
	Centers   []BoardCenter `json:"centers"`
	Ops       []BoardOp     `json:"ops" doc:"Begun and not done, running first"`
	People    []BoardPerson `json:"people"`
	Late      []BoardLate   `json:"late"`
	LateCount int           `json:"late_count"`
	Calls     []CallRow     `json:"calls"`
	Stopped   []StoppedBy   `json:"stopped" doc:"Time lost today by reason"`
}

// BoardOf reads the board of some work centers, or of all.
func (m *Module) BoardOf(ctx context.Context, q db.Querier, at string) (Board, error) {
	now := m.d.Now().In(m.d.Zone())
	out := Board{AtMS: now.UnixMilli(), Day: now.Format(time.DateOnly), Centers: []BoardCenter{}, Ops: []BoardOp{}, People: []BoardPerson{}, Late: []BoardLate{}}
	centers, err := centersOf(ctx, q, at)
	if err != nil || len(centers) == 0 {
		return out, err
	}
	ids, place := idsOf(centers), map[db.ID]int{}
	for i, c := range centers {
		place[c.ID] = i
		out.Centers = append(out.Centers, BoardCenter{Code: c.Code, Name: c.Name})
	}
	type siteRow struct {
		Name string `db:"name"`
		Zone string `db:"time_zone"`
	}
	site, _, err := db.Get[siteRow](ctx, q, `SELECT name, time_zone FROM v_site WHERE id = $1`, centers[0].Site)
	if err != nil {
		return out, err
	}
	out.Site, out.Zone = site.Name, site.Zone
	days, err := m.workDays(ctx, q, ids, out.AtMS)
	if err != nil {
		return out, err
	}
	same := sameDay(ids, days)
	out.Day = same[0].Day
	slots := map[int64]map[db.ID]bool{} // by when the production day ends
	if m.Slots != nil {
		for _, s := range same {
			if slots[s.To] == nil {
				if slots[s.To], out.Planned, err = m.Slots(ctx, q, s.To); err != nil {
					return out, err
				}
			}
		}
	}
	type light struct {
		ID     db.ID   `db:"id"`
		Center db.ID   `db:"work_center_id"`
		Status string  `db:"status"`
		Report bool    `db:"report"`
		Due    string  `db:"due"`
		Left   num.Dec `db:"remaining"`
		Rework bool    `db:"rework"` // puts right what was counted when it was made
	}
	var w db.Where
	db.In(&w, "p.work_center_id", ids)
	w.And("p.own_done_ms = 0 AND p.order_status IN ('released', 'started')")
	if err := db.Each(ctx, q, `SELECT p.id, p.work_center_id, p.status, p.report, p.due, p.order_qty - p.good - p.scrap AS remaining, p.order_id IN (SELECT x.id FROM wo_order x WHERE x.kind = 'rework') AS rework FROM v_wo_op p`+w.String(), w.Args, func(o *light) error {
		c := &out.Centers[place[o.Center]]
		switch o.Status {
		case "running":
			c.Running++
		case "paused":
			c.Paused++
		case "ready":
			c.Ready++
		case "waiting_material":
			c.Material++
		default:
			c.Waiting++
		}
		d := days[o.Center]
		if o.Due != "" && o.Due < d.Day {
			c.Late++
		}
		if o.Report && !o.Rework && (slots[d.To][o.ID] || !out.Planned && o.Due <= d.Day) {
			c.Plan += max(o.Left, 0)
		}
		return nil
	}); err != nil {
		return out, err
	}
	if err := boardDone(ctx, q, &out, ids, place, days, same); err != nil {
		return out, err
	}
	if err := m.boardOps(ctx, q, &out, ids, place, same); err != nil {
		return out, err
	}
	if err := boardLate(ctx, q, &out, same); err != nil {
		return out, err
	}
	calls, err := m.Calls(ctx, q, ids...)
	if err != nil {
		return out, err
	}
	out.Calls = calls.Items
	for _, c := range out.Calls {
		if i := slices.IndexFunc(out.Centers, func(b BoardCenter) bool { return b.Code == c.WorkCenter }); i >= 0 {
			out.Centers[i].Calls++
		}
	}
	out.Stopped, err = m.stoppedToday(ctx, q, same, out.AtMS)
	return out, err
}

// stoppedToday is the time lost since the production day of each work center began.
func (m *Module) stoppedToday(ctx context.Context, q db.Querier, same []dayCenters, now int64) ([]StoppedBy, error) {
	var all []Stoppage
	for _, s := range same {
		list, err := m.stopped(ctx, q, s.From, now, s.IDs...)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return byReason(all), nil
}

// boardDone adds what was reported today, by line.
func boardDone(ctx context.Context, q db.Querier, out *Board, ids []db.ID, place map[db.ID]int, days map[db.ID]workDay, same []dayCenters) error {
	type sum struct {
		Center db.ID   `db:"work_center_id"`
		Day    string  `db:"posting_date"`
		Good   num.Dec `db:"good"`
		Scrap  num.Dec `db:"scrap"`
	}
	var w db.Where
	w.And("r.recorded_ms >= ?", same[0].From-24*time.Hour.Milliseconds()) // by its index; the day decides
	db.In(&w, "r.posting_date", dates(same))
	w.And("r.kind <> 'opening'")
	db.In(&w, "p.work_center_id", ids)
	return db.Each(ctx, q, `SELECT p.work_center_id, r.posting_date, CAST(sum(r.good) AS BIGINT) AS good, CAST(sum(r.scrap) AS BIGINT) AS scrap
		FROM wo_report r JOIN wo_op p ON p.id = r.op_id`+w.String()+` AND r.order_id NOT IN (SELECT x.id FROM wo_order x WHERE x.kind = 'rework') GROUP BY p.work_center_id, r.posting_date`, w.Args, func(s *sum) error {
		if s.Day != days[s.Center].Day {
			return nil
		}
		c := &out.Centers[place[s.Center]]
		c.Done, c.Scrap = s.Good, s.Scrap
		c.Plan += max(s.Good, 0)
		return nil
	})
}

func dates(same []dayCenters) []string {
	out := make([]string, len(same))
	for i, s := range same {
		out[i] = s.Day
	}
	return slices.Compact(out)
}

// boardOps adds what is begun, and who works on it.
func (m *Module) boardOps(ctx context.Context, q db.Querier, out *Board, ids []db.ID, place map[db.ID]int, same []dayCenters) error {
	var w db.Where
	db.In(&w, "p.work_center_id", ids)
	w.And("p.own_done_ms = 0 AND p.own_running_ms <> 0 AND p.report AND p.order_status IN ('released', 'started')")
	ops, err := db.All[FloorOp](ctx, q, floorColumns+w.String()+` ORDER BY p.priority, p.due, p.id LIMIT 300`, w.Args...)
	if err != nil {
		return err
	}
	slices.SortStableFunc(ops, func(a, b FloorOp) int { return cmp.Compare(floorRank(a.Status), floorRank(b.Status)) })
	if err := m.dress(ctx, q, ops); err != nil {
		return err
	}
	var workers []db.ID
	there := map[string]bool{} // who works at two operations of a line is one person
	for _, o := range ops {
		day := ""
		for _, s := range same {
			if slices.ContainsFunc(s.IDs, func(id db.ID) bool { return out.Centers[place[id]].Code == o.WorkCenter }) {
				day = s.Day
			}
		}
		b := BoardOp{Order: o.Order, Item: o.Item, ItemName: o.ItemName, UoM: o.UoM, Op: o.Op, Name: o.Name, WorkCenter: o.WorkCenter, Status: o.Status, Qty: o.OrderQty, Good: o.Good,
			Due: o.Due, Late: o.Late, Rush: o.Rush, SinceMS: max(o.RunningMS, o.PausedMS), SettingMS: o.SettingMS, Reason: o.Paused, Crew: []string{}, Call: o.Call, Blocked: o.Blocked}
		for _, c := range o.Crew {
			b.Crew = append(b.Crew, c.Name)
			out.People = append(out.People, BoardPerson{Code: c.Code, Name: c.Name, WorkCenter: o.WorkCenter, Order: o.Order, Op: o.Op, OpName: o.Name, ItemName: o.ItemName, SinceMS: c.SinceMS, day: day})
			if i := slices.IndexFunc(out.Centers, func(x BoardCenter) bool { return x.Code == o.WorkCenter }); i >= 0 && !there[o.WorkCenter+"\n"+c.Code+c.Name] {
				there[o.WorkCenter+"\n"+c.Code+c.Name] = true
				out.Centers[i].People++
			}
			if c.Worker != 0 {
				workers = append(workers, c.Worker)
			}
		}
		out.Ops = append(out.Ops, b)
	}
	if len(workers) == 0 {
		return nil
	}
	type sum struct {
		Code string  `db:"code"`
		Day  string  `db:"posting_date"`
		Good num.Dec `db:"good"`
	}
	var d db.Where
	d.And("r.recorded_ms >= ?", out.AtMS-48*time.Hour.Milliseconds())
	db.In(&d, "r.posting_date", dates(same))
	db.In(&d, "r.worker_id", workers)
	return db.Each(ctx, q, `SELECT k.code, r.posting_date, CAST(sum(r.good) AS BIGINT) AS good FROM wo_report r JOIN v_worker k ON k.id = r.worker_id`+d.String()+` GROUP BY k.code, r.posting_date`, d.Args, func(s *sum) error {
		for i := range out.People {
			if out.People[i].Code == s.Code && out.People[i].day == s.Day {
				out.People[i].Done = s.Good
			}
		}
		return nil
	})
}

// boardLate adds the orders whose day has gone and that still have something to do at these work centers.
func boardLate(ctx context.Context, q db.Querier, out *Board, same []dayCenters) error {
	var w db.Where
	w.And("o.status IN ('released', 'started')")
	identity.Scope("o.site_id", "")(ctx, &w)
	args, here := w.Args, []string{}
	for _, s := range same {
		in := db.Where{Args: args}
		db.In(&in, "p.work_center_id", s.IDs)
		in.And("o.due < ?", s.Day)
		args, here = in.Args, append(here, in.Cond())
	}
	list, err := db.All[BoardLate](ctx, q, `SELECT o.number, i.name AS item_name, o.due, o.qty, l.good, i.uom, o.status
		FROM wo_order o JOIN wo_op l ON l.id = o.last_op_id JOIN v_item i ON i.id = o.item_id`+w.String()+` AND o.batch_id NOT IN (SELECT id FROM kit_batch)
		AND EXISTS (SELECT 1 FROM wo_op p WHERE p.order_id = o.id AND p.done_ms = 0 AND (`+strings.Join(here, " OR ")+`)) ORDER BY o.due, o.number`, args...)
	out.LateCount = len(list)
	out.Late = append(out.Late, list[:min(len(list), 50)]...)
	return err
}
