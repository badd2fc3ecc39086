package scheduling_test

import (
	"context"
	"testing"
	"time"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/fault"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/kit/num"
	"kaiwu/internal/masterdata"
	"kaiwu/internal/production"
	"kaiwu/internal/scheduling"
)

func (s *shop) watch(t testing.TB) scheduling.Watched {
	t.Helper()
	w, err := s.Watch(kittest.Ctx(t), "")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (s *shop) repairs(t testing.TB) (out []scheduling.RepairPage) {
	t.Helper()
	ids, err := db.All[db.ID](kittest.Ctx(t), s.d.Read(), `SELECT id FROM aps_repair ORDER BY found_ms, id`)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		p, err := s.Repair(kittest.Ctx(t), s.d.Read(), id)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

func (s *shop) notices(t testing.TB) int64 {
	t.Helper()
	n, err := db.One[int64](kittest.Ctx(t), s.d.Read(), `SELECT count(*) FROM kit_notice WHERE done_ms = 0`)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// The saw breaks down at ten. Nobody restarts it: after a quarter of an hour one draft lies there and one to-do, and it
// stays one however often is looked; adopted, the schedule goes round the breakdown. Restarted before anybody answers,
// the draft and the to-do are gone.
func TestBreakdownRepairsItself(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s, ctx, clock := open(t, d), kittest.Ctx(t), kittest.ClockOf(d)
		a := s.order(t, "SHAFT", 240, "2026-03-02", 5)
		pin := s.order(t, "PIN", 100, "2026-03-04", 5)
		if _, err := s.Publish(ctx, scheduling.RunRule{}); err != nil {
			t.Fatal(err)
		}
		act := func(fn func(context.Context, *db.Tx, production.Run) (production.Ran, error), in production.Run) {
			t.Helper()
			if _, err := run(t, d, fn, in); err != nil {
				t.Fatal(err)
			}
		}
		act(s.prod.Start, production.Run{Order: a, Op: 10})
		clock.Add(2 * time.Hour)
		if _, err := run(t, d, s.prod.Report, production.Report{Order: a, Op: 10, Good: num.Int(120)}); err != nil {
			t.Fatal(err)
		}
		act(s.prod.Pause, production.Run{Order: a, Op: 10, Reason: "machine"})
		if w := s.watch(t); w.Found != 0 {
			t.Errorf("at once: %+v", w)
		}
		clock.Add(16 * time.Minute)
		before := s.plan(t, a)
		for i := range 3 {
			if w := s.watch(t); w.Found != 1 || (w.Made == 1) != (i == 0) {
				t.Errorf("look %d: %+v", i, w)
			}
		}
		list := s.repairs(t)
		if len(list) != 1 || list[0].Kind != "machine" || list[0].Machine != "SAW#1" || list[0].State != "open" || list[0].NewLate != 1 || list[0].Moved == 0 || list[0].Ends[0].Order != a || list[0].Ends[0].LateIs == 0 || s.notices(t) != 1 {
			t.Fatalf("%+v, %d notices", list, s.notices(t))
		}
		if got := s.plan(t, a); got != before {
			t.Errorf("moved before anybody adopted it: %s", got)
		}
		pins := s.plan(t, pin)
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error { _, err := s.AdoptRepair(ctx, tx, list[0].ID); return err })
		p, err := s.Order(ctx, d.Read(), a)
		if err != nil || p.Slots[0].StartMS < kittest.Start.Add(6*time.Hour).UnixMilli() {
			t.Errorf("sawn while the saw is down: %s %v", s.plan(t, a), err)
		}
		if got := s.plan(t, pin); got != pins && pins != "" && got[:3] != "10 " {
			t.Errorf("the pin moved: %s", got)
		}
		if s.notices(t) != 0 || s.repairs(t)[0].State != "adopted" {
			t.Errorf("%+v", s.repairs(t)[0])
		}
		if w := s.watch(t); w.Made != 0 {
			t.Errorf("proposed again: %+v", w)
		}
		if err := d.InTx(ctx, func(tx *db.Tx) error { _, err := s.AdoptRepair(ctx, tx, list[0].ID); return err }); !fault.Is(err, "scheduling.repair_over") {
			t.Error(err)
		}
		// still down when it should be up again: asked anew; restarted: gone
		clock.Add(5 * time.Hour)
		if w := s.watch(t); w.Made != 1 || len(s.repairs(t)) != 2 {
			t.Errorf("%+v", w)
		}
		act(s.prod.Start, production.Run{Order: a, Op: 10})
		s.watch(t)
		for _, r := range s.repairs(t) {
			if r.Kind == "machine" && r.State != "adopted" && r.State != "gone" {
				t.Errorf("runs again, and %+v", r.RepairRow)
			}
		}
	})
}

// Material is late: the orders that need it before it can come move, what stock covers does not. Dismissed it is not
// told again that day.
func TestLateMaterialRepairsItself(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s, ctx, clock := open(t, d), kittest.Ctx(t), kittest.ClockOf(d)
		a, b := s.order(t, "PIN", 60, "2026-03-02", 1), s.order(t, "PIN", 60, "2026-03-02", 5)
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `UPDATE wo_component SET issue = 'pick'`); err != nil {
				return err
			}
			bar := s.items["BAR"].ID
			site, err := db.One[db.ID](ctx, tx, `SELECT id FROM v_site`)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `INSERT INTO po_order (id, number, site_id, supplier_id, kind, note, ordered_ms, ordered_by) VALUES (77, 'PO-77', $1, 1, 'purchase', '', 0, 'x')`, site); err != nil {
				return err
			}
			_, err = tx.Exec(ctx, `INSERT INTO po_line (id, order_id, line, kind, item_id, qty, due) VALUES (78, 77, 1, 'purchase', $1, $2, '2026-02-27')`, bar, num.Int(100))
			return err
		})
		if _, err := s.Publish(ctx, scheduling.RunRule{}); err != nil {
			t.Fatal(err)
		}
		clock.Add(time.Second)
		s.watch(t)
		list := s.repairs(t)
		if len(list) != 1 || list[0].Kind != "material" || list[0].Item != "BAR" || list[0].Document != "PO-77" || list[0].NewLate != 2 {
			t.Fatalf("%+v", list)
		}
		if _, err := s.DismissRepair(ctx, list[0].ID, "it comes this afternoon"); err != nil {
			t.Fatal(err)
		}
		if w := s.watch(t); w.Made != 0 || s.notices(t) != 0 {
			t.Errorf("%+v", w)
		}
		clock.Add(24 * time.Hour)
		if w := s.watch(t); w.Found != 1 {
			t.Errorf("still late the day after: %+v", w)
		}
		_, _ = a, b
	})
}

// By setting, what harms nobody and moves little is published by itself.
func TestRepairByItself(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s, ctx, clock := open(t, d), kittest.Ctx(t), kittest.ClockOf(d)
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			return masterdata.SetSetting(ctx, tx, scheduling.SettingRepairAuto, "1")
		})
		pin := s.order(t, "PIN", 60, "2026-03-20", 5)
		later := s.order(t, "PIN", 60, "2026-03-20", 6)
		if _, err := s.Publish(ctx, scheduling.RunRule{}); err != nil {
			t.Fatal(err)
		}
		live := s.plan(t, later)
		if _, err := run(t, d, s.prod.Start, production.Run{Order: pin, Op: 10}); err != nil {
			t.Fatal(err)
		}
		clock.Add(2 * time.Hour) // planned for one
		w := s.watch(t)
		list := s.repairs(t)
		if w.Auto != 1 || len(list) != 1 || list[0].Kind != "slow" || list[0].State != "auto" || list[0].NewLate != 0 || s.plan(t, later) == live {
			t.Errorf("%+v %+v %s", w, list, s.plan(t, later))
		}
	})
}

// A judgement takes pieces out: the schedule is looked at again with what is left.
func TestRejectionRepairsItself(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		s, ctx, clock := open(t, d), kittest.Ctx(t), kittest.ClockOf(d)
		a := s.order(t, "PIN", 120, "2026-03-04", 5)
		s.order(t, "PIN", 120, "2026-03-04", 6)
		if _, err := s.Publish(ctx, scheduling.RunRule{}); err != nil {
			t.Fatal(err)
		}
		clock.Add(time.Minute)
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			if _, err := tx.Exec(ctx, `INSERT INTO wo_report (id, key, order_id, op_id, kind, good, scrap, rework, before_qty, worker_id, worker, machine_id, start_ms, happened_ms, recorded_ms, posting_date, actor)
				SELECT 99, 'x', p.order_id, p.id, 'inspection', $1, $2, 0, 0, 0, '', 0, $3, $3, $3, '2026-03-02', 'q' FROM wo_op p JOIN wo_order o ON o.id = p.order_id WHERE o.number = $4`, -num.Int(30), num.Int(30), tx.NowMS(), a); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `UPDATE wo_op SET scrap = $1 WHERE order_id IN (SELECT id FROM wo_order WHERE number = $2)`, num.Int(30), a)
			return err
		})
		w := s.watch(t)
		list := s.repairs(t)
		if w.Made != 1 || len(list) != 1 || list[0].Kind != "quality" || list[0].Order != a || list[0].Moved == 0 {
			t.Fatalf("%+v %+v", w, list)
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error { _, err := s.AdoptRepair(ctx, tx, list[0].ID); return err })
		if w := s.watch(t); w.Found != 0 {
			t.Errorf("the new schedule knows of it: %+v", w)
		}
	})
}
