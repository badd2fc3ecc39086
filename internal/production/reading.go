package production

import (
	"context"
	"slices"
	"strconv"
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
	Name   string  `json:"name" minLength:"1" maxLength:"60" doc:"Of the operation's parameters"`
	Value  num.Dec `json:"value"`
	Serial string  `json:"serial,omitempty" maxLength:"100" doc:"Serial number or label of the piece that was measured, where the item has serials"`
}

// Readings go with a start or a report.
type Readings struct {
	Readings []Reading `json:"readings,omitempty" maxItems:"2000" doc:"Process parameters that the operation asks for; one that is read of single pieces comes once for each of them, in their order"`
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
	OpHeld   bool          `json:"op_held,omitempty" doc:"The operation was put on hold for it, and nothing else of the order"`
}

// BeyondLimit is one value.
type BeyondLimit struct {
	Name  string   `json:"name"`
	Unit  string   `json:"unit"`
	Value num.Dec  `json:"value"`
	Lower *num.Dec `json:"lower,omitempty"`
	Upper *num.Dec `json:"upper,omitempty"`

	Piece  int64  `json:"piece,omitempty" doc:"Which piece of the operation"`
	Serial string `json:"serial,omitempty"`
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
	Piece    int64    `db:"piece"`
	Serial   string   `db:"serial"`
	Beyond   string   `db:"beyond"`
}

// measured checks what was measured against what the operation asks for, and makes rows of it. needs says which must be
// there; whatever else the operation asks for may come along. A value beyond its limits needs a reason.
func measured(s *opState, in Readings, needs func(taken string) bool, of reported) ([]readingRow, error) {
	params, err := masterdata.Params(s.Params)
	if err != nil {
		return nil, err
	}
	var rows []readingRow
	var missing, beyond []string
	given := map[string][]Reading{}
	for _, r := range in.Readings {
		k := slices.IndexFunc(params, func(p masterdata.Param) bool { return p.Name == r.Name })
		if k < 0 || params[k].Taken == masterdata.TakenPiece && of.pieces == 0 {
			return nil, fault.Invalid("production.reading_unknown", "operation %d does not ask for %q", s.Op, r.Name).With("name", r.Name).With("op", s.Op)
		}
		if len(given[r.Name]) > 0 && params[k].Taken != masterdata.TakenPiece {
			return nil, fault.Invalid("production.reading_twice", "%q stands twice; give one value", r.Name).With("name", r.Name)
		}
		given[r.Name] = append(given[r.Name], r)
	}
	for i := range params {
		p := &params[i]
		got := given[p.Name]
		numbers := []int64{0}
		if p.Taken == masterdata.TakenPiece && of.pieces > 0 {
			want := 0
			if numbers, want, err = of.measure(p, len(got)); err != nil {
				return nil, err
			}
			if len(got) < want {
				missing = append(missing, p.Name+" ("+itoa(len(got))+"/"+itoa(want)+")")
			}
		} else if len(got) == 0 && needs(p.Taken) {
			missing = append(missing, p.Name)
		}
		for j, g := range got {
			v := g.Value
			if v > num.Max || v < -num.Max {
				return nil, fault.Invalid("production.reading_large", "%s: %s is too large", p.Name, v).With("name", p.Name).With("value", v)
			}
			if !v.Fits(p.Decimals) {
				return nil, fault.Invalid("production.reading_decimals", "%s has at most %d decimals, not %s", p.Name, p.Decimals, v).With("name", p.Name).With("decimals", p.Decimals).With("value", v)
			}
			r := readingRow{Order: s.Order, Op: s.ID, Taken: p.Taken, Name: p.Name, Unit: p.Unit, Value: v, Lower: p.Lower, Upper: p.Upper, Target: p.Target, Outside: p.Outside(v), Piece: numbers[j]}
			if r.Serial, err = s.serialOf(p, g, rows); err != nil {
				return nil, err
			}
			if r.Outside {
				beyond = append(beyond, r.told())
				r.Reason, r.Beyond = strings.TrimSpace(in.Beyond), p.Beyond
			}
			rows = append(rows, r)
		}
	}
	if len(missing) > 0 {
		return nil, fault.Invalid("production.readings_missing", "operation %d %s: record %s", s.Op, s.Name, strings.Join(missing, ", ")).
			With("op", s.Op).With("name", s.Name).With("order", s.Number).With("params", strings.Join(missing, ", "))
	}
	if len(beyond) > 0 && strings.TrimSpace(in.Beyond) == "" {
		return nil, fault.Conflict("production.out_of_limits", "beyond the limits: %s; say why", few(beyond)).With("params", few(beyond)).With("order", s.Number).With("op", s.Op)
	}
	return rows, nil
}

// few are values as a sentence can hold them.
func few(values []string) string {
	const most = 5
	if len(values) <= most {
		return strings.Join(values, ", ")
	}
	return strings.Join(values[:most], ", ") + " … (" + itoa(len(values)) + ")"
}

// told is a value beyond its limits, as people read it.
func (r *readingRow) told() string {
	text := beyondText(r.Name, r.Unit, r.Value, r.Lower, r.Upper)
	switch {
	case r.Serial != "":
		text += " " + r.Serial
	case r.Piece > 0:
		text += " #" + strconv.FormatInt(r.Piece, 10)
	}
	return text
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
	rows, err := measured(s, in.Readings, func(at string) bool { return at == masterdata.TakenStart && !taken }, reported{})
	if err != nil {
		return nil, err
	}
	return rows, decide(ctx, q, s, rows)
}

// atReport is what a report has to measure: what each report asks for, what its pieces ask for, and what nobody measured
// when the work began.
func (m *Module) atReport(ctx context.Context, q db.Querier, s *opState, in Readings, of reported) ([]readingRow, error) {
	if s.Params == "" && len(in.Readings) == 0 {
		return nil, nil
	}
	taken, err := startMeasured(ctx, q, s.ID)
	if err != nil {
		return nil, err
	}
	rows, err := measured(s, in, func(at string) bool { return at == masterdata.TakenReport || at == masterdata.TakenStart && !taken }, of)
	if err != nil {
		return nil, err
	}
	if !of.again { // who reworks a piece measures it once more
		if err := sameSerial(ctx, q, s, rows); err != nil {
			return nil, err
		}
	}
	return rows, decide(ctx, q, s, rows)
}

// What a value beyond its limits does besides being told.
const (
	beyondWarn  = "warn"
	beyondOp    = "hold_op"
	beyondOrder = "hold_order"
)

// decide writes at each value beyond its limits what it does; where the parameter says nothing the site's setting does.
func decide(ctx context.Context, q db.Querier, s *opState, rows []readingRow) error {
	if !slices.ContainsFunc(rows, func(r readingRow) bool { return r.Outside && r.Beyond == "" }) {
		return nil
	}
	site, err := masterdata.SiteByID(ctx, q, s.Site)
	if err != nil {
		return err
	}
	hold, err := masterdata.Setting(ctx, q, SettingParamHold+"."+site.Code, "0")
	if err != nil {
		return err
	}
	as := beyondWarn
	if hold == "1" {
		as = beyondOrder
	}
	for i := range rows {
		if rows[i].Outside && rows[i].Beyond == "" {
			rows[i].Beyond = as
		}
	}
	return nil
}

// does is the strongest of what the values do.
func does(rows []readingRow) (most string) {
	rank := map[string]int{beyondWarn: 1, beyondOp: 2, beyondOrder: 3}
	for i := range rows {
		if rank[rows[i].Beyond] > rank[most] {
			most = rows[i].Beyond
		}
	}
	return most
}

const startMeasuredSQL = `EXISTS (SELECT 1 FROM v_wo_reading x WHERE x.op_id = $1 AND x.taken = 'start' AND NOT x.reversed)`

func startMeasured(ctx context.Context, q db.Querier, op db.ID) (bool, error) {
	return db.One[bool](ctx, q, `SELECT `+startMeasuredSQL, op)
}

// keepReadings stores them, and raises the alarm: an event, a notice to the shift leader, and as the parameter says a hold
// of the operation or of the order.
func (m *Module) keepReadings(ctx context.Context, tx *db.Tx, s *opState, rows []readingRow, report db.ID, happened int64, inspection string) error {
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
			e.Readings, e.Reason = append(e.Readings, BeyondLimit{r.Name, r.Unit, r.Value, r.Lower, r.Upper, r.Piece, r.Serial}), r.Reason
			values = append(values, r.told())
		}
	}
	if err := db.Insert(ctx, tx, "wo_reading", rows...); err != nil {
		return err
	}
	if len(e.Readings) == 0 {
		return nil
	}
	act := does(rows)
	e.Held, e.OpHeld = act == beyondOrder, act == beyondOp
	tx.Emit(db.Event{Name: EventOutOfLimits, Subject: "wo:" + s.Number, Site: s.Site, HappenedMS: happened, Reason: e.Reason, Payload: e})
	news := notice.News{Site: s.Site, Key: rows[0].ID.String(), Link: "/production/orders/" + s.Number, Severity: notice.Warning,
		Params: map[string]string{"order": s.Number, "op": num.Int(s.Op).String(), "name": s.Name, "values": few(values), "reason": e.Reason, "worker": who}}
	if report != 0 {
		news.Key = report.String()
	}
	why := few(values) + ": " + e.Reason
	switch act {
	case beyondOrder:
		news.Key, news.Severity, news.Todo = heldKey(s.Number), notice.Urgent, true
		if _, err := m.Hold(ctx, tx, Hold{Order: s.Number, Reason: why}); err != nil {
			return err
		}
	case beyondOp:
		news.Key, news.Severity, news.Todo, news.Link = opHeldKey(s.Number, s.Op), notice.Urgent, true, "/production/held"
		if err := m.holdOp(ctx, tx, s, why, report, inspection); err != nil {
			return err
		}
	}
	return notice.Tell(ctx, tx, NoticeBeyond, news)
}

// asks tells what an operation asks for, whether what is measured at its start is recorded, and whether it is held.
func (f *OpFloor) asks(ctx context.Context, q db.Querier, op db.ID) error {
	type row struct {
		Params string  `db:"params"`
		Taken  bool    `db:"taken"`
		HeldMS int64   `db:"held_ms"`
		Held   string  `db:"held_reason"`
		Pieces num.Dec `db:"pieces"`
		Serial bool    `db:"serial"`
	}
	r, _, err := db.Get[row](ctx, q, `SELECT p.params, p.held_ms, p.held_reason, p.good + p.scrap + p.rework AS pieces, i.tracking = 'serial' AS serial, `+startMeasuredSQL+` AS taken
		FROM wo_op p JOIN wo_order o ON o.id = p.order_id JOIN v_item i ON i.id = o.item_id WHERE p.id = $1`, op)
	if err != nil {
		return err
	}
	f.Started, f.HeldMS, f.Held, f.Pieces, f.Serials = r.Taken, r.HeldMS, r.Held, r.Pieces, r.Serial
	f.Params, err = masterdata.Params(r.Params)
	return err
}
