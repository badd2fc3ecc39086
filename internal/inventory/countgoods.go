package inventory

import (
	"context"
	"strings"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// CountLine says how much of something lies where.
type CountLine struct {
	Location  string   `json:"location,omitempty" maxLength:"200" doc:"Location code or label; not needed with a container"`
	Container string   `json:"container,omitempty" maxLength:"200" doc:"The goods are in this container"`
	Item      string   `json:"item" minLength:"1" maxLength:"640" doc:"What was scanned: a label of goods, an item code, GTIN or bar code"`
	Lot       string   `json:"lot,omitempty" maxLength:"100"`
	Qty       num.Dec  `json:"qty" doc:"What is really there; 0 when nothing is"`
	UoM       string   `json:"uom,omitempty" maxLength:"100" doc:"Unit of qty, one of the item's; empty: its own"`
	Serials   []string `json:"serials,omitempty" maxItems:"10000" doc:"Of an item with serial numbers: all that are there, or ranges such as SN0001..SN0100"`
	Again     bool     `json:"again,omitempty" doc:"Count a line once more that somebody has counted already"`
}

// LineCounted is a line as counted. Book and difference are not told to who counts blind.
type LineCounted struct {
	Number   string   `json:"number"`
	Item     string   `json:"item"`
	Name     string   `json:"name"`
	UoM      string   `json:"uom"`
	Lot      string   `json:"lot"`
	Location string   `json:"location"`
	Qty      num.Dec  `json:"qty"`
	Book     *num.Dec `json:"book,omitempty"`
	Diff     *num.Dec `json:"diff,omitempty"`
	Left     int64    `json:"left" doc:"Lines of the list that nobody has counted yet"`
	Round    int64    `json:"round"`
	Found    bool     `json:"found" doc:"Was not on the list"`
	masterdata.Entered
}

// sees says whether the actor may see what the books say.
func (c *countRow) sees(ctx context.Context) bool {
	return !c.Blind || actor.From(ctx).Can("inventory.approve")
}

func countByNumber(ctx context.Context, q db.Querier, number string, open bool) (countRow, error) {
	type found struct {
		countRow
		Status string `db:"status"`
	}
	number = strings.TrimSpace(number)
	c, ok, err := db.Get[found](ctx, q, `SELECT id, number, site_id, scope, blind, client_key, made_ms, made_by, status FROM inv_count WHERE number = $1`, number)
	switch {
	case err != nil:
		return countRow{}, err
	case !ok || !actor.From(ctx).SeesSite(int64(c.Site)):
		return countRow{}, fault.NotFound("inventory.count_unknown", "there is no stock-take %s", number).With("number", number)
	case open && c.Status != "open":
		return countRow{}, fault.Conflict("inventory.count_closed", "stock-take %s is closed", number).With("number", number)
	}
	return c.countRow, nil
}

// target of a count: where, of what.
type counting struct {
	item      masterdata.Item
	loc       masterdata.Location
	container container
	lot       string
	serials   []string
	said      masterdata.Entered
}

func countTarget(ctx context.Context, q db.Querier, c countRow, in *CountLine) (t counting, err error) {
	switch {
	case in.Container != "":
		if t.container, err = containerScanned(ctx, q, in.Container); err != nil {
			return t, err
		}
		t.loc, err = masterdata.LocationByID(ctx, q, t.container.Location)
	case in.Location == "":
		return t, fault.Invalid("inventory.count_where", "scan the location or the container first")
	default:
		t.loc, err = LocationScanned(ctx, q, c.Site, in.Location)
	}
	if err != nil {
		return t, err
	}
	t.lot, t.serials = strings.TrimSpace(in.Lot), in.Serials
	if t.item, err = goods(ctx, q, in.Item, &t.lot, &t.serials); err != nil {
		return t, err
	}
	if t.serials, err = pieceNumbers(t.serials); err != nil {
		return t, err
	}
	if in.Qty, t.said, err = masterdata.InOwn(ctx, q, t.item, "qty", in.Qty, in.UoM); err != nil {
		return t, err
	}
	switch {
	case in.Qty < 0 || in.Qty > num.Max:
		return t, fault.Invalid("inventory.qty_not_positive", "nobody counts %s", in.Qty).With("item", t.item.Code).With("qty", in.Qty)
	case t.item.Tracking == "lot" && t.lot == "":
		return t, fault.Invalid("inventory.count_lot", "%s is tracked by lot: scan the lot label", t.item.Code).With("item", t.item.Code)
	case t.item.Tracking == "serial" && num.Int(int64(len(t.serials))) != in.Qty:
		return t, fault.Invalid("inventory.serials_needed", "%s needs the serial number of each piece", t.item.Code).With("item", t.item.Code).With("qty", in.Qty).With("scanned", len(t.serials))
	case t.item.Tracking != "serial" && len(t.serials) > 0:
		return t, fault.Invalid("inventory.serial_untracked", "%s has no serial numbers", t.item.Code).With("item", t.item.Code)
	}
	return t, nil
}

// CountGoods carries out a CountLine: the difference is against what the books say at this moment.
func (m *Module) CountGoods(ctx context.Context, tx *db.Tx, number string, in CountLine) (LineCounted, error) {
	var out LineCounted
	c, err := countByNumber(ctx, tx, number, true)
	if err != nil {
		return out, err
	}
	t, err := countTarget(ctx, tx, c, &in)
	if err != nil {
		return out, err
	}
	if t.item.Tracking == "serial" {
		if t.lot, err = lotOfPieces(ctx, tx, t); err != nil {
			return out, err
		}
	}
	book, err := db.One[num.Dec](ctx, tx, `SELECT CAST(coalesce(sum(b.qty), 0) AS BIGINT) FROM inv_balance b LEFT JOIN inv_lot l ON l.id = b.lot_id
		WHERE b.item_id = $1 AND b.place_kind = 'stock' AND b.place_ref = $2 AND coalesce(l.number, '') = $3 AND b.container_id = $4 AND b.`+unpublished, t.item.ID, t.loc.ID, t.lot, t.container.ID)
	if err != nil {
		return out, err
	}
	missing, extra, err := comparePieces(ctx, tx, t)
	if err != nil {
		return out, err
	}
	l, ok, err := db.Get[countLine](ctx, tx, `SELECT `+countLineColumns+` FROM inv_count_line WHERE count_id = $1 AND location_id = $2 AND item_id = $3 AND lot = $4 AND container_id = $5`,
		c.ID, t.loc.ID, t.item.ID, t.lot, t.container.ID)
	if err != nil {
		return out, err
	}
	if !ok {
		l = countLine{ID: tx.ID(), Count: c.ID, Item: t.item.ID, Location: t.loc.ID, Lot: t.lot, Container: t.container.ID, Found: true}
		n, err := tx.Exec(ctx, `INSERT INTO inv_count_line (id, count_id, item_id, location_id, lot, container_id, listed, found) VALUES ($1, $2, $3, $4, $5, $6, 0, TRUE)
			ON CONFLICT (count_id, location_id, item_id, lot, container_id) DO NOTHING`, l.ID, c.ID, l.Item, l.Location, l.Lot, l.Container)
		if err != nil {
			return out, err
		}
		if n == 0 {
			return out, db.ErrRetry
		}
	}
	if l.Rounds > 0 && !l.Again && !in.Again {
		return out, fault.Conflict("inventory.counted_already", "%s of %s at %s was counted already: %s by %s; count again only if that is wrong", t.lot, t.item.Code, t.loc.Code, l.Counted, l.CountedBy).
			With("item", t.item.Code).With("name", t.item.Name).With("location", t.loc.Code).With("who", l.CountedBy)
	}
	// the WHERE clause is the lock: of two who count one line at once the later one is told
	n, err := tx.Exec(ctx, `UPDATE inv_count_line SET rounds = rounds + 1, again = FALSE, counted = $1, book = $2, counted_ms = $3, counted_by = $4, entered_qty = $5, entered_uom = $6 WHERE id = $7 AND rounds = $8`,
		in.Qty, book, tx.NowMS(), actor.From(ctx).Name, t.said.EnteredQty, t.said.EnteredUoM, l.ID, l.Rounds)
	if err != nil {
		return out, err
	}
	if n == 0 {
		return out, db.ErrRetry
	}
	var key any
	if k := tx.Key(); k != "" {
		key = k
	}
	tx.Queue(`INSERT INTO inv_counted (id, line_id, round, qty, book, missing, extra, client_key, counted_ms, actor, entered_qty, entered_uom) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		tx.ID(), l.ID, l.Rounds+1, in.Qty, book, strings.Join(missing, ","), strings.Join(extra, ","), key, tx.NowMS(), actor.From(ctx).Name, t.said.EnteredQty, t.said.EnteredUoM)
	tx.Emit(db.Event{Name: EventCounted, Subject: "count:" + c.Number, Site: c.Site,
		Payload: CountedTold{c.Number, t.item.Code, t.lot, t.loc.Code, t.container.Code, l.Rounds + 1, in.Qty, book, missing, extra, t.said}})
	out = LineCounted{Number: c.Number, Item: t.item.Code, Name: t.item.Name, UoM: t.item.UoM, Lot: t.lot, Location: t.loc.Code, Qty: in.Qty, Round: l.Rounds + 1, Found: l.Found, Entered: t.said}
	if c.sees(ctx) {
		diff := in.Qty - book
		out.Book, out.Diff = &book, &diff
	}
	out.Left, err = db.One[int64](ctx, tx, `SELECT CAST(count(*) AS BIGINT) FROM inv_count_line WHERE count_id = $1 AND (rounds = 0 OR again)`, c.ID)
	return out, err
}

// lotOfPieces: pieces of a lot are one line; who counts scans the pieces alone.
func lotOfPieces(ctx context.Context, q db.Querier, t counting) (string, error) {
	if t.lot != "" || len(t.serials) == 0 {
		return t.lot, nil
	}
	by, err := lookUp(ctx, q, t.item.ID, t.serials, unpublished)
	if err != nil {
		return "", err
	}
	lots := map[db.ID]bool{}
	for _, p := range by {
		lots[p.Lot] = true
	}
	var number string
	for id := range lots {
		l, err := lotByID(ctx, q, id)
		if err != nil {
			return "", err
		}
		if number = l.Number; len(lots) > 1 && number != "" {
			return "", fault.Invalid("inventory.count_lot", "the pieces of %s belong to several lots: count lot by lot", t.item.Code).With("item", t.item.Code)
		}
	}
	return number, nil
}

// comparePieces says which pieces the books have here that were not counted, and the other way round, as ranges.
func comparePieces(ctx context.Context, q db.Querier, t counting) (missing, extra []string, err error) {
	if t.item.Tracking != "serial" {
		return nil, nil, nil
	}
	seen := make(map[string]bool, len(t.serials))
	for _, s := range t.serials {
		if seen[s] {
			return nil, nil, fault.Invalid("inventory.serial_twice", "serial %s was scanned twice", s).With("serial", s)
		}
		seen[s] = true
	}
	here := map[string]bool{}
	err = db.Each(ctx, q, `SELECT s.number FROM inv_serial s LEFT JOIN inv_lot l ON l.id = s.lot_id
		WHERE s.item_id = $1 AND s.place_kind = 'stock' AND s.place_ref = $2 AND coalesce(l.number, '') = $3 AND s.container_id = $4 AND s.`+unpublished,
		[]any{t.item.ID, t.loc.ID, t.lot, t.container.ID}, func(n *string) error { here[*n] = true; return nil })
	for n := range here {
		if !seen[n] {
			missing = append(missing, n)
		}
	}
	for n := range seen {
		if !here[n] {
			extra = append(extra, n)
		}
	}
	return Ranges(missing), Ranges(extra), err
}
