package planning

import (
	"context"
	"math/big"
	"slices"
	"strings"
	"time"

	"kaiwu/internal/identity"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// factors are the standard normal quantiles of the service levels that may be chosen.
var factors = map[string]num.Dec{"90": 1_281_552, "95": 1_644_854, "97.5": 1_959_964, "98": 2_053_749, "99": 2_326_348, "99.5": 2_575_829, "99.9": 3_090_232}

var services = []string{"90", "95", "97.5", "98", "99", "99.5", "99.9"}

const (
	minHistory = 14 // days; less says nothing
	minUses    = 5  // days with use
	minLeads   = 3  // receipts; with fewer the item's own lead time is taken as certain
	review     = 1  // days between two looks, during which nothing is ordered
)

// ProposeLevels asks for stock levels from what was used.
type ProposeLevels struct {
	Site    string   `json:"site,omitempty" maxLength:"64" doc:"Empty = your first site"`
	Items   []string `json:"items,omitempty" maxItems:"500" doc:"Item codes; empty = all that are bought or made to stock and have been used"`
	Service string   `json:"service,omitempty" enum:",90,95,97.5,98,99,99.5,99.9" doc:"Percent of replenishments without running out; default by setting"`
	Days    int      `json:"days,omitempty" minimum:"0" maximum:"730" doc:"Of history; default by setting"`
}

// Proposed counts proposals.
type Proposed struct {
	Made  int64    `json:"made"`
	Thin  int64    `json:"thin" doc:"Items with too little history to say anything: fewer than 14 days or 5 days with use"`
	Items []string `json:"items" doc:"The first of these"`
}

type levelRow struct {
	ID        db.ID    `db:"id"`
	Site      db.ID    `db:"site_id"`
	Item      db.ID    `db:"item_id"`
	Days      int64    `db:"days"`
	Used      num.Dec  `db:"used"`
	Daily     num.Dec  `db:"daily"`
	Sigma     num.Dec  `db:"sigma"`
	Lead      num.Dec  `db:"lead"`
	LeadSigma num.Dec  `db:"lead_sigma"`
	Leads     int64    `db:"leads"`
	Service   string   `db:"service"`
	Z         num.Dec  `db:"z"`
	Safety    num.Dec  `db:"safety"`
	Reorder   num.Dec  `db:"reorder"`
	Max       num.Dec  `db:"max_stock"`
	SafetyWas num.Dec  `db:"safety_was"`
	Was       *num.Dec `db:"reorder_was"`
	MaxWas    *num.Dec `db:"max_was"`
	State     string   `db:"state"`
	Note      string   `db:"note"`
	Made      int64    `db:"made_ms"`
	By        string   `db:"made_by"`
	Decided   int64    `db:"decided_ms"`
	DecidedBy string   `db:"decided_by"`
}

const levelColumns = `l.id, l.site_id, l.item_id, l.days, l.used, l.daily, l.sigma, l.lead, l.lead_sigma, l.leads, l.service, l.z, l.safety, l.reorder, l.max_stock, l.safety_was, l.reorder_was, l.max_was, l.state, l.note, l.made_ms, l.made_by, l.decided_ms, l.decided_by`

// sample adds up observations exactly.
type sample struct{ n, sum, squares big.Int }

func (s *sample) add(v int64) {
	x := big.NewInt(v)
	s.sum.Add(&s.sum, x)
	s.squares.Add(&s.squares, x.Mul(x, x))
	s.n.Add(&s.n, big.NewInt(1))
}

func (s *sample) mean() *big.Rat {
	if s.n.Sign() == 0 {
		return new(big.Rat)
	}
	return new(big.Rat).SetFrac(&s.sum, &s.n)
}

// variance of the sample: (Σx² − (Σx)²/n) / (n − 1).
func (s *sample) variance() *big.Rat {
	one := big.NewInt(1)
	if s.n.Cmp(one) <= 0 {
		return new(big.Rat)
	}
	top := new(big.Int).Mul(&s.squares, &s.n)
	top.Sub(top, new(big.Int).Mul(&s.sum, &s.sum))
	return new(big.Rat).SetFrac(top, new(big.Int).Mul(&s.n, new(big.Int).Sub(&s.n, one)))
}

// root is the square root of a rational, rounded down to a whole number.
func root(r *big.Rat) *big.Int {
	return new(big.Int).Sqrt(new(big.Int).Quo(r.Num(), r.Denom()))
}

// up is a rational rounded up to a whole number.
func up(r *big.Rat) *big.Int {
	q, m := new(big.Int).QuoRem(r.Num(), r.Denom(), new(big.Int))
	if m.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	return q
}

func dec(i *big.Int) (num.Dec, error) {
	if !i.IsInt64() || num.Dec(i.Int64()) > num.Max {
		return 0, fault.Conflict("planning.level_overflow", "a stock level is beyond what can be counted")
	}
	return num.Dec(i.Int64()), nil
}

// levels is the arithmetic of a proposal. With daily use of mean d and variance σd², a lead time of mean L and variance
// σL² days, and R days between two looks:
//
//	safety stock  = z × √((L + R)·σd² + d²·σL²)
//	reorder point = d·(L + R) + safety stock
//	maximum       = reorder point + the larger of d × cycle days and the smallest order
//
// z is the quantile of the standard normal distribution at the service level. Source: Chopra and Meindl, Supply Chain
// Management, chapter "Managing uncertainty in a supply chain: safety inventory" (periodic review and lead-time
// uncertainty); the same in Silver, Pyke and Thomas, Inventory and Production Management in Supply Chains. It takes daily
// use as independent from day to day and roughly normal over a lead time. Exact until the last step: rationals of
// millionths, the root rounded down at a millionth, then everything up to the item's decimals.
func levels(r *levelRow, use, lead *sample, ownLead int64, cycle int, minLot, multiple num.Dec, decimals int) error {
	million := big.NewInt(int64(num.One))
	d, vd := use.mean(), use.variance() // millionths a day, millionths²
	l, vl := big.NewRat(ownLead, 1), new(big.Rat)
	if lead != nil && lead.n.Cmp(big.NewInt(minLeads)) >= 0 {
		l, vl = lead.mean(), lead.variance()
		r.Leads = lead.n.Int64()
	}
	span := new(big.Rat).Add(l, big.NewRat(review, 1))
	v := new(big.Rat).Mul(span, vd)
	v.Add(v, new(big.Rat).Mul(new(big.Rat).Mul(d, d), vl))
	safety := new(big.Rat).SetFrac(new(big.Int).Mul(root(v), big.NewInt(int64(r.Z))), million)
	reorder := new(big.Rat).Mul(d, span)
	var err error
	put := func(to *num.Dec, x *big.Int, whole bool) {
		var got num.Dec
		if err == nil {
			got, err = dec(x)
		}
		if err == nil && whole {
			got, err = got.RoundUp(decimals)
		}
		*to = got
	}
	put(&r.Daily, up(d), false)
	put(&r.Sigma, root(vd), false)
	put(&r.Lead, up(new(big.Rat).Mul(l, new(big.Rat).SetInt(million))), false)
	put(&r.LeadSigma, root(new(big.Rat).Mul(vl, new(big.Rat).SetInt(new(big.Int).Mul(million, million)))), false)
	put(&r.Safety, up(safety), true)
	put(&r.Reorder, up(reorder), true)
	var batch num.Dec
	put(&batch, up(new(big.Rat).Mul(d, big.NewRat(int64(cycle), 1))), true)
	if err != nil {
		return err
	}
	r.Reorder += r.Safety
	r.Max = r.Reorder + max(batch, minLot, multiple)
	if r.Max > num.Max {
		return fault.Conflict("planning.level_overflow", "a stock level is beyond what can be counted")
	}
	return nil
}

// ProposeStock computes levels for items from the stock ledger and the receipts; earlier proposals of theirs are superseded.
func (m *Module) ProposeStock(ctx context.Context, tx *db.Tx, in ProposeLevels) (Proposed, error) {
	out := Proposed{Items: []string{}}
	site, err := siteOf(ctx, tx, in.Site)
	if err != nil {
		return out, err
	}
	if in.Service == "" {
		if in.Service, err = masterdata.Setting(ctx, tx, SettingService, "95"); err != nil {
			return out, err
		}
	}
	if in.Days == 0 {
		days, err := masterdata.IntSetting(ctx, tx, SettingUseDays, "90")
		if err != nil {
			return out, err
		}
		in.Days = int(days)
	}
	cycle, err := masterdata.IntSetting(ctx, tx, SettingCycle, "14")
	if err != nil {
		return out, err
	}
	var only []db.ID
	if len(in.Items) > 0 {
		codes := make([]string, len(in.Items))
		for i := range in.Items {
			codes[i] = strings.TrimSpace(in.Items[i])
		}
		found, err := masterdata.ItemsByCode(ctx, tx, codes)
		if err != nil {
			return out, err
		}
		for _, c := range codes {
			it, ok := found[c]
			if !ok {
				return out, fault.NotFound("masterdata.item_unknown", "there is no item %s", c).With("code", c)
			}
			only = append(only, it.ID)
		}
	}
	type item struct {
		ID       db.ID    `db:"id"`
		Code     string   `db:"code"`
		Decimals int      `db:"decimals"`
		Lead     int64    `db:"lead_days"`
		Safety   num.Dec  `db:"safety_stock"`
		MinLot   num.Dec  `db:"min_lot"`
		Multiple num.Dec  `db:"lot_multiple"`
		Reorder  *num.Dec `db:"reorder_point"`
		Max      *num.Dec `db:"max_stock"`
	}
	today := tx.Now().In(site.Location())
	from := today.AddDate(0, 0, -in.Days)
	w := db.Where{Args: []any{site.ID}}
	db.In(&w, "i.id", only)
	items, err := db.All[item](ctx, tx, `SELECT i.id, i.code, i.decimals, coalesce(s.lead_days, 0) AS lead_days, coalesce(s.safety_stock, 0) AS safety_stock, coalesce(s.min_lot, 0) AS min_lot, coalesce(s.lot_multiple, 0) AS lot_multiple,
		s.reorder_point, s.max_stock FROM v_item i LEFT JOIN v_item_site s ON s.item_id = i.id AND s.site_id = $1 WHERE i.active AND i.kind IN ('buy', 'subcontract', 'make') AND `+w.Cond()+` ORDER BY i.code`, w.Args...)
	if err != nil {
		return out, err
	}
	uses, first, err := usesOf(ctx, tx, site.ID, from.Format(time.DateOnly), today.Format(time.DateOnly))
	if err != nil {
		return out, err
	}
	leads, err := leadsOf(ctx, tx, site, from.AddDate(-1, 0, 0).UnixMilli()) // receipts are rarer than issues
	if err != nil {
		return out, err
	}
	var rows []levelRow
	var done []db.ID
	for i := range items {
		it := &items[i]
		by := uses[it.ID]
		if len(by) == 0 && len(only) == 0 {
			continue
		}
		days := int64(in.Days)
		if began, err := time.Parse(time.DateOnly, first[it.ID]); err == nil { // of a young item only the days that it has existed
			days = min(days, int64(today.Sub(began).Hours()/24))
		} else {
			days = 0
		}
		if days < minHistory || len(by) < minUses {
			out.Thin++
			if len(out.Items) < 10 {
				out.Items = append(out.Items, it.Code)
			}
			continue
		}
		r := levelRow{ID: tx.ID(), Site: site.ID, Item: it.ID, Days: days, Service: in.Service, Z: factors[in.Service], SafetyWas: it.Safety, Was: it.Reorder, MaxWas: it.Max, State: "proposed", Made: tx.NowMS(), By: actor.From(ctx).Name}
		var use sample
		for _, q := range by {
			use.add(int64(q))
			r.Used += q
		}
		use.n.SetInt64(max(days, int64(len(by)))) // days without use count as zero
		if err := levels(&r, &use, leads[it.ID], it.Lead, int(cycle), it.MinLot, it.Multiple, it.Decimals); err != nil {
			return out, err
		}
		rows, done = append(rows, r), append(done, it.ID)
	}
	for part := range slices.Chunk(done, 500) {
		w := db.Where{Args: []any{site.ID}}
		db.In(&w, "item_id", part)
		if _, err := tx.Exec(ctx, `UPDATE mrp_level SET state = 'superseded' WHERE site_id = $1 AND state = 'proposed' AND `+w.Cond(), w.Args...); err != nil {
			return out, err
		}
	}
	out.Made = int64(len(rows))
	tx.Emit(db.Event{Name: EventLevelsProposed, Subject: "site:" + site.Code, Site: site.ID, Payload: out})
	return out, db.Insert(ctx, tx, "mrp_level", rows...)
}

// usesOf gives each item's net use by day: what left the stock into work, to subcontractors and to customers, less what
// came back on the day. Undone moves and their mirrors do not count. And each item's first day in the ledger.
func usesOf(ctx context.Context, q db.Querier, site db.ID, from, today string) (map[db.ID][]num.Dec, map[db.ID]string, error) {
	type row struct {
		Item db.ID   `db:"item_id"`
		Qty  num.Dec `db:"qty"`
	}
	uses := map[db.ID][]num.Dec{}
	err := db.Each(ctx, q, `SELECT v.item_id, CAST(sum(CASE WHEN v.from_kind = 'stock' THEN v.qty ELSE -v.qty END) AS BIGINT) AS qty FROM v_move v
		WHERE v.site_id = $1 AND v.posting_date >= $2 AND v.posting_date < $3 AND v.reverses = 0 AND NOT v.reversed AND v.doc_kind NOT IN ('lot_split', 'lot_merge')
		  AND (v.from_kind = 'stock' AND v.to_kind IN ('wip', 'consumed', 'subcontractor', 'customer') OR v.to_kind = 'stock' AND v.from_kind IN ('wip', 'consumed', 'subcontractor', 'customer'))
		GROUP BY v.item_id, v.posting_date ORDER BY v.item_id, v.posting_date`, []any{site, from, today},
		func(r *row) error {
			if r.Qty > 0 {
				uses[r.Item] = append(uses[r.Item], r.Qty)
			}
			return nil
		})
	if err != nil {
		return nil, nil, err
	}
	type begun struct {
		Item db.ID  `db:"item_id"`
		Day  string `db:"day"`
	}
	first := map[db.ID]string{}
	err = db.Each(ctx, q, `SELECT v.item_id, min(v.posting_date) AS day FROM v_move v WHERE v.site_id = $1 GROUP BY v.item_id`, []any{site}, func(r *begun) error { first[r.Item] = r.Day; return nil })
	return uses, first, err
}

// leadsOf gives the days from order to receipt, of each receipt that stands.
func leadsOf(ctx context.Context, q db.Querier, site masterdata.Site, since int64) (map[db.ID]*sample, error) {
	type row struct {
		Item     db.ID `db:"item_id"`
		Ordered  int64 `db:"ordered_ms"`
		Received int64 `db:"received_ms"`
	}
	out := map[db.ID]*sample{}
	return out, db.Each(ctx, q, `SELECT item_id, ordered_ms, received_ms FROM v_lead WHERE site_id = $1 AND received_ms >= $2 ORDER BY item_id, id`, []any{site.ID, since}, func(r *row) error {
		if out[r.Item] == nil {
			out[r.Item] = &sample{}
		}
		day := func(ms int64) time.Time {
			y, mo, d := time.UnixMilli(ms).In(site.Location()).Date()
			return time.Date(y, mo, d, 0, 0, 0, 0, time.UTC)
		}
		out[r.Item].add(max(int64(day(r.Received).Sub(day(r.Ordered)).Hours()/24), 0))
		return nil
	})
}

// DecideLevels adopts or rejects proposals.
type DecideLevels struct {
	Proposals []db.ID `json:"proposals" minItems:"1" maxItems:"200"`
	Adopt     bool    `json:"adopt"`
	Note      string  `json:"note,omitempty" maxLength:"500"`
}

// LevelTold is a proposal that was decided.
type LevelTold struct {
	Item       string   `json:"item"`
	Adopted    bool     `json:"adopted"`
	Safety     num.Dec  `json:"safety_stock"`
	Reorder    num.Dec  `json:"reorder_point"`
	Max        num.Dec  `json:"max_stock"`
	SafetyWas  num.Dec  `json:"safety_stock_was"`
	ReorderWas *num.Dec `json:"reorder_point_was,omitempty"`
	MaxWas     *num.Dec `json:"max_stock_was,omitempty"`
}

// Decide writes adopted levels into the items' planning values; masterdata keeps their history as of any other change.
func (m *Module) Decide(ctx context.Context, tx *db.Tx, in DecideLevels) (Done, error) {
	ids := slices.Clone(in.Proposals)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	var w db.Where
	db.In(&w, "l.id", ids)
	rows, err := db.All[levelRow](ctx, tx, `SELECT `+levelColumns+` FROM mrp_level l`+w.String()+` ORDER BY l.id`, w.Args...)
	if err != nil {
		return Done{}, err
	}
	if len(ids) == 0 || len(rows) < len(ids) {
		return Done{}, fault.NotFound("planning.level_unknown", "some of the proposals do not exist")
	}
	lines := make([]orderRow, len(rows))
	for i := range rows {
		lines[i].Item = rows[i].Item
	}
	items, err := itemsOf(ctx, tx, lines)
	if err != nil {
		return Done{}, err
	}
	sites := map[db.ID]masterdata.Site{}
	note := strings.TrimSpace(in.Note)
	for i := range rows {
		r := &rows[i]
		it := items[r.Item]
		if err := identity.SeeSite(ctx, r.Site); err != nil {
			return Done{}, err
		}
		if r.State != "proposed" {
			return Done{}, fault.Conflict("planning.level_over", "the proposal for %s is %s already", it.Code, r.State).With("item", it.Code).With("state", r.State)
		}
		state := "cancelled"
		if in.Adopt {
			state = "approved"
			site, ok := sites[r.Site]
			if !ok {
				if site, err = masterdata.SiteByID(ctx, tx, r.Site); err != nil {
					return Done{}, err
				}
				sites[r.Site] = site
			}
			now, err := m.Master.ItemDetail(ctx, tx, it.Code, r.Site, tx.Today())
			if err != nil {
				return Done{}, err
			}
			change := masterdata.EditItem{Site: site.Code, Rev: now.Rev, Reason: note}
			change.SafetyStock, change.ReorderPoint, change.MaxStock = &r.Safety, &r.Reorder, &r.Max
			if _, err := m.Master.UpdateItem(ctx, tx, it.Code, change); err != nil {
				return Done{}, err
			}
		}
		tx.Queue(`UPDATE mrp_level SET state = $1, note = $2, decided_ms = $3, decided_by = $4 WHERE id = $5 AND state = 'proposed'`, state, note, tx.NowMS(), actor.From(ctx).Name, r.ID)
		tx.Emit(db.Event{Name: EventLevelDecided, Subject: "item:" + it.Code, Site: r.Site, Reason: note, Payload: LevelTold{it.Code, in.Adopt, r.Safety, r.Reorder, r.Max, r.SafetyWas, r.Was, r.MaxWas}})
	}
	return Done{int64(len(rows))}, nil
}
