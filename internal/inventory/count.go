package inventory

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

type countRow struct {
	ID     db.ID   `db:"id"`
	Number string  `db:"number"`
	Site   db.ID   `db:"site_id"`
	Scope  string  `db:"scope"`
	Blind  bool    `db:"blind"`
	Key    *string `db:"client_key"`
	MadeMS int64   `db:"made_ms"`
	MadeBy string  `db:"made_by"`
}

type countLine struct {
	ID        db.ID   `db:"id"`
	Count     db.ID   `db:"count_id"`
	Item      db.ID   `db:"item_id"`
	Location  db.ID   `db:"location_id"`
	Lot       string  `db:"lot"`
	Container db.ID   `db:"container_id"`
	Listed    num.Dec `db:"listed"`
	Found     bool    `db:"found"`
	Rounds    int64   `db:"rounds"`
	Again     bool    `db:"again"`
	Counted   num.Dec `db:"counted"`
	Book      num.Dec `db:"book"`
	CountedMS int64   `db:"counted_ms"`
	CountedBy string  `db:"counted_by"`
}

const countLineColumns = `id, count_id, item_id, location_id, lot, container_id, listed, found, rounds, again, counted, book, counted_ms, counted_by`

// StartCount makes the list of a stock-take.
type StartCount struct {
	Site      string `json:"site,omitempty" doc:"Site code; default the caller's"`
	Warehouse string `json:"warehouse,omitempty" maxLength:"60" doc:"All that lies in a warehouse"`
	Location  string `json:"location,omitempty" maxLength:"200" doc:"All that lies at a location"`
	Item      string `json:"item,omitempty" maxLength:"200" doc:"One item, wherever it lies"`
	ABC       string `json:"abc,omitempty" enum:"A,B,C" doc:"Items by the value of their stock: A the first 80 %, B the next 15 %, C the rest"`
	Blind     bool   `json:"blind,omitempty" doc:"Who counts does not see what the books say"`
}

// CountStarted is its number and how long the list is.
type CountStarted struct {
	Number string `json:"number"`
	Lines  int    `json:"lines"`
}

// mostLines is how long a list may be: a longer one is not counted in a day.
const mostLines = 5000

// StartCount carries out a StartCount.
func (m *Module) StartCount(ctx context.Context, tx *db.Tx, in StartCount) (CountStarted, error) {
	var out CountStarted
	site, err := siteOf(ctx, tx, in.Site)
	if err != nil {
		return out, err
	}
	var w db.Where
	var scope []string
	w.And("b.place_kind = 'stock' AND b.qty > 0 AND b." + unpublished)
	w.And("b.site_id = ?", site.ID)
	if in.Warehouse = strings.TrimSpace(in.Warehouse); in.Warehouse != "" {
		if _, ok, err := db.Get[db.ID](ctx, tx, `SELECT id FROM v_warehouse WHERE code = $1 AND site_id = $2`, in.Warehouse, site.ID); err != nil || !ok {
			if err == nil {
				err = fault.NotFound("inventory.warehouse_unknown", "there is no warehouse %s", in.Warehouse).With("warehouse", in.Warehouse)
			}
			return out, err
		}
		w.And("w.warehouse = ?", in.Warehouse)
		scope = append(scope, in.Warehouse)
	}
	if in.Location != "" {
		l, err := LocationScanned(ctx, tx, site.ID, in.Location)
		if err != nil {
			return out, err
		}
		w.And("b.place_ref = ?", l.ID)
		scope = append(scope, l.Code)
	}
	if in.Item != "" {
		g, err := Scan(ctx, tx, in.Item)
		if err != nil {
			return out, err
		}
		w.And("b.item_id = ?", g.Item.ID)
		scope = append(scope, g.Item.Code)
	}
	if in.ABC != "" {
		of, err := m.classes(ctx, tx, site.ID)
		if err != nil {
			return out, err
		}
		ids := of[in.ABC]
		if len(ids) == 0 {
			ids = []db.ID{0}
		}
		db.In(&w, "b.item_id", ids)
		scope = append(scope, in.ABC)
	}
	if len(scope) == 0 {
		return out, fault.Invalid("inventory.count_what", "say what to count: a warehouse, a location, an item or a class")
	}
	lines, err := db.All[countLine](ctx, tx, `SELECT b.item_id, b.place_ref AS location_id, coalesce(l.number, '') AS lot, b.container_id, CAST(sum(b.qty) AS BIGINT) AS listed
		FROM inv_balance b JOIN v_location w ON w.id = b.place_ref LEFT JOIN inv_lot l ON l.id = b.lot_id`+w.String()+`
		GROUP BY b.item_id, b.place_ref, coalesce(l.number, ''), b.container_id LIMIT 5001`, w.Args...)
	if err != nil {
		return out, err
	}
	switch {
	case len(lines) == 0 && in.Location == "":
		return out, fault.Conflict("inventory.count_nothing", "nothing of it is in stock; there is nothing to count").With("scope", strings.Join(scope, " "))
	case len(lines) > mostLines:
		return out, fault.Invalid("inventory.count_long", "the list would have more than %d lines; count it in parts", mostLines).With("most", mostLines)
	}
	c := countRow{ID: tx.ID(), Site: site.ID, Scope: strings.Join(scope, " "), Blind: in.Blind, MadeMS: tx.NowMS(), MadeBy: actor.From(ctx).Name}
	if c.Number, err = tx.Number("count"); err != nil {
		return out, err
	}
	if k := tx.Key(); k != "" {
		c.Key = &k
	}
	for i := range lines {
		lines[i].ID, lines[i].Count = tx.ID(), c.ID
	}
	if err := db.Insert(ctx, tx, "inv_count", c); err != nil {
		return out, err
	}
	if err := db.Insert(ctx, tx, "inv_count_line", lines...); err != nil {
		return out, err
	}
	out = CountStarted{c.Number, len(lines)}
	tx.Emit(db.Event{Name: EventCountStarted, Subject: "count:" + c.Number, Site: c.Site, Payload: CountTold{Number: c.Number, Scope: c.Scope, Lines: len(lines)}})
	return out, nil
}

// worth is the value of an item's stock.
type worth struct {
	Item  db.ID   `db:"item_id"`
	Value num.Dec `db:"-"`
}

// classes says of which class each item in stock is.
func (m *Module) classes(ctx context.Context, q db.Querier, site db.ID) (map[string][]db.ID, error) {
	type part struct {
		Item db.ID   `db:"item_id"`
		Qty  num.Dec `db:"qty"`
		Cost num.Dec `db:"cost"`
	}
	by := map[db.ID]num.Dec{}
	err := db.Each(ctx, q, `SELECT b.item_id, CAST(sum(b.qty) AS BIGINT) AS qty, coalesce(l.unit_cost, s.standard_cost, s.purchase_price, 0) AS cost
		FROM inv_balance b LEFT JOIN inv_lot l ON l.id = b.lot_id LEFT JOIN v_item_site s ON s.item_id = b.item_id AND s.site_id = b.site_id
		WHERE b.site_id = $1 AND b.place_kind = 'stock' AND b.qty > 0 AND b.`+unpublished+` GROUP BY b.item_id, coalesce(l.unit_cost, s.standard_cost, s.purchase_price, 0)`, []any{site}, func(p *part) error {
		v, err := num.MulDivDown(int64(p.Qty), int64(p.Cost), int64(num.One))
		if err != nil {
			return err
		}
		by[p.Item] += num.Dec(v)
		return nil
	})
	list := make([]worth, 0, len(by))
	for id, v := range by {
		list = append(list, worth{id, v})
	}
	return classify(list), err
}

// classify: the dearest items that make four fifths of the value are A, the next up to 95 % B, the rest C. An item
// belongs to the class in which its share begins, so that a single dear item is an A.
func classify(list []worth) map[string][]db.ID {
	slices.SortFunc(list, func(a, b worth) int { return cmp.Or(cmp.Compare(b.Value, a.Value), cmp.Compare(a.Item, b.Item)) })
	var total, before num.Dec
	for _, w := range list {
		total += w.Value
	}
	out := map[string][]db.ID{}
	for _, w := range list {
		class := "C"
		switch {
		case w.Value > 0 && before < total/100*80:
			class = "A"
		case w.Value > 0 && before < total/100*95:
			class = "B"
		}
		out[class] = append(out[class], w.Item)
		before += w.Value
	}
	return out
}

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

// Recount asks for lines to be counted once more.
type Recount struct {
	Lines []db.ID `json:"lines,omitempty" maxItems:"5000" doc:"Line ids; default all that differ from the books"`
}

// RecountAsked says how many lines.
type RecountAsked struct {
	Number string `json:"number"`
	Lines  int64  `json:"lines"`
}

// Recount carries out a Recount.
func (m *Module) Recount(ctx context.Context, tx *db.Tx, number string, in Recount) (RecountAsked, error) {
	out := RecountAsked{Number: number}
	c, err := countByNumber(ctx, tx, number, true)
	if err != nil {
		return out, err
	}
	if len(in.Lines) == 0 {
		out.Lines, err = tx.Exec(ctx, `UPDATE inv_count_line SET again = TRUE WHERE count_id = $1 AND rounds > 0 AND counted <> book AND again = FALSE`, c.ID)
	}
	for part := range slices.Chunk(in.Lines, 500) {
		var w db.Where
		w.And("count_id = ?", c.ID)
		w.And("rounds > 0")
		db.In(&w, "id", part)
		n, err := tx.Exec(ctx, `UPDATE inv_count_line SET again = TRUE`+w.String(), w.Args...)
		if err != nil {
			return out, err
		}
		out.Lines += n
	}
	if err != nil {
		return out, err
	}
	if out.Lines == 0 {
		return out, fault.Conflict("inventory.count_agrees", "no counted line differs from the books").With("number", number)
	}
	tx.Emit(db.Event{Name: EventRecount, Subject: "count:" + c.Number, Site: c.Site, Payload: out})
	return out, nil
}

// ApproveCount corrects the stock by what was found.
type ApproveCount struct {
	Reason string `json:"reason,omitempty" maxLength:"500"`
	Rest   bool   `json:"rest,omitempty" doc:"Lines that nobody counted stay as the books say"`
}

// CountApproved says what was corrected.
type CountApproved struct {
	Number    string `json:"number"`
	Document  string `json:"document" doc:"Stock document of the corrections; empty when all agreed"`
	Corrected int    `json:"corrected" doc:"Lines whose stock was corrected"`
}

// ApproveCount carries out an ApproveCount. Each line changes the stock by its difference, so what was moved since the
// line was counted stays moved.
func (m *Module) ApproveCount(ctx context.Context, tx *db.Tx, number string, in ApproveCount) (CountApproved, error) {
	out := CountApproved{Number: number}
	c, err := countByNumber(ctx, tx, number, true)
	if err != nil {
		return out, err
	}
	lines, err := db.All[countLine](ctx, tx, `SELECT `+countLineColumns+` FROM inv_count_line WHERE count_id = $1 ORDER BY id`, c.ID)
	if err != nil {
		return out, err
	}
	var differ []countLine
	open := 0
	for _, l := range lines {
		switch {
		case l.Rounds == 0 || l.Again:
			open++
		case l.Counted != l.Book:
			differ = append(differ, l)
		}
	}
	if open > 0 && !in.Rest {
		return out, fault.Conflict("inventory.count_open", "%d lines are not counted yet", open).With("number", number).With("open", open)
	}
	swapped, err := piecesCounted(ctx, tx, lines)
	if err != nil {
		return out, err
	}
	var seen []countedAt
	for _, l := range lines {
		if l.Rounds > 0 && !l.Again {
			seen = append(seen, countedAt{l.Item, l.Location, l.Lot})
		}
	}
	if len(seen) > 0 {
		if err := m.countedOwed(ctx, tx, Doc{Kind: "count", ID: c.ID, Number: c.Number, Site: c.Site, Reason: in.Reason}, seen); err != nil {
			return out, err
		}
	}
	if len(differ)+len(swapped) > 0 {
		doc, err := enterAt(ctx, tx, "count", c.Site)
		if err != nil {
			return out, err
		}
		if doc.Reason = strings.TrimSpace(in.Reason); doc.Reason == "" {
			doc.Reason = c.Number
		}
		if err := doc.write(ctx, tx, 0); err != nil {
			return out, err
		}
		out.Document = doc.Number
		if err := m.correct(ctx, tx, doc, lines, swapped); err != nil {
			return out, err
		}
	}
	n, err := tx.Exec(ctx, `UPDATE inv_count SET approved_ms = $1, approved_by = $2, reason = $3, document = $4 WHERE id = $5 AND approved_ms = 0 AND cancelled_ms = 0`,
		tx.NowMS(), actor.From(ctx).Name, strings.TrimSpace(in.Reason), out.Document, c.ID)
	if err != nil {
		return out, err
	}
	if n == 0 {
		return out, db.ErrRetry
	}
	tx.Emit(db.Event{Name: EventCountApproved, Subject: "count:" + c.Number, Site: c.Site, Reason: in.Reason,
		Payload: CountTold{Number: c.Number, Scope: c.Scope, Lines: len(lines), Differ: len(differ), Document: out.Document}})
	out.Corrected = len(differ)
	return out, nil
}

type swapped struct{ missing, extra []string }

// piecesCounted reads which pieces were missing or found, by line, of the last round of each.
func piecesCounted(ctx context.Context, q db.Querier, lines []countLine) (map[db.ID]swapped, error) {
	type found struct {
		Line    db.ID  `db:"line_id"`
		Missing string `db:"missing"`
		Extra   string `db:"extra"`
	}
	out := map[db.ID]swapped{}
	for part := range slices.Chunk(lines, 500) {
		ids := make([]db.ID, 0, len(part))
		for _, l := range part {
			if l.Rounds > 0 && !l.Again {
				ids = append(ids, l.ID)
			}
		}
		if len(ids) == 0 {
			continue
		}
		var w db.Where
		db.In(&w, "c.line_id", ids)
		w.And("(c.missing <> '' OR c.extra <> '')")
		w.And("c.round = l.rounds")
		if err := db.Each(ctx, q, `SELECT c.line_id, c.missing, c.extra FROM inv_counted c JOIN inv_count_line l ON l.id = c.line_id`+w.String(), w.Args, func(f *found) error {
			out[f.Line] = swapped{splitList(f.Missing), splitList(f.Extra)}
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func splitList(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

// correct writes the differences: what is missing leaves, available goods before held ones; what was found comes in.
func (m *Module) correct(ctx context.Context, tx *db.Tx, doc Doc, lines []countLine, pieces map[db.ID]swapped) error {
	var ids []db.ID
	for _, l := range lines {
		if l.Rounds > 0 && !l.Again && (l.Counted < l.Book || len(pieces[l.ID].missing) > 0) {
			ids = append(ids, l.Item)
		}
	}
	have := map[string][]*row{}
	for _, status := range []string{Available, Held} {
		rows, err := readRows(ctx, tx, source{Stock, 0, status}, doc.Site, slices.Clone(ids), allSlots)
		if err != nil {
			return err
		}
		have[status] = rows
	}
	c := correction{lines: lines, have: have}
	for _, l := range lines {
		if l.Rounds == 0 || l.Again {
			continue
		}
		var err error
		if p, ok := pieces[l.ID]; ok {
			err = c.pieces(ctx, tx, &l, p)
		} else {
			err = c.heap(ctx, tx, &l)
		}
		if err != nil {
			return err
		}
	}
	for i := range c.takes {
		if c.takes[i].promised { // what is not there keeps no promise
			if err := m.makeRoom(ctx, tx, doc, &c.takes[i].Take, "count"); err != nil {
				return err
			}
		}
	}
	if len(c.takes) > 0 {
		takes := make([]Take, len(c.takes))
		for i, t := range c.takes {
			takes[i] = t.Take
		}
		if _, err := m.Move(ctx, tx, doc, Place{Kind: Adjust}, takes...); err != nil {
			return err
		}
	}
	for _, b := range c.brought {
		if _, err := m.moveInto(ctx, tx, doc, b.to, b.into, []Take{b.take}); err != nil {
			return err
		}
	}
	if len(c.puts) == 0 {
		return nil
	}
	_, err := m.Put(ctx, tx, doc, Place{Kind: Adjust}, c.puts...)
	return err
}

// correction is what a stock-take changes.
type correction struct {
	lines   []countLine
	have    map[string][]*row // by status
	takes   []missingTake
	puts    []Put
	brought []brought // pieces that the books have elsewhere
}

type missingTake struct {
	Take
	promised bool
}

type brought struct {
	to   Place
	into db.ID
	take Take
}

func (l *countLine) in() db.ID {
	if l.Container == 0 {
		return Loose
	}
	return l.Container
}

// pieces: those that are missing leave, those that were found come in, from where the books have them if they do.
func (c *correction) pieces(ctx context.Context, tx *db.Tx, l *countLine, p swapped) error {
	at := Place{Stock, l.Location}
	missing, err := pieceNumbers(p.missing)
	if err != nil {
		return err
	}
	extra, err := pieceNumbers(p.extra)
	if err != nil {
		return err
	}
	by, err := lookUp(ctx, tx, l.Item, append(slices.Clone(missing), extra...), unpublished)
	if err != nil {
		return err
	}
	of := map[string][]string{}
	promised := false
	for _, n := range missing {
		of[by[n].Status] = append(of[by[n].Status], n)
		promised = promised || by[n].Reservation != 0
	}
	for _, status := range []string{Available, Held} {
		if n := len(of[status]); n > 0 {
			c.takes = append(c.takes, missingTake{Take{Item: l.Item, Qty: num.Int(int64(n)), Serials: of[status], From: at, In: l.in(), Status: status}, promised})
		}
	}
	type heap struct {
		ref, in db.ID
		status  string
	}
	elsewhere := map[heap][]string{}
	var fresh []string
	for _, n := range extra {
		if was, known := by[n]; known && was.Kind == Stock {
			h := heap{was.Ref, was.Container, was.Status}
			elsewhere[h] = append(elsewhere[h], n)
			continue
		}
		fresh = append(fresh, n)
	}
	for h, numbers := range elsewhere {
		in := h.in
		if in == 0 {
			in = Loose
		}
		c.brought = append(c.brought, brought{at, l.Container, Take{Item: l.Item, Qty: num.Int(int64(len(numbers))), Serials: numbers, From: Place{Stock, h.ref}, In: in, Status: h.status}})
	}
	if len(fresh) > 0 {
		c.puts = append(c.puts, Put{Item: l.Item, Qty: num.Int(int64(len(fresh))), Lot: l.Lot, Serials: fresh, To: at, Into: l.Container})
	}
	return nil
}

// heap: goods without serial numbers.
func (c *correction) heap(ctx context.Context, tx *db.Tx, l *countLine) error {
	at := Place{Stock, l.Location}
	if l.Counted > l.Book {
		c.puts = append(c.puts, Put{Item: l.Item, Qty: l.Counted - l.Book, Lot: l.Lot, To: at, Into: l.Container})
	}
	short := l.Book - l.Counted
	for _, status := range []string{Available, Held} {
		var here, reserved num.Dec
		t := Take{Item: l.Item, Lot: l.Lot, NoLot: l.Lot == "", From: at, In: l.in(), Status: status}
		for _, r := range c.have[status] {
			if r.Item == l.Item && t.matches(r) {
				here += r.Qty
				reserved += r.Reserved
			}
		}
		if t.Qty = min(short, here); t.Qty > 0 {
			c.takes = append(c.takes, missingTake{t, t.Qty > here-reserved})
			short -= t.Qty
		}
	}
	if short <= 0 {
		return nil
	}
	it, err := masterdata.ItemByID(ctx, tx, l.Item)
	if err != nil {
		return err
	}
	loc, err := masterdata.LocationByID(ctx, tx, l.Location)
	if err != nil {
		return err
	}
	return fault.Conflict("inventory.count_moved", "%s %s of %s that were missing at %s have left it since; count that line again", short, it.UoM, it.Code, loc.Code).
		With("item", it.Code).With("name", it.Name).With("location", loc.Code).With("short", short).With("uom", it.UoM)
}

// CancelCount throws a stock-take away; what was counted stays on record.
type CancelCount struct {
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

// CancelCount carries out a CancelCount.
func (m *Module) CancelCount(ctx context.Context, tx *db.Tx, number string, in CancelCount) (CountStarted, error) {
	c, err := countByNumber(ctx, tx, number, true)
	if err != nil {
		return CountStarted{}, err
	}
	if _, err := tx.Exec(ctx, `UPDATE inv_count SET cancelled_ms = $1, reason = $2 WHERE id = $3 AND approved_ms = 0 AND cancelled_ms = 0`, tx.NowMS(), strings.TrimSpace(in.Reason), c.ID); err != nil {
		return CountStarted{}, err
	}
	tx.Emit(db.Event{Name: EventCountCancelled, Subject: "count:" + c.Number, Site: c.Site, Reason: in.Reason, Payload: CountTold{Number: c.Number, Scope: c.Scope}})
	return CountStarted{Number: c.Number}, nil
}
