package finite

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Operations pinned on a shop that stands are what a shop made of the whole problem has: the same repair, and the same
// schedule to the last reason.
func TestPinIsNew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		s, err := New(p)
		if err != nil {
			t.Skip(err.Error())
		}
		lookup := known(s.Schedule(s.ByRule()))
		kept, fresh, _ := s.Follow(lookup)
		q := *p
		q.Orders = slices.Clone(p.Orders)
		var pins [][2]int
		for n := range rapid.IntRange(1, 3).Draw(t, "pins") {
			i := rapid.IntRange(0, len(q.Orders)-1).Draw(t, "order")
			if n == 0 || len(q.Orders[i].Ops) > 0 {
				q.Orders[i].Ops = slices.Clone(q.Orders[i].Ops)
			}
			if len(q.Orders[i].Ops) == 0 {
				continue
			}
			k := rapid.IntRange(0, len(q.Orders[i].Ops)-1).Draw(t, "op")
			x := &q.Orders[i].Ops[k]
			a := s.about[s.first[i]+int32(k)]
			if x.State != Free && (x.State != Frozen || a.fixedMode >= a.to) || a.from == a.to {
				continue
			}
			m := s.modes[a.from+int32(rapid.IntRange(0, int(a.to-a.from)-1).Draw(t, "mode"))].machine
			x.State, x.Machine, x.StartMS = Frozen, s.machines[m].code, monday+rapid.Int64Range(0, 100).Draw(t, "at")*hour
			pins = append(pins, [2]int{i, k})
		}
		want, err := New(&q)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := s.Pin(&q, pins)
		if !ok {
			t.Fatal("it could not be pinned")
		}
		k1, f1 := got.Unpinned(kept, fresh)
		k2, f2, ref := want.Follow(lookup)
		if !slices.Equal(f1, f2) || !slices.Equal(k1.order, k2.order) || !slices.Equal(k1.mode, k2.mode) {
			t.Fatalf("kept %v %v, want %v %v", k1, f1, k2, f2)
		}
		a, v := got.Repair(k1, f1, ref, nil)
		b, w := want.Repair(k2, f2, ref, nil)
		if x, y := got.Schedule(a), want.Schedule(b); v != w || !reflect.DeepEqual(x, y) {
			t.Fatalf("pinned: %v\n%s\nwant %v\n%s", v, show(&q, x), w, show(&q, y))
		}
	})
}
