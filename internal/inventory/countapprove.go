package inventory

import (
	"context"
	"slices"
	"strings"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

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
