package quality

import (
	"context"
	"slices"
	"strings"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
)

// Judge says yes or no to a quantity.
type Judge struct {
	Inspection string  `json:"inspection" minLength:"1" maxLength:"64" doc:"Inspection number"`
	Passed     num.Dec `json:"passed,omitempty"`
	Failed     num.Dec `json:"failed,omitempty"`
	Reason     string  `json:"reason,omitempty" maxLength:"500" doc:"Needed when pieces failed"`
	Note       string  `json:"note,omitempty" maxLength:"500"`

	PassedSerials []string `json:"passed_serials,omitempty" maxItems:"10000" doc:"Of pieces with serial numbers; ranges such as SN0001..SN0100 will do. Not needed when all that waits is judged and the failed ones are named"`
	FailedSerials []string `json:"failed_serials,omitempty" maxItems:"10000"`

	Then string `json:"then,omitempty" enum:"rework,scrap" doc:"What becomes of pieces that failed at an operation; empty = rework"`
}

// Judged is a judgement, or its reversal with negative quantities.
type Judged struct {
	ID       db.ID   `json:"id" doc:"Names the judgement for an undo"`
	Number   string  `json:"number"`
	Kind     string  `json:"kind"`
	ItemID   db.ID   `json:"item_id"`
	LotID    db.ID   `json:"lot_id"`
	OrderID  db.ID   `json:"order_id"`
	DocKind  string  `json:"doc_kind"`
	DocID    db.ID   `json:"doc_id"`
	Site     db.ID   `json:"site_id"`
	Passed   num.Dec `json:"passed"`
	Failed   num.Dec `json:"failed"`
	Reason   string  `json:"reason,omitempty"`
	Note     string  `json:"note,omitempty"`
	Open     num.Dec `json:"open" doc:"What still waits for a judgement"`
	Status   string  `json:"status" enum:"open,judged,cancelled"`
	Reverses db.ID   `json:"reverses,omitempty"`

	PassedSerials []string `json:"passed_serials,omitempty" doc:"As ranges"`
	FailedSerials []string `json:"failed_serials,omitempty" doc:"As ranges"`

	Then string `json:"then,omitempty" doc:"Of pieces that failed at an operation: rework or scrap"`
}

type judgementRow struct {
	ID         db.ID   `db:"id"`
	Key        string  `db:"key"`
	Inspection db.ID   `db:"inspection_id"`
	Passed     num.Dec `db:"passed"`
	Failed     num.Dec `db:"failed"`
	Reason     string  `db:"reason"`
	Note       string  `db:"note"`
	Happened   int64   `db:"happened_ms"`
	Recorded   int64   `db:"recorded_ms"`
	Worker     db.ID   `db:"worker_id"`
	Actor      string  `db:"actor"`
	Reverses   db.ID   `db:"reverses"`

	good, bad []string // pieces, as ranges
	then      string
}

// Judge records a judgement of all or a part of what waits.
func (m *Module) Judge(ctx context.Context, tx *db.Tx, in Judge) (Judged, error) {
	i, err := byNumber(ctx, tx, in.Inspection)
	if err != nil {
		return Judged{}, err
	}
	item, err := masterdata.ItemByID(ctx, tx, i.Item)
	if err != nil {
		return Judged{}, err
	}
	n := in.Passed + in.Failed
	switch {
	case in.Passed < 0 || in.Failed < 0 || n <= 0 || in.Passed > num.Max || in.Failed > num.Max:
		return Judged{}, fault.Invalid("quality.qty_not_positive", "say how many pieces passed and how many failed")
	case !in.Passed.Fits(item.Decimals) || !in.Failed.Fits(item.Decimals):
		return Judged{}, fault.Invalid("quality.decimals", "quantities of %s have at most %d decimals", item.Code, item.Decimals).With("item", item.Code).With("decimals", item.Decimals)
	case in.Failed > 0 && in.Reason == "":
		return Judged{}, fault.Invalid("quality.reason_missing", "say why %s pieces failed", in.Failed).With("qty", in.Failed)
	case i.Status == "cancelled":
		return Judged{}, fault.Conflict("quality.cancelled", "inspection %s was cancelled: its report was undone", i.Number).With("number", i.Number)
	case n > i.open():
		return Judged{}, fault.Conflict("quality.over_judged", "only %s pieces of %s wait for a judgement, not %s", i.open(), i.Number, n).
			With("number", i.Number).With("remaining", i.open()).With("qty", n)
	}
	r := judgementRow{ID: tx.ID(), Passed: in.Passed, Failed: in.Failed, Reason: in.Reason, Note: in.Note}
	if in.Failed > 0 && (i.Kind == "first" || i.Kind == "each") {
		if r.then = in.Then; r.then == "" {
			r.then = "rework"
		}
	}
	if (i.Kind == "incoming" || i.Kind == "return") && item.Tracking == "serial" {
		if r.good, r.bad, err = m.pieces(ctx, tx, &i, item, &in); err != nil {
			return Judged{}, err
		}
	}
	return m.book(ctx, tx, &i, r)
}

// UndoJudgement takes a judgement back.
type UndoJudgement struct {
	Judgement db.ID  `json:"judgement" doc:"Identifier that the judgement answered"`
	Reason    string `json:"reason" minLength:"1" maxLength:"500"`
}

// UndoJudgement mirrors a judgement while nothing was built on it.
func (m *Module) UndoJudgement(ctx context.Context, tx *db.Tx, in UndoJudgement) (Judged, error) {
	type row struct {
		Number   string  `db:"number"`
		Passed   num.Dec `db:"passed"`
		Failed   num.Dec `db:"failed"`
		Reverses db.ID   `db:"reverses"`
		Good     string  `db:"passed_serials"`
		Bad      string  `db:"failed_serials"`
		Reversed bool    `db:"reversed"`
	}
	j, ok, err := db.Get[row](ctx, tx, `SELECT i.number, j.passed, j.failed, j.reverses, j.passed_serials, j.failed_serials, EXISTS (SELECT 1 FROM qa_judgement x WHERE x.reverses = j.id AND x.reverses <> 0) AS reversed
		FROM qa_judgement j JOIN qa_inspection i ON i.id = j.inspection_id WHERE j.id = $1`, in.Judgement)
	if err != nil {
		return Judged{}, err
	}
	if !ok {
		return Judged{}, fault.NotFound("quality.judgement_unknown", "there is no such judgement")
	}
	if j.Reversed || j.Reverses != 0 {
		return Judged{}, fault.Conflict("quality.undone_already", "this judgement was already undone").With("number", j.Number)
	}
	i, err := byNumber(ctx, tx, j.Number)
	if err != nil {
		return Judged{}, err
	}
	for _, g := range m.Guards {
		if err := g(ctx, tx, Reversal{i.Kind, i.Order, i.Lot, j.Passed, j.Failed}); err != nil {
			return Judged{}, err
		}
	}
	return m.book(ctx, tx, &i, judgementRow{ID: tx.ID(), Passed: -j.Passed, Failed: -j.Failed, Reason: in.Reason, Reverses: in.Judgement, good: list(j.Good), bad: list(j.Bad)})
}

// book writes the fact, its sum and the news. The WHERE of the sum is the lock.
func (m *Module) book(ctx context.Context, tx *db.Tx, i *inspection, r judgementRow) (Judged, error) {
	a := actor.From(ctx)
	if r.Key = tx.Key(); r.Key == "" {
		r.Key = r.ID.String()
	}
	r.Inspection, r.Happened, r.Recorded, r.Worker, r.Actor = i.ID, tx.NowMS(), tx.NowMS(), db.ID(a.WorkerID), a.Name
	n, err := tx.Exec(ctx, `INSERT INTO qa_judgement (id, key, inspection_id, passed, failed, reason, note, happened_ms, recorded_ms, worker_id, actor, reverses, passed_serials, failed_serials, then_do)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (key) DO NOTHING`,
		r.ID, r.Key, r.Inspection, r.Passed, r.Failed, r.Reason, r.Note, r.Happened, r.Recorded, r.Worker, r.Actor, r.Reverses, strings.Join(r.good, ","), strings.Join(r.bad, ","), r.then)
	if err != nil {
		return Judged{}, err
	}
	if n == 0 {
		return Judged{}, fault.Conflict("quality.already_recorded", "this was recorded already; nothing was booked twice").With("number", i.Number)
	}
	n, err = tx.Exec(ctx, `UPDATE qa_inspection SET passed = passed + $1, failed = failed + $2, judged_ms = $3
		WHERE id = $4 AND passed = $5 AND failed = $6 AND cancelled_ms = 0`, r.Passed, r.Failed, tx.NowMS(), i.ID, i.Passed, i.Failed)
	if err != nil {
		return Judged{}, err
	}
	if n == 0 {
		return Judged{}, db.ErrRetry
	}
	out := Judged{ID: r.ID, Number: i.Number, Kind: i.Kind, ItemID: i.Item, LotID: i.Lot, OrderID: i.Order, DocKind: i.DocKind, DocID: i.DocID, Site: i.Site,
		Passed: r.Passed, Failed: r.Failed, Reason: r.Reason, Note: r.Note, Open: i.open() - r.Passed - r.Failed, Status: "open", Reverses: r.Reverses, PassedSerials: r.good, FailedSerials: r.bad, Then: r.then}
	name := EventJudged
	if r.Reverses != 0 {
		name = EventUndone
	}
	if out.Open == 0 {
		out.Status = "judged"
	}
	for _, hear := range m.OnJudged {
		if err := hear(ctx, tx, out); err != nil {
			return Judged{}, err
		}
	}
	tx.Emit(db.Event{Name: name, Subject: "insp:" + i.Number, Site: i.Site, Reason: r.Reason, Payload: out})
	return out, nil
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

// pieces says which pieces are judged how. Failed ones must be named; those that pass need not be when they are all
// the others that wait.
func (m *Module) pieces(ctx context.Context, tx *db.Tx, i *inspection, item masterdata.Item, in *Judge) (good, bad []string, err error) {
	if in.PassedSerials, err = inventory.Pieces(in.PassedSerials); err != nil {
		return nil, nil, err
	}
	if in.FailedSerials, err = inventory.Pieces(in.FailedSerials); err != nil {
		return nil, nil, err
	}
	waiting, err := m.waiting(ctx, tx, i)
	if err != nil {
		return nil, nil, err
	}
	take := func(numbers []string) error {
		for _, n := range numbers {
			if !waiting[n] {
				return fault.Invalid("quality.serial_not_here", "serial %s does not wait for inspection %s", n, i.Number).With("serial", n).With("number", i.Number)
			}
			delete(waiting, n)
		}
		return nil
	}
	if err := take(in.FailedSerials); err != nil {
		return nil, nil, err
	}
	if err := take(in.PassedSerials); err != nil {
		return nil, nil, err
	}
	if len(in.PassedSerials) == 0 && in.Passed == num.Int(int64(len(waiting))) {
		for n := range waiting {
			in.PassedSerials = append(in.PassedSerials, n)
		}
	}
	for _, x := range []struct {
		qty  num.Dec
		list []string
	}{{in.Passed, in.PassedSerials}, {in.Failed, in.FailedSerials}} {
		if num.Int(int64(len(x.list))) != x.qty {
			return nil, nil, fault.Invalid("quality.serials_needed", "say which %s pieces of %s", x.qty, item.Code).With("item", item.Code).With("qty", x.qty)
		}
	}
	return inventory.Ranges(in.PassedSerials), inventory.Ranges(in.FailedSerials), nil
}

// waiting are the pieces of an inspection that nobody has judged.
func (m *Module) waiting(ctx context.Context, q db.Querier, i *inspection) (map[string]bool, error) {
	all, err := inventory.PiecesOf(ctx, q, i.DocKind, i.DocID, i.Lot)
	if err != nil {
		return nil, err
	}
	out := make(map[string]bool, len(all))
	for _, n := range all {
		out[n] = true
	}
	type judged struct {
		Good string `db:"passed_serials"`
		Bad  string `db:"failed_serials"`
	}
	js, err := db.All[judged](ctx, q, `SELECT j.passed_serials, j.failed_serials FROM qa_judgement j WHERE j.inspection_id = $1 AND j.reverses = 0
		AND NOT EXISTS (SELECT 1 FROM qa_judgement x WHERE x.reverses = j.id AND x.reverses <> 0)`, i.ID)
	for _, j := range js {
		numbers, err := inventory.Pieces(slices.Concat(list(j.Good), list(j.Bad)))
		if err != nil {
			return nil, err
		}
		for _, n := range numbers {
			delete(out, n)
		}
	}
	return out, err
}

// FailedPieces are the pieces that a document's goods failed with, by number.
func (m *Module) FailedPieces(ctx context.Context, q db.Querier, docKind string, doc db.ID) ([]string, error) {
	texts, err := db.All[string](ctx, q, `SELECT j.failed_serials FROM qa_judgement j JOIN qa_inspection i ON i.id = j.inspection_id WHERE i.doc_id = $1 AND i.doc_kind = $2 AND j.reverses = 0 AND j.failed_serials <> ''
		AND NOT EXISTS (SELECT 1 FROM qa_judgement x WHERE x.reverses = j.id AND x.reverses <> 0) ORDER BY j.recorded_ms, j.id`, doc, docKind)
	var out []string
	for _, t := range texts {
		numbers, err := inventory.Pieces(list(t))
		if err != nil {
			return nil, err
		}
		out = append(out, numbers...)
	}
	return out, err
}
