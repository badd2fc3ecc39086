package sales

import (
	"context"
	"net/url"
	"strings"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/notice"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// Reallocation is what an order gets when stock is shared anew by priority, and who loses what.
type Reallocation struct {
	Order string        `json:"order"`
	Lines []Reallocated `json:"lines"`
	Loses []Loss        `json:"loses" doc:"Lots that later or lower orders give up, the last of them first"`
	Soft  []SoftLine    `json:"soft,omitempty" doc:"Lines due too far ahead to hold stock"`
}

// Reallocated is what becomes of one line.
type Reallocated struct {
	Line  int64   `json:"line"`
	Item  string  `json:"item"`
	Need  num.Dec `json:"need" doc:"What it has not been promised yet"`
	Free  num.Dec `json:"free" doc:"From stock that nobody holds"`
	Taken num.Dec `json:"taken" doc:"From what others hold"`
	Short num.Dec `json:"short" doc:"Still missing then"`
}

// Loss is what one line gives up.
type Loss struct {
	Order    string   `json:"order"`
	Line     int64    `json:"line"`
	Customer string   `json:"customer"`
	Item     string   `json:"item"`
	Lot      string   `json:"lot"`
	Qty      num.Dec  `json:"qty"`
	Serials  []string `json:"serials,omitempty"`
	Due      string   `json:"due"`
	Priority int64    `json:"priority"`
	For      int64    `json:"for_line" doc:"The line that takes it"`
}

// holder is a line that holds lots which the order may take.
type holder struct {
	line
	Order    db.ID  `db:"order_id"`
	Number   string `db:"number"`
	Site     db.ID  `db:"site_id"`
	Partner  db.ID  `db:"customer_id"`
	Customer string `db:"customer"`
}

// grab is what a line of the order takes from one holder.
type grab struct {
	from holder
	lots []inventory.Picked
}

type regrab struct {
	line
	item masterdata.Item
	free num.Dec
	from []grab
}

// lasts are the lines that hold usable lots of the items at the site, the least urgent first. What stands on a pick
// list is being fetched by somebody: it stays.
func lasts(ctx context.Context, q db.Querier, o order, items []db.ID, today string) ([]holder, error) {
	var w db.Where
	w.And("l.order_id <> ?", o.ID)
	w.And("o.site_id = ?", o.Site)
	db.In(&w, "l.item_id", items)
	w.And(`EXISTS (SELECT 1 FROM v_reservation r WHERE r.doc_id = l.id AND r.doc_kind = 'so_line')`)
	w.And(`NOT EXISTS (SELECT 1 FROM v_reservation r LEFT JOIN v_lot t ON t.id = r.lot_id WHERE r.doc_id = l.id AND r.doc_kind = 'so_line' AND (t.status = 'hold' OR t.expires_on <= ?))`, today)
	w.And(`NOT EXISTS (SELECT 1 FROM so_pick_line x JOIN so_pick p ON p.id = x.pick_id WHERE x.line_id = l.id AND p.cancelled_ms = 0)`)
	return db.All[holder](ctx, q, `SELECT o.id AS order_id, o.number, o.site_id, o.customer_id, coalesce(c.name, '') AS customer, `+of("l", lineColumns)+`
		FROM so_line l JOIN so_order o ON o.id = l.order_id LEFT JOIN v_partner c ON c.id = o.customer_id`+w.String()+` ORDER BY l.priority DESC, l.due DESC, l.id DESC`, w.Args...)
}

// of names the columns of one table.
func of(table, columns string) string {
	return table + "." + strings.ReplaceAll(columns, ", ", ", "+table+".")
}

// before says whether a line goes before another: the smaller number first, then the earlier due day.
func (l line) before(other line) bool {
	return l.Priority < other.Priority || l.Priority == other.Priority && l.Due < other.Due
}

func (m *Module) regrabs(ctx context.Context, q db.Querier, o order, today string) ([]regrab, Reallocation, error) {
	out := Reallocation{Order: o.Number, Lines: []Reallocated{}, Loses: []Loss{}}
	if o.Cancelled > 0 {
		return nil, out, fault.Conflict("sales.cancelled", "order %s is cancelled", o.Number).With("number", o.Number)
	}
	last, days, err := m.Inventory.ReserveWindow(ctx, q)
	if err != nil {
		return nil, out, err
	}
	lines, err := linesOf(ctx, q, o.ID)
	if err != nil {
		return nil, out, err
	}
	var all []regrab
	var items []db.ID
	need := map[db.ID]num.Dec{}
	for _, l := range lines {
		if l.Closed > 0 || l.Supply == "make" {
			continue
		}
		if need[l.ID], err = m.unpromised(ctx, q, l); err != nil {
			return nil, out, err
		}
		if need[l.ID] <= 0 {
			continue
		}
		item, err := masterdata.ItemByID(ctx, q, l.Item)
		if err != nil {
			return nil, out, err
		}
		if l.Due > last {
			out.Soft = append(out.Soft, SoftLine{l.Line, item.Code, need[l.ID], inventory.ReserveFrom(l.Due, days)})
			continue
		}
		all, items = append(all, regrab{line: l, item: item}), append(items, l.Item)
	}
	if len(all) == 0 {
		return nil, out, nil
	}
	free, err := m.Inventory.OnHands(ctx, q, o.Site, items, "")
	if err != nil {
		return nil, out, err
	}
	holders, err := lasts(ctx, q, o, items, today)
	if err != nil {
		return nil, out, err
	}
	left := map[db.ID][]inventory.Picked{} // of each holder, what nobody has taken yet
	for i := range all {
		g := &all[i]
		want, level := need[g.ID], free[g.Item]
		g.free = min(want, max(level.Available, 0))
		level.Available -= g.free
		free[g.Item] = level
		want -= g.free
		told := Reallocated{Line: g.Line, Item: g.item.Code, Need: need[g.ID], Free: g.free}
		for _, h := range holders {
			if want <= 0 {
				break
			}
			if h.Item != g.Item || !g.before(h.line) {
				continue
			}
			have, seen := left[h.ID]
			if !seen {
				if have, err = m.Inventory.Reserved(ctx, q, "so_line", h.ID); err != nil {
					return nil, out, err
				}
			}
			var sum num.Dec
			for _, p := range have {
				sum += p.Qty
			}
			keep, lots := divide(have, sum-min(sum, want)) // what keeps longest goes first
			left[h.ID] = keep
			for _, p := range lots {
				want -= p.Qty
				told.Taken += p.Qty
				out.Loses = append(out.Loses, Loss{h.Number, h.Line, h.Customer, g.item.Code, p.LotNumber, p.Qty, p.Serials, h.Due, h.Priority, g.Line})
			}
			if len(lots) > 0 {
				g.from = append(g.from, grab{h, lots})
			}
		}
		told.Short = want
		out.Lines = append(out.Lines, told)
	}
	return all, out, nil
}

// PreviewReallocation thinks Reallocate through and writes nothing.
func (m *Module) PreviewReallocation(ctx context.Context, q db.Querier, number string) (Reallocation, error) {
	o, err := orderByNumber(ctx, q, number)
	if err != nil {
		return Reallocation{}, err
	}
	_, out, err := m.regrabs(ctx, q, o, m.Inventory.Today(q))
	return out, err
}

// Reallocate promises stock to an order by priority: what is free first, then what lines of a lower priority, or of the
// same one and due later, hold; the least urgent gives first. Each loser is told on its own time line and waits softly
// for the next stock.
func (m *Module) Reallocate(ctx context.Context, tx *db.Tx, number string, in Undo) (Reallocation, error) {
	if in.Reason == "" {
		return Reallocation{}, fault.Invalid("sales.reason_missing", "a reason is required")
	}
	o, err := orderByNumber(ctx, tx, number)
	if err != nil {
		return Reallocation{}, err
	}
	all, out, err := m.regrabs(ctx, tx, o, tx.Today())
	if err != nil {
		return out, err
	}
	got := Allocated{Order: number, Picks: []AllocatedLot{}, Short: []ShortLine{}, Soft: out.Soft}
	for i, g := range all {
		if g.free > 0 {
			picks, _, err := m.allocateLine(ctx, tx, o, g.line, g.free)
			if err != nil {
				return out, err
			}
			got.Picks = append(got.Picks, lotsOf(g.Line, g.item.Code, picks)...)
		}
		for _, f := range g.from {
			var give num.Dec
			for _, p := range f.lots {
				give += p.Qty
			}
			have, err := m.Inventory.Reserved(ctx, tx, "so_line", f.from.ID)
			if err != nil {
				return out, err
			}
			var sum num.Dec
			for _, p := range have {
				sum += p.Qty
			}
			loser := order{ID: f.from.Order, Number: f.from.Number, Site: f.from.Site, Customer: f.from.Partner}
			if _, err := m.keepPromise(ctx, tx, loser, f.from.line, sum-give); err != nil {
				return out, err
			}
			if err := m.promise(ctx, tx, o, g.line, f.lots); err != nil {
				return out, err
			}
			setSoft(tx, f.from.line, true)
			got.Picks = append(got.Picks, lotsOf(g.Line, g.item.Code, f.lots)...)
		}
		if s := out.Lines[i].Short; s > 0 {
			got.Short = append(got.Short, ShortLine{g.Line, g.item.Code, s})
			setSoft(tx, g.line, true)
		} else {
			setSoft(tx, g.line, false)
		}
	}
	// no partner: whose goods another customer's order took is the factory's own business
	for _, n := range losers(out.Loses) {
		tell := Reallocation{Order: number, Lines: []Reallocated{}}
		for _, l := range out.Loses {
			if l.Order == n {
				tell.Loses = append(tell.Loses, l)
			}
		}
		tx.Emit(db.Event{Name: "sales.allocation_lost", Subject: "so:" + n, Site: o.Site, Reason: in.Reason, Payload: tell})
		err := notice.Tell(ctx, tx, NoticeLost, notice.News{Site: o.Site, Key: n + "|" + number, Link: "/sales/orders/" + url.PathEscape(n), Severity: notice.Warning,
			Params: map[string]string{"order": n, "customer": tell.Loses[0].Customer, "by": number, "what": lostWords(tell.Loses), "reason": in.Reason}})
		if err != nil {
			return out, err
		}
	}
	tellAllocated(tx, o, in.Reason, got)
	if len(out.Loses) > 0 {
		tx.Emit(db.Event{Name: "sales.reallocated", Subject: "so:" + number, Site: o.Site, Reason: in.Reason, Payload: out})
	}
	return out, nil
}

// NoticeLost tells who sells that an order has lost stock to a more urgent one.
var NoticeLost = notice.Kind{Code: "sales.allocation_lost", Perm: "sales.create", Mail: notice.Daily,
	Title: fault.Text{Zh: "库存被更急的订单占用", En: "An order lost stock to a more urgent one"},
	Text:  fault.Text{Zh: "{order}（{customer}）的 {what} 让给了 {by}：{reason}", En: "{order} ({customer}) lost {what} to {by}: {reason}"}}

// Notices are the kinds of news that this room has.
var Notices = []notice.Kind{NoticeLost}

// lostWords sums up by item what an order loses.
func lostWords(ls []Loss) string {
	sum, items := map[string]num.Dec{}, []string{}
	for _, l := range ls {
		if _, seen := sum[l.Item]; !seen {
			items = append(items, l.Item)
		}
		sum[l.Item] += l.Qty
	}
	for i, it := range items {
		items[i] = it + " × " + sum[it].String()
	}
	return strings.Join(items, ", ")
}

func losers(ls []Loss) (out []string) {
	seen := map[string]bool{}
	for _, l := range ls {
		if !seen[l.Order] {
			seen[l.Order], out = true, append(out, l.Order)
		}
	}
	return out
}

// DueReserved sums up what the daily job did.
type DueReserved struct {
	Lines    int `json:"lines" doc:"Lines that have come near"`
	Reserved int `json:"reserved" doc:"Lines that hold all that they need now"`
	Short    int `json:"short" doc:"Lines that still wait for stock"`
}

// ReserveDue promises lots to the lines that were promised softly and have come into the window: the smaller priority
// number first, then the earlier due day. What finds no stock is tried again the next day.
func (m *Module) ReserveDue(ctx context.Context, q db.Querier, do func(context.Context, func(*db.Tx) error) error) (DueReserved, error) {
	var out DueReserved
	last, _, err := m.Inventory.ReserveWindow(ctx, q)
	if err != nil {
		return out, err
	}
	due, err := db.All[db.ID](ctx, q, `SELECT l.id FROM so_line l JOIN so_order o ON o.id = l.order_id
		WHERE l.soft_ms > 0 AND l.due <= $1 AND l.cancelled_ms = 0 AND l.closed_ms = 0 AND o.cancelled_ms = 0 ORDER BY l.priority, l.due, l.id`, last)
	if err != nil {
		return out, err
	}
	for len(due) > 0 {
		part := due[:min(len(due), chunk)]
		due = due[len(part):]
		var done DueReserved
		if err := do(ctx, func(tx *db.Tx) (err error) {
			done, err = m.reserveDue(ctx, tx, part)
			return err
		}); err != nil {
			return out, err
		}
		out.Lines, out.Reserved, out.Short = out.Lines+done.Lines, out.Reserved+done.Reserved, out.Short+done.Short
	}
	return out, nil
}

func (m *Module) reserveDue(ctx context.Context, tx *db.Tx, ids []db.ID) (DueReserved, error) {
	type dueLine struct {
		line
		Order    db.ID  `db:"order_id"`
		Number   string `db:"number"`
		Site     db.ID  `db:"site_id"`
		Customer db.ID  `db:"customer_id"`
		Code     string `db:"code"`
	}
	var out DueReserved
	var w db.Where
	db.In(&w, "l.id", ids)
	w.And("l.soft_ms > 0 AND l.cancelled_ms = 0 AND l.closed_ms = 0 AND o.cancelled_ms = 0")
	lines, err := db.All[dueLine](ctx, tx, `SELECT o.id AS order_id, o.number, o.site_id, o.customer_id, i.code, `+of("l", lineColumns)+`
		FROM so_line l JOIN so_order o ON o.id = l.order_id JOIN v_item i ON i.id = l.item_id`+w.String()+` ORDER BY l.priority, l.due, l.id`, w.Args...)
	if err != nil {
		return out, err
	}
	told := map[string]*Allocated{}
	var turn []dueLine
	for _, l := range lines {
		o := order{ID: l.Order, Number: l.Number, Site: l.Site, Customer: l.Customer}
		picks, short, err := m.allocateLine(ctx, tx, o, l.line, l.Qty)
		if err != nil {
			return out, err
		}
		out.Lines++
		if short > 0 {
			out.Short++
		} else {
			out.Reserved++
			setSoft(tx, l.line, false)
		}
		if len(picks) == 0 {
			continue
		}
		if told[l.Number] == nil {
			told[l.Number] = &Allocated{Order: l.Number, Picks: []AllocatedLot{}, Short: []ShortLine{}}
			turn = append(turn, l)
		}
		a := told[l.Number]
		a.Picks = append(a.Picks, lotsOf(l.line.Line, l.Code, picks)...)
		if short > 0 {
			a.Short = append(a.Short, ShortLine{l.line.Line, l.Code, short})
		}
	}
	for _, l := range turn {
		tx.Emit(db.Event{Name: "sales.allocated", Subject: "so:" + l.Number, Site: l.Site, Partner: l.Customer, Payload: *told[l.Number]})
	}
	return out, nil
}
