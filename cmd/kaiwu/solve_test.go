package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

func TestSolve(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	type op struct{ Job, Op, Machine, Start, End int }
	type result struct {
		Makespan, Tardiness int
		LowerBound          int `json:"lower_bound"`
		Seconds             float64
		Ops                 []op
	}
	out := filepath.Join(dir, "schedule.json")
	solve := func(args ...string) (r result) {
		t.Helper()
		must(t, append([]string{"solve", "--out", out, "--seconds", "0.2"}, args...)...)
		b, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b, &r); err != nil {
			t.Fatalf("%v: %s", err, b)
		}
		return r
	}
	jsp := file("two.txt", "# two jobs cross\n2 2\n0 3 1 2\n1 4 0 1\n")
	if r := solve(jsp, "--format", "jsp"); r.Makespan != 6 || r.LowerBound != 6 || len(r.Ops) != 4 || r.Ops[0] != (op{0, 0, 0, 0, 3}) {
		t.Errorf("%+v", r)
	}
	// the second machine is slower, but free
	if r := solve(file("fjs.txt", "2 2 2\n1 2 1 4 2 5\n1 2 1 4 2 5\n"), "--format", "fjs"); r.Makespan != 5 {
		t.Errorf("%+v", r)
	}
	// one set-up is 1, the other way round it is 9
	if r := solve(file("sdst.txt", "2 1\n1 1 1 4\n1 1 1 5\n0 9\n1 0\n"), "--format", "fjs-sdst"); r.Makespan != 10 || r.Ops[1].Start != 0 {
		t.Errorf("%+v", r)
	}
	// the heavy job goes first and only the light one is late; for the makespan both orders are as good
	twt := file("twt.txt", "2 1\n1 0 4 0 4\n4 0 5 0 5\n")
	if r := solve(twt, "--format", "twt"); r.Tardiness != 5 || r.Makespan != 9 {
		t.Errorf("%+v", r)
	}
	if r := solve(twt, "--format", "twt", "--objective", "makespan"); r.Makespan != 9 || r.LowerBound != 9 {
		t.Errorf("%+v", r)
	}
	bad := file("bad.txt", "2 2\n0 3 1 2\n1 4 5 1\n")
	refuses(t, exitRefused, bad+": line 3: machine 5 is out of range: say a number from 0 to 1", "solve", bad, "--format", "jsp", "--out", out)
	refuses(t, exitRefused, "no due dates", "solve", jsp, "--format", "jsp", "--objective", "tardiness", "--out", out)
	refuses(t, exitUsage, "--format", "solve", jsp, "--out", out)
	refuses(t, exitUsage, "--out", "solve", jsp, "--format", "jsp")
	refuses(t, exitUsage, "--seconds", "solve", jsp, "--format", "jsp", "--out", out, "--seconds", "0")
	refuses(t, exitUsage, "--threads", "solve", jsp, "--format", "jsp", "--out", out, "--threads", "0")
	refuses(t, exitUsage, "--objective", "solve", jsp, "--format", "jsp", "--out", out, "--objective", "joy")
	refuses(t, exitFailed, "no such file", "solve", filepath.Join(dir, "none"), "--format", "jsp", "--out", out)
}

// A factory pack is scheduled: work orders and what planning adds, the parts of a product before it, and the late ones
// said; a wrong pack is refused with its faults.
func TestSolvePack(t *testing.T) {
	out := filepath.Join(t.TempDir(), "schedule.json")
	must(t, "solve", "../../testdata/factories/medical-device", "--format", "pack", "--seconds", "1", "--threads", "1", "--out", out)
	var s packSchedule
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatal(err)
	}
	if len(s.Ops) < 100 || len(s.Unplaced) > 0 || s.Tardiness < s.LowerBound || s.Makespan <= 0 {
		t.Errorf("%d operations, %d unplaced, tardiness %d, bound %d", len(s.Ops), len(s.Unplaced), s.Tardiness, s.LowerBound)
	}
	for _, o := range s.Ops {
		if o.Start < s.Now || o.End < o.Start || o.On == "" || o.Order == "" {
			t.Fatalf("%+v", o)
		}
	}
	refuses(t, exitRefused, "", "solve", t.TempDir(), "--format", "pack", "--out", out)
}
