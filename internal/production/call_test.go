package production_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"kaiwu/internal/kit/actor"
	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/job"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/production"
)

// as runs a use case in somebody's name.
func as[In, Out any](t testing.TB, d *db.DB, a *actor.Actor, use func(context.Context, *db.Tx, In) (Out, error), in In) (out Out, err error) {
	t.Helper()
	ctx := actor.With(kittest.Ctx(t), a)
	err = d.InTx(ctx, func(tx *db.Tx) (err error) { out, err = use(ctx, tx, in); return err })
	return out, err
}

var (
	wang = &actor.Actor{UserID: 11, Name: "王芳", Roles: []string{"operator"}, Perms: map[string]bool{"production.call": true, "production.report": true, "production.read": true}, Locale: "zh"}
	li   = &actor.Actor{UserID: 12, Name: "李雷", Roles: []string{"operator"}, Perms: map[string]bool{"production.call": true, "production.report": true, "production.read": true}, Locale: "zh"}
	keep = &actor.Actor{UserID: 13, Name: "仓管", Roles: []string{"warehouse"}, Perms: map[string]bool{"production.call": true, "production.answer": true, "production.read": true}, Locale: "zh"}
)

// A call names the part, stops the operation in words, and both end when it is resolved (E10; complaint 8: what is
// stopped does not look running).
func TestCallBlocksUntilResolved(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		o := f.order(t, "COFFEE", "10")
		f.issueAll(t, o)
		must(t, d, f.Start, production.Run{Order: o, Op: 10, Worker: "W1"})
		for _, c := range []struct {
			in   production.Call
			want string
		}{
			{production.Call{Order: o, Op: 10, Kind: "material"}, "production.call_part"},
			{production.Call{Order: o, Op: 10, Kind: "material", Item: "OTHER"}, "production.call_not_part"},
			{production.Call{Order: o, Op: 10, Kind: "other"}, "production.call_text"},
			{production.Call{Order: o, Op: 10, Kind: "tea"}, "production.call_kind"},
			{production.Call{Order: o, Op: 11, Kind: "machine"}, "production.op_unknown"},
			{production.Call{Order: o, Op: 10, Kind: "material", Item: "KNOB", Qty: dec("-1")}, "production.qty_negative"},
		} {
			if _, err := as(t, d, wang, f.Help, c.in); code(err) != c.want {
				t.Errorf("%+v: %v, want %s", c.in, err, c.want)
			}
		}
		call, err := as(t, d, wang, f.Help, production.Call{Order: o, Op: 10, Kind: "material", Item: "KNOB", Qty: dec("6"), Block: true})
		if err != nil {
			t.Fatal(err)
		}
		if call.State != "called" || call.Role != "warehouse" || call.Part != "KNOB" || call.Caller != "王芳" {
			t.Fatalf("%+v", call)
		}
		if _, err := as(t, d, li, f.Help, production.Call{Order: o, Op: 10, Kind: "material", Item: "KNOB"}); code(err) != "production.called_already" {
			t.Errorf("called twice: %v", err)
		}
		// stopped: paused with the reason of the call, and neither starts nor reports
		st, err := f.AtStation(kittest.Ctx(t), d.Read(), "LINE")
		if err != nil {
			t.Fatal(err)
		}
		if p := st.Ops[0]; p.Status != "paused" || p.Paused != "material" || !p.Blocked || p.Call != "material" || st.Calls != 1 {
			t.Errorf("%+v", p)
		}
		if _, err := run(t, d, f.Start, production.Run{Order: o, Op: 10, Worker: "W1"}); code(err) != "production.blocked_material" {
			t.Errorf("start: %v", err)
		}
		if _, err := run(t, d, f.Module.Report, report(o, "10 g1")); code(err) != "production.blocked_material" {
			t.Errorf("report: %v", err)
		}
		// somebody else's call is ended by those who answer; the note is demanded
		if _, err := as(t, d, li, f.ResolveCall, production.CallAnswer{Call: call.ID, Note: "x"}); code(err) != "production.call_others" {
			t.Errorf("another operator resolves: %v", err)
		}
		if c, err := as(t, d, keep, f.TakeCall, production.CallAnswer{Call: call.ID}); err != nil || c.State != "taken" || c.TakenBy != "仓管" {
			t.Errorf("%+v %v", c, err)
		}
		if _, err := as(t, d, keep, f.TakeCall, production.CallAnswer{Call: call.ID}); code(err) != "production.call_taken" {
			t.Errorf("taken twice: %v", err)
		}
		if _, err := as(t, d, keep, f.ResolveCall, production.CallAnswer{Call: call.ID}); code(err) != "production.call_note" {
			t.Errorf("no note: %v", err)
		}
		if c, err := as(t, d, keep, f.ResolveCall, production.CallAnswer{Call: call.ID, Note: "送到"}); err != nil || c.State != "resolved" {
			t.Errorf("%+v %v", c, err)
		}
		if _, err := as(t, d, keep, f.ResolveCall, production.CallAnswer{Call: call.ID, Note: "again"}); code(err) != "production.call_over" {
			t.Errorf("resolved twice: %v", err)
		}
		must(t, d, f.Module.Report, report(o, "10 g1"))
		det, err := f.CallOf(kittest.Ctx(t), d.Read(), call.ID)
		if err != nil {
			t.Fatal(err)
		}
		var kinds []string
		for _, s := range det.Facts {
			kinds = append(kinds, s.Kind+":"+s.Actor)
		}
		if got := strings.Join(kinds, " "); got != "called:王芳 taken:仓管 resolved:仓管" {
			t.Error(got)
		}
		balanced(t, f)
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error { // a state that no fact tells of is found
			_, err := tx.Exec(ctx, `UPDATE wo_call SET taken_ms = taken_ms + 1`)
			return err
		})
		if faults, err := f.Verify(kittest.Ctx(t), d.Read()); err != nil || len(faults) != 1 || !strings.Contains(faults[0], "call for help") {
			t.Errorf("%v %v", faults, err)
		}
	})
}

// Nobody answers: the next role is asked, by the clock, until the last; an answer ends it.
func TestCallEscalates(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		jobs := job.New(d)
		f.Work(jobs)
		set(t, d, production.SettingEscalate, "0")
		o := f.order(t, "COFFEE", "10")
		if _, err := as(t, d, wang, f.Help, production.Call{Order: o, Op: 10, Kind: "quality", Text: "划痕"}); err != nil {
			t.Fatal(err)
		}
		if n, _ := db.One[int64](kittest.Ctx(t), d.Read(), `SELECT count(*) FROM kit_job WHERE kind = 'production.escalate_call'`); n != 0 {
			t.Errorf("0 minutes mean never, %d jobs wait", n)
		}
		set(t, d, production.SettingEscalate, "15")
		call, err := as(t, d, wang, f.Help, production.Call{Order: o, Op: 10, Kind: "material", Item: "SHELL"})
		if err != nil {
			t.Fatal(err)
		}
		at, err := db.One[int64](kittest.Ctx(t), d.Read(), `SELECT run_ms FROM kit_job WHERE kind = 'production.escalate_call'`)
		if err != nil || at != call.CalledMS+(15*time.Minute).Milliseconds() {
			t.Errorf("asked for at %d, called at %d: %v", at, call.CalledMS, err)
		}
		if err := jobs.Drain(t.Context()); err != nil { // not yet
			t.Fatal(err)
		}
		role := func() string {
			c, err := f.CallOf(kittest.Ctx(t), d.Read(), call.ID)
			if err != nil {
				t.Fatal(err)
			}
			return c.Role + " " + c.State
		}
		if got := role(); got != "warehouse called" {
			t.Error(got)
		}
		for _, want := range []string{"shift_leader escalated", "boss escalated", "boss escalated"} {
			kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error { // its time has come
				_, err := tx.Exec(ctx, `UPDATE kit_job SET run_ms = 0 WHERE kind = 'production.escalate_call' AND state = 'waiting'`)
				return err
			})
			if err := jobs.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := role(); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		}
		// who is on the way is not passed over
		second, err := as(t, d, wang, f.Help, production.Call{Order: o, Op: 10, Kind: "tool"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := as(t, d, keep, f.TakeCall, production.CallAnswer{Call: second.ID}); err != nil {
			t.Fatal(err)
		}
		kittest.Do(t, d, func(ctx context.Context, tx *db.Tx) error {
			c, done, err := f.Escalate(ctx, tx, second.ID)
			if !done || c.ID != 0 {
				t.Errorf("a call that somebody took went on: %+v", c)
			}
			return err
		})
		balanced(t, f)
	})
}
