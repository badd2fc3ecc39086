package inventory

import (
	"context"
	"net/url"
	"strings"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/label"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/masterdata"
)

// Goods is what a scanned label of goods names.
type Goods struct {
	Item   masterdata.Item
	Lot    string
	Serial string
}

// Scan finds out which goods a label, typed or scanned, means: one of our own labels, an item's code, GTIN or bar
// code, else the number of a lot or of a piece that only one item has.
func Scan(ctx context.Context, q db.Querier, text string) (Goods, error) {
	c, ok := label.ParseCode(text)
	if !ok {
		return Goods{}, codeUnknown(text)
	}
	switch c.Kind {
	case label.ItemLot, label.Serial:
		it, err := masterdata.ItemByCode(ctx, q, c.Item)
		if c.Kind == label.Serial {
			return Goods{Item: it, Serial: c.Number}, err
		}
		return Goods{Item: it, Lot: c.Number}, err
	case label.Item:
		it, err := masterdata.ItemByCode(ctx, q, c.Number)
		return Goods{Item: it}, err
	case label.Bare:
		return scanBare(ctx, q, c.Number)
	}
	return Goods{}, codeUnknown(text)
}

func codeUnknown(text string) error {
	return fault.NotFound("inventory.code_unknown", "nobody knows the code %s", text).With("code", text)
}

func scanBare(ctx context.Context, q db.Querier, text string) (Goods, error) {
	it, err := masterdata.ItemByCode(ctx, q, text)
	if !fault.Is(err, "masterdata.item_unknown") {
		return Goods{Item: it}, err
	}
	type hit struct {
		Item   db.ID  `db:"item_id"`
		Lot    string `db:"lot"`
		Serial string `db:"serial"`
	}
	for _, ask := range []string{
		`SELECT id AS item_id, '' AS lot, '' AS serial FROM v_item WHERE gtin = $1 OR barcode = $1 LIMIT 2`,
		`SELECT DISTINCT item_id, number AS lot, '' AS serial FROM inv_lot WHERE number = $1 AND number <> '' AND ` + unpublished + ` LIMIT 2`,
		`SELECT item_id, '' AS lot, number AS serial FROM inv_serial WHERE number = $1 AND ` + unpublished + ` LIMIT 2`,
	} {
		hits, err := db.All[hit](ctx, q, ask, text)
		if err != nil {
			return Goods{}, err
		}
		if len(hits) == 2 {
			return Goods{}, fault.Conflict("inventory.lot_ambiguous", "several items have %s; scan the item first", text).With("lot", text)
		}
		if len(hits) == 1 {
			it, err := masterdata.ItemByID(ctx, q, hits[0].Item)
			return Goods{it, hits[0].Lot, hits[0].Serial}, err
		}
	}
	return Goods{}, codeUnknown(text)
}

// goods reads the item of a command, where a label may stand that names the lot or the piece too. What is said beside
// it goes first.
func goods(ctx context.Context, q db.Querier, text string, lot *string, serials *[]string) (masterdata.Item, error) {
	g, err := Scan(ctx, q, text)
	if c, ok := label.ParseCode(*lot); ok && err == nil {
		if *lot = c.Number; c.Kind == label.ItemLot && c.Item != g.Item.Code {
			_, err = LotByNumber(ctx, q, g.Item.ID, c.Number)
		}
	}
	if err != nil {
		return g.Item, err
	}
	if *lot == "" {
		*lot = g.Lot
	}
	for i, s := range *serials {
		if c, ok := label.ParseCode(s); ok {
			(*serials)[i] = c.Number
		}
	}
	if len(*serials) == 0 && g.Serial != "" {
		*serials = []string{g.Serial}
	}
	return g.Item, nil
}

// LocationScanned finds a location of a site by its label.
func LocationScanned(ctx context.Context, q db.Querier, site db.ID, text string) (masterdata.Location, error) {
	c, ok := label.ParseCode(text)
	if !ok || c.Kind != label.Bare && c.Kind != label.Location {
		return masterdata.Location{}, fault.NotFound("masterdata.location_unknown", "%s is no location", text).With("code", text)
	}
	l, err := masterdata.LocationByCode(ctx, q, site, c.Number)
	if err == nil && !l.Active {
		err = fault.Conflict("masterdata.location_off", "location %s is inactive", l.Code).With("code", l.Code)
	}
	return l, err
}

// lotOf finds a lot of an item without refusing one that does not exist.
func lotOf(ctx context.Context, q db.Querier, item db.ID, number string) (Lot, bool, error) {
	return db.Get[Lot](ctx, q, `SELECT `+lotColumns+` FROM inv_lot WHERE item_id = $1 AND number = $2 AND number <> '' AND `+unpublished+` ORDER BY part LIMIT 1`, item, strings.TrimSpace(number))
}

type found struct {
	Item   string  `db:"item"`
	Name   string  `db:"name"`
	UoM    string  `db:"uom"`
	Number string  `db:"number"`
	Qty    num.Dec `db:"qty"`
	Place  string  `db:"place"`
}

// Find resolves what was scanned or typed: lots and serials by number, locations by code, stock documents. Exact
// numbers come first, then up to five that begin so.
func (m *Module) Find(ctx context.Context, q db.Querier, text string) ([]web.Hit, error) {
	text = strings.TrimSpace(text)
	if text == "" || !actor.From(ctx).Can("inventory.read") {
		return nil, nil
	}
	var out []web.Hit
	for _, find := range []func(context.Context, db.Querier, string) ([]web.Hit, error){findContainers, findLots, findSerials, findLocations, findEntries, findCounts} {
		hits, err := find(ctx, q, text)
		if err != nil {
			return nil, err
		}
		out = append(out, hits...)
	}
	return out, nil
}

// begins is the half-open range of texts that start with prefix: an index serves it on both engines, LIKE does not.
func begins(prefix string) (from, to string) { return prefix, prefix + "\U0010FFFF" }

func findLots(ctx context.Context, q db.Querier, text string) ([]web.Hit, error) {
	from, to := begins(text)
	rows, err := db.All[found](ctx, q, `SELECT i.code AS item, i.name, i.uom, l.number, CAST(coalesce((SELECT sum(b.qty) FROM inv_balance b WHERE b.lot_id = l.id AND b.lot_id <> 0 AND b.place_kind = 'stock'), 0) AS BIGINT) AS qty, '' AS place
		FROM inv_lot l JOIN v_item i ON i.id = l.item_id WHERE l.number >= $1 AND l.number < $2 AND l.number <> '' AND l.part = 0 AND l.`+unpublished+` ORDER BY l.number, i.code LIMIT 5`, from, to)
	var out []web.Hit
	for _, r := range rows {
		out = append(out, web.Hit{Kind: "lot", Title: r.Number, Sub: r.Item + " " + r.Name + " · " + r.Qty.String() + " " + r.UoM, URL: "/inventory/lots/" + url.PathEscape(r.Item) + "/" + url.PathEscape(r.Number)})
	}
	return out, err
}

func findSerials(ctx context.Context, q db.Querier, text string) ([]web.Hit, error) {
	from, to := begins(text)
	rows, err := db.All[found](ctx, q, `SELECT i.code AS item, i.name, i.uom, s.number, CAST(0 AS BIGINT) AS qty, CASE WHEN s.place_kind = 'stock' THEN coalesce(w.code, '') ELSE s.place_kind END AS place
		FROM inv_serial s JOIN v_item i ON i.id = s.item_id LEFT JOIN v_location w ON w.id = s.place_ref AND s.place_kind = 'stock'
		WHERE s.number >= $1 AND s.number < $2 AND s.`+unpublished+` ORDER BY s.number, i.code LIMIT 5`, from, to)
	var out []web.Hit
	for _, r := range rows {
		out = append(out, web.Hit{Kind: "serial", Title: r.Number, Sub: r.Item + " " + r.Name + " · " + r.Place, URL: "/inventory/serials/" + url.PathEscape(r.Item) + "/" + url.PathEscape(r.Number)})
	}
	return out, err
}

func findLocations(ctx context.Context, q db.Querier, text string) ([]web.Hit, error) {
	from, to := begins(text)
	type place struct {
		Code string `db:"code"`
		Site db.ID  `db:"site_id"`
	}
	rows, err := db.All[place](ctx, q, `SELECT code, site_id FROM v_location WHERE code >= $1 AND code < $2 ORDER BY code LIMIT 5`, from, to)
	var out []web.Hit
	for _, r := range rows {
		if actor.From(ctx).SeesSite(int64(r.Site)) {
			out = append(out, web.Hit{Kind: "location", Title: r.Code, URL: "/inventory/stock?location=" + url.QueryEscape(r.Code)})
		}
	}
	return out, err
}

func findEntries(ctx context.Context, q db.Querier, text string) ([]web.Hit, error) {
	from, to := begins(text)
	type head struct {
		Number string `db:"number"`
		Kind   string `db:"kind"`
		Reason string `db:"reason"`
		Site   db.ID  `db:"site_id"`
	}
	rows, err := db.All[head](ctx, q, `SELECT number, kind, reason, site_id FROM inv_entry WHERE number >= $1 AND number < $2 ORDER BY number LIMIT 5`, from, to)
	var out []web.Hit
	for _, r := range rows {
		if actor.From(ctx).SeesSite(int64(r.Site)) {
			out = append(out, web.Hit{Kind: "stock_document", Title: r.Number, Sub: r.Reason, URL: "/inventory/moves?document=" + url.QueryEscape(r.Number)})
		}
	}
	return out, err
}

// linesAt is what lies at a place or in a container.
func linesAt(ctx context.Context, q db.Querier, cond string, id db.ID) ([]PlaceLine, error) {
	var w db.Where
	w.And(cond, id)
	w.And("b.qty > 0 AND b." + unpublished)
	return db.All[PlaceLine](ctx, q, `SELECT i.code AS item, i.name, i.uom, i.decimals, i.tracking, coalesce(l.number, '') AS lot, b.status, coalesce(c.code, '') AS container, CAST(sum(b.qty) AS BIGINT) AS qty
		FROM inv_balance b JOIN v_item i ON i.id = b.item_id LEFT JOIN inv_lot l ON l.id = b.lot_id LEFT JOIN inv_container c ON c.id = b.container_id`+w.String()+`
		GROUP BY i.code, i.name, i.uom, i.decimals, i.tracking, l.number, b.status, c.code ORDER BY c.code, i.code, l.number LIMIT 500`, w.Args...)
}

func findContainers(ctx context.Context, q db.Querier, text string) ([]web.Hit, error) {
	from, to := begins(scannedNumber(text))
	type box struct {
		Code string `db:"code"`
		Kind string `db:"kind"`
		Site db.ID  `db:"site_id"`
	}
	rows, err := db.All[box](ctx, q, `SELECT code, kind, site_id FROM inv_container WHERE code >= $1 AND code < $2 ORDER BY code LIMIT 5`, from, to)
	var out []web.Hit
	for _, r := range rows {
		if actor.From(ctx).SeesSite(int64(r.Site)) {
			out = append(out, web.Hit{Kind: "container", Title: r.Code, URL: "/inventory/containers/" + url.PathEscape(r.Code)})
		}
	}
	return out, err
}

func findCounts(ctx context.Context, q db.Querier, text string) ([]web.Hit, error) {
	from, to := begins(text)
	type head struct {
		Number string `db:"number"`
		Scope  string `db:"scope"`
		Site   db.ID  `db:"site_id"`
	}
	rows, err := db.All[head](ctx, q, `SELECT number, scope, site_id FROM inv_count WHERE number >= $1 AND number < $2 ORDER BY number LIMIT 5`, from, to)
	var out []web.Hit
	for _, r := range rows {
		if actor.From(ctx).SeesSite(int64(r.Site)) {
			out = append(out, web.Hit{Kind: "count", Title: r.Number, Sub: r.Scope, URL: "/inventory/counts/" + url.PathEscape(r.Number)})
		}
	}
	return out, err
}
