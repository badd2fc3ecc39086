package production_test

import (
	"strings"
	"testing"

	"kaiwu/internal/kit/db"
	"kaiwu/internal/kit/kittest"
	"kaiwu/internal/production"
)

func crewNames(t *testing.T, f *floor, order string, op int64) string {
	t.Helper()
	o, err := f.OpOnFloor(kittest.Ctx(t), f.d.Read(), order, op)
	if err != nil {
		t.Fatal(err)
	}
	var n []string
	for _, c := range o.Crew {
		n = append(n, c.Code)
	}
	return strings.Join(n, " ")
}

// Several people work at one operation; a pause sends everybody away (complaint 8).
func TestCrew(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		o := f.order(t, "COFFEE", "10")
		f.issueAll(t, o)
		r := func(w string) production.Run { return production.Run{Order: o, Op: 10, Worker: w} }
		if _, err := run(t, d, f.Join, r("W2")); code(err) != "production.runs_not" {
			t.Errorf("join what does not run: %v", err)
		}
		must(t, d, f.Start, production.Run{Order: o, Op: 10, Worker: "W1", Machine: "L1"})
		must(t, d, f.Join, r("8802")) // by badge
		if got := crewNames(t, f, o, 10); got != "W1 W2" {
			t.Error(got)
		}
		if _, err := run(t, d, f.Join, r("W2")); code(err) != "production.joined_already" {
			t.Errorf("joined twice: %v", err)
		}
		must(t, d, f.Leave, r("W1"))
		if got := crewNames(t, f, o, 10); got != "W2" {
			t.Error(got)
		}
		if _, err := run(t, d, f.Leave, r("W1")); code(err) != "production.not_joined" {
			t.Errorf("left twice: %v", err)
		}
		if _, err := run(t, d, f.Leave, r("W2")); code(err) != "production.last_here" {
			t.Errorf("the last one leaves: %v", err)
		}
		if _, err := run(t, d, f.Join, r("")); code(err) != "production.no_worker" {
			t.Errorf("nobody joins: %v", err)
		}
		must(t, d, f.Pause, production.Run{Order: o, Op: 10, Worker: "W2", Reason: "tool"})
		if got := crewNames(t, f, o, 10); got != "" {
			t.Errorf("at a paused operation: %s", got)
		}
		must(t, d, f.Start, r("W2"))
		x, err := f.OpOnFloor(kittest.Ctx(t), d.Read(), o, 10)
		if err != nil || len(x.Crew) != 1 || x.Crew[0].Code != "W2" || x.Machine != "" {
			t.Errorf("%+v %v", x, err)
		}
	})
}

// The card of what waits says what for: the parts with how many, the step before with what happens there.
func TestStationSaysWhatIsMissing(t *testing.T) {
	kittest.Each(t, schemas, func(t *testing.T, d *db.DB) {
		f := open(t, d)
		o := f.order(t, "COFFEE", "10")
		st, err := f.AtStation(kittest.Ctx(t), d.Read(), "LINE,AGE")
		if err != nil {
			t.Fatal(err)
		}
		by := map[int64]production.FloorOp{}
		for _, x := range st.Ops {
			by[x.Op] = x
		}
		var parts []string
		for _, p := range by[10].Missing {
			parts = append(parts, p.Item+" "+p.Missing.String()+"/"+p.Available.String())
		}
		if got := strings.Join(parts, ", "); by[10].Status != "waiting_material" || got != "SHELL 10/800, KNOB 20/500" {
			t.Errorf("%s: %s", by[10].Status, got)
		}
		if x := by[20]; x.Status != "waiting_previous" || x.PrevOp != 10 || x.PrevName != "总装" || x.PrevState != "idle" {
			t.Errorf("%+v", x)
		}
		f.issueAll(t, o)
		must(t, d, f.Start, production.Run{Order: o, Op: 10, Worker: "W1"})
		if st, err = f.AtStation(kittest.Ctx(t), d.Read(), "LINE,AGE"); err != nil {
			t.Fatal(err)
		}
		if st.Running == 0 || len(st.Ops[0].Missing) != 0 || len(st.Ops[0].Crew) != 1 {
			t.Errorf("%+v", st.Ops[0])
		}
		for _, x := range st.Ops {
			if x.Op == 20 && x.PrevState != "running" {
				t.Errorf("before it: %s", x.PrevState)
			}
		}
		if _, err := f.AtStation(kittest.Ctx(t), d.Read(), "LINE,NOWHERE"); code(err) != "masterdata.work_center_unknown" {
			t.Error(err)
		}
		// a longer list costs no more statements
		count := func() int64 {
			ctx, n := db.Counting(kittest.Ctx(t))
			if _, err := f.AtStation(ctx, d.Read(), "LINE,AGE"); err != nil {
				t.Fatal(err)
			}
			return n.Load()
		}
		few := count()
		for range 5 {
			f.order(t, "COFFEE", "3")
		}
		if many := count(); many > few+1 { // the first paused one may ask why
			t.Errorf("%d statements for one order, %d for six", few, many)
		}
	})
}
