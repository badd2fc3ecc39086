package sales_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/sales"
)

func (s *shop) allocated(t testing.TB, order string) sales.Allocated {
	t.Helper()
	return must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Allocated, error) { return s.Allocate(ctx, tx, order) })
}

func (s *shop) reserveDue(t testing.TB) sales.DueReserved {
	t.Helper()
	out, err := s.ReserveDue(kittest.Ctx(t), s.d.Read(), s.d.InTx)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// "An order for June holds the stock that a customer wants tomorrow": only what is due soon holds lots. What is due
// later is promised softly, says from when, and gets its lots by priority when it comes near.
func TestComplaint04ReserveOnlyInsideAWindow(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.reserveDays(t, "14") // today is 2 March
		s.stock(t, "CUP 30 L1 2026-09-01")
		near, late, later, urgent := s.order(t, "CUP 10 2026-03-16"), s.order(t, "CUP 15 2026-03-20"), s.order(t, "CUP 15 2026-03-21"), s.order(t, "CUP 5 2026-03-21")
		must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Consequences, error) {
			return s.Change(ctx, tx, urgent, sales.ChangeOrder{Reason: "wanted", Lines: []sales.ChangeLine{{Line: 1, Priority: ptr(int64(1))}}})
		})
		if a := s.allocated(t, near); len(a.Picks) != 1 || len(a.Soft) != 0 {
			t.Errorf("inside the window: %+v", a)
		}
		for _, n := range []string{late, later, urgent} {
			a := s.allocated(t, n)
			if len(a.Picks) != 0 || len(a.Short) != 0 || len(a.Soft) != 1 {
				t.Fatalf("outside the window: %+v", a)
			}
		}
		if from := s.track(t, late).Lines[0].SoftFrom; from != "2026-03-06" {
			t.Errorf("reserved from %q", from)
		}
		if got := s.track(t, late).Lines[0]; got.Allocated != 0 || got.FreeStock != dec("20") {
			t.Errorf("a soft promise holds stock: %+v", got)
		}
		if got := s.reserveDue(t); got.Lines != 0 {
			t.Errorf("nothing has come near: %+v", got)
		}
		// on 6 March the first comes near, on 7 March the two others: the urgent one is served first
		kittest.ClockOf(d).Add(4 * 24 * time.Hour)
		if got := s.reserveDue(t); got != (sales.DueReserved{Lines: 1, Reserved: 1}) {
			t.Errorf("6 March: %+v", got)
		}
		kittest.ClockOf(d).Add(24 * time.Hour)
		if got := s.reserveDue(t); got != (sales.DueReserved{Lines: 2, Reserved: 1, Short: 1}) {
			t.Errorf("7 March: %+v", got)
		}
		for n, want := range map[string]string{late: "ready | CUP 15 s0 a15 w0", urgent: "ready | CUP 5 s0 a5 w0", later: "open | CUP 15 s0 a0 w0"} {
			if got := s.state(t, n); got != want {
				t.Errorf("%s: %s, want %s", n, got, want)
			}
		}
		// the one that found nothing gets what comes in
		s.stock(t, "CUP 20 L2 2026-10-01")
		if got := s.reserveDue(t); got != (sales.DueReserved{Lines: 1, Reserved: 1}) || s.track(t, later).Lines[0].SoftFrom != "" {
			t.Errorf("after the goods came: %+v", got)
		}
		if got := s.reserveDue(t); got.Lines != 0 {
			t.Errorf("a second run: %+v", got)
		}
		// who gives it back waits no longer
		far := s.order(t, "CUP 5 2026-06-01")
		s.allocated(t, far)
		must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Created, error) { return s.Deallocate(ctx, tx, far) })
		if s.track(t, far).Lines[0].SoftFrom != "" {
			t.Error("still waits though it was given back")
		}
		// 0: always at once
		s.reserveDays(t, "0")
		if a := s.allocated(t, far); len(a.Picks) != 1 || len(a.Soft) != 0 {
			t.Errorf("without a window: %+v", a)
		}
		s.balanced(t)
	})
}

// An urgent order takes what lower or later ones hold, in one act, seen beforehand; both sides are told.
func TestComplaint04ReallocateByPriority(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.stock(t, "CUP 10 L1 2026-09-01", "CUP 20 L2 2026-10-01", "PUMP 2 P1,P2")
		early, late, picking := s.order(t, "CUP 12 2026-03-10"), s.order(t, "CUP 8 2026-03-12", "PUMP 2 2026-03-12"), s.order(t, "CUP 6 2026-03-15")
		for _, n := range []string{early, late, picking} {
			s.allocate(t, n)
		}
		must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Pick, error) {
			return s.MakePick(ctx, tx, sales.NewPick{Orders: []string{picking}})
		})
		urgent := s.order(t, "CUP 20 2026-03-11", "PUMP 1 2026-03-11")
		preview := func() sales.Reallocation {
			out, err := s.PreviewReallocation(kittest.Ctx(t), d.Read(), urgent)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		// same priority: only what is due later gives; 4 are free, 8 come from the later order, 8 are missing
		if l := preview().Lines[0]; l.Free != dec("4") || l.Taken != dec("8") || l.Short != dec("8") {
			t.Errorf("by due day: %+v", l)
		}
		must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Consequences, error) {
			return s.Change(ctx, tx, urgent, sales.ChangeOrder{Reason: "wanted", Lines: []sales.ChangeLine{{Line: 1, Priority: ptr(int64(1))}}})
		})
		p := preview()
		if l := p.Lines[0]; l.Free != dec("4") || l.Taken != dec("16") || l.Short != 0 {
			t.Errorf("by priority: %+v", l)
		}
		var loses []string
		for _, l := range p.Loses {
			loses = append(loses, l.Order+" "+l.Item+" "+l.Lot+" "+l.Qty.String())
		}
		want := strings.Join([]string{late + " CUP L2 8", early + " CUP L1 6", early + " CUP L2 2", late + " PUMP  1"}, ", ")
		if got := strings.Join(loses, ", "); got != want {
			t.Errorf("who loses what:\n %s\nwant\n %s", got, want)
		}
		if got := s.state(t, late); got != "ready | CUP 8 s0 a8 w0 | PUMP 2 s0 a2 w0" {
			t.Error("the preview changed something:", got)
		}
		if _, code := act(t, s, func(ctx context.Context, tx *db.Tx) (sales.Reallocation, error) {
			return s.Reallocate(ctx, tx, urgent, sales.Undo{})
		}); code != "sales.reason_missing" {
			t.Errorf("without a reason: %q", code)
		}
		must(t, s, func(ctx context.Context, tx *db.Tx) (sales.Reallocation, error) {
			return s.Reallocate(ctx, tx, urgent, sales.Undo{Reason: "line down at the customer"})
		})
		for n, want := range map[string]string{
			urgent: "ready | CUP 20 s0 a20 w0 | PUMP 1 s0 a1 w0", late: "open | CUP 8 s0 a0 w0 | PUMP 2 s0 a1 w0",
			early: "open | CUP 12 s0 a4 w0", picking: "ready | CUP 6 s0 a6 w0",
		} {
			if got := s.state(t, n); got != want {
				t.Errorf("%s: %s, want %s", n, got, want)
			}
		}
		if s.track(t, late).Lines[0].SoftFrom == "" {
			t.Error("who lost waits for the next stock")
		}
		n, err := db.One[int64](kittest.Ctx(t), d.Read(), `SELECT count(*) FROM kit_event WHERE name = 'sales.allocation_lost' AND subject IN ($1, $2) AND reason = 'line down at the customer' AND partner_id = 0`, "so:"+late, "so:"+early)
		if err != nil || n != 2 {
			t.Errorf("%d losers told, %v", n, err)
		}
		told, err := db.One[string](kittest.Ctx(t), d.Read(), `SELECT params FROM kit_notice WHERE kind = 'sales.allocation_lost' AND unique_key = $1`, late+"|"+urgent)
		if err != nil || !strings.Contains(told, urgent) || !strings.Contains(told, "CUP × ") {
			t.Errorf("who sells is told %q, %v", told, err)
		}
		// nothing is left to take: it is promised wholly
		if p := preview(); len(p.Lines) != 0 || len(p.Loses) != 0 {
			t.Errorf("again: %+v", p)
		}
		s.balanced(t)
	})
}

// The time line says what came of it: none was free, it is too early, or which lots. Looking again when every line has
// its lots is no event.
func TestTimeLineSaysWhatAllocatingBrought(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.reserveDays(t, "14")
		near, far := s.order(t, "CUP 10 2026-03-10"), s.order(t, "CUP 5 2026-06-01")
		s.allocated(t, near)
		s.allocated(t, far)
		s.stock(t, "CUP 4 L1 2026-09-01")
		s.allocated(t, near)
		s.stock(t, "CUP 6 L2 2026-09-01")
		s.allocated(t, near)
		s.allocated(t, near)
		for order, want := range map[string]string{near: "sales.allocation_none sales.allocated sales.allocated", far: "sales.allocation_soft"} {
			got, err := db.All[string](kittest.Ctx(t), d.Read(), `SELECT name FROM kit_event WHERE subject = $1 AND name LIKE 'sales.alloc%' ORDER BY id`, "so:"+order)
			if err != nil || strings.Join(got, " ") != want {
				t.Errorf("%s: %v %v, not %s", order, got, err, want)
			}
		}
	})
}
