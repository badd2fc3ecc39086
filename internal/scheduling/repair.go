package scheduling

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/notice"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// Settings of the schedule that repairs itself.
const (
	SettingRepairMachine = "scheduling.repair_machine_min"
	SettingRepairDown    = "scheduling.repair_down_hours"
	SettingRepairLate    = "scheduling.repair_late_days"
	SettingRepairSlow    = "scheduling.repair_slow_pct"
	SettingRepairAuto    = "scheduling.repair_auto"
	SettingRepairMoves   = "scheduling.repair_max_moves"
)

// KindWatch is the job that looks at the floor each minute.
const KindWatch = "scheduling.watch"

// EventRepair tells of a draft that was made of an event of the floor; EventRepaired of what became of it: RepairTold.
const (
	EventRepair   = "scheduling.repair_found"
	EventRepaired = "scheduling.repair_decided"
)

func repairNotice(code, zh, en string) notice.Kind {
	return notice.Kind{Code: "scheduling." + code, Perm: "scheduling.repair", Mail: notice.Now,
		Title: fault.Text{Zh: "改排建议：" + zh, En: "Repaired schedule: " + en},
		Text:  fault.Text{Zh: zh + "：{what}。{late} 个工单更晚，合计 {hours} 小时；移动 {moved} 道工序。", En: en + ": {what}. {late} orders become later, {hours} h in all; {moved} operations move."}}
}

// The news of this room: one kind for each sort of cause, and one for what was published by itself.
var (
	noticeOf = map[string]notice.Kind{
		"machine":  repairNotice("machine_down", "设备停机", "machine down"),
		"material": repairNotice("material_late", "物料迟到", "material late"),
		"quality":  repairNotice("rejected", "检验不合格", "rejected by inspection"),
		"slow":     repairNotice("slow", "工序超时", "operation slower than planned"),
	}
	NoticeAuto = repairNotice("repaired", "已自动改排", "published by itself")
	Notices    = []notice.Kind{noticeOf["machine"], noticeOf["material"], noticeOf["quality"], noticeOf["slow"], NoticeAuto}
)

type repairRow struct {
	ID       db.ID  `db:"id"`
	Site     db.ID  `db:"site_id"`
	Kind     string `db:"kind"`
	Cause    string `db:"cause"`
	Machine  string `db:"machine"`
	Item     db.ID  `db:"item_id"`
	Order    db.ID  `db:"order_id"`
	Op       int    `db:"op"`
	Document string `db:"document"`
	SinceMS  int64  `db:"since_ms"`
	UntilMS  int64  `db:"until_ms"`
	Note     string `db:"note"`
	Draft    db.ID  `db:"draft_id"`
	Live     db.ID  `db:"live_id"`
	Moved    int64  `db:"moved"`
	NewLate  int64  `db:"new_late"`
	WorseMS  int64  `db:"worse_ms"`
	Ends     string `db:"ends"`
	State    string `db:"state"`
	Reason   string `db:"reason"`
	Actor    string `db:"actor"`
	FoundMS  int64  `db:"found_ms"`
	Decided  int64  `db:"decided_ms"`

	changes []Change
	what    string
}

// RepairTold is a repair as events keep it.
type RepairTold struct {
	ID      db.ID  `json:"id"`
	Kind    string `json:"kind" enum:"machine,material,quality,slow"`
	Cause   string `json:"cause"`
	State   string `json:"state" enum:"open,calm,adopted,auto,dismissed,gone"`
	Draft   db.ID  `json:"draft,omitempty"`
	Moved   int64  `json:"moved"`
	NewLate int64  `json:"new_late" doc:"Orders that become late or later"`
	WorseMS int64  `json:"worse_ms"`
	Reason  string `json:"reason,omitempty"`
}

func (r *repairRow) told() RepairTold {
	return RepairTold{r.ID, r.Kind, r.Cause, r.State, r.Draft, r.Moved, r.NewLate, r.WorseMS, r.Reason}
}

// Watched says what a look at the floor has found.
type Watched struct {
	Site  string `json:"site"`
	Found int64  `json:"found" doc:"Causes that stand"`
	Made  int64  `json:"made" doc:"Drafts made"`
	Auto  int64  `json:"auto" doc:"Of them published by themselves"`
	Gone  int64  `json:"gone" doc:"Causes that are no more"`
}

// WatchAll looks at every site.
func (m *Module) WatchAll(ctx context.Context) ([]Watched, error) {
	sites, err := masterdata.Sites(ctx, m.DB.Read())
	var out []Watched
	for _, s := range sites {
		w, e := m.Watch(ctx, s.Code)
		err = errors.Join(err, e)
		out = append(out, w)
	}
	return out, err
}

// Watch looks at what has happened on the floor of a site since its schedule was published, and makes a draft of each
// cause that moves something: one for each cause, anew when another schedule has been published or the cause outlasts
// what was supposed. It reads only what is committed; nobody on the floor waits for it.
func (m *Module) Watch(ctx context.Context, code string) (out Watched, err error) {
	now := m.DB.Now().UnixMilli()
	var causes, open []repairRow
	var live runRow
	var site masterdata.Site
	over := map[string]repairRow{}
	var auto, moves int64
	if err := m.DB.View(ctx, func(q db.Querier) (err error) {
		if site, err = siteOf(ctx, q, code); err != nil {
			return err
		}
		if live, err = liveRun(ctx, q, site.ID); err != nil || live.ID == 0 {
			return err
		}
		if causes, err = m.causes(ctx, q, site, live, now); err != nil {
			return err
		}
		if open, err = db.All[repairRow](ctx, q, `SELECT * FROM aps_repair WHERE site_id = $1 AND decided_ms = 0`, site.ID); err != nil {
			return err
		}
		if len(causes) > 0 {
			var keys []string
			for _, c := range causes {
				keys = append(keys, c.Cause)
			}
			var w db.Where
			w.And("site_id = ? AND decided_ms > 0 AND state IN ('adopted', 'auto', 'dismissed')", site.ID)
			db.In(&w, "cause", keys)
			if err := db.Each(ctx, q, `SELECT * FROM aps_repair`+w.String()+` ORDER BY decided_ms, id`, w.Args, func(r *repairRow) error { over[r.Cause] = *r; return nil }); err != nil {
				return err
			}
		}
		if auto, err = masterdata.IntSetting(ctx, q, SettingRepairAuto, "0"); err != nil {
			return err
		}
		moves, err = masterdata.IntSetting(ctx, q, SettingRepairMoves, "10")
		return err
	}); err != nil {
		return out, err
	}
	out = Watched{Site: site.Code, Found: int64(len(causes))}
	if live.ID == 0 {
		return out, nil
	}
	for i := range open {
		if slices.ContainsFunc(causes, func(c repairRow) bool { return c.Cause == open[i].Cause }) {
			continue
		}
		out.Gone++
		if err := m.endRepair(ctx, site, &open[i], "gone", ""); err != nil {
			return out, err
		}
	}
	for i := range causes {
		c := &causes[i]
		if was, ok := over[c.Cause]; ok && was.SinceMS == c.SinceMS && was.UntilMS >= c.UntilMS {
			continue // somebody has answered it
		}
		at := slices.IndexFunc(open, func(r repairRow) bool { return r.Cause == c.Cause })
		if at >= 0 && open[at].Live == live.ID && open[at].SinceMS == c.SinceMS && open[at].UntilMS >= c.UntilMS && open[at].Document == c.Document {
			continue // told already
		}
		d, err := m.Propose(ctx, Propose{Site: site.Code, Name: c.Cause, Live: live.ID, Changes: c.changes})
		if f := (*fault.Error)(nil); errors.As(err, &f) {
			continue // what it names is gone meanwhile, or another schedule came between: the next look sees it
		}
		if err != nil {
			return out, err
		}
		out.Made++
		var was *repairRow
		if at >= 0 {
			was = &open[at]
		}
		published, err := m.keepRepair(ctx, site, c, was, live.ID, d, auto == 1, moves)
		if err != nil {
			return out, err
		}
		if published { // the others are judged against the new schedule by the next look
			out.Auto++
			return out, nil
		}
	}
	return out, nil
}

// keepRepair stores what a draft does, tells the planner, and publishes it where that is allowed.
func (m *Module) keepRepair(ctx context.Context, site masterdata.Site, c, was *repairRow, live db.ID, d Draft, auto bool, moves int64) (published bool, err error) {
	worse := []EndMoved{}
	for _, e := range d.Ends {
		if e.LateIs > e.LateWas {
			c.NewLate++
			c.WorseMS += e.LateIs - e.LateWas
		}
		if len(worse) < 50 && e.Order != "" {
			worse = append(worse, e)
		}
	}
	text, err := json.Marshal(worse)
	if err != nil {
		return false, err
	}
	c.Site, c.Draft, c.Live, c.Moved, c.Ends, c.State = site.ID, d.ID, live, d.Moved, string(text), "open"
	if d.Moved == 0 && c.NewLate == 0 {
		c.State, c.Draft = "calm", 0
	}
	auto = auto && c.State == "open" && c.NewLate == 0 && c.Moved <= moves
	if err := m.DB.InTx(ctx, func(tx *db.Tx) error {
		published = false
		row := *c
		row.FoundMS = tx.NowMS()
		if was != nil {
			row.ID, row.FoundMS = was.ID, was.FoundMS
			if _, err := tx.Exec(ctx, `DELETE FROM aps_repair WHERE id = $1 AND decided_ms = 0`, row.ID); err != nil {
				return err
			}
		} else {
			row.ID = tx.ID()
		}
		words := map[string]string{"what": c.what, "late": strconv.FormatInt(c.NewLate, 10), "moved": strconv.FormatInt(c.Moved, 10), "hours": hours(c.WorseMS)}
		news := notice.News{Site: site.ID, Key: row.ID.String(), Params: words, Link: "/scheduling/repairs/" + row.ID.String(), Severity: notice.Warning, Todo: true}
		if c.NewLate > 0 {
			news.Severity = notice.Urgent
		}
		switch {
		case auto:
			if _, err := m.PublishDraft(ctx, tx, c.Draft); err != nil {
				return err
			}
			row.State, row.Actor, row.Decided, published = "auto", actor.From(ctx).Name, tx.NowMS(), true
			news.Severity, news.Todo = notice.Info, false
			if err := notice.Gone(ctx, tx, noticeOf[row.Kind], row.ID.String()); err != nil {
				return err
			}
			if err := notice.Tell(ctx, tx, NoticeAuto, news); err != nil {
				return err
			}
			tx.Emit(db.Event{Name: EventRepaired, Subject: "site:" + site.Code, Site: site.ID, Payload: row.told()})
		case row.State == "open":
			if err := notice.Tell(ctx, tx, noticeOf[row.Kind], news); err != nil {
				return err
			}
			tx.Emit(db.Event{Name: EventRepair, Subject: "site:" + site.Code, Site: site.ID, Payload: row.told()})
		default:
			if err := notice.Gone(ctx, tx, noticeOf[row.Kind], row.ID.String()); err != nil {
				return err
			}
		}
		return db.Insert(ctx, tx, "aps_repair", row)
	}); err != nil {
		return false, err
	}
	if c.State == "calm" {
		err = m.dropQuietly(ctx, d.ID)
	}
	if was != nil && was.Draft != 0 {
		err = errors.Join(err, m.dropQuietly(ctx, was.Draft))
	}
	return published, err
}

// dropQuietly throws a draft away that may be gone.
func (m *Module) dropQuietly(ctx context.Context, id db.ID) error {
	if id == 0 {
		return nil
	}
	if _, err := m.DropDraft(ctx, id); !fault.Is(err, "scheduling.draft_unknown") {
		return err
	}
	return nil
}

func hours(ms int64) string {
	return (num.Dec(ms*10/3_600_000) * num.One / 10).String()
}

// endRepair closes a repair without publishing its draft.
func (m *Module) endRepair(ctx context.Context, site masterdata.Site, r *repairRow, state, reason string) error {
	if err := m.DB.InTx(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE aps_repair SET state = $1, reason = $2, actor = $3, decided_ms = $4 WHERE id = $5 AND decided_ms = 0`, state, reason, actor.From(ctx).Name, tx.NowMS(), r.ID)
		if err != nil || n == 0 {
			return err
		}
		told := r.told()
		told.State, told.Reason = state, reason
		tx.Emit(db.Event{Name: EventRepaired, Subject: "site:" + site.Code, Site: site.ID, Reason: reason, Payload: told})
		return notice.Gone(ctx, tx, noticeOf[r.Kind], r.ID.String())
	}); err != nil {
		return err
	}
	return m.dropQuietly(ctx, r.Draft)
}

func repairByID(ctx context.Context, q db.Querier, id db.ID) (repairRow, masterdata.Site, error) {
	r, ok, err := db.Get[repairRow](ctx, q, `SELECT * FROM aps_repair WHERE id = $1`, id)
	if err == nil && ok {
		err = identity.SeeSite(ctx, r.Site)
	}
	if err == nil && !ok {
		err = fault.NotFound("scheduling.repair_unknown", "there is no repair %d", id).With("id", id)
	}
	if err != nil {
		return r, masterdata.Site{}, err
	}
	site, err := masterdata.SiteByID(ctx, q, r.Site)
	return r, site, err
}

func (r *repairRow) mustBeOpen() error {
	switch {
	case r.Decided > 0:
		return fault.Conflict("scheduling.repair_over", "this repair is %s", r.State).With("state", r.State)
	case r.State == "calm" || r.Draft == 0:
		return fault.Conflict("scheduling.repair_calm", "nothing moves because of it")
	}
	return nil
}

// AdoptRepair publishes the draft that was made by itself.
func (m *Module) AdoptRepair(ctx context.Context, tx *db.Tx, id db.ID) (Result, error) {
	r, site, err := repairByID(ctx, tx, id)
	if err == nil {
		err = r.mustBeOpen()
	}
	if err != nil {
		return Result{}, err
	}
	out, err := m.PublishDraft(ctx, tx, r.Draft)
	if err != nil {
		return out, err
	}
	r.State = "adopted"
	tx.Emit(db.Event{Name: EventRepaired, Subject: "site:" + site.Code, Site: r.Site, Payload: r.told()})
	n, err := tx.Exec(ctx, `UPDATE aps_repair SET state = 'adopted', actor = $1, decided_ms = $2 WHERE id = $3 AND decided_ms = 0`, actor.From(ctx).Name, tx.NowMS(), id)
	if err == nil && n == 0 {
		err = db.ErrRetry
	}
	if err != nil {
		return out, err
	}
	return out, notice.Gone(ctx, tx, noticeOf[r.Kind], id.String())
}

// DismissRepair leaves the schedule as it is.
func (m *Module) DismissRepair(ctx context.Context, id db.ID, reason string) (struct{}, error) {
	r, site, err := repairByID(ctx, m.DB.Read(), id)
	if err == nil && r.Decided > 0 {
		err = r.mustBeOpen()
	}
	if err != nil {
		return struct{}{}, err
	}
	return struct{}{}, m.endRepair(ctx, site, &r, "dismissed", reason)
}

// causes are what has happened and stands.
func (m *Module) causes(ctx context.Context, q db.Querier, site masterdata.Site, live runRow, now int64) ([]repairRow, error) {
	down, err := m.machinesDown(ctx, q, site, now)
	if err != nil {
		return nil, err
	}
	late, err := m.materialLate(ctx, q, site, now)
	if err != nil {
		return nil, err
	}
	type op struct {
		Order  db.ID  `db:"order_id"`
		Number string `db:"order_number"`
		Op     int    `db:"op"`
		AtMS   int64  `db:"at_ms"`
	}
	out := slices.Concat(down, late)
	rejected, err := db.All[op](ctx, q, `SELECT r.order_id, r.order_number, max(r.op) AS op, max(r.recorded_ms) AS at_ms FROM v_wo_report r JOIN v_work_order o ON o.id = r.order_id
		WHERE r.site_id = $1 AND r.kind = 'inspection' AND NOT r.reversed AND r.reverses = 0 AND r.scrap + r.rework > 0 AND r.recorded_ms > $2 AND o.status IN ('released', 'started') GROUP BY r.order_id, r.order_number ORDER BY r.order_number`, site.ID, live.NowMS)
	if err != nil {
		return nil, err
	}
	for _, r := range rejected {
		out = append(out, repairRow{Kind: "quality", Cause: "quality:" + r.Number, Order: r.Order, Op: r.Op, Document: r.Number, SinceMS: r.AtMS, what: r.Number + " / " + strconv.Itoa(r.Op)})
	}
	pct, err := masterdata.IntSetting(ctx, q, SettingRepairSlow, "25")
	if err != nil {
		return nil, err
	}
	slow, err := db.All[op](ctx, q, `SELECT p.order_id, p.order_number, p.op, max(s.end_ms) AS at_ms FROM v_slot s JOIN v_wo_op p ON p.id = s.op_id
		WHERE p.site_id = $1 AND p.own_done_ms = 0 AND p.own_running_ms > 0 AND s.state <> 'unplaced' GROUP BY p.order_id, p.order_number, p.op
		HAVING max(s.end_ms + (s.end_ms - s.start_ms) / 100 * $2) < $3 ORDER BY p.order_number, p.op`, site.ID, pct, now)
	if err != nil {
		return nil, err
	}
	for _, r := range slow {
		name := r.Number + "/" + strconv.Itoa(r.Op)
		out = append(out, repairRow{Kind: "slow", Cause: "slow:" + name, Order: r.Order, Op: r.Op, Document: r.Number, SinceMS: r.AtMS, what: r.Number + " / " + strconv.Itoa(r.Op)})
	}
	return out, nil
}

// machinesDown are machines on which an operation was paused for a breakdown, or for which somebody calls, for longer
// than is waited for.
func (m *Module) machinesDown(ctx context.Context, q db.Querier, site masterdata.Site, now int64) ([]repairRow, error) {
	wait, err := masterdata.IntSetting(ctx, q, SettingRepairMachine, "15")
	if err != nil {
		return nil, err
	}
	length, err := masterdata.IntSetting(ctx, q, SettingRepairDown, "4")
	if err != nil {
		return nil, err
	}
	type stop struct {
		Machine string `db:"machine"`
		Order   db.ID  `db:"order_id"`
		Number  string `db:"order_number"`
		Op      int    `db:"op"`
		AtMS    int64  `db:"at_ms"`
	}
	const on = `coalesce((SELECT max(k.code) FROM v_wo_run r JOIN v_machine k ON k.id = r.machine_id WHERE r.op_id = p.id AND r.kind = 'start' AND r.happened_ms = p.started_ms), (SELECT s.machine FROM v_slot s WHERE s.op_id = p.id ORDER BY CASE s.state WHEN 'started' THEN 0 ELSE 1 END, s.start_ms, s.split_no LIMIT 1), '')`
	stops, err := db.All[stop](ctx, q, `SELECT `+on+` AS machine, p.order_id, p.order_number, p.op, n.happened_ms AS at_ms FROM v_wo_run n JOIN v_wo_op p ON p.id = n.op_id
		WHERE p.site_id = $1 AND p.own_done_ms = 0 AND p.own_running_ms < 0 AND p.order_status = 'started' AND n.kind = 'pause' AND n.reason = 'machine' AND n.recorded_ms <= $2 AND n.recorded_ms > $3
		AND NOT EXISTS (SELECT 1 FROM v_wo_run x WHERE x.op_id = n.op_id AND x.kind IN ('start', 'pause') AND x.recorded_ms > n.recorded_ms)
		UNION ALL SELECT `+on+` AS machine, p.order_id, p.order_number, p.op, c.called_ms AS at_ms FROM v_wo_call c JOIN v_wo_op p ON p.id = c.op_id
		WHERE c.site_id = $1 AND c.kind = 'machine' AND c.resolved_ms = 0 AND c.called_ms <= $2 AND p.own_running_ms <= 0`, site.ID, now-wait*60_000, now-30*24*3_600_000)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(stops, func(a, b stop) int { return cmp.Or(cmp.Compare(a.Machine, b.Machine), cmp.Compare(a.AtMS, b.AtMS)) })
	var out []repairRow
	for _, s := range stops {
		if s.Machine == "" || len(out) > 0 && out[len(out)-1].Machine == s.Machine {
			continue
		}
		until := s.AtMS + length*3_600_000
		for until <= now {
			until += length * 3_600_000
		}
		out = append(out, repairRow{Kind: "machine", Cause: "machine:" + s.Machine, Machine: s.Machine, Order: s.Order, Op: s.Op, Document: s.Number, SinceMS: s.AtMS, UntilMS: until,
			what: s.Machine + " (" + s.Number + ")", changes: []Change{{Kind: "down", Machine: s.Machine, FromMS: max(s.AtMS, 1), ToMS: until, Note: "auto: " + s.Number}}})
	}
	return out, nil
}

// materialLate are bought items past their promised day that stock does not make up for before an operation needs them.
func (m *Module) materialLate(ctx context.Context, q db.Querier, site masterdata.Site, now int64) ([]repairRow, error) {
	days, err := masterdata.IntSetting(ctx, q, SettingRepairLate, "1")
	if err != nil {
		return nil, err
	}
	zone := cal.Always(site.Location())
	today := zone.DayOf(now)
	until := zone.DayStart(today + cal.Day(days))
	type line struct {
		Item   db.ID  `db:"item_id"`
		Code   string `db:"code"`
		Number string `db:"order_number"`
		Due    string `db:"due"`
	}
	lines, err := db.All[line](ctx, q, `SELECT l.item_id, i.code, l.order_number, l.due FROM v_purchase_line l JOIN v_item i ON i.id = l.item_id
		WHERE l.site_id = $1 AND NOT l.closed AND l.received < l.qty AND l.due < $2 AND l.due <> '' ORDER BY i.code, l.due, l.order_number`, site.ID, today.String())
	if err != nil || len(lines) == 0 {
		return nil, err
	}
	var items []db.ID
	for _, l := range lines {
		if !slices.Contains(items, l.Item) {
			items = append(items, l.Item)
		}
	}
	type stock struct {
		Item db.ID   `db:"item_id"`
		Qty  num.Dec `db:"qty"`
	}
	have := map[db.ID]num.Dec{}
	var w db.Where
	w.And("site_id = ? AND status = 'available' AND owner_id = 0", site.ID)
	db.In(&w, "item_id", items)
	if err := db.Each(ctx, q, `SELECT item_id, CAST(sum(qty) AS BIGINT) AS qty FROM v_stock`+w.String()+` GROUP BY item_id`, w.Args, func(s *stock) error { have[s.Item] = s.Qty; return nil }); err != nil {
		return nil, err
	}
	type need struct {
		Item    db.ID   `db:"item_id"`
		Order   string  `db:"order_number"`
		Op      int     `db:"op"`
		Qty     num.Dec `db:"qty"`
		StartMS int64   `db:"start_ms"`
		Running int64   `db:"running_ms"`
	}
	w = db.Where{}
	w.And("c.site_id = ? AND c.order_status IN ('planned', 'released', 'started') AND c.role = 'component' AND c.issue <> 'none' AND c.required > c.issued AND p.own_done_ms = 0", site.ID)
	db.In(&w, "c.item_id", items)
	changes := map[db.ID][]Change{}
	if err := db.Each(ctx, q, `SELECT c.item_id, p.order_number, p.op, c.required - c.issued AS qty, s.start_ms, p.running_ms
		FROM v_wo_component c JOIN v_wo_op p ON p.id = c.report_id JOIN v_slot s ON s.op_id = p.id AND s.split_no < 2`+w.String()+` ORDER BY s.start_ms, p.order_number, c.line`, w.Args, func(n *need) error {
		have[n.Item] -= n.Qty
		if have[n.Item] < 0 && n.StartMS < until && n.Running == 0 && len(changes[n.Item]) < 200 {
			changes[n.Item] = append(changes[n.Item], Change{Kind: "parts", Order: n.Order, Op: n.Op, FromMS: until})
		}
		return nil
	}); err != nil {
		return nil, err
	}
	var out []repairRow
	for _, l := range lines {
		list := changes[l.Item]
		if n := len(out); n > 0 && out[n-1].Item == l.Item {
			if !strings.Contains(out[n-1].Document, l.Number) && len(out[n-1].Document) < 200 {
				out[n-1].Document += " " + l.Number
			}
			continue
		}
		if len(list) == 0 {
			continue
		}
		since, err := cal.ParseDay(l.Due)
		if err != nil {
			continue
		}
		for i := range list {
			list[i].Note = "auto: " + l.Code + " " + l.Number
		}
		out = append(out, repairRow{Kind: "material", Cause: "material:" + l.Code, Item: l.Item, Document: l.Number, SinceMS: zone.DayStart(since), UntilMS: until, what: l.Code + " (" + l.Number + ")", changes: list})
	}
	return out, nil
}
