package masterdata

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

// ItemValues are what a person may say about an item. What is not said stays as it is, or takes its default.
type ItemValues struct {
	Name          *string  `json:"name,omitempty" maxLength:"200" doc:"Name"`
	Spec          *string  `json:"spec,omitempty" maxLength:"1000" doc:"Specification"`
	UoM           *string  `json:"uom,omitempty" maxLength:"100" doc:"Unit of measure, default pcs"`
	Kind          *string  `json:"kind,omitempty" enum:"make,buy,subcontract,phantom,customer" doc:"How it is obtained"`
	Tracking      *string  `json:"tracking,omitempty" enum:"none,lot,serial" doc:"Lots, serial numbers, or neither; default none"`
	Family        *string  `json:"family,omitempty" maxLength:"100" doc:"Family, for changeovers"`
	Decimals      *int     `json:"decimals,omitempty" minimum:"0" maximum:"6" doc:"Decimals of its quantities, default 6"`
	ShelfLifeDays *int     `json:"shelf_life_days,omitempty" minimum:"0" maximum:"36500" doc:"Shelf life in days, 0 = keeps for ever"`
	GTIN          *string  `json:"gtin,omitempty" maxLength:"14" doc:"GTIN"`
	Barcode       *string  `json:"barcode,omitempty" maxLength:"100" doc:"Bar code of its own"`
	LeadDays      *int     `json:"lead_days,omitempty" minimum:"0" maximum:"3650" doc:"Lead time in days"`
	SafetyStock   *num.Dec `json:"safety_stock,omitempty" doc:"Safety stock"`
	MinLot        *num.Dec `json:"min_lot,omitempty" doc:"Smallest order"`
	LotMultiple   *num.Dec `json:"lot_multiple,omitempty" doc:"Orders are a multiple of this, 0 = any quantity"`
	MaxLot        *num.Dec `json:"max_lot,omitempty" doc:"Largest order, 0 = no limit"`
	LotRule       *string  `json:"lot_rule,omitempty" enum:"lot_for_lot,fixed,period" doc:"How needs become orders"`
	FixedLot      *num.Dec `json:"fixed_lot,omitempty" doc:"Quantity of every order under rule fixed"`
	PeriodDays    *int     `json:"period_days,omitempty" minimum:"0" maximum:"3650" doc:"Days that one order covers under rule period"`
	ReorderPoint  *num.Dec `json:"reorder_point,omitempty" doc:"Reorder point"`
	MaxStock      *num.Dec `json:"max_stock,omitempty" doc:"Most to keep in stock"`
	YieldPct      *num.Dec `json:"yield_pct,omitempty" doc:"Good pieces of a hundred started, default 100"`
	StandardCost  *num.Dec `json:"standard_cost,omitempty" doc:"Standard cost" mask:"cost"`
	PurchasePrice *num.Dec `json:"purchase_price,omitempty" doc:"Purchase price" mask:"price"`
	Supplier      *string  `json:"supplier,omitempty" maxLength:"100" doc:"Code of the usual supplier"`
	LeadPer       *num.Dec `json:"lead_per,omitempty" doc:"Each begun so much of an order takes lead_per_days more, 0 = the lead time does not grow"`
	LeadPerDays   *int     `json:"lead_per_days,omitempty" minimum:"0" maximum:"3650" doc:"Days for each begun lead_per"`
	LeadFrom      *string  `json:"lead_from,omitempty" enum:"days,routing" doc:"routing: set-up and run time of the routing are added to the lead time, as working days"`
	SupplySite    *string  `json:"supply_site,omitempty" maxLength:"64" doc:"Code of the site that it is brought from; empty: it is obtained here"`
	TransferDays  *int     `json:"transfer_days,omitempty" minimum:"0" maximum:"3650" doc:"Days on the way from there"`
	Clear         []string `json:"clear,omitempty" maxItems:"4" enum:"reorder_point,max_stock,standard_cost,purchase_price" doc:"Numbers to take away"`
}

// NewItem creates an item; its code is the caller's choice and never changes.
type NewItem struct {
	Code string `json:"code" minLength:"1" maxLength:"100" doc:"Code, unique in the company"`
	Site string `json:"site,omitempty" doc:"Site whose planning values these are; default the caller's first"`
	ItemValues
}

// EditItem changes an item.
type EditItem struct {
	Code   string `json:"code,omitempty" doc:"May be repeated; it never changes"`
	Site   string `json:"site,omitempty" doc:"Site whose planning values these are; default the caller's first"`
	Rev    int64  `json:"rev" minimum:"1" doc:"rev of the item that was looked at; refused when somebody changed it since"`
	Reason string `json:"reason,omitempty" maxLength:"500" doc:"Why, for the record"`
	ItemValues
}

// SwitchItem makes an item inactive, or active again.
type SwitchItem struct {
	Rev    int64  `json:"rev" minimum:"1" doc:"rev of the item that was looked at"`
	Reason string `json:"reason,omitempty" maxLength:"500" doc:"Why, for the record"`
}

// DeactivateItem is SwitchItem with a yes to what still counts on the item.
type DeactivateItem struct {
	SwitchItem
	Confirmed bool `json:"confirmed,omitempty" doc:"Make it inactive though something still counts on it: the answer to masterdata.item_in_use"`
}

// itemPair is the item and its values at one site, as stored.
type itemPair struct {
	item itemRow
	site itemSiteRow
}

func (m *Module) pair(ctx context.Context, q db.Querier, code string, site db.ID) (p itemPair, err error) {
	item, ok, err := db.Get[itemRow](ctx, q, `SELECT t.* FROM md_item t WHERE `+seen("t")+` AND t.code = $2`, batchOf(ctx), code)
	if err != nil {
		return p, err
	}
	if !ok {
		return p, itemUnknown(code)
	}
	p.item = item
	p.site, _, err = db.Get[itemSiteRow](ctx, q, `SELECT t.* FROM md_item_site t WHERE `+seen("t")+` AND t.item_id = $2 AND t.site_id = $3`, batchOf(ctx), item.ID, site)
	return p, err
}

func freshPair(code string, site db.ID, now int64) itemPair {
	return itemPair{
		item: itemRow{Code: code, UoM: "pcs", Tracking: "none", Decimals: num.Scale, HomeSite: site, Active: true, Ext: "{}", CreatedMS: now, UpdatedMS: now},
		site: defaultSite(0, site),
	}
}

func defaultSite(item, site db.ID) itemSiteRow {
	return itemSiteRow{Item: item, Site: site, LotRule: "lot_for_lot", YieldPct: num.Int(100), LeadFrom: "days"}
}

// CreateItem makes a new item at a site.
func (m *Module) CreateItem(ctx context.Context, tx *db.Tx, in NewItem) (ItemDetail, error) {
	site, err := siteNamed(ctx, tx, in.Site)
	if err != nil {
		return ItemDetail{}, err
	}
	code := strings.TrimSpace(in.Code)
	p := freshPair(code, site.ID, tx.NowMS())
	e := &editor{ctx: ctx, tx: tx, p: &p, in: in.ItemValues}
	e.need("kind", in.Kind != nil)
	if err := e.newCode(code); err != nil {
		return ItemDetail{}, err
	}
	if err := e.apply(); err != nil {
		return ItemDetail{}, err
	}
	p.item.stamp = stamp{ID: tx.ID(), Rev: 1}
	if p.site.Ord, err = nextOrd(ctx, tx, site.ID); err != nil {
		return ItemDetail{}, err
	}
	p.site.stamp, p.site.Item = stamp{ID: tx.ID(), Rev: 1}, p.item.ID
	if err := db.Insert(ctx, tx, "md_item", p.item); err != nil {
		return ItemDetail{}, err
	}
	if err := db.Insert(ctx, tx, "md_item_site", p.site); err != nil {
		return ItemDetail{}, err
	}
	after, err := m.ItemDetail(ctx, tx, code, site.ID, tx.Today())
	tx.Emit(db.Event{Name: EventItemCreated, Subject: "item:" + code, Site: site.ID, Payload: ItemChanged{After: &after.ItemState}})
	return after, err
}

// UpdateItem changes what the input says.
func (m *Module) UpdateItem(ctx context.Context, tx *db.Tx, code string, in EditItem) (ItemDetail, error) {
	if in.Code != "" && in.Code != code {
		return ItemDetail{}, fault.Invalid("masterdata.item_invalid", "the code of an item never changes").With("count", 1).
			At(fieldFault("code", "masterdata.code_fixed", in.Code))
	}
	return m.change(ctx, tx, code, in.Site, in.Rev, in.Reason, func(e *editor) { e.in = in.ItemValues })
}

// SwitchItem makes an item inactive: it stays in every document that names it, and no new one takes it.
func (m *Module) SwitchItem(ctx context.Context, tx *db.Tx, code string, active bool, in SwitchItem) (ItemDetail, error) {
	return m.change(ctx, tx, code, "", in.Rev, in.Reason, func(e *editor) { e.p.item.Active = active })
}

// DeactivateItem makes an item inactive. What still counts on it is asked about first: it goes on as it is, but nothing
// new may name the item.
func (m *Module) DeactivateItem(ctx context.Context, tx *db.Tx, code string, in DeactivateItem) (ItemDetail, error) {
	if !in.Confirmed {
		if err := m.mayGoOff(ctx, tx, code, tx.Today()); err != nil {
			return ItemDetail{}, err
		}
	}
	return m.SwitchItem(ctx, tx, code, false, in.SwitchItem)
}

func (m *Module) change(ctx context.Context, tx *db.Tx, code, siteCode string, rev int64, reason string, set func(e *editor)) (ItemDetail, error) {
	site, err := siteNamed(ctx, tx, siteCode)
	if err != nil {
		return ItemDetail{}, err
	}
	before, err := m.ItemDetail(ctx, tx, code, site.ID, tx.Today())
	if err != nil {
		return before, err
	}
	if before.Rev != rev {
		return before, fault.Conflict("masterdata.item_stale", "item %s was changed by somebody else; load it again", code).With("code", code)
	}
	p, err := m.pair(ctx, tx, code, site.ID)
	if err != nil {
		return before, err
	}
	was, isNew := p, p.site.ID == 0
	if isNew {
		p.site = defaultSite(p.item.ID, site.ID)
		p.site.stamp = stamp{ID: tx.ID()}
		if p.site.Ord, err = nextOrd(ctx, tx, site.ID); err != nil {
			return before, err
		}
	}
	e := &editor{ctx: ctx, tx: tx, p: &p, was: &was}
	set(e)
	if err := e.apply(); err != nil {
		return before, err
	}
	if p == was {
		return before, nil
	}
	if p.item.UoM != was.item.UoM && len(before.Units) > 0 { // their ratios are ratios to the old one
		return before, fault.Invalid("masterdata.item_invalid", "the unit cannot change while there are conversions to it").With("count", 1).
			At(fieldFault("uom", "masterdata.uom_converted", p.item.UoM, "units", before.Units[0].UoM))
	}
	if p.item != was.item {
		if err := m.guard(ctx, tx, before, p.item); err != nil {
			return before, err
		}
		p.item.UpdatedMS = tx.NowMS()
	}
	p.item.Rev++ // also when only the site's values changed: whoever looked at the item looked at them too
	if err := replace(ctx, tx, "md_item", p.item.ID, was.item.Rev, p.item); err != nil {
		return before, err
	}
	if p.site != was.site {
		p.site.Rev++
		if isNew {
			err = db.Insert(ctx, tx, "md_item_site", p.site)
		} else {
			err = replace(ctx, tx, "md_item_site", p.site.ID, was.site.Rev, p.site)
		}
		if err != nil {
			return before, err
		}
	}
	after, err := m.ItemDetail(ctx, tx, code, site.ID, tx.Today())
	tx.Emit(db.Event{Name: EventItemChanged, Subject: "item:" + code, Site: site.ID, Reason: reason, Payload: ItemChanged{Before: &before.ItemState, After: &after.ItemState}})
	return after, err
}

func (m *Module) guard(ctx context.Context, tx *db.Tx, was ItemDetail, now itemRow) error {
	before, err := ItemByCode(ctx, tx, was.Code)
	if err != nil {
		return err
	}
	after := before
	after.Name, after.Spec, after.UoM, after.Kind, after.Tracking, after.Family = now.Name, now.Spec, now.UoM, now.Kind, now.Tracking, now.Family
	after.Decimals, after.ShelfLifeDays, after.GTIN, after.Barcode, after.Active = now.Decimals, now.ShelfLife, now.GTIN, now.Barcode, now.Active
	for _, g := range m.Guards {
		if err := g(ctx, tx, before, after); err != nil {
			return err
		}
	}
	return nil
}

// nextOrd is the place behind all items of a site in its export.
func nextOrd(ctx context.Context, tx *db.Tx, site db.ID) (int64, error) {
	return db.One[int64](ctx, tx, `SELECT CAST(coalesce(max(ord), 0) + 1 AS BIGINT) FROM md_item_site WHERE site_id = $1`, site)
}

// replace exchanges a row that is still as it was read; the rev in the WHERE clause is the lock.
func replace[R any](ctx context.Context, tx *db.Tx, table string, id db.ID, rev int64, row R) error {
	n, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE id = $1 AND rev = $2`, id, rev)
	if err != nil {
		return err
	}
	if n == 0 {
		return db.ErrRetry
	}
	return db.Insert(ctx, tx, table, row)
}

// siteNamed is the site that a caller means and may see.
func siteNamed(ctx context.Context, q db.Querier, code string) (Site, error) {
	if code == "" {
		return DefaultSite(ctx, q)
	}
	s, err := SiteByCode(ctx, q, code)
	if err == nil && !actor.From(ctx).SeesSite(int64(s.ID)) {
		err = fault.NotFound("masterdata.site_unknown", "there is no site %s", code).With("code", code)
	}
	return s, err
}

func fieldFault(field, code, value string, params ...string) fault.Field {
	f := fault.Field{Where: "body." + field, Code: code, Value: value, Params: map[string]string{"field": field, "value": value}}
	for i := 0; i+1 < len(params); i += 2 {
		f.Params[params[i]] = params[i+1]
	}
	f.Detail = Messages[code].Render("en", f.Params)
	return f
}

// editor puts an input's values into an item and notes what is wrong with them.
type editor struct {
	ctx    context.Context
	tx     *db.Tx
	p      *itemPair
	was    *itemPair // nil: a new item
	in     ItemValues
	faults []fault.Field

	partners *partnersBy // read beforehand, for many items
}

func (e *editor) bad(field, code, value string, params ...string) {
	e.faults = append(e.faults, fieldFault(field, code, value, params...))
}

func (e *editor) need(field string, there bool) {
	if !there {
		e.bad(field, "masterdata.needed", "")
	}
}

// newCode checks the code of an item that is to be made.
func (e *editor) newCode(code string) error {
	if code == "" || strings.ContainsFunc(code, func(r rune) bool { return r == ';' || unicode.IsControl(r) }) {
		e.bad("code", "masterdata.code_bad", code)
	}
	// also rows that a running import has not published: their codes are taken
	taken, err := db.One[int64](e.ctx, e.tx, `SELECT count(*) FROM md_item WHERE code = $1`, code)
	if taken > 0 {
		e.bad("code", "masterdata.item_exists", code)
	}
	return err
}

// apply sets the values, checks the item as a whole and refuses with every fault.
func (e *editor) apply() error {
	e.set()
	if err := e.check(); err != nil {
		return err
	}
	return e.refuse()
}

func (e *editor) set() {
	it, s, in := &e.p.item, &e.p.site, &e.in
	e.text("name", &it.Name, in.Name)
	e.text("spec", &it.Spec, in.Spec)
	e.text("uom", &it.UoM, in.UoM)
	e.text("family", &it.Family, in.Family)
	e.text("gtin", &it.GTIN, in.GTIN)
	e.text("barcode", &it.Barcode, in.Barcode)
	set(&it.Kind, in.Kind)
	set(&it.Tracking, in.Tracking)
	set(&it.Decimals, in.Decimals)
	set(&it.ShelfLife, in.ShelfLifeDays)
	set(&s.LeadDays, in.LeadDays)
	set(&s.LotRule, in.LotRule)
	set(&s.PeriodDays, in.PeriodDays)
	e.qty("safety_stock", &s.SafetyStock, in.SafetyStock)
	e.qty("min_lot", &s.MinLot, in.MinLot)
	e.qty("lot_multiple", &s.LotMultiple, in.LotMultiple)
	e.qty("max_lot", &s.MaxLot, in.MaxLot)
	e.qty("fixed_lot", &s.FixedLot, in.FixedLot)
	e.maybe("reorder_point", &s.ReorderPoint, in.ReorderPoint)
	e.maybe("max_stock", &s.MaxStock, in.MaxStock)
	e.maybe("standard_cost", &s.StandardCost, in.StandardCost)
	e.maybe("purchase_price", &s.PurchasePrice, in.PurchasePrice)
	set(&s.YieldPct, in.YieldPct)
	e.qty("lead_per", &s.LeadPer, in.LeadPer)
	set(&s.LeadPerDays, in.LeadPerDays)
	set(&s.LeadFrom, in.LeadFrom)
	set(&s.TransferDays, in.TransferDays)
}

// check notes what is wrong with the item as a whole.
func (e *editor) check() error {
	it, s := &e.p.item, &e.p.site
	if s.YieldPct <= 0 || s.YieldPct > num.Int(100) {
		e.bad("yield_pct", "masterdata.yield_bad", s.YieldPct.String())
	}
	if it.UoM == "" {
		e.need("uom", false)
	}
	if s.LotRule == "fixed" && s.FixedLot == 0 {
		e.bad("fixed_lot", "masterdata.fixed_lot_needed", "")
	}
	if s.MaxLot > 0 && s.MaxLot < s.LotMultiple {
		e.bad("max_lot", "masterdata.max_lot_small", s.MaxLot.String(), "multiple", s.LotMultiple.String())
	}
	if s.LeadPer > 0 && s.LeadPerDays == 0 {
		e.bad("lead_per_days", "masterdata.lead_per_days", "")
	}
	if err := e.supplier(); err != nil {
		return err
	}
	if err := e.supplySite(); err != nil {
		return err
	}
	return e.codes()
}

func (e *editor) refuse() error {
	if len(e.faults) > 0 {
		return fault.Invalid("masterdata.item_invalid", "%d values of the item are wrong; first: %s", len(e.faults), e.faults[0].Detail).With("count", len(e.faults)).At(e.faults...)
	}
	return nil
}

func set[T any](p *T, v *T) {
	if v != nil {
		*p = *v
	}
}

func (e *editor) text(field string, p, v *string) {
	if v == nil {
		return
	}
	s := strings.TrimSpace(*v)
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && (r != '\n' || field != "spec") }) {
		e.bad(field, "masterdata.text_bad", "")
		return
	}
	*p = s
}

func (e *editor) qty(field string, p, v *num.Dec) {
	if v == nil {
		return
	}
	if *v < 0 {
		e.bad(field, "masterdata.negative", v.String())
		return
	}
	*p = *v
}

func (e *editor) maybe(field string, p **num.Dec, v *num.Dec) {
	for _, c := range e.in.Clear {
		if c != field {
			continue
		}
		mask := map[string]string{"standard_cost": "see.cost", "purchase_price": "see.price"}[field]
		if mask != "" && !actor.From(e.ctx).Can(mask) {
			e.bad("clear", "masterdata.clear_hidden", field)
			return
		}
		*p = nil
	}
	if v == nil {
		return
	}
	if *v < 0 {
		e.bad(field, "masterdata.negative", v.String())
		return
	}
	if *p != nil && **p == *v {
		return // the same number at the same address: nothing changed
	}
	d := *v
	*p = &d
}

func (e *editor) partner(code string) (Partner, error) {
	if e.partners == nil {
		return PartnerByCode(e.ctx, e.tx, code)
	}
	p, ok := e.partners.code[code]
	if !ok {
		return p, partnerUnknown(code)
	}
	return p, nil
}

func (e *editor) supplier() error {
	if e.in.Supplier == nil {
		return nil
	}
	if *e.in.Supplier == "" {
		e.p.site.Supplier = 0
		return nil
	}
	p, err := e.partner(*e.in.Supplier)
	switch {
	case fault.Is(err, "masterdata.partner_unknown"):
		e.bad("supplier", "masterdata.partner_unknown", *e.in.Supplier, "code", *e.in.Supplier)
		return nil
	case err != nil:
		return err
	case !p.Is("supplier") && !p.Is("subcontractor"):
		e.bad("supplier", "masterdata.not_supplier", p.Code, "code", p.Code)
	}
	e.p.site.Supplier = p.ID
	return nil
}

// codes that are scanned must lead to one item.
func (e *editor) codes() error {
	it := &e.p.item
	if it.GTIN != "" && (e.was == nil || e.was.item.GTIN != it.GTIN) && !validGTIN(it.GTIN) {
		e.bad("gtin", "masterdata.gtin_bad", it.GTIN)
	}
	for field, code := range map[string]string{"gtin": it.GTIN, "barcode": it.Barcode} {
		if code == "" || (e.was != nil && code == map[string]string{"gtin": e.was.item.GTIN, "barcode": e.was.item.Barcode}[field]) {
			continue
		}
		other, found, err := db.Get[string](e.ctx, e.tx, `SELECT code FROM md_item WHERE (gtin = $1 AND gtin <> '' OR barcode = $1 AND barcode <> '' OR code = $1) AND id <> $2`, code, it.ID)
		if err != nil {
			return err
		}
		if found {
			e.bad(field, "masterdata.barcode_taken", code, "item", other)
		}
	}
	return nil
}

// validGTIN checks length and check digit of a GTIN-8, -12, -13 or -14.
func validGTIN(s string) bool {
	if n := len(s); n != 8 && n != 12 && n != 13 && n != 14 {
		return false
	}
	sum := 0
	for i, c := range s {
		if c < '0' || c > '9' {
			return false
		}
		d := int(c - '0')
		if (len(s)-i)%2 == 0 {
			d *= 3
		}
		sum += d
	}
	return sum%10 == 0
}
