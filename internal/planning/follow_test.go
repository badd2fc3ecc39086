package planning_test

import (
	"context"
	"strings"
	"testing"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/planning"
	"kaiwu/internal/purchasing"
)

// message finds one of the live plan, as "expedite P1 done".
func (s *shop) message(t testing.TB, act, doc string) (id db.ID, state, note, request string) {
	t.Helper()
	type row struct {
		ID      db.ID  `db:"id"`
		State   string `db:"state"`
		Note    string `db:"note"`
		Request string `db:"request"`
	}
	r, _, err := db.Get[row](kittest.Ctx(t), s.d.Read(), `SELECT x.id, x.state, x.note, x.request FROM mrp_message x JOIN mrp_run r ON r.id = x.run_id AND r.live WHERE x.act = $1 AND x.doc_number = $2`, act, doc)
	if err != nil {
		t.Fatal(err)
	}
	return r.ID, r.State, r.Note, r.Request
}

func as(t testing.TB, name string, user int64, perms ...string) context.Context {
	may := map[string]bool{}
	for _, p := range perms {
		may[p] = true
	}
	return actor.With(kittest.Ctx(t), &actor.Actor{UserID: user, Name: name, Perms: may})
}

// What a planner accepts becomes the change of a work order or requisition, and of an order at a supplier a request that
// the buyer agrees to or refuses; what was dismissed stays so until something changes.
func TestFollowMessages(t *testing.T) {
	kittest.Each(t, withNotices, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		planner := as(t, "planner", 7, "planning.firm", "production.create", "purchasing.request", "purchasing.read")
		buyer := as(t, "buyer", 8, "purchasing.create", "purchasing.request", "purchasing.read")
		s.order(t, "SO1", "LAMP", 10, "2026-03-27", 5)
		buy := func(number, item string, qty int64, due string) {
			kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
				_, err := s.Purchasing.Create(ctx, tx, purchasing.NewOrder{Number: number, Supplier: "S1", Lines: []purchasing.NewLine{{Item: item, Qty: num.Int(qty), Due: due}}})
				return err
			})
		}
		buy("P1", "SCREW", 20, "2026-04-10") // wanted by the end of March
		buy("P2", "ORPHAN", 5, "2026-03-20") // wanted by nobody
		buy("P3", "BLANK", 10, "2026-04-02")
		follow := func(ctx context.Context, ids ...db.ID) (out planning.Followed, err error) {
			err = d.InTx(ctx, func(tx *db.Tx) (err error) {
				out, err = s.Follow(ctx, tx, planning.Follow{Messages: ids, Note: "phoned"})
				return err
			})
			return out, err
		}
		triage := func(ctx context.Context, state, note string, ids ...db.ID) error {
			return d.InTx(ctx, func(tx *db.Tx) error {
				_, err := s.Triage(ctx, tx, planning.Triage{Messages: ids, State: state, Note: note})
				return err
			})
		}
		answer := func(ctx context.Context, number string, in purchasing.AnswerChange) error {
			return d.InTx(ctx, func(tx *db.Tx) error {
				_, err := s.Purchasing.AnswerChange(ctx, tx, number, in)
				return err
			})
		}
		line := func(number string) string {
			type row struct {
				Qty    num.Dec `db:"qty"`
				Due    string  `db:"due"`
				Closed bool    `db:"closed"`
			}
			r, err := db.One[row](kittest.Ctx(t), d.Read(), `SELECT l.qty, l.due, l.closed FROM po_line l JOIN po_order o ON o.id = l.order_id WHERE o.number = $1`, number)
			if err != nil {
				t.Fatal(err)
			}
			out := r.Qty.String() + " " + r.Due
			if r.Closed {
				out += " closed"
			}
			return out
		}
		s.run(t)
		hurry, _, _, _ := s.message(t, "expedite", "P1")
		orphan, _, _, _ := s.message(t, "cancel", "P2")
		if hurry == 0 || orphan == 0 {
			t.Fatal(s.messages(t))
		}
		if _, err := follow(as(t, "reader", 9, "planning.firm"), hurry); !fault.Is(err, "planning.accept_right") {
			t.Error(err)
		}
		if err := triage(planner, "ignored", " ", orphan); !fault.Is(err, "planning.ignore_reason") {
			t.Error(err)
		}
		out, err := follow(planner, hurry)
		if err != nil || out.Results[0].Did != "asked" || line("P1") != "20 2026-04-10" {
			t.Fatal(out, err, line("P1"))
		}
		request := out.Results[0].Request
		if err := triage(planner, "ignored", "x", hurry); !fault.Is(err, "planning.message_asked") {
			t.Error(err)
		}
		if _, err := follow(planner, hurry); !fault.Is(err, "planning.message_over") {
			t.Error(err)
		}
		if err := triage(planner, "ignored", "sample parts", orphan); err != nil {
			t.Fatal(err)
		}
		s.run(t)
		if _, state, _, r := s.message(t, "expedite", "P1"); state != "asked" || r != request {
			t.Errorf("a new run forgets that the buyer was asked: %s %s", state, r)
		}
		if _, state, note, _ := s.message(t, "cancel", "P2"); state != "ignored" || note != "sample parts" {
			t.Errorf("a new run forgets what was dismissed: %s %s", state, note)
		}
		// the supplier cannot: the message is open again and says so
		if err := answer(planner, request, purchasing.AnswerChange{State: "agreed"}); !fault.Is(err, "purchasing.change_not_yours") {
			t.Error(err)
		}
		if err := answer(buyer, request, purchasing.AnswerChange{State: "refused"}); !fault.Is(err, "purchasing.reason_missing") {
			t.Error(err)
		}
		if err := answer(buyer, request, purchasing.AnswerChange{State: "refused", Answer: "no steel"}); err != nil {
			t.Fatal(err)
		}
		hurry, state, note, _ := s.message(t, "expedite", "P1")
		if state != "open" || !strings.Contains(note, "no steel") {
			t.Errorf("refused: %s %q", state, note)
		}
		if out, err = follow(planner, hurry); err != nil {
			t.Fatal(err)
		}
		if err := answer(buyer, out.Results[0].Request, purchasing.AnswerChange{State: "agreed", Due: "2026-03-24", Answer: "by air"}); err != nil {
			t.Fatal(err)
		}
		if err := answer(buyer, out.Results[0].Request, purchasing.AnswerChange{State: "agreed"}); !fault.Is(err, "purchasing.change_over") {
			t.Error(err)
		}
		if _, state, _, _ := s.message(t, "expedite", "P1"); state != "done" || line("P1") != "20 2026-03-24" {
			t.Errorf("agreed: %s, line %s", state, line("P1"))
		}
		// something changes: what was dismissed is back
		kittest.Do(t, d, func(_ context.Context, tx *db.Tx) error {
			_, err := s.Purchasing.ChangeLine(buyer, tx, "P2", 1, purchasing.ChangeLine{Qty: ptr(num.Int(6)), Reason: "box of six"})
			return err
		})
		s.run(t)
		if id, _, _, _ := s.message(t, "expedite", "P1"); id != 0 {
			t.Error("P1 comes in time and is told all the same")
		}
		orphan, state, _, _ = s.message(t, "cancel", "P2")
		if state != "open" {
			t.Errorf("another quantity, and the message is still %s", state)
		}
		// who may order does it at once
		if out, err = follow(as(t, "boss", 1, "planning.firm", "purchasing.create", "purchasing.request", "purchasing.read"), orphan); err != nil || out.Results[0].Did != "cancelled" || line("P2") != "6 2026-03-20 closed" {
			t.Error(out, err, line("P2"))
		}
		for _, err := range s.Purchasing.Verify(kittest.Ctx(t), d.Read()) {
			t.Error(err)
		}
	})
}

func ptr[T any](v T) *T { return &v }

// A work order and a requisition take the plan's day; a late one is not begun before today.
func TestFollowOwnDocuments(t *testing.T) {
	kittest.Each(t, withNotices, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.order(t, "SO1", "LAMP", 10, "2026-03-27", 5)
		s.run(t)
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := s.Release(ctx, tx, planning.Release{Orders: []int64{1, 2, 3, 4}})
			return err
		})
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error { // the customer wants them three weeks later
			_, err := tx.Exec(ctx, `UPDATE so_line SET due = '2026-04-24'`)
			return err
		})
		s.run(t)
		type row struct {
			ID   db.ID  `db:"id"`
			Kind string `db:"doc_kind"`
			Doc  string `db:"doc_number"`
			To   string `db:"to_day"`
		}
		all := func() []row {
			rows, err := db.All[row](kittest.Ctx(t), d.Read(), `SELECT x.id, x.doc_kind, x.doc_number, x.to_day FROM mrp_message x JOIN mrp_run r ON r.id = x.run_id AND r.live WHERE x.act = 'defer' AND x.state = 'open' ORDER BY x.id`)
			if err != nil {
				t.Fatal(err)
			}
			return rows
		}
		kinds := map[string]bool{}
		for range 4 { // an order that moves takes its parts' needs with it, so the parts' messages come in the next run
			for _, r := range all() {
				kinds[r.Kind] = true
				kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
					_, err := s.Follow(ctx, tx, planning.Follow{Messages: []db.ID{r.ID}})
					return err
				})
				query := `SELECT due FROM v_work_order WHERE number = $1`
				if r.Kind == "requisition" {
					query = `SELECT due FROM v_requisition WHERE number = $1`
				}
				if due, err := db.One[string](kittest.Ctx(t), d.Read(), query, r.Doc); err != nil || due != r.To {
					t.Errorf("%s is due %s, the plan says %s: %v", r.Doc, due, r.To, err)
				}
			}
			s.run(t)
		}
		if !kinds["work_order"] || !kinds["requisition"] || len(all()) != 0 {
			t.Errorf("told of %v; left %v", kinds, all())
		}
	})
}
