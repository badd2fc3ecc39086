package finite

import (
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/num"
)

// drawCrowd is a problem in which nearly every operation is in parts, and few machines, tools and people are there for
// them: some parts run, some are frozen, some are done; before, behind and beside them are lots, batches, other machines
// and orders that wait for each other.
func drawCrowd(t *rapid.T) *Problem {
	p := &Problem{NowMS: monday, Rule: rapid.SampledFrom([]Rule{ByPriority, ByDue, ByRatio, ByShort}).Draw(t, "rule")}
	var centers, machines []string
	for c := range rapid.IntRange(1, 2).Draw(t, "centers") {
		w := WorkCenter{Code: string(rune('A' + c)), Calendar: drawCalendar(t)}
		if rapid.IntRange(0, 6).Draw(t, "kind") == 0 {
			w.Kind = Subcontract
		}
		for m := range rapid.IntRange(1, 3).Draw(t, "machines") {
			x := Machine{Code: w.Code + string(rune('1'+m)), SpeedPct: percent.Draw(t, "speed"), BatchCapacity: num.Int(rapid.Int64Range(0, 20).Draw(t, "batch"))}
			if rapid.IntRange(0, 3).Draw(t, "own hours") == 0 {
				x.Calendar = drawCalendar(t)
			}
			for range rapid.IntRange(0, 2).Draw(t, "stoppages") {
				from := monday + rapid.Int64Range(-5, 20).Draw(t, "down from")*hour
				x.Down = append(x.Down, cal.Span{From: from, To: from + rapid.Int64Range(0, 8).Draw(t, "down for")*hour})
			}
			w.Machines = append(w.Machines, x)
		}
		for _, m := range w.List() {
			machines = append(machines, m.Code)
		}
		w.Changeovers = []Changeover{{"*", "*", rapid.Int64Range(0, 20*minute).Draw(t, "change")}, {"red", "red", 0}}
		p.WorkCenters, centers = append(p.WorkCenters, w), append(centers, w.Code)
	}
	tool := Tool{Code: "T", Count: rapid.IntRange(1, 3).Draw(t, "pieces")}
	if rapid.Bool().Draw(t, "wears") {
		tool.Life, tool.RegrindMS, tool.Used = num.Dec(rapid.Int64Range(1_000_000, 40_000_000).Draw(t, "life")), rapid.Int64Range(0, 5*hour).Draw(t, "regrind"), num.Dec(rapid.Int64Range(0, 45_000_000).Draw(t, "used"))
	}
	p.Tools = []Tool{tool}
	for n := range rapid.IntRange(0, 3).Draw(t, "workers") {
		p.Workers = append(p.Workers, Worker{string(rune('P' + n)), []string{"weld"}, drawCalendar(t), nil})
	}
	for i := range rapid.IntRange(1, 5).Draw(t, "orders") {
		o := Order{Number: string(rune('a' + i)), Family: rapid.SampledFrom([]string{"red", "blue"}).Draw(t, "family"), Qty: num.Dec(rapid.Int64Range(5, 60_000_000).Draw(t, "qty")),
			DueMS: monday + rapid.Int64Range(-20, 100).Draw(t, "due")*hour, Weight: rapid.SampledFrom([]int64{0, 1, 200}).Draw(t, "weight")}
		for k := range rapid.IntRange(0, 4).Draw(t, "ops") {
			x := Op{Seq: 10 * (k + 1), WorkCenter: rapid.SampledFrom(centers).Draw(t, "center"), SetupMS: rapid.SampledFrom([]int64{0, 30 * minute}).Draw(t, "setup"), RunMS: rapid.Int64Range(0, 10*minute).Draw(t, "run")}
			if rapid.Bool().Draw(t, "lots") {
				x.TransferLot = num.Dec(rapid.Int64Range(1, 30_000_000).Draw(t, "lot"))
			}
			if rapid.IntRange(0, 3).Draw(t, "oven") == 0 {
				x.BatchMS, x.RunMS, x.SetupMS = 60*minute, 0, 0
			}
			if rapid.Bool().Draw(t, "with tool") {
				x.Tool, x.Wear = "T", num.Dec(rapid.SampledFrom([]int64{0, 1, 3_000_000, 60_000_000}).Draw(t, "wear"))
			}
			if rapid.IntRange(0, 2).Draw(t, "with skill") == 0 && len(p.Workers) > 0 {
				x.Skill = "weld"
			}
			if rapid.Bool().Draw(t, "alternative") {
				x.Alternatives = []Alternative{{rapid.SampledFrom(centers).Draw(t, "other"), rapid.Int64Range(0, 10*minute).Draw(t, "run there")}}
			}
			if rapid.IntRange(0, 3).Draw(t, "parts come later") == 0 {
				x.ReleaseMS = monday + rapid.Int64Range(0, 30).Draw(t, "parts on")*hour
			}
			n := rapid.IntRange(1, 5).Draw(t, "parts")
			left := o.Qty
			for part := range n {
				y := x
				if n > 1 || rapid.Bool().Draw(t, "a part of one") {
					y.Part, y.Whole, y.Qty = part+1, o.Qty, num.Dec(rapid.Int64Range(1, int64(left)-int64(n-part-1)).Draw(t, "share"))
					if part == n-1 {
						y.Qty = left
					}
					left -= y.Qty
				}
				if y.State = State(rapid.IntRange(0, 8).Draw(t, "state")); y.State > Done {
					y.State = Free
				}
				if y.State == Frozen || y.State == Started {
					y.Machine, y.StartMS = rapid.SampledFrom(machines).Draw(t, "on"), monday+rapid.Int64Range(-5, 20).Draw(t, "since")*hour
				}
				if y.State == Started && rapid.Bool().Draw(t, "end is known") {
					y.LeftMS = rapid.Int64Range(0, 5*hour).Draw(t, "goes on for")
				}
				if y.State != Free && y.Part == 0 {
					y.Qty = o.Qty
				}
				o.Ops = append(o.Ops, y)
			}
		}
		for a := range i {
			if rapid.IntRange(0, 2).Draw(t, "waits") == 0 {
				o.After = append(o.After, a)
			}
		}
		o.AfterOp = rapid.IntRange(0, len(o.Ops)).Draw(t, "uses")
		p.Orders = append(p.Orders, o)
	}
	for i := range p.Orders { // those that make the parts may stand behind
		if j := rapid.IntRange(i, len(p.Orders)-1).Draw(t, "stands at"); j != i {
			p.Orders[i], p.Orders[j] = p.Orders[j], p.Orders[i]
			for n := range p.Orders {
				for k, a := range p.Orders[n].After {
					switch a {
					case i:
						p.Orders[n].After[k] = j
					case j:
						p.Orders[n].After[k] = i
					}
				}
			}
		}
	}
	return p
}

// Where everything is in parts and stands in each other's way, whatever is done to the schedule it is feasible: by rule,
// in any order, improved, repaired after a breakdown, pinned. And what is decoded where it differs is what is decoded.
func TestPartsInACrowd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawCrowd(t)
		s, err := New(p)
		if err != nil {
			t.Fatal(err)
		}
		valid := func(what string, p *Problem, x *Schedule) {
			if err := Check(p, x); err != nil {
				t.Fatalf("%s: %v\n%s", what, err, show(p, x))
			}
		}
		q := s.ByRule()
		first := s.Schedule(q)
		valid("by rule", p, first)
		mixed := q.clone()
		for n := len(mixed.order) - 1; n > 0; n-- {
			k := rapid.IntRange(0, n).Draw(t, "with")
			mixed.order[n], mixed.order[k] = mixed.order[k], mixed.order[n]
		}
		valid("in any order", p, s.Schedule(mixed))
		better, _ := s.Improve(context.Background(), q, Options{Moves: 60, Seed: 3})
		valid("improved", p, s.Schedule(better))
		walkLive(t, s, q)

		lookup := known(first)
		down := *p
		down.NowMS += rapid.Int64Range(0, 6).Draw(t, "hours later") * hour
		down.WorkCenters = slices.Clone(p.WorkCenters)
		down.WorkCenters[0].Machines = slices.Clone(p.WorkCenters[0].Machines)
		down.WorkCenters[0].Machines[0].Down = append(slices.Clone(down.WorkCenters[0].Machines[0].Down), cal.Span{From: monday, To: monday + 10*hour})
		again, err := New(&down)
		if err != nil {
			t.Fatal(err)
		}
		kept, fresh, ref := again.Follow(lookup)
		repaired, v := again.Repair(kept, fresh, ref, nil)
		valid("repaired", &down, again.Schedule(repaired))
		if w := again.Value(repaired, ref); w != v {
			t.Fatalf("the repair says %v and is %v", v, w)
		}
		if best, _ := again.Improve(context.Background(), repaired, Options{Moves: 40, Seed: 5, Goal: Calm, Ref: ref}); best != nil {
			valid("repaired and improved", &down, again.Schedule(best))
		}
	})
}

// walkLive tries changes one after the other and compares each with decoding everything.
func walkLive(t *rapid.T, s *Shop, q *Sequence) {
	l := s.live(q, nil)
	l.gap = rapid.SampledFrom([]int{1, 2, 256}).Draw(t, "gap")
	l.load(l.q.clone())
	full := s.decoder()
	n := len(l.q.order)
	for range rapid.IntRange(0, 12).Draw(t, "changes") {
		if n == 0 {
			return
		}
		from := rapid.IntRange(0, n-1).Draw(t, "from")
		i, to := l.q.order[from], rapid.IntRange(-1, n).Draw(t, "to")
		mode := l.q.mode[i]
		if x := &l.about[i]; rapid.Bool().Draw(t, "elsewhere") {
			if mode = rapid.Int32Range(x.from-1, x.to-1).Draw(t, "mode"); mode < x.from {
				mode = -1
			}
		}
		before, next := l.q.clone(), l.q.clone()
		next.mode[i] = mode
		if to >= 0 {
			next.order = slices.Insert(next.order, to, i)
			if to <= from {
				from++
			}
			next.order = slices.Delete(next.order, from, from+1)
		}
		_, ok := l.move(i, to, mode)
		want := next
		if !ok {
			if full.decode(next); len(full.placed) == n && (!slices.Equal(full.placed, before.order) || mode != before.mode[i]) {
				t.Fatalf("%d to %d in mode %d was refused", i, to, mode)
			}
			want = before
		} else if rapid.Bool().Draw(t, "keep") {
			l.keep()
		} else {
			l.undo()
			want = before
		}
		full.decode(want)
		if !slices.Equal(full.placed, l.q.order) || !slices.Equal(full.slots, l.slots) || full.value(nil) != l.total {
			t.Fatalf("order %v\nlive  %v\nslots %v\nlive  %v\nvalue %v\nlive  %v", full.placed, l.q.order, full.slots, l.slots, full.value(nil), l.total)
		}
	}
}
