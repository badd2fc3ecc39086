package production

import (
	"context"
	"slices"
	"strings"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/notice"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// SettingParamHold, one for each site, puts an order on hold when a process parameter is beyond its limits.
const SettingParamHold = "production.param_hold"

// NoticeBeyond tells those who may set an order free; where it is on hold for it, it is theirs to do.
var NoticeBeyond = notice.Kind{Code: "production.out_of_limits", Perm: "production.hold", Mail: notice.Off,
	Title: fault.Text{Zh: "工艺参数超限", En: "A process parameter is beyond its limits"},
	Text:  fault.Text{Zh: "{order} 工序 {op} {name}：{values}。原因：{reason}（{worker}）", En: "{order}, operation {op} {name}: {values}. Reason: {reason} ({worker})"}}

// heldKey is the cause of a notice that goes when the order is set free.
func heldKey(order string) string { return "held:" + order }

// Reading is what was measured of one process parameter.
type Reading struct {
	Name  string  `json:"name" minLength:"1" maxLength:"60" doc:"Of the operation's parameters"`
	Value num.Dec `json:"value"`
}

// Readings go with a start or a report.
type Readings struct {
	Readings []Reading `json:"readings,omitempty" maxItems:"50" doc:"Process parameters that the operation asks for"`
	Beyond   string    `json:"readings_reason,omitempty" maxLength:"500" doc:"Why a value is beyond its limits; needed when one is"`
}

// OutOfLimits is the fact that values were beyond their limits.
type OutOfLimits struct {
	Order    string        `json:"order"`
	Op       int64         `json:"op"`
	OpName   string        `json:"op_name"`
	Report   db.ID         `json:"report,omitempty" doc:"None: when the work began"`
	Readings []BeyondLimit `json:"readings"`
	Reason   string        `json:"reason"`
	Worker   string        `json:"worker"`
	Held     bool          `json:"held" doc:"The order was put on hold for it"`
}

// BeyondLimit is one value.
type BeyondLimit struct {
	Name  string   `json:"name"`
	Unit  string   `json:"unit"`
	Value num.Dec  `json:"value"`
	Lower *num.Dec `json:"lower,omitempty"`
	Upper *num.Dec `json:"upper,omitempty"`
}

type readingRow struct {
	ID       db.ID    `db:"id"`
	Order    db.ID    `db:"order_id"`
	Op       db.ID    `db:"op_id"`
	Report   db.ID    `db:"report_id"`
	Taken    string   `db:"taken"`
	Name     string   `db:"name"`
	Unit     string   `db:"unit"`
	Value    num.Dec  `db:"value"`
	Lower    *num.Dec `db:"lower_limit"`
	Upper    *num.Dec `db:"upper_limit"`
	Target   *num.Dec `db:"target"`
	Outside  bool     `db:"outside"`
	Reason   string   `db:"reason"`
	Worker   string   `db:"worker"`
	Machine  db.ID    `db:"machine_id"`
	Happened int64    `db:"happened_ms"`
	Recorded int64    `db:"recorded_ms"`
	Actor    string   `db:"actor"`
}

// measured checks what was measured against what the operation asks for, and makes rows of it. needs says which must be
// there; whatever else the operation asks for may come along. A value beyond its limits needs a reason.
func measured(s *opState, in Readings, needs func(taken string) bool) ([]readingRow, error) {
	params, err := masterdata.Params(s.Params)
	if err != nil {
		return nil, err
	}
	var rows []readingRow
	var missing, beyond []string
	for i, r := range in.Readings {
		if !slices.ContainsFunc(params, func(p masterdata.Param) bool { return p.Name == r.Name }) {
			return nil, fault.Invalid("production.reading_unknown", "operation %d does not ask for %q", s.Op, r.Name).With("name", r.Name).With("op", s.Op)
		}
		if slices.ContainsFunc(in.Readings[:i], func(o Reading) bool { return o.Name == r.Name }) {
			return nil, fault.Invalid("production.reading_twice", "%q stands twice; give one value", r.Name).With("name", r.Name)
		}
	}
	for i := range params {
		p := &params[i]
		k := slices.IndexFunc(in.Readings, func(r Reading) bool { return r.Name == p.Name })
		if k < 0 {
			if needs(p.Taken) {
				missing = append(missing, p.Name)
			}
			continue
		}
		v := in.Readings[k].Value
		if v > num.Max || v < -num.Max {
			return nil, fault.Invalid("production.reading_large", "%s: %s is too large", p.Name, v).With("name", p.Name).With("value", v)
		}
		if !v.Fits(p.Decimals) {
			return nil, fault.Invalid("production.reading_decimals", "%s has at most %d decimals, not %s", p.Name, p.Decimals, v).With("name", p.Name).With("decimals", p.Decimals).With("value", v)
		}
		r := readingRow{Order: s.Order, Op: s.ID, Taken: p.Taken, Name: p.Name, Unit: p.Unit, Value: v, Lower: p.Lower, Upper: p.Upper, Target: p.Target, Outside: p.Outside(v)}
		if r.Outside {
			beyond = append(beyond, beyondText(p.Name, p.Unit, v, p.Lower, p.Upper))
			r.Reason = strings.TrimSpace(in.Beyond)
		}
		rows = append(rows, r)
	}
	if len(missing) > 0 {
		return nil, fault.Invalid("production.readings_missing", "operation %d %s: record %s", s.Op, s.Name, strings.Join(missing, ", ")).
			With("op", s.Op).With("name", s.Name).With("order", s.Number).With("params", strings.Join(missing, ", "))
	}
	if len(beyond) > 0 && strings.TrimSpace(in.Beyond) == "" {
		return nil, fault.Conflict("production.out_of_limits", "beyond the limits: %s; say why", strings.Join(beyond, ", ")).With("params", strings.Join(beyond, ", ")).With("order", s.Number).With("op", s.Op)
	}
	return rows, nil
}

// beyondText is a value with its limits, as people read it: 温度 205 ℃ (180–200).
func beyondText(name, unit string, v num.Dec, lower, upper *num.Dec) string {
	limits := ""
	switch {
	case lower != nil && upper != nil:
		limits = lower.String() + "–" + upper.String()
	case lower != nil:
		limits = "≥ " + lower.String()
	case upper != nil:
		limits = "≤ " + upper.String()
	}
	return strings.TrimSpace(name+" "+v.String()+" "+unit) + " (" + limits + ")"
}

// atStart is what a start has to measure: once, when the operation begins to run.
func (m *Module) atStart(ctx context.Context, q db.Querier, s *opState, in Run) ([]readingRow, error) {
	if s.Params == "" && len(in.Readings.Readings) == 0 || in.Kind == "setup" {
		return nil, nil
	}
	taken, err := startMeasured(ctx, q, s.ID)
	if err != nil {
		return nil, err
	}
	return measured(s, in.Readings, func(at string) bool { return at == "start" && !taken })
}

// atReport is what a report has to measure: what each report asks for, and what nobody measured when the work began.
func (m *Module) atReport(ctx context.Context, q db.Querier, s *opState, in Readings) ([]readingRow, error) {
	if s.Params == "" && len(in.Readings) == 0 {
		return nil, nil
	}
	taken, err := startMeasured(ctx, q, s.ID)
	if err != nil {
		return nil, err
	}
	return measured(s, in, func(at string) bool { return at == "report" || !taken })
}

const startMeasuredSQL = `EXISTS (SELECT 1 FROM v_wo_reading x WHERE x.op_id = $1 AND x.taken = 'start' AND NOT x.reversed)`

func startMeasured(ctx context.Context, q db.Querier, op db.ID) (bool, error) {
	return db.One[bool](ctx, q, `SELECT `+startMeasuredSQL, op)
}

// keepReadings stores them, and raises the alarm: an event, a notice to the shift leader, and by setting a hold.
func (m *Module) keepReadings(ctx context.Context, tx *db.Tx, s *opState, rows []readingRow, report db.ID, happened int64) error {
	if len(rows) == 0 {
		return nil
	}
	who := s.WorkerName
	if who == "" {
		who = actor.From(ctx).Name
	}
	e := OutOfLimits{Order: s.Number, Op: s.Op, OpName: s.Name, Report: report, Worker: who}
	var values []string
	for i := range rows {
		r := &rows[i]
		r.ID, r.Report, r.Worker, r.Machine, r.Happened, r.Recorded, r.Actor = tx.ID(), report, who, s.MachineID, happened, tx.NowMS(), actor.From(ctx).Name
		if r.Outside {
			e.Readings, e.Reason = append(e.Readings, BeyondLimit{r.Name, r.Unit, r.Value, r.Lower, r.Upper}), r.Reason
			values = append(values, beyondText(r.Name, r.Unit, r.Value, r.Lower, r.Upper))
		}
	}
	if err := db.Insert(ctx, tx, "wo_reading", rows...); err != nil {
		return err
	}
	if len(e.Readings) == 0 {
		return nil
	}
	site, err := masterdata.SiteByID(ctx, tx, s.Site)
	if err != nil {
		return err
	}
	hold, err := masterdata.Setting(ctx, tx, SettingParamHold+"."+site.Code, "0")
	if err != nil {
		return err
	}
	e.Held = hold == "1"
	tx.Emit(db.Event{Name: EventOutOfLimits, Subject: "wo:" + s.Number, Site: s.Site, HappenedMS: happened, Reason: e.Reason, Payload: e})
	news := notice.News{Site: s.Site, Key: rows[0].ID.String(), Link: "/production/orders/" + s.Number, Severity: notice.Warning,
		Params: map[string]string{"order": s.Number, "op": num.Int(s.Op).String(), "name": s.Name, "values": strings.Join(values, ", "), "reason": e.Reason, "worker": who}}
	if report != 0 {
		news.Key = report.String()
	}
	if e.Held {
		news.Key, news.Severity, news.Todo = heldKey(s.Number), notice.Urgent, true
		if _, err := m.Hold(ctx, tx, Hold{Order: s.Number, Reason: strings.Join(values, ", ") + ": " + e.Reason}); err != nil {
			return err
		}
	}
	return notice.Tell(ctx, tx, NoticeBeyond, news)
}

// paramsOf are the parameters of an operation, and whether those of its start are recorded.
func paramsOf(ctx context.Context, q db.Querier, op db.ID) ([]masterdata.Param, bool, error) {
	type row struct {
		Params string `db:"params"`
		Taken  bool   `db:"taken"`
	}
	r, _, err := db.Get[row](ctx, q, `SELECT params, `+startMeasuredSQL+` AS taken FROM wo_op WHERE id = $1`, op)
	if err != nil {
		return nil, false, err
	}
	list, err := masterdata.Params(r.Params)
	return list, r.Taken, err
}
