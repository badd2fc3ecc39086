package quality

import (
	"context"

	"kaiwu/internal/inventory"
	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/num"
)

// Req asks for a quantity to be judged.
type Req struct {
	Kind    string        // final, incoming, first or each
	Doc     inventory.Doc // what asks: a report, a goods receipt
	Item    db.ID
	Lot     db.ID
	Qty     num.Dec
	OrderID db.ID
	Op      int64
}

// Requested is the payload of quality.requested and quality.cancelled.
type Requested struct {
	ID        db.ID   `json:"id"`
	Number    string  `json:"number"`
	Kind      string  `json:"kind"`
	ItemID    db.ID   `json:"item_id"`
	LotID     db.ID   `json:"lot_id"`
	OrderID   db.ID   `json:"order_id"`
	Op        int64   `json:"op"`
	Qty       num.Dec `json:"qty"`
	DocKind   string  `json:"doc_kind"`
	DocID     db.ID   `json:"doc_id"`
	DocNumber string  `json:"doc_number"`
}

type inspectionRow struct {
	ID        db.ID   `db:"id"`
	Number    string  `db:"number"`
	Kind      string  `db:"kind"`
	Site      db.ID   `db:"site_id"`
	Item      db.ID   `db:"item_id"`
	Lot       db.ID   `db:"lot_id"`
	Order     db.ID   `db:"order_id"`
	Op        int64   `db:"op"`
	Qty       num.Dec `db:"qty"`
	DocKind   string  `db:"doc_kind"`
	DocID     db.ID   `db:"doc_id"`
	DocNumber string  `db:"doc_number"`
	Requested int64   `db:"requested_ms"`
	By        string  `db:"requested_by"`
}

// Request opens an inspection and answers its number.
func (m *Module) Request(ctx context.Context, tx *db.Tx, r Req) (string, error) {
	if r.Qty <= 0 {
		return "", fault.Invalid("quality.qty_not_positive", "there is nothing to inspect")
	}
	number, err := tx.Number("insp")
	if err != nil {
		return "", err
	}
	row := inspectionRow{ID: tx.ID(), Number: number, Kind: r.Kind, Site: r.Doc.Site, Item: r.Item, Lot: r.Lot, Order: r.OrderID, Op: r.Op, Qty: r.Qty,
		DocKind: r.Doc.Kind, DocID: r.Doc.ID, DocNumber: r.Doc.Number, Requested: tx.NowMS(), By: actor.From(ctx).Name}
	if err := db.Insert(ctx, tx, "qa_inspection", row); err != nil {
		return "", err
	}
	tx.Emit(db.Event{Name: EventRequested, Subject: "insp:" + number, Site: row.Site, HappenedMS: r.Doc.HappenedMS, Payload: row.event()})
	return number, nil
}

func (r *inspectionRow) event() Requested {
	return Requested{r.ID, r.Number, r.Kind, r.Item, r.Lot, r.Order, r.Op, r.Qty, r.DocKind, r.DocID, r.DocNumber}
}

type inspection struct {
	inspectionRow
	Passed num.Dec `db:"passed"`
	Failed num.Dec `db:"failed"`
	Status string  `db:"status"`
}

func (i *inspection) open() num.Dec { return i.Qty - i.Passed - i.Failed }

const inspectionCols = `id, number, kind, site_id, item_id, lot_id, order_id, op, qty, passed, failed, doc_kind, doc_id, doc_number, requested_ms, requested_by, status`

// Cancel takes back what a document asked for; what has been judged is judged.
func (m *Module) Cancel(ctx context.Context, tx *db.Tx, docKind string, docID db.ID, reason string) error {
	all, err := db.All[inspection](ctx, tx, `SELECT `+inspectionCols+` FROM qa_inspection WHERE doc_id = $1 AND doc_kind = $2 AND status <> 'cancelled'`, docID, docKind)
	if err != nil {
		return err
	}
	for i := range all {
		r := &all[i]
		if r.Passed+r.Failed > 0 {
			return fault.Conflict("quality.judged_already", "inspection %s has judged these pieces; undo the judgement first", r.Number).With("number", r.Number)
		}
		n, err := tx.Exec(ctx, `UPDATE qa_inspection SET cancelled_ms = $1, cancel_reason = $2 WHERE id = $3 AND passed = 0 AND failed = 0 AND cancelled_ms = 0`, tx.NowMS(), reason, r.ID)
		if err != nil {
			return err
		}
		if n == 0 {
			return db.ErrRetry
		}
		tx.Emit(db.Event{Name: EventCancelled, Subject: "insp:" + r.Number, Site: r.Site, Reason: reason, Payload: r.event()})
	}
	return nil
}

// Passed adds up what was judged for an order, and what still waits.
func (m *Module) Passed(ctx context.Context, q db.Querier, kind string, order db.ID) (passed, failed, open num.Dec, err error) {
	type sums struct {
		Passed num.Dec `db:"passed"`
		Failed num.Dec `db:"failed"`
		Open   num.Dec `db:"open"`
	}
	s, err := db.One[sums](ctx, q, `SELECT CAST(coalesce(sum(passed), 0) AS BIGINT) AS passed, CAST(coalesce(sum(failed), 0) AS BIGINT) AS failed,
		CAST(coalesce(sum(qty - passed - failed), 0) AS BIGINT) AS open
		FROM qa_inspection WHERE order_id = $1 AND order_id <> 0 AND kind = $2 AND status <> 'cancelled'`, order, kind)
	return s.Passed, s.Failed, s.Open, err
}

func byNumber(ctx context.Context, q db.Querier, number string) (inspection, error) {
	i, ok, err := db.Get[inspection](ctx, q, `SELECT `+inspectionCols+` FROM qa_inspection WHERE number = $1`, number)
	if err == nil && (!ok || !actor.From(ctx).SeesSite(int64(i.Site))) {
		err = fault.NotFound("quality.inspection_unknown", "there is no inspection %s", number).With("number", number)
	}
	return i, err
}
