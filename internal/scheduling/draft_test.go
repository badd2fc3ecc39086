package scheduling_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/web"
	"kaiwu/internal/kit/web/webtest"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/scheduling"
)

func (s *shop) propose(t testing.TB, in scheduling.Propose) scheduling.Draft {
	t.Helper()
	d, err := s.Propose(kittest.Ctx(t), in)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (s *shop) publish(t testing.TB, id db.ID) error {
	t.Helper()
	return s.d.InTx(kittest.Ctx(t), func(tx *db.Tx) error {
		_, err := s.PublishDraft(kittest.Ctx(t), tx, id)
		return err
	})
}

func at(s *shop, ms int64) string { return time.UnixMilli(ms).In(s.d.Zone()).Format("Mon 15:04") }

// A rush order in a full week: the draft shows who becomes late and who is moved; nothing real moves until it is
// published; and what was told counts in the next schedule too.
func TestRushOrder(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		a := s.order(t, "SHAFT", 240, "2026-03-02", 5) // the saw is full until Monday noon
		b := s.order(t, "SHAFT", 200, "2026-03-03", 5)
		if _, err := s.Publish(kittest.Ctx(t), scheduling.RunRule{}); err != nil {
			t.Fatal(err)
		}
		before := s.plan(t, a) + " | " + s.plan(t, b)
		rush := s.order(t, "SHAFT", 60, "2026-03-02", 5)
		kittest.ClockOf(d).Add(time.Second)
		dr := s.propose(t, scheduling.Propose{Name: "rush", Changes: []scheduling.Change{{Kind: "rush", Order: rush}}})
		if dr.Is.Orders != 3 || dr.Was.Orders != 2 || len(dr.Bars) == 0 {
			t.Errorf("%+v", dr.DraftHead)
		}
		var first scheduling.EndMoved
		for _, e := range dr.Ends {
			if e.Order == rush {
				first = e
			}
		}
		if first.EndWas != 0 || first.LateIs != 0 || first.EndIs == 0 {
			t.Errorf("the rush order: %+v", first)
		}
		if got := s.plan(t, a) + " | " + s.plan(t, b); got != before {
			t.Errorf("a draft moved the live schedule: %s", got)
		}
		if err := s.publish(t, dr.ID); err != nil {
			t.Fatal(err)
		}
		if got := s.plan(t, rush); got[:18] != "10 SAW#1 Mon 13:00" { // in time, behind what would be late before it
			t.Errorf("published: %s", got)
		}
		kittest.ClockOf(d).Add(time.Minute)
		if _, err := s.Publish(kittest.Ctx(t), scheduling.RunRule{}); err != nil {
			t.Fatal(err)
		}
		if got := s.plan(t, rush); got[:18] != "10 SAW#1 Mon 08:01" {
			t.Errorf("the next schedule has forgotten that it is urgent: %s", got)
		}
	})
}

// A machine breaks down at ten: what stands on it goes to the other one where it can, what cannot waits, and the rest
// stays. Published, the next schedule knows of it until it is taken back.
func TestBreakdown(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.order(t, "SHAFT", 120, "2026-03-04", 5)
		pin := s.order(t, "PIN", 240, "2026-03-04", 5)
		if _, err := s.Publish(kittest.Ctx(t), scheduling.RunRule{}); err != nil {
			t.Fatal(err)
		}
		ten := kittest.Start.Add(2 * time.Hour).UnixMilli()
		dr := s.propose(t, scheduling.Propose{Changes: []scheduling.Change{{Kind: "down", Machine: "SAW#1", FromMS: ten, ToMS: ten + 4*3_600_000, Note: "blade"}}})
		for _, b := range dr.Bars {
			if b.Machine == "SAW#1" && b.StartMS < ten && b.EndMS > ten && b.EndMS < ten+4*3_600_000 {
				t.Errorf("works while it is down: %+v", b)
			}
			if b.Order == pin {
				t.Errorf("the pin has nothing to do with it: %+v", b)
			}
		}
		if err := s.publish(t, dr.ID); err != nil {
			t.Fatal(err)
		}
		g, err := s.Gantt(kittest.Ctx(t), d.Read(), "", 0)
		if err != nil || len(g.Told) != 1 || g.Told[0].Kind != "down" || g.Told[0].Note != "blade" || g.Run != dr.ID || g.Draft {
			t.Errorf("%+v %v", g.Told, err)
		}
		if err := s.publish(t, dr.ID); !fault.Is(err, "scheduling.draft_unknown") {
			t.Errorf("published twice: %v", err)
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := s.EndTold(ctx, tx, g.Told[0].ID)
			return err
		})
		if g, err = s.Gantt(kittest.Ctx(t), d.Read(), "", 0); err != nil || len(g.Told) != 0 {
			t.Errorf("%+v %v", g.Told, err)
		}
	})
}

// A bar that is dragged stays where it was put, others give way, and the frozen window keeps what begins soon.
func TestPinAndFreeze(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		a := s.order(t, "PIN", 60, "2026-03-04", 5)
		b := s.order(t, "PIN", 60, "2026-03-04", 5)
		c := s.order(t, "PIN", 60, "2026-03-04", 5)
		if _, err := s.Publish(kittest.Ctx(t), scheduling.RunRule{}); err != nil {
			t.Fatal(err)
		}
		want := map[string]string{a: "10 LATHE#1 Mon 08:00-09:00", b: "10 LATHE#2 Mon 08:00-09:00", c: "10 LATHE#1 Mon 09:00-10:00"}
		for n, w := range want {
			if got := s.plan(t, n); got != w {
				t.Fatalf("%s: %s", n, got)
			}
		}
		eight := kittest.Start.UnixMilli()
		drag := scheduling.Propose{Changes: []scheduling.Change{{Kind: "pin", Order: c, Op: 10, Machine: "LATHE#2", FromMS: eight + 30*60_000}}}
		got, err := s.Preview(kittest.Ctx(t), d.Read(), drag)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]string{}
		for _, x := range got.Bars {
			seen[x.Order] = fmt.Sprintf("%s %s %s %s", x.Machine, at(s, x.StartMS), x.State, x.Why)
		}
		if seen[c] != "LATHE#2 Mon 08:30 pinned fixed" || seen[b] != "LATHE#2 Mon 09:30 free frozen" && seen[b] != "LATHE#1 Mon 09:00 free machine" || len(seen) != 2 {
			t.Errorf("%v", seen)
		}
		if n, _ := db.One[int64](t.Context(), d.Read(), `SELECT count(*) FROM aps_run`); n != 1 {
			t.Error("a preview was kept")
		}
		dr := s.propose(t, drag)
		other := s.propose(t, scheduling.Propose{})
		if err := s.publish(t, dr.ID); err != nil {
			t.Fatal(err)
		}
		if err := s.publish(t, other.ID); !fault.Is(err, "scheduling.published") {
			t.Errorf("two planners: %v", err)
		}
		if _, err := s.Propose(kittest.Ctx(t), scheduling.Propose{Live: 7}); !fault.Is(err, "scheduling.published") {
			t.Errorf("looked at another one: %v", err)
		}
		// with a frozen window of one day a more urgent order does not push out what stands
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			return masterdata.SetSetting(ctx, tx, scheduling.SettingFreeze, "24")
		})
		urgent := s.order(t, "PIN", 60, "2026-03-02", 1)
		kittest.ClockOf(d).Add(time.Second)
		if _, err := s.Publish(kittest.Ctx(t), scheduling.RunRule{}); err != nil {
			t.Fatal(err)
		}
		if got := s.plan(t, c); got != "10 LATHE#2 Mon 08:30-09:30" {
			t.Errorf("pinned: %s", got)
		}
		if got := s.plan(t, urgent); got[:10] == "10 LATHE#1" && got[11:20] == "Mon 08:00" {
			t.Errorf("it went before what is frozen: %s", got)
		}
	})
}

// Overtime, another machine, an order less: what would be if, side by side; what is only for trying is not published.
func TestWhatIf(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		var orders []string
		for range 6 {
			orders = append(orders, s.order(t, "SHAFT", 200, "2026-03-03", 5))
		}
		if _, err := s.Publish(kittest.Ctx(t), scheduling.RunRule{}); err != nil {
			t.Fatal(err)
		}
		five := kittest.Start.Add(9 * time.Hour).UnixMilli()
		overtime := s.propose(t, scheduling.Propose{Name: "overtime", Changes: []scheduling.Change{{Kind: "overtime", Machine: "SAW#1", FromMS: five, ToMS: five + 6*3_600_000},
			{Kind: "overtime", Machine: "LATHE#1", FromMS: five, ToMS: five + 7*3_600_000}, {Kind: "overtime", Machine: "LATHE#2", FromMS: five, ToMS: five + 7*3_600_000}}})
		if overtime.Is.LateMS >= overtime.Was.LateMS {
			t.Errorf("overtime brings nothing: %+v", overtime.DraftHead)
		}
		more := s.propose(t, scheduling.Propose{Name: "saw", Changes: []scheduling.Change{{Kind: "capacity", WorkCenter: "SAW"}, {Kind: "drop", Order: orders[5]}}})
		if more.Is.LateMS >= more.Was.LateMS || more.Is.Orders != 5 {
			t.Errorf("%+v", more.DraftHead)
		}
		if err := s.publish(t, more.ID); !fault.Is(err, "scheduling.draft_only") {
			t.Errorf("%v", err)
		}
		a := web.New(http.NewServeMux(), d)
		s.Routes(a)
		if got := webtest.Must(t, a.Handler(), webtest.Boss(), "GET", "/scheduling/drafts", nil).Items(); len(got) != 2 {
			t.Errorf("%d drafts", len(got))
		}
		g, err := s.Gantt(kittest.Ctx(t), d.Read(), "", more.ID)
		if err != nil || !g.Draft || len(g.Bars) != 10 || len(g.Machines) != 3 {
			t.Errorf("%v %d bars, %d machines", err, len(g.Bars), len(g.Machines))
		}
		if _, err := s.DropDraft(kittest.Ctx(t), more.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Gantt(kittest.Ctx(t), d.Read(), "", more.ID); !fault.Is(err, "scheduling.draft_unknown") {
			t.Errorf("%v", err)
		}
		for _, bad := range []scheduling.Change{{Kind: "down", Machine: "SAW#1"}, {Kind: "pin", Order: orders[0], Machine: "SAW#1", FromMS: 1}, {Kind: "capacity"}, {Kind: "luck"}} {
			if _, err := s.Propose(kittest.Ctx(t), scheduling.Propose{Changes: []scheduling.Change{bad}}); !fault.Is(err, "scheduling.change_bad") {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		if _, err := s.Propose(kittest.Ctx(t), scheduling.Propose{Changes: []scheduling.Change{{Kind: "rush", Order: "NONE"}}}); !fault.Is(err, "scheduling.op_unknown") {
			t.Errorf("%v", err)
		}
		if _, err := s.Propose(kittest.Ctx(t), scheduling.Propose{Goal: []string{"fame"}}); !fault.Is(err, "scheduling.goal_unknown") {
			t.Errorf("%v", err)
		}
		if _, err := s.Propose(kittest.Ctx(t), scheduling.Propose{Changes: []scheduling.Change{{Kind: "down", Machine: "X", FromMS: 1, ToMS: 2}}}); !fault.Is(err, "scheduling.machine_unknown") {
			t.Errorf("%v", err)
		}
	})
}

// Parts that come later hold their operation back, and nothing else that need not wait.
func TestLateParts(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		a := s.order(t, "PIN", 60, "2026-03-04", 5)
		b := s.order(t, "PIN", 60, "2026-03-04", 5)
		if _, err := s.Publish(kittest.Ctx(t), scheduling.RunRule{}); err != nil {
			t.Fatal(err)
		}
		noon := kittest.Start.Add(5 * time.Hour).UnixMilli()
		kittest.ClockOf(d).Add(time.Second)
		dr := s.propose(t, scheduling.Propose{Changes: []scheduling.Change{{Kind: "parts", Order: a, FromMS: noon}}})
		for _, x := range dr.Bars {
			if x.Order == a && (x.StartMS < noon || x.Why != "parts") || x.Order == b && x.StartMS > noon {
				t.Errorf("%+v", x)
			}
		}
		if len(dr.Bars) == 0 {
			t.Error("nothing moved")
		}
	})
}

// A tool of which there is one, a skill that one has: two operations that need it do not go side by side.
func TestToolAndSkill(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		a, b := s.order(t, "PIN", 60, "2026-03-04", 5), s.order(t, "PIN", 60, "2026-03-04", 5)
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE wo_op SET tool = 'JIG'`)
			return err
		})
		if _, err := s.Publish(kittest.Ctx(t), scheduling.RunRule{}); err != nil {
			t.Fatal(err)
		}
		if got := s.plan(t, a) + " | " + s.plan(t, b); got != "10 LATHE#1 Mon 08:00-09:00 | 10 LATHE#1 Mon 09:00-10:00" {
			t.Error(got)
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE wo_op SET tool = '', skill = 'TURN'`)
			return err
		})
		r, err := s.Publish(kittest.Ctx(t), scheduling.RunRule{})
		if err != nil || r.Unplaced != 2 {
			t.Errorf("nobody can turn, and %d are unplaced: %v", r.Unplaced, err)
		}
	})
}

// The Gantt brings what a screen needs to explain and to drag: working hours by the calendars' own arithmetic, the other
// work centers that can do an operation by name, and what a draft supposes.
func TestGanttTellsEnough(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.order(t, "SHAFT", 240, "2026-03-02", 5)
		b := s.order(t, "SHAFT", 200, "2026-03-03", 5)
		pin := s.order(t, "PIN", 10, "2026-03-04", 5)
		if _, err := s.Publish(kittest.Ctx(t), scheduling.RunRule{}); err != nil {
			t.Fatal(err)
		}
		g, err := s.Gantt(kittest.Ctx(t), d.Read(), "", 0)
		if err != nil {
			t.Fatal(err)
		}
		lane := map[string]scheduling.Lane{}
		for _, m := range g.Machines {
			lane[m.Machine] = m
		}
		waits := 0
		for _, x := range g.Bars {
			m, ok := lane[x.Machine]
			if !ok {
				t.Fatalf("%s has no row", x.Machine)
			}
			if x.StartMS < g.FromMS || x.EndMS > g.ToMS {
				t.Errorf("outside of the hours told: %+v", x)
			}
			if m.Hours >= 0 {
				open := false
				for h := g.Hours[m.Hours]; len(h) > 1; h = h[2:] {
					open = open || x.StartMS >= h[0] && x.StartMS < h[1]
				}
				if !open {
					t.Errorf("%s starts %s, when %s does not work", x.Order, at(s, x.StartMS), x.Machine)
				}
			}
			if x.By != "" {
				waits++
			}
			if x.Order == pin && x.Machines != "SAW" {
				t.Errorf("the pin can be made on %q too", x.Machines)
			}
		}
		if waits == 0 {
			t.Error("nothing waits for anything")
		}
		dr := s.propose(t, scheduling.Propose{Name: "first", Goal: []string{"tardiness"}, Changes: []scheduling.Change{{Kind: "rush", Order: b}}})
		if g, err = s.Gantt(kittest.Ctx(t), d.Read(), "", dr.ID); err != nil || !g.Draft || g.Name != "first" || g.Live != dr.Live || len(g.Changes) != 1 || g.Changes[0].Order != b || len(g.Goal) != 1 {
			t.Errorf("%+v %v", g.Changes, err)
		}
		for _, m := range dr.Bars {
			for _, x := range g.Bars {
				if x.ID == m.ID && x.By != m.By {
					t.Errorf("%s waits for %s in one answer and for %s in the other", x.Order, x.By, m.By)
				}
			}
		}
	})
}
