package production

import (
	"cmp"
	"context"
	"math/big"
	"slices"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
)

// ReadingRow is a recorded value in the list.
type ReadingRow struct {
	ID       db.ID    `json:"id" sql:"x.id" doc:"Row"`
	Report   db.ID    `json:"report" sql:"x.report_id" doc:"Report (id)"`
	Order    string   `json:"order" sql:"o.number" doc:"Work order"`
	Item     string   `json:"item" sql:"i.code" doc:"Item"`
	ItemName string   `json:"item_name" sql:"i.name" doc:"Name"`
	Op       int64    `json:"op" sql:"p.op" doc:"Operation no."`
	OpName   string   `json:"op_name" sql:"p.name" doc:"Operation"`
	Taken    string   `json:"taken" sql:"x.taken" enum:"start,report,piece" doc:"When recorded"`
	Piece    int64    `json:"piece" sql:"x.piece" doc:"Piece no."`
	Serial   string   `json:"serial" sql:"x.serial" doc:"Serial number"`
	Name     string   `json:"name" sql:"x.name" doc:"Parameter"`
	Value    num.Dec  `json:"value" sql:"x.value" doc:"Value"`
	Unit     string   `json:"unit" sql:"x.unit" doc:"Unit"`
	Lower    *num.Dec `json:"lower" sql:"x.lower_limit" doc:"Lower limit"`
	Target   *num.Dec `json:"target" sql:"x.target" doc:"Target"`
	Upper    *num.Dec `json:"upper" sql:"x.upper_limit" doc:"Upper limit"`
	Outside  bool     `json:"outside" sql:"x.outside" doc:"Beyond the limits"`
	Reason   string   `json:"reason" sql:"x.reason" doc:"Why"`
	Beyond   string   `json:"beyond" sql:"x.beyond" enum:"warn,hold_op,hold_order," doc:"What it did"`
	Worker   string   `json:"worker" sql:"x.worker" doc:"Worker"`
	Machine  string   `json:"machine" sql:"coalesce(k.code, '')" doc:"Machine"`
	Happened int64    `json:"happened_ms" sql:"x.happened_ms" doc:"At"`
	Reversed bool     `json:"reversed" sql:"x.reversed" doc:"Its report was taken back"`
}

var readingTitles = map[string]fault.Text{
	"id": {Zh: "内部号", En: "Row"}, "report": {Zh: "报工（内部编号）", En: "Report (id)"}, "order": {Zh: "工单号", En: "Work order"}, "item": {Zh: "物料", En: "Item"}, "item_name": {Zh: "名称", En: "Name"}, "op": {Zh: "工序号", En: "Operation no."}, "op_name": {Zh: "工序", En: "Operation"},
	"taken": {Zh: "记录时机", En: "When recorded"}, "piece": {Zh: "第几件", En: "Piece no."}, "serial": {Zh: "序列号", En: "Serial number"}, "beyond": {Zh: "超限处理", En: "What it did"}, "name": {Zh: "参数", En: "Parameter"}, "value": {Zh: "数值", En: "Value"}, "unit": {Zh: "单位", En: "Unit"}, "lower": {Zh: "下限", En: "Lower limit"},
	"target": {Zh: "目标值", En: "Target"}, "upper": {Zh: "上限", En: "Upper limit"}, "outside": {Zh: "超限", En: "Beyond the limits"}, "reason": {Zh: "原因", En: "Why"}, "worker": {Zh: "员工", En: "Worker"}, "machine": {Zh: "设备", En: "Machine"}, "happened_ms": {Zh: "时间", En: "At"}, "reversed": {Zh: "报工已撤销", En: "Report taken back"},
}

// seriesPoints is how many of the newest readings are drawn.
const seriesPoints = 2000

// AskSeries says whose readings are drawn.
type AskSeries struct {
	Order string `query:"order" maxLength:"64" doc:"Work order; this or item"`
	Item  string `query:"item" maxLength:"64" doc:"Item, over all its work orders"`
	Op    int64  `query:"op" minimum:"0" doc:"Of this operation alone; 0 = of all"`
	Name  string `query:"name" maxLength:"60" doc:"Of this parameter alone; empty = of all"`
	From  string `query:"from" maxLength:"10" doc:"First day; empty = from the beginning"`
	To    string `query:"to" maxLength:"10" doc:"Last day; empty = until now"`
}

// ReadingSeries is one parameter of one step over time. What was taken back is left out.
type ReadingSeries struct {
	Op      int64          `json:"op"`
	OpName  string         `json:"op_name"`
	Name    string         `json:"name"`
	Unit    string         `json:"unit"`
	Lower   *num.Dec       `json:"lower,omitempty" doc:"As the newest reading had it"`
	Target  *num.Dec       `json:"target,omitempty"`
	Upper   *num.Dec       `json:"upper,omitempty"`
	N       int64          `json:"n" doc:"How many readings"`
	Outside int64          `json:"outside" doc:"How many of them are beyond the limits"`
	Min     num.Dec        `json:"min"`
	Max     num.Dec        `json:"max"`
	Mean    num.Dec        `json:"mean" doc:"To three decimals"`
	Points  []ReadingPoint `json:"points" doc:"The oldest first"`
}

// ReadingPoint is one reading.
type ReadingPoint struct {
	AtMS    int64   `json:"at_ms"`
	Value   num.Dec `json:"value"`
	Order   string  `json:"order"`
	Outside bool    `json:"outside"`

	Lower   *num.Dec `json:"lower,omitempty" doc:"The limits as they were"`
	Upper   *num.Dec `json:"upper,omitempty"`
	Machine string   `json:"machine,omitempty"`
	Piece   int64    `json:"piece,omitempty"`
	Serial  string   `json:"serial,omitempty"`
}

// ReadingsOverTime is what is drawn.
type ReadingsOverTime struct {
	Series []ReadingSeries `json:"series"`
	More   bool            `json:"more" doc:"There are older readings that are neither drawn nor counted"`
}

type pointRow struct {
	Op      int64    `db:"op"`
	OpName  string   `db:"op_name"`
	Name    string   `db:"name"`
	Unit    string   `db:"unit"`
	Lower   *num.Dec `db:"lower_limit"`
	Target  *num.Dec `db:"target"`
	Upper   *num.Dec `db:"upper_limit"`
	At      int64    `db:"happened_ms"`
	Value   num.Dec  `db:"value"`
	Order   string   `db:"number"`
	Outside bool     `db:"outside"`
	Machine string   `db:"machine"`
	Piece   int64    `db:"piece"`
	Serial  string   `db:"serial"`
}

// Series reads the newest readings of an order or an item, by step and parameter.
func (m *Module) Series(ctx context.Context, q db.Querier, in AskSeries) (ReadingsOverTime, error) {
	out := ReadingsOverTime{Series: []ReadingSeries{}}
	var w db.Where
	published("o.site_id")(ctx, &w)
	w.And("NOT x.reversed")
	switch {
	case in.Order != "":
		w.And("o.number = ?", in.Order)
	case in.Item != "":
		w.And("i.code = ?", in.Item)
	default:
		return out, fault.Invalid("production.series_of_what", "say which work order or which item")
	}
	if err := m.narrow(in, &w); err != nil {
		return out, err
	}
	rows, err := db.All[pointRow](ctx, q, `SELECT p.op, p.name AS op_name, x.name, x.unit, x.lower_limit, x.target, x.upper_limit, x.happened_ms, x.value, o.number, x.outside, coalesce(k.code, '') AS machine, x.piece, x.serial
		FROM v_wo_reading x JOIN wo_order o ON o.id = x.order_id JOIN wo_op p ON p.id = x.op_id JOIN v_item i ON i.id = o.item_id LEFT JOIN v_machine k ON k.id = x.machine_id`+w.String()+`
		ORDER BY x.happened_ms DESC, x.id DESC LIMIT `+itoa(seriesPoints+1), w.Args...)
	if err != nil {
		return out, err
	}
	out.More = len(rows) > seriesPoints
	rows = rows[:min(len(rows), seriesPoints)]
	type key struct {
		op   int64
		name string
		unit string
	}
	at, sums := map[key]int{}, []*big.Int{}
	for i := len(rows) - 1; i >= 0; i-- { // the oldest first; what the newest says stays
		r := &rows[i]
		k := key{r.Op, r.Name, r.Unit}
		n, ok := at[k]
		if !ok {
			n = len(out.Series)
			at[k], sums = n, append(sums, new(big.Int))
			out.Series = append(out.Series, ReadingSeries{Op: r.Op, Name: r.Name, Unit: r.Unit, Min: r.Value, Max: r.Value})
		}
		s := &out.Series[n]
		s.OpName, s.Lower, s.Target, s.Upper = r.OpName, r.Lower, r.Target, r.Upper
		s.N++
		if r.Outside {
			s.Outside++
		}
		s.Min, s.Max = min(s.Min, r.Value), max(s.Max, r.Value)
		sums[n].Add(sums[n], big.NewInt(int64(r.Value)))
		s.Points = append(s.Points, ReadingPoint{r.At, r.Value, r.Order, r.Outside, r.Lower, r.Upper, r.Machine, r.Piece, r.Serial})
	}
	for i := range out.Series {
		const fine = int64(num.One) / 1000
		mean, _ := num.MulDiv(sums[i].Div(sums[i], big.NewInt(out.Series[i].N)).Int64(), 1, fine)
		out.Series[i].Mean = num.Dec(mean * fine)
	}
	sortSeries(out.Series)
	return out, nil
}

// narrow keeps a series to one operation, one parameter, some days.
func (m *Module) narrow(in AskSeries, w *db.Where) error {
	if in.Op > 0 {
		w.And("p.op = ?", in.Op)
	}
	if in.Name != "" {
		w.And("x.name = ?", in.Name)
	}
	for _, d := range [...]struct {
		day, cmp string
		add      int
	}{{in.From, ">=", 0}, {in.To, "<", 1}} {
		if d.day == "" {
			continue
		}
		at, err := time.ParseInLocation(time.DateOnly, d.day, m.d.Zone())
		if err != nil {
			return fault.Invalid("production.series_day", "%q is no day", d.day).With("day", d.day)
		}
		w.And("x.happened_ms "+d.cmp+" ?", at.AddDate(0, 0, d.add).UnixMilli())
	}
	if in.From != "" && in.To != "" && in.From > in.To {
		return fault.Invalid("production.series_days", "%s is after %s", in.From, in.To).With("from", in.From).With("to", in.To)
	}
	return nil
}

func (m *Module) readingRoutes(a *web.API) {
	web.List(a, web.Op{Path: "/production/readings", ID: "listReadings", Summary: "Process parameters that were recorded", Perm: "production.read"},
		web.ListSpec[ReadingRow]{From: `v_wo_reading x JOIN wo_order o ON o.id = x.order_id JOIN wo_op p ON p.id = x.op_id JOIN v_item i ON i.id = o.item_id LEFT JOIN v_machine k ON k.id = x.machine_id`, Key: "x.id", Sort: "-happened_ms",
			Search: []string{"o.number", "i.code", "i.name", "x.name", "x.serial"}, Scope: published("o.site_id"), Titles: readingTitles})
	web.QueryView(a, web.Op{Path: "/production/readings/series", ID: "getReadingSeries", Summary: "Process parameters of a work order or an item over time, with least, greatest and mean", Perm: "production.read"},
		func(ctx context.Context, q db.Querier, in *AskSeries) (ReadingsOverTime, error) {
			return m.Series(ctx, q, *in)
		})
}

func sortSeries(s []ReadingSeries) {
	slices.SortStableFunc(s, func(a, b ReadingSeries) int { return cmp.Compare(a.Op, b.Op) })
}
