package inventory

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/job"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
)

// KindSupply is the job that calls for what has fallen below its least quantity.
const KindSupply = "inventory.supply"

type supply struct {
	ID         db.ID   `db:"id"`
	Site       db.ID   `db:"site_id"`
	WorkCenter db.ID   `db:"work_center_id"`
	Item       db.ID   `db:"item_id"`
	Location   db.ID   `db:"location_id"`
	Least      num.Dec `db:"least"`
	Most       num.Dec `db:"most"`
	Itself     bool    `db:"itself"`
	Active     bool    `db:"active"`
	Rev        int64   `db:"rev"`
	Changed    int64   `db:"changed_ms"`
	By         string  `db:"changed_by"`
}

const supplyColumns = `id, site_id, work_center_id, item_id, location_id, least, most, itself, active, rev, changed_ms, changed_by`

// SetSupply says where a part stands at a work center, and between what quantities.
type SetSupply struct {
	WorkCenter string  `json:"work_center" minLength:"1" maxLength:"64"`
	Item       string  `json:"item" minLength:"1" maxLength:"200"`
	Location   string  `json:"location" minLength:"1" maxLength:"200" doc:"In a line-side warehouse of the work center's site"`
	Least      num.Dec `json:"least" doc:"Below it the loop calls"`
	Most       num.Dec `json:"most" doc:"Up to it the loop is filled"`
	Itself     bool    `json:"itself,omitempty" doc:"Calls by itself; else by scan only"`
	Off        bool    `json:"off,omitempty" doc:"Not used any more"`
}

// SupplyTold is a loop as the log keeps it.
type SupplyTold struct {
	WorkCenter string  `json:"work_center"`
	Item       string  `json:"item"`
	Location   string  `json:"location"`
	Least      num.Dec `json:"least"`
	Most       num.Dec `json:"most"`
	Itself     bool    `json:"itself"`
	Active     bool    `json:"active"`
}

// SetSupply carries out a SetSupply.
func (m *Module) SetSupply(ctx context.Context, tx *db.Tx, in SetSupply) (SupplyTold, error) {
	w, err := masterdata.WorkCenterByCode(ctx, tx, strings.TrimSpace(in.WorkCenter))
	if err != nil {
		return SupplyTold{}, err
	}
	it, err := masterdata.ItemByCode(ctx, tx, strings.TrimSpace(in.Item))
	if err != nil {
		return SupplyTold{}, err
	}
	l, err := LocationScanned(ctx, tx, w.SiteID, in.Location)
	if err != nil {
		return SupplyTold{}, err
	}
	at := func(field, code string, e *fault.Error) error {
		return e.At(fault.Field{Where: "body." + field, Code: code, Detail: e.Detail, Params: e.Params})
	}
	switch {
	case l.WarehouseKind != "line":
		return SupplyTold{}, at("location", "inventory.not_line_side", fault.Invalid("inventory.not_line_side", "%s is in no line-side warehouse", l.Code).With("location", l.Code))
	case in.Least < 0 || in.Most <= 0 || in.Least >= in.Most:
		return SupplyTold{}, at("most", "inventory.supply_range", fault.Invalid("inventory.supply_range", "the least quantity %s must be below the most, %s", in.Least, in.Most).With("least", in.Least).With("most", in.Most))
	case !in.Most.Fits(it.Decimals) || !in.Least.Fits(it.Decimals):
		return SupplyTold{}, at("most", "inventory.decimals", fault.Invalid("inventory.decimals", "%s is counted in %s with %d decimals", it.Code, it.UoM, it.Decimals).With("item", it.Code).With("uom", it.UoM).With("decimals", it.Decimals).With("qty", in.Most))
	case it.Tracking == "serial":
		return SupplyTold{}, at("item", "inventory.supply_serial", fault.Invalid("inventory.supply_serial", "%s is tracked piece by piece", it.Code).With("item", it.Code))
	}
	tx.Queue(`INSERT INTO inv_supply (`+supplyColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $11)
		ON CONFLICT (work_center_id, item_id) DO UPDATE SET location_id = excluded.location_id, least = excluded.least, most = excluded.most, itself = excluded.itself, active = excluded.active, rev = inv_supply.rev + 1, changed_ms = excluded.changed_ms, changed_by = excluded.changed_by`,
		tx.ID(), w.SiteID, w.ID, it.ID, l.ID, in.Least, in.Most, in.Itself, !in.Off, tx.NowMS(), actor.From(ctx).Name)
	out := SupplyTold{w.Code, it.Code, l.Code, in.Least, in.Most, in.Itself, !in.Off}
	tx.Emit(db.Event{Name: EventSupplySet, Subject: "item:" + it.Code, Site: w.SiteID, Payload: out})
	return out, nil
}

const supplyHere = `CAST(coalesce((SELECT sum(b.qty) FROM inv_balance b WHERE b.item_id = s.item_id AND b.place_kind = 'stock' AND b.place_ref = s.location_id AND b.status = 'available' AND b.batch_id NOT IN (SELECT id FROM kit_batch)), 0) AS BIGINT)`

// SupplyLine is a loop with what stands there now.
type SupplyLine struct {
	ID         db.ID   `json:"id" sql:"s.id" doc:"Loop"`
	WorkCenter string  `json:"work_center" sql:"w.code" doc:"Work center"`
	CenterName string  `json:"work_center_name" sql:"w.name" doc:"Work center name"`
	Item       string  `json:"item" sql:"i.code" doc:"Item"`
	Name       string  `json:"name" sql:"i.name" doc:"Name"`
	UoM        string  `json:"uom" sql:"i.uom" doc:"Unit"`
	Location   string  `json:"location" sql:"l.code" doc:"Location"`
	Least      num.Dec `json:"least" sql:"s.least" doc:"Least"`
	Most       num.Dec `json:"most" sql:"s.most" doc:"Most"`
	Here       num.Dec `json:"here" sql:"CAST(coalesce((SELECT sum(b.qty) FROM inv_balance b WHERE b.item_id = s.item_id AND b.place_kind = 'stock' AND b.place_ref = s.location_id AND b.status = 'available' AND b.batch_id NOT IN (SELECT id FROM kit_batch)), 0) AS BIGINT)" doc:"There now"`
	Coming     num.Dec `json:"coming" sql:"CAST(coalesce((SELECT sum(c.qty - c.brought) FROM v_supply_call c WHERE c.supply_id = s.id AND c.ended_ms = 0), 0) AS BIGINT)" doc:"Called, not brought"`
	Itself     bool    `json:"itself" sql:"s.itself" doc:"Calls by itself"`
	Active     bool    `json:"active" sql:"s.active" doc:"In use"`
	State      string  `json:"state" sql:"CASE WHEN NOT s.active THEN 'off' WHEN EXISTS (SELECT 1 FROM inv_supply_call c WHERE c.supply_id = s.id AND c.ended_ms = 0) THEN 'called' WHEN CAST(coalesce((SELECT sum(b.qty) FROM inv_balance b WHERE b.item_id = s.item_id AND b.place_kind = 'stock' AND b.place_ref = s.location_id AND b.status = 'available' AND b.batch_id NOT IN (SELECT id FROM kit_batch)), 0) AS BIGINT) < s.least THEN 'low' ELSE 'ok' END" doc:"State"`
}

var supplyList = web.ListSpec[SupplyLine]{
	From: `inv_supply s JOIN v_item i ON i.id = s.item_id JOIN v_location l ON l.id = s.location_id JOIN v_work_center w ON w.id = s.work_center_id`,
	Key:  "s.id", Sort: "work_center,item", Search: []string{"i.code", "i.name", "l.code", "w.code", "w.name"},
	Scope: func(ctx context.Context, w *db.Where) { sitesOf("s.site_id")(ctx, w) },
	File:  "line-side-supply",
}

// SupplyCallTold is a call as the log keeps it.
type SupplyCallTold struct {
	Number   string  `json:"number"`
	Item     string  `json:"item"`
	Location string  `json:"location"`
	Qty      num.Dec `json:"qty"`
	How      string  `json:"how" enum:"scan,itself"`
	Document string  `json:"document,omitempty" doc:"Of what was brought"`
	Brought  num.Dec `json:"brought,omitempty" doc:"Brought now"`
	Ended    bool    `json:"ended,omitempty"`
}

// CallSupply calls for a part of a work center.
type CallSupply struct {
	Supply db.ID   `json:"supply" doc:"The loop"`
	Qty    num.Dec `json:"qty,omitempty" doc:"Default what is missing up to the most"`
}

// Supply carries out a CallSupply: there is one open call of a loop.
func (m *Module) Supply(ctx context.Context, tx *db.Tx, in CallSupply) (SupplyCallTold, error) {
	type row struct {
		supply
		Here num.Dec `db:"here"`
		Open int64   `db:"open"`
	}
	s, ok, err := db.Get[row](ctx, tx, `SELECT `+supplyColumns+`, `+supplyHere+` AS here, (SELECT count(*) FROM inv_supply_call c WHERE c.supply_id = s.id AND c.ended_ms = 0) AS open FROM inv_supply s WHERE id = $1 AND active`, in.Supply)
	if err != nil {
		return SupplyCallTold{}, err
	}
	if !ok || !actor.From(ctx).SeesSite(int64(s.Site)) {
		return SupplyCallTold{}, fault.NotFound("inventory.supply_unknown", "there is no loop %s", in.Supply).With("id", in.Supply)
	}
	it, err := masterdata.ItemByID(ctx, tx, s.Item)
	if err != nil {
		return SupplyCallTold{}, err
	}
	if in.Qty == 0 {
		in.Qty = s.Most - s.Here
	}
	switch {
	case s.Open > 0:
		return SupplyCallTold{}, fault.Conflict("inventory.supply_called", "%s is called for already", it.Code).With("item", it.Code).With("name", it.Name)
	case in.Qty <= 0:
		return SupplyCallTold{}, fault.Conflict("inventory.supply_full", "%s of %s stand there, the most is %s", s.Here, it.Code, s.Most).With("item", it.Code).With("name", it.Name).With("qty", s.Here).With("most", s.Most)
	case !in.Qty.Fits(it.Decimals):
		return SupplyCallTold{}, fault.Invalid("inventory.decimals", "%s is counted in %s", it.Code, it.UoM).With("item", it.Code).With("uom", it.UoM).With("decimals", it.Decimals).With("qty", in.Qty)
	}
	return m.call(ctx, tx, &s.supply, it, in.Qty, "scan")
}

func (m *Module) call(ctx context.Context, tx *db.Tx, s *supply, it masterdata.Item, qty num.Dec, how string) (SupplyCallTold, error) {
	number, err := tx.Number("supply")
	if err != nil {
		return SupplyCallTold{}, err
	}
	l, err := masterdata.LocationByID(ctx, tx, s.Location)
	if err != nil {
		return SupplyCallTold{}, err
	}
	var key *string
	if k := tx.Key(); k != "" && how == "scan" {
		key = &k
	}
	n, err := tx.Exec(ctx, `INSERT INTO inv_supply_call (id, number, supply_id, site_id, qty, how, client_key, called_ms, called_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
		tx.ID(), number, s.ID, s.Site, qty, how, key, tx.NowMS(), actor.From(ctx).Name)
	if err != nil {
		return SupplyCallTold{}, err
	}
	if n == 0 { // somebody was faster
		return SupplyCallTold{}, fault.Conflict("inventory.supply_called", "%s is called for already", it.Code).With("item", it.Code).With("name", it.Name)
	}
	out := SupplyCallTold{Number: number, Item: it.Code, Location: l.Code, Qty: qty, How: how}
	tx.Emit(db.Event{Name: EventSupplyCalled, Subject: "supply:" + number, Site: s.Site, Payload: out})
	return out, nil
}

// CheckSupply calls for every part that calls by itself and has fallen below its least quantity.
func (m *Module) CheckSupply(ctx context.Context, tx *db.Tx) (int, error) {
	type row struct {
		supply
		Here num.Dec `db:"here"`
	}
	low, err := db.All[row](ctx, tx, `SELECT * FROM (SELECT `+supplyColumns+`, `+supplyHere+` AS here FROM inv_supply s
		WHERE s.active AND s.itself AND NOT EXISTS (SELECT 1 FROM inv_supply_call c WHERE c.supply_id = s.id AND c.ended_ms = 0)) x WHERE x.here < x.least ORDER BY x.id`)
	if err != nil || len(low) == 0 {
		return 0, err
	}
	ids := make([]db.ID, len(low))
	for i := range low {
		ids[i] = low[i].Item
	}
	slices.Sort(ids)
	items, err := masterdata.Items(ctx, tx, slices.Compact(ids))
	if err != nil {
		return 0, err
	}
	for i := range low {
		if _, err := m.call(ctx, tx, &low[i].supply, items[low[i].Item], low[i].Most-low[i].Here, "itself"); err != nil && !fault.Is(err, "inventory.supply_called") {
			return i, err
		}
	}
	return len(low), nil
}

// Background names the jobs of the room.
func (m *Module) Background(r *job.Runner) {
	r.Register(KindSupply, func(ctx context.Context, j *job.Job) (any, error) {
		n := 0
		err := j.Tx(ctx, func(tx *db.Tx) (err error) { n, err = m.CheckSupply(ctx, tx); return err })
		return n, err
	})
	r.Every("line-side supply", 2*time.Minute, KindSupply, nil)
	r.Register(KindExpiry, func(ctx context.Context, j *job.Job) (any, error) {
		var out Expiring
		err := j.Tx(ctx, func(tx *db.Tx) (err error) { out, err = m.TellExpiring(ctx, tx); return err })
		return out, err
	})
	if err := r.Daily("expiring lots", "05:40", KindExpiry, nil); err != nil {
		panic(err) // the time above is no time of day
	}
}

// SupplyCallLine is a row of the list of calls.
type SupplyCallLine struct {
	ID         db.ID   `json:"id" sql:"c.id" doc:"Call"`
	Number     string  `json:"number" sql:"c.number" doc:"Number"`
	Status     string  `json:"status" sql:"CASE WHEN c.cancelled THEN 'cancelled' WHEN c.ended_ms > 0 THEN 'brought' ELSE 'open' END" doc:"Status"`
	WorkCenter string  `json:"work_center" sql:"w.code" doc:"Work center"`
	Item       string  `json:"item" sql:"i.code" doc:"Item"`
	Name       string  `json:"name" sql:"i.name" doc:"Name"`
	UoM        string  `json:"uom" sql:"i.uom" doc:"Unit"`
	Location   string  `json:"location" sql:"l.code" doc:"To"`
	Qty        num.Dec `json:"qty" sql:"c.qty" doc:"Called"`
	Brought    num.Dec `json:"brought" sql:"c.brought" doc:"Brought"`
	How        string  `json:"how" sql:"c.how" doc:"How"`
	Called     int64   `json:"called_ms" sql:"c.called_ms" doc:"Called at"`
	CalledBy   string  `json:"called_by" sql:"c.called_by" doc:"Called by"`
	Ended      int64   `json:"ended_ms" sql:"c.ended_ms" doc:"Ended"`
}

var supplyCallList = web.ListSpec[SupplyCallLine]{
	From: `v_supply_call c JOIN v_item i ON i.id = c.item_id JOIN v_location l ON l.id = c.location_id JOIN v_work_center w ON w.id = c.work_center_id`,
	Key:  "c.id", Sort: "-called_ms", Search: []string{"c.number", "i.code", "i.name", "l.code", "w.code"},
	Scope: func(ctx context.Context, w *db.Where) { sitesOf("c.site_id")(ctx, w) },
	File:  "supply-calls",
}

// SupplyStop is a place on the keeper's way, and what is taken there for which call.
type SupplyStop struct {
	Call       string  `json:"call"`
	CallID     db.ID   `json:"call_id"`
	Item       string  `json:"item"`
	Name       string  `json:"name"`
	UoM        string  `json:"uom"`
	Decimals   int     `json:"decimals"`
	From       string  `json:"from" doc:"Where it is taken; empty: nothing of it is in the warehouse"`
	Lot        string  `json:"lot"`
	ExpiresOn  string  `json:"expires_on,omitempty"`
	Qty        num.Dec `json:"qty"`
	To         string  `json:"to"`
	WorkCenter string  `json:"work_center"`
	CalledMS   int64   `json:"called_ms"`
}

// SupplyWalk is what open calls ask for, in the order in which a person walks through the bins.
type SupplyWalk struct {
	Stops []SupplyStop `json:"stops"`
	Short []SupplyStop `json:"short" doc:"Called, and not in the warehouse"`
}

// Walk answers it: of each part what expires first, from ordinary warehouses.
func (m *Module) Walk(ctx context.Context, q db.Querier, siteCode string) (SupplyWalk, error) {
	out := SupplyWalk{Stops: []SupplyStop{}, Short: []SupplyStop{}}
	site, err := siteOf(ctx, q, siteCode)
	if err != nil {
		return out, err
	}
	type open struct {
		ID       db.ID   `db:"id"`
		Number   string  `db:"number"`
		Item     db.ID   `db:"item_id"`
		To       string  `db:"to_code"`
		Center   string  `db:"center"`
		Left     num.Dec `db:"left_qty"`
		CalledMS int64   `db:"called_ms"`
	}
	calls, err := db.All[open](ctx, q, `SELECT c.id, c.number, c.item_id, l.code AS to_code, w.code AS center, c.qty - c.brought AS left_qty, c.called_ms FROM v_supply_call c JOIN v_location l ON l.id = c.location_id JOIN v_work_center w ON w.id = c.work_center_id
		WHERE c.site_id = $1 AND c.ended_ms = 0 AND c.qty > c.brought ORDER BY c.called_ms, c.id`, site.ID)
	if err != nil || len(calls) == 0 {
		return out, err
	}
	ids := make([]db.ID, len(calls))
	for i := range calls {
		ids[i] = calls[i].Item
	}
	rows, err := readRows(ctx, q, source{Stock, 0, Available}, site.ID, slices.Clone(ids), allSlots)
	if err != nil {
		return out, err
	}
	slices.Sort(ids)
	items, err := masterdata.Items(ctx, q, slices.Compact(ids))
	if err != nil {
		return out, err
	}
	today := m.today(q)
	for _, c := range calls {
		it := items[c.Item]
		may := slices.DeleteFunc(slices.Clone(rows), func(r *row) bool {
			return r.Item != c.Item || r.Warehouse != "normal" && (r.Warehouse != "customer_owned" || it.Kind != "customer") || r.Expires <= today
		})
		draws, short, _ := choose(may, c.Left, whole, true)
		commit(draws)
		stop := SupplyStop{Call: c.Number, CallID: c.ID, Item: it.Code, Name: it.Name, UoM: it.UoM, Decimals: it.Decimals, To: c.To, WorkCenter: c.Center, CalledMS: c.CalledMS}
		for _, d := range draws {
			s := stop
			s.From, s.Lot, s.Qty = d.of.Location, d.of.Number, d.qty
			if d.of.Expires != OpenEnd {
				s.ExpiresOn = d.of.Expires
			}
			out.Stops = append(out.Stops, s)
		}
		if short > 0 {
			stop.Qty = short
			out.Short = append(out.Short, stop)
		}
	}
	slices.SortStableFunc(out.Stops, func(a, b SupplyStop) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Item, b.Item), cmp.Compare(a.Lot, b.Lot))
	})
	return out, nil
}

// BringSupply brings goods for a call: the goods and the place are scanned.
type BringSupply struct {
	Code      string  `json:"code" minLength:"1" maxLength:"640" doc:"What was scanned: the label of a lot, or the item"`
	Qty       num.Dec `json:"qty"`
	From      string  `json:"from" minLength:"1" maxLength:"200" doc:"Location it was taken from"`
	To        string  `json:"to" minLength:"1" maxLength:"200" doc:"Location at the line, as scanned"`
	Rest      bool    `json:"rest,omitempty" doc:"Nothing more will be brought for this call"`
	Confirmed bool    `json:"confirmed,omitempty" doc:"The books have less: the answer to inventory.owe_ask"`
}

type supplyCall struct {
	ID       db.ID   `db:"id"`
	Number   string  `db:"number"`
	Site     db.ID   `db:"site_id"`
	Item     db.ID   `db:"item_id"`
	Location db.ID   `db:"location_id"`
	Qty      num.Dec `db:"qty"`
	Brought  num.Dec `db:"brought"`
	Ended    int64   `db:"ended_ms"`
	How      string  `db:"how"`
}

func openCall(ctx context.Context, tx *db.Tx, number string) (supplyCall, error) {
	c, ok, err := db.Get[supplyCall](ctx, tx, `SELECT id, number, site_id, item_id, location_id, qty, brought, ended_ms, how FROM v_supply_call WHERE number = $1`, strings.TrimSpace(number))
	switch {
	case err != nil:
		return c, err
	case !ok || !actor.From(ctx).SeesSite(int64(c.Site)):
		return c, fault.NotFound("inventory.supply_call_unknown", "there is no call %s", number).With("number", number)
	case c.Ended > 0:
		return c, fault.Conflict("inventory.supply_ended", "call %s has ended", number).With("number", number)
	}
	return c, nil
}

// Bring carries out a BringSupply.
func (m *Module) Bring(ctx context.Context, tx *db.Tx, number string, in BringSupply) (Entered, error) {
	c, err := openCall(ctx, tx, number)
	if err != nil {
		return Entered{}, err
	}
	g, err := Scan(ctx, tx, in.Code)
	if err != nil {
		return Entered{}, err
	}
	want, err := masterdata.ItemByID(ctx, tx, c.Item)
	if err != nil {
		return Entered{}, err
	}
	to, err := masterdata.LocationByID(ctx, tx, c.Location)
	if err != nil {
		return Entered{}, err
	}
	if g.Item.ID != c.Item {
		return Entered{}, fault.Conflict("inventory.supply_other_item", "%s is %s, call %s asks for %s", in.Code, g.Item.Code, number, want.Code).With("other", g.Item.Code).With("number", number).With("item", want.Code).With("name", want.Name)
	}
	put, err := LocationScanned(ctx, tx, c.Site, in.To)
	if err != nil {
		return Entered{}, err
	}
	if put.ID != to.ID {
		return Entered{}, fault.Conflict("inventory.supply_other_place", "%s belongs to %s, not to %s", want.Code, to.Code, put.Code).With("item", want.Code).With("name", want.Name).With("location", to.Code).With("other", put.Code)
	}
	site, err := masterdata.SiteByID(ctx, tx, c.Site)
	if err != nil {
		return Entered{}, err
	}
	out, err := m.Transfer(ctx, tx, TransferStock{Site: site.Code, Item: want.Code, Lot: g.Lot, Qty: in.Qty, From: in.From, To: to.Code, ReasonCode: "supply", Confirmed: in.Confirmed})
	if err != nil {
		return out, err
	}
	tx.Queue(`INSERT INTO inv_supply_brought (id, call_id, qty) VALUES ($1, $2, $3)`, out.ID, c.ID, in.Qty)
	ended := in.Rest || c.Brought+in.Qty >= c.Qty
	if ended {
		if err := endCall(ctx, tx, c.ID, false, ""); err != nil {
			return out, err
		}
	}
	tx.Emit(db.Event{Name: EventSupplyBrought, Subject: "supply:" + c.Number, Site: c.Site, Payload: SupplyCallTold{Number: c.Number, Item: want.Code, Location: to.Code, Qty: c.Qty, How: c.How, Document: out.Number, Brought: in.Qty, Ended: ended}})
	return out, nil
}

func endCall(ctx context.Context, tx *db.Tx, id db.ID, cancelled bool, reason string) error {
	n, err := tx.Exec(ctx, `UPDATE inv_supply_call SET ended_ms = $1, ended_by = $2, cancelled = $3, reason = $4 WHERE id = $5 AND ended_ms = 0`, tx.NowMS(), actor.From(ctx).Name, cancelled, reason, id)
	if err == nil && n == 0 {
		err = db.ErrRetry
	}
	return err
}

// DropSupply calls a call off.
type DropSupply struct {
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

// DropSupply carries out a DropSupply: what was brought stays.
func (m *Module) DropSupply(ctx context.Context, tx *db.Tx, number string, in DropSupply) (SupplyCallTold, error) {
	c, err := openCall(ctx, tx, number)
	if err != nil {
		return SupplyCallTold{}, err
	}
	it, err := masterdata.ItemByID(ctx, tx, c.Item)
	if err != nil {
		return SupplyCallTold{}, err
	}
	reason := strings.TrimSpace(in.Reason)
	if reason == "" {
		return SupplyCallTold{}, fault.Invalid("inventory.reason_missing", "say why nothing is brought")
	}
	out := SupplyCallTold{Number: c.Number, Item: it.Code, Qty: c.Qty, How: c.How, Ended: true}
	tx.Emit(db.Event{Name: EventSupplyDropped, Subject: "supply:" + c.Number, Site: c.Site, Reason: reason, Payload: out})
	return out, endCall(ctx, tx, c.ID, true, reason)
}

func (m *Module) supplyRoutes(a *web.API) {
	web.List(a, web.Op{Path: "/inventory/supply", ID: "listSupply", Summary: "What stands at the line side, its least and most", Perm: "inventory.read"}, supplyList)
	web.Command(a, web.Op{Path: "/inventory/supply", ID: "setSupply", Summary: "Say where a part stands at a work center, and between what quantities", Perm: "inventory.supply"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body SetSupply }) (SupplyTold, error) {
			return m.SetSupply(ctx, tx, in.Body)
		})
	web.List(a, web.Op{Path: "/inventory/supply/calls", ID: "listSupplyCalls", Summary: "Calls for parts of the line", Perm: "inventory.read"}, supplyCallList)
	web.Command(a, web.Op{Path: "/inventory/supply/calls", ID: "callSupply", Summary: "Call for a part of the line", Perm: "inventory.call"},
		func(ctx context.Context, tx *db.Tx, in *struct{ Body CallSupply }) (SupplyCallTold, error) {
			return m.Supply(ctx, tx, in.Body)
		})
	web.QueryView(a, web.Op{Path: "/inventory/supply/walk", ID: "getSupplyWalk", Summary: "What open calls ask for, by the way through the bins", Perm: "inventory.read"},
		func(ctx context.Context, q db.Querier, in *placesInput) (SupplyWalk, error) {
			return m.Walk(ctx, q, in.Site)
		})
	web.Command(a, web.Op{Path: "/inventory/supply/calls/{number}/bring", ID: "bringSupply", Summary: "Bring goods for a call", Perm: "inventory.transfer"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			Number string `path:"number"`
			Body   BringSupply
		}) (Entered, error) {
			return m.Bring(ctx, tx, in.Number, in.Body)
		})
	web.Command(a, web.Op{Path: "/inventory/supply/calls/{number}/drop", ID: "dropSupply", Summary: "Call a call off", Perm: "inventory.transfer"},
		func(ctx context.Context, tx *db.Tx, in *struct {
			Number string `path:"number"`
			Body   DropSupply
		}) (SupplyCallTold, error) {
			return m.DropSupply(ctx, tx, in.Number, in.Body)
		})
}
