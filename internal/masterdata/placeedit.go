package masterdata

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
)

// WarehouseValues are what a person may say about a warehouse.
type WarehouseValues struct {
	Name      *string `json:"name,omitempty" maxLength:"200" doc:"Name"`
	Kind      *string `json:"kind,omitempty" enum:"normal,line,customer_owned,quarantine" doc:"Kind, default normal"`
	InCosting *bool   `json:"in_costing,omitempty" doc:"Whether its stock counts in costing, default yes"`
}

// NewWarehouse makes a warehouse with its own place.
type NewWarehouse struct {
	Site string `json:"site,omitempty" maxLength:"100" doc:"Code of the site; default the caller's first"`
	Code string `json:"code" maxLength:"100" doc:"Code, unique in the site, without /"`
	WarehouseValues
}

// EditWarehouse changes what it says.
type EditWarehouse struct {
	Edited
	WarehouseValues
}

var warehouses = noun[warehouseRow, *warehouseRow, WarehousePage]{"warehouse", "md_warehouse", func(ctx context.Context, q db.Querier, r warehouseRow) (p WarehousePage, err error) {
	s, err := SiteByID(ctx, q, r.Site)
	return WarehousePage{Code: r.Code, Name: r.Name, Site: s.Code, Kind: r.Kind, InCosting: r.InCosting, Active: r.Active, Rev: r.Rev, Locations: []PlaceOf{}}, err
}}

func warehouseRowOf(ctx context.Context, q db.Querier, site, code string) (r warehouseRow, err error) {
	s, err := siteNamed(ctx, q, site)
	if err != nil {
		return r, err
	}
	r, ok, err := rowAt[warehouseRow](ctx, q, "md_warehouse", code, s.ID)
	if err == nil && !ok {
		err = fault.NotFound("masterdata.warehouse_unknown", "site %s has no warehouse %s", s.Code, code).With("code", code).With("site", s.Code)
	}
	return r, err
}

func (v *WarehouseValues) apply(f *form, r *warehouseRow) {
	f.name(&r.Name, v.Name)
	set(&r.Kind, v.Kind)
	set(&r.InCosting, v.InCosting)
}

// CreateWarehouse makes a warehouse at a site.
func (m *Module) CreateWarehouse(ctx context.Context, tx *db.Tx, in NewWarehouse) (out WarehousePage, err error) {
	site, err := siteNamed(ctx, tx, in.Site)
	if err != nil {
		return out, err
	}
	f, r := &form{ctx: ctx, tx: tx}, warehouseRow{Site: site.ID, Kind: "normal", InCosting: true, Active: true}
	if r.Code, err = f.code(in.Code, "md_warehouse", site.ID); err != nil {
		return out, err
	}
	if strings.Contains(r.Code, "/") {
		f.bad("code", "masterdata.warehouse_slash", r.Code)
	}
	in.apply(f, &r)
	if r.Ord, err = lastOrd(ctx, tx, "md_warehouse", site.ID); err != nil {
		return out, err
	}
	return warehouses.add(f, r, r.Code, site.ID, func(id db.ID) error {
		return db.Insert(ctx, tx, "md_location", locationRow{stamp: stamp{ID: tx.ID(), Rev: 1}, Site: site.ID, Warehouse: id, Code: r.Code, Active: true})
	})
}

// EditWarehouse changes what the input says. Its kind says whose the goods are and whether they may be used, so it
// stays while stock lies there.
func (m *Module) EditWarehouse(ctx context.Context, tx *db.Tx, code string, in EditWarehouse) (out WarehousePage, err error) {
	was, err := warehouseRowOf(ctx, tx, in.Site, code)
	if err != nil {
		return out, err
	}
	f := &form{ctx: ctx, tx: tx}
	return warehouses.change(f, was, code, was.Site, in.Edited, func(r *warehouseRow) (func() error, error) {
		in.apply(f, r)
		if r.Kind != was.Kind {
			return nil, m.emptied(ctx, tx, was.ID)
		}
		return nil, nil
	})
}

func (m *Module) emptied(ctx context.Context, q db.Querier, warehouse db.ID) error {
	ids, err := db.All[db.ID](ctx, q, `SELECT l.id FROM md_location l WHERE `+seen("l")+` AND l.warehouse_id = $2`, batchOf(ctx), warehouse)
	if err != nil {
		return err
	}
	return m.locationsOff(ctx, q, ids)
}

func (m *Module) locationsOff(ctx context.Context, q db.Querier, ids []db.ID) error {
	for _, g := range m.Resources.LocationsOff {
		if err := g(ctx, q, ids); err != nil {
			return err
		}
	}
	return nil
}

// SwitchWarehouse makes a warehouse inactive, which stock in any of its places forbids, or active again.
func (m *Module) SwitchWarehouse(ctx context.Context, tx *db.Tx, code string, active bool, in Switch) (out WarehousePage, err error) {
	was, err := warehouseRowOf(ctx, tx, in.Site, code)
	if err != nil {
		return out, err
	}
	return warehouses.change(&form{ctx: ctx, tx: tx}, was, code, was.Site, Edited(in), func(r *warehouseRow) (func() error, error) {
		if r.Active = active; !active {
			return nil, m.emptied(ctx, tx, was.ID)
		}
		return nil, nil
	})
}

// NewLocations makes one place of a warehouse, or all from one to another: A-01-01 to A-03-20 makes sixty.
type NewLocations struct {
	Site string `json:"site,omitempty" maxLength:"100" doc:"Code of the site; default the caller's first"`
	From string `json:"from" maxLength:"60" doc:"First place, such as A-01-01"`
	To   string `json:"to,omitempty" maxLength:"60" doc:"Last place, such as A-03-20; empty: only the first"`
	Name string `json:"name,omitempty" maxLength:"200" doc:"What a single place is called"`
}

// PlacesMade says which places a pattern gives.
type PlacesMade struct {
	Count  int      `json:"count" doc:"Places that the pattern gives"`
	New    int      `json:"new" doc:"Of these, new ones"`
	There  int      `json:"there" doc:"Of these, ones that are there already and stay as they are"`
	Places []string `json:"places" doc:"The first and the last of them"`
}

// LocationsMade is the payload of masterdata.locations_made.
type LocationsMade struct {
	Warehouse string   `json:"warehouse"`
	From      string   `json:"from"`
	To        string   `json:"to,omitempty"`
	Codes     []string `json:"codes"`
}

// most places that one pattern may give.
const mostPlaces = 5000

// PreviewLocations says what MakeLocations would make.
func (m *Module) PreviewLocations(ctx context.Context, q db.Querier, warehouse string, in NewLocations) (out PlacesMade, err error) {
	w, err := warehouseRowOf(ctx, q, in.Site, warehouse)
	if err != nil {
		return out, err
	}
	_, out, err = newPlaces(ctx, q, w, in)
	return out, err
}

func newPlaces(ctx context.Context, q db.Querier, w warehouseRow, in NewLocations) (fresh []string, out PlacesMade, err error) {
	all, err := expandPlaces(strings.TrimSpace(in.From), strings.TrimSpace(in.To))
	if err != nil {
		return nil, out, err
	}
	there := map[string]bool{}
	// also places of a load that is not published: their codes are taken
	if err := db.Each(ctx, q, `SELECT code FROM md_location WHERE site_id = $1`, []any{w.Site}, func(c *string) error { there[*c] = true; return nil }); err != nil {
		return nil, out, err
	}
	for _, p := range all {
		if !there[LocationCode(w.Code, p)] {
			fresh = append(fresh, p)
		}
	}
	out = PlacesMade{Count: len(all), New: len(fresh), There: len(all) - len(fresh), Places: all}
	if len(all) > 12 {
		out.Places = append(append(append([]string{}, all[:6]...), "…"), all[len(all)-5:]...)
	}
	return fresh, out, nil
}

// MakeLocations makes the places of a pattern that are not there yet.
func (m *Module) MakeLocations(ctx context.Context, tx *db.Tx, warehouse string, in NewLocations) (out PlacesMade, err error) {
	w, err := warehouseRowOf(ctx, tx, in.Site, warehouse)
	if err != nil {
		return out, err
	}
	fresh, out, err := newPlaces(ctx, tx, w, in)
	if err != nil {
		return out, err
	}
	if !w.Active {
		return out, fault.Conflict("masterdata.warehouse_off", "warehouse %s is inactive", w.Code).With("code", w.Code)
	}
	if len(fresh) == 0 {
		return out, fault.Conflict("masterdata.places_there", "all of these places are there already").With("count", out.Count)
	}
	f := &form{ctx: ctx, tx: tx}
	name := ""
	f.text("name", &name, &in.Name)
	if out.Count > 1 && name != "" {
		f.bad("name", "masterdata.name_single", name)
	}
	if err := f.refuse(); err != nil {
		return out, err
	}
	ord, err := lastOrd(ctx, tx, "md_location", w.Site)
	if err != nil {
		return out, err
	}
	rows, codes := make([]locationRow, len(fresh)), make([]string, len(fresh))
	for i, p := range fresh {
		codes[i] = LocationCode(w.Code, p)
		rows[i] = locationRow{stamp: stamp{ID: tx.ID(), Rev: 1}, Site: w.Site, Warehouse: w.ID, Code: codes[i], Place: p, Name: name, Active: true, Ord: ord + int64(i)}
	}
	if err := db.Insert(ctx, tx, "md_location", rows...); err != nil {
		return out, err
	}
	tx.Emit(db.Event{Name: EventLocationsMade, Subject: "warehouse:" + w.Code, Site: w.Site, Payload: LocationsMade{Warehouse: w.Code, From: in.From, To: in.To, Codes: codes}})
	return out, nil
}

// expandPlaces counts each part of a place from its value in from to that in to: numbers keep their zeros, a single
// letter goes through the alphabet, anything else must be the same in both.
func expandPlaces(from, to string) ([]string, error) {
	if to == "" {
		to = from
	}
	a, b := placeParts(from), placeParts(to)
	bad := func(code, detail string, args ...any) error {
		return fault.Invalid("masterdata.invalid", "the places are wrong").With("count", 1).At(fieldFault("to", code, to, "from", from, "detail", fmt.Sprintf(detail, args...)))
	}
	if from == "" || strings.ContainsFunc(from+to, func(r rune) bool { return r == ';' || r == '/' || unicode.IsControl(r) }) {
		return nil, fault.Invalid("masterdata.invalid", "the places are wrong").With("count", 1).At(fieldFault("from", "masterdata.place_bad", from))
	}
	if len(a) != len(b) {
		return nil, bad("masterdata.places_shape", "%s and %s have another number of parts", from, to)
	}
	out := []string{""}
	for i := range a {
		vals, ok := countPart(a[i], b[i])
		if !ok {
			return nil, bad("masterdata.places_shape", "from %s nobody counts to %s", a[i], b[i])
		}
		if len(out)*len(vals) > mostPlaces {
			return nil, bad("masterdata.places_many", "more than %d places", mostPlaces)
		}
		next := make([]string, 0, len(out)*len(vals))
		for _, o := range out {
			for _, v := range vals {
				next = append(next, o+v)
			}
		}
		out = next
	}
	return out, nil
}

// placeParts cuts "A-01-03" into A, -, 01, -, 03; letters and digits that touch are parts of their own.
func placeParts(s string) []string {
	var out []string
	kind := func(r rune) int {
		switch {
		case r >= '0' && r <= '9':
			return 1
		case unicode.IsLetter(r):
			return 2
		}
		return 3
	}
	last := 0
	for _, r := range s {
		if k := kind(r); k == last {
			out[len(out)-1] += string(r)
		} else {
			out, last = append(out, string(r)), k
		}
	}
	return out
}

func countPart(a, b string) ([]string, bool) {
	if a == b {
		return []string{a}, true
	}
	if len(a) == 1 && len(b) == 1 && (a[0] >= 'A' && b[0] <= 'Z' || a[0] >= 'a' && b[0] <= 'z') && a[0] < b[0] {
		var out []string
		for c := a[0]; c <= b[0]; c++ {
			out = append(out, string(rune(c)))
		}
		return out, true
	}
	x, err1 := strconv.Atoi(a)
	y, err2 := strconv.Atoi(b)
	if err1 != nil || err2 != nil || x > y || y-x >= mostPlaces || (len(a) != len(b) && (a[0] == '0' && a != "0" || b[0] == '0')) {
		return nil, false
	}
	width := 0
	if len(a) == len(b) {
		width = len(a)
	}
	var out []string
	for n := x; n <= y; n++ {
		out = append(out, fmt.Sprintf("%0*d", width, n))
	}
	return out, true
}

// EditLocation says what a place is called.
type EditLocation struct {
	Edited
	Code string  `json:"code" maxLength:"200" doc:"Code as the label says it: RM/A-19-1"`
	Name *string `json:"name,omitempty" maxLength:"200" doc:"What the place is called"`
}

// LocationPage is a place as events keep it.
type LocationPage struct {
	Code      string `json:"code"`
	Warehouse string `json:"warehouse"`
	Place     string `json:"place"`
	Name      string `json:"name"`
	Active    bool   `json:"active"`
	Rev       int64  `json:"rev" doc:"To be sent with a change"`
}

var locations = noun[locationRow, *locationRow, LocationPage]{"location", "md_location", func(_ context.Context, _ db.Querier, r locationRow) (LocationPage, error) {
	return LocationPage{r.Code, strings.SplitN(r.Code, "/", 2)[0], r.Place, r.Name, r.Active, r.Rev}, nil
}}

// EditLocation changes the name of a place; its code is on its label and stays.
func (m *Module) EditLocation(ctx context.Context, tx *db.Tx, in EditLocation) (out LocationPage, err error) {
	rows, site, err := locationRows(ctx, tx, in.Site, []string{in.Code})
	if err != nil {
		return out, err
	}
	f := &form{ctx: ctx, tx: tx}
	return locations.change(f, rows[0], in.Code, site.ID, in.Edited, func(r *locationRow) (func() error, error) {
		f.text("name", &r.Name, in.Name)
		if r.Ord == 0 && r.Place != "" {
			r.Ord, err = lastOrd(ctx, tx, "md_location", site.ID)
		}
		return nil, err
	})
}

func locationRows(ctx context.Context, q db.Querier, siteCode string, codes []string) (rows []locationRow, site Site, err error) {
	if site, err = siteNamed(ctx, q, siteCode); err != nil {
		return nil, site, err
	}
	by := map[string]locationRow{}
	if err := inChunks(codes, func(part []string) error {
		w := ask(ctx, "t")
		w.And("t.site_id = ?", site.ID)
		db.In(w, "t.code", part)
		return db.Each(ctx, q, `SELECT t.* FROM md_location t`+w.String(), w.Args, func(r *locationRow) error { by[r.Code] = *r; return nil })
	}); err != nil {
		return nil, site, err
	}
	for _, c := range codes {
		r, ok := by[c]
		if !ok {
			return nil, site, fault.NotFound("masterdata.location_unknown", "there is no location %s at this site", c).With("code", c)
		}
		rows = append(rows, r)
	}
	return rows, site, nil
}

// SwitchLocations makes places inactive, or active again: all of those named, or none.
type SwitchLocations struct {
	Site   string   `json:"site,omitempty" maxLength:"100" doc:"Code of the site; default the caller's first"`
	Codes  []string `json:"codes" minItems:"1" maxItems:"2000" doc:"Codes as the labels say them"`
	Active bool     `json:"active" doc:"false: nothing is put there any more"`
	Reason string   `json:"reason,omitempty" maxLength:"500" doc:"Why, for the record"`
}

// SwitchedLocations says how many places changed.
type SwitchedLocations struct {
	Changed int `json:"changed"`
}

// SwitchLocations refuses when stock lies in one of them. A warehouse's own place goes with the warehouse.
func (m *Module) SwitchLocations(ctx context.Context, tx *db.Tx, in SwitchLocations) (out SwitchedLocations, err error) {
	rows, site, err := locationRows(ctx, tx, in.Site, in.Codes)
	if err != nil {
		return out, err
	}
	var ids []db.ID
	var change []locationRow
	for _, r := range rows {
		if r.Place == "" {
			return out, fault.Conflict("masterdata.location_own", "%s is the warehouse's own place; make the warehouse inactive", r.Code).With("code", r.Code)
		}
		if r.Active != in.Active {
			ids, change = append(ids, r.ID), append(change, r)
		}
	}
	if len(change) == 0 {
		return out, nil
	}
	if !in.Active {
		if err := m.locationsOff(ctx, tx, ids); err != nil {
			return out, err
		}
	}
	for _, r := range change {
		now := r
		now.Active = in.Active
		now.Rev++
		before, _ := locations.state(ctx, tx, r)
		after, _ := locations.state(ctx, tx, now)
		tx.Emit(locations.event("_changed", r.Code, site.ID, in.Reason, &before, &after))
	}
	err = inChunks(ids, func(part []db.ID) error {
		w := db.Where{Args: []any{in.Active}}
		db.In(&w, "id", part)
		_, err := tx.Exec(ctx, `UPDATE md_location SET active = $1, rev = rev + 1`+w.String(), w.Args...)
		return err
	})
	return SwitchedLocations{len(change)}, err
}
