package planning

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/job"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
)

// Rules of the slow-moving report: after how many days without use an item of each class is idle, and how far ahead an
// expiry is told.
const (
	SettingSlowA      = "planning.slow_days_a"
	SettingSlowB      = "planning.slow_days_b"
	SettingSlowC      = "planning.slow_days_c"
	SettingSlowExpiry = "planning.slow_expiry_days"
)

// KindSlow is the job that looks at slow-moving stock each night.
const KindSlow = "planning.slow"

var slowDefaults = map[string]string{SettingSlowA: "60", SettingSlowB: "120", SettingSlowC: "240", SettingSlowExpiry: "60"}

func slowSpec(name, zh, en string) masterdata.SettingSpec {
	return masterdata.SettingSpec{Name: name, Kind: "int", Default: slowDefaults[name], Min: "1", Max: "3650",
		Title: fault.Text{Zh: zh, En: en}, Help: fault.Text{Zh: "呆滞料报表的规则；改后下次生成报表时生效。", En: "A rule of the slow-moving report; it counts from the next look."}}
}

var slowSettings = []masterdata.SettingSpec{
	slowSpec(SettingSlowA, "呆滞：A 类无用天数", "Slow-moving: days without use, class A"),
	slowSpec(SettingSlowB, "呆滞：B 类无用天数", "Slow-moving: days without use, class B"),
	slowSpec(SettingSlowC, "呆滞：C 类无用天数", "Slow-moving: days without use, class C"),
	slowSpec(SettingSlowExpiry, "呆滞：提前几天提示到期", "Slow-moving: expiry told so many days ahead"),
}

type slowRow struct {
	ID       db.ID   `db:"id"`
	Site     db.ID   `db:"site_id"`
	Item     db.ID   `db:"item_id"`
	Class    string  `db:"class"`
	LastUse  string  `db:"last_use"`
	IdleDays int64   `db:"idle_days"`
	Limit    int64   `db:"limit_days"`
	AgeDays  int64   `db:"age_days"`
	Qty      num.Dec `db:"qty"`
	Age90    num.Dec `db:"age_90"`
	Age180   num.Dec `db:"age_180"`
	Age365   num.Dec `db:"age_365"`
	Older    num.Dec `db:"older"`
	Expiring num.Dec `db:"expiring"`
	Needed   num.Dec `db:"needed"`
	Excess   num.Dec `db:"excess"`
	Value    num.Dec `db:"value"`
	Idle     bool    `db:"idle"`
	Made     int64   `db:"made_ms"`

	oldest string `db:"-"`
}

// LookSlow asks for the report anew.
type LookSlow struct {
	Site string `json:"site,omitempty" maxLength:"64" doc:"Empty = your first site"`
}

// SlowLooked says what was found.
type SlowLooked struct {
	Site     string `json:"site"`
	Items    int64  `json:"items" doc:"In stock"`
	Idle     int64  `json:"idle"`
	Expiring int64  `json:"expiring"`
	Excess   int64  `json:"excess"`
}

// slowDays reads the four settings.
func slowDays(ctx context.Context, q db.Querier) (map[string]int64, error) {
	a, errA := masterdata.Setting(ctx, q, SettingSlowA, slowDefaults[SettingSlowA])
	b, errB := masterdata.Setting(ctx, q, SettingSlowB, slowDefaults[SettingSlowB])
	c, errC := masterdata.Setting(ctx, q, SettingSlowC, slowDefaults[SettingSlowC])
	e, errE := masterdata.Setting(ctx, q, SettingSlowExpiry, slowDefaults[SettingSlowExpiry])
	if err := errors.Join(errA, errB, errC, errE); err != nil {
		return nil, err
	}
	days := map[string]int64{}
	for name, text := range map[string]string{SettingSlowA: a, SettingSlowB: b, SettingSlowC: c, SettingSlowExpiry: e} {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, err
		}
		days[name] = n
	}
	return days, nil
}

// LookSlow makes the report of a site: four questions over the whole stock, the rest is arithmetic.
func (m *Module) LookSlow(ctx context.Context, tx *db.Tx, in LookSlow) (SlowLooked, error) {
	site, err := siteOf(ctx, tx, in.Site)
	if err != nil {
		return SlowLooked{}, err
	}
	days, err := slowDays(ctx, tx)
	if err != nil {
		return SlowLooked{}, err
	}
	rows, err := slowStock(ctx, tx, site.ID, tx.Today(), days[SettingSlowExpiry])
	if err != nil {
		return SlowLooked{}, err
	}
	if err := slowUse(ctx, tx, site.ID, rows); err != nil {
		return SlowLooked{}, err
	}
	list := make([]slowRow, 0, len(rows))
	for _, r := range rows {
		list = append(list, *r)
	}
	slowClasses(list)
	out := SlowLooked{Site: site.Code, Items: int64(len(list))}
	for i := range list {
		r := &list[i]
		r.ID, r.Site, r.Made = tx.ID(), site.ID, tx.NowMS()
		r.Limit = days[map[string]string{"A": SettingSlowA, "B": SettingSlowB, "C": SettingSlowC}[r.Class]]
		r.AgeDays = daysBetween(r.oldest, tx.Today())
		if r.IdleDays = r.AgeDays; r.LastUse != "" {
			r.IdleDays = daysBetween(r.LastUse, tx.Today())
		}
		r.Idle = r.IdleDays >= r.Limit
		r.Excess = max(r.Qty-r.Needed, 0)
		if r.Idle {
			out.Idle++
		}
		if r.Expiring > 0 {
			out.Expiring++
		}
		if r.Excess > 0 {
			out.Excess++
		}
	}
	if _, err := tx.Exec(ctx, `DELETE FROM mrp_slow WHERE site_id = $1`, site.ID); err != nil {
		return out, err
	}
	tx.Emit(db.Event{Name: EventSlowLooked, Subject: "site:" + site.Code, Site: site.ID, Payload: out})
	return out, db.Insert(ctx, tx, "mrp_slow", list...)
}

// slowStock is what lies in stock of ours, by item: how old it is, what it cost, what expires.
func slowStock(ctx context.Context, q db.Querier, site db.ID, today string, ahead int64) (map[db.ID]*slowRow, error) {
	type part struct {
		Item     db.ID   `db:"item_id"`
		Qty      num.Dec `db:"qty"`
		Received string  `db:"received_on"`
		Expires  string  `db:"expires_on"`
		Cost     num.Dec `db:"cost"`
	}
	soon := DayPlus(today, int(ahead))
	rows := map[db.ID]*slowRow{}
	err := db.Each(ctx, q, `SELECT s.item_id, CAST(sum(s.qty) AS BIGINT) AS qty, coalesce(l.received_on, '9999-12-31') AS received_on, coalesce(l.expires_on, '9999-12-31') AS expires_on, coalesce(c.unit_cost, p.standard_cost, p.purchase_price, 0) AS cost
		FROM v_stock s LEFT JOIN v_lot l ON l.id = s.lot_id LEFT JOIN v_lot_cost c ON c.id = s.lot_id LEFT JOIN v_item_site p ON p.item_id = s.item_id AND p.site_id = s.site_id JOIN v_location w ON w.id = s.location_id
		WHERE s.site_id = $1 AND s.owner_id = 0 AND w.warehouse_kind <> 'customer_owned'
		GROUP BY s.item_id, l.received_on, l.expires_on, coalesce(c.unit_cost, p.standard_cost, p.purchase_price, 0)`, []any{site}, func(p *part) error {
		r := rows[p.Item]
		if r == nil {
			r = &slowRow{Item: p.Item, oldest: today}
			rows[p.Item] = r
		}
		v, err := num.MulDivDown(int64(p.Qty), int64(p.Cost), int64(num.One))
		if err != nil {
			return err
		}
		r.Qty += p.Qty
		if r.Value, err = r.Value.Add(num.Dec(v)); err != nil {
			return err
		}
		if p.Expires <= soon {
			r.Expiring += p.Qty
		}
		switch age := daysBetween(p.Received, today); { // nobody knows when: as if it came today
		case age <= 90:
			r.Age90 += p.Qty
		case age <= 180:
			r.Age180 += p.Qty
		case age <= 365:
			r.Age365 += p.Qty
		default:
			r.Older += p.Qty
		}
		r.oldest = min(r.oldest, p.Received)
		return nil
	})
	return rows, err
}

// slowUse adds when each item was last used or sold, and what the live plan needs of it.
func slowUse(ctx context.Context, q db.Querier, site db.ID, rows map[db.ID]*slowRow) error {
	type use struct {
		Item db.ID  `db:"item_id"`
		Last string `db:"last_use"`
	}
	if err := db.Each(ctx, q, `SELECT v.item_id, max(v.posting_date) AS last_use FROM v_move v
		WHERE v.site_id = $1 AND v.from_kind = 'stock' AND v.to_kind IN ('wip', 'consumed', 'subcontractor', 'customer') AND v.reverses = 0 AND NOT v.reversed AND v.doc_kind NOT IN ('lot_split', 'lot_merge') GROUP BY v.item_id`, []any{site},
		func(u *use) error {
			if r := rows[u.Item]; r != nil {
				r.LastUse = u.Last
			}
			return nil
		}); err != nil {
		return err
	}
	type need struct {
		Item   db.ID   `db:"item_id"`
		Needed num.Dec `db:"needed"`
	}
	return db.Each(ctx, q, `SELECT i.item_id, i.needed FROM mrp_item i JOIN mrp_run r ON r.id = i.run_id WHERE r.live AND r.site_id = $1 AND i.batch_id NOT IN (SELECT id FROM kit_batch)`, []any{site}, func(n *need) error {
		if r := rows[n.Item]; r != nil {
			r.Needed = n.Needed
		}
		return nil
	})
}

// slowClasses: the dearest items that make four fifths of the value are A, the next up to 95 % B, the rest C.
func slowClasses(list []slowRow) {
	slices.SortFunc(list, func(a, b slowRow) int { return cmp.Or(cmp.Compare(b.Value, a.Value), cmp.Compare(a.Item, b.Item)) })
	var total, before num.Dec
	for i := range list {
		total += list[i].Value
	}
	for i := range list {
		r := &list[i]
		switch r.Class = "C"; {
		case r.Value > 0 && before < total/100*80:
			r.Class = "A"
		case r.Value > 0 && before < total/100*95:
			r.Class = "B"
		}
		before += r.Value
	}
}

// daysBetween counts whole days; a day that nobody knows counts none.
func daysBetween(from, to string) int64 {
	a, errA := time.Parse(time.DateOnly, from)
	b, errB := time.Parse(time.DateOnly, to)
	if errA != nil || errB != nil || a.After(b) {
		return 0
	}
	return int64(b.Sub(a).Hours() / 24)
}

func DayPlus(day string, n int) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.AddDate(0, 0, n).Format(time.DateOnly)
}

// SlowLine is an item of the report.
type SlowLine struct {
	ID       db.ID   `json:"id" sql:"s.id" doc:"Row"`
	Site     string  `json:"site" sql:"x.code" doc:"Site"`
	Item     string  `json:"item" sql:"i.code" doc:"Item"`
	Name     string  `json:"name" sql:"i.name" doc:"Name"`
	UoM      string  `json:"uom" sql:"i.uom" doc:"Unit"`
	Class    string  `json:"class" sql:"s.class" doc:"Class"`
	Why      string  `json:"why" sql:"CASE WHEN s.expiring > 0 THEN 'expiring' WHEN s.idle THEN 'idle' WHEN s.excess > 0 THEN 'excess' ELSE 'ok' END" doc:"Why it is here"`
	Qty      num.Dec `json:"qty" sql:"s.qty" doc:"In stock"`
	Value    num.Dec `json:"value" sql:"s.value" mask:"cost" doc:"Value"`
	LastUse  string  `json:"last_use" sql:"s.last_use" doc:"Last used"`
	IdleDays int64   `json:"idle_days" sql:"s.idle_days" doc:"Days without use"`
	Limit    int64   `json:"limit_days" sql:"s.limit_days" doc:"Days allowed"`
	AgeDays  int64   `json:"age_days" sql:"s.age_days" doc:"Oldest, days"`
	Age90    num.Dec `json:"age_90" sql:"s.age_90" doc:"Up to 90 days"`
	Age180   num.Dec `json:"age_180" sql:"s.age_180" doc:"91 to 180 days"`
	Age365   num.Dec `json:"age_365" sql:"s.age_365" doc:"181 to 365 days"`
	Older    num.Dec `json:"older" sql:"s.older" doc:"Over 365 days"`
	Expiring num.Dec `json:"expiring" sql:"s.expiring" doc:"Expiring"`
	Needed   num.Dec `json:"needed" sql:"s.needed" doc:"Needed by the plan"`
	Excess   num.Dec `json:"excess" sql:"s.excess" doc:"More than needed"`
	Decision string  `json:"decision" sql:"coalesce(d.decision, '')" doc:"Decided"`
	Due      string  `json:"due" sql:"coalesce(d.due, '')" doc:"Until"`
	Reason   string  `json:"reason" sql:"coalesce(d.reason, '')" doc:"Reason"`
	By       string  `json:"decided_by" sql:"coalesce(d.made_by, '')" doc:"Decided by"`
	Made     int64   `json:"made_ms" sql:"s.made_ms" doc:"As of"`
}

var slowList = web.ListSpec[SlowLine]{
	From: `mrp_slow s JOIN v_item i ON i.id = s.item_id JOIN v_site x ON x.id = s.site_id LEFT JOIN mrp_slow_decision d ON d.site_id = s.site_id AND d.item_id = s.item_id AND NOT EXISTS (SELECT 1 FROM mrp_slow_decision n WHERE n.site_id = d.site_id AND n.item_id = d.item_id AND n.id > d.id)`,
	Key:  "s.id", Sort: "-idle_days,item", Search: []string{"i.code", "i.name"},
	Scope: identity.Scope("s.site_id", ""),
	File:  "slow-moving",
}

// DecideSlow says what is done with items that move slowly.
type DecideSlow struct {
	Site     string   `json:"site,omitempty" maxLength:"64" doc:"Empty = your first site"`
	Items    []string `json:"items" minItems:"1" maxItems:"500" doc:"Item codes"`
	Decision string   `json:"decision" enum:"keep,use_up,return,scrap"`
	Due      string   `json:"due" minLength:"10" maxLength:"10" doc:"Until when it is done, or looked at again"`
	Reason   string   `json:"reason" minLength:"1" maxLength:"500"`
}

// SlowDecided is a decision as the log keeps it.
type SlowDecided struct {
	Site     string `json:"site"`
	Item     string `json:"item"`
	Decision string `json:"decision"`
	Due      string `json:"due"`
	Reason   string `json:"reason"`
}

// DecideSlow carries out a DecideSlow.
func (m *Module) DecideSlow(ctx context.Context, tx *db.Tx, in DecideSlow) ([]SlowDecided, error) {
	site, err := siteOf(ctx, tx, in.Site)
	if err != nil {
		return nil, err
	}
	reason := strings.TrimSpace(in.Reason)
	if _, err := time.Parse(time.DateOnly, in.Due); err != nil || in.Due < tx.Today() || reason == "" {
		return nil, fault.Invalid("planning.slow_due", "a decision needs a reason and a day from today on, not %q", in.Due).With("due", in.Due).With("today", tx.Today()).
			At(fault.Field{Where: "body.due", Code: "planning.slow_due", Value: in.Due, Params: map[string]string{"due": in.Due, "today": tx.Today()}})
	}
	type decision struct {
		ID       db.ID  `db:"id"`
		Site     db.ID  `db:"site_id"`
		Item     db.ID  `db:"item_id"`
		Decision string `db:"decision"`
		Due      string `db:"due"`
		Reason   string `db:"reason"`
		Made     int64  `db:"made_ms"`
		By       string `db:"made_by"`
	}
	out := make([]SlowDecided, 0, len(in.Items))
	rows := make([]decision, 0, len(in.Items))
	for _, code := range in.Items {
		it, err := masterdata.ItemByCode(ctx, tx, code)
		if err != nil {
			return nil, err
		}
		rows = append(rows, decision{tx.ID(), site.ID, it.ID, in.Decision, in.Due, reason, tx.NowMS(), actor.From(ctx).Name})
		d := SlowDecided{site.Code, it.Code, in.Decision, in.Due, reason}
		tx.Emit(db.Event{Name: EventSlowDecided, Subject: "item:" + it.Code, Site: site.ID, Reason: reason, Payload: d})
		out = append(out, d)
	}
	return out, db.Insert(ctx, tx, "mrp_slow_decision", rows...)
}

// slowly registers the look of each night.
func (m *Module) slowly(r *job.Runner) {
	r.Register(KindSlow, func(ctx context.Context, j *job.Job) (any, error) {
		sites, err := masterdata.Sites(ctx, j.DB().Read())
		if err != nil {
			return nil, err
		}
		var out []SlowLooked
		for _, s := range sites {
			var one SlowLooked
			if err := j.Tx(ctx, func(tx *db.Tx) (err error) { one, err = m.LookSlow(ctx, tx, LookSlow{Site: s.Code}); return err }); err != nil {
				return out, err
			}
			out = append(out, one)
		}
		return out, nil
	})
	if err := r.Daily("slow-moving stock", "02:20", KindSlow, nil); err != nil {
		panic(err) // the time above is no time of day
	}
}

func (m *Module) slowRoutes(a *web.API) {
	web.List(a, web.Op{Path: "/planning/slow", ID: "listSlowStock", Summary: "Slow-moving, expiring and excess stock by the company's rules", Perm: "planning.read"}, slowList)
	web.Command(a, web.Op{Path: "/planning/slow", ID: "lookSlowStock", Summary: "Look at slow-moving stock anew", Perm: "planning.slow"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body LookSlow }) (SlowLooked, error) {
			return m.LookSlow(ctx, tx, in.Body)
		})
	web.Command(a, web.Op{Path: "/planning/slow/decisions", ID: "decideSlowStock", Summary: "Decide what is done with slow-moving stock, and until when", Perm: "planning.slow"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body DecideSlow }) (struct {
			Decided []SlowDecided `json:"decided"`
		}, error) {
			list, err := m.DecideSlow(ctx, tx, in.Body)
			return struct {
				Decided []SlowDecided `json:"decided"`
			}{list}, err
		})
}
