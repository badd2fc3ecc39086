package masterdata

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

// MassValues are what may be changed in many items at once; what is not sent stays.
type MassValues struct {
	Family        *string  `json:"family,omitempty" maxLength:"100" doc:"Family"`
	ShelfLifeDays *int     `json:"shelf_life_days,omitempty" minimum:"0" maximum:"36500" doc:"Shelf life in days, 0 = keeps for ever"`
	Supplier      *string  `json:"supplier,omitempty" maxLength:"100" doc:"Code of the usual supplier, empty: none"`
	LeadDays      *int     `json:"lead_days,omitempty" minimum:"0" maximum:"3650" doc:"Lead time in days"`
	SafetyStock   *num.Dec `json:"safety_stock,omitempty" doc:"Safety stock"`
	ReorderPoint  *num.Dec `json:"reorder_point,omitempty" doc:"Reorder point"`
	MaxStock      *num.Dec `json:"max_stock,omitempty" doc:"Most to keep in stock"`
	MinLot        *num.Dec `json:"min_lot,omitempty" doc:"Smallest order"`
	LotMultiple   *num.Dec `json:"lot_multiple,omitempty" doc:"Orders are a multiple of this, 0 = any quantity"`
	MaxLot        *num.Dec `json:"max_lot,omitempty" doc:"Largest order, 0 = no limit"`
	LotRule       *string  `json:"lot_rule,omitempty" enum:"lot_for_lot,fixed,period" doc:"How needs become orders"`
	FixedLot      *num.Dec `json:"fixed_lot,omitempty" doc:"Quantity of every order under rule fixed"`
	PeriodDays    *int     `json:"period_days,omitempty" minimum:"0" maximum:"3650" doc:"Days that one order covers under rule period"`
	YieldPct      *num.Dec `json:"yield_pct,omitempty" doc:"Good pieces of a hundred started"`
	LeadPer       *num.Dec `json:"lead_per,omitempty" doc:"Each begun so much of an order takes lead_per_days more, 0 = the lead time does not grow"`
	LeadPerDays   *int     `json:"lead_per_days,omitempty" minimum:"0" maximum:"3650" doc:"Days for each begun lead_per"`
	LeadFrom      *string  `json:"lead_from,omitempty" enum:"days,routing" doc:"routing: set-up and run time of the routing are added to the lead time, as working days"`
	SupplySite    *string  `json:"supply_site,omitempty" maxLength:"64" doc:"Code of the site that it is brought from; empty: it is obtained here"`
	TransferDays  *int     `json:"transfer_days,omitempty" minimum:"0" maximum:"3650" doc:"Days on the way from there"`
	Active        *bool    `json:"active,omitempty" doc:"Inactive items stay in what names them; nothing new takes them"`
}

// ItemAt is an item as it was looked at.
type ItemAt struct {
	Code string `json:"code" minLength:"1" maxLength:"100"`
	Rev  int64  `json:"rev,omitempty" doc:"rev that the preview showed; refused when somebody changed the item since"`
}

// ChangeItems changes many items at once, all or none.
type ChangeItems struct {
	Items   []ItemAt   `json:"items" minItems:"1" maxItems:"1000"`
	Site    string     `json:"site,omitempty" doc:"Site whose planning values these are; default the caller's first"`
	Values  MassValues `json:"values"`
	Preview bool       `json:"preview,omitempty" doc:"Say what would change, and write nothing"`
	Reason  string     `json:"reason,omitempty" maxLength:"500" doc:"Why, for the record"`
}

// FieldChange is a value before and after.
type FieldChange struct {
	Field  string `json:"field"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// ItemChange is what becomes of one item.
type ItemChange struct {
	Code    string        `json:"code"`
	Name    string        `json:"name"`
	Rev     int64         `json:"rev" doc:"To be sent with the change"`
	Changes []FieldChange `json:"changes" doc:"Empty: it has these values already"`
}

// ItemsChanged is what a mass change did, or would do.
type ItemsChanged struct {
	Preview bool         `json:"preview"`
	Changed int          `json:"changed"`
	Same    int          `json:"same"`
	Items   []ItemChange `json:"items"`
}

func (v *MassValues) values() ItemValues {
	return ItemValues{Family: v.Family, ShelfLifeDays: v.ShelfLifeDays, Supplier: v.Supplier, LeadDays: v.LeadDays, SafetyStock: v.SafetyStock, ReorderPoint: v.ReorderPoint, MaxStock: v.MaxStock,
		MinLot: v.MinLot, LotMultiple: v.LotMultiple, MaxLot: v.MaxLot, LotRule: v.LotRule, FixedLot: v.FixedLot, PeriodDays: v.PeriodDays, YieldPct: v.YieldPct,
		LeadPer: v.LeadPer, LeadPerDays: v.LeadPerDays, LeadFrom: v.LeadFrom, SupplySite: v.SupplySite, TransferDays: v.TransferDays}
}

// ChangeItems changes many items in a few statements. Every fault is told with its item; with one, none is changed.
func (m *Module) ChangeItems(ctx context.Context, tx *db.Tx, in ChangeItems) (ItemsChanged, error) {
	out := ItemsChanged{Preview: in.Preview, Items: []ItemChange{}}
	if reflect.ValueOf(in.Values).IsZero() {
		return out, fault.Invalid("masterdata.nothing_said", "say what is to be changed")
	}
	site, err := siteNamed(ctx, tx, in.Site)
	if err != nil {
		return out, err
	}
	var codes []string
	for i := range in.Items {
		codes = append(codes, strings.TrimSpace(in.Items[i].Code))
	}
	pairs, err := m.pairs(ctx, tx, codes, site.ID)
	if err != nil {
		return out, err
	}
	suppliers, err := supplierCodes(ctx, tx, pairs, in.Values.Supplier)
	if err != nil {
		return out, err
	}
	ord, err := nextOrd(ctx, tx, site.ID)
	if err != nil {
		return out, err
	}
	var faults []fault.Field
	var items []itemRow
	var sites, freshSites []itemSiteRow
	var events []db.Event
	done := map[string]bool{}
	for i, code := range codes {
		at := fmt.Sprintf("items[%d].code", i)
		was, ok := pairs[code]
		if !ok {
			faults = append(faults, fieldFault(at, "masterdata.item_unknown", code, "code", code))
			continue
		}
		if done[code] {
			continue
		}
		done[code] = true
		if rev := was.item.Rev + was.site.Rev; in.Items[i].Rev != 0 && in.Items[i].Rev != rev {
			faults = append(faults, fieldFault(at, "masterdata.item_stale", code, "code", code))
			continue
		}
		now, isNew := *was, was.site.ID == 0
		if isNew {
			now.site = defaultSite(was.item.ID, site.ID)
			now.site.stamp = stamp{ID: tx.ID()}
			now.site.Ord = ord
		}
		base := now
		set(&now.item.Active, in.Values.Active)
		e := &editor{ctx: ctx, tx: tx, p: &now, was: was, in: in.Values.values(), partners: suppliers}
		e.set()
		if err := e.check(); err != nil {
			return out, err
		}
		for _, f := range e.faults { // told by item, since the values are the same for all
			f.Where, f.Value = at, code
			f.Params["value"] = code + ": " + f.Params["value"]
			f.Detail = Messages[f.Code].Render("en", f.Params)
			faults = append(faults, f)
		}
		before, after := suppliers.state(base, site.Code), suppliers.state(now, site.Code)
		c := ItemChange{Code: code, Name: now.item.Name, Rev: was.item.Rev + was.site.Rev, Changes: differences(before, after)}
		out.Items = append(out.Items, c)
		if len(c.Changes) == 0 {
			out.Same++
			continue
		}
		out.Changed++
		if now.item != was.item {
			now.item.UpdatedMS = tx.NowMS()
			if err := m.askGuards(ctx, tx, was.item, now.item); err != nil {
				return out, err
			}
		}
		now.item.Rev++
		items = append(items, now.item)
		if now.site != base.site {
			now.site.Rev++
			if isNew {
				ord++
				freshSites = append(freshSites, now.site)
			} else {
				sites = append(sites, now.site)
			}
		}
		events = append(events, db.Event{Name: EventItemChanged, Subject: "item:" + code, Site: site.ID, Reason: in.Reason, Payload: ItemChanged{Before: &before, After: &after}})
	}
	if len(faults) > 0 {
		return out, fault.Invalid("masterdata.items_invalid", "%d items cannot take these values; nothing was changed", len(faults)).With("count", len(faults)).At(faults...)
	}
	if in.Preview {
		return out, nil
	}
	// the rows were read in this transaction; overwrite tells when one was changed since
	if err := overwrite(ctx, tx, "md_item", items); err != nil {
		return out, err
	}
	if err := overwrite(ctx, tx, "md_item_site", sites); err != nil {
		return out, err
	}
	if err := db.Insert(ctx, tx, "md_item_site", freshSites...); err != nil {
		return out, err
	}
	for _, ev := range events {
		tx.Emit(ev)
	}
	return out, nil
}

// overwrite writes rows whose rev was counted up over those that are still as they were read.
func overwrite[R any, P marked[R]](ctx context.Context, tx *db.Tx, name string, rows []R) error {
	t := &table[R, P]{name: name, changed: rows}
	if err := t.publish(ctx, tx, nil); err != nil {
		if fault.Is(err, "masterdata.load_stale") {
			return db.ErrRetry
		}
		return err
	}
	return nil
}

// pairs are items with their values at a site, as stored, by code.
func (m *Module) pairs(ctx context.Context, q db.Querier, codes []string, site db.ID) (map[string]*itemPair, error) {
	out, byID := map[string]*itemPair{}, map[db.ID]*itemPair{}
	err := inChunks(codes, func(part []string) error {
		w := ask(ctx, "t")
		db.In(w, "t.code", part)
		return db.Each(ctx, q, `SELECT t.* FROM md_item t`+w.String(), w.Args, func(r *itemRow) error {
			p := &itemPair{item: *r}
			out[r.Code], byID[r.ID] = p, p
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return out, inChunks(sortedIDs(byID), func(part []db.ID) error {
		w := ask(ctx, "t")
		w.And("t.site_id = ?", site)
		db.In(w, "t.item_id", part)
		return db.Each(ctx, q, `SELECT t.* FROM md_item_site t`+w.String(), w.Args, func(r *itemSiteRow) error { byID[r.Item].site = *r; return nil })
	})
}

// partnersBy are partners that were read beforehand.
type partnersBy struct {
	id    map[db.ID]Partner
	code  map[string]Partner
	sites map[db.ID]string // codes of sites
}

func supplierCodes(ctx context.Context, q db.Querier, pairs map[string]*itemPair, more *string) (*partnersBy, error) {
	p := &partnersBy{map[db.ID]Partner{}, map[string]Partner{}, map[db.ID]string{}}
	if err := db.Each(ctx, q, `SELECT `+siteCols+` WHERE `+seen("s"), []any{batchOf(ctx)}, func(s *Site) error { p.sites[s.ID] = s.Code; return nil }); err != nil {
		return nil, err
	}
	ids := map[db.ID]bool{}
	for _, i := range pairs {
		if i.site.Supplier != 0 {
			ids[i.site.Supplier] = true
		}
	}
	take := func(r *Partner) error { p.id[r.ID], p.code[r.Code] = *r, *r; return nil }
	if more != nil && *more != "" {
		if err := db.Each(ctx, q, `SELECT`+partnerFrom+` WHERE `+seen("p")+` AND p.code = $2`, []any{batchOf(ctx), *more}, take); err != nil {
			return nil, err
		}
	}
	return p, inChunks(sortedIDs(ids), func(part []db.ID) error {
		w := ask(ctx, "p")
		db.In(w, "p.id", part)
		return db.Each(ctx, q, `SELECT`+partnerFrom+w.String(), w.Args, take)
	})
}

// state is what events keep of stored rows.
func (p *partnersBy) state(i itemPair, site string) ItemState {
	it, s := i.item, i.site
	status := "active"
	if !it.Active {
		status = "inactive"
	}
	return ItemState{Code: it.Code, Name: it.Name, Spec: it.Spec, UoM: it.UoM, Kind: it.Kind, Tracking: it.Tracking, Family: it.Family, Decimals: it.Decimals, ShelfLifeDays: it.ShelfLife, GTIN: it.GTIN,
		Barcode: it.Barcode, Status: status, Picture: it.Picture, Site: site, LeadDays: s.LeadDays, SafetyStock: s.SafetyStock, MinLot: s.MinLot, LotMultiple: s.LotMultiple, MaxLot: s.MaxLot, LotRule: s.LotRule,
		FixedLot: s.FixedLot, PeriodDays: s.PeriodDays, ReorderPoint: s.ReorderPoint, MaxStock: s.MaxStock, YieldPct: s.YieldPct, StandardCost: s.StandardCost, PurchasePrice: s.PurchasePrice,
		Supplier: p.id[s.Supplier].Code, LeadPer: s.LeadPer, LeadPerDays: s.LeadPerDays, LeadFrom: s.LeadFrom, SupplySite: p.sites[s.SupplySite], TransferDays: s.TransferDays}
}

// differences lists the values that a mass change may touch.
func differences(a, b ItemState) []FieldChange {
	out := []FieldChange{}
	for _, f := range []struct {
		name string
		of   func(*ItemState) any
	}{
		{"family", func(s *ItemState) any { return s.Family }}, {"shelf_life_days", func(s *ItemState) any { return s.ShelfLifeDays }}, {"supplier", func(s *ItemState) any { return s.Supplier }},
		{"lead_days", func(s *ItemState) any { return s.LeadDays }}, {"safety_stock", func(s *ItemState) any { return s.SafetyStock }}, {"reorder_point", func(s *ItemState) any { return s.ReorderPoint }},
		{"max_stock", func(s *ItemState) any { return s.MaxStock }}, {"min_lot", func(s *ItemState) any { return s.MinLot }}, {"lot_multiple", func(s *ItemState) any { return s.LotMultiple }},
		{"max_lot", func(s *ItemState) any { return s.MaxLot }}, {"lot_rule", func(s *ItemState) any { return s.LotRule }}, {"fixed_lot", func(s *ItemState) any { return s.FixedLot }},
		{"period_days", func(s *ItemState) any { return s.PeriodDays }}, {"yield_pct", func(s *ItemState) any { return s.YieldPct }},
		{"lead_per", func(s *ItemState) any { return s.LeadPer }}, {"lead_per_days", func(s *ItemState) any { return s.LeadPerDays }}, {"lead_from", func(s *ItemState) any { return s.LeadFrom }},
		{"supply_site", func(s *ItemState) any { return s.SupplySite }}, {"transfer_days", func(s *ItemState) any { return s.TransferDays }}, {"status", func(s *ItemState) any { return s.Status }},
	} {
		if x, y := said(f.of(&a)), said(f.of(&b)); x != y {
			out = append(out, FieldChange{f.name, x, y})
		}
	}
	return out
}

func said(v any) string {
	if d, ok := v.(*num.Dec); ok {
		if d == nil {
			return ""
		}
		return d.String()
	}
	return fmt.Sprint(v)
}

// askGuards lets the other rooms refuse the change of an item.
func (m *Module) askGuards(ctx context.Context, q db.Querier, was, now itemRow) error {
	item := func(r itemRow) Item {
		return Item{ID: r.ID, Code: r.Code, Name: r.Name, Spec: r.Spec, UoM: r.UoM, Decimals: r.Decimals, Kind: r.Kind, Tracking: r.Tracking, Family: r.Family, ShelfLifeDays: r.ShelfLife,
			GTIN: r.GTIN, Barcode: r.Barcode, Active: r.Active, HomeSite: r.HomeSite}
	}
	for _, g := range m.Guards {
		if err := g(ctx, q, item(was), item(now)); err != nil {
			return err
		}
	}
	return nil
}
