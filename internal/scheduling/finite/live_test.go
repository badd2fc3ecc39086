package finite

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A change that is decoded only where it makes a difference gives what decoding everything gives: slots with their
// reasons, the order, the value; and one that is taken back leaves nothing.
func TestLiveIsTheDecoder(t *testing.T) {
	tried, judged, short := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		if rapid.Bool().Draw(t, "more orders") { // so that there is something to walk over
			for _, o := range p.Orders {
				o.Number += "b"
				o.After = nil
				p.Orders = append(p.Orders, o)
			}
		}
		s, err := New(p)
		if err != nil {
			t.Fatal(err)
		}
		var ref *Reference
		if rapid.Bool().Draw(t, "reference") {
			_, _, ref = s.Follow(func(o, k int) (Was, bool) {
				return Was{StartMS: monday + int64(o*k)*hour, Machine: s.machines[(o+k)%len(s.machines)].code}, (o+k)%3 > 0
			})
		}
		q := s.ByRule()
		if rapid.Bool().Draw(t, "held") {
			q.hold = make([]int64, len(s.ops))
			for i := range q.hold {
				q.hold[i] = monday + rapid.Int64Range(-50, 50).Draw(t, "not before")*hour
			}
		}
		l := s.live(q, ref)
		l.gap = rapid.SampledFrom([]int{1, 3, 256}).Draw(t, "gap")
		l.load(l.q.clone())
		full := s.decoder()
		same := func(what string, q *Sequence) {
			full.decode(q)
			if !slices.Equal(full.placed, l.q.order) || !slices.Equal(full.slots, l.slots) || full.value(ref) != l.total {
				t.Fatalf("%s:\norder %v\nlive  %v\nslots %v\nlive  %v\nvalue %v\nlive  %v", what, full.placed, l.q.order, full.slots, l.slots, full.value(ref), l.total)
			}
			for i := range l.slots {
				if l.q.mode[i] != l.slots[i].mode {
					t.Fatalf("%s: mode of %d", what, i)
				}
			}
		}
		same("at first", l.q.clone())
		for range rapid.IntRange(1, 20).Draw(t, "changes") {
			n := len(l.q.order)
			if n == 0 {
				return
			}
			from := rapid.IntRange(0, n-1).Draw(t, "from")
			i, to := l.q.order[from], rapid.IntRange(-1, n).Draw(t, "to")
			mode := l.q.mode[i]
			if x := &l.about[i]; rapid.IntRange(0, 2).Draw(t, "elsewhere") == 0 {
				if mode = rapid.Int32Range(x.from-1, x.to-1).Draw(t, "mode"); mode < x.from {
					mode = -1
				}
			}
			before, next := l.q.clone(), l.q.clone()
			next.mode[i] = mode
			if len(next.hold) > 0 {
				next.hold[i] = 0
			}
			if to >= 0 {
				next.order = slices.Insert(next.order, to, i)
				if to <= from {
					from++
				}
				next.order = slices.Delete(next.order, from, from+1)
			}
			tried++
			_, ok := l.move(i, to, mode)
			if !ok {
				full.decode(next)
				if len(full.placed) == n && (!slices.Equal(full.placed, before.order) || mode != before.mode[i]) {
					t.Fatalf("%d to %d in mode %d was refused", i, to, mode)
				}
				same("refused", before)
				continue
			}
			judged++
			if l.end < n {
				short++
			}
			same("tried", next)
			if rapid.Bool().Draw(t, "keep") {
				l.keep()
				continue
			}
			l.undo()
			same("taken back", before)
		}
	})
	if judged < tried/5 || short == 0 {
		t.Errorf("%d changes tried, %d judged, %d of them without walking to the end", tried, judged, short)
	}
}
