package sales

import (
	"context"
	"slices"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// SettingTolerance is how much more or less than ordered a customer takes, in percent, where nothing else is agreed.
const SettingTolerance = "sales.delivery_tolerance_pct"

// lineWork is an open work order as far as it is for one line.
type lineWork struct {
	Line     db.ID   `db:"line_id"`
	Order    db.ID   `db:"id"`
	Number   string  `db:"number"`
	Qty      num.Dec `db:"qty"`
	Good     num.Dec `db:"good"`
	Scrap    num.Dec `db:"scrap"`
	Received num.Dec `db:"received"`
	Status   string  `db:"status"`
	Due      string  `db:"due"`
	Peg      db.ID   `db:"peg_id"` // 0 = the work order is for this line alone
	Share    num.Dec `db:"share"`  // of its quantity, what is for this line
	Before   num.Dec `db:"before"` // and for lines that are served earlier
	Coming   num.Dec `db:"-"`      // what this line may still get from it
}

func (w *lineWork) begun() bool { return w.Status != "planned" && w.Status != "released" }

// coming is what a work order will still bring to those whose share begins after before: what is received served the
// first, what is scrapped is missing to the last.
func coming(qty, scrap, received, before, share num.Dec) num.Dec {
	return max(min(before+share, qty-scrap)-max(before, received), 0)
}

// openWork reads the open work orders of the lines, by due date.
func openWork(ctx context.Context, q db.Querier, lines []db.ID) (map[db.ID][]lineWork, error) {
	out := map[db.ID][]lineWork{}
	for part := range slices.Chunk(lines, 500) {
		var w db.Where
		db.In(&w, "w.sales_line_id", part)
		w.And("w.status NOT IN ('closed', 'cancelled')")
		own := w.String()
		w2 := db.Where{Args: w.Args}
		db.In(&w2, "p.line_id", part)
		w2.And("w.status NOT IN ('closed', 'cancelled')")
		err := db.Each(ctx, q, `
			SELECT w.sales_line_id AS line_id, w.id, w.number, w.qty, w.good, w.scrap, w.received, w.status, w.due, CAST(0 AS BIGINT) AS peg_id, w.qty AS share, CAST(0 AS BIGINT) AS before
			FROM v_work_order w`+own+`
			UNION ALL
			SELECT p.line_id, w.id, w.number, w.qty, w.good, w.scrap, w.received, w.status, w.due, p.id AS peg_id, p.qty AS share,
			       CAST(coalesce((SELECT sum(e.qty) FROM so_peg e WHERE e.order_id = p.order_id AND (e.rank < p.rank OR e.rank = p.rank AND e.id < p.id)), 0) AS BIGINT) AS before
			FROM so_peg p JOIN v_work_order w ON w.id = p.order_id`+w2.String()+` ORDER BY due, number`, w2.Args, func(r *lineWork) error {
			r.Coming = coming(r.Qty, r.Scrap, r.Received, r.Before, r.Share)
			out[r.Line] = append(out[r.Line], *r)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// reserved reads how much is promised to each of the lines.
func reserved(ctx context.Context, q db.Querier, lines []db.ID) (map[db.ID]num.Dec, error) {
	type row struct {
		Line db.ID   `db:"doc_id"`
		Qty  num.Dec `db:"qty"`
	}
	out := map[db.ID]num.Dec{}
	for part := range slices.Chunk(lines, 500) {
		var w db.Where
		db.In(&w, "doc_id", part)
		w.And("doc_kind = 'so_line'")
		if err := db.Each(ctx, q, `SELECT doc_id, CAST(sum(qty) AS BIGINT) AS qty FROM v_reservation`+w.String()+` GROUP BY doc_id`, w.Args, func(r *row) error { out[r.Line] = r.Qty; return nil }); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func idsOf(lines []line) []db.ID {
	out := make([]db.ID, len(lines))
	for i, l := range lines {
		out[i] = l.ID
	}
	return out
}

func inWork(ws []lineWork) (sum num.Dec) {
	for _, w := range ws {
		sum += w.Coming
	}
	return sum
}

// tolerance is how many percent more or less than ordered the customer takes.
func tolerance(ctx context.Context, q db.Querier, customer db.ID) (num.Dec, error) {
	pct, ok, err := db.Get[num.Dec](ctx, q, `SELECT tolerance_pct FROM so_customer WHERE customer_id = $1`, customer)
	if ok || err != nil {
		return pct, err
	}
	text, err := masterdata.Setting(ctx, q, SettingTolerance, "0")
	if err != nil {
		return 0, err
	}
	if pct, err = num.Parse(text); err != nil || pct < 0 {
		return 0, nil // a setting that nobody can read allows nothing
	}
	return min(pct, 100*num.One), nil
}

// slack is the tolerated difference, rounded down to what the item can be counted in.
func slack(qty, pct num.Dec, decimals int) num.Dec {
	n, err := num.MulDivDown(int64(qty), int64(pct), int64(100*num.One))
	if err != nil {
		return 0
	}
	step := int64(1)
	for range num.Scale - decimals {
		step *= 10
	}
	return num.Dec(n - n%step)
}

// Tolerance sets how much more or less than ordered a customer takes, in percent.
type Tolerance struct {
	Customer string   `json:"customer" maxLength:"60" doc:"Customer code; empty: everybody who has no percentage of his own"`
	Pct      *num.Dec `json:"pct,omitempty" doc:"0 to 100; left out: as everybody else"`
}

// SetTolerance stores the percentage and tells of it.
func (m *Module) SetTolerance(ctx context.Context, tx *db.Tx, in Tolerance) (Tolerance, error) {
	if in.Pct != nil && (*in.Pct < 0 || *in.Pct > 100*num.One) {
		return in, fault.Invalid("sales.tolerance_range", "a tolerance is 0 to 100 percent, not %s", *in.Pct).With("pct", *in.Pct)
	}
	if strings.TrimSpace(in.Customer) == "" {
		if in.Pct == nil {
			zero := num.Dec(0)
			in.Pct = &zero
		}
		return in, masterdata.SetSetting(ctx, tx, SettingTolerance, in.Pct.String())
	}
	p, err := customerByCode(ctx, tx, in.Customer)
	if err != nil {
		return in, err
	}
	if in.Pct == nil {
		tx.Queue(`DELETE FROM so_customer WHERE customer_id = $1`, p.ID)
	} else {
		tx.Queue(`INSERT INTO so_customer (customer_id, tolerance_pct) VALUES ($1, $2) ON CONFLICT (customer_id) DO UPDATE SET tolerance_pct = excluded.tolerance_pct`, p.ID, *in.Pct)
	}
	tx.Emit(db.Event{Name: "sales.tolerance_set", Subject: "partner:" + in.Customer, Partner: p.ID, Payload: in})
	return in, nil
}

// Tolerances are the percentages in force.
type Tolerances struct {
	Default   num.Dec     `json:"default"`
	Customers []Tolerance `json:"customers"`
}

// Tolerances reads the company's percentage and those of single customers.
func (m *Module) Tolerances(ctx context.Context, q db.Querier) (out Tolerances, err error) {
	if out.Default, err = tolerance(ctx, q, -1); err != nil {
		return out, err
	}
	type row struct {
		Code string  `db:"code"`
		Pct  num.Dec `db:"pct"`
	}
	out.Customers = []Tolerance{}
	return out, db.Each(ctx, q, `SELECT p.code, c.tolerance_pct AS pct FROM so_customer c JOIN v_partner p ON p.id = c.customer_id ORDER BY p.code`, nil, func(r *row) error {
		pct := r.Pct
		out.Customers = append(out.Customers, Tolerance{r.Code, &pct})
		return nil
	})
}

func customerByCode(ctx context.Context, q db.Querier, code string) (masterdata.Partner, error) {
	p, err := masterdata.PartnerByCode(ctx, q, code)
	if err == nil && !p.Is("customer") {
		err = fault.Invalid("sales.not_customer", "partner %s is not a customer", code).With("code", code)
	}
	return p, err
}
