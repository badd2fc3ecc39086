package mrp

import (
	"cmp"
	"slices"

	"kaiwu/internal/kit/cal"
	"kaiwu/internal/kit/num"
)

// swaps is what stands for what. A substitute is planned before the items that it stands for: its own needs come
// first, and what its stock has left over, above its safety stock, may be taken by others, one after the other. Its
// methods may be called on nil.
type swaps struct {
	m     *Planner
	after map[int32][]int32 // items that wait for a substitute
	of    map[int32][]int32 // places in Problem.Substitutes, of each item
	spare map[int32]*[]lot  // of each substitute
	left  []num.Dec         // of each substitution that is allowed
}

// newSwaps leaves out a substitution that would make two items wait for each other; the first by their codes counts.
func newSwaps(m *Planner) *swaps {
	p := m.p
	if len(p.Substitutes) == 0 {
		return nil
	}
	s := &swaps{m: m, after: map[int32][]int32{}, of: map[int32][]int32{}, spare: map[int32]*[]lot{}, left: make([]num.Dec, len(p.Substitutes))}
	type pair struct{ sub, item int32 }
	var pairs []pair
	for k := range p.Substitutes {
		pairs = append(pairs, pair{p.Substitutes[k].Sub, p.Substitutes[k].Item})
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(p.Items[a.item].Code, p.Items[b.item].Code), cmp.Compare(p.Items[a.sub].Code, p.Items[b.sub].Code), cmp.Compare(a.item, b.item), cmp.Compare(a.sub, b.sub))
	})
	sound := map[pair]bool{}
	for _, x := range slices.Compact(pairs) {
		if stocked(&p.Items[x.sub]) && stocked(&p.Items[x.item]) && !s.leads(x.item, x.sub, map[int32]bool{}) {
			sound[x] = true
			s.after[x.sub] = append(s.after[x.sub], x.item)
			s.spare[x.sub] = new([]lot)
		}
	}
	for k := range p.Substitutes {
		if x := &p.Substitutes[k]; sound[pair{x.Sub, x.Item}] {
			s.of[x.Item] = append(s.of[x.Item], int32(k))
		}
	}
	if len(s.after) == 0 {
		return nil
	}
	return s
}

func stocked(it *Item) bool { return it.Kind != Phantom && it.Kind != Customer }

// leads says whether an item must be planned before another, or is it.
func (s *swaps) leads(from, to int32, seen map[int32]bool) bool {
	if from == to {
		return true
	}
	if seen[from] {
		return false
	}
	seen[from] = true
	for _, v := range s.m.versions[from] {
		for _, l := range s.m.p.Versions[v].Lines {
			if l.Role == Component && s.leads(l.Item, to, seen) {
				return true
			}
		}
	}
	for _, x := range s.after[from] {
		if s.leads(x, to, seen) {
			return true
		}
	}
	return false
}

func (s *swaps) before() map[int32][]int32 {
	if s == nil {
		return nil
	}
	return s.after
}

// each marks what may stand for something, and what something may stand for.
func (s *swaps) each(mark func(int32)) {
	if s == nil {
		return
	}
	for sub, items := range s.after {
		mark(sub)
		for _, i := range items {
			mark(i)
		}
	}
}

// takes says whether something may stand for an item.
func (s *swaps) takes(item int32) bool { return s != nil && len(s.of[item]) > 0 }

// again forgets what was taken.
func (s *swaps) again() {
	if s == nil {
		return
	}
	for k := range s.left {
		s.left[k] = s.m.p.Substitutes[k].Qty
	}
}

// leave keeps what the stock of a substitute has left over above its safety stock, the first to expire first.
func (s *swaps) leave(w *worker) {
	if s == nil || s.spare[w.item] == nil {
		return
	}
	rest := s.spare[w.item]
	*rest = (*rest)[:0]
	for _, lots := range [][]lot{w.have.expiring, w.have.plain[w.have.head:], w.lots} {
		for _, l := range lots {
			if l.src.kind() == Stock && l.qty > 0 {
				*rest = append(*rest, l)
			}
		}
	}
	slices.SortFunc(*rest, func(a, b lot) int { return cmp.Or(cmp.Compare(a.expires, b.expires), cmp.Compare(a.src, b.src)) })
	keep := w.safety
	for k := len(*rest) - 1; k >= 0 && keep > 0; k-- { // what keeps longest is the safety stock
		part := min(keep, (*rest)[k].qty)
		(*rest)[k].qty, keep = (*rest)[k].qty-part, keep-part
	}
}

// stand covers needs of a day with the stock of substitutes, and leaves what is still open.
func (s *swaps) stand(w *worker, open []need, d cal.Day) []need {
	m := w.Planner
	kept := 0
	for i := range open {
		n := &open[i]
		for _, k := range s.of[w.item] {
			x := &m.p.Substitutes[k]
			if !x.serves(n, d) {
				continue
			}
			rest := *s.spare[x.Sub]
			for at := range rest {
				l := &rest[at]
				part := min(l.qty, n.qty, s.left[k])
				if part <= 0 || l.expires <= d {
					continue
				}
				n.qty, s.left[k], l.qty = n.qty-part, s.left[k]-part, l.qty-part
				src := Source{Swapped, int32(len(m.plan.Swaps))}.pack()
				m.plan.Swaps = append(m.plan.Swaps, Swap{Item: w.item, Sub: x.Sub, Lot: l.src.open(), Demand: n.src.open(), Day: d, Qty: part})
				if m.p.Pegs {
					w.pegs = append(w.pegs, peg{qty: part, supply: src, demand: n.src, demandItem: n.parent, supplyDay: w.after(d), demandDay: w.after(n.day)})
					m.plan.pegs[x.Sub] = append(m.plan.pegs[x.Sub], peg{qty: part, supply: l.src, demand: src, demandItem: w.item, supplyDay: w.after(l.day), demandDay: w.after(d)})
				}
			}
		}
		if n.qty > 0 {
			open[kept] = *n
			kept++
		}
	}
	return open[:kept]
}
